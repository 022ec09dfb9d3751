"""Detect the markers of the legacy prompt–completion format: separator, leading space and stop.

A base model is trained on one continuous text, so prompts ended in a separator, completions began with a space and
ended in a stop sequence. Rules check these markers; conversion removes or adds them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, DataType, Expr, Series

# The candidates of OpenAI's removed preparation tool, in its order. Its stop "." is omitted: it is no marker where
# answers are sentences, and a number with a decimal point would end the answer.
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
# The newline detects whether any prompt has several lines.
PROMPT_CANDIDATES = (*SEPARATORS, "\n")
MAX_ENDING_LENGTH = 60
"""The greatest length of a common ending, in characters."""
# A marker that is not text: a run of signs such as ###, --> or ***, or an end token, with the blanks around it.
SIGNS = re.compile(r"\s*(?:[-=#>*+&$@%~]{2,}|<\|\w+\|>|</s>)\s*$")
# A label before the answer: the last line is a few words and a colon.
LABEL = re.compile(r"\n+[^\S\n]*\w[\w ]{0,24}:\s*$")
# Scripts whose words begin with a space in byte-pair vocabularies; those of Chinese, Japanese, Thai … do not. A number
# without a space is one token in all vocabularies of OpenAI; with a space it is two in the newer ones.
SPACED = (
    r"^(?:[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}\p{Hebrew}\p{Arabic}\p{Devanagari}\p{Bengali}\p{Hangul}]"
    r"|[0-9]\P{L}*\p{L})"
)


@dataclass(frozen=True, slots=True)
class CommonEnding:
    """The common ending of all texts of a column: ``shared``, and ``mark``, the part of it that can be a marker."""

    n: int
    distinct: bool
    shared: str
    free: Sequence[str]
    """The candidate markers that occur in no text."""
    candidates: Sequence[str]
    """The usual markers of this column."""
    clean: bool
    """Whether it is known that the marker occurs only at the end of texts."""
    repeats: int = 0
    """The number of texts that contain their last character before their end, too."""

    @property
    def mark(self) -> str | None:
        """The shared ending from its first character that is not a letter or digit, or None."""
        for place, character in enumerate(self.shared):
            if not character.isalnum():
                return self.shared[place:]
        return None

    @property
    def is_informative(self) -> bool:
        """Whether the ending marks the end of a text: a sign, several characters, or one that occurs nowhere else."""
        mark = self.mark
        return self.sign is not None or (mark is not None and (len(mark) > 1 or not self.repeats))

    @property
    def sign(self) -> str | None:
        """The part of the shared ending that is a marker of the legacy format and not text."""
        matching_candidates = [c for c in self.candidates if c != "\n" and self.shared.endswith(c)]
        match = SIGNS.search(self.shared)
        # Multi-line prompts may all end in a newline by chance; for completions a common final newline is a marker.
        newline = ["\n"] if self.shared.endswith("\n") and self.candidates == STOPS else []
        return max(
            [*matching_candidates, *([match.group()] if match else []), *newline], key=len, default=None
        )

    @property
    def strong_mark(self) -> str | None:
        """The sign, or a label such as ``\\nAgent:``: it should occur only at the end of texts."""
        match = LABEL.search(self.shared)
        return self.sign or (match.group() if match else None)


def observe(texts: "Series", candidates: Sequence[str], *, choose: bool = True) -> "DataFrame":
    """The state of one batch, as one row: n, first, same, shared, inside, repeats, and which candidates occur.

    Without ``choose`` the texts are not searched for the candidates.
    """
    texts = texts.drop_nulls()
    if not len(texts):
        return pl.DataFrame(schema=_schema(candidates))
    tails = texts.str.tail(MAX_ENDING_LENGTH)
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


def conclude(observed: "DataFrame | None", candidates: Sequence[str]) -> CommonEnding | None:
    """The common ending of the entire column, from the states of all batches; None where there is no text."""
    if observed is None or not observed.height:
        return None
    shared = _common_ending(observed["shared"].to_list())
    same = bool(observed["same"].all()) and observed["first"].n_unique() == 1
    ends = CommonEnding(int(observed["n"].sum()), not same, shared, (), candidates, False)
    marks = {CommonEnding(0, True, s, (), candidates, False).strong_mark for s in observed["shared"]}
    return CommonEnding(
        n=ends.n,
        distinct=not same,
        shared=shared,
        candidates=candidates,
        free=tuple(c for place, c in enumerate(candidates) if not observed[f"c{place}"].any()),
        repeats=int(observed["repeats"].sum()),
        clean=marks == {ends.strong_mark} and not int(observed["inside"].sum()),
    )


def choose_separator(ends: CommonEnding) -> str:
    """The first candidate that occurs in no prompt; the arrow only if no prompt has several lines."""
    several = "\n" not in ends.free
    usable = [c for c in ends.free if c in SEPARATORS and not (several and c == SEPARATORS[0])]
    return usable[0] if usable else SEPARATORS[-1]


def choose_stop(ends: CommonEnding) -> str:
    """The first candidate that occurs in no completion."""
    usable = [c for c in ends.free if c in STOPS]
    return usable[0] if usable else STOPS[-1]


def occurs_inside(column: str, mark: str) -> "Expr":
    """Whether a text contains the marker before its end."""
    text = pl.col(column)
    body = pl.when(text.str.ends_with(mark)).then(text.str.head(-len(mark))).otherwise(text)
    return body.str.contains(mark, literal=True)


def separator_of(observed: "DataFrame") -> str | None:
    """The strong mark of the prompts in the state of one batch."""
    if not observed.height:
        return None
    return CommonEnding(0, True, observed["shared"][0], (), PROMPT_CANDIDATES, False).strong_mark


def lacks_space(text: "Expr") -> "Expr":
    """Whether a completion begins with a letter that needs a space before it."""
    return text.str.contains(SPACED)


def _repeats(texts: "Series") -> int:
    text = pl.col("text")
    last = text.str.tail(1)
    repeated = texts.alias("text").to_frame().select(text.str.head(-1).str.contains(last, literal=True).sum())
    return int(repeated.item() or 0)


def _common_ending(texts: Sequence[str], tails: "Series | None" = None) -> str:
    if not texts:
        return ""
    shared = texts[0]
    for text in texts[1:]:
        shared = _shared_tail(shared, text)
    while tails is not None and shared and not bool(tails.str.ends_with(shared).all()):
        # Shorten to the common ending with the first text that differs.
        second = tails.filter(~tails.str.ends_with(shared))[0]
        shared = _shared_tail(shared, second)
    return shared


def _shared_tail(first: str, second: str) -> str:
    length = 0
    for a, b in zip(reversed(first), reversed(second), strict=False):
        if a != b:
            break
        length += 1
    return first[len(first) - length :]


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
