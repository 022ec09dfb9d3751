"""The interface of a container's writer, and the writer that a file's name asks for.

Reading a written file gives the records back. What a container cannot hold is handed back, never changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from ftlint.errors import UsageError
from ftlint.io.block import Record
from ftlint.io.container import split_name
from ftlint.io.formats import format_of, writable_suffixes


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
    if container is None or format_of(container).writer is None:
        raise UsageError(f"-o {path}: the name tells what to write: {writable_suffixes()}")
    if packed and format_of(container).compressed:
        raise UsageError(f"-o {path}: .{container} is packed already; leave out the last ending")
    return container


def writer_for(path: Path, out: IO[bytes]) -> Writer:
    """A writer of the container that the name of ``path`` asks for, into ``out``."""
    return format_of(container_of(path)).create(out, path.parent)
