"""Excerpts of records for display: roles and texts, shortened, masked and escaped."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ftlint.batch.batch import Batch
from ftlint.batch.canonical import canonical
from ftlint.batch.records import BROKEN
from ftlint.display import MAX_SECRET_LENGTH, escape, sanitize
from ftlint.engine.scan import Plan
from ftlint.io.block import ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.path import format_path
from ftlint.secrets import mask

MAX_CHARACTERS = 320
"""Limit for one text."""
FIRST, LAST = 2, 3
"""Messages displayed of a long conversation, in addition to those with findings."""

Said = tuple[str, str, str]
"""The role, the text, and its path in the record."""


def readable(text: str, most: int) -> str:
    """The text with its line ends, masked, escaped and, where it is long, without its middle."""
    if len(text) > 2 * MAX_SECRET_LENGTH + most:
        # What is not shown need not be looked at.
        text = f"{mask(text[: MAX_SECRET_LENGTH + most])}{mask(text[-MAX_SECRET_LENGTH - most :])}"
    else:
        text = mask(text)
    if len(text) > most:
        head = most * 3 // 4
        text = f"{text[:head]} … {text[-(most - head - 3) :]}"
    return "\n".join(map(sanitize, text.split("\n")))


def excerpts(
    source: Source,
    wanted: Mapping[int, Sequence[str]],
    plan: Plan,
    read: ReadOptions,
    most: int = MAX_CHARACTERS,
    *,
    whole: bool = False,
) -> dict[int, list[Said]]:
    """The excerpts of these rows, by row. ``wanted`` maps each row to the paths to include.

    At most ``most`` characters of a text are returned, and of a long conversation only the beginning and the
    end unless ``whole``. Rows that are not records are omitted.
    """
    found: dict[int, list[Said]] = {}
    if not wanted:
        return found
    last = max(wanted)
    for block in open_reader(source, read).blocks():
        places = [k for k, row in enumerate(block.rows) if row in wanted]
        if places:
            records = [block.records[k] for k in places]
            rows, lines = [block.rows[k] for k in places], [block.lines[k] for k in places]
            batch = Batch(records, rows, lines, plan.record_reader, plan.context)
            for i, row in enumerate(rows):
                found[row] = list(_excerpt(batch, i, wanted[row], most, whole=whole))
        if len(block.rows) and block.rows[-1] >= last:
            break
    return found


def _excerpt(batch: Batch, i: int, paths: Sequence[str], most: int, *, whole: bool) -> Iterable[Said]:
    messages = [*_messages(batch, i)]
    if not messages:
        yield "record", readable(_as_text(batch.records[i]), 3 * most), ""
        return
    at_fault = {n for n, (_, _, where) in enumerate(messages) if any(_within(path, where) for path in paths)}
    displayed = {*range(FIRST), *range(len(messages) - LAST, len(messages)), *sorted(at_fault)[:FIRST]}
    skipped = 0
    for n, one in enumerate(messages):
        if n not in displayed and not whole:
            skipped += 1
            continue
        if skipped:
            yield "", f"{skipped:,} more {'message' if skipped == 1 else 'messages'}", ""
            skipped = 0
        yield one[0], readable(one[1], most), sanitize(escape(one[2], 80))


def _messages(batch: Batch, i: int) -> Iterable[Said]:
    """All messages of a record, the rejected ones last."""
    record_shape, record = batch.record_shapes[i], batch.records[i]
    rejected_views = batch.rejected_views[i] if batch.rejected_views else []
    for at, message in enumerate([*batch.views[i], *rejected_views]):
        where = ""
        if record_shape is not None:
            with suppress(*BROKEN):
                steps = record_shape.shape.steps(record, record_shape.fields, at, "content", None)
                where = format_path(steps[:-1] if len(steps) > 1 and steps[-1] == "content" else steps)
        who = message.get("role") if isinstance(message, dict) else None
        rejected = " (rejected)" if at >= len(batch.views[i]) else ""
        yield f"{sanitize(escape(who, 20)) if isinstance(who, str) else '?'}{rejected}", _text(message), where


def _text(message: Any) -> str:
    """The text of a message; a description of content that is not text."""
    if not isinstance(message, dict):
        return _as_text(message)
    content = message.get("content")
    texts = [content] if isinstance(content, str) else []
    if isinstance(content, list):
        texts += [_part(part) for part in content]
    elif content is not None and not isinstance(content, str):
        texts.append(_as_text(content))
    if isinstance(message.get("refusal"), str):
        texts.append(f"(refusal) {message['refusal']}")
    calls = message.get("tool_calls")
    for call in [*(calls if isinstance(calls, list) else ()), {"function": message.get("function_call")}]:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            texts.append(f"→ {function.get('name')}({_as_text(function.get('arguments'))})")
    return "\n".join(texts)


def _part(part: Any) -> str:
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return str(part["text"])
    return f"[{part.get('type', 'part') if isinstance(part, dict) else 'part'}]"


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)


def _within(path: str, where: str) -> bool:
    """Whether a finding's path points into a message."""
    return bool(where) and path.startswith(where) and path[len(where) : len(where) + 1] in ("", ".", "[")
