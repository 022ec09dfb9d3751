"""Phrases by kind, in many languages: data files that come with the rules, and what users add to them.

A line of a file is a phrase; a line that begins with ``#`` is a comment. In a phrase ``(a|b)`` are choices, of which
one may be empty, ``*`` is the rest of a word, a blank stands for any run of blanks and ``'`` for any apostrophe. Upper
and lower case are the same, but a phrase that is written in capitals only is found in capitals only. A phrase ends
where a word ends, in scripts that have blanks between words.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path

from ftlint.errors import UsageError

FILE = ".txt"
APOSTROPHES = "['’ʼ＇`´]"
BLANKS = r"\s+"
# Letters of scripts with blanks between words and two cases, or much used ones: classes that are fast in polars.
LETTER = r"a-z0-9\u00df-\u00f6\u00f8-\u00ff\u0430-\u045f\u0621-\u064a"
# Characters that are written without blanks between words: nothing marks there where a phrase begins or ends.
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


@cache
def known(*kinds: str) -> tuple[str, ...]:
    """The phrases of these kinds that come with ftlint, in all languages: those of ``phrases/KIND.*.txt``."""
    from importlib.resources import files

    paths = sorted((Path(str(file)) for file in (files("ftlint.rules") / "phrases").iterdir()), key=str)
    mine = [path for kind in kinds for path in paths if path.match(f"{kind}.*{FILE}")]
    return tuple(phrase for path in mine for _, phrase in _lines(path))


def added(entries: Iterable[str]) -> tuple[str, ...]:
    """The phrases that a user's option lists: each entry a phrase, or a file of phrases if it ends in ``.txt``.

    A path is relative to the working folder. Raises UsageError for a file that cannot be read and for a phrase that is
    empty or has brackets that do not match.
    """
    phrases: list[str] = []
    for entry in entries:
        path = Path(entry)
        read = (
            [(f"{path}:{n}", line) for n, line in _lines(path)]
            if entry.endswith(FILE)
            else [("phrases", entry)]
        )
        phrases += [_checked(phrase.strip(), where) for where, phrase in read]
    return tuple(phrases)


def choice(phrases: Sequence[str]) -> str:
    """A regular expression for any one of the phrases, for polars and for Python alike; it captures nothing.

    It takes the sign behind the phrase, too, which tells that a word ends there.
    """
    return rf"(?i:{anyone(phrases)}(?:[^{LETTER}]|$))"


def anyone(phrases: Sequence[str]) -> str:
    """The same where what follows is up to the caller."""
    return f"(?i:{'|'.join(map(_expression, phrases))})" if phrases else r"[^\s\S]"


@cache
def beginnings(phrases: tuple[str, ...], size: int) -> str:
    """A regular expression for the beginnings of phrases, ``size`` letters of each: compiled in a moment.

    A sign of a script without blanks counts as three.

    What it does not match, ``anyone`` does not match either.
    """
    found = sorted({start for phrase in phrases for start in _starts(f"({phrase})", size)})
    kept = [start for k, start in enumerate(found) if not k or not start.startswith(found[k - 1])]
    return f"(?i:{'|'.join(map(_literal, kept))})" if kept else r"[^\s\S]"


@cache
def within(phrases: tuple[str, ...]) -> str:
    """A regular expression that finds any of the phrases in a text as whole words, for polars."""
    return f"(?i:(?:^|[^{LETTER}]){choice(phrases)})"


@cache
def words(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The same for Python, and few texts: polars is much faster."""
    return re.compile(rf"(?<![^\W{UNSPACED}]){anyone(phrases)}(?![^\W{UNSPACED}])")


def _expression(phrase: str) -> str:
    pieces = (piece if piece in "(|)" else _literal(piece) for piece in re.split(r"([(|)])", phrase) if piece)
    found = "".join("(?:" if piece == "(" else piece for piece in pieces)
    return f"(?-i:{found})" if phrase.isupper() else found


def _starts(phrase: str, size: int) -> set[str]:
    """The ways in which a phrase begins, up to the rest of a word."""
    at, star = phrase.find("("), phrase.find("*")
    plain = phrase if at < 0 else phrase[:at]
    sizes = accumulate(3 if sign >= "\u0e00" else 1 for sign in plain)
    enough = next((n for n, reached in enumerate(sizes, 1) if reached >= size), 0)
    if at < 0 or 0 <= star < at or enough:
        return {plain[: enough or None].partition("*")[0]}
    depth, ends = 0, [at]
    for place in range(at, len(phrase)):
        depth += (phrase[place] == "(") - (phrase[place] == ")")
        if depth == 0 or (depth == 1 and phrase[place] == "|"):
            ends.append(place)
        if depth == 0:
            break
    choices = (phrase[start + 1 : end] for start, end in pairwise(ends))
    return {found for one in choices for found in _starts(plain + one + phrase[ends[-1] + 1 :], size)}


def _literal(text: str) -> str:
    return "".join(map(_sign, text))


@cache
def _sign(sign: str) -> str:
    special = {"'": APOSTROPHES, "*": f"[{LETTER}]*"}
    return BLANKS if sign.isspace() else special.get(sign) or re.escape(sign)


def _lines(path: Path) -> list[tuple[int, str]]:
    """The phrases of a file, each with the number of its line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"phrases: {path} is not UTF-8") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"phrases: {path}: {getattr(error, 'strerror', None) or error}") from None
    stripped = [(n, line.strip()) for n, line in enumerate(lines, 1)]
    return [(n, line) for n, line in stripped if line and not line.startswith("#")]


def _checked(phrase: str, where: str) -> str:
    try:
        empty = re.fullmatch(choice([phrase]), "") is not None
    except re.error:
        raise UsageError(f'{where}: the brackets of "{phrase}" do not match') from None
    if empty:
        raise UsageError(f'{where}: the phrase "{phrase}" says nothing')
    return phrase
