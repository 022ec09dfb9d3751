"""Load lists of phrases by kind, in many languages, from data files and user options, and compile them to regexes.

A line of a file is a phrase; a line that begins with ``#`` is a comment. In a phrase ``(a|b)`` are alternatives, of
which one may be empty, ``*`` is the rest of a word, a blank matches any run of blanks and ``'`` any apostrophe.
Matching ignores case, except that a phrase in capitals only matches in capitals only. In scripts with blanks between
words, a phrase matches up to the end of a word.
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
# Letters of the most used scripts with blanks between words: a class that is fast in polars.
LETTER = r"a-z0-9\u00df-\u00f6\u00f8-\u00ff\u0430-\u045f\u0621-\u064a"
# Characters of scripts without blanks between words, where phrases have no visible boundaries.
UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


@cache
def known(*kinds: str) -> tuple[str, ...]:
    """The built-in phrases of these kinds in all languages, from ``phrases/KIND.*.txt``."""
    from importlib.resources import files

    paths = sorted((Path(str(file)) for file in (files("ftlint.rules") / "phrases").iterdir()), key=str)
    matching = [path for kind in kinds for path in paths if path.match(f"{kind}.*{FILE}")]
    return tuple(phrase for path in matching for _, phrase in _lines(path))


def added(entries: Iterable[str]) -> tuple[str, ...]:
    """The phrases of a user's option: each entry is a phrase, or a file of phrases if it ends in ``.txt``.

    A path is relative to the working folder. Raises UsageError for an unreadable file and for a phrase that is empty or
    has unbalanced brackets.
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
    """A regular expression for any of the phrases, for polars and Python, without groups that capture.

    The match includes the character after the phrase, which is the end of a word.
    """
    return rf"(?i:{anyone(phrases)}(?:[^{LETTER}]|$))"


def anyone(phrases: Sequence[str]) -> str:
    """The same without the end of a word, which is left to the caller."""
    return f"(?i:{'|'.join(map(_expression, phrases))})" if phrases else r"[^\s\S]"


@cache
def beginnings(phrases: tuple[str, ...], size: int) -> str:
    """A prefilter for ``anyone``: a regular expression for the first ``size`` letters of each phrase, fast to compile.

    A character of a script without blanks counts as three. A text that it does not match, ``anyone`` does not match.
    """
    found = sorted({start for phrase in phrases for start in _starts(f"({phrase})", size)})
    minimal = [start for k, start in enumerate(found) if not k or not start.startswith(found[k - 1])]
    return f"(?i:{'|'.join(map(_literal, minimal))})" if minimal else r"[^\s\S]"


@cache
def within(phrases: tuple[str, ...]) -> str:
    """A regular expression for any of the phrases as entire words in a text, for polars."""
    return f"(?i:(?:^|[^{LETTER}]){choice(phrases)})"


@cache
def words(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The same for Python and few texts; polars is much faster."""
    return re.compile(rf"(?<![^\W{UNSPACED}]){anyone(phrases)}(?![^\W{UNSPACED}])")


def _expression(phrase: str) -> str:
    tokens = (token if token in "(|)" else _literal(token) for token in re.split(r"([(|)])", phrase) if token)
    found = "".join("(?:" if token == "(" else token for token in tokens)
    return f"(?-i:{found})" if phrase.isupper() else found


def _starts(phrase: str, size: int) -> set[str]:
    """The possible beginnings of a phrase, up to a ``*``."""
    at, star = phrase.find("("), phrase.find("*")
    plain = phrase if at < 0 else phrase[:at]
    sizes = accumulate(3 if character >= "\u0e00" else 1 for character in plain)
    cut = next((n for n, reached in enumerate(sizes, 1) if reached >= size), 0)
    if at < 0 or 0 <= star < at or cut:
        return {plain[: cut or None].partition("*")[0]}
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
    return "".join(map(_character_pattern, text))


@cache
def _character_pattern(character: str) -> str:
    special = {"'": APOSTROPHES, "*": f"[{LETTER}]*"}
    return BLANKS if character.isspace() else special.get(character) or re.escape(character)


def _lines(path: Path) -> list[tuple[int, str]]:
    """The phrases of a file, each with its line number."""
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
