"""JSON Lines: bytes in, records and faults out."""

from dataclasses import dataclass, field
from typing import Any

from ftlint.read import Fault, ReadOptions, Source, open_reading


@dataclass
class Seen:
    """Everything that one reading told, blocks joined."""

    container: str
    compression: str | None
    columns: list[str] | None
    raw_lines: bool
    sha256: str = ""
    records: list[Any] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    written: bytes = b""
    seen_rows: int = 0
    seen_lines: int = 0

    @property
    def kinds(self) -> list[str]:
        """The kinds of fault in order."""
        return [fault.kind for fault in self.faults]

    @property
    def told(self) -> list[tuple[str, int | None, int | None, str | None]]:
        """(kind, line, row, path) of every fault."""
        return [(fault.kind, fault.line, fault.row, fault.path) for fault in self.faults]


def read(data: bytes, name: str = "x.jsonl", **options: Any) -> Seen:
    """Read bytes under a name."""
    options["heal"] = frozenset(options.get("heal", ()))
    reading = open_reading(Source(name, None, data), ReadOptions(**options))
    seen = Seen(reading.container, reading.compression, reading.columns, reading.raw_lines)
    for block in reading.blocks():
        for place, record in enumerate(block.records):
            if block.raw is not None:
                seen.written += b"".join(block.between.get(place, ())) + block.raw[place]
            seen.records.append(record)
        seen.written += b"".join(block.between.get(len(block.records), ()))
        seen.rows += block.rows
        seen.lines += block.lines
        seen.faults += block.faults
        seen.seen_rows += block.seen_rows
        seen.seen_lines += block.seen_lines
    seen.sha256 = reading.sha256
    return seen
