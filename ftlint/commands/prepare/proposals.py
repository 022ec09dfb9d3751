"""Proposed fixes: what unsafe fixes would do to a file, in plain words, with examples, before anything is
done.

Also the samples of a dry run to display: the effect of fixes, with examples, and the first records of the
result.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from msgspec import Struct, field

from ftlint.batch.batch import Batch
from ftlint.batch.records import RecordReader
from ftlint.commands.convert.rewrite import copied
from ftlint.context import RuleContext
from ftlint.display import quote
from ftlint.engine.change_log import ChangeLog
from ftlint.engine.fixes import apply_decisions
from ftlint.engine.state import LocatedFinding
from ftlint.io.columnar import ColumnarRecords
from ftlint.result import Change
from ftlint.rule.base import Conclusion, Rule
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.frame import FaultRule
from ftlint.shapes.shape import Record

# Records that are searched for examples of a change.
SAMPLED = 2_000


class FixEffects(Struct):
    """The effect of row fixes: how many records each changed, which dropped any, and examples, by code."""

    touched: Counter[str] = field(default_factory=Counter)
    dropping: set[str] = field(default_factory=set)
    examples: dict[str, list[Change]] = field(default_factory=dict)

    def join(self, part: "FixEffects", rows: int, lines: int, each: int) -> None:
        """Merge the effect on the next part of the file; its rows and lines are shifted."""
        log = ChangeLog(examples_per_rule=each, examples=self.examples)
        log.merge(ChangeLog(examples=part.examples), rows, lines)
        self.touched.update(part.touched)
        self.dropping |= part.dropping


def fix_effects(log: ChangeLog) -> FixEffects:
    """The effect recorded in a log."""
    touched = Counter({code: len(rows) for code, rows in log.touched.items()})
    return FixEffects(touched, set(log.dropped.values()), log.examples)


class RecordSample(Struct):
    """The first records of a file as they would be, with their places."""

    records: list[Sequence[Record]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def observe(self, batch: Batch) -> None:
        """Store the first records of a batch, until the sample is complete."""
        room = min(SAMPLED - len(self.rows), len(batch))
        if room > 0:
            records = batch.records
            self.records.append(
                records.part(range(room)) if isinstance(records, ColumnarRecords) else list(records[:room])
            )
            self.rows += list(batch.rows[:room])
            self.lines += list(batch.lines[:room])

    def join(self, part: "RecordSample", rows: int, lines: int) -> None:
        """Merge the sample of the next part of the file; its rows and lines are shifted."""
        room = SAMPLED - len(self.rows)
        if room > 0:
            self.records += part.records
            self.rows += [row + rows for row in part.rows]
            self.lines += [line + lines for line in part.lines]

    def batch(self, record_reader: RecordReader, context: RuleContext) -> Batch:
        """Copies of the records, to try something on."""
        first = self.records[0]
        if len(self.records) == 1 and isinstance(first, ColumnarRecords):
            return Batch(first.fresh(), self.rows, self.lines, record_reader, context)
        copies = [copied(record) for records in self.records for record in records][:SAMPLED]
        return Batch(copies, self.rows[:SAMPLED], self.lines[:SAMPLED], record_reader, context)

    def plain(self) -> "RecordSample":
        """The same without columns, to be sent."""
        return RecordSample([list(records) for records in self.records], self.rows, self.lines)


EXAMPLES = 3
DROP = "Leave {rows} out?"
CHANGE = "Mend {rows}?"


class ProposedFix(Struct, frozen=True):
    """One fix that requires consent.

    ``rows`` is how many examples it changes (0: known only afterwards), ``offered`` that the default answer
    is No.
    """

    code: str
    name: str
    found: str
    question: str
    rows: int
    drops: bool
    offered: bool
    examples: Sequence[Change] = ()
    findings: Sequence[str] = ()
    """Positions and messages of the first findings, if there are no examples."""
    unit: str = "example"
    """The unit of ``rows``."""


def reader_remedies(curable: Mapping[FaultRule, Sequence[LocatedFinding]]) -> Iterator[ProposedFix]:
    """Faults that the reader could fix in broken lines, in order of code."""
    for rule, findings in sorted(curable.items(), key=lambda item: item[0].code):
        lines = f"{len(findings):,} line{'s' if len(findings) != 1 else ''}"
        yield ProposedFix(
            rule.code,
            rule.name,
            _first_words(rule),
            (rule.fix_prompt or CHANGE).format_map({"rows": lines}),
            len(findings),
            drops=False,
            offered=rule.opt_in_fix,
            findings=[f"line {t.line}: {t.message}" for t in findings[:EXAMPLES]],
            unit="line",
        )


def row_remedies(rules: Sequence[Rule], effects: FixEffects) -> Iterator[ProposedFix]:
    """The effect of row rules in a dry run, in order of code."""
    for rule in rules:
        rows = effects.touched[rule.code]
        if rule.fix == "unsafe" and rows:
            drops = rule.code in effects.dropping
            yield ProposedFix(
                rule.code,
                rule.name,
                _first_words(rule),
                _question(rule, rows, {}, drops=drops),
                rows,
                drops,
                rule.opt_in_fix,
                effects.examples.get(rule.code, ()),
            )


def dataset_remedies(
    verdicts: Mapping[DatasetRule, Conclusion],
    sample: RecordSample,
    record_reader: RecordReader,
    context: RuleContext,
) -> Iterator[ProposedFix]:
    """The effect of dataset rules, in order of code. ``sample`` are records for examples."""
    for rule, verdict in verdicts.items():
        if rule.fix == "unsafe" and changes(verdict):
            decision = verdict.decision or {}
            rows = len(verdict.drop) or int(decision.get("rows", 0))
            yield ProposedFix(
                rule.code,
                rule.name,
                verdict.violations[0].message
                if verdict.violations and not verdict.drop
                else verdict.summary or _first_words(rule),
                _question(rule, rows, decision, drops=bool(verdict.drop)),
                rows,
                bool(verdict.drop),
                rule.opt_in_fix,
                _trial(rule, decision, sample, record_reader, context)
                if decision.get("apply") and sample.rows
                else (),
                list(
                    islice(
                        (f"line {s.line}: {s.message}" for s in verdict.violations if s.line is not None),
                        EXAMPLES,
                    )
                ),
            )


def changes(verdict: Conclusion) -> bool:
    """Whether a conclusion drops or changes anything."""
    return bool(verdict.drop) or bool(verdict.decision and verdict.decision.get("apply"))


def _trial(
    rule: DatasetRule,
    decision: dict[str, Any],
    sample: RecordSample,
    record_reader: RecordReader,
    context: RuleContext,
) -> Sequence[Change]:
    """The first changes that a decision makes, on copies of the sample's records."""
    log = ChangeLog(examples_per_rule=EXAMPLES)
    apply_decisions(sample.batch(record_reader, context), {rule: Conclusion(decision=decision)}, context, log)
    return log.examples.get(rule.code, ())


def _first_words(rule: Rule) -> str:
    """The violation of the rule, in a sentence without its full stop."""
    return rule.page().split("\n", 1)[0].rstrip(".")


def _question(rule: Rule, rows: int, decision: Mapping[str, Any], *, drops: bool) -> str:
    many = f"{rows:,} example{'s' if rows != 1 else ''}" if rows else "the examples"
    values = {name: quote(value) for name, value in decision.items() if isinstance(value, str)}
    asked = rule.fix_prompt or (DROP if drops else CHANGE)
    return asked.format_map({**values, "rows": many})
