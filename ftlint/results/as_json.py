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
validation (a batch of it), full (all of it) or null. ``tokens``, ``examples``, ``best`` of a curve whose direction
nobody knows, ``overfitting``, ``best`` and ``checkpoint`` are null where there is nothing to say; so are ``curve`` and
``value`` of a checkpoint that nothing tells from the others. ``training`` is null where there is no such loss.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from ftlint import __version__
from ftlint.provider.records import Checkpoint
from ftlint.report.json_report import as_json
from ftlint.results.judging import BestCheckpoint, Overfitting, judge
from ftlint.results.reading import Curve, Point, Results

SCHEMA = 1


def render_json(results: Results, checkpoints: Sequence[Checkpoint] = ()) -> Iterator[str]:
    """The results as one JSON document that ends with a newline."""
    yield as_json(document(results, checkpoints)) + "\n"


def document(results: Results, checkpoints: Sequence[Checkpoint] = ()) -> dict[str, Any]:
    """The document before it is written."""
    verdict = judge(results, checkpoints)
    return {
        "schema": SCHEMA,
        "tool": {"name": "ftlint", "version": __version__},
        "command": "job results",
        "file": results.name,
        "rows": results.rows,
        "last_step": results.last_step,
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


def _overfitting(found: Overfitting | None) -> dict[str, Any] | None:
    return {**asdict(found), "by_heart": found.by_heart} if found is not None else None


def _checkpoint(found: BestCheckpoint | None) -> dict[str, Any] | None:
    if found is None:
        return None
    name, step = found.checkpoint.model, found.checkpoint.step
    return {"step": step, "model": name, "curve": found.curve, "value": found.value}
