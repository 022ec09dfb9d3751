"""What checked files are held against: other datasets, read before them, of which rules keep what they compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.records import RecordReader
from ftlint.config.settings import Settings
from ftlint.config.splits import known_held_out, partners
from ftlint.engine.passes import first_pass
from ftlint.engine.scan import Plan
from ftlint.engine.state import ScanState
from ftlint.errors import UsageError
from ftlint.io.block import RecordBlock
from ftlint.io.source import Source
from ftlint.rule import CompareRule
from ftlint.rule.errors import Failures, guarding

if TYPE_CHECKING:
    from polars import DataFrame


@dataclass(frozen=True, slots=True)
class ReferenceDataset:
    """One dataset that others are held against: what each comparing rule took from it, by code."""

    frames: Mapping[str, "DataFrame"]
    note: str
    failures: Failures


class ReferenceData:
    """For every checked file the datasets that it is held against; each of those is read once."""

    def __init__(self, sources: Sequence[Source], plan: Plan, settings: Settings) -> None:
        self._plan = plan
        self._read = replace(settings.read, heal=frozenset(), keep_raw=False)
        self._given = settings.against
        self._partners = partners(sources)
        for identity, held in settings.held_out.items():
            self._partners.setdefault(identity, []).extend(held)
        self._held_out = known_held_out(
            sources, settings.held_out, settings.against, settings.datasets, settings.root
        )
        self._known: dict[str, ReferenceDataset] = {}
        if self._given and {source.identity for source in (*sources, *self._given)} == {sources[0].identity}:
            raise UsageError(f"{sources[0].name} is held against nothing but itself")

    def plan_for(self, source: Source) -> Plan:
        """The plan for a file, with what is held against it. Raises UsageError where a held file holds nothing.

        For a file that is itself held out it goes without the rules that are only about what is trained on.
        """
        plan = self._plan if source.identity not in self._held_out else _without_training(self._plan)
        rules: list[CompareRule] = plan.of_kind(CompareRule)
        against = [other for other in self._against(source) if other.identity != source.identity]
        if not rules or not against:
            return plan
        held = [self._held(other, rules) for other in against]
        frames = {}
        failures = {key: failure for one in held for key, failure in one.failures.items()}
        for rule in rules:
            if (rule.code, None) in failures:
                continue
            found = [one.frames[rule.code] for one in held if rule.code in one.frames]
            if found:
                frames[rule.code] = pl.concat(found)
        return replace(plan, reference_frames=frames, notes=[one.note for one in held], failures=failures)

    def _against(self, source: Source) -> list[Source]:
        more = self._partners.get(source.identity, ())
        return list({other.identity: other for other in (*self._given, *more)}.values())

    def _held(self, source: Source, rules: Sequence[CompareRule]) -> ReferenceDataset:
        known = source.identity
        if known not in self._known:
            self._known[known] = self._read_held(source, rules)
        return self._known[known]

    def _read_held(self, source: Source, rules: Sequence[CompareRule]) -> ReferenceDataset:
        frames: dict[str, list[DataFrame]] = {}
        failures: Failures = {}

        def visit(block: RecordBlock, batch: Batch, partial: ScanState) -> None:
            del block
            partial.examples += sum(n for _, n in batch.shape_counts())
            for rule in rules:
                with guarding(rule, failures):
                    told = rule.observe_reference(batch, self._plan.context)
                    if told is not None and told.height:
                        frames.setdefault(rule.code, []).append(told)

        try:
            seen = first_pass(source, self._plan, self._read, visit)
        except UsageError:
            if not (self._plan.record_reader.builds_records or self._plan.record_reader.detector.wanted):
                raise
            # Templates and maps are for the checked file; a held one may have other columns.
            plain = replace(
                self._plan,
                record_reader=RecordReader(detector=replace(self._plan.record_reader.detector, wanted={})),
            )
            seen = first_pass(source, plain, self._read, visit)
        rows, examples = seen.partial.rows, seen.partial.examples
        if not rows:
            raise UsageError(f"{source.name}: there is nothing in it to compare with")
        unread = f", {rows - examples:,} of them no examples" if rows != examples else ""
        name = pl.lit(source.name, dtype=pl.String)
        named = {code: pl.concat(found).with_columns(file=name) for code, found in frames.items()}
        note = f"compared with {source.name} ({rows:,} {'row' if rows == 1 else 'rows'}{unread})"
        return ReferenceDataset(named, note, failures)


def _without_training(plan: Plan) -> Plan:
    rules = {rule: severity for rule, severity in plan.rules.items() if not rule.training_only}
    return replace(plan, rules=rules, context=replace(plan.context, held_out=True))
