"""Matches of a frame rule: rows of its frame, each built on access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.example import Location


class MatchedRow(Mapping[str, Any]):
    """One matched row of a frame: the rule's ``columns`` and the columns of its location."""

    __slots__ = ("_columns", "_values")

    def __init__(self, columns: Mapping[str, int], values: Sequence[Any]) -> None:
        """``columns`` maps each column to the index of its value."""
        self._columns, self._values = columns, values

    def __getitem__(self, column: str) -> Any:
        return self._values[self._columns[column]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def i(self) -> int:
        """The index of the record in its batch."""
        return int(self["i"])

    @property
    def at(self) -> int:
        """The index of the message in its record."""
        return int(self["at"])

    @property
    def location(self) -> Location:
        """The location in the record: the field that the row names, else the content of the message."""
        return self.location_in("content")

    def location_in(self, field: str) -> Location:
        """The location in the record, in ``field`` of the message where the row names no field."""
        # The page of a rule is shown without the code that reads records.
        from ftlint.batch.example import Location

        return Location(self.at, self.get("field", field) or "content", self.get("part"))


class MatchedRows(Sequence[MatchedRow]):
    """The rows of a frame that a rule matched, in the order of the frame."""

    def __init__(self, frame: DataFrame) -> None:
        self.frame = frame
        self._columns = {name: index for index, name in enumerate(frame.columns)}

    def __len__(self) -> int:
        return self.frame.height

    @overload
    def __getitem__(self, index: int) -> MatchedRow: ...
    @overload
    def __getitem__(self, index: slice) -> MatchedRows: ...
    def __getitem__(self, index: int | slice) -> MatchedRow | MatchedRows:
        if isinstance(index, slice):
            return MatchedRows(self.frame[index])
        return MatchedRow(self._columns, self.frame.row(index))

    def __iter__(self) -> Iterator[MatchedRow]:
        columns = self._columns
        for values in self.frame.iter_rows():
            yield MatchedRow(columns, values)

    def by_record(self) -> MatchedRows:
        """The same rows in the order of their records."""
        return MatchedRows(self.frame.sort("i", maintain_order=True))

    def once_per(self, columns: Sequence[str]) -> MatchedRows:
        """The first rows of each record that differ in ``columns``; ``repeats`` is how many rows each stands for."""
        from ftlint._polars import pl

        groups = self.frame.group_by("i", *columns, maintain_order=True)
        first = groups.agg(pl.exclude("i", *columns).first(), pl.len().alias("repeats"))
        return MatchedRows(first.select(*self.frame.columns, "repeats"))
