"""The preparation: profile, request consent, write, check, and report the next steps."""

import re
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from ftlint.commands.check.run import check_files
from ftlint.commands.convert.conversion import Conversion
from ftlint.commands.prepare.manifest import Manifest, write_manifest
from ftlint.commands.prepare.next_steps import PreparedResult, advise
from ftlint.commands.prepare.options import PrepareOptions, PrepareOutput
from ftlint.commands.prepare.passes import DryRunState
from ftlint.commands.prepare.result import Prepared, Prompter
from ftlint.commands.prepare.session import (
    LOST,
    REJECTS,
    PrepareSession,
    agree_on_reading,
    agree_on_rows,
    agree_on_whole,
)
from ftlint.commands.prepare.step import REFUSED, prepare_plan
from ftlint.commands.prepare.summary import DatasetSummary, MarkerSummary
from ftlint.commands.prepare.write import WrittenCounts, watched_plan
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Figures
from ftlint.commands.stats.survey import StatsState
from ftlint.config.settings import Settings
from ftlint.context import RuleContext
from ftlint.engine.check import check_sources
from ftlint.engine.file_report import add_failures, report_of
from ftlint.engine.inline_check import HashedFile
from ftlint.engine.pipeline import Progress, Sink, no_progress
from ftlint.engine.scan import Plan
from ftlint.engine.source_findings import merge_source_findings
from ftlint.engine.suppress import for_training
from ftlint.engine.verdicts import Verdicts
from ftlint.errors import UsageError
from ftlint.execution.choose import make_executor, size_of
from ftlint.execution.sinks import FileSink
from ftlint.io.block import ReadOptions
from ftlint.io.source import Source
from ftlint.io.write.atomic import named_after, replacing, validate_output_path
from ftlint.io.write.lost import lost_file, lost_path
from ftlint.result import FileReport
from ftlint.rule.base import Conclusion


def free_names(wanted: Path, parts: Iterable[str]) -> tuple[dict[str, Path], Path, Path]:
    """The files by split (``""`` without one), the manifest, the file of lost values; numbered if a name is taken."""
    parts = tuple(parts)
    stem, number = wanted.name.removesuffix(".jsonl"), 0
    while True:
        ending = f" ({number})" if number else ""
        files = {part: wanted.with_name(f"{stem}{'_' if part else ''}{part}{ending}.jsonl") for part in parts}
        manifest = wanted.with_name(f"{stem}{ending}.manifest.json")
        lost = lost_path(wanted.with_name(f"{stem}{ending}.jsonl"))
        if not any(path.exists() for path in (*files.values(), manifest, lost)):
            return files, manifest, lost
        number += 1


def wanted_name(source: Source, output: Path | None) -> Path:
    """The file to write unless its name is taken. Raises UsageError if nothing can be written there."""
    if output is None:
        if source.remote is not None:
            raise UsageError(f"{source.name} is not on this machine: give -o FILE.jsonl")
        wanted = named_after(str(source.path) if source.path is not None else source.name, "_prepared")
    else:
        wanted = output
    if not wanted.name.endswith(".jsonl"):
        raise UsageError(f"-o {wanted}: a prepared file is JSON lines, so name it .jsonl")
    validate_output_path(wanted, [], overwrite=True)
    return wanted


# What OpenAI's first API accepted; for targets that say nothing.
MOST_SUFFIX = 40


def prepare_file(
    source: Source,
    settings: Settings,
    intent: PrepareOptions,
    where: PrepareOutput,
    talk: Prompter,
    advance: Progress = no_progress,
    again: Manifest | None = None,
) -> Prepared:
    """Prepare one file. ``again`` is the manifest of a run to repeat.

    Raises UsageError before anything is written if the preparation is impossible, or if the input is not that
    of the manifest.
    """
    started = time.perf_counter()
    settings = for_training(settings)
    wanted = wanted_name(source, where.output)
    if where.rejects is not None:
        validate_output_path(where.rejects, [source.path] if source.path else [], overwrite=False)
    settings = replace(settings, target=intent.target)
    plan = prepare_plan(source, settings, intent)
    with make_executor(settings.staff, size_of([source])) as executor:
        session = PrepareSession(settings, intent, where, talk, wanted, plan, executor)
        session.profile(advance)
        if again is not None:
            again.check_input(session.profiled)
        made = _prepared(session)
    made.shape = plan.begun.rewrite_options.shape.name
    if made.manifest is not None:
        write_manifest(made, session.profiled, settings, intent)
    if again is not None:
        made.report.notes.append(again.compared(made))
    made.advice = advise(_result(made, plan.job), plan.job)
    made.report.seconds = time.perf_counter() - started
    return made


def _prepared(session: PrepareSession) -> Prepared:
    """Request consent, write, check and count."""
    agree_on_reading(session)
    dry_run = session.dry_run(surveyed=session.where.stats)
    figures = _figures(session, dry_run.written.survey)
    session.talk.show_summary(outlook := _profile(session, dry_run, figures))
    dry_run = agree_on_rows(session, dry_run)
    verdicts = agree_on_whole(session, dry_run)
    made = Prepared(
        outlook, session.asked, figures=figures, marks=MarkerSummary(dry_run.task.is_classification)
    )
    written = dry_run.written
    if dry_run.examples:
        made.division = session.divide(dry_run, verdicts)
        # The counts of the dry run are valid as long as nothing was refused, decided or split since.
        same = made.division is None and not verdicts and all(agreed for _, agreed in session.asked)
        written = _write(session, dry_run, verdicts, made, surveyed=session.where.stats and not same)
        made.marks = written.marks
        made.figures = figures if written.survey is None else _figures(session, written.survey)
    else:
        # Faults of the file itself: the target's rules do not apply.
        alone = replace(session.settings, target=None, model=None)
        made.report = check_files([session.begun.source], alone)
        made.report.target = session.intent.target
        _take_account(session, written)
    made.decisions = {rule.code: _decision(verdict) for rule, verdict in verdicts.items()}
    made.task = made.marks.task(session.plan.job) if dry_run.task.is_classification else dry_run.task
    _count(session.begun, made, written)
    return made


def _figures(session: PrepareSession, survey: StatsState | None) -> Figures | None:
    """Tokens and cost of training on the surveyed examples; None if tokens were not counted."""
    if survey is None:
        return None
    return conclude(survey, CostOptions(), name=session.begun.source.name)


def _profile(session: PrepareSession, dry_run: DryRunState, figures: Figures | None) -> DatasetSummary:
    begun, profiled = session.begun, session.profiled
    dress = begun.rewrite_options.dress.account() if begun.rewrite_options.dress is not None else None
    return DatasetSummary(
        begun.source.name,
        profiled.container,
        profiled.columns,
        profiled.rows,
        dry_run.examples,
        dict(profiled.state.glance.shapes),
        begun.description,
        dry_run.task.name,
        [(label, n) for label, n, _, _ in dry_run.task.classes],
        dry_run.scripts.names,
        figures.tokens if figures is not None else None,
        notes=[dress] if dress else [],
    )


def _write(
    session: PrepareSession, dry_run: DryRunState, verdicts: Verdicts, made: Prepared, *, surveyed: bool
) -> WrittenCounts:
    """Write the file or its splits, and the rejected rows: all of them, or none. Then check the output."""
    division, wanted, kept = made.division, session.wanted, session.where.rejects
    parts = division.parts if division is not None else ("",)
    made.files, made.manifest, lost = free_names(wanted, parts)
    with ExitStack() as stack:
        rejects = stack.enter_context(replacing(kept)) if kept is not None else None
        files = {part: HashedFile(stack.enter_context(replacing(path))) for part, path in made.files.items()}
        sinks: dict[str, Sink] = {part: FileSink(file) for part, file in files.items()}
        if rejects is not None:
            sinks[REJECTS] = FileSink(rejects)
        if session.where.keep_lost:
            made.lost = lost
            sinks[LOST] = FileSink(stack.enter_context(lost_file(lost)))
        state = session.write(dry_run, verdicts, division, sinks, surveyed=surveyed)
    written = state.written
    _take_account(session, written)
    made.kept, made.changed, made.runs = written.counts, written.changed, written.runs
    plans = {part: watched_plan(session.plan.checking, part) for part in made.files}
    # Of training and validation examples only those for training are checked with all rules.
    plan = max(plans.values(), key=lambda plan: len(plan.rules))
    known = {
        part: files[part].report(Source(str(path), path, None), state.watches[part], plans[part])
        for part, path in made.files.items()
    }
    made.report = report_of(_checked(session, made, known, plans), plan, session.settings, 0)
    _add_source(session, made, written)
    return written


def _take_account(session: PrepareSession, written: WrittenCounts) -> None:
    # Unreadable rows were counted when the file was profiled.
    written.account.unread = session.begun.account.unread
    session.begun.account = written.account


def _checked(
    session: PrepareSession,
    made: Prepared,
    known: Mapping[str, FileReport | None],
    plans: Mapping[str, Plan],
) -> list[FileReport]:
    """The reports of the new files; those that were not checked while they were written are read again."""
    unknown = [part for part, report in known.items() if report is None]
    settings = replace(session.settings.for_written(), read=ReadOptions())
    sources = [Source(str(made.files[part]), made.files[part], None) for part in unknown]
    reports = check_sources(sources, [plans[part] for part in unknown], settings, session.executor)
    read = dict(zip(unknown, reports, strict=True))
    return [known[part] or read[part] for part in made.files]


def _add_source(session: PrepareSession, made: Prepared, written: WrittenCounts) -> None:
    """Add to the report the faults of the source that the new files cannot show."""
    begun, whole, first = session.begun, session.plan.whole, made.report.files[0]
    merge_source_findings(first, begun.source, begun.left_behind, begun.whole)
    merge_source_findings(first, begun.source, written.left, whole)
    add_failures(first, begun.source, whole, written.failures)
    if made.division is not None:
        made.report.notes += made.division.notes
    made.report.notes += begun.split_notes
    made.report.notes += begun.account.troubles(begun.description, made.lost, begun.source.name)


def _count(begun: Conversion, made: Prepared, written: WrittenCounts) -> None:
    """The outcome for the rows, in the last pass."""
    account = begun.account
    made.dropped = written.dropped + account.unread
    made.dropped[REFUSED] += account.refused.total()
    made.dropped = +made.dropped
    made.unusable = account.unread.total() + made.dropped[REFUSED]
    made.fixed = begun.healed + written.fixed


def _decision(verdict: Conclusion) -> dict[str, Any]:
    """A conclusion in the manifest's format."""
    content = {
        key: value
        for key, value in (verdict.decision or {}).items()
        if key not in ("apply", "again", "having")
    }
    return {**content, **({"dropped": len(verdict.drop)} if verdict.drop else {})}


def _result(made: Prepared, context: RuleContext) -> PreparedResult:
    name = Path(made.outlook.name).name.split(".", 1)[0]
    label_tokens = None
    if made.figures is not None and made.task.classes:
        space = " " if made.shape == "completion" else ""
        label_tokens = max(len(context.token_ids(space + label)) for label, *_ in made.task.classes)
    suffix = re.sub(r"[^a-z0-9-]+", "-", name.casefold()).strip("-")
    most = (context.target.number("suffix_characters") if context.target is not None else None) or MOST_SUFFIX
    suffix = suffix[:most].rstrip("-")
    return PreparedResult(made.files, made.task, made.shape, made.marks, suffix or "tuned", label_tokens)
