"""What a column of a results file tells, read from its name."""

import re
from dataclasses import dataclass
from typing import Literal

# The old API says training_ and validation_; today it is train_, valid_ and, of the whole file, full_valid_.
SIDES = (
    ("full_validation_", "full"),
    ("full_valid_", "full"),
    ("validation_", "validation"),
    ("valid_", "validation"),
    ("training_", "training"),
    ("train_", "training"),
)
CLASSIFICATION = "classification/"
COUNTERS = {"elapsed_tokens": "tokens seen", "elapsed_examples": "examples seen"}
IN_WORDS = {"training": "training", "validation": "validation", "full": "full validation"}
SCORES = {
    "accuracy": "accuracy",
    "weighted_f1_score": "weighted F1",
    "precision": "precision",
    "recall": "recall",
    "auroc": "AUROC",
    "auprc": "AUPRC",
}
F_BETA = re.compile(r"f(\d+(?:\.\d+)?)")

Side = Literal["training", "validation", "full"]
"""Whose numbers: of the batch that is trained on, of a batch of the validation file, or of all of that file."""
Kind = Literal["loss", "accuracy", "reward", "class", "count", "other"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One column: ``label`` is its name for people, ``better`` the end of the scale that is wanted, if any."""

    label: str
    kind: Kind
    side: Side | None = None
    better: Literal["low", "high"] | None = None


def metric_of(column: str) -> Metric:
    """What the column is; of an unknown one only that it is another."""
    name = column.strip().lower()
    if name in COUNTERS:
        return Metric(COUNTERS[name], "count")
    if name.startswith(CLASSIFICATION):
        return _of_classes(name.removeprefix(CLASSIFICATION), column)
    for prefix, side in SIDES:
        if name.startswith(prefix):
            return _of_side(name.removeprefix(prefix), side)  # type: ignore[arg-type]
    return Metric(column, "other")


def _of_side(name: str, side: Side) -> Metric:
    label = f"{IN_WORDS[side]} {name.replace('_', ' ')}"
    words = name.split("_")
    if "loss" in words:
        return Metric(label, "loss", side, "low")
    if "accuracy" in words:
        # Today's "mean token accuracy" and the old "token accuracy" are one thing.
        return Metric(label.replace("mean token", "token"), "accuracy", side, "high")
    if "reward" in words:
        return Metric(label, "reward", side, "high")
    return Metric(label, "other", side)


def _of_classes(name: str, column: str) -> Metric:
    beta = F_BETA.fullmatch(name)
    label = f"F{beta[1]}" if beta else SCORES.get(name)
    if label is None:
        return Metric(column, "other", "full")
    return Metric(f"class {label}", "class", "full", "high")
