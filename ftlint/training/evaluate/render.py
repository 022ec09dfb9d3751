"""Render an evaluation: failures, classification metrics and confusions, as text or as JSON.

``ftlint try --output-format json``: a contract for scripts, schema version 1.

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

``row``, ``line`` and ``file`` are null for a question on the command line. Rows of ``counts`` are the labels of the
file, columns the answers of the model; the last column counts answers that are no class. ``score`` is ln(p/q) of the
first of two classes against the second. ``figures`` is null if no answers could be compared with labels; AUROC and
AUPRC are null except for two classes with probabilities. Precision is null without answers of the class.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from ftlint.display import quote, sanitize
from ftlint.report.json_report import as_json, attributes, header
from ftlint.report.terminal import RenderOptions, aligned, columns, line_of_text, sentence_lines, styled
from ftlint.report.words import counted, percent, share
from ftlint.training.evaluate.metrics import ClassMetrics, LabelMetrics
from ftlint.training.evaluate.question import PromptFormat
from ftlint.training.evaluate.rows import chances
from ftlint.training.evaluate.run import Evaluation, RowResult, failures


def render_json(evaluation: Evaluation, file: str | None, manifest: Path | None) -> Iterator[str]:
    """Render the evaluation as one JSON document that ends with a newline."""
    document = {
        **header("try"),
        "model": evaluation.asking.model,
        "manifest": str(manifest) if manifest is not None else None,
        "file": file,
        "asking": {name: value for name, value in asdict(evaluation.asking).items() if name != "model"},
        "rows": [_row(one, evaluation.asking) for one in evaluation.tried],
        "wanted": evaluation.wanted,
        "answered": len(evaluation.answered),
        "failed": len(evaluation.failed),
        "same": sum(one.same for one in evaluation.labelled),
        "interrupted": evaluation.interrupted,
        "stopped": evaluation.stopped,
        "figures": _figures_json(evaluation),
    }
    yield as_json(document) + "\n"


def _row(one: RowResult, prompt_format: PromptFormat) -> dict[str, Any]:
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
        "probabilities": dict(chances(answer, prompt_format.classes))
        if answer is not None and prompt_format.classes
        else {},
        "calls": list(answer.calls) if answer is not None else [],
        "error": one.error,
    }


def _figures_json(evaluation: Evaluation) -> dict[str, Any] | None:
    figures = evaluation.figures
    if figures is None:
        return None
    area, precisions = evaluation.areas()
    return {
        **attributes(figures, "rows", "accuracy", "weighted_f1", "unknown"),
        "auroc": area,
        "auprc": precisions,
        "classes": [_class(one) for one in figures.classes],
        "confusion": {
            "labels": [one.label for one in figures.classes],
            "counts": [list(counts) for counts in figures.confusion],
        },
    }


def _class(one: ClassMetrics) -> dict[str, Any]:
    return {**asdict(one), **attributes(one, "precision", "recall", "f1")}


INDENT = "  "
MAX_CLASSES = 12
MAX_REASONS = 5
MAX_ANSWER = 200
MAX_LABEL = 24
NONE = "–"
OTHER = "no class"


def render_evaluation(evaluation: Evaluation, name: str, options: RenderOptions) -> Iterator[str]:
    """Render the evaluation as text, line by line."""
    if not evaluation.asking.classes:
        yield from _answers(evaluation.answered, options)
    yield line_of_text(_head(evaluation, name, options))
    for style, sentence in _sentences(evaluation):
        yield from sentence_lines(sentence, style, options)
    figures = evaluation.figures
    if figures is None:
        return
    yield "\n"
    yield from map(line_of_text, _classes(figures, options))
    if len(figures.classes) <= MAX_CLASSES:
        yield "\n"
        yield from map(line_of_text, _confusion(figures, options))
    yield from _confusions(figures, options)


def _answers(answered: Sequence[RowResult], options: RenderOptions) -> Iterator[str]:
    """Every answer with its row; the expected answer if it differs."""
    for one in answered:
        text = one.answer.text if one.answer is not None else ""
        yield line_of_text(f"{styled(f'row {one.row.row:,}', 'faint', options)}  {quote(text, MAX_ANSWER)}")
        if one.truth is not None and not one.same:
            yield line_of_text(
                f"{INDENT}{styled('the file:', 'faint', options)} {quote(one.truth, MAX_ANSWER)}"
            )
    if answered:
        yield "\n"


def _head(evaluation: Evaluation, name: str, options: RenderOptions) -> str:
    total = counted(evaluation.wanted, "row")
    if len(evaluation.tried) < evaluation.wanted:
        total = f"{len(evaluation.tried):,} of {total}"
    return (
        f"{styled(sanitize(name), 'strong', options)}  {total} asked of {sanitize(evaluation.asking.model)}"
    )


def _sentences(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    if evaluation.interrupted:
        yield "warning", "interrupted; the figures are those of what was asked so far"
    if evaluation.stopped is not None:
        yield "error", f"ended before its end: {evaluation.stopped}"
    for why, rows, first in failures(evaluation.tried)[:MAX_REASONS]:
        yield "error", f"{counted(rows, 'row')} without an answer, first row {first.row.row:,}: {why}"
    cut = sum(one.answer is not None and one.answer.finish == "length" for one in evaluation.answered)
    if cut and not evaluation.asking.classes:
        yield "warning", f"{counted(cut, 'answer')} cut off (--max-tokens is {evaluation.asking.max_tokens})"
    unlabelled = len(evaluation.answered) - len(evaluation.labelled)
    if unlabelled:
        yield "faint", f"{counted(unlabelled, 'row')} without an answer in the file to hold against"
    yield from _figures(evaluation)


def _figures(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    figures, labelled = evaluation.figures, len(evaluation.labelled)
    if figures is None:
        if labelled:
            same = sum(one.same for one in evaluation.labelled)
            yield (
                "strong",
                f"{same:,} of {counted(labelled, 'answer')} ({share(same, labelled)}) are the file's",
            )
        return
    summary = (
        f"accuracy {share(figures.right, figures.rows)} ({figures.right:,} of {counted(figures.rows, 'row')})"
    )
    yield "strong", f"{summary} · weighted F1 {figures.weighted_f1:.4f}"
    area, precisions = evaluation.areas()
    if area is not None:
        listed = ", ".join(f"{label} {value:.4f}" for label, value in precisions.items() if value is not None)
        unscored = labelled - len(evaluation.scored)
        without = f" ({counted(unscored, 'row')} without probabilities left out)" if unscored else ""
        yield "strong", f"AUROC {area:.4f} · AUPRC {listed}{without}"
    if figures.unknown:
        words = "answer is no class and counts" if figures.unknown == 1 else "answers are no class and count"
        example = next(one for one in evaluation.labelled if one.label is None and one.answer is not None)
        answered = quote(example.answer.text if example.answer is not None else "", 30)
        yield "warning", f"{figures.unknown:,} {words} as wrong, e.g. {answered} in row {example.row.row:,}"


def _classes(figures: LabelMetrics, options: RenderOptions) -> Iterator[str]:
    """One line per class: precision, recall, F1, rows."""
    head = ("class", "precision", "recall", "F1", "rows")
    rows = [
        (_label(one.label), _part(one.precision), _part(one.recall), _part(one.f1), f"{one.rows:,}")
        for one in figures.classes
    ]
    yield from _table(head, rows, options)


def _confusion(figures: LabelMetrics, options: RenderOptions) -> Iterator[str]:
    """The confusion matrix: rows are the labels of the file, columns the answers of the model."""
    labels = [_label(one.label) for one in figures.classes]
    unknown = [OTHER] if figures.unknown else []
    rows = [
        (label, *(f"{n:,}" for n in counts[: len(labels) + len(unknown)]))
        for label, counts in zip(labels, figures.confusion, strict=True)
    ]
    table = list(_table(("is ↓  said →", *labels, *unknown), rows, options))
    # A matrix that does not fit is omitted; the list below it states the most frequent confusions.
    if all(columns(line) <= options.room + (8 if options.colour else 0) for line in table):
        yield from table


def _confusions(figures: LabelMetrics, options: RenderOptions) -> Iterator[str]:
    """The most frequent confusions, if there are too many classes for a matrix."""
    if len(figures.classes) <= MAX_CLASSES:
        return
    names = [one.label for one in figures.classes]
    wrong = [
        (n, names[i], names[j])
        for i, counts in enumerate(figures.confusion)
        for j, n in enumerate(counts[:-1])
        if n and i != j
    ]
    if wrong:
        listed = [
            f"{_label(is_)} called {_label(answered)} {n:,}×"
            for n, is_, answered in sorted(wrong, key=_by_frequency)
        ]
        yield "\n"
        yield from sentence_lines(f"mixed up: {', '.join(listed[:MAX_CLASSES])}", "faint", options)


def _by_frequency(confusion: tuple[int, str, str]) -> tuple[int, str, str]:
    return -confusion[0], confusion[1], confusion[2]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], options: RenderOptions) -> Iterator[str]:
    first, *others = aligned([head, *rows])
    yield INDENT + styled(first, "faint", options)
    yield from (INDENT + line for line in others)


def _part(value: float | None) -> str:
    return NONE if value is None else percent(value)


def _label(label: str) -> str:
    text = sanitize(label)
    return text if columns(text) <= MAX_LABEL else f"{text[: MAX_LABEL // 2]}…"
