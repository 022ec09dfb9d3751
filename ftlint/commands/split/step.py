"""The steps of a split: group the source's records, route each to its file, and verify the files that were written."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Any

from msgspec import Struct, field

from ftlint.batch.batch import Batch
from ftlint.commands.split.grouping import RowGrouper
from ftlint.commands.split.keys import GroupingOptions, grouping_keys
from ftlint.engine.handle import PlanStep
from ftlint.engine.source_findings import code_of
from ftlint.engine.state import shifted
from ftlint.errors import SourceChanged
from ftlint.io.block import RecordBlock
from ftlint.io.part import FilePart
from ftlint.io.write.atomic import encode
from ftlint.io.write.rejects import unread_rows, write_rejects

if TYPE_CHECKING:
    from polars import DataFrame

REJECTS = "rejects"
NOWHERE = 255


class GroupState(Struct):
    """The records of a file as a split needs them."""

    splitter: RowGrouper
    shapes: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    """Rows that could not be read, by the code of the rule that reports them."""

    def merge(self, other: "GroupState", rows: int, lines: int, /) -> None:
        """Merge the next part of the file."""
        self.splitter.merge(other.splitter, rows, lines)
        self.shapes.update(other.shapes)
        self.unread.update(other.unread)


@dataclass(frozen=True, slots=True)
class GroupRecords(PlanStep[GroupState]):
    """The first pass: the grouping keys of every record."""

    bonds: GroupingOptions
    sized: bool
    """Whether the bytes of records matter."""

    def start(self) -> GroupState:
        """No keys."""
        return GroupState(RowGrouper(self.bonds, self.plan.context))

    def visit(self, block: RecordBlock, batch: Batch, state: GroupState, outputs: Mapping[str, Any]) -> None:
        """Add the keys of a batch."""
        sizes = [len(line) for line in _lines(block)] if self.sized else None
        state.splitter.observe(batch, block.records, sizes)
        for found in batch.record_shapes if len(batch.detected_shapes) > 1 else batch.detected_shapes:
            if found is not None:
                state.shapes[found.shape.name] += len(batch) if len(batch.detected_shapes) == 1 else 1
        state.unread.update(code_of(self.plan, fault.kind) for fault in block.unreadable_rows())


class Routed(Struct):
    """No state is needed of the written files: they are read again."""

    def merge(self, other: "Routed", rows: int, lines: int, /) -> None:
        """Nothing is to be added."""
        del other, rows, lines


@dataclass(frozen=True, slots=True)
class Route(PlanStep[Routed]):
    """The second pass: write every line to the file of its subset."""

    needs_batch = False

    source: str
    outputs: tuple[str, ...]
    first: int = 1
    sides: bytes = b""
    """For each row from ``first`` on the place of its subset among the outputs."""
    subset_of: Callable[[int], str] | None = None
    """Known to the caller only."""

    def start(self) -> Routed:
        """Nothing written."""
        return Routed()

    def for_part(self, part: FilePart, rows: range) -> "Route":
        """With the subsets of these rows only."""
        places = {name: place for place, name in enumerate(self.outputs)}
        subset_of = self.subset_of
        assert subset_of is not None

        def place(row: int) -> int:
            try:
                return places[subset_of(row)]
            except KeyError:
                return NOWHERE

        return replace(self, first=rows.start, sides=bytes(map(place, rows)), subset_of=None)

    def visit(
        self, block: RecordBlock, batch: Batch, state: Routed, outputs: Mapping[str, IO[bytes]]
    ) -> None:
        """Write the lines of a block."""
        lines: dict[str, list[bytes]] = {name: [] for name in self.outputs}
        for row, line in zip(block.rows, _lines(block), strict=True):
            place = self.sides[row - self.first] if row - self.first < len(self.sides) else NOWHERE
            if place == NOWHERE:
                raise SourceChanged(f"{self.source} changed while it was read")
            lines[self.outputs[place]].append(line if line.endswith(b"\n") else line + b"\n")
        for name in self.outputs:
            outputs[name].writelines(lines[name])
        if REJECTS in outputs:
            rejects = unread_rows(block, lambda kind: code_of(self.plan, kind))
            write_rejects(outputs[REJECTS], self.source, rejects)


class Keys(Struct):
    """The grouping keys of the records of a written file."""

    frames: "list[DataFrame]" = field(default_factory=list)

    def merge(self, other: "Keys", rows: int, lines: int, /) -> None:
        """Merge the next part of the file."""
        self.frames += [shifted(frame, rows, lines) for frame in other.frames]


@dataclass(frozen=True, slots=True)
class Verify(PlanStep[Keys]):
    """Read a written file again."""

    fields: Sequence[str]

    def start(self) -> Keys:
        """Nothing read."""
        return Keys()

    def visit(self, block: RecordBlock, batch: Batch, state: Keys, outputs: Mapping[str, Any]) -> None:
        """Add the keys of a batch."""
        state.frames.append(grouping_keys(batch, block.records, self.fields))


def _lines(block: RecordBlock) -> Sequence[bytes]:
    """The lines to write: those of the file, or the records of another container as lines."""
    return block.raw if block.raw is not None else [encode(record) for record in block.records]
