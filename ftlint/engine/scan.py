"""The scan: batches in, one partial out. Partials merge, and the whole is concluded from the merged one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ftlint.batch import task_type
from ftlint.batch.batch import Batch
from ftlint.batch.records import Seer
from ftlint.context import Job
from ftlint.engine.frame_rules import found_in
from ftlint.engine.state import ScanState, Seen, Told, combining, fail, narrowed
from ftlint.result import Scope, Severity, Tally
from ftlint.rule import AgainstRule, DatasetRule, FileRule, RecordRule
from ftlint.rule.base import Found, Rule, Spot, Spots, Verdict, Whole
from ftlint.rule.errors import Failures, guarding
from ftlint.rule.frame import FrameRule

if TYPE_CHECKING:
    from polars import DataFrame

ABOUT_A_FILE = ("faults",)


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule's finds in one batch: the matched rows of its frame, or the spots of a record rule."""

    rule: Rule
    severity: Severity
    found: Sequence[Found]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a scan does: the rules with their severities for this job, and how many findings are kept a rule.

    ``held`` is what rules that compare took from the datasets held against the checked one, by code; ``notes``
    name those datasets.
    """

    rules: Mapping[Rule, Severity]
    job: Job
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


def look(batch: Batch, rules: Mapping[Rule, Severity], job: Job, failures: Failures) -> Iterable[Hit]:
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
    partial.examples += sum(n for _, n in batch.counted_kinds())
    for kind, n in batch.counted_kinds():
        partial.shapes[kind.shape.name] += n
    if partial.examples:
        partial.answers.add(batch.answers, task_type.combine)
    take(batch, plan, partial)


def take(batch: Batch, plan: Plan, partial: ScanState) -> None:
    """Let every dataset rule take from the batch what it needs."""
    for rule in plan.of_kind(DatasetRule):
        compares = isinstance(rule, AgainstRule)
        if rule.of_answers or rule.code in partial.unjudged or (compares and rule.code not in plan.held):
            continue
        failures: Failures = {}
        with guarding(rule, failures):
            if compares:
                seen = rule.meet(batch, plan.held[rule.code], plan.job)
            else:
                seen = rule.observe(batch, plan.job)
            if seen is not None and seen.height:
                combine = combining(rule, plan.job, failures)
                partial.rule_states.setdefault(rule.code, Seen(keys=rule.keys)).add(seen, combine)
        fail(failures, plan.most, partial)


def join(whole: ScanState, part: ScanState, plan: Plan, *, numbered: bool = False) -> None:
    """Add the state of the next part of a file; its places are counted from 1, unless they are ``numbered``."""
    whole.limit, whole.rules, whole.job = plan.most, _dataset_rules(plan), plan.job
    whole.merge(part, *((0, 0) if numbered else (whole.rows, whole.lines)))


def new_state(plan: Plan) -> ScanState:
    """The state of a scan before its first batch."""
    return ScanState(limit=plan.most, rules=_dataset_rules(plan), job=plan.job)


def _dataset_rules(plan: Plan) -> dict[str, DatasetRule]:
    return {rule.code: rule for rule in plan.of_kind(DatasetRule)}


def conclude(partial: ScanState, plan: Plan) -> dict[DatasetRule, Verdict]:
    """The verdict of every dataset rule on the whole; what it and the rules about files find is told to the partial."""
    verdicts: dict[DatasetRule, Verdict] = {}
    rules: list[DatasetRule] = plan.of_kind(DatasetRule)
    about_answers = any(rule.of_answers for rule in rules)
    answers = task_type.gathered(partial.answers.pieces, plan.job) if about_answers else None
    for rule in rules:
        if rule.code in partial.unjudged or (isinstance(rule, AgainstRule) and rule.code not in plan.held):
            continue
        failures: Failures = {}
        with guarding(rule, failures):
            seen = answers if rule.of_answers else narrowed(partial.rule_states, rule, plan.job)
            if isinstance(rule, AgainstRule):
                verdict = rule.compare(seen, plan.held[rule.code], plan.job)
            else:
                verdict = rule.conclude(seen, plan.job)
            _tell_spots(rule, verdict.spots, plan, partial)
            verdicts[rule] = verdict
        fail(failures, plan.most, partial)
    whole = Whole(partial.name, partial.bytes, partial.examples)
    for rule in plan.of_kind(FileRule):
        failures = {}
        with guarding(rule, failures):
            for spot in list(rule.judge(whole, plan.job)):
                partial.add_finding(_of_spot(rule, spot, plan), plan.most)
        fail(failures, plan.most, partial)
    return verdicts


def look_again(batch: Batch, verdicts: Mapping[DatasetRule, Verdict], plan: Plan, partial: ScanState) -> None:
    """A second look for the rules whose decision asks for one."""
    for rule, verdict in verdicts.items():
        if wants_again(verdict) and verdict.decision is not None and rule.code not in partial.unjudged:
            failures: Failures = {}
            with guarding(rule, failures):
                spots = rule.again(batch, verdict.decision, plan.job)
                for spot in sorted(spots, key=lambda spot: spot.row or 0):
                    partial.add_finding(_of_spot(rule, spot, plan), plan.most)
                seen = rule.observe_again(batch, verdict.decision, plan.job)
                if seen is not None and seen.height:
                    again = partial.second_pass_states.setdefault(rule.code, Seen())
                    again.add(seen, combining(rule, plan.job, failures))
            fail(failures, plan.most, partial)


def conclude_again(partial: ScanState, verdicts: Mapping[DatasetRule, Verdict], plan: Plan) -> None:
    """What the second look says of the whole."""
    for rule, verdict in verdicts.items():
        if wants_again(verdict) and verdict.decision is not None and rule.code not in partial.unjudged:
            failures: Failures = {}
            with guarding(rule, failures):
                seen = narrowed(partial.second_pass_states, rule, plan.job)
                for spot in list(rule.conclude_again(seen, verdict.decision, plan.job)):
                    partial.add_finding(_of_spot(rule, spot, plan), plan.most)
            fail(failures, plan.most, partial)


def wants_again(verdict: Verdict) -> bool:
    """Whether row findings depend on what the whole said."""
    return bool(verdict.decision and verdict.decision.get("again"))


def _look_at_records(batch: Batch, rule: RecordRule, job: Job, failures: Failures) -> list[Found]:
    found: list[Found] = []
    with guarding(rule, failures) as guard:
        picked = batch.examples.select("i").filter(
            batch.examples.select(rule.picks(job)).to_series().fill_null(False)
        )
    for i in () if guard.failed else picked["i"]:
        if batch.sightings[i] is not None:
            with guarding(rule, failures, batch, i):
                found.extend([{"i": i, "spot": spot} for spot in rule.look(batch.example(i), job)])
    return found


def _tell(batch: Batch, hit: Hit, plan: Plan, partial: ScanState, failures: Failures) -> None:
    rule = hit.rule
    if isinstance(rule, FrameRule) and rule.frame in ABOUT_A_FILE:
        for told in tell_of(batch, hit, plan.job, failures):
            partial.add_finding(told, plan.most)
        return
    # Which ones come first must not depend on where batches end.
    hit = replace(hit, found=sorted(hit.found, key=lambda found: int(found["i"])))
    tally = Tally(rule.code, hit.severity, "row")
    kept = partial.findings.setdefault(tally, [])
    room = max(0, plan.most - len(kept)) if plan.most else len(hit.found)
    kept.extend(tell_of(batch, replace(hit, found=hit.found[:room]), plan.job, failures))
    partial.tallies[tally] += len(hit.found)
    if rule.fix:
        for found in hit.found:
            with guarding(rule, failures, batch, found["i"]):
                partial.fixable[rule.code] += can_fix(rule, found, plan.job)


def tell_of(batch: Batch, hit: Hit, job: Job, failures: Failures) -> Iterable[Told]:
    """A hit's finds as findings, with place and words."""
    for found in hit.found:
        with guarding(hit.rule, failures, batch, found.get("i")) as guard:
            if isinstance(hit.rule, FrameRule):
                told = _of_found(batch, hit.rule, found, hit.severity, job)
            else:
                spot: Spot = found["spot"]
                line, row = batch.lines[found["i"]], batch.rows[found["i"]]
                fix = hit.rule.fix if spot.fixable else None
                told = Told(hit.rule.code, hit.severity, line, row, spot.path, spot.message, fix)
        if not guard.failed:
            yield told


def can_fix(rule: Rule, found: Found, job: Job) -> bool:
    """Whether the rule's fix applies to this very find."""
    if rule.fix is None:
        return False
    if isinstance(rule, FrameRule):
        return bool(found.get("healable", True)) and rule.can_mend(found, job)
    return bool(found["spot"].fixable)


def _of_found(batch: Batch, rule: FrameRule, found: Found, severity: Severity, job: Job) -> Told:
    fix = rule.fix if can_fix(rule, found, job) else None
    if rule.frame in ABOUT_A_FILE:
        line, row, path = found["line"], found["row"], found["path"]
    else:
        i = found["i"]
        line, row, path = batch.lines[i], batch.rows[i], found.get("path")
        if path is None and found.get("at") is not None:
            path = batch.example(i).path(rule.place(found, job))
        elif path is None and found.get("nth") is not None:
            path = batch.example(i).tool_path(found["nth"], rule.tool_field)
    message = rule.say(found, job)
    return Told(rule.code, severity, line, row, path, message, fix, _scope(rule, line, row))


def _tell_spots(rule: Rule, spots: Iterable[Spot], plan: Plan, partial: ScanState) -> None:
    if not isinstance(spots, Spots):
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


def _of_spot(rule: Rule, spot: Spot, plan: Plan) -> Told:
    fix = rule.fix if spot.fixable else None
    severity = plan.forced.get(rule.code) or spot.severity or plan.rules[rule]
    scope = _scope(rule, spot.line, spot.row)
    return Told(rule.code, severity, spot.line, spot.row, spot.path, spot.message, fix, scope)


def _scope(rule: Rule, line: int | None, row: int | None) -> Scope:
    if line is not None or row is not None:
        return "row"
    return "dataset" if isinstance(rule, DatasetRule) else "file"
