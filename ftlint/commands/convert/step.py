"""The two steps of a conversion: one that profiles the source, and one that writes its records in the new shape."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import IO, Any

from msgspec import Struct, field

from ftlint.batch.batch import Batch
from ftlint.commands.convert.account import ConversionStats
from ftlint.commands.convert.conversion import (
    Conversion,
    ConvertedRecord,
    conversion,
    resolve_target,
)
from ftlint.commands.convert.markers import LegacyMarkers
from ftlint.commands.convert.profile import ProfileState
from ftlint.config.settings import Settings
from ftlint.engine.handle import Handle
from ftlint.engine.inline_check import InlineChecker
from ftlint.engine.pipeline import Step
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan, new_state
from ftlint.engine.source_findings import code_of
from ftlint.engine.state import ScanState
from ftlint.execution.executor import BlobRef
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.columnar import LINE, ColumnarRecords
from ftlint.io.source import Source
from ftlint.io.write.atomic import encode_columns, join_lines
from ftlint.io.write.jsonl import EntryWriter, LineWriter
from ftlint.io.write.lost import write_lost
from ftlint.io.write.rejects import Reject, unread_rows, write_rejects
from ftlint.io.write.writer import Entry, Writer
from ftlint.rule.errors import Failures
from ftlint.shapes import SHAPES
from ftlint.shapes.shape import Record
from ftlint.targets.written_file import FieldKinds


class SourceProfile(Struct):
    """The result of the first pass over a source."""

    scan: ScanState
    """The state of dataset rules."""
    glance: ProfileState

    def merge(self, other: "SourceProfile", rows: int, lines: int, /) -> None:
        """Merge the profile of the next part of the file."""
        self.scan.merge(other.scan, rows, lines)
        self.glance.merge(other.glance, rows, lines)


@dataclass(frozen=True, slots=True)
class Profile(Step[SourceProfile]):
    """The first pass: shapes, markers of the legacy format, whether answers are classes."""

    handle: Handle[Conversion]
    read: ReadOptions

    @property
    def plan(self) -> Plan:
        """The record reader."""
        return self.handle.get().plan

    def start(self) -> SourceProfile:
        """An empty profile."""
        begun = self.handle.get()
        return SourceProfile(new_state(begun.profile_all), begun.empty_profile())

    def visit(
        self, block: RecordBlock, batch: Batch, state: SourceProfile, outputs: Mapping[str, Any]
    ) -> None:
        """Profile a batch."""
        begun = self.handle.get()
        state.glance.observe(begun.profile_options(self.read), begun.profile_all, block, batch, state.scan)
        state.scan.count(block)


def checking_settings(settings: Settings, to: str) -> Settings:
    """How the new file is checked: as a new input for its target."""
    target = resolve_target(to)[1]
    name, model = (target.name, settings.model) if target is not None else (None, None)
    return replace(settings.for_written(), target=name, model=model, read=ReadOptions())


def checking_plan_for(settings: BlobRef, to: str) -> Plan:
    """The rules that the new file is checked with, from broadcast settings."""
    return make_plan(checking_settings(settings.load(), to))


def conversion_for_parts(settings: BlobRef, to: str, system: str | None, keep_endings: bool) -> Conversion:
    """A conversion from broadcast settings."""
    shape, target = resolve_target(to)
    nothing = Source("", None, b"")
    return conversion(nothing, settings.load(), shape, target, system=system, keep_endings=keep_endings)


class Converted(Struct):
    """The outcome for the records of a file."""

    begun: Conversion | None = None
    """The running conversion; None once the part is done."""
    account: ConversionStats = field(default_factory=ConversionStats)
    fixed: Counter[str] = field(default_factory=Counter)
    """Fixes in the source's records, by code, and in those written for the target."""
    fitted: Counter[str] = field(default_factory=Counter)
    failures: Failures = field(default_factory=dict)
    fields: FieldKinds = field(default_factory=FieldKinds)
    """The statistics that a trainer's recipe needs."""
    checker: InlineChecker | None = None
    """The check of the written records, if they are checked while they are written."""

    def merge(self, other: "Converted", rows: int, lines: int, /) -> None:
        """Merge the outcome of the next part."""
        self.account.merge(other.account, rows, lines)
        self.fixed.update(other.fixed)
        self.fitted.update(other.fitted)
        self.failures.update(other.failures)
        self.fields.join(other.fields.fields)
        if self.checker is not None and other.checker is not None:
            self.checker.merge(other.checker)


@dataclass(frozen=True, slots=True)
class Convert(Step[Converted]):
    """The second pass: write every record in the new shape, and the rejected rows and lost values separately."""

    handle: Handle[Conversion]
    source: str
    shape: str
    dress: LegacyMarkers | None
    in_lines: bool
    """Whether the new file is JSON Lines.

    Records of other containers are returned, for one writer that receives all of them.
    """
    recipe: bool
    outputs: tuple[str, ...]
    checking: Handle[Plan] | None = None
    """The rules that the new file is checked with while it is written."""

    @property
    def plan(self) -> Plan:
        """The record reader."""
        return self.handle.get().plan

    def start(self) -> Converted:
        """Nothing converted."""
        begun = self.handle.get().fresh()
        begun.set_output_shape(SHAPES[self.shape], self.dress)
        checker = InlineChecker(new_state(self.checking.get())) if self.checking is not None else None
        return Converted(begun, checker=checker)

    def visit(self, block: RecordBlock, batch: Batch, state: Converted, outputs: Mapping[str, Any]) -> None:
        """Convert a batch."""
        begun, rejects = state.begun, outputs.get("rejects")
        assert begun is not None
        rejected: list[Reject] = []

        def refuse(why: str, line: int, row: int, record: Record) -> None:
            del why
            rejected.append(Reject(line, row, "convert", record))

        # A recipe describes the records, and other containers write them one by one.
        columns = begun.convert_columns(batch) if self.in_lines and not self.recipe else None
        if columns is not None:
            lines = encode_columns(columns.columns)
            outputs["out"].write(join_lines(lines))
            if state.checker is not None and self.checking is not None:
                written = ColumnarRecords(columns.columns.with_columns(lines.alias(LINE)))
                state.checker.observe(written, self.checking.get())
        else:
            if state.checker is not None:
                state.checker.reliable = False
            writer = self._writer(outputs["out"])
            for made in begun.convert_batch(block, batch, refuse):
                self._carry(begun, made, state, writer, outputs.get("lost"), keep=rejects is not None)
        if rejects is not None:
            rejected += unread_rows(block, lambda kind: code_of(begun.whole, kind))
            write_rejects(rejects, self.source, rejected)

    def finish(self, state: Converted) -> None:
        """Move the counts out of the conversion."""
        begun, state.begun = state.begun, None
        assert begun is not None
        state.account, state.fixed, state.failures = begun.account, begun.log.fixed, begun.failures
        if begun.fitting is not None:
            state.fitted = begun.fitting.fixed

    def _writer(self, out: Any) -> Writer:
        if self.in_lines:
            return LineWriter(out)
        writer: Writer = out if hasattr(out, "add") else EntryWriter(out)
        return writer

    def _carry(
        self,
        begun: Conversion,
        made: ConvertedRecord,
        state: Converted,
        writer: Writer,
        lost: IO[bytes] | None,
        *,
        keep: bool,
    ) -> None:
        new, line, row, record = made
        counted = new.counted(record)
        # A record changed by a safe fix also differs from the file's.
        counted = counted._replace(changed=counted.changed or row in begun.log.changed)
        begun.account.carried(counted)
        if self.recipe:
            state.fields.observe(new.record)
        if lost is not None and new.kept:
            write_lost(lost, line, row, new.kept)
        writer.add(Entry(new.record, line, row, (counted, record if keep else {})))
