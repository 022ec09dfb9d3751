"""What the parts of a file have in common, put together by workers, a bucket each: only what is left comes back.

What dataset rules took from a part of a file, taken apart by keys, so that it can be put together elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.engine.failures import fail
from ftlint.engine.scan import Plan, join
from ftlint.engine.state import Combine, Partial, Seen, combining, narrowed
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.execution.executor import Done, Given, InHand
from ftlint.io.part import Part
from ftlint.rule import DatasetRule
from ftlint.rule.errors import Failures, guarding

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.engine.parallel import Errand

# Another one than that of rows on the disk: a bucket is taken apart there, too, if it is large.
SEED = 7919


def take_apart(partial: Partial, plan: Plan, count: int) -> list[bytes]:
    """Take out of a partial what belongs together by keys, as bytes in ``count`` buckets.

    Which bucket a row goes to depends on its keys and the version of polars, on nothing else.
    """
    buckets = [Partial() for _ in range(count)]
    for rule in by_keys(plan):
        if rule.code in partial.seen:
            seen = partial.seen.pop(rule.code)
            failures: Failures = {}
            for number, rows in _apart(seen, rule.keys, combining(rule, plan.job, failures), count):
                buckets[number].seen.setdefault(rule.code, Seen()).frames.append(rows)
            fail(failures, plan.most, partial)
    for number, rows in _apart(partial.answers, partial.answers.keys, task_type.combine, count):
        buckets[number].answers.frames.append(rows)
    partial.answers = Seen(keys=partial.answers.keys)
    return [to_bytes(bucket) for bucket in buckets]


def by_keys(plan: Plan) -> list[DatasetRule]:
    """The rules whose frames can be taken apart."""
    rules: list[DatasetRule] = plan.of_kind(DatasetRule)
    return [rule for rule in rules if rule.keys and not rule.uses_answers]


def _apart(
    seen: Seen, keys: Sequence[str], combine: Combine | None, count: int
) -> "Iterator[tuple[int, DataFrame]]":
    for frames in seen.pieces():
        whole = combine(frames) if combine is not None else pl.concat(frames)
        hashed = pl.sum_horizontal(pl.col(key).hash(SEED + n) for n, key in enumerate(keys))
        apart = whole.with_columns(__bucket=hashed % count).partition_by(
            "__bucket", include_key=False, as_dict=True
        )
        for (number,), rows in apart.items():
            yield int(number), rows


@dataclass(frozen=True, slots=True)
class Bucket:
    """A piece of work: one bucket of all parts of a file, each with how many records and lines stand before it."""

    errand: "Errand"
    number: int
    of: int
    parts: Sequence[tuple[Given, int, int]]
    buckets: int = 1

    def __str__(self) -> str:
        return f"{self.errand.source.name}, what its parts have in common (bucket {self.number + 1} of {self.of})"

    @property
    def reads(self) -> Sequence[Given]:
        """What is kept of the parts."""
        return [given for given, _, _ in self.parts]


class Answers(msgspec.Struct):
    """How many answers there are in a bucket, how many of them are like labels, and how many distinct ones."""

    labels: int = 0
    labelled: int = 0
    examples: int = 0


def buckets_of(
    errand: "Errand", parts: Sequence[Part], kept: Mapping[int, Sequence[Given]], of: int
) -> Iterator[Bucket]:
    """The buckets of a file. ``parts`` are numbered, ``kept`` has what is kept of each of them."""
    for number in range(of):
        yield Bucket(
            errand,
            number,
            of,
            [(kept[part.number][number], part.row - 1, part.line - 1) for part in parts],
        )


def put_together(bucket: Bucket) -> Done:
    """Combine and narrow what is in a bucket. Labels of answers are kept: whether they are needed, the whole tells."""
    plan, whole = bucket.errand.plan(), Partial()
    for given, rows, lines in bucket.parts:
        whole.rows, whole.lines = rows, lines
        join(whole, from_bytes(given.open()), plan)
    left, answers = Partial(), Partial()
    for rule in by_keys(plan):
        failures: Failures = {}
        with guarding(rule, failures):
            frame = narrowed(whole.seen, rule, plan.job)
            if frame is not None:
                left.seen[rule.code] = Seen([frame])
        fail(failures, plan.most, left)
    left.failed, left.unjudged = {**whole.failed, **left.failed}, {**whole.unjudged, **left.unjudged}
    counted = Answers()
    for frames in whole.answers.pieces():
        own = task_type.combine(frames)
        labels = own.drop_nulls("label")
        counted.labels += labels.height
        counted.labelled += int(labels["n"].sum())
        counted.examples += int(own["n"].sum())
        answers.answers.frames.append(own)
    first = msgspec.json.encode(counted)
    told = b"".join((len(first).to_bytes(8, "little"), first, to_bytes(left)))
    return Done(told, [InHand(to_bytes(answers))])


def add_gathered(whole: Partial, buckets: Sequence[Done], plan: Plan) -> None:
    """Add to the whole what is left of its buckets."""
    counted = Answers()
    for done in buckets:
        size = int.from_bytes(done.told[:8], "little")
        one = msgspec.json.decode(done.told[8 : 8 + size], type=Answers)
        counted.labels += one.labels
        counted.labelled += one.labelled
        counted.examples += one.examples
        left = from_bytes(done.told[8 + size :])
        whole.failed, whole.unjudged = {**left.failed, **whole.failed}, {**left.unjudged, **whole.unjudged}
        for code, seen in left.seen.items():
            whole.seen.setdefault(code, Seen(narrowed=True)).frames.extend(seen.frames)
    if task_type.name_of(counted.labels, counted.labelled, counted.examples, plan.job) == "classification":
        for done in buckets:
            for kept in done.kept:
                whole.answers.join(from_bytes(kept.open()).answers, task_type.combine)
    elif counted.examples:
        whole.answers.add(task_type.unlabelled(counted.examples), None)
