"""What is said of results, in sentences; the terminal and the picture say the same."""

from collections.abc import Iterator

from ftlint.quote import escape
from ftlint.report.amounts import percent
from ftlint.results.judging import Best, BestCheckpoint, Overfitting, Verdict, validation_loss
from ftlint.results.metric import Metric
from ftlint.results.reading import Results

NO_VALIDATION = (
    "there is no validation loss in it: nothing tells which step is best, nor whether the model overfits; "
    "train with a validation file (ftlint split makes one)"
)
MOST_TEXT = 200


def value_in_words(metric: Metric | None, value: float) -> str:
    """``0.1405`` for a loss, ``95.6 %`` for an accuracy, ``1,857`` for a count."""
    if metric is not None and metric.kind == "count":
        return f"{value:,.0f}"
    if metric is not None and metric.kind == "accuracy":
        return percent(value)
    # Small numbers keep their digits: a learning rate of 0.00001 is not 0.
    return f"{value:.4f}" if value == 0 or 0.001 <= abs(value) < 100_000 else f"{value:.3g}"


def sentences(results: Results, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """(style, sentence): the verdict first, then what was odd."""
    if verdict.overfitting is not None:
        yield "warning", _overfits(verdict.overfitting)
    elif validation_loss(results) is not None:
        yield "good", "no overfitting is to be seen: the validation loss does not rise at the end"
    if verdict.best is not None:
        yield "strong", _best(verdict.best, results.last_step)
    elif results.curves:
        yield "faint", NO_VALIDATION
    if verdict.checkpoint is not None:
        yield "strong", _checkpoint(verdict.checkpoint)
    for column, step, text in results.texts:
        yield "faint", f"{escape(column, 60)} at step {step:,}: {escape(' '.join(text.split()), MOST_TEXT)}"
    if results.empty:
        names = ", ".join(escape(name, 60) for name in results.empty)
        yield "faint", f"without any value: {names}"
    for note in results.notes:
        yield "warning", note


def unknown_columns(results: Results) -> list[str]:
    """The names of the columns that are kept, but that nobody has told the meaning of."""
    return [escape(curve.name, 60) for curve in results.curves if curve.metric.kind == "other"]


def _overfits(found: Overfitting) -> str:
    lowest, last = found.validation
    told = f"{found.curve} rises from {lowest:.4f} at step {found.step:,} to {last:.4f} at the end"
    if found.by_heart and found.training is not None:
        falls = f"training loss falls from {found.training[0]:.4f} to {found.training[1]:.4f}"
        return (
            f"overfitting from step {found.step:,} on: {told}, while {falls}: the model learns its examples by heart; "
            "fewer epochs, a lower learning rate or more examples help"
        )
    if found.training is None:
        return f"{told}: the model was better before; fewer epochs help"
    return f"{told}, and so does the training loss: the learning rate may be too high"


def _best(best: Best, last: int) -> str:
    where = ", the last one" if best.step == last else ""
    how = ", averaged over the batches around it" if best.averaged else ""
    return f"best step: {best.step:,}{where} ({best.curve} {best.value:.4f}{how})"


def _checkpoint(found: BestCheckpoint) -> str:
    name, step = escape(found.checkpoint.model), found.checkpoint.step
    if found.curve is None or found.value is None:
        return f"last checkpoint: {name} at step {step:,}; nothing tells which one is best"
    return f"best checkpoint: {name} at step {step:,} ({found.curve} {found.value:.4f})"
