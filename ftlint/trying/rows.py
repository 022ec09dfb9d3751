"""The rows of a file as questions, with the answers that the file has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ftlint import task as tasks
from ftlint.batch import Batch, batch_of
from ftlint.errors import UsageError
from ftlint.plan import make_job, make_seer
from ftlint.preparing.manifest import Manifest
from ftlint.read import Source, open_reading
from ftlint.seen import BROKEN
from ftlint.settings import Settings
from ftlint.shapes.shape import Message, plain_text

CALLS = ("tool_calls", "function_call")


@dataclass(frozen=True, slots=True)
class Row:
    """One example: what is asked, and the answer that the file has to it, or None.

    ``why_not`` says why it cannot be asked, as a sentence that goes on after "the row".
    """

    row: int
    line: int
    messages: Sequence[Message] = ()
    tools: Sequence[object] = ()
    expected: str | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file in its order, the first ``limit``; ``classes`` where its answers are labels."""

    name: str
    rows: Sequence[Row]
    classes: Sequence[str]


def rows_of(source: Source, settings: Settings, limit: int | None = None) -> Rows:
    """Read a file. Raises UsageError where there is no row in it that could be asked."""
    job = make_job(settings)
    seer = make_seer(settings, job)
    rows: list[Row] = []
    answers = []
    for block in open_reading(source, settings.read).blocks():
        batch = batch_of(block, seer, job)
        unread = (Row(f.row or 0, f.line or 0, why_not="cannot be read") for f in block.unread())
        rows += sorted([*_rows(batch), *unread], key=lambda row: row.row)
        if len(batch):
            answers.append(batch.answers)
        if limit is not None and len(rows) >= limit:
            del rows[limit:]
            break
    if not any(row.why_not is None for row in rows):
        said = f": the first one {rows[0].why_not}" if rows else ""
        raise UsageError(f"{source.name} has no row that can be asked{said}")
    task = tasks.conclude(tasks.combine(answers) if answers else None, job)
    return Rows(source.name, rows, [label for label, *_ in task.classes] if task.is_classification else [])


def rows_as_trained(
    source: Source, settings: Settings, manifest: Manifest | None, limit: int | None = None
) -> Rows:
    """The rows of a file that is laid out like the one that was prepared, or like the one that was written then.

    Columns and templates of the manifest make prompts of the former, unless the settings say others.
    """
    kept = manifest.settings if manifest is not None else settings
    told = settings.map or settings.templates or settings.turns
    written = manifest is not None and Path(source.name).name in {
        file.path for file in manifest.content.outputs
    }
    if told or written or not (kept.map or kept.templates or kept.turns):
        return rows_of(source, settings, limit)
    layout = replace(settings, map=kept.map, templates=kept.templates, turns=kept.turns)
    try:
        return rows_of(source, layout, limit)
    except UsageError:
        # It has other columns: it is of the layout that was written.
        return rows_of(source, settings, limit)


def _rows(batch: Batch) -> Iterator[Row]:
    for i, sighting in enumerate(batch.sightings):
        row, line = batch.rows[i], batch.lines[i]
        if sighting is None:
            yield Row(row, line, why_not="has no known shape")
            continue
        try:
            conversation = sighting.shape.read(batch.records[i], sighting.names)
            messages = [message for message in conversation.messages if isinstance(message, dict)]
        except BROKEN:
            yield Row(row, line, why_not="is broken (ftlint check says how)")
            continue
        size = conversation.answer if conversation.rejected is not None else 1
        answered = bool(messages) and messages[-1].get("role") == "assistant"
        asked, answer = (messages[:-size], messages[-size:]) if answered else (messages, [])
        expected = plain_text(answer[-1].get("content")) if answer else None
        if not answered or conversation.label is False or any(answer[-1].get(key) for key in CALLS):
            expected = None
        yield Row(row, line, asked, conversation.tools or (), expected)
