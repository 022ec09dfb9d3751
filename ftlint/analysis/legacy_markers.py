"""The marks of the legacy prompt–completion format: separator, leading space and stop.

A base model sees one running text, so prompts ended in a separator, completions began with a space and
ended in a stop sequence. Rules look for these marks; converting takes them off or puts them on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, DataType, Expr, Series

# The candidates of OpenAI's removed preparation tool, in its order. Its "." is left out of the stops: it is
# no mark where answers are sentences, and a number with a decimal point would end the answer.
SEPARATORS = (
    " ->",
    "\n\n###\n\n",
    "\n\n===\n\n",
    "\n\n---\n\n",
    "\n\n===>\n\n",
    "\n\n--->\n\n",
    "\n\n### =>\n\n",
)
STOPS = ("\n", " END", "***", "+++", "&&&", "$$$", "@", "%%%", " [END]")
# A newline among the candidates tells whether any prompt has several lines.
PROMPT_CANDIDATES = (*SEPARATORS, "\n")
LONGEST = 60
"""Characters of a common ending that are looked at."""
# A mark that is nobody's text: a run of signs such as ###, --> or ***, or an end token, with the blanks around it.
SIGNS = re.compile(r"\s*(?:[-=#>*+&$@%~]{2,}|<\|\w+\|>|</s>)\s*$")
# A label that asks for the answer: the last line is a word or three and a colon.
LABEL = re.compile(r"\n+[^\S\n]*\w[\w ]{0,24}:\s*$")
# Scripts whose words begin with a space in the byte-pair vocabularies; Chinese, Japanese, Thai … do not. A number alone
# is one token without a space in all of OpenAI's, and two with it in the newer ones.
SPACED = (
    r"^(?:[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}\p{Hebrew}\p{Arabic}\p{Devanagari}\p{Bengali}\p{Hangul}]"
    r"|[0-9]\P{L}*\p{L})"
)


@dataclass(frozen=True, slots=True)
class CommonEnding:
    """What all texts of a column share. ``shared`` is their common ending, ``mark`` the part that can be a mark."""

    n: int
    distinct: bool
    shared: str
    free: Sequence[str]
    """The candidates that occur in no text."""
    candidates: Sequence[str]
    """The marks that are usual in this column."""
    clean: bool
    """Whether it is already known that the mark occurs nowhere but at the end."""
    repeats: int = 0
    """How many texts hold their last character before their end, too."""

    @property
    def mark(self) -> str | None:
        """The shared ending from its first sign that is no letter or digit, or None."""
        for place, character in enumerate(self.shared):
            if not character.isalnum():
                return self.shared[place:]
        return None

    @property
    def tells(self) -> bool:
        """Whether the ending tells where a text ends: a sign, some words, or a character that stands nowhere else."""
        mark = self.mark
        return self.sign is not None or (mark is not None and (len(mark) > 1 or not self.repeats))

    @property
    def sign(self) -> str | None:
        """The part of the shared ending that is a mark of the legacy format and nobody's text."""
        known = [c for c in self.candidates if c != "\n" and self.shared.endswith(c)]
        found = SIGNS.search(self.shared)
        # Prompts of several lines may all end in a newline; completions that do end in a mark.
        newline = ["\n"] if self.shared.endswith("\n") and self.candidates == STOPS else []
        return max([*known, *([found.group()] if found else []), *newline], key=len, default=None)

    @property
    def strong_mark(self) -> str | None:
        """The sign, or a label such as ``\\nAgent:``: what should occur nowhere else."""
        found = LABEL.search(self.shared)
        return self.sign or (found.group() if found else None)


def observe(texts: "Series", candidates: Sequence[str], *, choose: bool = True) -> "DataFrame":
    """One row about a batch's texts: n, first, same, shared, inside, repeats, and which candidates occur.

    Unless one of them is to be chosen, nobody looks where the candidates occur.
    """
    texts = texts.drop_nulls()
    if not len(texts):
        return pl.DataFrame(schema=_schema(candidates))
    tails = texts.str.tail(LONGEST)
    shared = _common_ending([text for text in (tails.min(), tails.max()) if isinstance(text, str)], tails)
    ends = CommonEnding(len(texts), True, shared, (), candidates, False)
    mark = ends.strong_mark
    inside = int(texts.str.head(-len(mark)).str.contains(mark, literal=True).sum()) if mark else 0
    row: dict[str, object] = {
        "n": len(texts),
        "first": texts[0],
        "same": bool((texts == texts[0]).all()),
        "shared": shared,
        "inside": inside,
        "repeats": _repeats(texts) if shared else 0,
    }
    for place, candidate in enumerate(candidates):
        row[f"c{place}"] = not choose or bool(texts.str.contains(candidate, literal=True).any())
    return pl.DataFrame([row], schema=_schema(candidates))


def conclude(seen: "DataFrame | None", candidates: Sequence[str]) -> CommonEnding | None:
    """What the whole column shares, from the rows about its batches; None for no text at all."""
    if seen is None or not seen.height:
        return None
    shared = _common_ending(seen["shared"].to_list())
    same = bool(seen["same"].all()) and seen["first"].n_unique() == 1
    ends = CommonEnding(int(seen["n"].sum()), not same, shared, (), candidates, False)
    marks = {CommonEnding(0, True, s, (), candidates, False).strong_mark for s in seen["shared"]}
    return CommonEnding(
        n=ends.n,
        distinct=not same,
        shared=shared,
        candidates=candidates,
        free=tuple(c for place, c in enumerate(candidates) if not seen[f"c{place}"].any()),
        repeats=int(seen["repeats"].sum()),
        clean=marks == {ends.strong_mark} and not int(seen["inside"].sum()),
    )


def choose_separator(ends: CommonEnding) -> str:
    """The first candidate that occurs in no prompt; the arrow only where no prompt has several lines."""
    several = "\n" not in ends.free
    usable = [c for c in ends.free if c in SEPARATORS and not (several and c == SEPARATORS[0])]
    return usable[0] if usable else SEPARATORS[-1]


def choose_stop(ends: CommonEnding) -> str:
    """The first candidate that occurs in no completion."""
    usable = [c for c in ends.free if c in STOPS]
    return usable[0] if usable else STOPS[-1]


def occurs_inside(column: str, mark: str) -> "Expr":
    """Whether a text holds the mark before its own end."""
    text = pl.col(column)
    body = pl.when(text.str.ends_with(mark)).then(text.str.head(-len(mark))).otherwise(text)
    return body.str.contains(mark, literal=True)


def separator_of(seen: "DataFrame") -> str | None:
    """The strong mark of the prompts that one call of ``observe`` looked at."""
    if not seen.height:
        return None
    return CommonEnding(0, True, seen["shared"][0], (), PROMPT_CANDIDATES, False).strong_mark


def lacks_space(text: "Expr") -> "Expr":
    """Whether a completion begins with a letter that wants a space before it."""
    return text.str.contains(SPACED)


def _repeats(texts: "Series") -> int:
    text = pl.col("text")
    last = text.str.tail(1)
    held = texts.alias("text").to_frame().select(text.str.head(-1).str.contains(last, literal=True).sum())
    return int(held.item() or 0)


def _common_ending(texts: Sequence[str], tails: "Series | None" = None) -> str:
    if not texts:
        return ""
    shared = texts[0]
    for text in texts[1:]:
        shared = _shared_tail(shared, text)
    while tails is not None and shared and not bool(tails.str.ends_with(shared).all()):
        # Shorten to what the first text that differs still shares.
        other = tails.filter(~tails.str.ends_with(shared))[0]
        shared = _shared_tail(shared, other)
    return shared


def _shared_tail(one: str, other: str) -> str:
    length = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        length += 1
    return one[len(one) - length :]


def _schema(candidates: Sequence[str]) -> "dict[str, type[DataType]]":
    fixed: dict[str, type[DataType]] = {
        "n": pl.UInt64,
        "first": pl.String,
        "same": pl.Boolean,
        "shared": pl.String,
        "inside": pl.UInt64,
        "repeats": pl.UInt64,
    }
    return {**fixed, **{f"c{place}": pl.Boolean for place in range(len(candidates))}}
