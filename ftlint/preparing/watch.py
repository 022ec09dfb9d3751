"""A new file checked while it is written, where that finds what reading it again would find."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ftlint.batch import Batch
from ftlint.engine import Plan, join, scan
from ftlint.job import Job
from ftlint.partial import Partial
from ftlint.partial_bytes import from_bytes, to_bytes
from ftlint.plan import make_plan
from ftlint.read import ReadOptions, Source
from ftlint.read.alike import Lines
from ftlint.result import FileReport
from ftlint.rule import DatasetRule, FileRule
from ftlint.run import Pass, check_file, concluded
from ftlint.settings import Settings


@dataclass(slots=True)
class Watch:
    """What every rule says of the records that are written. ``sure`` as long as all of them were columns.

    Then they were read, or made, in the way in which the reader would decode them anew, and nothing is wrong with
    their lines.
    """

    plan: Plan
    sure: bool = True
    partial: Partial = field(default_factory=Partial)
    size: int = 0
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def see(self, records: Lines, data: bytes) -> None:
        """Look at records that are written as these lines."""
        if not data or not self.sure:
            return
        # Of a return at the end of a line only the reader knows what to say.
        self.sure = b"\r" not in data
        self.write(data)
        partial, first = self.partial, self.partial.rows + 1
        places = range(first, first + len(records))
        scan(Batch(records.fresh(), places, places, self.plan.seer, self.plan.job), self.plan, partial)
        partial.rows += len(records)
        partial.lines += len(records)

    def told(self) -> bytes | None:
        """What is known of a part of the file; None where it has to be read again. Places are counted from 1."""
        return to_bytes(self.partial) if self.sure else None

    def join(self, told: bytes | None) -> None:
        """Add what is known of the next part of the file; its lines are told to ``write``."""
        self.sure = self.sure and told is not None
        if told is not None and self.sure:
            join(self.partial, from_bytes(told), self.plan)

    def write(self, data: bytes) -> int:
        """Take lines that were looked at elsewhere."""
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    @property
    def knows(self) -> bool:
        """Whether the file need not be read again."""
        return self.sure and bool(self.size)

    def report(self, path: Path) -> FileReport:
        """The report of the file, as ``check_file`` would make it."""
        source = Source(str(path), path, None)
        if not self.knows:
            return check_file(source, self.plan, ReadOptions())
        self.partial.name, self.partial.bytes = source.name, self.size
        seen = Pass(source, "jsonl", self.size, sha256=self._hash.hexdigest(), partial=self.partial)
        return concluded(seen, self.plan, ReadOptions())


def watches_for(parts: Iterable[str], settings: Settings, job: Job) -> dict[str, Watch]:
    """Who checks each part of the data as anybody would check it; of validation examples only each by itself."""
    plan = make_plan(replace(settings.for_written(), read=ReadOptions()), job)
    whole = (DatasetRule, FileRule)
    alone = replace(plan, rules={r: s for r, s in plan.rules.items() if not isinstance(r, whole)})
    return {part: Watch(plan if part in ("", "train") else alone) for part in parts}
