"""From a survey to its figures."""

from collections.abc import Mapping

from ftlint._polars import pl
from ftlint.batch import task_type
from ftlint.commands.stats.cost import CostOptions, limits, training
from ftlint.commands.stats.figures import Cut, Figures, Uncounted
from ftlint.commands.stats.survey import StatsState
from ftlint.shapes.detect import majority

USUAL_LIMITS = tuple(512 << n for n in range(9))
"""512 to 131,072 tokens."""


def conclude(
    survey: StatsState, terms: CostOptions, *, name: str, container: str = "", size: int = 0, rows: int = 0
) -> Figures:
    """The figures of a survey. ``size`` is in bytes; ``rows`` counts all rows read, broken or not."""
    survey.settle()
    task = task_type.conclude(task_type.combine(survey.labels) if survey.labels else None, survey.job)
    return Figures(
        name=name,
        container=container,
        bytes=size,
        rows=rows,
        examples=survey.tokens.size,
        shapes=_biggest_first(survey.shapes),
        roles=_biggest_first(survey.roles),
        systems=survey.systems.counts.height,
        instructed=survey.systems.size,
        turns=survey.turns.spread(),
        tokens=survey.tokens.total(),
        trained=survey.trained,
        per_example=survey.tokens.spread(),
        per_answer=survey.answers.spread(),
        bars=survey.tokens.bars(),
        cuts=cuts(survey, terms),
        task=task.name,
        classes=[(label, n) for label, n, *_ in task.classes],
        duplicates=duplicates(survey),
        uncounted=_uncounted(survey),
        training=training(survey.tokens, survey.job, terms, majority(list(survey.shapes.items()))),
    )


def cuts(survey: StatsState, terms: CostOptions) -> list[Cut]:
    """The effect of each limit: the usual ones up to the longest example, and those of the models."""
    context = survey.job
    mine = limits(context, terms)
    setting = (
        context.target.text("tokens_setting")
        if context.target is not None and context.model is None
        else None
    )
    usual = [limit for limit in USUAL_LIMITS if survey.longest.over(limit)]
    return [
        Cut(
            limit=limit,
            examples=survey.longest.over(limit),
            lost=survey.lost_to.over(limit - 1),
            of=tuple(mine.get(limit, ())),
            unless=setting if limit in mine else None,
        )
        for limit in sorted({*mine, *usual})
    ]


def duplicates(survey: StatsState) -> int:
    """Examples that occur earlier."""
    if not survey.digests:
        return 0
    # Half a digest excludes nearly all; only the rest is compared by full digests.
    digests = pl.concat(survey.digests)
    half = digests["high"].sort()
    again = half.filter(half == half.shift())
    alike = digests.filter(pl.col("high").is_in(again.unique().implode()))
    return alike.height - alike.unique().height


def _uncounted(survey: StatsState) -> Uncounted:
    found, target = survey.uncounted, survey.job.target
    return Uncounted(
        tools=found["tools"],
        media=found["media"],
        images=found["images"],
        low_images=found["low"],
        low_tokens=target.number("image_low_tokens") if target is not None else None,
    )


def _biggest_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
