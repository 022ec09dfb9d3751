"""Check a new file while it is written, if that gives the same findings as reading it again."""

import hashlib
from collections.abc import Iterable
from typing import IO

from msgspec import Struct

from ftlint.batch.batch import Batch
from ftlint.engine.check import Scan, finish_check
from ftlint.engine.handle import Handle
from ftlint.engine.pipeline import PassResult
from ftlint.engine.scan import Plan, scan
from ftlint.engine.state import ScanState
from ftlint.io.block import ReadOptions
from ftlint.io.columnar import ColumnarRecords
from ftlint.io.part import WHOLE_FILE
from ftlint.io.source import Source
from ftlint.result import FileReport


class InlineChecker(Struct):
    """The findings of every rule on the written records.

    ``reliable`` as long as all of them were columns. Then they were read, or built, in the same way in which the
    reader would decode them again, and their lines have no faults.
    """

    scan: ScanState
    reliable: bool = True

    def observe(self, records: ColumnarRecords, plan: Plan) -> Batch | None:
        """Scan records as they are written; returns them as a batch of the new file, if it was scanned."""
        if not len(records) or not self.reliable:
            return None
        # Only the reader reports a carriage return at the end of a line; lines made of columns have none.
        self.reliable = not records.lines.str.contains("\r", literal=True).any()
        state, first = self.scan, self.scan.rows + 1
        places = range(first, first + len(records))
        batch = Batch(records.fresh(), places, places, plan.record_reader, plan.context)
        scan(batch, plan, state)
        state.rows += len(records)
        state.lines += len(records)
        return batch

    def merge(self, other: "InlineChecker") -> None:
        """Merge the state of the next part of the file; its rows and lines are shifted."""
        self.reliable = self.reliable and other.reliable
        if self.reliable:
            self.scan.merge(other.scan, self.scan.rows, self.scan.lines)


class HashedFile:
    """A new file whose size and SHA-256 are known once it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write, and update size and digest."""
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        """Write several lines, or some of them at a time."""
        for line in lines:
            self.write(line)

    @property
    def sha256(self) -> str:
        """The digest of what is written so far."""
        return self._hash.hexdigest()

    def report(self, source: Source, checker: InlineChecker, plan: Plan) -> FileReport | None:
        """The report of the file, as ``check_file`` would build it; None if it has to be read again."""
        if not checker.reliable or not self.size:
            return None
        result = PassResult(source, checker.scan, "jsonl", self.size, sha256=self.sha256)
        result.rows, result.parts, result.hashes = checker.scan.rows, [WHOLE_FILE], [self.sha256]
        return finish_check(result, Scan(Handle.local(plan)), ReadOptions())
