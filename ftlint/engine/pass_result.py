"""The result of a pass over a file, or over a part of it, and what a pass in this process receives in addition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from ftlint.execution.staging import StagedFile
from ftlint.io.block import RecordBlock
from ftlint.io.part import FilePart
from ftlint.io.reader import FileReader
from ftlint.io.source import Source


class Mergeable(Protocol):
    """The mergeable state of a pass over a part of a file."""

    def merge(self, other: Any, rows: int, lines: int, /) -> None:
        """Merge the state of the following part; its rows and lines are shifted."""
        ...


S = TypeVar("S", bound=Mergeable)
Progress = Callable[[int], None]


@dataclass(slots=True)
class PassResult(Generic[S]):
    """The result of a pass over a file, or over a part of it."""

    source: Source
    state: S
    container: str = ""
    bytes: int = 0
    """The size of the file."""
    columns: list[str] | None = None
    """The header of a table."""
    sha256: str = ""
    rows: int = 0
    lines: int = 0
    incomplete: str = ""
    """Why the file was not read in full."""
    parts: list[FilePart] = field(default_factory=list)
    """Its parts with their row and line numbers in the file."""
    hashes: list[str] = field(default_factory=list)
    """The SHA-256 of each part, where known."""
    files: dict[str, StagedFile] = field(default_factory=dict)
    """The staged output of a part, by output name."""
    reading: FileReader | None = None
    """The opened file, in the caller's process."""
    blocks: list[RecordBlock] | None = None
    """Its cached blocks, for the next pass."""

    def count(self, block: RecordBlock) -> None:
        """Add the number of bytes, rows and lines of a block."""
        self.rows += block.row_count
        self.lines += block.line_count
        self.incomplete = self.incomplete or block.why_incomplete()


@dataclass(slots=True)
class Live:
    """What only a task in the caller's process receives and returns."""

    progress: Progress
    outputs: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False
    """Cache the blocks for later passes, unless they are too large."""
    before: "PassResult[Any] | None" = None
    """The pass before, which may have cached blocks."""
    last: bool = False
    """Nothing has to be cached after this pass."""
