"""The whole of a preparation: look, ask, write, check, and say what comes next."""

import re
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from ftlint.ahead import ahead
from ftlint.batch import Batch
from ftlint.checking import check_files
from ftlint.contents import for_training
from ftlint.conversion import conversion
from ftlint.engine import Plan
from ftlint.expansion import Expansion
from ftlint.fixing import join_source
from ftlint.job import Job
from ftlint.measuring import Figures, Survey, Terms, conclude
from ftlint.mend import left_of
from ftlint.plan import make_plan
from ftlint.preparing.advice import Result, advise
from ftlint.preparing.division import Division, divide
from ftlint.preparing.intent import Intent, Where
from ftlint.preparing.manifest import Manifest, write_manifest
from ftlint.preparing.marks import Marks
from ftlint.preparing.names import free_names, wanted_name
from ftlint.preparing.outlook import Outlook
from ftlint.preparing.prepared import Prepared, Talk
from ftlint.preparing.remedy import EXAMPLES, Remedy, changes, dataset_remedies, reader_remedies, row_remedies
from ftlint.preparing.work import REFUSED, Outputs, Trial, Work, allowed, begin
from ftlint.read import FaultKind, ReadOptions, Source
from ftlint.registry import all_rules
from ftlint.rule import DatasetRule, FileRule, Verdict
from ftlint.run import Advance, check_file, report_of
from ftlint.selection import choose
from ftlint.settings import Settings
from ftlint.shapes import SHAPES
from ftlint.shapes.shape import Record
from ftlint.target import load_target
from ftlint.write import check_goal, reject_line, replacing

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
    plan = _plan(settings, intent)
    asked: list[tuple[Remedy, bool]] = []
    work = _begin(source, settings, intent, plan, advance)
    work.rejecting = where.rejects is not None
    if again is not None:
        again.check_input(work.seen)
    _agree_on_reading(work, settings, intent, talk, asked)
    survey = Survey(work.job) if where.stats else None
    trial = work.trial(each=EXAMPLES, survey=survey)
    figures = _figures(work, survey)
    talk.sees(outlook := _outlook(work, trial, figures))
    trial = _agree_on_rows(work, trial, talk, asked)
    verdicts = _agree_on_whole(work, trial, talk, asked)
    made = Prepared(outlook, asked, figures=figures, marks=Marks(trial.task.is_classification))
    if trial.examples:
        made.division = divide(work, verdicts, trial.task, intent, talk)
        # What was counted on the trial holds as long as nothing was refused, decided or divided since.
        same = made.division is None and not verdicts and all(agreed for _, agreed in asked)
        survey = Survey(work.job) if where.stats and not same else None
        _write(work, verdicts, made, wanted, where.rejects, survey)
        made.figures = figures if survey is None else _figures(work, survey)
        _check(work, made, settings)
    else:
        # What is wrong with the file itself: for the target there is nothing to check.
        made.report = check_files([source], replace(settings, target=None, model=None))
        made.report.target = intent.target
    made.decisions = {rule.code: _told(verdict) for rule, verdict in verdicts.items()}
    made.task = made.marks.task(work.job) if trial.task.is_classification else trial.task
    _conclude(work, made, settings, intent, again)
    made.report.seconds = time.perf_counter() - started
    return made


def _conclude(work: Work, made: Prepared, settings: Settings, intent: Intent, again: Manifest | None) -> None:
    """Count, write the manifest, and say what comes next."""
    _count(work, made)
    made.shape = work.conversion.manner.shape.name
    if made.manifest is not None:
        write_manifest(made, work.seen, settings, intent)
    if again is not None:
        made.report.notes.append(again.compared(made))
    made.advice = advise(_result(made, work.job), work.job)


def _plan(settings: Settings, intent: Intent) -> Plan:
    """All rules as the prepared file is checked with, and those beside whose fix is only offered."""
    known = all_rules(tuple(folder.resolve() for folder in settings.rule_folders))
    # A mistyped name is told before anything is read.
    choose(known, intent.only, intent.skip)
    offered = tuple(rule.code for rule in known.values() if rule.offered)
    settings = settings.for_written()
    return make_plan(replace(settings, extend_select=(*settings.extend_select, *offered)))


def _begin(source: Source, settings: Settings, intent: Intent, plan: Plan, advance: Advance) -> Work:
    target = load_target(intent.target)
    begun = conversion(
        source,
        settings,
        SHAPES[target.shape],
        target,
        system=None if settings.templates else intent.system,
        # Where the target asks for marks, putting them on is a remedy like any other.
        keep_endings=Job(target).wants_marks,
    )
    if intent.expand_turns:
        names = {role: name for name, role in settings.turns.roles.items()}
        begun.manner = replace(begun.manner, expansion=Expansion(names))
    return begin(begun, begun.look(settings, advance, keep=True), plan, intent)


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
        trial.scripts,
        figures.tokens if figures is not None else None,
        notes=[dress] if dress else [],
    )


def _agree_on_reading(
    work: Work, settings: Settings, intent: Intent, talk: Talk, asked: list[tuple[Remedy, bool]]
) -> None:
    """Ask about broken lines that the reader could mend; with those that it may, the file is looked at again."""
    begun = work.conversion
    kinds: set[FaultKind] = set()
    curable = {rule: told for rule, told in begun.curable.items() if allowed(rule, intent)}
    for remedy in reader_remedies(curable):
        agreed = talk.agrees(len(asked) + 1, remedy)
        asked.append((remedy, agreed))
        kinds.update(rule.fault for rule in curable if agreed and rule.code == remedy.code)
    if kinds:
        begun.read = replace(begun.read, heal=begun.read.heal | kinds)
        work.seen = begun.look(settings, lambda _: None, keep=True)


def _agree_on_rows(work: Work, trial: Trial, talk: Talk, asked: list[tuple[Remedy, bool]]) -> Trial:
    """Ask about fixes of single rows; the trial of what was agreed to."""
    refused = set()
    for remedy in row_remedies(list(work.rules), trial.log):
        agreed = talk.agrees(len(asked) + 1, remedy)
        asked.append((remedy, agreed))
        if not agreed:
            refused.add(remedy.code)
    if not refused:
        return trial
    # What the whole tells depends on the rows as they will be.
    work.rules = {rule: s for rule, s in work.rules.items() if rule.code not in refused}
    return work.trial(each=EXAMPLES)


def _agree_on_whole(
    work: Work, trial: Trial, talk: Talk, asked: list[tuple[Remedy, bool]]
) -> dict[DatasetRule, Verdict]:
    """Ask about what rules about the whole would do; the verdicts to carry out."""
    agreed = {
        rule.code for rule, verdict in trial.verdicts.items() if rule.fix == "safe" and changes(verdict)
    }
    for remedy in dataset_remedies(trial.verdicts, trial.sample, work.job):
        answer = talk.agrees(len(asked) + 1, remedy)
        asked.append((remedy, answer))
        if answer:
            agreed.add(remedy.code)
    return {rule: verdict for rule, verdict in trial.verdicts.items() if rule.code in agreed}


def _write(
    work: Work,
    verdicts: Mapping[DatasetRule, Verdict],
    made: Prepared,
    wanted: Path,
    kept: Path | None,
    survey: Survey | None,
) -> None:
    """Write the file or its parts, and into ``kept`` what is left out: all of them, or none.

    ``survey`` counts the tokens of what is for training.
    """
    division, begun = made.division, work.conversion
    made.files, made.manifest = free_names(wanted, division.parts if division is not None else ("",))
    with ExitStack() as stack:
        rejects = stack.enter_context(replacing(kept)) if kept is not None else None
        outputs = Outputs(
            {part: stack.enter_context(replacing(path)) for part, path in made.files.items()}, rejects
        )

        def refuse(why: str, line: int, row: int, record: Record) -> None:
            del why
            if rejects is not None:
                rejects.write(reject_line(begun.source.name, line, row, "convert", record))

        portions = work.finished(verdicts, refuse)
        # What is left out is to be kept in the order of the rows.
        for portion in ahead(portions) if rejects is None else portions:
            outputs.write(work, portion, division.part_of if division is not None else None)
            made.marks.see(portion.batch)
            if survey is not None:
                survey.see(_training(portion.batch, division))
    made.kept, made.changed, made.runs = outputs.counts, outputs.changed, outputs.runs


def _check(work: Work, made: Prepared, settings: Settings) -> None:
    """Check what was written, as anybody would check it; of validation examples only each by itself."""
    plan = make_plan(settings.for_written(), work.job)
    whole = (DatasetRule, FileRule)
    alone = replace(plan, rules={r: s for r, s in plan.rules.items() if not isinstance(r, whole)})
    files = []
    for part, path in made.files.items():
        training = part in ("", "train")
        file = check_file(Source(str(path), path, None), plan if training else alone, ReadOptions())
        files.append(file)
    begun = work.conversion
    made.report = report_of(files, plan, settings, 0)
    join_source(files[0], begun.source, begun.left_behind, begun.whole)
    join_source(files[0], begun.source, work.left, plan)
    if made.division is not None:
        made.report.notes += made.division.notes
    made.report.notes += begun.account.troubles(begun.goal, None, begun.source.name)


def _count(work: Work, made: Prepared) -> None:
    """What became of the rows, on the last pass."""
    begun, log = work.conversion, work.log
    made.dropped = Counter(log.dropped.values()) + begun.account.unread
    made.dropped[REFUSED] += begun.account.refused.total()
    made.dropped = +made.dropped
    made.unusable = begun.account.unread.total() + made.dropped[REFUSED]
    made.fixed = (
        begun.healed + log.fixed + begun.log.fixed + (begun.fitting.fixed if begun.fitting else Counter())
    )


def _training(batch: Batch, division: Division | None) -> Batch:
    """What of a batch is for training."""
    if division is None:
        return batch
    return left_of(
        batch, gone={i for i, row in enumerate(batch.rows) if division.part_of(row) not in ("", "train")}
    )


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
