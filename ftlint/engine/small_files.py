"""Scan several small files as one batch: the findings are those of each file on its own.

Row rules run on the batch, and their matches are divided by file. A dataset rule names the files in which it may
find something, and observes only those.
"""

from collections.abc import Sequence
from itertools import groupby

from msgspec import structs

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.batch.file_group import FileGroup
from ftlint.engine.scan import (
    Plan,
    RecordMatch,
    RuleMatch,
    add_findings,
    observe,
    observing_rules,
    run_row_rules,
    scan,
)
from ftlint.engine.state import ScanState, add_failures_to
from ftlint.io.block import RecordBlock
from ftlint.rule.dataset import CompareRule, DatasetRule
from ftlint.rule.errors import Failures, is_failure
from ftlint.rule.matched import MatchedRows


def scan_together(blocks: Sequence[RecordBlock], plan: Plan, states: Sequence[ScanState]) -> None:
    """Scan files of which the reader reported no fault; each block has all records of its file."""
    group = FileGroup(blocks, plan.record_reader, plan.context)
    failures: Failures = {}
    matches = list(run_row_rules(group.batch, plan.rules, plan.context, failures))
    if failures:
        # A rule that raises is reported for the records of one file only.
        for number, state in enumerate(states):
            scan(group.file(number), plan, state)
        return
    found: dict[int, list[RuleMatch]] = {}
    for rule_match in matches:
        for number, own in _by_file(group, rule_match):
            found.setdefault(number, []).append(own)
            add_findings(group.file(number), own, plan, states[number], failures)
            add_failures_to(failures, plan.max_per_rule, states[number])
            failures.clear()
    _count_examples(group, plan, states)
    for rule in observing_rules(plan):
        suspects = _suspects(group, rule, plan)
        for number, state in enumerate(states):
            if number in suspects:
                observe(group.file(number), rule, plan, state, found.get(number, ()))
            else:
                state.cleared.add(rule.code)


def _by_file(group: FileGroup, rule_match: RuleMatch) -> Sequence[tuple[int, RuleMatch]]:
    """The matches of a rule by the number of their file, with indexes in the file's own batch."""
    found = rule_match.found
    if not isinstance(found, MatchedRows):
        records = [match for match in found if isinstance(match, RecordMatch)]
        return [
            (
                number,
                structs.replace(
                    rule_match,
                    found=[match._replace(i=match.i - group.starts[number]) for match in own],
                ),
            )
            for number, own in groupby(records, key=lambda match: group.number_of(match.i))
        ]
    frame = found.frame
    divided = []
    for number in sorted(group.of_records(frame["i"])):
        start = group.starts[number]
        own = frame.filter(pl.col("i").is_between(start, start + group.sizes[number] - 1))
        shifted = MatchedRows(own.with_columns(pl.col("i") - start))
        divided.append((number, structs.replace(rule_match, found=shifted)))
    return divided


def _suspects(group: FileGroup, rule: DatasetRule, plan: Plan) -> set[int]:
    """The files in which the rule may find something; all of them if it raises."""
    all_files = set(range(len(group.sizes)))
    try:
        if isinstance(rule, CompareRule):
            frame = rule.observe_against(group.batch, plan.reference_frames[rule.code], plan.context)
            return all_files if frame is not None and frame.height else set()
        return all_files & set(rule.suspects(group, plan.context))
    except BaseException as error:
        if not is_failure(error):
            raise
        return all_files


def _count_examples(group: FileGroup, plan: Plan, states: Sequence[ScanState]) -> None:
    """Count the examples, shapes and answers of each file."""
    shapes = group.batch.record_shapes
    answers = task_type.answers_by_file(group)
    for number, state in enumerate(states):
        start = group.starts[number]
        for shape in shapes[start : start + group.sizes[number]]:
            if shape is not None:
                state.examples += 1
                state.shapes[shape.shape.name] += 1
        n = answers[number]
        if not n:
            continue
        counts = (
            task_type.unlabelled(n)
            if n < task_type.fewest(plan.context)
            else group.file(number).answer_counts
        )
        state.answers.add(counts, task_type.combine)
