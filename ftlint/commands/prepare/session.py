"""One preparation: its passes over the file, and the dialogue between them.

Consent is requested for fixes of the reader in broken lines, for row fixes, and for decisions of dataset
rules.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ftlint.commands.convert.conversion import Conversion
from ftlint.commands.convert.step import Profile, SourceProfile
from ftlint.commands.prepare.holdout import Holdout, hold_out, wants_holdout
from ftlint.commands.prepare.options import PrepareOptions, PrepareOutput
from ftlint.commands.prepare.passes import (
    LOST,
    REJECTS,
    Deciding,
    DryRun,
    DryRunState,
    HoldoutStep,
    Write,
    WriteState,
    show_cached,
    write_cached,
)
from ftlint.commands.prepare.proposals import (
    ProposedFix,
    changes,
    dataset_remedies,
    reader_remedies,
    row_remedies,
)
from ftlint.commands.prepare.result import Prompter
from ftlint.commands.prepare.step import Orders, PreparePlan, allowed, conversion_of, prepare_plan_for
from ftlint.commands.split.assign import limits_of
from ftlint.commands.split.grouping import RowGrouper
from ftlint.config.settings import Settings
from ftlint.engine.handle import Handle, broadcast_settings
from ftlint.engine.pipeline import FilePass, Outputs, PassResult, Progress, Sink, no_progress, run_alone
from ftlint.engine.verdicts import Verdicts, send_verdicts
from ftlint.execution.choose import part_bytes, size_of
from ftlint.execution.executor import BlobRef, Executor
from ftlint.io.block import FaultKind
from ftlint.tokens.counted import CountedTexts


@dataclass(slots=True)
class PrepareSession:
    """One preparation. ``wanted`` is the file to write unless its name is taken."""

    settings: Settings
    intent: PrepareOptions
    where: PrepareOutput
    talk: Prompter
    wanted: Path
    plan: PreparePlan
    executor: Executor
    asked: list[tuple[ProposedFix, bool]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """The row rules whose fixes were refused."""
    counted: CountedTexts | None = None
    """The texts that a dry run in this process has counted."""
    blob: BlobRef = field(init=False)
    profiled: PassResult[SourceProfile] = field(init=False)

    def __post_init__(self) -> None:
        self.blob = broadcast_settings(self.settings, self.executor)

    @property
    def begun(self) -> Conversion:
        """The conversion, and the profile of the file."""
        return self.plan.begun

    def asks(self, remedy: ProposedFix) -> bool:
        """Request consent to a proposed fix, and store the answer."""
        agreed = self.talk.confirm_fix(len(self.asked) + 1, remedy)
        self.asked.append((remedy, agreed))
        return agreed

    def profile(self, progress: Progress = no_progress) -> None:
        """The first pass over the file; returns its profile."""
        source, read = self.begun.source, self.begun.read
        handle = Handle(conversion_of, (self.blob, self.intent), self.begun)
        wanted = FilePass(step=Profile(handle, read), source=source, read=read, keep=True, hashes=True)
        size = part_bytes(self.settings.staff, self.executor, size_of([source]))
        self.profiled = run_alone(wanted, self.executor, size, progress)
        self.begun.resolve(self.profiled.state.scan, self.profiled.state.glance, self.settings)

    def dry_run(self, *, surveyed: bool = False) -> DryRunState:
        """A dry run of all enabled fixes; ``surveyed`` if the tokens of the remaining examples are to be counted."""
        if surveyed and self.executor.in_process:
            self.counted = CountedTexts()
        keep = self.profiled.blocks is not None
        step = DryRun(self._handle, self._orders, surveyed, self.counted, keep)
        dry_run: DryRunState = run_alone(self._pass(step, relative=True, last=True), self.executor).state
        if dry_run.written.survey is not None and self.counted is not None:
            dry_run.written.survey.settle()
            self.counted.close()
        dry_run.conclude(self.plan)
        return dry_run

    def divide(self, dry_run: DryRunState, verdicts: Verdicts) -> Holdout | None:
        """Divide the examples as they will be written; None where nothing is to be divided."""
        if not wants_holdout(dry_run.task, self.intent, self.talk):
            return None
        limits = limits_of(self.plan.job.target)
        if dry_run.portions is not None:
            splitter = RowGrouper(context=self.plan.job)
            show_cached(splitter, dry_run, verdicts, sized=limits.mind_bytes)
        else:
            step = HoldoutStep(self._deciding(dry_run, verdicts), limits.mind_bytes)
            splitter = run_alone(self._pass(step), self.executor).state.splitter
        return hold_out(splitter, dry_run.task, self.intent, limits)

    def write(
        self,
        dry_run: DryRunState,
        verdicts: Verdicts,
        division: Holdout | None,
        sinks: Mapping[str, Sink],
        *,
        surveyed: bool,
    ) -> WriteState:
        """Write the files, each into its sink."""
        deciding = self._deciding(dry_run, verdicts)
        labelled, source = dry_run.task.is_classification, self.begun.source.name
        step = Write(deciding, source, labelled, surveyed, tuple(sinks), self.counted, division=division)
        if dry_run.portions is not None:
            return write_cached(step, dry_run, verdicts, {name: sink.file for name, sink in sinks.items()})
        wanted = self._pass(step)
        wanted.open_outputs = lambda: nullcontext(Outputs(dict(sinks)))
        wanted.folder = self.wanted.resolve().parent
        state: WriteState = run_alone(wanted, self.executor).state
        return state

    @property
    def _handle(self) -> Handle[PreparePlan]:
        return Handle(prepare_plan_for, (self.blob, self.intent), self.plan)

    @property
    def _orders(self) -> Orders:
        manner = self.begun.rewrite_options
        codes = frozenset(rule.code for rule in self.plan.rules) - self.refused
        return Orders(manner.shape.name, manner.dress, codes, self.where.rejects is not None)

    def _deciding(self, dry_run: DryRunState, verdicts: Verdicts) -> Deciding:
        return Deciding(self._handle, self._orders, send_verdicts(verdicts, self.executor), tried=dry_run)

    def _pass(self, step: Any, **more: Any) -> FilePass[Any]:
        """A pass over the file after the first one."""
        return FilePass(
            step=step, source=self.begun.source, read=self.begun.read, before=self.profiled, **more
        )


def agree_on_reading(session: PrepareSession) -> None:
    """Request consent to the reader's fixes of broken lines; with consent the file is profiled again."""
    begun = session.begun
    kinds: set[FaultKind] = set()
    curable = {rule: findings for rule, findings in begun.curable.items() if allowed(rule, session.intent)}
    for remedy in reader_remedies(curable):
        agreed = session.asks(remedy)
        kinds.update(rule.fault for rule in curable if agreed and rule.code == remedy.code)
    if kinds:
        begun.read = replace(begun.read, heal=begun.read.heal | kinds)
        session.profile()


def agree_on_rows(session: PrepareSession, dry_run: DryRunState) -> DryRunState:
    """Request consent to row fixes; returns the dry run of the accepted ones."""
    for remedy in row_remedies(list(session.plan.rules), dry_run.deeds):
        if not session.asks(remedy):
            session.refused.add(remedy.code)
    # The conclusions of dataset rules depend on the fixed rows.
    return session.dry_run() if session.refused else dry_run


def agree_on_whole(session: PrepareSession, dry_run: DryRunState) -> Verdicts:
    """Request consent to the fixes of dataset rules; returns the conclusions to apply."""
    plan = session.plan
    agreed = {
        rule.code for rule, verdict in dry_run.verdicts.items() if rule.fix == "safe" and changes(verdict)
    }
    for remedy in dataset_remedies(dry_run.verdicts, dry_run.sample, plan.record_reader, plan.job):
        if session.asks(remedy):
            agreed.add(remedy.code)
    return {rule: verdict for rule, verdict in dry_run.verdicts.items() if rule.code in agreed}


__all__ = ["LOST", "REJECTS", "PrepareSession", "agree_on_reading", "agree_on_rows", "agree_on_whole"]
