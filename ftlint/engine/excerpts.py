"""Records as people read them: who says what, shortened, with nothing in it that could act."""

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

MOST_CHARACTERS = 320
"""Of one text."""
FIRST, LAST = 2, 3
"""Messages shown of a long conversation, beside those that are asked for."""

Said = tuple[str, str, str]
"""Who says it, what, and where the record has it."""


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
    most: int = MOST_CHARACTERS,
    *,
    whole: bool = False,
) -> dict[int, list[Said]]:
    """The records of these rows, by row. ``wanted`` also gives the paths that are to be seen in each.

    ``most`` characters of a text are kept, and of a long conversation the beginning and the end, unless it is to be
    ``whole``. Rows that are no records are left out.
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
    said = [*_messages(batch, i)]
    if not said:
        yield "record", readable(_written(batch.records[i]), 3 * most), ""
        return
    at_fault = {n for n, (_, _, where) in enumerate(said) if any(_within(path, where) for path in paths)}
    kept = {*range(FIRST), *range(len(said) - LAST, len(said)), *sorted(at_fault)[:FIRST]}
    skipped = 0
    for n, one in enumerate(said):
        if n not in kept and not whole:
            skipped += 1
            continue
        if skipped:
            yield "", f"{skipped:,} more {'message' if skipped == 1 else 'messages'}", ""
            skipped = 0
        yield one[0], readable(one[1], most), sanitize(escape(one[2], 80))


def _messages(batch: Batch, i: int) -> Iterable[Said]:
    """All messages of a record, those that are not wanted last."""
    sighting, record = batch.record_shapes[i], batch.records[i]
    aside = batch.rejected_views[i] if batch.rejected_views else []
    for at, message in enumerate([*batch.views[i], *aside]):
        where = ""
        if sighting is not None:
            with suppress(*BROKEN):
                steps = sighting.shape.steps(record, sighting.fields, at, "content", None)
                where = format_path(steps[:-1] if len(steps) > 1 and steps[-1] == "content" else steps)
        who = message.get("role") if isinstance(message, dict) else None
        rejected = " (rejected)" if at >= len(batch.views[i]) else ""
        yield f"{sanitize(escape(who, 20)) if isinstance(who, str) else '?'}{rejected}", _text(message), where


def _text(message: Any) -> str:
    """What a message says; of what is no text, what it is."""
    if not isinstance(message, dict):
        return _written(message)
    content = message.get("content")
    pieces = [content] if isinstance(content, str) else []
    if isinstance(content, list):
        pieces += [_part(part) for part in content]
    elif content is not None and not isinstance(content, str):
        pieces.append(_written(content))
    if isinstance(message.get("refusal"), str):
        pieces.append(f"(refusal) {message['refusal']}")
    calls = message.get("tool_calls")
    for call in [*(calls if isinstance(calls, list) else ()), {"function": message.get("function_call")}]:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            pieces.append(f"→ {function.get('name')}({_written(function.get('arguments'))})")
    return "\n".join(pieces)


def _part(part: Any) -> str:
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return str(part["text"])
    return f"[{part.get('type', 'part') if isinstance(part, dict) else 'part'}]"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value)


def _within(path: str, where: str) -> bool:
    """Whether a finding's path points into a message."""
    return bool(where) and path.startswith(where) and path[len(where) : len(where) + 1] in ("", ".", "[")
