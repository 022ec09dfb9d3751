"""Which writing systems the texts use, estimated from a sample."""

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
"""So much of a text is looked at."""
MANY = 0.2
"""A text mixes scripts where a second one has at least this share of its letters."""
# Japanese is written in three scripts at once; a text with any kana is Japanese.
KANA = ("Hiragana", "Katakana")
NAMES = {"Han": "Chinese (Han)", "Kana": "Japanese (kana, Han)", "Hangul": "Korean (Hangul)"}
# Instructions are the same in most examples and say nothing of what is asked and answered.
INSTRUCTIONS = ("system", "developer")
NONE = "no letters"
OTHER = "other scripts"


@dataclass(frozen=True, slots=True)
class ScriptMix:
    """How many of the texts looked at are mostly in each script, by who says them: (script, asked, answered).

    ``texts`` were looked at of ``of``; ``mixed`` have a second script for a good part of their letters.
    """

    rows: list[tuple[str, int, int]]
    texts: int
    of: int
    mixed: int


@dataclass(slots=True)
class ScriptSample:
    """What batches have told so far. The sample is spread evenly over each batch, so it is the same on every run."""

    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    mixed: int = 0
    of: int = 0

    def see(self, batch: "Batch") -> None:
        """Look at some texts of a batch."""
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
        """Take what another sample has seen."""
        self.asked.update(other.asked)
        self.answered.update(other.answered)
        self.mixed += other.mixed
        self.of += other.of

    def mix(self) -> ScriptMix:
        """The figures, the commonest script first."""
        total = self.asked + self.answered
        named = sorted(total.items(), key=lambda entry: (-entry[1], entry[0]))
        rows = [(NAMES.get(name, name), self.asked[name], self.answered[name]) for name, _ in named]
        return ScriptMix(rows, total.total(), self.of, self.mixed)


def _scripts(texts: "Series") -> list[tuple[str, bool]]:
    """For each text its main script, and whether a second one has a good part of it."""
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
