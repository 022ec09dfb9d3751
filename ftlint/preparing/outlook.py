"""What a file is seen as before anything is done to it: shapes, task, classes, scripts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlint.lazy import pl

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch import Batch

# A script is named where at least this share of the letters is of it.
NOTABLE = 0.05
SAMPLED_EXAMPLES = 250
SAMPLED_CHARACTERS = 1_000
SCRIPTS = {
    "Latin": r"\p{Latin}",
    "Chinese": r"\p{Han}",
    "kana": r"[\p{Hiragana}\p{Katakana}]",
    "Korean": r"\p{Hangul}",
    "Cyrillic": r"\p{Cyrillic}",
    "Arabic": r"\p{Arabic}",
    "Hebrew": r"\p{Hebrew}",
    "Greek": r"\p{Greek}",
    "Devanagari": r"\p{Devanagari}",
    "Bengali": r"\p{Bengali}",
    "Tamil": r"\p{Tamil}",
    "Telugu": r"\p{Telugu}",
    "Thai": r"\p{Thai}",
    "Georgian": r"\p{Georgian}",
    "Armenian": r"\p{Armenian}",
    "Ethiopic": r"\p{Ethiopic}",
    "Khmer": r"\p{Khmer}",
    "Burmese": r"\p{Myanmar}",
    "Lao": r"\p{Lao}",
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was seen. ``classes`` are labels with their numbers, the biggest first; none for a generation.

    ``scripts`` are those of a sample of the texts, the commonest first. ``tokens`` is None where they were not counted.
    """

    name: str
    container: str
    columns: Sequence[str] | None
    rows: int
    examples: int
    shapes: Mapping[str, int]
    goal: str
    task: str | None
    classes: Sequence[tuple[str, int]]
    scripts: Sequence[str]
    tokens: int | None = None
    notes: Sequence[str] = ()


class ScriptSample:
    """The scripts of the first examples of a file, batch by batch."""

    def __init__(self) -> None:
        self.examples = 0
        self._counts: list[DataFrame] = []

    def see(self, batch: "Batch") -> None:
        """Look at the texts of the first examples of a batch, as many as are still wanted."""
        room = SAMPLED_EXAMPLES - self.examples
        if room <= 0:
            return
        text = pl.col("text").str.slice(0, SAMPLED_CHARACTERS)
        counts = {name: text.str.count_matches(pattern).sum() for name, pattern in SCRIPTS.items()}
        texts = batch.texts.select("i", "text").filter(pl.col("i") < room)
        self._counts.append(texts.group_by(i=pl.col("i") + self.examples).agg(**counts))
        self.examples += min(room, len(batch))

    def join(self, part: "ScriptSample") -> None:
        """Add what was seen of the next part of the file."""
        for counts in part._counts:
            moved = counts.with_columns(pl.col("i") + self.examples)
            self._counts.append(moved.filter(pl.col("i") < SAMPLED_EXAMPLES))
        self.examples = min(SAMPLED_EXAMPLES, self.examples + part.examples)

    @property
    def names(self) -> list[str]:
        """The scripts, the commonest first."""
        if not self._counts:
            return []
        counts = pl.concat(self._counts).select(*SCRIPTS).sum()
        found = Counter({name: int(n or 0) for name, n in counts.row(0, named=True).items()})
        kana = found.pop("kana")
        # Japanese is written in both: where a tenth is kana, the Chinese characters are Japanese ones.
        if kana and kana * 10 >= found["Chinese"]:
            found["Japanese"] = kana + found.pop("Chinese")
        total = found.total()
        return [name for name, n in found.most_common() if total and n >= total * NOTABLE]
