"""What the curves say: the best step and its checkpoint, and whether the model began to learn by heart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from ftlint.provider.records import Checkpoint
from ftlint.results.metric import metric_of
from ftlint.results.reading import Curve, Point, Results

# Rewards are what reinforcement is for; a loss of the whole validation file says more than one of a batch.
CRITERIA = (("reward", "full"), ("reward", "validation"), ("loss", "full"), ("loss", "validation"))
WINDOWS = 10
"""A curve that is measured on batches is averaged over the tenth part of its points."""
LEAST_RISE = 0.05
"""A loss that rises by less than this part of its lowest value is as good as level."""
DEVIATIONS = 3
"""A rise within so many standard deviations of what batches differ by is chance."""
FEWEST_BATCHES = 4
"""Points that noise can be told from."""


@dataclass(frozen=True, slots=True)
class Overfitting:
    """The validation loss rises after ``step``. ``training`` is None where there is no such curve.

    Both hold the (averaged) loss at that step and at the end.
    """

    step: int
    curve: str
    validation: tuple[float, float]
    training: tuple[float, float] | None

    @property
    def by_heart(self) -> bool:
        """Whether the training loss goes on falling: the model learns its examples, and nothing else."""
        return self.training is not None and self.training[1] < self.training[0]


@dataclass(frozen=True, slots=True)
class Best:
    """The best step, by a curve; ``averaged`` where its values are those of batches around the step."""

    step: int
    curve: str
    value: float
    averaged: bool


@dataclass(frozen=True, slots=True)
class BestCheckpoint:
    """The best checkpoint: by which curve, and its value there; both None where nothing told them apart."""

    checkpoint: Checkpoint
    curve: str | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that the curves say; None for what they do not tell."""

    best: Best | None
    overfitting: Overfitting | None
    checkpoint: BestCheckpoint | None


def judge(results: Results, checkpoints: Sequence[Checkpoint] = ()) -> Verdict:
    """What the curves say of a training, and of its checkpoints where they are given."""
    criterion = _criterion(results)
    known = sorted(checkpoints, key=lambda checkpoint: checkpoint.step)
    return Verdict(
        best=_best(criterion) if criterion is not None else None,
        overfitting=_overfitting(results),
        checkpoint=_best_checkpoint(known, results, criterion),
    )


def averaged(curve: Curve) -> list[Point]:
    """The curve without the chance of its batches; one that is measured on all of a file as it is."""
    points, half = curve.points, _window(curve) // 2
    smooth = []
    for at, (step, _) in enumerate(points):
        near = points[max(0, at - half) : at + half + 1]
        smooth.append((step, sum(value for _, value in near) / len(near)))
    return smooth


def _window(curve: Curve) -> int:
    """How many points are averaged: an odd number."""
    return len(curve.points) // WINDOWS | 1 if curve.metric.side != "full" else 1


def _criterion(results: Results) -> Curve | None:
    for kind, side in CRITERIA:
        for curve in results.curves:
            if (curve.metric.kind, curve.metric.side) == (kind, side):
                return curve
    return None


def _best(curve: Curve) -> Best:
    smooth = averaged(curve)
    wanted = min if curve.metric.better == "low" else max
    step, value = wanted(smooth, key=lambda point: point[1])
    return Best(step, curve.metric.label, value, _window(curve) > 1)


def validation_loss(results: Results) -> Curve | None:
    """The loss that tells whether a model overfits, that of the whole file first; None where points are too few."""
    for side, fewest in (("full", 2), ("validation", FEWEST_BATCHES)):
        for curve in results.curves:
            if (curve.metric.kind, curve.metric.side) == ("loss", side) and len(curve.points) >= fewest:
                return curve
    return None


def _overfitting(results: Results) -> Overfitting | None:
    curve = validation_loss(results)
    found = _rise(curve) if curve is not None else None
    if curve is None or found is None:
        return None
    step, losses = found
    return Overfitting(step, curve.metric.label, losses, _training_from(results, step))


def _rise(curve: Curve) -> tuple[int, tuple[float, float]] | None:
    """The step after which a loss rises, with the loss there and at the end."""
    smooth = averaged(curve)
    step, lowest = min(smooth, key=lambda point: point[1])
    last = smooth[-1][1]
    # At the end, where the window has but one side, so many points are averaged.
    fewest = _window(curve) // 2 + 1
    chance = DEVIATIONS * _noise(curve) * sqrt(2 / fewest) if curve.metric.side != "full" else 0.0
    rises = last - lowest > max(LEAST_RISE * abs(lowest), chance)
    return (step, (lowest, last)) if rises else None


def _noise(curve: Curve) -> float:
    """The standard deviation of single batches. Second differences have six times its square, and no trend."""
    values = [value for _, value in curve.points]
    bends = [a - 2 * b + c for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    return sqrt(sum(bend * bend for bend in bends) / len(bends) / 6) if bends else 0.0


def _training_from(results: Results, step: int) -> tuple[float, float] | None:
    for curve in results.curves:
        if curve.metric.kind == "loss" and curve.metric.side == "training":
            smooth = averaged(curve)
            return _at(smooth, step), smooth[-1][1]
    return None


def _at(points: Sequence[Point], step: int) -> float:
    """The value at the nearest step that is known, the earlier of two."""
    return min(points, key=lambda point: abs(point[0] - step))[1]


def _best_checkpoint(
    checkpoints: Sequence[Checkpoint], results: Results, criterion: Curve | None
) -> BestCheckpoint | None:
    if not checkpoints:
        return None
    # What the provider measured at the checkpoint itself comes before what the curve has near it.
    measured = next(_measured(checkpoints), None)
    if measured is not None:
        return measured
    if criterion is None:
        return BestCheckpoint(checkpoints[-1])
    smooth = averaged(criterion)
    rated = [(_at(smooth, checkpoint.step), checkpoint) for checkpoint in checkpoints]
    wanted = min if criterion.metric.better == "low" else max
    value, checkpoint = wanted(rated, key=lambda pair: pair[0])
    return BestCheckpoint(checkpoint, criterion.metric.label, value)


def _measured(checkpoints: Sequence[Checkpoint]) -> Iterator[BestCheckpoint]:
    names = dict.fromkeys(name for checkpoint in checkpoints for name in checkpoint.metrics)
    for kind, side in CRITERIA:
        for name in names:
            metric = metric_of(name)
            if (metric.kind, metric.side) != (kind, side):
                continue
            rated = [(c.metrics[name], c) for c in checkpoints if name in c.metrics]
            if len(rated) == len(checkpoints):
                wanted = min if metric.better == "low" else max
                value, checkpoint = wanted(rated, key=lambda pair: pair[0])
                yield BestCheckpoint(checkpoint, metric.label, value)
