"""Rows of one message each as conversations (``--join-rows COLUMN``): those with the same value belong together.

Rows that name their parents are a tree of messages, as OpenAssistant has them (see ``ftlint.shapes.message_tree``).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from ftlint.io.block import Record, RecordBlock
from ftlint.json_values import encode_sorted_json
from ftlint.shapes.message_row import (
    CONTENT_KEYS,
    ID_KEYS,
    MESSAGE_KEYS,
    NODE_ID,
    PARENT_ID,
    ROLE_KEYS,
    TREE_ID,
)

BLOCK_RECORDS = 5_000


class ConversationRows(Struct):
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
    folded = {key.strip().casefold(): key for key in record}
    column = folded.get(TREE_ID) or _first(record, ID_KEYS) or "COLUMN"
    what = "" if column != "COLUMN" else ", where COLUMN has the same value in all rows of a conversation"
    return f'one message a row ("{role}" and "{content}"): --join-rows {column} reads conversations{what}'


def _key(value: Any) -> object:
    # 1, 1.0 and true are different values.
    return value if isinstance(value, str) else encode_sorted_json(value)


def _record(rows: list[Record], column: str) -> Record:
    if column not in rows[0] or rows[0][column] in (None, ""):
        return rows[0]
    if all(NODE_ID in row and PARENT_ID in row for row in rows):
        return _tree(rows, column)
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


def _tree(rows: list[Record], column: str) -> Record:
    """Rows as a tree: each row is a reply of its parent. Rows whose parent is missing stay in a list."""
    nodes = [{**row, "replies": []} for row in rows]
    by_id = {_key(node[NODE_ID]): node for node in reversed(nodes)}
    roots: list[Record] = []
    for node in nodes:
        parent = by_id.get(_key(node[PARENT_ID])) if node[PARENT_ID] not in (None, "") else None
        (roots if parent is None or parent is node else parent["replies"]).append(node)
    if _size(roots) < len(rows):
        # Some are replies to each other in a circle.
        return {column: rows[0][column], "rows": rows}
    root = next((node for node in roots if node[PARENT_ID] in (None, "")), None)
    others = [node for node in roots if node is not root]
    tree: Record = {column: rows[0][column]}
    if root is not None:
        tree["prompt"] = root
    return {**tree, "rows": others} if others else tree


def _size(nodes: list[Record]) -> int:
    """The number of nodes in these trees."""
    todo, size = list(nodes), 0
    while todo:
        size += 1
        todo += todo.pop()["replies"]
    return size


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
