"""Rows of one message each as conversations (``--join-rows COLUMN``): those with the same value belong together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ftlint.io.block import Record, RecordBlock

# The columns of a row's role and content, in the order in which they are looked for.
ROLE_KEYS = ("role", "from", "speaker", "author", "sender")
CONTENT_KEYS = ("content", "value", "text", "message", "utterance")
# Other fields of a message; the remaining columns are the conversation's if all its rows agree.
MESSAGE_KEYS = frozenset(
    {"name", "tool_calls", "tool_call_id", "function_call", "weight", "refusal", "reasoning_content"}
)
ID_KEYS = (
    *("conversation_id", "conversation", "conv_id", "convo_id", "dialogue_id", "dialog_id", "thread_id"),
    *("session_id", "chat_id", "group_id", "message_tree_id"),
)
BLOCK_RECORDS = 5_000


@dataclass(slots=True)
class ConversationRows:
    """The rows of one conversation, and the position of the first."""

    row: int
    line: int
    rows: list[Record] = field(default_factory=list)


def grouped(blocks: Iterable[RecordBlock], column: str) -> Iterator[RecordBlock]:
    """The rows of blocks as conversations, in the order of their first rows. All rows are held in memory.

    A row without the column, or without a value in it, stays a record of its own.
    """
    found: dict[object, ConversationRows] = {}
    for block in blocks:
        for record, row, line in zip(block.records, block.rows, block.lines, strict=True):
            value = record.get(column)
            key: object = (None, row) if value in (None, "") else _key(value)
            found.setdefault(key, ConversationRows(row, line)).rows.append(record)
        yield RecordBlock([], (), (), block.faults, row_count=block.row_count, line_count=block.line_count)
    conversations = list(found.values())
    for start in range(0, len(conversations), BLOCK_RECORDS):
        part = conversations[start : start + BLOCK_RECORDS]
        records = [_record(conversation.rows, column) for conversation in part]
        rows, lines = [one.row for one in part], [one.line for one in part]
        yield RecordBlock(records, rows, lines)


def grouping_hint(record: Record) -> str | None:
    """How to read a record that is one message of a conversation; None for any other record."""
    role, content = _first(record, ROLE_KEYS), _first(record, CONTENT_KEYS)
    if role is None or content is None or not isinstance(record[role], str):
        return None
    column = _first(record, ID_KEYS) or "COLUMN"
    what = "" if column != "COLUMN" else ", where COLUMN has the same value in all rows of a conversation"
    return f'one message a row ("{role}" and "{content}"): --join-rows {column} reads conversations{what}'


def _key(value: Any) -> object:
    # 1, 1.0 and true are different values.
    return value if isinstance(value, str) else msgspec.json.encode(value)


def _record(rows: list[Record], column: str) -> Record:
    if column not in rows[0] or rows[0][column] in (None, ""):
        return rows[0]
    names = dict.fromkeys(name for row in rows for name in row)
    role, content = _first(names, ROLE_KEYS), _first(names, CONTENT_KEYS)
    if role is None or content is None:
        return rows[0] if len(rows) == 1 else {column: rows[0][column], "rows": rows}
    shared = {
        name: rows[0][name]
        for name in names
        if name not in (role, content, *MESSAGE_KEYS)
        and all(name in row and row[name] == rows[0][name] for row in rows)
    }
    return {"messages": [_message(row, role, content, shared) for row in rows], **shared}


def _message(row: Record, role: str, content: str, shared: Record) -> Record:
    own = {"role": row.get(role), "content": row.get(content)}
    rest = {
        name: value
        for name, value in row.items()
        if name not in (role, content) and name not in shared and value not in (None, "")
    }
    return {**own, **rest}


def _first(record: Iterable[str], names: Iterable[str]) -> str | None:
    """The first of the names that is a key of the record, in whatever case."""
    folded = {key.strip().casefold(): key for key in record}
    return next((folded[name] for name in names if name in folded), None)
