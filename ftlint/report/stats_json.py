"""``ftlint stats --output-format json``: a contract for scripts, schema version 1.

    {"schema": 1, "tool": {"name": "ftlint", "version": "…"}, "command": "stats",
     "target": "openai-chat", "model": null, "vocabulary": "o200k_base", "exact": true,
     "files": [FIGURES, …], "total": FIGURES or null}

``exact`` says whether the vocabulary is the target's or the model's own. ``total`` is null for a single file.
FIGURES:

    {"path": "train.jsonl", "container": "jsonl", "bytes": 12345, "rows": 55, "examples": 54,
     "shapes": {"chat": 54}, "roles": {"user": 60, "assistant": 60}, "instructions": {"different": 1, "examples": 54},
     "turns": SPREAD, "tokens": {"total": 9000, "trained": 4000, "per_example": SPREAD, "per_answer": SPREAD,
                                 "histogram": [{"from": 64, "to": 91, "examples": 3}, …]},
     "cuts": [{"limit": 4096, "examples": 2, "lost": 1, "of": ["gpt-…"], "unless": null}, …],
     "task": "classification", "classes": [{"label": "yes", "examples": 30}, …],
     "duplicates": 0, "shared": 0,
     "not_counted": {"tools": 0, "media": 0, "images": 0, "low_images": 0, "low_tokens": 85},
     "training": {"epochs": 3, "by": "openai-chat", "verified": true, "limit": 65536, "tokens": 27000,
                  "costs": [{"model": "gpt-…", "status": "live", "retired": null, "limit": 65536, "billed": 27000,
                             "price": 5.0, "checked": "2026-11-20", "verified": true, "dollars": 0.14}, …],
                  "others": [{"model": "…", "vocabulary": "cl100k_base"}, …]}}

SPREAD is {"min", "p5", "median", "mean", "p95", "max"}, or null without values. A bar of the histogram counts the
examples with at least ``from`` and fewer than ``to`` tokens. ``of`` names the models, or else the target, with this
limit, and ``unless`` the trainer's setting that changes it. ``tools`` and ``media`` count examples. ``epochs`` is
null if unknown; tokens are then those of one epoch. ``by`` is the target with this default.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ftlint.commands.stats.figures import Figures, Spread, Stats
from ftlint.report.json_report import as_json, attributes, header
from ftlint.report.terminal import RenderOptions


def render(stats: Stats, options: RenderOptions) -> Iterator[str]:
    """Render the statistics as one JSON document that ends with a newline."""
    del options
    document = {
        **header("stats"),
        **attributes(stats, "target", "model", "vocabulary", "exact"),
        "files": [_figures(figures) for figures in stats.files],
        "total": _figures(stats.total) if stats.total is not None else None,
    }
    yield as_json(document) + "\n"


def _figures(figures: Figures) -> dict[str, Any]:
    training = asdict(figures.training)
    return {
        "path": figures.name,
        "container": figures.container or None,
        **attributes(figures, "bytes", "rows", "examples"),
        "shapes": dict(figures.shapes),
        "roles": dict(figures.roles),
        "instructions": {"different": figures.systems, "examples": figures.instructed},
        "turns": _spread(figures.turns),
        "tokens": {
            "total": figures.tokens,
            "trained": figures.trained,
            "per_example": _spread(figures.per_example),
            "per_answer": _spread(figures.per_answer),
            "histogram": [
                {"from": bar.start, "to": bar.end, "examples": bar.examples} for bar in figures.bars
            ],
        },
        "cuts": [asdict(cut) for cut in figures.cuts],
        "task": figures.task,
        "classes": [{"label": label, "examples": n} for label, n in figures.classes],
        "duplicates": figures.duplicates,
        "shared": figures.shared,
        "not_counted": asdict(figures.uncounted),
        "training": {
            **training,
            "others": [{"model": m, "vocabulary": v} for m, v in figures.training.others],
        },
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    between = attributes(spread, "p5", "median", "mean", "p95")
    return {"min": spread.least, **between, "max": spread.most}
