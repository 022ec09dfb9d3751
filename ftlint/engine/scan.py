"""The scan: batches in, one ``ScanState`` out. States are merged, and rules conclude on the merged state."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct, field, structs

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.batch.batch import Batch
from ftlint.batch.records import RecordReader
from ftlint.context import RuleContext
from ftlint.engine.explained import explained_rows, without_explained
from ftlint.engine.frame_rules import found_in
from ftlint.engine.places import path_of, without_repeats
from ftlint.engine.state import LocatedFinding, RuleState, ScanState, add_failures_to, combiner_of, reduced
from ftlint.result import Scope, Severity, Tally
from ftlint.rule.base import Conclusion, FileInfo, LazyViolations, Rule, Violation
from ftlint.rule.dataset import CompareRule, DatasetRule
from ftlint.rule.errors import Failures, guarding
from ftlint.rule.frame import FrameRule
from ftlint.rule.matched import MatchedRow, MatchedRows
from ftlint.rule.record import FileRule, RecordRule

if TYPE_CHECKING:
    from polars import DataFrame

FILE_FRAMES = ("faults",)


class RecordMatch(NamedTuple):
    """A violation reported by a record rule, and the index of its record in the batch."""

    i: int
    violation: Violation


Match = MatchedRow | RecordMatch


class RuleMatch(Struct, frozen=True):
    """The matches of one rule in one batch: matched rows of its frame, or the violations of a record rule."""

    rule: Rule
    severity: Severity
    found: Sequence[Match]


class Plan(Struct, frozen=True):
    """What a scan does: the rules with their severities in this context, and how many findings are stored per
    rule.

    ``reference_frames`` are what comparing rules observed in the reference datasets, by code; ``notes`` name
    those datasets.
    """

    rules: Mapping[Rule, Severity]
    context: RuleContext
    record_reader: RecordReader
    max_per_rule: int = 0
    reference_frames: Mapping[str, "DataFrame"] = field(default_factory=dict)
    notes: Sequence[str] = ()
    forced: Mapping[str, Severity] = field(default_factory=dict)
    """Severities set by the user, by code: they override the severity that a rule gives a single match."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """How much of a rule's fault is tolerated, by code: findings by examples."""
    failures: Failures = field(default_factory=dict)
    """Rules that raised on the reference datasets, and so do not compare."""

    def of_kind(self, kind: type[Rule]) -> list[Any]:
        """The rules of one base class."""
        return [rule for rule in self.rules if isinstance(rule, kind)]


def scan(batch: Batch, plan: Plan, partial: ScanState) -> None:
    """Run every rule on one batch and add the findings to the state."""
    failures: Failures = {}
    found = list(run_row_rules(batch, plan.rules, plan.context, failures))
    for rule_match in found:
        add_findings(batch, rule_match, plan, partial, failures)
    add_failures_to(failures, plan.max_per_rule, partial)
    feed_batch(batch, plan, partial, found)


def run_row_rules(
    batch: Batch, rules: Mapping[Rule, Severity], context: RuleContext, failures: Failures
) -> list[RuleMatch]:
    """Run the row rules on a batch; the expressions on one frame are evaluated in one pass.

    A finding that another explains is left out. An exception of a rule is added to the ``failures``, and the other
    rules continue.
    """
    found = list(_run_row_rules(batch, rules, context, failures))
    if batch.invalid_records:
        found = without_repeats(batch, found, context, failures)
    return without_explained(batch, found, context, failures)


def _run_row_rules(
    batch: Batch, rules: Mapping[Rule, Severity], context: RuleContext, failures: Failures
) -> Iterator[RuleMatch]:
    by_frame: dict[str, list[FrameRule]] = {}
    for rule in rules:
        if isinstance(rule, FrameRule):
            by_frame.setdefault(rule.frame, []).append(rule)
    for name, frame_rules in by_frame.items():
        for rule, found in found_in(batch, name, frame_rules, context, failures):
            yield RuleMatch(rule, rules[rule], found)
    for rule in rules:
        if isinstance(rule, RecordRule):
            violations = _run_record_rule(batch, rule, context, failures)
            if violations:
                yield RuleMatch(rule, rules[rule], violations)


def feed_batch(batch: Batch, plan: Plan, partial: ScanState, found: Sequence[RuleMatch] = ()) -> None:
    """Let every dataset rule observe the batch, and count what was read. ``found`` are the matches of row rules."""
    partial.examples += sum(n for _, n in batch.shape_counts())
    for kind, n in batch.shape_counts():
        partial.shapes[kind.shape.name] += n
    if partial.examples:
        partial.answers.add(batch.answer_counts, task_type.combine)
    feed_dataset_rules(batch, plan, partial, found)


def feed_dataset_rules(batch: Batch, plan: Plan, partial: ScanState, found: Sequence[RuleMatch] = ()) -> None:
    """Let every dataset rule observe the batch."""
    for rule in observing_rules(plan):
        observe(batch, rule, plan, partial, found)


def observing_rules(plan: Plan) -> "list[DatasetRule]":
    """The dataset rules that observe batches; a comparing rule only if there is a reference."""
    return [
        rule
        for rule in plan.of_kind(DatasetRule)
        if not rule.uses_answers
        and not (isinstance(rule, CompareRule) and rule.code not in plan.reference_frames)
    ]


def observe(
    batch: Batch, rule: DatasetRule, plan: Plan, partial: ScanState, found: Sequence[RuleMatch] = ()
) -> None:
    """Let one dataset rule observe the batch, unless it raised before, without rows whose faults explain its own."""
    if rule.code in partial.unjudged:
        return
    failures: Failures = {}
    with guarding(rule, failures):
        if isinstance(rule, CompareRule):
            frame = rule.observe_against(batch, plan.reference_frames[rule.code], plan.context)
        else:
            frame = rule.observe(batch, plan.context)
        explained: Collection[int] = ()
        if frame is not None and rule.explained_by:
            explained = explained_rows(batch, rule, plan.rules[rule], found, plan.context)
        if frame is not None and explained:
            frame = frame.filter(~pl.col("row").is_in(list(explained)).fill_null(False))
        if frame is not None and frame.height:
            combine = combiner_of(rule, plan.context, failures)
            partial.rule_states.setdefault(rule.code, RuleState(keys=rule.keys)).add(frame, combine)
    add_failures_to(failures, plan.max_per_rule, partial)


def join(merged: ScanState, part: ScanState, plan: Plan, *, numbered: bool = False) -> None:
    """Merge the state of the next part; its rows and lines are shifted, unless they are ``numbered`` already."""
    merged.limit, merged.rules, merged.job = plan.max_per_rule, _dataset_rules(plan), plan.context
    merged.merge(part, *((0, 0) if numbered else (merged.rows, merged.lines)))


def new_state(plan: Plan) -> ScanState:
    """The state of a scan before its first batch."""
    return ScanState(limit=plan.max_per_rule, rules=_dataset_rules(plan), job=plan.context)


def _dataset_rules(plan: Plan) -> dict[str, DatasetRule]:
    return {rule.code: rule for rule in plan.of_kind(DatasetRule)}


def conclude(partial: ScanState, plan: Plan) -> dict[DatasetRule, Conclusion]:
    """The conclusion of every dataset rule on the merged state; findings, also of file rules, are added to
    the state.
    """
    verdicts: dict[DatasetRule, Conclusion] = {}
    rules: list[DatasetRule] = plan.of_kind(DatasetRule)
    about_answers = any(rule.uses_answers for rule in rules)
    answers = task_type.gathered(partial.answers.partitions, plan.context) if about_answers else None
    for rule in rules:
        if (
            rule.code in partial.unjudged
            or rule.code in partial.cleared
            or (isinstance(rule, CompareRule) and rule.code not in plan.reference_frames)
        ):
            continue
        if rule.yields_to_errors and any(tally.severity == "error" for tally in partial.tallies):
            continue
        failures: Failures = {}
        with guarding(rule, failures):
            frame = answers if rule.uses_answers else reduced(partial.rule_states, rule, plan.context)
            if isinstance(rule, CompareRule):
                verdict = rule.compare(frame, plan.reference_frames[rule.code], plan.context)
            else:
                verdict = rule.conclude(frame, plan.context)
            _add_violations(rule, verdict.violations, plan, partial)
            verdicts[rule] = verdict
        add_failures_to(failures, plan.max_per_rule, partial)
    file_info = FileInfo(partial.name, partial.bytes, partial.examples, partial.container)
    for rule in plan.of_kind(FileRule):
        failures = {}
        with guarding(rule, failures):
            for violation in list(rule.check_file(file_info, plan.context)):
                partial.add_finding(_finding_of_violation(rule, violation, plan), plan.max_per_rule)
        add_failures_to(failures, plan.max_per_rule, partial)
    return verdicts


def run_second_pass(
    batch: Batch, verdicts: Mapping[DatasetRule, Conclusion], plan: Plan, partial: ScanState
) -> None:
    """Run the second pass of the rules whose decision requires one."""
    for rule, verdict in verdicts.items():
        if needs_second_pass(verdict) and verdict.decision is not None and rule.code not in partial.unjudged:
            failures: Failures = {}
            with guarding(rule, failures):
                violations = rule.second_pass(batch, verdict.decision, plan.context)
                for violation in sorted(violations, key=lambda violation: violation.row or 0):
                    partial.add_finding(_finding_of_violation(rule, violation, plan), plan.max_per_rule)
                frame = rule.observe_second_pass(batch, verdict.decision, plan.context)
                if frame is not None and frame.height:
                    again = partial.second_pass_states.setdefault(rule.code, RuleState())
                    again.add(frame, combiner_of(rule, plan.context, failures))
            add_failures_to(failures, plan.max_per_rule, partial)


def conclude_second_pass(partial: ScanState, verdicts: Mapping[DatasetRule, Conclusion], plan: Plan) -> None:
    """Add the violations of the second pass that depend on the entire file."""
    for rule, verdict in verdicts.items():
        if needs_second_pass(verdict) and verdict.decision is not None and rule.code not in partial.unjudged:
            failures: Failures = {}
            with guarding(rule, failures):
                frame = reduced(partial.second_pass_states, rule, plan.context)
                for violation in list(rule.conclude_second_pass(frame, verdict.decision, plan.context)):
                    partial.add_finding(_finding_of_violation(rule, violation, plan), plan.max_per_rule)
            add_failures_to(failures, plan.max_per_rule, partial)


def needs_second_pass(verdict: Conclusion) -> bool:
    """Whether row findings depend on the conclusion."""
    return bool(verdict.decision and verdict.decision.get("again"))


def _run_record_rule(
    batch: Batch, rule: RecordRule, context: RuleContext, failures: Failures
) -> list[RecordMatch]:
    found: list[RecordMatch] = []
    if rule.fields and not batch.has_any_field(rule.fields):
        return found
    with guarding(rule, failures) as guard:
        picked = batch.examples.select("i").filter(
            batch.examples.select(rule.candidates(context)).to_series().fill_null(False)
        )
    for i in () if guard.failed else picked["i"]:
        if batch.record_shapes[i] is not None:
            with guarding(rule, failures, batch, i):
                found.extend(RecordMatch(i, one) for one in list(rule.check(batch.example(i), context)))
    return found


def add_findings(
    batch: Batch, rule_match: RuleMatch, plan: Plan, partial: ScanState, failures: Failures
) -> None:
    """Add the matches of a row rule to the state, as findings and in its totals."""
    rule = rule_match.rule
    if isinstance(rule, FrameRule) and rule.frame in FILE_FRAMES:
        for finding in findings_of(batch, rule_match, plan.context, failures):
            if rule.code in plan.forced:
                finding = structs.replace(finding, severity=rule_match.severity)
            partial.add_finding(finding, plan.max_per_rule)
        return
    # Which ones come first must not depend on where batches end.
    if isinstance(rule_match.found, MatchedRows):
        found = rule_match.found.by_record()
        if isinstance(rule, FrameRule) and rule.once_per:
            found = found.once_per(rule.once_per)
        rule_match = structs.replace(rule_match, found=found)
    tally = Tally(rule.code, rule_match.severity, "row")
    stored = partial.findings.setdefault(tally, [])
    room = max(0, plan.max_per_rule - len(stored)) if plan.max_per_rule else len(rule_match.found)
    stored.extend(
        findings_of(batch, structs.replace(rule_match, found=rule_match.found[:room]), plan.context, failures)
    )
    partial.tallies[tally] += len(rule_match.found)
    if rule.fix and isinstance(rule, FrameRule) and type(rule).is_fixable is FrameRule.is_fixable:
        partial.fixable[rule.code] += len(rule_match.found)
    elif rule.fix:
        for match in rule_match.found:
            with guarding(rule, failures, batch, match.i):
                partial.fixable[rule.code] += can_fix(rule, match, plan.context)


def findings_of(
    batch: Batch, rule_match: RuleMatch, context: RuleContext, failures: Failures
) -> Iterable[LocatedFinding]:
    """The matches of a rule as findings, with position and message."""
    for match in rule_match.found:
        i = match.i if isinstance(match, RecordMatch) else match.get("i")
        with guarding(rule_match.rule, failures, batch, i) as guard:
            if isinstance(rule_match.rule, FrameRule) and isinstance(match, MatchedRow):
                finding = _finding_of_match(batch, rule_match.rule, match, rule_match.severity, context)
            elif isinstance(match, RecordMatch):
                line, row, violation = batch.lines[match.i], batch.rows[match.i], match.violation
                fix = rule_match.rule.fix if violation.fixable else None
                finding = LocatedFinding(
                    rule_match.rule.code,
                    rule_match.severity,
                    line,
                    row,
                    violation.path,
                    violation.message,
                    fix,
                )
        if not guard.failed:
            yield finding


def can_fix(rule: Rule, match: Match, context: RuleContext) -> bool:
    """Whether the rule's fix applies to this very match."""
    if rule.fix is None:
        return False
    if isinstance(match, RecordMatch):
        return match.violation.fixable
    return isinstance(rule, FrameRule) and match.get("healable", True) and rule.is_fixable(match, context)


def _finding_of_match(
    batch: Batch, rule: FrameRule, match: MatchedRow, severity: Severity, context: RuleContext
) -> LocatedFinding:
    fix = rule.fix if can_fix(rule, match, context) else None
    if rule.frame in FILE_FRAMES:
        line, row, path = match["line"], match["row"], match["path"]
        severity = match["severity"] or severity
    else:
        line, row = batch.lines[match.i], batch.rows[match.i]
        path = path_of(batch, rule, match, context)
    message = rule.message_for(match, context)
    if match.get("repeats", 1) > 1:
        message = f"{message}; {match['repeats']:,} times in this record"
    return LocatedFinding(rule.code, severity, line, row, path, message, fix, _scope(rule, line, row))


def _add_violations(rule: Rule, violations: Iterable[Violation], plan: Plan, partial: ScanState) -> None:
    if not isinstance(violations, LazyViolations):
        for violation in violations:
            partial.add_finding(_finding_of_violation(rule, violation, plan), plan.max_per_rule)
        return
    # Violations of one kind are counted at once, and built only if they are stored.
    for violation in violations[: plan.max_per_rule] if plan.max_per_rule else violations:
        partial.add_finding(_finding_of_violation(rule, violation, plan), plan.max_per_rule)
    if plan.max_per_rule < len(violations) and plan.max_per_rule:
        tally, more = (
            _finding_of_violation(rule, violations[0], plan).tally,
            len(violations) - plan.max_per_rule,
        )
        partial.tallies[tally] += more
        partial.fixable[rule.code] += more if rule.fix else 0


def _finding_of_violation(rule: Rule, violation: Violation, plan: Plan) -> LocatedFinding:
    fix = rule.fix if violation.fixable else None
    severity = plan.forced.get(rule.code) or violation.severity or plan.rules[rule]
    scope = _scope(rule, violation.line, violation.row)
    line, row = violation.line, violation.row
    return LocatedFinding(rule.code, severity, line, row, violation.path, violation.message, fix, scope)


def _scope(rule: Rule, line: int | None, row: int | None) -> Scope:
    if line is not None or row is not None:
        return "row"
    return "dataset" if isinstance(rule, DatasetRule) else "file"
