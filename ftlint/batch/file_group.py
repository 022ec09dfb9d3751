"""Several small files as one batch, so that the rules' expressions are evaluated once for all of them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import TYPE_CHECKING, TypeVar

from ftlint._polars import pl
from ftlint.batch.batch import Batch, batch_of
from ftlint.batch.records import RecordReader
from ftlint.context import RuleContext
from ftlint.io.block import RecordBlock

if TYPE_CHECKING:
    from polars import Expr, Series


T = TypeVar("T")


class FileGroup:
    """The records of several files, one after another. Rows and lines of ``batch`` are counted from 1 to the last;
    those of a single file are its own.
    """

    def __init__(self, blocks: Sequence[RecordBlock], reader: RecordReader, context: RuleContext) -> None:
        """Each block has all records of its file."""
        self._blocks, self._reader, self._context = blocks, reader, context
        self.sizes = [len(block.records) for block in blocks]
        self.starts = [0, *accumulate(self.sizes)][:-1]
        self._files: dict[int, Batch] = {}
        if len(blocks) == 1:
            self.batch = self.file(0)
        else:
            numbers = range(1, sum(self.sizes) + 1)
            records = list(chain.from_iterable(block.records for block in blocks))
            self.batch = Batch(records, numbers, numbers, reader, context)

    def file(self, number: int) -> Batch:
        """One of the files as a batch of its own."""
        if number not in self._files:
            self._files[number] = batch_of(self._blocks[number], self._reader, self._context)
        return self._files[number]

    @cached_property
    def numbers(self) -> "Series":
        """The number of the file of each record."""
        sizes = pl.Series(self.sizes, dtype=pl.UInt32)
        return pl.select(
            pl.int_range(len(sizes), dtype=pl.UInt32).repeat_by(sizes).explode().drop_nulls()
        ).to_series()

    def number_of(self, i: int) -> int:
        """The number of the file of record ``i``."""
        return bisect_right(self.starts, i) - 1

    def of_records(self, indexes: "Series | Iterable[int]") -> set[int]:
        """The files of the records with these indexes."""
        return {self.number_of(i) for i in indexes}

    def of_each(self, indexes: "Series | Iterable[int]") -> list[int]:
        """For each of these records the file."""
        return [self.number_of(i) for i in indexes]

    def by_file(self, values: Sequence[T]) -> list[Sequence[T]]:
        """Values of all records, by file."""
        return [values[start : start + size] for start, size in zip(self.starts, self.sizes, strict=True)]

    def of_rows(self, rows: "Series") -> set[int]:
        """The files of these rows; null is none."""
        return {self.number_of(row - 1) for row in rows if row is not None}

    def with_records(self, least: int) -> set[int]:
        """The files with at least so many records."""
        return {number for number, size in enumerate(self.sizes) if size >= least}

    def file_of(self, column: str) -> "Expr":
        """An expression: the number of the file, from a column of record indexes."""
        places = pl.Series(range(len(self.numbers)), dtype=pl.UInt32)
        return pl.col(column).cast(pl.UInt32).replace_strict(places, self.numbers)
