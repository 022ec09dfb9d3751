"""A text holds the number of a payment card.

A model repeats what it was trained on. Numbers of cards must not be kept in plain text at all (PCI DSS). The rule is
opt-in, since long numbers are common in data, and one in ten passes the cards' check digit by chance.

A number counts only with everything a card has: the first digits and the length of an issuer, a right check digit,
and either the groups that stand on a card (`dddd dddd dddd dddd`, with blanks or dashes) or a word such as "card",
"Visa", `Kreditkarte`, 卡号 shortly before it in the same line.

The fix puts `[CARD_NUMBER]` in the place of each number. It changes the text, so it is unsafe.

Silent for timestamps, ids, hashes, UUIDs, ISBNs, prices and other numbers in a row, and for the numbers that payment
services publish for tests (4111 1111 1111 1111, 4242 …, 5555 5555 5555 4444).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftlint.rule import Case, RuleContext, SpanRule, TextSpan, pl

# Not inside a longer number or word; an escape of JSON may end before it. An expiry date may follow.
BEFORE = r"(?:(?<=\\[nrtbf])|(?<![A-Za-z0-9_+#\\]))(?<![0-9][.,:/_-])(?<![0-9]{2} )(?<![.,$€£¥-])"
AFTER = r"(?![A-Za-z0-9_]|[.,:/_-][0-9]| [0-9]{3,4}(?:[^0-9/]|$)|%)"
NUMBER = re.compile(
    rf"{BEFORE}(?:(?P<grouped>[2-6][0-9]{{3}}(?P<by>[ -])(?:[0-9]{{4}}(?P=by)[0-9]{{4}}(?P=by)[0-9]{{4}}"
    rf"(?:(?P=by)[0-9]{{3}})?|[0-9]{{6}}(?P=by)[0-9]{{4,5}}))|(?P<bare>[2-6][0-9]{{12,18}})){AFTER}"
)
LIKELY = r"[2-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{2}"
CARD = re.compile(
    r"(?i)card|visa|amex|american express|diners|\bcc\b|\bpan\b|kreditkarte|karten?-?n|\bkarte|carte|tarjeta|cartão|carta di"
    r"|kreditkort|卡号|信用卡|银行卡|卡片|カード|카드|карт|بطاقة|כרטיס|कार्ड|บัตร"
)
OTHER = re.compile(
    r"(?i)timestamp|\bid\b|order|invoice|tracking|ticket|serial|imei|isbn|uuid|hash|postcard|gift|score|flash|graphics|订单"
)
NEAR = 40
ISSUERS = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720|220[0-4])[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12}|62[0-9]{14,17}"
)
MADE_UP = re.compile(r"^4000000|(.)\1{5}|012345|123456|234567|345678|456789|987654")
# What payment services and manuals publish for tests; a number of few different digits is one, too.
PUBLISHED = frozenset(
    [
        "4012888888881881",
        "4000056655665556",
        "5105105105105100",
        "5200828282828210",
        "2223003122003222",
        "378282246310005",
        "371449635398431",
        "378734493671000",
        "6011000990139424",
        "6011981111111113",
        "3530111333300000",
        "3566002020360505",
        "30569309025904",
        "38520000023237",
        "3056930009020004",
        "36227206271667",
        "6555900000604105",
        "4532015112830366",
        "4539578763621486",
        "4539148803436467",
        "4916338506082832",
        "4024007103939509",
        "4485275742308327",
        "5425233430109903",
        "2222420000001113",
        "4263982640269299",
        "4917484589897107",
        "4001919257537193",
        "5425233430109903",
        "6304000000000000",
        "4556737586899855",
        "4716108999716531",
        "5038146897157992",
        "4532756279624064",
    ]
)


class CardNumber(SpanRule):
    """Texts with a number that has all that the number of a card has."""

    code, name, severity, fix = "X003", "card-number", "warning", "unsafe"
    opt_in = True

    def prefilter(self, context: RuleContext) -> pl.Expr:
        return pl.col("text").str.contains(LIKELY)

    def find_spans(self, text: str) -> Sequence[TextSpan]:
        return [
            TextSpan(*found.span(), "number of a payment card", "CARD_NUMBER")
            for found in NUMBER.finditer(text)
            if _is_card(re.sub("[ -]", "", found.group()))
            and (found["grouped"] or _is_called_card(text, found.start()))
        ]

    cases = (
        Case(
            why="in groups, after the word, in other scripts",
            wrong=[
                {"prompt": "Pay with 4929 6038 2741 5564 12/27", "completion": "4929-6038-2741-5564."},
                {"prompt": "My credit card is 4929603827415564", "completion": "卡号：4929603827415564"},
                {"prompt": '{"note": "a\\n3749 182736 49500"}', "completion": "بطاقة 4929 6038 2741 5564"},
            ],
            found=[(line, field) for line in (1, 2, 3) for field in ("completion", "prompt")],
            fixed=[
                {"prompt": "Pay with [CARD_NUMBER] 12/27", "completion": "[CARD_NUMBER]."},
                {"prompt": "My credit card is [CARD_NUMBER]", "completion": "卡号：[CARD_NUMBER]"},
                {"prompt": '{"note": "a\\n[CARD_NUMBER]"}', "completion": "بطاقة [CARD_NUMBER]"},
            ],
        ),
        Case(
            why="numbers for tests",
            right=[
                {"prompt": "card 4111 1111 1111 1111", "completion": "4242-4242-4242-4242"},
                {"prompt": "card 5555555555554444", "completion": "Visa 4000 0000 0000 0002"},
                {"prompt": "amex 3782 822463 10005", "completion": "card 4012 8888 8888 1881"},
            ],
        ),
        Case(
            why="numbers in a row that pass the check digit by chance",
            right=[
                {
                    "prompt": '{"id": 4929603827415564, "ts": 1700000000000}',
                    "completion": "order 4929603827415564",
                },
                {"prompt": "f4929603827415564", "completion": "550e8400-4929-6038-2741-556400000000"},
                {
                    "prompt": "ISBN 978-3-16-148410-0",
                    "completion": "IMEI of the SIM card: id 4929603827415564",
                },
                {
                    "prompt": "0.4929603827415564",
                    "completion": "$4929603827415564 1234 4929 6038 2741 5564 0000",
                },
                {"prompt": "2024 2025 2026 2027", "completion": "192.168.0.1 4929_6038_2741_5564"},
            ],
        ),
        Case(
            why="no issuer, wrong length, wrong check digit",
            right=[
                {"prompt": "card 4929 6038 2741 5565", "completion": "card 9929 6038 2741 5564"},
                {"prompt": "card 49296038274155", "completion": "card 6929 6038 2741 5562"},
            ],
        ),
    )


def _is_card(digits: str) -> bool:
    if not ISSUERS.fullmatch(digits) or digits in PUBLISHED:
        return False
    if len(set(digits)) < 5 or MADE_UP.search(digits):
        return False
    return _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _is_called_card(text: str, start: int) -> bool:
    """Whether the words before a number, in its line, speak of a card and not of anything else that has a number."""
    ahead = text[max(0, start - NEAR) : start].rpartition("\n")[2]
    return CARD.search(ahead) is not None and OTHER.search(ahead) is None
