"""``ftlint job results --output-format json``: a contract for scripts, schema version 1.

    {"schema": 1, "tool": {"name": "ftlint", "version": "…"}, "command": "job results",
     "file": "results.csv", "rows": 300, "last_step": 300, "tokens": 1229945, "examples": 1857,
     "curves": [{"name": "valid_loss", "label": "validation loss", "kind": "loss", "side": "validation",
                 "better": "low", "first": POINT, "last": POINT, "best": POINT, "points": [[1, 0.88], …]}, …],
     "texts": [{"name": "classification/confusion_matrix", "step": 300, "text": "…"}],
     "empty": ["valid_mean_token_accuracy"], "notes": ["…"],
     "overfitting": {"step": 200, "curve": "validation loss", "by_heart": true,
                     "validation": [0.35, 0.45], "training": [0.21, 0.10]},
     "best": {"step": 200, "curve": "validation loss", "value": 0.35, "averaged": true},
     "checkpoint": {"step": 200, "model": "ft:…:ckpt-step-200", "curve": "full validation loss", "value": 0.36}}

POINT is {"step": 1, "value": 0.88}. ``kind`` is loss, accuracy, reward, class, count or other, ``side`` training,
validation (a batch of it), full (all of it) or null. ``tokens``, ``examples``, ``best`` of a curve whose preferred
direction is unknown, ``overfitting``, ``best`` and ``checkpoint`` are null if unknown; so are ``curve`` and ``value``
of a checkpoint that no curve distinguishes. ``training`` is null without a training loss.

As text: one line per curve, then the conclusions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ftlint.display import sanitize
from ftlint.report.json_report import as_json, attributes, header
from ftlint.report.terminal import (
    RenderOptions,
    aligned,
    columns,
    line_of_text,
    padded,
    sentence_lines,
    styled,
)
from ftlint.report.words import counted
from ftlint.training.provider.records import Checkpoint
from ftlint.training.results.assess import (
    BestCheckpoint,
    Overfitting,
    assess,
    sentences,
    unknown_columns,
    value_in_words,
)
from ftlint.training.results.chart import sparkline
from ftlint.training.results.read import Curve, Point, TrainingResults


def render_json(results: TrainingResults, checkpoints: Sequence[Checkpoint] = ()) -> Iterator[str]:
    """Render the results as one JSON document that ends with a newline."""
    yield as_json(document(results, checkpoints)) + "\n"


def document(results: TrainingResults, checkpoints: Sequence[Checkpoint] = ()) -> dict[str, Any]:
    """The JSON document as a dict."""
    verdict = assess(results, checkpoints)
    return {
        **header("job results"),
        "file": results.name,
        **attributes(results, "rows", "last_step"),
        "tokens": results.counter("elapsed_tokens"),
        "examples": results.counter("elapsed_examples"),
        "curves": [_curve(curve) for curve in results.curves],
        "texts": [{"name": name, "step": step, "text": text} for name, step, text in results.texts],
        "empty": list(results.empty),
        "notes": list(results.notes),
        "overfitting": _overfitting(verdict.overfitting),
        "best": asdict(verdict.best) if verdict.best is not None else None,
        "checkpoint": _checkpoint(verdict.checkpoint),
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {
        "name": curve.name,
        **asdict(curve.metric),
        "first": _point(curve.first),
        "last": _point(curve.last),
        "best": _point(curve.best),
        "points": [list(point) for point in curve.points],
    }


def _point(point: Point | None) -> dict[str, Any] | None:
    return {"step": point[0], "value": point[1]} if point is not None else None


def _overfitting(overfitting: Overfitting | None) -> dict[str, Any] | None:
    return {**asdict(overfitting), "by_heart": overfitting.by_heart} if overfitting is not None else None


def _checkpoint(checkpoint: BestCheckpoint | None) -> dict[str, Any] | None:
    if checkpoint is None:
        return None
    name, step = checkpoint.checkpoint.model, checkpoint.checkpoint.step
    return {"step": step, "model": name, "curve": checkpoint.curve, "value": checkpoint.value}


INDENT = "  "
MAX_SPARKS = 40
FEWEST_SPARKS = 8
MAX_LABEL = 40
HEAD = ("", "first", "last", "best")


def render_results(
    results: TrainingResults, options: RenderOptions, checkpoints: Sequence[Checkpoint] = ()
) -> Iterator[str]:
    """The summary, line by line. ``checkpoints`` are those of the job, as listed by the provider."""
    verdict = assess(results, checkpoints)
    yield line_of_text(_head(results, options))
    curves = [curve for curve in results.curves if curve.metric.kind != "count"]
    if curves:
        yield "\n"
        yield from map(line_of_text, _table(curves, options))
        yield "\n"
    for style, sentence in sentences(results, verdict):
        yield from sentence_lines(sentence, style, options)
    unknown = unknown_columns(results)
    if unknown:
        yield from sentence_lines(f"not known to ftlint, and kept: {', '.join(unknown)}", "faint", options)


def _head(results: TrainingResults, options: RenderOptions) -> str:
    parts = [counted(results.rows, "row"), f"up to step {results.last_step:,}"]
    for name in ("tokens", "examples"):
        count = results.counter(f"elapsed_{name}")
        if count is not None:
            parts.append(f"{count:,} {name} seen")
    return f"{styled(sanitize(results.name), 'strong', options)}  {' · '.join(parts)}"


def _table(curves: Sequence[Curve], options: RenderOptions) -> Iterator[str]:
    # The column "best" includes the step, so that it is aligned to the left, as its header.
    head, *lines = aligned([HEAD, *map(_row, curves)], left=(0, 3))
    yield INDENT + styled(head, "faint", options)
    width = max(map(columns, [head, *lines]))
    room = options.room - width - 2 * len(INDENT)
    for curve, line in zip(curves, lines, strict=True):
        if room >= FEWEST_SPARKS:
            line = f"{padded(line, width)}  {sparkline(curve.points, min(room, MAX_SPARKS))}"
        yield INDENT + line


def _row(curve: Curve) -> tuple[str, str, str, str]:
    def number(value: float) -> str:
        return value_in_words(curve.metric, value)

    best = curve.best
    best_text = f"{number(best[1])} at {best[0]:,}" if best is not None else ""
    label = sanitize(curve.metric.label)
    label = label if columns(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"
    return label, number(curve.first[1]), number(curve.last[1]), best_text
