"""A text holds a number that stands for one person: a national id or a telephone number.

A model repeats what it was trained on. The rule is opt-in, since such numbers may well belong in the data.

Found are social security numbers of the USA (`ddd-dd-dddd`), Chinese resident ids (18 digits with a real day of birth
and a right check digit), Brazilian CPF numbers (`ddd.ddd.ddd-dd` with right check digits), and telephone numbers that
begin with `+` and a country's code and have as many digits as that country's numbers have.

The fix puts `[SSN]`, `[ID_NUMBER]` or `[PHONE]` in the place of each. It changes the text, so it is unsafe.

Silent for numbers that are nobody's: 078-05-1120 and others that were printed for show, areas that were never given
out (000, 666, 9xx), telephone numbers for films (+1 … 555-01xx, Ofcom's), numbers that count up. Silent for numbers
without a country's code, timestamps, ids, versions, addresses of computers, prices, ISBNs and numbers in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from ftlint.rule import Case, RuleContext, SpanRule, TextSpan, pl

# No longer number or word around it; an escape of JSON may end before it.
BEFORE = r"(?:(?<=\\[nrtbf])|(?<![A-Za-z0-9_.,:/#=&%+*\\-]))"
AFTER = r"(?![A-Za-z0-9_%]|[.,:/_-][0-9]|-[A-Za-z])"
SSN = re.compile(rf"{BEFORE}(?!000|666|9)([0-9]{{3}})-(?!00)([0-9]{{2}})-(?!0000)([0-9]{{4}}){AFTER}")
CHINESE = re.compile(
    r"(?<![A-Za-z0-9_.=/-])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|[78]1|8[23])[0-9]{15}[0-9Xx](?![A-Za-z0-9_])"
)
CPF = re.compile(rf"{BEFORE}[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{3}}-[0-9]{{2}}{AFTER}")
PHONE = re.compile(
    r"(?:(?<=\\[nrtbf])|(?<![A-Za-z0-9_.,:/#&%+*^)\]\\-])|(?<=[A-Za-z]:)|(?<=[a-z]=))"
    r"\+(?P<number>[1-9][0-9]{0,2}(?:(?: ?\([0-9]{1,5}\)|[ .-]?[0-9]{1,12})(?:[ .-]?[0-9]{2,12}){1,6}))"
    r"(?![A-Za-z0-9_%]|[.,:/_-][0-9]| ?[*/=^+]| [0-9])"
)
LIKELY = (
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{17}[0-9Xx]|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|\+[1-9][0-9 .()-]{8}"
)
# Printed on cards for show, in forms and in manuals.
SHOWN = frozenset(
    ("078-05-1120", "219-09-9999", "123-45-6789", "123-45-6780", "457-55-5462", "111-22-3333", "123-12-1234")
)
SHOWN_CHINESE = ("11010519491231002X", "440524188001010014", "44052418800101001X", "110101199001011234")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# How many digits numbers have after the country's code (ITU-T E.164 and the countries' numbering plans).
DIGITS = {
    "1": (10, 10),
    "7": (10, 10),
    "20": (9, 10),
    "27": (9, 9),
    "30": (10, 10),
    "31": (9, 9),
    "32": (8, 9),
    "33": (9, 9),
    "34": (9, 9),
    "36": (8, 9),
    "39": (8, 11),
    "40": (9, 9),
    "41": (9, 9),
    "43": (9, 13),
    "44": (9, 10),
    "45": (8, 8),
    "46": (7, 10),
    "47": (8, 8),
    "48": (9, 9),
    "49": (8, 12),
    "51": (8, 9),
    "52": (10, 10),
    "54": (10, 11),
    "55": (10, 11),
    "56": (9, 9),
    "57": (10, 10),
    "58": (10, 10),
    "60": (8, 10),
    "61": (9, 9),
    "62": (9, 12),
    "63": (9, 10),
    "64": (8, 10),
    "65": (8, 8),
    "66": (8, 9),
    "81": (9, 10),
    "82": (8, 10),
    "84": (9, 10),
    "86": (10, 11),
    "90": (10, 10),
    "91": (10, 10),
    "92": (9, 10),
    "94": (9, 9),
    "98": (10, 10),
    "212": (9, 9),
    "213": (8, 9),
    "216": (8, 8),
    "234": (8, 10),
    "254": (9, 9),
    "351": (9, 9),
    "352": (6, 9),
    "353": (8, 9),
    "354": (7, 7),
    "358": (7, 10),
    "359": (8, 9),
    "370": (8, 8),
    "371": (8, 8),
    "372": (7, 8),
    "380": (9, 9),
    "381": (8, 9),
    "385": (8, 9),
    "386": (8, 8),
    "420": (9, 9),
    "421": (9, 9),
    "852": (8, 8),
    "853": (8, 8),
    "880": (8, 10),
    "886": (8, 9),
    "961": (7, 8),
    "962": (8, 9),
    "966": (8, 9),
    "971": (8, 9),
    "972": (8, 9),
    "974": (8, 8),
    "977": (8, 10),
}
# For films and books: North America, and what Ofcom and others keep free.
FICTION = re.compile(
    r"1[0-9]{3}555|1555|447700900|44(?:1632|20794)60|4420794|61(?:491570|[2378]5550|[2378]7010)|331990|33[2-5]?6?39?98"
)
COUNTING = re.compile(r"(.)\1{4}|012345|123456|234567|345678|456789|987654|876543")


class PersonalNumber(SpanRule):
    """Texts with a national id or a telephone number."""

    code, name, severity, fix = "X004", "personal-number", "warning", "unsafe"
    opt_in = True

    def prefilter(self, context: RuleContext) -> pl.Expr:
        return pl.col("text").str.contains(LIKELY)

    def find_spans(self, text: str) -> Sequence[TextSpan]:
        found = sorted((*_ids(text), *_phones(text)), key=lambda piece: (piece.start, -piece.end))
        return [piece for k, piece in enumerate(found) if not k or piece.start >= found[k - 1].end]

    cases = (
        Case(
            why="ids of three countries, telephones of several",
            wrong=[
                {"prompt": "SSN 536-22-8719.", "completion": "身份证号520102198704236182。"},
                {"prompt": "CPF: 529.982.247-25", "completion": "Rufen Sie +49 30 901820 an."},
                {
                    "prompt": "Call +1 (415) 867-5309 or +33 6 12 98 70 54",
                    "completion": '{"tel": "+8613812345068"}',
                },
                {"prompt": "هاتف: +966 50 482 7193", "completion": "טלפון: +972-54-318-2967"},
            ],
            found=[(line, field) for line in (1, 2, 3, 4) for field in ("completion", "prompt")],
            fixed=[
                {"prompt": "SSN [SSN].", "completion": "身份证号[ID_NUMBER]。"},
                {"prompt": "CPF: [ID_NUMBER]", "completion": "Rufen Sie [PHONE] an."},
                {"prompt": "Call [PHONE] or [PHONE]", "completion": '{"tel": "[PHONE]"}'},
                {"prompt": "هاتف: [PHONE]", "completion": "טלפון: [PHONE]"},
            ],
        ),
        Case(
            why="numbers that are nobody's",
            right=[
                {
                    "prompt": "078-05-1120 123-45-6789 000-12-3456",
                    "completion": "666-12-3456 987-65-4321 123-00-4567",
                },
                {
                    "prompt": "+1 212 555 0123, +1-800-555-0199",
                    "completion": "+44 7700 900123 and +44 20 7946 0958",
                },
                {"prompt": "+1 234 567 8900", "completion": "+49 123 4567890, 111.111.111-11"},
                {"prompt": "11010519491231002X", "completion": "520102198704236181 520102198713236182"},
            ],
        ),
        Case(
            why="numbers of other kinds",
            right=[
                {
                    "prompt": "2024-05-17T10:22:33+0200 1700000000",
                    "completion": "v1.2.3+20240517 10.0.0.1 555-867-5309",
                },
                {"prompt": "978-3-16-148410-0", "completion": "+12 345 678 users, +4.5 %, +100 000 000"},
                {"prompt": "id 520102198704236190123", "completion": "0x520102198704236182 a=+4930901820+1"},
                {
                    "prompt": "f(x) = 3x +49 30 901820 * 2",
                    "completion": "550e8400-e29b-41d4-a716-446655440000",
                },
                {
                    "prompt": "order 1234-56-7890, 12-34-5678",
                    "completion": "part 536-22-8719-A, 1.536-22-8719",
                },
            ],
        ),
    )


def _ids(text: str) -> Iterator[TextSpan]:
    for found in SSN.finditer(text):
        if found.group() not in SHOWN and len(set(found.group())) > 3:
            yield TextSpan(*found.span(), "social security number", "SSN")
    for found in CHINESE.finditer(text):
        if found.group().upper() not in SHOWN_CHINESE and _is_chinese(found.group().upper()):
            yield TextSpan(*found.span(), "Chinese resident id", "ID_NUMBER")
    for found in CPF.finditer(text):
        if _is_cpf([int(digit) for digit in found.group() if digit.isdecimal()]):
            yield TextSpan(*found.span(), "Brazilian CPF number", "ID_NUMBER")


def _is_chinese(number: str) -> bool:
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True))
    return 1900 <= born.year < 2100 and "10X98765432"[total % 11] == number[17]


def _is_cpf(digits: list[int]) -> bool:
    def check(most: int) -> int:
        total = sum((most + 1 - k) * digit for k, digit in enumerate(digits[:most]))
        return total * 10 % 11 % 10

    return len(set(digits)) > 2 and (check(9), check(10)) == (digits[9], digits[10])


def _phones(text: str) -> Iterator[TextSpan]:
    for found in PHONE.finditer(text):
        number = found["number"]
        digits = re.sub("[^0-9]", "", number)
        if _is_phone(digits) and not FICTION.match(digits) and not COUNTING.search(digits):
            yield TextSpan(*found.span(), "telephone number", "PHONE")


def _is_phone(digits: str) -> bool:
    for size in (1, 2, 3):
        least, most = DIGITS.get(digits[:size], (0, -1))
        if least <= len(digits) - size <= most:
            # In North America neither the area nor the exchange begins with 0 or 1.
            return digits[0] != "1" or (digits[1] >= "2" and digits[4] >= "2")
    return False
