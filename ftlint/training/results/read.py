"""Read a results file: the curves of a training, and the meaning of each column."""

import base64
import binascii
import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ftlint.display import escape, quote
from ftlint.errors import UsageError
from ftlint.report.words import counted

# The old API names them training_ and validation_; today they are train_, valid_ and, for the full file,
# full_valid_.
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
"""The data a metric is measured on: a training batch, a batch of the validation file, or the full validation
file.
"""
Kind = Literal["loss", "accuracy", "reward", "class", "count", "other"]


@dataclass(frozen=True, slots=True)
class Metric:
    """The metric in a column: ``label`` is its display name, ``better`` the preferred direction, if any."""

    label: str
    kind: Kind
    side: Side | None = None
    better: Literal["low", "high"] | None = None


def metric_of(column: str) -> Metric:
    """The metric of a column by its name; an unknown name has the kind "other"."""
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
        # Today's "mean token accuracy" and the old "token accuracy" are the same metric.
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


# The API returns some results files in base64: github.com/xing61/zzz-api/issues/21 and many others report it.
BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+={0,2}\s*")
DELIMITERS = (",", "\t", ";")
STEP = "step"
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
NOT_A_NUMBER = frozenset({"nan", "inf", "-inf", "+inf", "infinity", "-infinity"})
EMPTY = frozenset({"", "null", "none", "na", "n/a"})

Point = tuple[int, float]
"""A step and the value at it."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One numeric column: ``points`` in the order of their steps, without empty cells."""

    name: str
    metric: Metric
    points: Sequence[Point]

    @property
    def first(self) -> Point:
        """The first point."""
        return self.points[0]

    @property
    def last(self) -> Point:
        """The last point."""
        return self.points[-1]

    @property
    def best(self) -> Point | None:
        """The first point with the best value; None if the preferred direction is unknown."""
        if self.metric.better is None:
            return None
        if self.metric.better == "low":
            return min(self.points, key=lambda point: point[1])
        return max(self.points, key=lambda point: point[1])


@dataclass(frozen=True, slots=True)
class TrainingResults:
    """The contents of a results file.

    ``texts`` are columns without numbers, with their last step and text; ``empty`` the names of columns without
    any value; ``notes`` the anomalies, as sentences.
    """

    name: str
    rows: int
    curves: Sequence[Curve]
    texts: Sequence[tuple[str, int, str]] = ()
    empty: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def last_step(self) -> int:
        """The last step with a value; 0 if there is none."""
        return max((curve.last[0] for curve in self.curves), default=0)

    def counter(self, name: str) -> int | None:
        """The last value of ``elapsed_tokens`` or ``elapsed_examples``."""
        for curve in self.curves:
            if curve.metric.kind == "count" and curve.name.strip().lower() == name:
                return int(curve.last[1])
        return None


def read_results(data: bytes, name: str = "results.csv") -> TrainingResults:
    """Parse a downloaded results file: CSV, or CSV in base64. Raises UsageError if it is neither."""
    text = _text(data)
    table = _table(text)
    if not table:
        raise UsageError(f"{escape(name)} is no results file: it is empty")
    header, rows = table[0], table[1:]
    columns = [(at, column) for at, column in enumerate(header) if column]
    recognised = [c for _, c in columns if c.lower() == STEP or metric_of(c).kind != "other"]
    if not recognised:
        raise UsageError(
            f"{escape(name)} is no results file: it has no column step and none that is a loss or an accuracy,"
            f" but {', '.join(quote(column, 30) for _, column in columns[:5]) or 'no header'}"
        )
    return _Columns(columns, rows, decimal_comma=_delimiter(text) == ";").results(name)


def _text(data: bytes) -> str:
    stripped = data.strip().strip(b"\"'")
    if BASE64.fullmatch(stripped):
        try:
            decoded = base64.b64decode(b"".join(stripped.split()), validate=True)
        except binascii.Error:
            decoded = b""
        # A short table with a single column may be valid base64, too; decoded it would be no table.
        if STEP.encode() in decoded.lower() or b"_loss" in decoded.lower():
            data = decoded
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    return data.decode("utf-8", errors="replace")


def _table(text: str) -> list[list[str]]:
    """Rows of stripped cells, without empty lines."""
    # No limit on the length of a cell: long texts are valid.
    csv.field_size_limit(2**31 - 1)
    lines = io.StringIO(text.replace("\0", ""), newline="")
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=_delimiter(text))]
    except csv.Error:
        return []
    return [row for row in rows if any(row)]


def _delimiter(text: str) -> str:
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=head.count)


class _Columns:
    """Builds curves from rows of cells."""

    def __init__(
        self, columns: Sequence[tuple[int, str]], rows: Sequence[Sequence[str]], *, decimal_comma: bool
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.decimal_comma = decimal_comma
        self.notes: list[str] = []
        self.steps = list(self._steps())

    def results(self, name: str) -> TrainingResults:
        curves: list[Curve] = []
        texts: list[tuple[str, int, str]] = []
        empty: list[str] = []
        for at, column in self.columns:
            if column.lower() == STEP:
                continue
            points, words = self._cells(at, column)
            if words and not points:
                texts.append((column, *words[-1]))
            elif points:
                self._note_texts(column, words)
                curves.append(Curve(column, metric_of(column), points))
            else:
                empty.append(column)
        return TrainingResults(name, len(self.rows), curves, texts, empty, self.notes)

    def _steps(self) -> Iterator[int]:
        at = next((at for at, column in self.columns if column.lower() == STEP), None)
        if at is None:
            self.notes.append("there is no column step; rows are counted instead")
        guessed, repeated = 0, 0
        before: int | None = None
        for row in self.rows:
            number = self._number(row[at]) if at is not None and at < len(row) else None
            guessed += at is not None and number is None
            step = int(number) if number is not None else (before or 0) + 1
            repeated += before is not None and step <= before
            yield step
            before = step
        if guessed:
            self.notes.append(f"{counted(guessed, 'row')} without a step, counted on from the row before")
        if repeated:
            self.notes.append(f"{counted(repeated, 'row')} with a step that is not above the one before")

    def _cells(self, at: int, column: str) -> tuple[list[Point], list[tuple[int, str]]]:
        """The numbers and the texts of a column, each with its step, in the order of the steps."""
        points: list[Point] = []
        words: list[tuple[int, str]] = []
        lost: list[int] = []
        for step, row in zip(self.steps, self.rows, strict=True):
            cell = row[at] if at < len(row) else ""
            number = self._number(cell)
            if number is not None:
                points.append((step, number))
            elif cell.lower() in NOT_A_NUMBER:
                lost.append(step)
            elif cell.lower() not in EMPTY:
                words.append((step, cell))
        if lost and points:
            # A column without values may contain NaN, too; only NaN after numbers means that the training
            # diverged.
            self._note_divergence(column, lost, points)
        return sorted(points, key=lambda point: point[0]), words

    def _note_divergence(self, column: str, lost: Sequence[int], points: Sequence[Point]) -> None:
        metric = metric_of(column)
        diverged = max(lost) > points[-1][0]
        if metric.kind == "loss" and metric.side == "training" and diverged:
            first = next(step for step in lost if step > points[-1][0])
            self.notes.append(f"{metric.label} is no number from step {first:,} on: the training diverged")

    def _note_texts(self, column: str, words: Sequence[tuple[int, str]]) -> None:
        if words:
            step, text = words[0]
            count = (
                f"{len(words):,} cell{'s that are no numbers' if len(words) > 1 else ' that is no number'}"
            )
            self.notes.append(
                f"{escape(column, 60)}: {count}, first {quote(text, 30)} at step {step:,}; left out"
            )

    def _number(self, cell: str) -> float | None:
        text = cell.replace(",", ".") if self.decimal_comma else cell
        try:
            number = float(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            return None
        return number if math.isfinite(number) else None
