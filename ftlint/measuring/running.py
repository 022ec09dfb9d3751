"""A run over whole files: each is surveyed batch by batch, then concluded, then all together."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ftlint.batch import Batch
from ftlint.crew import begin
from ftlint.engine import Plan
from ftlint.job import Job
from ftlint.measuring.concluded import conclude
from ftlint.measuring.cost import Terms
from ftlint.measuring.figures import Figures, Stats
from ftlint.measuring.survey import Survey, together
from ftlint.partial import Partial
from ftlint.plan import make_job, make_seer
from ftlint.read import Block, Source
from ftlint.run import Pass, first_pass
from ftlint.settings import Settings

# Counting begins with the first block, so a smaller one begins sooner; and what waits for it is smaller.
BLOCK_BYTES = 4 << 20


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
    job = make_job(settings)
    begin(job.encoding)
    plan = Plan({}, job, make_seer(settings, job))
    read = replace(settings.read, block_bytes=min(settings.read.block_bytes, BLOCK_BYTES))
    surveys: list[Survey] = []
    files: list[Figures] = []
    for source in sources:
        survey = Survey(job)
        seen = first_pass(source, plan, read, partial(_see, survey), advance)
        surveys.append(survey)
        files.append(_of_file(survey, seen, terms))
    return stats(files, surveys, job, terms)


def _see(survey: Survey, block: Block, batch: Batch, found: Partial) -> None:
    del block, found
    survey.see(batch)


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
