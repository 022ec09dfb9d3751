"""A run over whole files: each is surveyed batch by batch, then concluded, then all together.

A file, or a part of it, surveyed batch by batch.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ftlint.batch.batch import Batch
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import Terms
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.survey import Survey, together
from ftlint.config.settings import Settings
from ftlint.context import RuleContext
from ftlint.engine.passes import Advance, Pass, first_pass, nowhere
from ftlint.engine.plan import make_job, make_seer
from ftlint.engine.scan import Plan
from ftlint.engine.state import Partial
from ftlint.execution.choose import hire, size_of
from ftlint.io.block import Block, ReadOptions
from ftlint.io.part import WHOLE, Part
from ftlint.io.source import Source
from ftlint.tokens.pool import MOST, begin, cores

# Counting begins with the first block, so a smaller one begins sooner; and what waits for it is smaller.
BLOCK_BYTES = 4 << 20


def plan_of(settings: Settings) -> Plan:
    """How a survey sees records; no rule looks at them."""
    job = make_job(settings)
    return Plan({}, job, make_seer(settings, job))


def reading_of(settings: Settings) -> ReadOptions:
    """How a survey reads."""
    return replace(settings.read, block_bytes=min(settings.read.block_bytes, BLOCK_BYTES))


def survey_part(
    source: Source, plan: Plan, read: ReadOptions, advance: Advance = nowhere, part: Part = WHOLE
) -> tuple[Survey, Pass]:
    """What the batches of a file, or of a part of it, have told."""
    survey = Survey(plan.job)

    def see(block: Block, batch: Batch, found: Partial) -> None:
        del block, found
        survey.see(batch)

    return survey, first_pass(source, plan, read, see, advance, part=part)


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
            from ftlint.commands.stats.parallel import surveys_in_parts

            yield from surveys_in_parts(sources, plan, settings, read, workers, advance)
            return
        begin(plan.job.encoding)
        for source in sources:
            yield survey_part(source, plan, read, advance)


def stats(files: Sequence[Figures], surveys: Sequence[Survey], job: RuleContext, terms: Terms) -> Stats:
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


def _of_all(files: Sequence[Figures], surveys: Sequence[Survey], job: RuleContext, terms: Terms) -> Figures:
    size, rows = sum(file.bytes for file in files), sum(file.rows for file in files)
    whole = conclude(together(surveys, job), terms, name=f"all {len(files):,} files", size=size, rows=rows)
    again = sum(file.duplicates for file in files)
    return replace(whole, duplicates=again, shared=whole.duplicates - again)
