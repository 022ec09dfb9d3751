"""What the parts of a file have in common, put together by workers, a bucket each: only what is left comes back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ftlint import task
from ftlint.blame import Failures, guarding
from ftlint.engine import Plan, join
from ftlint.failing import fail
from ftlint.in_parts.errand import Errand
from ftlint.in_parts.exchange import by_keys
from ftlint.narrowing import narrowed
from ftlint.partial import Partial, Seen
from ftlint.partial_bytes import from_bytes, to_bytes
from ftlint.read.part import Part
from ftlint.workers import Done, Given, InHand


@dataclass(frozen=True, slots=True)
class Bucket:
    """A piece of work: one bucket of all parts of a file, each with how many records and lines stand before it."""

    errand: Errand
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
    errand: Errand, parts: Sequence[Part], kept: Mapping[int, Sequence[Given]], of: int
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
        own = task.combine(frames)
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
    if task.name_of(counted.labels, counted.labelled, counted.examples, plan.job) == "classification":
        for done in buckets:
            for kept in done.kept:
                whole.answers.join(from_bytes(kept.open()).answers, task.combine)
    elif counted.examples:
        whole.answers.add(task.unlabelled(counted.examples), None)
