"""Rules about pieces inside of texts that only Python can judge: a checksum, a date, what stands around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ftlint.frame_rule import TextRule
from ftlint.job import Job
from ftlint.lazy import pl
from ftlint.rule_base import Found

if TYPE_CHECKING:
    from polars import Series


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, ``words`` that name it without showing it, and the mark that may take its place."""

    start: int
    end: int
    words: str
    mark: str


class PieceRule(TextRule):
    """Looks for pieces in texts: a cheap expression picks the texts, Python finds the pieces.

    The fix puts marks in their places. A mark must be nothing that the rule finds.
    """

    several: ClassVar[str] = "more"
    """What more pieces in one text are called."""

    def likely(self, job: Job) -> pl.Expr:
        """An expression on ``texts``: true wherever there may be a piece."""
        raise NotImplementedError

    def pieces(self, text: str) -> Sequence[Piece]:
        """The pieces in a text, in order, none inside another."""
        raise NotImplementedError

    def when(self, job: Job) -> pl.Expr:
        candidates = pl.when(self.likely(job)).then(pl.col("text"))
        return candidates.map_batches(self._have_pieces, return_dtype=pl.Boolean)

    def _have_pieces(self, texts: Series) -> Series:
        places = texts.is_not_null().arg_true()
        found = [place for place, text in zip(places, texts.gather(places), strict=True) if self.pieces(text)]
        return (
            pl.select(pl.int_range(len(texts), dtype=pl.UInt32).is_in(found)).to_series().rename(texts.name)
        )

    def say(self, found: Found, job: Job) -> str:
        first, *more = self.pieces(found["text"])
        told = f"{first.words} at character {first.start + 1}"
        return f"{told}, and {len(more)} {self.several}" if more else told

    def mend_text(self, text: str, found: Found, job: Job) -> str:
        done, mended = 0, []
        for piece in self.pieces(text):
            mended += [text[done : piece.start], f"[{piece.mark}]"]
            done = piece.end
        return "".join([*mended, text[done:]])
