"""The interface of a container's writer, and the selection of the writer by a file's name.

Reading a written file returns the same records. A record that a container cannot represent is returned, never changed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

from msgspec import Struct

from ftlint.errors import UsageError
from ftlint.io.block import Record
from ftlint.io.container import split_name
from ftlint.io.formats import format_of, writable_suffixes


class Entry(Struct, frozen=True):
    """A record to be written, its position in the source, and data that its sender needs if it is refused."""

    record: Record
    line: int
    row: int
    about: Any = None


class Refused(Struct, frozen=True):
    """A record that the container cannot represent; the reason as a sentence without its full stop."""

    entry: Entry
    reason: str


class Writer(Protocol):
    """Writes records one by one. ``notes``, known at the end, describe values that read back differently."""

    notes: list[str]

    def add(self, entry: Entry) -> None:
        """Write one record."""

    def finish(self) -> Iterator[Refused]:
        """Write what is pending. Raises UsageError if the file as a whole cannot be written."""


def container_of(path: Path) -> str:
    """The container that a file's name selects. Raises UsageError if it cannot be written."""
    container, packed = split_name(path.name)
    if container is None or format_of(container).writer is None:
        raise UsageError(f"-o {path}: the name tells what to write: {writable_suffixes()}")
    if packed and format_of(container).compressed:
        raise UsageError(f"-o {path}: .{container} is packed already; leave out the last ending")
    return container


def writer_for(path: Path, out: IO[bytes]) -> Writer:
    """A writer into ``out`` of the container that the name of ``path`` selects."""
    return format_of(container_of(path)).create(out, path.parent)
