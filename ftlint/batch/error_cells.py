"""Decide which rows a spreadsheet's error cells cost: those where a column that is read holds one."""

from dataclasses import replace
from typing import Any

from ftlint.batch.records import RecordReader
from ftlint.display import escape
from ftlint.io.block import Fault, Record, RecordBlock

ERROR_CELL = "error-cell"


def settle_error_cells(block: RecordBlock, reader: RecordReader) -> None:
    """Remove the rows with an error cell in a column that is read; elsewhere the fault becomes a warning.

    Only here is it known which columns a record's shape and the user's templates read.
    """
    broken: dict[int, list[Fault]] = {}
    for fault in block.faults:
        if fault.kind == ERROR_CELL and fault.row is not None:
            broken.setdefault(fault.row, []).append(fault)
    if not broken:
        return
    used: set[int] = set()
    for record, row in zip(block.records, block.rows, strict=True):
        read = _columns_read(record, reader) if row in broken else None
        if row not in broken or (read is not None and read.isdisjoint(fault.path for fault in broken[row])):
            used.add(row)
    block.faults = [_unread(f) if f.kind == ERROR_CELL and f.row in used else f for f in block.faults]
    _keep(block, used)


def _columns_read(record: Record, reader: RecordReader) -> set[str | None] | None:
    """The columns that an example is made of, as paths; None where it may be made of any."""
    if reader.templates:
        return {escape(name) for names in reader.templates.columns().values() for name in names}
    detected = None if reader.turns else reader.detector.detect(record)
    if detected is None or detected.shape.has_open_identity:
        return None
    return {escape(key) for key in (*detected.fields.values(), *detected.shape.identity_fields)}


def _unread(fault: Fault) -> Fault:
    words = f"{fault.message} (no example is made of this column, so the row is used)"
    return replace(fault, message=words, severity="warning", text=None)


def _keep(block: RecordBlock, used: set[int]) -> None:
    places = [place for place, row in enumerate(block.rows) if row in used]
    if len(places) == len(block.rows):
        return
    records: Any = block.records
    block.records = [records[place] for place in places]
    block.lines = [block.lines[place] for place in places]
    if block.raw is not None:
        block.raw = [block.raw[place] for place in places]
    block.rows = [block.rows[place] for place in places]
