"""The whole of a preparation: look, ask, write, check, and say what comes next.

The names of the files that a preparation writes: never one that is taken, and one number for all of a run.
"""

import re
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from ftlint.commands.check.run import check_files
from ftlint.commands.prepare.holdout import divide
from ftlint.commands.prepare.manifest import Manifest, write_manifest
from ftlint.commands.prepare.next_steps import Result, advise
from ftlint.commands.prepare.options import Intent, Where
from ftlint.commands.prepare.parallel import Files, sharing
from ftlint.commands.prepare.result import Prepared, Talk
from ftlint.commands.prepare.session import (
    Course,
    agree_on_reading,
    agree_on_rows,
    agree_on_whole,
    conversion_for,
    look,
    plan_for,
)
from ftlint.commands.prepare.step import REFUSED, Trial, Verdicts, Work, begin
from ftlint.commands.prepare.summary import Marks, Outlook
from ftlint.commands.prepare.write import Outputs, Watch, Written, watches_for
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import Terms
from ftlint.commands.stats.figures import Figures
from ftlint.commands.stats.survey import Survey
from ftlint.config.settings import Settings
from ftlint.context import Job
from ftlint.engine.check import check_sources
from ftlint.engine.failure_report import add_failures
from ftlint.engine.file_report import report_of
from ftlint.engine.passes import Advance, nowhere
from ftlint.engine.source_findings import merge_source_findings
from ftlint.engine.suppress import for_training
from ftlint.errors import UsageError
from ftlint.execution.choose import make_executor, size_of
from ftlint.io.block import ReadOptions
from ftlint.io.source import Source
from ftlint.io.write.atomic import check_goal, named_after, replacing
from ftlint.result import FileReport
from ftlint.rule.base import Verdict


def free_names(wanted: Path, parts: Iterable[str]) -> tuple[dict[str, Path], Path]:
    """The files by part (``""`` where nothing is divided) and the manifest; numbered where any of them is taken."""
    parts = tuple(parts)
    stem, number = wanted.name.removesuffix(".jsonl"), 0
    while True:
        ending = f" ({number})" if number else ""
        files = {part: wanted.with_name(f"{stem}{'_' if part else ''}{part}{ending}.jsonl") for part in parts}
        manifest = wanted.with_name(f"{stem}{ending}.manifest.json")
        if not any(path.exists() for path in (*files.values(), manifest)):
            return files, manifest
        number += 1


def wanted_name(source: Source, output: Path | None) -> Path:
    """The file to write unless its name is taken. Raises UsageError where nothing can be written there."""
    if output is None:
        if source.remote is not None:
            raise UsageError(f"{source.name} is not on this machine: give -o FILE.jsonl")
        wanted = named_after(str(source.path) if source.path is not None else source.name, "_prepared")
    else:
        wanted = output
    if not wanted.name.endswith(".jsonl"):
        raise UsageError(f"-o {wanted}: a prepared file is JSON lines, so name it .jsonl")
    check_goal(wanted, [], overwrite=True)
    return wanted


# OpenAI's first API took 40 characters, today's takes 64.
MOST_SUFFIX = 40


def prepare_file(
    source: Source,
    settings: Settings,
    intent: Intent,
    where: Where,
    talk: Talk,
    advance: Advance = lambda _: None,
    again: Manifest | None = None,
) -> Prepared:
    """Prepare one file. ``again`` is the manifest of a run to repeat.

    Raises UsageError before anything is written where that cannot be, or where the input is not the manifest's.
    """
    started = time.perf_counter()
    settings = for_training(settings)
    wanted = wanted_name(source, where.output)
    if where.rejects is not None:
        check_goal(where.rejects, [source.path] if source.path else [], overwrite=False)
    settings = replace(settings, target=intent.target)
    plan = plan_for(settings, intent)
    with make_executor(settings.staff, size_of([source])) as workers:
        shared = sharing(source, settings, intent, workers)
        begun = conversion_for(source, settings, intent)
        work = begin(begun, look(shared, begun, settings, advance), plan, intent)
        work.rejecting = where.rejects is not None
        if again is not None:
            again.check_input(work.seen)
        made = _prepared(Course(settings, intent, where, talk, wanted, work, shared))
    made.shape = work.conversion.manner.shape.name
    if made.manifest is not None:
        write_manifest(made, work.seen, settings, intent)
    if again is not None:
        made.report.notes.append(again.compared(made))
    made.advice = advise(_result(made, work.job), work.job)
    made.report.seconds = time.perf_counter() - started
    return made


def _prepared(course: Course) -> Prepared:
    """Ask, write, check and count."""
    work = course.work
    agree_on_reading(course)
    survey = Survey(work.job) if course.where.stats else None
    trial = course.trial(survey)
    figures = _figures(work, survey)
    course.talk.sees(outlook := _outlook(work, trial, figures))
    trial = agree_on_rows(course, trial)
    verdicts = agree_on_whole(course, trial)
    made = Prepared(outlook, course.asked, figures=figures, marks=Marks(trial.task.is_classification))
    written = Written(made.marks)
    if trial.examples:
        made.division = divide(work, verdicts, trial.task, course.intent, course.talk)
        # What was counted on the trial holds as long as nothing was refused, decided or divided since.
        same = made.division is None and not verdicts and all(agreed for _, agreed in course.asked)
        written.survey = Survey(work.job) if course.where.stats and not same else None
        _write(course, verdicts, made, written)
        made.figures = figures if written.survey is None else _figures(work, written.survey)
    else:
        written.tell(work)
        # What is wrong with the file itself: for the target there is nothing to check.
        alone = replace(course.settings, target=None, model=None)
        made.report = check_files([work.conversion.source], alone)
        made.report.target = course.intent.target
    made.decisions = {rule.code: _told(verdict) for rule, verdict in verdicts.items()}
    made.task = made.marks.task(work.job) if trial.task.is_classification else trial.task
    _count(work, made, written)
    return made


def _figures(work: Work, survey: Survey | None) -> Figures | None:
    """What training on what was surveyed takes; None where nobody counted."""
    if survey is None:
        return None
    return conclude(survey, Terms(), name=work.conversion.source.name)


def _outlook(work: Work, trial: Trial, figures: Figures | None) -> Outlook:
    begun, seen = work.conversion, work.seen
    dress = begun.manner.dress.account() if begun.manner.dress is not None else None
    return Outlook(
        begun.source.name,
        seen.container,
        seen.columns,
        seen.partial.rows,
        trial.examples,
        dict(seen.partial.shapes),
        begun.goal,
        trial.task.name,
        [(label, n) for label, n, _, _ in trial.task.classes],
        trial.scripts.names,
        figures.tokens if figures is not None else None,
        notes=[dress] if dress else [],
    )


def _write(course: Course, verdicts: Verdicts, made: Prepared, written: Written) -> None:
    """Write the file or its parts, and what is left out: all of them, or none. Then check what was written."""
    division, wanted, kept = made.division, course.wanted, course.where.rejects
    made.files, made.manifest = free_names(wanted, division.parts if division is not None else ("",))
    watches = watches_for(made.files, course.settings, course.work.job)
    with ExitStack() as stack:
        rejects = stack.enter_context(replacing(kept)) if kept is not None else None
        files = {part: stack.enter_context(replacing(path)) for part, path in made.files.items()}
        if course.shared is None:
            outputs = Outputs(course.work, files, rejects, written, watches)
            outputs.write_all(verdicts, division.part_of if division is not None else None)
        else:
            course.shared.write(
                course.work, verdicts, Files(wanted, files, rejects, watches), written, division
            )
    made.kept, made.changed, made.runs = written.counts, written.changed, written.runs
    # Of training and validation examples only those for training are checked with all rules.
    plan = max((watch.plan for watch in watches.values()), key=lambda plan: len(plan.rules))
    made.report = report_of(_checked(course, made, watches), plan, course.settings, 0)
    _add_source(course.work, made, written)


def _checked(course: Course, made: Prepared, watches: Mapping[str, Watch]) -> list[FileReport]:
    """The reports of the new files; those that were not checked while they were written are read again."""
    shared, unknown = course.shared, [part for part, watch in watches.items() if not watch.knows]
    if shared is None or not unknown:
        return [watches[part].report(path) for part, path in made.files.items()]
    settings = replace(course.settings.for_written(), read=ReadOptions())
    sources = [Source(str(made.files[part]), made.files[part], None) for part in unknown]
    plans = [watches[part].plan for part in unknown]
    read = dict(zip(unknown, check_sources(sources, plans, settings, shared.workers, nowhere), strict=True))
    return [read[part] if part in read else watches[part].report(path) for part, path in made.files.items()]


def _add_source(work: Work, made: Prepared, written: Written) -> None:
    """Add to the report what is wrong with the source and the new files cannot show."""
    begun, first = work.conversion, made.report.files[0]
    merge_source_findings(first, begun.source, begun.left_behind, begun.whole)
    merge_source_findings(first, begun.source, written.left, work.whole)
    add_failures(first, begun.source, work.whole, written.failures)
    if made.division is not None:
        made.report.notes += made.division.notes
    made.report.notes += begun.account.troubles(begun.goal, None, begun.source.name)


def _count(work: Work, made: Prepared, written: Written) -> None:
    """What became of the rows, on the last pass."""
    account = work.conversion.account
    made.dropped = written.dropped + account.unread
    made.dropped[REFUSED] += account.refused.total()
    made.dropped = +made.dropped
    made.unusable = account.unread.total() + made.dropped[REFUSED]
    made.fixed = work.conversion.healed + written.fixed


def _told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the manifest tells it."""
    told = {key: value for key, value in (verdict.decision or {}).items() if key not in ("apply", "again")}
    return {**told, **({"dropped": len(verdict.drop)} if verdict.drop else {})}


def _result(made: Prepared, job: Job) -> Result:
    name = Path(made.outlook.name).name.split(".", 1)[0]
    label_tokens = None
    if made.figures is not None and made.task.classes:
        space = " " if made.shape == "completion" else ""
        label_tokens = max(len(job.token_ids(space + label)) for label, *_ in made.task.classes)
    suffix = re.sub(r"[^a-z0-9-]+", "-", name.casefold()).strip("-")[:MOST_SUFFIX].rstrip("-")
    return Result(made.files, made.task, made.shape, made.marks, suffix or "tuned", label_tokens)
