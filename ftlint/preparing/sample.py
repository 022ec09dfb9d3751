"""What is kept of a trial to be shown: what fixes did, with examples, and the first records as they would be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ftlint.batch import Batch, Seer
from ftlint.job import Job
from ftlint.mend import Log
from ftlint.read.alike import Lines
from ftlint.result import Change
from ftlint.rewrite import copied
from ftlint.shapes.shape import Record

# Records in which examples of a change are looked for.
SAMPLED = 2_000


@dataclass(slots=True)
class Deeds:
    """What fixes of single records did: how many records each touched, which dropped any, and examples, by code."""

    touched: Counter[str] = field(default_factory=Counter)
    dropping: set[str] = field(default_factory=set)
    examples: dict[str, list[Change]] = field(default_factory=dict)

    def join(self, part: "Deeds", rows: int, lines: int, each: int) -> None:
        """Add what was done to the next part of the file, whose places are so many records and lines further on."""
        log = Log(each=each, examples=self.examples)
        log.join(Log(examples=part.examples), rows, lines)
        self.touched.update(part.touched)
        self.dropping |= part.dropping


def deeds_of(log: Log) -> Deeds:
    """What a log has to say of them."""
    touched = Counter({code: len(rows) for code, rows in log.touched.items()})
    return Deeds(touched, set(log.dropped.values()), log.examples)


@dataclass(slots=True)
class Sample:
    """The first records of a file as they would be, with their places."""

    records: list[Sequence[Record]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def see(self, batch: Batch) -> None:
        """Keep the first records of a batch, as many as are still wanted."""
        room = min(SAMPLED - len(self.rows), len(batch))
        if room > 0:
            records = batch.records
            self.records.append(
                records.part(range(room)) if isinstance(records, Lines) else list(records[:room])
            )
            self.rows += list(batch.rows[:room])
            self.lines += list(batch.lines[:room])

    def join(self, part: "Sample", rows: int, lines: int) -> None:
        """Add the sample of the next part of the file, whose places are so many records and lines further on."""
        room = SAMPLED - len(self.rows)
        if room > 0:
            self.records += part.records
            self.rows += [row + rows for row in part.rows]
            self.lines += [line + lines for line in part.lines]

    def batch(self, seer: Seer, job: Job) -> Batch:
        """Copies of the records, to try something on."""
        copies = [copied(record) for records in self.records for record in records][:SAMPLED]
        return Batch(copies, self.rows[:SAMPLED], self.lines[:SAMPLED], seer, job)

    def plain(self) -> "Sample":
        """The same without columns, to be sent."""
        return Sample([list(records) for records in self.records], self.rows, self.lines)
