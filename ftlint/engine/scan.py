"""The scan: batches in, one partial out. Partials merge, and the whole is concluded from the merged one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ftlint.batch import task_type
from ftlint.batch.batch import Batch
from ftlint.batch.records import Seer
from ftlint.context import RuleContext
from ftlint.engine.frame_rules import found_in
from ftlint.engine.state import ScanState, Seen, Told, combining, fail, narrowed
from ftlint.result import Scope, Severity, Tally
from ftlint.rule import CompareRule, DatasetRule, FileRule, RecordRule
from ftlint.rule.base import Conclusion, FileInfo, LazyViolations, Rule, Violation
from ftlint.rule.errors import Failures, guarding
from ftlint.rule.frame import FrameRule
from ftlint.rule.matched import MatchedRow, MatchedRows

if TYPE_CHECKING:
    from polars import DataFrame

ABOUT_A_FILE = ("faults",)


class RecordMatch(NamedTuple):
    """A violation that a record rule found, and the index of its record in the batch."""

    i: int
    violation: Violation


Match = MatchedRow | RecordMatch


@dataclass(frozen=True, slots=True)
class Hit:
    """What one rule found in one batch: matched rows of its frame, or the violations of a record rule."""

    rule: Rule
    severity: Severity
    found: Sequence[Match]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scan does: the rules with their severities for this job, and how many findings are kept a rule.

    ``held`` is what rules that compare took from the datasets held against the checked one, by code; ``notes``
    name those datasets.
    """

    rules: Mapping[Rule, Severity]
    job: RuleContext
    seer: Seer
    most: int = 0
    held: Mapping[str, "DataFrame"] = field(default_factory=dict)
    notes: Sequence[str] = ()
    forced: Mapping[str, Severity] = field(default_factory=dict)
    """Severities that the user set, by code: they go before what a rule says of single finds."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """How much of a rule's fault is tolerated, by code: findings by examples."""
    failures: Failures = field(default_factory=dict)
    """Rules that raised on the datasets held against the checked one, and so do not compare."""

    def of_kind(self, kind: type[Rule]) -> list[Any]:
        """The rules built on one base class."""
        return [rule for rule in self.rules if isinstance(rule, kind)]


def scan(batch: Batch, plan: Plan, partial: ScanState) -> None:
    """Look at one batch with every rule and add what it tells to the partial."""
    failures: Failures = {}
    for hit in look(batch, plan.rules, plan.job, failures):
        _tell(batch, hit, plan, partial, failures)
    fail(failures, plan.most, partial)
    observe(batch, plan, partial)


def look(batch: Batch, rules: Mapping[Rule, Severity], job: RuleContext, failures: Failures) -> Iterable[Hit]:
    """What the row rules find in a batch; the expressions on one frame are evaluated in one pass.

    Where a rule raises, that is put among the ``failures``, and all else goes on.
    """
    by_frame: dict[str, list[FrameRule]] = {}
    for rule in rules:
        if isinstance(rule, FrameRule):
            by_frame.setdefault(rule.frame, []).append(rule)
    for name, frame_rules in by_frame.items():
        for rule, found in found_in(batch, name, frame_rules, job, failures):
            yield Hit(rule, rules[rule], found)
    for rule in rules:
        if isinstance(rule, RecordRule):
            spots = _look_at_records(batch, rule, job, failures)
            if spots:
                yield Hit(rule, rules[rule], spots)


def observe(batch: Batch, plan: Plan, partial: ScanState) -> None:
    """Let every dataset rule take from the batch what it needs, and count what was read."""
    partial.examples += sum(n for _, n in batch.shape_counts())
    for kind, n in batch.shape_counts():
        partial.shapes[kind.shape.name] += n
    if partial.examples:
        partial.answers.add(batch.answer_counts, task_type.combine)
    take(batch, plan, partial)


def take(batch: Batch, plan: Plan, partial: ScanState) -> None:
    """Let every dataset rule take from the batch what it needs."""
    for rule in plan.of_kind(DatasetRule):
        compares = isinstance(rule, CompareRule)
        if rule.uses_answers or rule.code in partial.unjudged or (compares and rule.code not in plan.held):
            continue
        failures: Failures = {}
        with guarding(rule, failures):
            if compares:
                seen = rule.observe_against(batch, plan.held[rule.code], plan.job)
            else:
                seen = rule.observe(batch, plan.job)
            if seen is not None and seen.height:
                combine = combining(rule, plan.job, failures)
                partial.rule_states.setdefault(rule.code, Seen(keys=rule.keys)).add(seen, combine)
        fail(failures, plan.most, partial)


def join(whole: ScanState, part: ScanState, plan: Plan, *, numbered: bool = False) -> None:
    """Add what the next part of a file has told; its places are counted from 1, unless they are ``numbered``."""
    whole.limit, whole.rules, whole.job = plan.most, _dataset_rules(plan), plan.job
    whole.merge(part, *((0, 0) if numbered else (whole.rows, whole.lines)))


def new_state(plan: Plan) -> ScanState:
    """The state of a scan before its first batch."""
    return ScanState(limit=plan.most, rules=_dataset_rules(plan), job=plan.job)


def _dataset_rules(plan: Plan) -> dict[str, DatasetRule]:
    return {rule.code: rule for rule in plan.of_kind(DatasetRule)}


def conclude(partial: ScanState, plan: Plan) -> dict[DatasetRule, Conclusion]:
    """The verdict of every dataset rule on the whole; what it and the rules about files find is told to the partial."""
    verdicts: dict[DatasetRule, Conclusion] = {}
    rules: list[DatasetRule] = plan.of_kind(DatasetRule)
    about_answers = any(rule.uses_answers for rule in rules)
    answers = task_type.gathered(partial.answers.pieces, plan.job) if about_answers else None
    for rule in rules:
        if rule.code in partial.unjudged or (isinstance(rule, CompareRule) and rule.code not in plan.held):
            continue
        failures: Failures = {}
        with guarding(rule, failures):
            seen = answers if rule.uses_answers else narrowed(partial.rule_states, rule, plan.job)
            if isinstance(rule, CompareRule):
                verdict = rule.compare(seen, plan.held[rule.code], plan.job)
            else:
                verdict = rule.conclude(seen, plan.job)
            _tell_spots(rule, verdict.violations, plan, partial)
            verdicts[rule] = verdict
        fail(failures, plan.most, partial)
    whole = FileInfo(partial.name, partial.bytes, partial.examples)
    for rule in plan.of_kind(FileRule):
        failures = {}
        with guarding(rule, failures):
            for spot in list(rule.check_file(whole, plan.job)):
                partial.add_finding(_of_spot(rule, spot, plan), plan.most)
        fail(failures, plan.most, partial)
    return verdicts


def look_again(
    batch: Batch, verdicts: Mapping[DatasetRule, Conclusion], plan: Plan, partial: ScanState
) -> None:
    """A second look for the rules whose decision asks for one."""
    for rule, verdict in verdicts.items():
        if wants_again(verdict) and verdict.decision is not None and rule.code not in partial.unjudged:
            failures: Failures = {}
            with guarding(rule, failures):
                spots = rule.second_pass(batch, verdict.decision, plan.job)
                for spot in sorted(spots, key=lambda spot: spot.row or 0):
                    partial.add_finding(_of_spot(rule, spot, plan), plan.most)
                seen = rule.observe_second_pass(batch, verdict.decision, plan.job)
                if seen is not None and seen.height:
                    again = partial.second_pass_states.setdefault(rule.code, Seen())
                    again.add(seen, combining(rule, plan.job, failures))
            fail(failures, plan.most, partial)


def conclude_again(partial: ScanState, verdicts: Mapping[DatasetRule, Conclusion], plan: Plan) -> None:
    """What the second look says of the whole."""
    for rule, verdict in verdicts.items():
        if wants_again(verdict) and verdict.decision is not None and rule.code not in partial.unjudged:
            failures: Failures = {}
            with guarding(rule, failures):
                seen = narrowed(partial.second_pass_states, rule, plan.job)
                for spot in list(rule.conclude_second_pass(seen, verdict.decision, plan.job)):
                    partial.add_finding(_of_spot(rule, spot, plan), plan.most)
            fail(failures, plan.most, partial)


def wants_again(verdict: Conclusion) -> bool:
    """Whether row findings depend on what the whole said."""
    return bool(verdict.decision and verdict.decision.get("again"))


def _look_at_records(
    batch: Batch, rule: RecordRule, job: RuleContext, failures: Failures
) -> list[RecordMatch]:
    found: list[RecordMatch] = []
    with guarding(rule, failures) as guard:
        picked = batch.examples.select("i").filter(
            batch.examples.select(rule.candidates(job)).to_series().fill_null(False)
        )
    for i in () if guard.failed else picked["i"]:
        if batch.record_shapes[i] is not None:
            with guarding(rule, failures, batch, i):
                found.extend(RecordMatch(i, one) for one in list(rule.check(batch.example(i), job)))
    return found


def _tell(batch: Batch, hit: Hit, plan: Plan, partial: ScanState, failures: Failures) -> None:
    rule = hit.rule
    if isinstance(rule, FrameRule) and rule.frame in ABOUT_A_FILE:
        for told in tell_of(batch, hit, plan.job, failures):
            partial.add_finding(told, plan.most)
        return
    # Which ones come first must not depend on where batches end.
    if isinstance(hit.found, MatchedRows):
        hit = replace(hit, found=hit.found.by_record())
    tally = Tally(rule.code, hit.severity, "row")
    kept = partial.findings.setdefault(tally, [])
    room = max(0, plan.most - len(kept)) if plan.most else len(hit.found)
    kept.extend(tell_of(batch, replace(hit, found=hit.found[:room]), plan.job, failures))
    partial.tallies[tally] += len(hit.found)
    if rule.fix and isinstance(rule, FrameRule) and type(rule).is_fixable is FrameRule.is_fixable:
        partial.fixable[rule.code] += len(hit.found)
    elif rule.fix:
        for match in hit.found:
            with guarding(rule, failures, batch, match.i):
                partial.fixable[rule.code] += can_fix(rule, match, plan.job)


def tell_of(batch: Batch, hit: Hit, job: RuleContext, failures: Failures) -> Iterable[Told]:
    """A hit's finds as findings, with place and words."""
    for match in hit.found:
        i = match.i if isinstance(match, RecordMatch) else match.get("i")
        with guarding(hit.rule, failures, batch, i) as guard:
            if isinstance(hit.rule, FrameRule) and isinstance(match, MatchedRow):
                told = _of_found(batch, hit.rule, match, hit.severity, job)
            elif isinstance(match, RecordMatch):
                line, row, violation = batch.lines[match.i], batch.rows[match.i], match.violation
                fix = hit.rule.fix if violation.fixable else None
                told = Told(hit.rule.code, hit.severity, line, row, violation.path, violation.message, fix)
        if not guard.failed:
            yield told


def can_fix(rule: Rule, match: Match, job: RuleContext) -> bool:
    """Whether the rule's fix applies to this very match."""
    if rule.fix is None:
        return False
    if isinstance(match, RecordMatch):
        return match.violation.fixable
    return isinstance(rule, FrameRule) and match.get("healable", True) and rule.is_fixable(match, job)


def _of_found(batch: Batch, rule: FrameRule, match: MatchedRow, severity: Severity, job: RuleContext) -> Told:
    fix = rule.fix if can_fix(rule, match, job) else None
    if rule.frame in ABOUT_A_FILE:
        line, row, path = match["line"], match["row"], match["path"]
    else:
        i = match.i
        line, row, path = batch.lines[i], batch.rows[i], match.get("path")
        if path is None and match.get("at") is not None:
            path = batch.example(i).path(rule.location(match, job))
        elif path is None and match.get("nth") is not None:
            path = batch.example(i).tool_path(match["nth"], rule.tool_field)
    message = rule.message_for(match, job)
    return Told(rule.code, severity, line, row, path, message, fix, _scope(rule, line, row))


def _tell_spots(rule: Rule, spots: Iterable[Violation], plan: Plan, partial: ScanState) -> None:
    if not isinstance(spots, LazyViolations):
        for spot in spots:
            partial.add_finding(_of_spot(rule, spot, plan), plan.most)
        return
    # Spots of one kind are counted at once, and made only where they are kept.
    for spot in spots[: plan.most] if plan.most else spots:
        partial.add_finding(_of_spot(rule, spot, plan), plan.most)
    if plan.most < len(spots) and plan.most:
        tally, more = _of_spot(rule, spots[0], plan).tally, len(spots) - plan.most
        partial.tallies[tally] += more
        partial.fixable[rule.code] += more if rule.fix else 0


def _of_spot(rule: Rule, spot: Violation, plan: Plan) -> Told:
    fix = rule.fix if spot.fixable else None
    severity = plan.forced.get(rule.code) or spot.severity or plan.rules[rule]
    scope = _scope(rule, spot.line, spot.row)
    return Told(rule.code, severity, spot.line, spot.row, spot.path, spot.message, fix, scope)


def _scope(rule: Rule, line: int | None, row: int | None) -> Scope:
    if line is not None or row is not None:
        return "row"
    return "dataset" if isinstance(rule, DatasetRule) else "file"
