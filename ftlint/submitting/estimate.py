"""What a training would take: examples, tokens, epochs and costs, and what of the target's limits it comes near to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ftlint.measuring import Stats, Terms, stats_of
from ftlint.read import Source
from ftlint.settings import Settings
from ftlint.submitting.trainer import Trainer

# How much less data than before is much less: the guide that advises lower rates names no figure; this one is ftlint's.
MUCH_LESS = 5
# "reducing learning_rate_multiplier by a factor of 2 to 4": OpenAI's guide to fine-tuning, copy of 2023.
LESS = (4, 2)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The figures of the training file, and sentences about limits."""

    stats: Stats
    obstacles: Sequence[str]


def estimate(
    training: Source, trainer: Trainer, settings: Settings, terms: Terms, advance: Callable[[int], None]
) -> Estimate:
    """Count the tokens of the training file."""
    wanted = replace(
        settings,
        target=trainer.target.name,
        model=trainer.model.name if trainer.model is not None else None,
        max_per_rule=0,
    )
    stats = stats_of([training], wanted, terms, advance)
    tokens, most = stats.all.training.tokens, trainer.target.number("max_token_work")
    obstacles = []
    if most is not None and tokens > most:
        obstacles.append(
            f"{tokens:,} tokens in all epochs; {trainer.target.name} takes {most:,}: fewer epochs or examples"
        )
    return Estimate(stats, obstacles)


@dataclass(frozen=True, slots=True)
class Before:
    """What a tuned model was trained on before: examples or tokens (None where nobody knows), and the rate."""

    examples: int | None = None
    tokens: int | None = None
    rate: float | None = None


def rate_advice(before: Before, examples: int, tokens: int, wanted: float | None) -> str | None:
    """One sentence where the new data is much smaller than what the model knows already."""
    if before.examples:
        less, told = (
            before.examples / max(examples, 1),
            f"{before.examples:,} examples before, {examples:,} now",
        )
    elif before.tokens:
        less, told = before.tokens / max(tokens, 1), f"{before.tokens:,} tokens before, {tokens:,} now"
    else:
        return None
    if less < MUCH_LESS:
        return None
    rate = before.rate
    if rate is not None and wanted is not None and wanted <= rate / LESS[1]:
        return None
    low, high = (f"{rate / factor:g}" if rate is not None else "" for factor in LESS)
    how = (
        f"--lr-multiplier {low} to {high} (it was {rate:g})"
        if rate is not None
        else "a lower --lr-multiplier"
    )
    return f"much less data than the model was trained on ({told}): a rate 2 to 4 times lower keeps more of it: {how}"
