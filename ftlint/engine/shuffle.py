"""Shuffle: hash-partition the keyed state of dataset rules, and reduce one partition of all parts of a file
at a time.

Partitions stay with the workers; only their reduced state is returned.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.engine.scan import Plan, new_state
from ftlint.engine.state import Combine, RuleState, ScanState, add_failures_to, combiner_of, reduced
from ftlint.execution.executor import BlobRef, InlineBlob, TaskResult
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.errors import Failures, guarding

if TYPE_CHECKING:
    from polars import DataFrame

# A different seed than that of a spill: a large partition is also partitioned there.
SEED = 7919


class AnswerCounts(NamedTuple):
    """Counts of a partition: distinct answers that may be labels, their occurrences, and all answers."""

    labels: int = 0
    labelled: int = 0
    examples: int = 0


class ReduceTask(Struct, frozen=True):
    """Reduce one partition of all parts of a file, each with the number of rows and lines before it."""

    step: Any
    source: str
    number: int
    of: int
    parts: Sequence[tuple[BlobRef, int, int]]
    partitions: int = 1

    def __str__(self) -> str:
        return f"{self.source}, what its parts have in common (bucket {self.number + 1} of {self.of})"

    @property
    def reads(self) -> Sequence[BlobRef]:
        """The stored partitions."""
        return [stored for stored, _, _ in self.parts]

    def run(self) -> TaskResult:
        """The step's reduction of the partition."""
        result: TaskResult = self.step.reduce(self.parts)
        return result


def reduce_tasks(
    step: Any, source: str, of: int, parts: Sequence[tuple[Sequence[BlobRef], int, int]]
) -> Iterator[ReduceTask]:
    """A task for each partition of a file; every part has stored one object per partition."""
    for number in range(of):
        yield ReduceTask(
            step, source, number, of, [(stored[number], rows, lines) for stored, rows, lines in parts]
        )


def hash_partition(state: ScanState, plan: Plan, count: int) -> list[ScanState]:
    """Move the state that is combined by keys out of a state, into ``count`` partitions.

    The partition of a row depends only on its keys and the version of polars.
    """
    partitions = [ScanState() for _ in range(count)]
    for rule in keyed_rules(plan):
        if rule.code in state.rule_states:
            rule_state = state.rule_states.pop(rule.code)
            failures: Failures = {}
            combine = combiner_of(rule, plan.context, failures)
            for number, rows in _partitioned(rule_state, rule.keys, combine, count):
                partitions[number].rule_states.setdefault(rule.code, RuleState()).frames.append(rows)
            add_failures_to(failures, plan.max_per_rule, state)
    for number, rows in _partitioned(state.answers, state.answers.keys, task_type.combine, count):
        partitions[number].answers.frames.append(rows)
    state.answers = RuleState(keys=state.answers.keys)
    return partitions


def keyed_rules(plan: Plan) -> list[DatasetRule]:
    """The rules whose frames can be partitioned."""
    rules: list[DatasetRule] = plan.of_kind(DatasetRule)
    return [rule for rule in rules if rule.keys and not rule.uses_answers]


def reduce_partition(parts: Sequence[tuple[BlobRef, int, int]], plan: Plan) -> TaskResult:
    """Combine and reduce one partition: the answer counts and the reduced state.

    Labels of answers are stored: only the entire file determines whether they are needed.
    """
    merged, rest, answers = new_state(plan), ScanState(), ScanState()
    for stored, rows, lines in parts:
        merged.merge(stored.load(), rows, lines)
    for rule in keyed_rules(plan):
        failures: Failures = {}
        with guarding(rule, failures):
            frame = reduced(merged.rule_states, rule, plan.context)
            if frame is not None:
                rest.rule_states[rule.code] = RuleState([frame])
        add_failures_to(failures, plan.max_per_rule, rest)
    rest.failed, rest.unjudged = {**merged.failed, **rest.failed}, {**merged.unjudged, **rest.unjudged}
    counts = AnswerCounts()
    for frames in merged.answers.partitions():
        own = task_type.combine(frames)
        labels = own.drop_nulls("label")
        added = (labels.height, int(labels["n"].sum()), int(own["n"].sum()))
        counts = AnswerCounts(*map(sum, zip(counts, added, strict=True)))
        answers.answers.frames.append(own)
    return TaskResult((counts, rest), [InlineBlob(answers)])


def absorb_reduced(merged: ScanState, reduced: Sequence[TaskResult], plan: Plan) -> None:
    """Merge the reduced partitions into the state of the file."""
    counts = AnswerCounts()
    for done in reduced:
        own, rest = done.value
        counts = AnswerCounts(*map(sum, zip(counts, own, strict=True)))
        merged.failed, merged.unjudged = (
            {**rest.failed, **merged.failed},
            {**rest.unjudged, **merged.unjudged},
        )
        for code, state in rest.rule_states.items():
            merged.rule_states.setdefault(code, RuleState(reduced=True)).frames.extend(state.frames)
    if task_type.name_of(*counts, plan.context) == "classification":
        for done in reduced:
            for stored in done.stored:
                merged.answers.merge(stored.load().answers, task_type.combine)
    elif counts.examples:
        merged.answers.add(task_type.unlabelled(counts.examples), None)


def _partitioned(
    state: RuleState, keys: Sequence[str], combine: Combine | None, count: int
) -> "Iterator[tuple[int, DataFrame]]":
    for frames in state.partitions():
        combined = combine(frames) if combine is not None else pl.concat(frames)
        hashed = pl.sum_horizontal(pl.col(key).hash(SEED + n) for n, key in enumerate(keys))
        partitioned = combined.with_columns(__bucket=hashed % count).partition_by(
            "__bucket", include_key=False, as_dict=True
        )
        for (number,), rows in partitioned.items():
            yield int(number), rows
