"""What a reader notices about the bytes, and the blocks of records it yields."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Record = dict[str, Any]

FaultKind = Literal[
    "not-utf8",
    "bom",
    "bad-json",
    "many-in-one",
    "blank",
    "cr",
    "no-newline",
    "twin-key",
    "non-finite",
    "surrogate",
    "separator",
    "lfs-pointer",
    "not-data",
    "not-object",
    "ragged",
    "delimiter",
    "other-sheet",
    "error-cell",
    "cut-cell",
    "alias",
    "twin-column",
    "precision",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the bytes. A rule of the F family turns it into a finding.

    ``message`` is a sentence about this very place, with data already quoted. ``count`` says how many
    lines one fault stands for (carriage returns are told once a block). ``healable`` is false where the
    kind as a whole can be healed, but this one cannot.
    """

    kind: FaultKind
    message: str
    line: int | None = None
    row: int | None = None
    path: str | None = None
    count: int = 1
    healable: bool = True
    text: str | None = None
    """The row as it stands in the file, where it is not used and no raw line keeps it (``--rejects``)."""


@dataclass(slots=True)
class Block:
    """About 8 MiB of records in file order.

    ``rows`` are record numbers and ``lines`` the physical lines where the records start, both from 1.
    A broken record has a number too, so numbers may skip. ``raw`` (line-based containers read with
    ``keep_raw`` only) holds each record's line as it is to be written back, with its line end;
    ``between[k]`` holds lines that are no records (kept blank or broken ones), verbatim, that stand before
    record ``k`` of this block (``k == len(records)``: after the last). ``seen_rows`` and ``seen_lines``
    count what the block used up, broken records and blank lines included.
    """

    records: Sequence[Record]
    rows: Sequence[int]
    lines: Sequence[int]
    faults: list[Fault] = field(default_factory=list)
    raw: Sequence[bytes] | None = None
    between: dict[int, list[bytes]] = field(default_factory=dict)
    seen_rows: int = 0
    seen_lines: int = 0

    def unread(self) -> list[Fault]:
        """The first fault of every row that could not be used."""
        if self.seen_rows == len(self.records):
            return []
        used = set(self.rows)
        faults = []
        for fault in self.faults:
            if fault.row is not None and fault.row not in used:
                used.add(fault.row)
                faults.append(fault)
        return faults
