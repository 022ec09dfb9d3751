"""A file, or a part of it, surveyed batch by batch."""

from dataclasses import replace

from ftlint.batch import Batch
from ftlint.engine import Plan
from ftlint.measuring.survey import Survey
from ftlint.partial import Partial
from ftlint.plan import make_job, make_seer
from ftlint.read import Block, ReadOptions, Source
from ftlint.read.part import WHOLE, Part
from ftlint.run import Advance, Pass, first_pass, nowhere
from ftlint.settings import Settings

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
