"""What readers yield (blocks of records, with the faults in the bytes) and their options."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, field

from ftlint.json_values import encode_json

Record = dict[str, Any]

FaultKind = str

FAULT_KINDS: Mapping[FaultKind, bool | None] = {
    "not-utf8": None,
    "bom": False,
    "inner-bom": False,
    "bad-json": None,
    "many-in-one": False,
    "blank": False,
    "cr": False,
    "no-newline": False,
    "twin-key": False,
    "non-finite": False,
    "surrogate": False,
    "separator": False,
    "lfs-pointer": True,
    "not-data": None,
    "not-object": None,
    "ragged": None,
    "delimiter": False,
    "other-sheet": False,
    "error-cell": False,
    "cut-cell": False,
    "twin-column": False,
    "precision": False,
}
"""The kinds of fault that readers may report; a rule reports each (``FaultRule.fault``).

The value says whether a fault of the kind means that the file was read incompletely, beyond the one row it may name;
None if each fault states it itself (``Fault.incomplete``). To add a kind: an entry here, the reader that reports it,
and the rule.
"""

PARTLY_READ: Collection[FaultKind] = ("twin-key",)
"""The kinds of fault of a row that is used although its record lacks a part of it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One error in the bytes of a file. A rule of the F family turns it into a finding.

    ``message`` is a sentence about this location, with data already quoted. ``count`` says how many
    lines the fault stands for (carriage returns are reported once per block). ``healable`` is false if the
    kind can be repaired in general, but this fault cannot. ``incomplete`` says that the file was read incompletely:
    data is missing that no row number stands for. Most kinds determine it themselves (``FAULT_KINDS``); the others
    require it of each fault.
    """

    kind: FaultKind
    message: str
    line: int | None = None
    row: int | None = None
    path: str | None = None
    count: int = 1
    healable: bool = True
    text: str | None = None
    """The row as it is in the file, if it is not used or only in part and no raw line contains it (``--rejects``)."""
    incomplete: bool | None = None
    severity: str | None = None
    """Warning or info where this fault is less than the rule's error: the data are read in spite of it."""

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"{self.kind} is not a registered kind of fault; add it to FAULT_KINDS")
        settled = FAULT_KINDS[self.kind]
        if self.incomplete is None:
            object.__setattr__(self, "incomplete", settled)
        if self.incomplete is None or settled not in (None, self.incomplete):
            raise ValueError(f"a fault of the kind {self.kind} must say whether the file was read whole")


class RecordBlock(Struct):
    """About 8 MiB of records in file order.

    ``rows`` are record numbers and ``lines`` the physical lines where the records start, both from 1.
    A broken record has a number too, so numbers may skip. ``raw`` (line-based containers read with
    ``keep_raw`` only) has each record's line as it is to be written back, with its line end;
    ``between[k]`` has lines that are not records (retained blank or broken lines), verbatim, that precede
    record ``k`` of this block (``k == len(records)``: after the last). ``seen_rows`` and ``seen_lines``
    count what the block consumed, including broken records and blank lines.
    """

    records: Sequence[Record]
    rows: Sequence[int]
    lines: Sequence[int]
    faults: list[Fault] = field(default_factory=list)
    raw: Sequence[bytes] | None = None
    kept_lines: dict[int, list[bytes]] = field(default_factory=dict)
    row_count: int = 0
    line_count: int = 0

    def why_incomplete(self) -> str:
        """Why data is missing that no row stands for; empty if none is missing."""
        return next((fault.message for fault in self.faults if fault.incomplete), "")

    def unreadable_rows(self) -> list[Fault]:
        """The first fault of every row that could not be used."""
        if self.row_count == len(self.records):
            return []
        used = set(self.rows)
        faults = []
        for fault in self.faults:
            if fault.row is not None and fault.row not in used:
                used.add(fault.row)
                faults.append(fault)
        return faults


def without(blocks: Iterable[RecordBlock], keys: Collection[str]) -> Iterator[RecordBlock]:
    """The blocks without these keys of their records; a line that had one is serialised again."""
    for block in blocks:
        if any(key in record for record in block.records for key in keys):
            records = list(block.records)
            raw = list(block.raw) if block.raw is not None else None
            for k, record in enumerate(records):
                if any(key in record for key in keys):
                    records[k] = {key: value for key, value in record.items() if key not in keys}
                    if raw is not None:
                        raw[k] = encode_json(records[k]) + b"\n"
            block.records, block.raw = records, raw
        yield block


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read a file. Options that are None are detected from the file.

    ``heal`` are the kinds of fault that the reader repairs; they are still reported.
    ``left_out`` are keys of records that are not read. ``speakers`` are the names before the turns of transcripts:
    with them plain text is read as conversations. ``join_rows`` is the column that is equal in all rows of a
    conversation, if rows are single messages.
    """

    encoding: str | None = None
    sheet: str | None = None
    delimiter: str | None = None
    container: str | None = None
    join_rows: str | None = None
    speakers: tuple[str, ...] = ()
    heal: frozenset[FaultKind] = frozenset()
    left_out: tuple[str, ...] = ()
    keep_raw: bool = False
    block_bytes: int = 8 << 20


def returned_fault(count: int, first: int) -> Fault:
    """The single fault of all carriage returns in a block."""
    lines = "line ends" if count == 1 else "lines end"
    return Fault(
        "cr", f"{count:,} {lines} with a carriage return (Windows or old Mac line ends)", first, count=count
    )
