"""The state of a scan after some batches: findings, true totals, and the state of dataset rules.

Dataset rules observe frames in batches; these are combined, and reduced for their conclusion: at once, or
partition by partition.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct, field, structs

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.context import RuleContext
from ftlint.engine.spill import Spill
from ftlint.io.block import RecordBlock
from ftlint.result import Scope, Severity, Tally
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.errors import Failures, RuleFailure, guarding

if TYPE_CHECKING:
    from polars import DataFrame

Combine = Callable[[list["DataFrame"]], "DataFrame"]
# Frames are combined once they have this many rows, and again when they have twice as many as remained then:
# sums stay small, and nothing is added up more than twice.
MANY = 1 << 18
# How many bytes of frames of one rule are stored in memory, if they can be spilled.
MOST_HELD = 32 << 20
POSITIONS = ("row", "line")
"""Columns in the frames of dataset rules with row and line numbers of the file."""


class LocatedFinding(Struct, frozen=True):
    """A finding without its file: code, severity, position, message, the fix that would apply, and the scope."""

    code: str
    severity: Severity
    line: int | None
    row: int | None
    path: str | None
    message: str
    fix: str | None
    scope: Scope = "row"

    @property
    def tally(self) -> Tally:
        """The key by which it is counted."""
        return Tally(self.code, self.severity, self.scope)

    def shifted(self, rows: int, lines: int) -> "LocatedFinding":
        """The same finding with its row and line shifted."""
        line, row = self.line and self.line + lines, self.row and self.row + rows
        return structs.replace(self, line=line, row=row)


class RuleState(Struct):
    """What one dataset rule observed in some batches, combined from time to time so that it stays small.

    With ``keys`` (see ``DatasetRule.keys``), frames that do not fit into memory are spilled to disk.
    """

    frames: list["DataFrame"] = field(default_factory=list)
    rows: int = 0
    combined: int = 0
    keys: Sequence[str] = ()
    size: int = 0
    shrinks: bool = True
    """Whether combining at least halved the rows, the last time."""
    spill: Spill | None = None
    reduced: bool = False
    """The frames were combined and reduced by workers; they are only concatenated."""
    columns: Sequence[str] = ()
    """The columns of the first frame: the others have theirs in the same order, so that they can be concatenated."""

    def add(self, frame: "DataFrame", combine: Combine | None) -> None:
        """Add a frame; None for ``combine`` where combining would make it no smaller."""
        self.frames.append(self._ordered(frame))
        self.rows += frame.height
        self.size += int(frame.estimated_size())
        goes_to_disk = bool(self.keys) and self.size > MOST_HELD
        many = self.rows > MANY + 2 * self.combined
        # Frames that did not shrink are spilled as they are: they are combined partition by partition at the end.
        if combine is not None and (many or goes_to_disk) and (self.shrinks or not self.keys):
            self._combine(combine)
            goes_to_disk = goes_to_disk and self.size > MOST_HELD // 2
        if goes_to_disk:
            self._spill()

    def merge(self, more: "RuleState", combine: Combine | None, rows: int = 0, lines: int = 0) -> None:
        """Merge what the same rule observed in other batches, with rows and lines shifted."""
        for frame in more.frames_in_order():
            self.add(shifted(frame, rows, lines), combine)

    def frames_in_order(self) -> "Iterator[DataFrame]":
        """All frames, one at a time."""
        if self.spill is not None:
            yield from self.spill.frames()
        yield from self.frames

    def partitions(self) -> "Iterator[list[DataFrame]]":
        """All frames: in one list while they are in memory, else by partition, with all rows of equal keys."""
        if self.spill is None:
            yield from [list(self.frames)] if self.frames else []
            return
        if self.frames:
            self._spill()
        yield from self.spill.partitions()

    def _combine(self, combine: Combine) -> None:
        before = self.rows
        self.frames = [self._ordered(combine(self.frames))]
        self.rows = self.combined = self.frames[0].height
        self.shrinks = self.rows * 2 <= before
        self.size = int(self.frames[0].estimated_size())

    def _spill(self) -> None:
        if self.spill is None:
            self.spill = Spill(self.keys)
        # A rule's ``combine`` accepts the same frames in memory and from disk: differing frames stay separate.
        for _, alike in groupby(self.frames, key=lambda frame: frame.schema):
            self.spill.add(pl.concat(alike))
        self.frames, self.rows, self.combined, self.size, self.shrinks = [], 0, 0, 0, True

    def _ordered(self, frame: "DataFrame") -> "DataFrame":
        if not self.columns:
            self.columns = frame.columns
        if frame.columns == self.columns:
            return frame
        same = sorted(frame.columns) == sorted(self.columns)
        return frame.select(self.columns) if same else frame


class ScanState(Struct):
    """Mergeable state of a scan after some batches: findings, capped per tally, true totals, state of dataset
    rules.

    ``name`` and ``bytes`` are those of the file. ``incomplete`` says why it was not read in full. ``limit``
    is how many findings of a tally are stored when merging (0: all), ``rules`` and ``job`` determine how
    frames are combined.
    """

    name: str = ""
    bytes: int = 0
    rows: int = 0
    lines: int = 0
    examples: int = 0
    incomplete: str = ""
    tallies: Counter[Tally] = field(default_factory=Counter)
    fixable: Counter[str] = field(default_factory=Counter)
    findings: dict[Tally, list[LocatedFinding]] = field(default_factory=dict)
    shapes: Counter[str] = field(default_factory=Counter)
    rule_states: dict[str, RuleState] = field(default_factory=dict)
    second_pass_states: dict[str, RuleState] = field(default_factory=dict)
    answers: RuleState = field(default_factory=lambda: RuleState(keys=("label",)))
    failed: dict[str, str] = field(default_factory=dict)
    """Rules that raised, by code, each with the exception of the first time as Python prints it."""
    unjudged: dict[str, str] = field(default_factory=dict)
    """Rules that raised for the entire file, by code, each with the message of its finding."""
    cleared: set[str] = field(default_factory=set)
    """Dataset rules, by code, that can find nothing in this file. Set only by a scan of whole files in this process, so
    its bytes (see ``wire``) do not have it.
    """
    limit: int = 0
    rules: Mapping[str, DatasetRule] = field(default_factory=dict)
    job: RuleContext = field(default_factory=RuleContext)
    container: str = ""
    """Set before the rules conclude."""

    def count(self, block: RecordBlock) -> None:
        """Add the number of rows and lines of a block."""
        self.rows += block.row_count
        self.lines += block.line_count
        self.incomplete = self.incomplete or block.why_incomplete()

    @property
    def counts(self) -> Counter[str]:
        """True totals by code."""
        counts: Counter[str] = Counter()
        for tally, n in self.tallies.items():
            counts[tally.code] += n
        return counts

    def add_finding(self, finding: LocatedFinding, most: int) -> None:
        """Count a finding and store it unless ``most`` of its tally are stored already (0: store all)."""
        self.tallies[finding.tally] += 1
        if finding.fix:
            self.fixable[finding.code] += 1
        stored = self.findings.setdefault(finding.tally, [])
        if not most or len(stored) < most:
            stored.append(finding)

    def merge(self, part: "ScanState", rows: int = 0, lines: int = 0) -> None:
        """Merge the state of the next part of the file; its rows and lines are shifted."""
        failures: Failures = {}
        for tally, findings in part.findings.items():
            stored = self.findings.setdefault(tally, [])
            room = max(0, self.limit - len(stored)) if self.limit else len(findings)
            stored.extend(one.shifted(rows, lines) for one in findings[:room])
        for code, state in part.rule_states.items():
            rule = self.rules.get(code)
            own = self.rule_states.setdefault(code, RuleState(keys=rule.keys if rule is not None else ()))
            own.merge(state, self._combine(code, failures), rows, lines)
        for code, state in part.second_pass_states.items():
            own = self.second_pass_states.setdefault(code, RuleState())
            own.merge(state, self._combine(code, failures), rows, lines)
        self.answers.merge(part.answers, task_type.combine, rows, lines)
        self.failed = {**part.failed, **self.failed}
        self.unjudged = {**part.unjudged, **self.unjudged}
        self.cleared |= part.cleared
        self.tallies += part.tallies
        self.fixable += part.fixable
        self.shapes += part.shapes
        self.incomplete = self.incomplete or part.incomplete
        self.rows += part.rows
        self.lines += part.lines
        self.examples += part.examples
        self.name, self.bytes = part.name or self.name, part.bytes or self.bytes
        add_failures_to(failures, self.limit, self)

    def _combine(self, code: str, failures: Failures) -> Combine | None:
        rule = self.rules.get(code)
        return combiner_of(rule, self.job, failures) if rule is not None else None


def add_failures_to(failures: Failures, most: int, partial: ScanState) -> None:
    """Add rules that raised to the state: those that raised for the entire file are reported once, at the end."""
    for (code, row), failure in sorted(failures.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        partial.failed.setdefault(code, failure.trace)
        if row is None:
            partial.unjudged.setdefault(code, failure.message)
        else:
            partial.add_finding(finding_of_failure(failure), most)


def finding_of_failure(failure: RuleFailure) -> LocatedFinding:
    """A failure as a finding: an error of the rule itself, which no severity of the user's makes less."""
    scope: Scope = "file" if failure.row is None else "row"
    return LocatedFinding(
        failure.code, "error", failure.line, failure.row, None, failure.message, None, scope
    )


def shifted(frame: "DataFrame", rows: int, lines: int) -> "DataFrame":
    """The frame with its row and line numbers shifted."""
    by = {"row": rows, "line": lines}
    places = [name for name in POSITIONS if name in frame.columns and by[name]]
    return frame.with_columns(pl.col(name) + by[name] for name in places) if places else frame


def combiner_of(rule: DatasetRule, context: RuleContext, failures: Failures) -> Combine | None:
    """How the rule combines frames; None if they are only concatenated.

    If the rule raises, its exception is added to the ``failures``, and its frames are discarded.
    """
    if type(rule).combine is DatasetRule.combine:
        return None

    def combine(frames: list["DataFrame"]) -> "DataFrame":
        with guarding(rule, failures):
            return rule.combine(frames, context)
        return frames[0].clear()

    return combine


def reduced(
    rule_states: Mapping[str, RuleState], rule: DatasetRule, context: RuleContext
) -> "DataFrame | None":
    """What a rule observed in all batches. Of spilled frames at most one partition is in memory."""
    if rule.code not in rule_states:
        return None
    rule_state = rule_states[rule.code]
    if rule_state.reduced:
        return pl.concat(rule_state.frames)
    stored: list[DataFrame] = []
    for frames in rule_state.partitions():
        one = rule.reduce(rule.combine(frames, context), context)
        # Concatenated with nothing, strings are copied: uncopied they would retain all strings of the partition.
        stored.append(one if rule_state.spill is None else one.with_columns(pl.col(pl.String) + pl.lit("")))
    return pl.concat(stored) if stored else None
