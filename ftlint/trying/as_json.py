"""``ftlint try --output-format json``: a contract for scripts, schema version 1.

    {"schema": 1, "tool": {"name": "ftlint", "version": "…"}, "command": "try", "model": "ft:…",
     "manifest": "stories.manifest.json", "file": "test.jsonl",
     "asking": {"api": "chat", "system": null, "separator": null, "stop": null, "classes": ["yes", "no"],
                "max_tokens": 1, "temperature": 0.0, "logprobs": 5},
     "rows": [{"row": 1, "line": 1, "answer": "yes", "finish": "stop", "label": "yes", "expected": "no",
               "same": false, "score": 2.1, "probabilities": {"yes": 0.9, "no": 0.1}, "calls": [], "error": null}, …],
     "wanted": 50, "answered": 49, "failed": 1, "same": 40, "interrupted": false, "stopped": null,
     "figures": {"rows": 49, "accuracy": 0.82, "weighted_f1": 0.81, "unknown": 2, "auroc": 0.9,
                 "auprc": {"yes": 0.9, "no": 0.88},
                 "classes": [{"label": "yes", "rows": 25, "said": 24, "right": 20, "precision": 0.83, "recall": 0.8,
                              "f1": 0.82}, …],
                 "confusion": {"labels": ["yes", "no"], "counts": [[20, 4, 1], [4, 19, 1]]}}}

``row`` and ``line`` are null for a question on the command line, ``file`` then, too. Rows of ``counts`` are what the
file says, columns what the model said; the last one holds answers that are no class. ``score`` is ln(p/q) of the first
of two classes against the second. ``figures`` is null where no answers could be held against labels; AUROC and AUPRC
are null but for two classes with probabilities. Precision is null where nobody named the class.
"""

from collections.abc import Iterator
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from ftlint import __version__
from ftlint.report.json_report import as_json
from ftlint.trying.asking import Asking
from ftlint.trying.labels import chances
from ftlint.trying.metrics import ClassFigures
from ftlint.trying.trial import Trial, Tried

SCHEMA = 1


def render_json(trial: Trial, file: str | None, manifest: Path | None) -> Iterator[str]:
    """The trial as one JSON document that ends with a newline."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "ftlint", "version": __version__},
        "command": "try",
        "model": trial.asking.model,
        "manifest": str(manifest) if manifest is not None else None,
        "file": file,
        "asking": {name: value for name, value in asdict(trial.asking).items() if name != "model"},
        "rows": [_row(one, trial.asking) for one in trial.tried],
        "wanted": trial.wanted,
        "answered": len(trial.answered),
        "failed": len(trial.failed),
        "same": sum(one.same for one in trial.labelled),
        "interrupted": trial.interrupted,
        "stopped": trial.stopped,
        "figures": _figures(trial),
    }
    yield as_json(document) + "\n"


def _row(one: Tried, asking: Asking) -> dict[str, Any]:
    answer = one.answer
    return {
        "row": one.row.row or None,
        "line": one.row.line or None,
        "answer": answer.text if answer is not None else None,
        "finish": answer.finish if answer is not None else None,
        "label": one.label,
        "expected": one.truth if answer is not None else one.row.expected,
        "same": one.same if answer is not None and one.truth is not None else None,
        "score": one.score if one.score is not None and isfinite(one.score) else None,
        "probabilities": dict(chances(answer, asking.classes))
        if answer is not None and asking.classes
        else {},
        "calls": list(answer.calls) if answer is not None else [],
        "error": one.error,
    }


def _figures(trial: Trial) -> dict[str, Any] | None:
    figures = trial.figures
    if figures is None:
        return None
    area, precisions = trial.areas()
    return {
        "rows": figures.rows,
        "accuracy": figures.accuracy,
        "weighted_f1": figures.weighted_f1,
        "unknown": figures.unknown,
        "auroc": area,
        "auprc": precisions,
        "classes": [_class(one) for one in figures.classes],
        "confusion": {
            "labels": [one.label for one in figures.classes],
            "counts": [list(counts) for counts in figures.confusion],
        },
    }


def _class(one: ClassFigures) -> dict[str, Any]:
    return {**asdict(one), "precision": one.precision, "recall": one.recall, "f1": one.f1}
