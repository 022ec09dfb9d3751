"""Read the rows of a file as questions with expected answers, and match answers to classes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, inf, log
from pathlib import Path

from ftlint.batch import task_type as tasks
from ftlint.batch.batch import Batch, batch_of
from ftlint.batch.error_cells import settle_error_cells
from ftlint.batch.records import BROKEN
from ftlint.commands.prepare.manifest import Manifest
from ftlint.config.settings import Settings
from ftlint.engine.plan import make_context, make_record_reader
from ftlint.errors import UsageError
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.shapes.shape import Message, plain_text
from ftlint.training.provider.records import Answer, Token


def label_of(answer: Answer, classes: Sequence[str], stop: str | None = None) -> str | None:
    """The class that an answer names, ignoring whitespace and the stop sequence; None if it names none.

    An answer that was truncated by the token limit names the one class that begins with it.
    """
    text = answer.text.split(stop, 1)[0] if stop else answer.text
    text = text.strip()
    if text in classes:
        return text
    if answer.finish == "length" and text:
        matching = [label for label in classes if label.startswith(text)]
        return matching[0] if len(matching) == 1 else None
    return None


def chances(answer: Answer, classes: Sequence[str]) -> Mapping[str, float]:
    """The probability of each class from the first non-blank token of the answer; {} without log probabilities.

    Alternatives that could begin several classes, or none, are ignored.
    """
    token = _first(answer.tokens)
    if token is None:
        return {}
    probabilities = dict.fromkeys(classes, 0.0)
    for text, logprob in {**token.alternatives, token.text: token.logprob}.items():
        label = _matching_class(text, classes)
        if label is not None:
            probabilities[label] += exp(min(logprob, 0.0))
    return probabilities


def log_odds(answer: Answer, classes: Sequence[str]) -> float | None:
    """ln(p / q) of the first of two classes against the second; None if neither has a probability.

    A class that is not among the alternatives gets the probability of the last one listed, which is its upper
    bound.
    """
    probabilities = chances(answer, classes)
    token = _first(answer.tokens)
    if token is None or not any(probabilities.values()):
        return None
    least = exp(min(min([*token.alternatives.values(), token.logprob]), 0.0))
    first, second = (probabilities[label] or least for label in classes)
    return _ln(first) - _ln(second) if first or second else None


def _ln(number: float) -> float:
    return log(number) if number > 0 else -inf


def _first(tokens: Sequence[Token]) -> Token | None:
    return next((token for token in tokens if token.text.strip()), None)


def _matching_class(text: str, classes: Sequence[str]) -> str | None:
    """The class that a token begins; an exact match takes precedence over a prefix."""
    text = text.strip()
    if text in classes:
        return text
    matching = [label for label in classes if text and label.startswith(text)]
    return matching[0] if len(matching) == 1 else None


CALLS = ("tool_calls", "function_call")


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One example: the question, and the expected answer from the file, or None.

    ``why_not`` says why it cannot be asked, as a sentence that continues "the row".
    """

    row: int
    line: int
    messages: Sequence[Message] = ()
    tools: Sequence[object] = ()
    expected: str | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """The first ``limit`` rows of a file, in order; ``classes`` if its answers are labels."""

    name: str
    rows: Sequence[QuestionRow]
    classes: Sequence[str]


def rows_of(source: Source, settings: Settings, limit: int | None = None) -> QuestionRows:
    """Read a file. Raises UsageError if it has no row that can be asked."""
    job = make_context(settings)
    reader = make_record_reader(settings, job)
    rows: list[QuestionRow] = []
    answers = []
    for block in open_reader(source, settings.read).blocks():
        settle_error_cells(block, reader)
        batch = batch_of(block, reader, job)
        unread = (
            QuestionRow(f.row or 0, f.line or 0, why_not="cannot be read") for f in block.unreadable_rows()
        )
        rows += sorted([*_rows(batch), *unread], key=lambda row: row.row)
        if len(batch):
            answers.append(batch.answer_counts)
        if limit is not None and len(rows) >= limit:
            del rows[limit:]
            break
    if not any(row.why_not is None for row in rows):
        reason = f": the first one {rows[0].why_not}" if rows else ""
        raise UsageError(f"{source.name} has no row that can be asked{reason}")
    task = tasks.conclude(tasks.combine(answers) if answers else None, job)
    return QuestionRows(
        source.name, rows, [label for label, *_ in task.classes] if task.is_classification else []
    )


def rows_as_trained(
    source: Source, settings: Settings, manifest: Manifest | None, limit: int | None = None
) -> QuestionRows:
    """Read the rows of a file that is in the format of the source file, or of the training file written from
    it.

    Columns and templates of the manifest build prompts from the former, unless the settings override them.
    """
    recorded = manifest.settings if manifest is not None else settings
    overridden = settings.map or settings.templates or settings.turns
    written = manifest is not None and Path(source.name).name in {
        file.path for file in manifest.content.outputs
    }
    if overridden or written or not (recorded.map or recorded.templates or recorded.turns):
        return rows_of(source, settings, limit)
    layout = replace(settings, map=recorded.map, templates=recorded.templates, turns=recorded.turns)
    try:
        return rows_of(source, layout, limit)
    except UsageError:
        # It has other columns: it is in the format of the training file.
        return rows_of(source, settings, limit)


def _rows(batch: Batch) -> Iterator[QuestionRow]:
    for i, sighting in enumerate(batch.record_shapes):
        row, line = batch.rows[i], batch.lines[i]
        if sighting is None:
            yield QuestionRow(row, line, why_not="has no known shape")
            continue
        try:
            conversation = sighting.shape.read(batch.records[i], sighting.fields)
            messages = [message for message in conversation.messages if isinstance(message, dict)]
        except BROKEN:
            yield QuestionRow(row, line, why_not="is broken (ftlint check says how)")
            continue
        size = conversation.answer if conversation.rejected is not None else 1
        answered = bool(messages) and messages[-1].get("role") == "assistant"
        prompt, answer = (messages[:-size], messages[-size:]) if answered else (messages, [])
        expected = plain_text(answer[-1].get("content")) if answer else None
        if not answered or conversation.label is False or any(answer[-1].get(key) for key in CALLS):
            expected = None
        yield QuestionRow(row, line, prompt, conversation.tools or (), expected)
