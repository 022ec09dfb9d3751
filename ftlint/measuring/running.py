"""A run over whole files: each is surveyed batch by batch, then concluded, then all together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ftlint.crew import MOST, begin, cores
from ftlint.engine import Plan
from ftlint.job import Job
from ftlint.measuring.concluded import conclude
from ftlint.measuring.cost import Terms
from ftlint.measuring.figures import Figures, Stats
from ftlint.measuring.survey import Survey, together
from ftlint.measuring.surveying import plan_of, reading_of, survey_part
from ftlint.read import Source
from ftlint.run import Advance, Pass
from ftlint.settings import Settings
from ftlint.workers import hire, size_of


def stats_of(
    sources: Sequence[Source],
    settings: Settings,
    terms: Terms | None = None,
    advance: Callable[[int], None] = lambda size: None,
) -> Stats:
    """The figures of some files, exact. ``advance`` is told the bytes that are done.

    Rows that cannot be read are counted and left out. Raises UsageError for a wrong setting.
    """
    terms = terms or Terms()
    plan = plan_of(settings)
    surveys: list[Survey] = []
    files: list[Figures] = []
    for survey, seen in _surveys(sources, plan, settings, advance):
        surveys.append(survey)
        files.append(_of_file(survey, seen, terms))
    return stats(files, surveys, plan.job, terms)


def _surveys(
    sources: Sequence[Source], plan: Plan, settings: Settings, advance: Advance
) -> Iterator[tuple[Survey, Pass]]:
    """The survey of every file, by workers where that is worth it."""
    read, staff = reading_of(settings), settings.staff
    # One process keeps two cores busy with counting; only where there are more do others help.
    if staff.jobs is None and cores() <= MOST:
        staff = replace(staff, jobs=1)
    with hire(staff, size_of(sources)) as workers:
        if workers is not None:
            from ftlint.measuring.in_parts import surveys_in_parts

            yield from surveys_in_parts(sources, plan, settings, read, workers, advance)
            return
        begin(plan.job.encoding)
        for source in sources:
            yield survey_part(source, plan, read, advance)


def stats(files: Sequence[Figures], surveys: Sequence[Survey], job: Job, terms: Terms) -> Stats:
    """The figures of files, and of all together where they are several."""
    return Stats(
        files=files,
        total=_of_all(files, surveys, job, terms) if len(files) > 1 else None,
        target=job.target.name if job.target is not None else None,
        model=job.model.name if job.model is not None else None,
        vocabulary=job.encoding,
        exact=job.counts_exactly,
    )


def _of_file(survey: Survey, seen: Pass, terms: Terms) -> Figures:
    name, rows = seen.source.name, seen.partial.rows
    return conclude(survey, terms, name=name, container=seen.container, size=seen.bytes, rows=rows)


def _of_all(files: Sequence[Figures], surveys: Sequence[Survey], job: Job, terms: Terms) -> Figures:
    size, rows = sum(file.bytes for file in files), sum(file.rows for file in files)
    whole = conclude(together(surveys, job), terms, name=f"all {len(files):,} files", size=size, rows=rows)
    again = sum(file.duplicates for file in files)
    return replace(whole, duplicates=again, shared=whole.duplicates - again)
