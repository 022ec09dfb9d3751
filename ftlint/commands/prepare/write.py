"""What is written of a preparation: the files by part, the rows that are left out, and the account of it.

Which rows of the source a written file was made of, as runs of rows that follow one another.

A new file checked while it is written, where that finds what reading it again would find.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.commands.convert.conversion import Account, Made
from ftlint.commands.prepare.step import REFUSED, Portion, Verdicts, Work
from ftlint.commands.prepare.summary import Marks
from ftlint.commands.stats.survey import Survey
from ftlint.config.settings import Settings
from ftlint.context import Job
from ftlint.engine.check import Scan, check_file, finish_check
from ftlint.engine.fixes import left_of
from ftlint.engine.handle import Handle
from ftlint.engine.pipeline import PassResult
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan, join, scan
from ftlint.engine.source_findings import code_of
from ftlint.engine.state import ScanState
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.io.block import ReadOptions
from ftlint.io.json.columnar import Lines
from ftlint.io.part import WHOLE
from ftlint.io.source import Source
from ftlint.io.write.atomic import encode, encode_columns, join_lines, reject_line
from ftlint.prefetch import ahead
from ftlint.result import FileReport
from ftlint.rule import DatasetRule, FileRule
from ftlint.rule.errors import Failures

# A file that was drawn from everywhere has a run for almost each row: then nobody keeps them.
MOST_RUNS = 20_000


class Runs:
    """Runs of (first row, how many), in the order of what was written; one row may stand there several times."""

    def __init__(self) -> None:
        self._runs: list[tuple[int, int]] = []

    def add(self, rows: Sequence[int]) -> None:
        """Rows were written; no row comes before one that was written earlier."""
        if rows and rows[-1] - rows[0] + 1 == len(rows):
            self._append(rows[0], len(rows))
        else:
            for row in rows:
                self._append(row, 1)

    def join(self, part: "Runs") -> None:
        """What was written of the next part of the file."""
        for first, many in part._runs:
            self._append(first, many)

    @property
    def listed(self) -> list[tuple[int, int]] | None:
        """The runs; None where they are too many to be kept."""
        return self._runs if len(self._runs) <= MOST_RUNS else None

    def _append(self, first: int, many: int) -> None:
        if self._runs and sum(self._runs[-1]) == first:
            self._runs[-1] = (self._runs[-1][0], self._runs[-1][1] + many)
        elif len(self._runs) <= MOST_RUNS:
            self._runs.append((first, many))


@dataclass(slots=True)
class Watch:
    """What every rule says of the records that are written. ``sure`` as long as all of them were columns.

    Then they were read, or made, in the way in which the reader would decode them anew, and nothing is wrong with
    their lines.
    """

    plan: Plan
    sure: bool = True
    partial: ScanState = field(default_factory=ScanState)
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
        sha256 = self._hash.hexdigest()
        result = PassResult(source, self.partial, "jsonl", self.size, sha256=sha256)
        result.rows, result.parts, result.hashes = self.partial.rows, [WHOLE], [sha256]
        return finish_check(result, Scan(Handle.local(self.plan)), ReadOptions())


def watches_for(parts: Iterable[str], settings: Settings, job: Job) -> dict[str, Watch]:
    """Who checks each part of the data as anybody would check it; of validation examples only each by itself."""
    plan = make_plan(replace(settings.for_written(), read=ReadOptions()), job)
    whole = (DatasetRule, FileRule)
    alone = replace(plan, rules={r: s for r, s in plan.rules.items() if not isinstance(r, whole)})
    return {part: Watch(plan if part in ("", "train") else alone) for part in parts}


PartOf = Callable[[int], str]
"""The part that an example belongs to, by its number."""


@dataclass(slots=True)
class Written:
    """What was written of a file, or of a part of it.

    ``counts`` are examples by part of the data, ``changed`` those that are others than they were, ``runs`` the rows of
    the source. ``dropped`` and ``fixed`` are by code; ``left`` is what is wrong with records that nothing mends.
    """

    marks: Marks
    survey: Survey | None = None
    """Counts the tokens of what is for training."""
    counts: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    runs: defaultdict[str, Runs] = field(default_factory=lambda: defaultdict(Runs))
    dropped: Counter[str] = field(default_factory=Counter)
    fixed: Counter[str] = field(default_factory=Counter)
    account: Account = field(default_factory=Account)
    left: ScanState = field(default_factory=ScanState)
    failures: Failures = field(default_factory=dict)

    def join(self, part: "Written", work: Work) -> None:
        """Add what was written of the next part of the file."""
        self.marks.join(part.marks)
        if self.survey is not None and part.survey is not None:
            self.survey.merge(part.survey)
        self.counts.update(part.counts)
        self.changed += part.changed
        for name, runs in part.runs.items():
            self.runs[name].join(runs)
        self.dropped.update(part.dropped)
        self.fixed.update(part.fixed)
        self.account.merge(part.account)
        self.failures.update(part.failures)
        join(self.left, part.left, work.whole, numbered=True)

    def tell(self, work: Work) -> None:
        """Take what the work has to say after its last pass."""
        begun, log = work.conversion, work.log
        self.dropped += Counter(log.dropped.values())
        self.fixed = log.fixed + begun.log.fixed + (begun.fitting.fixed if begun.fitting else Counter())
        self.account, self.left = begun.account, work.left
        own = {key: failure for key, failure in log.failures.items() if failure.fixing}
        self.failures = {**begun.failures, **own}


@dataclass(slots=True)
class Outputs:
    """The files that are written, by part of the data."""

    work: Work
    files: Mapping[str, IO[bytes]]
    rejects: IO[bytes] | None
    written: Written
    watches: Mapping[str, Watch] = field(default_factory=dict)
    """Who checks, of some files, what is written."""

    def write_all(self, verdicts: Verdicts, part_of: PartOf | None) -> None:
        """Write all that is left once the verdicts are carried out, and see what was written."""
        written = self.written
        for portion in ahead(self.work.finished(verdicts)):
            self._write(portion, part_of)
            written.marks.see(portion.batch)
            if written.survey is not None:
                written.survey.see(_training(portion.batch, part_of))
        written.tell(self.work)

    def _write(self, portion: Portion, part_of: PartOf | None) -> None:
        """Write what is left of one block; a line of which nothing changed is written as it stood."""
        records = portion.batch.records
        if portion.made is None and isinstance(records, Lines):
            self._write_columns(portion, records, part_of)
        else:
            self._write_one_by_one(portion, portion.made or {}, part_of)
        if self.rejects is not None:
            self.rejects.writelines(_rejected(self.work, portion))

    def _write_columns(self, portion: Portion, records: Lines, part_of: PartOf | None) -> None:
        new = records.lines.is_null()
        lines, changed = records.lines, int(new.sum())
        if changed:
            lines = lines.scatter(new.arg_true(), encode_columns(records.columns.filter(new)))
        written, rows = self.written, portion.batch.rows
        written.changed += changed
        parts = [part_of(row) for row in rows] if part_of is not None else []
        for part, file in self.files.items():
            chosen = pl.Series(parts, dtype=pl.String) == part if part_of is not None else None
            mine = lines.filter(chosen) if chosen is not None else lines
            data = join_lines(mine)
            file.write(data)
            if part in self.watches:
                seen = records.part(chosen.arg_true()) if chosen is not None else records
                self.watches[part].see(seen, data)
            own = [r for r, p in zip(rows, parts, strict=True) if p == part] if parts else rows
            written.runs[part].add(own)
            written.counts[part] += len(mine)

    def _write_one_by_one(
        self, portion: Portion, made_of: Mapping[int, Made], part_of: PartOf | None
    ) -> None:
        work, written = self.work, self.written
        block, left, begun = portion.block, portion.batch, work.conversion
        raw = None if begun.plan.seer.makes_records else block.raw
        places = {row: k for k, row in enumerate(block.rows)} if raw is not None else {}
        for row, record in zip(left.rows, left.records, strict=True):
            made, part = made_of[row], part_of(row) if part_of is not None else ""
            if part in self.watches:
                self.watches[part].sure = False
            same = row not in work.log.changed and made.row not in begun.log.changed and not work.numbered
            same = same and made.new.record == made.was
            k = places.get(made.row) if same else None
            self.files[part].write(raw[k] if raw is not None and k is not None else encode(record))
            written.counts[part] += 1
            written.runs[part].add((made.row,))
            written.changed += not same
            begun.account.carried(made.new.counted(made.was))


def _training(batch: Batch, part_of: PartOf | None) -> Batch:
    """What of a batch is for training."""
    if part_of is None:
        return batch
    return left_of(batch, gone={i for i, row in enumerate(batch.rows) if part_of(row) not in ("", "train")})


def _rejected(work: Work, portion: Portion) -> Iterator[bytes]:
    """The rows of a block that are left out, as ``--rejects`` keeps them."""
    begun, block, kept = work.conversion, portion.block, set(portion.batch.rows)
    name = begun.source.name
    if portion.made is None:
        # As they stand in the file: fixes change records in place before they are found to be left out.
        records = block.records.fresh() if isinstance(block.records, Lines) else block.records
        rows = enumerate(zip(block.rows, block.lines, strict=True))
        out = ((row, line, row, records[k]) for k, (row, line) in rows if row not in kept)
    else:
        out = ((number, m.line, m.row, m.was) for number, m in portion.made.items() if number not in kept)
    left: list[tuple[int | None, int | None, str, object]]
    left = [(line, row, REFUSED, record) for line, row, record in portion.refused]
    left += [(line, row, work.log.dropped.get(number, ""), record) for number, line, row, record in out]
    left += [(f.line, f.row, code_of(begun.whole, f.kind), f.text) for f in block.unread()]
    for line, row, code, record in sorted(left, key=lambda one: (one[0] or 0, one[1] or 0)):
        yield reject_line(name, line, row, code, record)
