"""The profile of a file for its conversion: faults, shapes, names, markers of the legacy format."""

from collections import Counter

from msgspec import Struct, field, structs

from ftlint.batch import task_type as tasks
from ftlint.batch.batch import Batch
from ftlint.commands.convert.markers import MarkerStats
from ftlint.commands.convert.rewrite import RewriteOptions, rewrite
from ftlint.commands.convert.target_fixes import row_rules
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.fixes import fix_rows
from ftlint.engine.scan import Plan, RuleMatch, can_fix, feed_dataset_rules, findings_of, run_row_rules
from ftlint.engine.source_findings import code_of, keep_source_findings
from ftlint.engine.state import LocatedFinding, ScanState, add_failures_to
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.result import Severity
from ftlint.rule.base import Rule
from ftlint.rule.errors import Failures
from ftlint.rule.frame import FaultRule
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import DetectedShape
from ftlint.shapes.shape import CannotHold


class ProfileOptions(Struct, frozen=True):
    """The options of profiling: all rules, those whose fixes are applied, and which markers are counted.

    ``marked``: those that the target may require; otherwise, unless ``as_is``, those that are present.
    """

    whole: Plan
    plan: Plan
    read: ReadOptions
    manner: RewriteOptions
    marked: bool
    as_is: bool


class ProfileState(Struct):
    """The profile of a file, or of a part of it."""

    looks: MarkerStats
    unread: Counter[str] = field(default_factory=Counter)
    left_behind: ScanState = field(default_factory=ScanState)
    healed: Counter[str] = field(default_factory=Counter)
    """Faults that the reader fixed, by the code of their rule."""
    curable: dict[str, list[LocatedFinding]] = field(default_factory=dict)
    """Faults that it could fix in addition, by the codes of rules whose fix is unsafe."""
    names: dict[str, str] = field(default_factory=dict)
    """Fields of the source's shapes under other names, and the first of these names."""
    shapes: Counter[str] = field(default_factory=Counter)
    around: set[str] = field(default_factory=set)
    """The fields with messages or texts beside a prompt that any record has a value in."""

    def observe(
        self, how: ProfileOptions, whole: Plan, block: RecordBlock, batch: Batch, partial: ScanState
    ) -> None:
        """Profile a batch. ``whole`` has the dataset rules, whose state is in the scan state."""
        self._add_faults(how, block, batch)
        feed_dataset_rules(batch, whole, partial)
        # In plain columns no safe fix has a relevant effect here.
        if batch.plain_messages is None:
            batch = fix_rows(batch, row_rules(how.plan), how.plan.context, ChangeLog(), ambiguous=True)
        for kind, n in batch.shape_counts():
            self.shapes[kind.shape.name] += n
            for name, key in kind.fields.items():
                if name != key:
                    self.names.setdefault(name, key)
        self.around |= _fields_around(batch)
        self._count_markers(how, batch, partial)

    def merge(self, part: "ProfileState", rows: int, lines: int) -> None:
        """Merge the profile of the next part of the file; its rows and lines are shifted."""
        self.looks.join(part.looks)
        self.unread.update(part.unread)
        self.healed.update(part.healed)
        self.shapes.update(part.shapes)
        self.around |= part.around
        self.names = {**part.names, **self.names}
        self.left_behind.merge(part.left_behind, rows, lines)
        for code, findings in part.curable.items():
            self.curable.setdefault(code, []).extend(one.shifted(rows, lines) for one in findings)

    def _count_markers(self, how: ProfileOptions, batch: Batch, partial: ScanState) -> None:
        """The markers that are present, or, if the target may require some, those of the texts as they would
        be written.
        """
        if how.marked:
            partial.answers.add(batch.answer_counts, tasks.combine)
            manner = structs.replace(how.manner, shape=SHAPES["completion"])
            self.looks.observe_written([_exchange(manner, batch, i) for i in range(len(batch))])
        elif not how.as_is:
            self.looks.observe(batch)

    def _add_faults(self, how: ProfileOptions, block: RecordBlock, batch: Batch) -> None:
        """Count the unreadable rows and the faults that the reader fixed, and store the faults of the source."""
        self.unread.update(code_of(how.whole, fault.kind) for fault in block.unreadable_rows())
        faults: dict[Rule, Severity] = {r: s for r, s in how.whole.rules.items() if isinstance(r, FaultRule)}
        failures: Failures = {}
        for rule_match in run_row_rules(batch, faults, how.whole.context, failures):
            kind = rule_match.rule.fault if isinstance(rule_match.rule, FaultRule) else None
            mendable = [can_fix(rule_match.rule, found, how.whole.context) for found in rule_match.found]
            if kind in how.read.heal:
                self.healed[rule_match.rule.code] += sum(mendable)
                left = [found for found, can in zip(rule_match.found, mendable, strict=True) if not can]
            else:
                left = list(rule_match.found)
                curable = structs.replace(
                    rule_match, found=[f for f, c in zip(left, mendable, strict=True) if c]
                )
                self._add_curable(how, batch, curable)
            keep_source_findings(
                structs.replace(rule_match, found=left),
                batch,
                how.whole,
                self.left_behind,
                failures,
                notes=True,
            )
        add_failures_to(failures, how.whole.max_per_rule, self.left_behind)

    def _add_curable(self, how: ProfileOptions, batch: Batch, rule_match: RuleMatch) -> None:
        """Store the faults that the reader could still fix, with consent."""
        if rule_match.found:
            curable = self.curable.setdefault(rule_match.rule.code, [])
            curable.extend(findings_of(batch, rule_match, how.whole.context, {}))


def _fields_around(batch: Batch) -> set[str]:
    """The fields beside a prompt that any record has a value in."""
    # Most files have no such field, and their records need not be decoded.
    if not any(map(_keys_around, batch.detected_shapes)):
        return set()
    return {
        name
        for record, kind in zip(batch.records, batch.record_shapes, strict=True)
        for name, key in _keys_around(kind).items()
        if record[key] not in (None, "", [])
    }


def _keys_around(kind: DetectedShape | None) -> dict[str, str]:
    if kind is None:
        return {}
    around = (*kind.shape.folded_fields, *kind.shape.message_fields)
    return {name: key for name, key in kind.fields.items() if name in around}


def _exchange(manner: RewriteOptions, batch: Batch, i: int) -> tuple[str, str] | None:
    record_shape = batch.record_shapes[i]
    if record_shape is None:
        return None
    try:
        written = rewrite(batch.records[i], record_shape, manner).record
    except CannotHold:
        return None
    return str(written["prompt"]), str(written["completion"])
