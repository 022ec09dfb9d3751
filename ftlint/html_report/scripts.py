"""Estimate the writing systems of the texts from a sample."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis.scripts import letter_counts, script_of

if TYPE_CHECKING:
    from polars import Series

    from ftlint.batch.batch import Batch

TEXTS_A_BATCH = 400
CHARACTERS = 1_000
"""The number of characters of a text that are examined."""
MANY = 0.2
"""A text mixes scripts if a second one has at least this share of its letters."""
# Japanese uses three scripts at once; a text with any kana is Japanese.
KANA = ("Hiragana", "Katakana")
NAMES = {"Han": "Chinese (Han)", "Kana": "Japanese (kana, Han)", "Hangul": "Korean (Hangul)"}
# Instructions are the same in most examples and do not represent questions and answers.
INSTRUCTIONS = ("system", "developer")
NONE = "no letters"
OTHER = "other scripts"


@dataclass(frozen=True, slots=True)
class ScriptMix:
    """The number of sampled texts by main script, in prompts and in answers: (script, asked, answered).

    ``texts`` of ``of`` were sampled; ``mixed`` of them have a second script with a large share of their
    letters.
    """

    rows: list[tuple[str, int, int]]
    texts: int
    of: int
    mixed: int


@dataclass(slots=True)
class ScriptSample:
    """The sample so far. It is spread evenly over each batch, so it is the same on every run."""

    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    mixed: int = 0
    of: int = 0

    def see(self, batch: "Batch") -> None:
        """Sample some texts of a batch."""
        told = pl.col("role").is_in(INSTRUCTIONS).fill_null(False)
        said = batch.messages.filter((pl.col("content").str.len_bytes() > 0) & ~told)
        self.of += said.height
        some = said.gather_every(-(-said.height // TEXTS_A_BATCH) or 1) if said.height else said
        if not some.height:
            return
        some = some.select(text=pl.col("content").str.head(CHARACTERS), answers=pl.col("role") == "assistant")
        for answers, found in zip(some["answers"].fill_null(False), _scripts(some["text"]), strict=True):
            first, mixes = found
            (self.answered if answers else self.asked)[first] += 1
            self.mixed += mixes

    def add(self, other: "ScriptSample") -> None:
        """Merge another sample."""
        self.asked.update(other.asked)
        self.answered.update(other.answered)
        self.mixed += other.mixed
        self.of += other.of

    def mix(self) -> ScriptMix:
        """The counts, the most frequent script first."""
        total = self.asked + self.answered
        named = sorted(total.items(), key=lambda entry: (-entry[1], entry[0]))
        rows = [(NAMES.get(name, name), self.asked[name], self.answered[name]) for name, _ in named]
        return ScriptMix(rows, total.total(), self.of, self.mixed)


def _scripts(texts: "Series") -> list[tuple[str, bool]]:
    """The main script of each text, and whether a second one has a large share of it."""
    letters = letter_counts(texts)
    known = script_of(letters["letter"].unique())
    scripts = {letter: known[letter] for letter in letters["letter"].unique()}
    named = pl.col("letter").replace_strict(scripts, default=None, return_dtype=pl.String).fill_null(OTHER)
    counts = letters.group_by("n", script=named).agg(pl.col("times").sum())
    found: list[Counter[str]] = [Counter() for _ in range(len(texts))]
    for n, script, times in counts.iter_rows():
        found[n][script] = times
    return [_main(counter) for counter in found]


def _main(letters: Counter[str]) -> tuple[str, bool]:
    kana = sum(letters.pop(name, 0) for name in KANA)
    if kana:
        letters["Kana"] = kana + letters.pop("Han", 0)
    if not letters:
        return NONE, False
    ranked = sorted(letters.items(), key=lambda entry: (-entry[1], entry[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0
    return ranked[0][0], second >= MANY * letters.total()
