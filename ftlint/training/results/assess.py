"""Assess training curves: best step, best checkpoint, overfitting; and the sentences that report them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from ftlint.display import escape
from ftlint.report.words import percent
from ftlint.training.provider.records import Checkpoint
from ftlint.training.results.read import Curve, Metric, Point, TrainingResults, metric_of

# Order of precedence: rewards are what reinforcement optimises; the loss of the full validation file is more
# reliable than that of a batch.
CRITERIA = (("reward", "full"), ("reward", "validation"), ("loss", "full"), ("loss", "validation"))
WINDOWS = 10
"""A curve that is measured on batches is averaged over a window of this fraction of its points."""
LEAST_RISE = 0.05
"""A rise of the loss by less than this fraction of its lowest value counts as level."""
DEVIATIONS = 3
"""A rise within this many standard deviations of the batch noise counts as chance."""
FEWEST_BATCHES = 4
"""The minimum number of points to separate a trend from noise."""


@dataclass(frozen=True, slots=True)
class Overfitting:
    """The validation loss rises after ``step``. ``training`` is None without a training loss.

    Both hold the (averaged) loss at that step and at the end.
    """

    step: int
    curve: str
    validation: tuple[float, float]
    training: tuple[float, float] | None

    @property
    def by_heart(self) -> bool:
        """Whether the training loss keeps falling: the model memorises its examples."""
        return self.training is not None and self.training[1] < self.training[0]


@dataclass(frozen=True, slots=True)
class BestStep:
    """The best step according to a curve; ``averaged`` if its values are means over the batches around the step."""

    step: int
    curve: str
    value: float
    averaged: bool


@dataclass(frozen=True, slots=True)
class BestCheckpoint:
    """The best checkpoint: by which curve, and its value there; both None if no curve distinguishes them."""

    checkpoint: Checkpoint
    curve: str | None = None
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assessment of all curves; None for what they do not show."""

    best: BestStep | None
    overfitting: Overfitting | None
    checkpoint: BestCheckpoint | None


def assess(results: TrainingResults, checkpoints: Sequence[Checkpoint] = ()) -> Assessment:
    """Assess a training and, if given, its checkpoints."""
    criterion = _criterion(results)
    by_step = sorted(checkpoints, key=lambda checkpoint: checkpoint.step)
    return Assessment(
        best=_best(criterion) if criterion is not None else None,
        overfitting=_overfitting(results),
        checkpoint=_best_checkpoint(by_step, results, criterion),
    )


def moving_average(curve: Curve) -> list[Point]:
    """The moving average of a curve that is measured on batches; one that is measured on the full file is
    returned as is.
    """
    points, half = curve.points, _window(curve) // 2
    smooth = []
    for at, (step, _) in enumerate(points):
        near = points[max(0, at - half) : at + half + 1]
        smooth.append((step, sum(value for _, value in near) / len(near)))
    return smooth


def _window(curve: Curve) -> int:
    """The number of points to average: an odd number."""
    return len(curve.points) // WINDOWS | 1 if curve.metric.side != "full" else 1


def _criterion(results: TrainingResults) -> Curve | None:
    for kind, side in CRITERIA:
        for curve in results.curves:
            if (curve.metric.kind, curve.metric.side) == (kind, side):
                return curve
    return None


def _best(curve: Curve) -> BestStep:
    smooth = moving_average(curve)
    best_of = min if curve.metric.better == "low" else max
    step, value = best_of(smooth, key=lambda point: point[1])
    return BestStep(step, curve.metric.label, value, _window(curve) > 1)


def validation_loss(results: TrainingResults) -> Curve | None:
    """The loss that shows overfitting, preferably that of the full file; None if there are too few points."""
    for side, fewest in (("full", 2), ("validation", FEWEST_BATCHES)):
        for curve in results.curves:
            if (curve.metric.kind, curve.metric.side) == ("loss", side) and len(curve.points) >= fewest:
                return curve
    return None


def _overfitting(results: TrainingResults) -> Overfitting | None:
    curve = validation_loss(results)
    rise = _rise(curve) if curve is not None else None
    if curve is None or rise is None:
        return None
    step, losses = rise
    return Overfitting(step, curve.metric.label, losses, _training_from(results, step))


def _rise(curve: Curve) -> tuple[int, tuple[float, float]] | None:
    """The step after which a loss rises, with the loss there and at the end."""
    smooth = moving_average(curve)
    step, lowest = min(smooth, key=lambda point: point[1])
    last = smooth[-1][1]
    # At the end the window is one-sided, so this many points are averaged.
    fewest = _window(curve) // 2 + 1
    chance = DEVIATIONS * _noise(curve) * sqrt(2 / fewest) if curve.metric.side != "full" else 0.0
    rises = last - lowest > max(LEAST_RISE * abs(lowest), chance)
    return (step, (lowest, last)) if rises else None


def _noise(curve: Curve) -> float:
    """The standard deviation of single batches. Second differences have six times its variance, and no trend."""
    values = [value for _, value in curve.points]
    bends = [a - 2 * b + c for a, b, c in zip(values, values[1:], values[2:], strict=False)]
    return sqrt(sum(bend * bend for bend in bends) / len(bends) / 6) if bends else 0.0


def _training_from(results: TrainingResults, step: int) -> tuple[float, float] | None:
    for curve in results.curves:
        if curve.metric.kind == "loss" and curve.metric.side == "training":
            smooth = moving_average(curve)
            return _at(smooth, step), smooth[-1][1]
    return None


def _at(points: Sequence[Point], step: int) -> float:
    """The value at the nearest known step; ties take the earlier one."""
    return min(points, key=lambda point: abs(point[0] - step))[1]


def _best_checkpoint(
    checkpoints: Sequence[Checkpoint], results: TrainingResults, criterion: Curve | None
) -> BestCheckpoint | None:
    if not checkpoints:
        return None
    # The provider's own measurement at the checkpoint takes precedence over the curve's value near it.
    measured = next(_measured(checkpoints), None)
    if measured is not None:
        return measured
    if criterion is None:
        return BestCheckpoint(checkpoints[-1])
    smooth = moving_average(criterion)
    rated = [(_at(smooth, checkpoint.step), checkpoint) for checkpoint in checkpoints]
    best_of = min if criterion.metric.better == "low" else max
    value, checkpoint = best_of(rated, key=lambda pair: pair[0])
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
                best_of = min if metric.better == "low" else max
                value, checkpoint = best_of(rated, key=lambda pair: pair[0])
                yield BestCheckpoint(checkpoint, metric.label, value)


NO_VALIDATION = (
    "there is no validation loss in it: nothing tells which step is best, nor whether the model overfits; "
    "train with a validation file (ftlint split makes one)"
)
MAX_TEXT = 200


def value_in_words(metric: Metric | None, value: float) -> str:
    """Format a value: ``0.1405`` for a loss, ``95.6 %`` for an accuracy, ``1,857`` for a count."""
    if metric is not None and metric.kind == "count":
        return f"{value:,.0f}"
    if metric is not None and metric.kind == "accuracy":
        return percent(value)
    # Small numbers need their digits: a learning rate of 0.00001 is not 0.
    return f"{value:.4f}" if value == 0 or 0.001 <= abs(value) < 100_000 else f"{value:.3g}"


def sentences(results: TrainingResults, verdict: Assessment) -> Iterator[tuple[str, str]]:
    """(style, sentence): the conclusion first, then the anomalies."""
    if verdict.overfitting is not None:
        yield "warning", _overfits(verdict.overfitting)
    elif validation_loss(results) is not None:
        yield "good", "no overfitting is to be seen: the validation loss does not rise at the end"
    if verdict.best is not None:
        yield "strong", _best_text(verdict.best, results.last_step)
    elif results.curves:
        yield "faint", NO_VALIDATION
    if verdict.checkpoint is not None:
        yield "strong", _checkpoint(verdict.checkpoint)
    for column, step, text in results.texts:
        yield "faint", f"{escape(column, 60)} at step {step:,}: {escape(' '.join(text.split()), MAX_TEXT)}"
    if results.empty:
        names = ", ".join(escape(name, 60) for name in results.empty)
        yield "faint", f"without any value: {names}"
    for note in results.notes:
        yield "warning", note


def unknown_columns(results: TrainingResults) -> list[str]:
    """The names of columns whose meaning is unknown; they are shown as they are."""
    return [escape(curve.name, 60) for curve in results.curves if curve.metric.kind == "other"]


def _overfits(overfitting: Overfitting) -> str:
    lowest, last = overfitting.validation
    sentence = (
        f"{overfitting.curve} rises from {lowest:.4f} at step {overfitting.step:,} to {last:.4f} at the end"
    )
    if overfitting.by_heart and overfitting.training is not None:
        falls = f"training loss falls from {overfitting.training[0]:.4f} to {overfitting.training[1]:.4f}"
        return (
            f"overfitting from step {overfitting.step:,} on: {sentence}, while {falls}: "
            "the model learns its examples by heart; fewer epochs, a lower learning rate or more examples help"
        )
    if overfitting.training is None:
        return f"{sentence}: the model was better before; fewer epochs help"
    return f"{sentence}, and so does the training loss: the learning rate may be too high"


def _best_text(best: BestStep, last: int) -> str:
    where = ", the last one" if best.step == last else ""
    how = ", averaged over the batches around it" if best.averaged else ""
    return f"best step: {best.step:,}{where} ({best.curve} {best.value:.4f}{how})"


def _checkpoint(checkpoint: BestCheckpoint) -> str:
    name, step = escape(checkpoint.checkpoint.model), checkpoint.checkpoint.step
    if checkpoint.curve is None or checkpoint.value is None:
        return f"last checkpoint: {name} at step {step:,}; nothing tells which one is best"
    return f"best checkpoint: {name} at step {step:,} ({checkpoint.curve} {checkpoint.value:.4f})"
