"""Token counts of texts that were counted before: whoever counts them again in the same run finds them here."""

from typing import TYPE_CHECKING

from ftlint._polars import pl

if TYPE_CHECKING:
    from polars import DataFrame, Series

# More are not stored: a text takes 20 bytes, and each batch is matched with all of them.
MAX_TEXTS = 1 << 20
SEEDS = {"high": 1, "low": 2}


class CountedTexts:
    """Texts, by two 64-bit hashes, with their token counts: first they are added, then looked up."""

    def __init__(self) -> None:
        self._added: list[DataFrame] = []
        self._size = 0
        self._known: DataFrame | None = None

    def add(self, texts: "Series", counts: "Series") -> None:
        """Store the counts of distinct texts, unless there are too many, or texts are looked up already."""
        if self._known is None and self._size < MAX_TEXTS:
            self._added.append(_hashes(texts).with_columns(n=counts))
            self._size += len(texts)

    def close(self) -> None:
        """From now on texts are looked up."""
        if self._added:
            self._known = pl.concat(self._added).unique(["high", "low"])
        self._added = []

    def counts_of(self, texts: "Series") -> "Series | None":
        """The count of each text, null where it is unknown; None while texts are added."""
        if self._known is None:
            return None
        hashes = _hashes(texts)
        return hashes.join(self._known, on=["high", "low"], how="left", maintain_order="left")["n"]


def _hashes(texts: "Series") -> "DataFrame":
    text = pl.col("text")
    return texts.alias("text").to_frame().select(**{name: text.hash(seed) for name, seed in SEEDS.items()})
