"""Writing records in the container that a file's name asks for, so that reading the file gives them back.

JSON lines and JSON arrays are written as the records come. Tables need to know all fields before the first row: the
records wait in a temporary file. What a container cannot hold is handed back, never changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from ftlint.errors import UsageError
from ftlint.io.block import Record
from ftlint.io.container import split_name

__all__ = ["CONTAINERS", "Entry", "Refused", "Writer", "container_of", "writer_for"]

CONTAINERS = ("jsonl", "json", "csv", "tsv", "xlsx", "parquet")
PACKED_ITSELF = ("xlsx", "parquet")
NAMES = ".jsonl, .ndjson, .json, .csv or .tsv (each also with .gz or .zst behind it), .xlsx or .parquet"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record on its way out, where it stood in the source, and whatever its sender wants to know if it is refused."""

    record: Record
    line: int
    row: int
    about: Any = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that the container has no place for; the reason as a whole sentence without its full stop."""

    entry: Entry
    reason: str


class Writer(Protocol):
    """Takes records one by one. ``notes``, known at the end, say what reads back otherwise than it was."""

    notes: list[str]

    def add(self, entry: Entry) -> None:
        """Take one record."""

    def finish(self) -> Iterator[Refused]:
        """Write what is not written yet. Raises UsageError where the file as a whole cannot be."""


def container_of(path: Path) -> str:
    """The container that a file's name asks for. Raises UsageError where it asks for none that can be written."""
    container, packed = split_name(path.name)
    if container not in CONTAINERS:
        raise UsageError(f"-o {path}: the name tells what to write: {NAMES}")
    if packed and container in PACKED_ITSELF:
        raise UsageError(f"-o {path}: .{container} is packed already; leave out the last ending")
    return container


def writer_for(path: Path, out: IO[bytes]) -> Writer:
    """A writer of the container that the name of ``path`` asks for, into ``out``."""
    container = container_of(path)
    if container in ("jsonl", "json"):
        from ftlint.io.write.jsonl import ArrayWriter, LineWriter

        return LineWriter(out) if container == "jsonl" else ArrayWriter(out)
    from ftlint.io.write.table import TableWriter

    return TableWriter(container, out, path.parent)
