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

    def observe(self, batch: "Batch") -> None:
        """Sample some texts of a batch."""
        instructions = pl.col("role").is_in(INSTRUCTIONS).fill_null(False)
        texts = batch.messages.filter((pl.col("content").str.len_bytes() > 0) & ~instructions)
        self.of += texts.height
        some = texts.gather_every(-(-texts.height // TEXTS_A_BATCH) or 1) if texts.height else texts
        if not some.height:
            return
        some = some.select(text=pl.col("content").str.head(CHARACTERS), answers=pl.col("role") == "assistant")
        for answers, scripts in zip(some["answers"].fill_null(False), _scripts(some["text"]), strict=True):
            first, mixes = scripts
            (self.answered if answers else self.asked)[first] += 1
            self.mixed += mixes

    def add(self, sample: "ScriptSample") -> None:
        """Merge another sample."""
        self.asked.update(sample.asked)
        self.answered.update(sample.answered)
        self.mixed += sample.mixed
        self.of += sample.of

    def mix(self) -> ScriptMix:
        """The counts, the most frequent script first."""
        total = self.asked + self.answered
        ranked = sorted(total.items(), key=lambda entry: (-entry[1], entry[0]))
        rows = [(NAMES.get(name, name), self.asked[name], self.answered[name]) for name, _ in ranked]
        return ScriptMix(rows, total.total(), self.of, self.mixed)


def _scripts(texts: "Series") -> list[tuple[str, bool]]:
    """The main script of each text, and whether a second one has a large share of it."""
    letters = letter_counts(texts)
    scripts_known = script_of(letters["letter"].unique())
    scripts = {letter: scripts_known[letter] for letter in letters["letter"].unique()}
    script_names = (
        pl.col("letter").replace_strict(scripts, default=None, return_dtype=pl.String).fill_null(OTHER)
    )
    counts = letters.group_by("n", script=script_names).agg(pl.col("times").sum())
    per_text: list[Counter[str]] = [Counter() for _ in range(len(texts))]
    for n, script, times in counts.iter_rows():
        per_text[n][script] = times
    return [_main(counter) for counter in per_text]


def _main(letters: Counter[str]) -> tuple[str, bool]:
    kana = sum(letters.pop(name, 0) for name in KANA)
    if kana:
        letters["Kana"] = kana + letters.pop("Han", 0)
    if not letters:
        return NONE, False
    ranked = sorted(letters.items(), key=lambda entry: (-entry[1], entry[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0
    return ranked[0][0], second >= MANY * letters.total()
