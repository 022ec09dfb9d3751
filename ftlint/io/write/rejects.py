"""The ``--rejects`` file: the rows that are left out of a new file, as JSON lines."""

from collections.abc import Callable, Iterable
from typing import IO

from msgspec import Struct

from ftlint.io.block import FaultKind, RecordBlock
from ftlint.io.write.atomic import encode


class Reject(Struct, frozen=True):
    """A row that is left out: its position in the source, the code of the rule, and the row itself."""

    line: int | None
    row: int | None
    code: str
    record: object


def unread_rows(block: RecordBlock, code_of: Callable[[FaultKind], str]) -> list[Reject]:
    """The rows of a block that could not be read."""
    return [
        Reject(fault.line, fault.row, code_of(fault.kind), fault.text) for fault in block.unreadable_rows()
    ]


def write_rejects(out: IO[bytes], source_name: str, rejects: Iterable[Reject]) -> None:
    """Write rows of one source, in the order of the file."""
    for one in sorted(rejects, key=lambda one: one.row or 0):
        entry = {
            "file": source_name, "line": one.line, "row": one.row, "code": one.code, "record": one.record,
        }  # fmt: skip
        out.write(encode(entry))
