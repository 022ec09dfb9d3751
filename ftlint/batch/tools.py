"""Tools of a batch: declared tools, calls paired with results, and records in the legacy form."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.records import BROKEN, make_view
from ftlint.batch.tool_pairing import CALL_KEYS, ToolCalls, pair_calls
from ftlint.shapes.call_blocks import has_call_blocks
from ftlint.shapes.roles import CALLING_ROLES
from ftlint.shapes.shape import Message, follow
from ftlint.shapes.tools import declares_nothing

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

Declared = Mapping[int, tuple[list[Any], int]]
"""Declared tools by record: the tools in the chat form, legacy functions last, and the number of those."""


def find_declared_tools(batch: "Batch") -> Declared:
    """The declared tools of the batch, by record."""
    if batch.chats is not None:
        tools, declared = batch.chats.tools, batch.chats.declared
        return {i: ([tools[nth] for nth in places], 0) for i, places in enumerate(declared) if places}
    if not _declaring_keys(batch):
        return {}
    found = ((i, _declared(batch, i)) for i in range(len(batch)))
    return {i: declared for i, declared in found if declared is not None}


def _declaring_keys(batch: "Batch") -> set[str]:
    """The keys of the batch in which tools may be declared."""
    shapes = [shape for shape in batch.detected_shapes if shape is not None]
    return {shape.fields.get(name, name) for shape in shapes for name in shape.shape.tool_fields} & batch.keys


def _declared(batch: "Batch", i: int) -> tuple[list[Any], int] | None:
    detected, record = batch.record_shapes[i], batch.records[i]
    if detected is None:
        return None
    shape, names = detected.shape, detected.fields
    if not any(record.get(names.get(name, name)) for name in shape.tool_fields):
        return None
    try:
        tools = shape.tools(record, names)
    except BROKEN:
        return None
    functions = record.get(names.get("functions", "functions")) if "functions" in shape.tool_fields else None
    return (tools, len(functions) if isinstance(functions, list) else 0) if tools else None


def find_unreadable_tools(batch: "Batch") -> list[tuple[int, str]]:
    """The records that declare tools in a text that is not a list of tools, with its key."""
    found: list[tuple[int, str]] = []
    if batch.chats is not None:
        return found
    keys = _declaring_keys(batch)
    for i, detected in enumerate(batch.record_shapes) if keys else ():
        if detected is None:
            continue
        for name in detected.shape.tool_fields:
            # A required field, such as the input of a pair, holds the conversation.
            if name in detected.shape.required:
                continue
            key = detected.fields.get(name, name)
            text = batch.records[i].get(key)
            if isinstance(text, str) and i not in batch.declared_tools and not declares_nothing(text):
                found.append((i, key))
    return found


def pair_tool_calls(batch: "Batch") -> list[tuple[int, ToolCalls]]:
    """The records with calls or results that are not paired in columns, each with its results paired with its calls."""
    if batch.chat_calls is not None:
        return [(i, _conversation(batch, i)) for i in batch.chat_calls.others]
    indexes = {
        i
        for i, _, message in batch.odd_messages
        if not CALL_KEYS.isdisjoint(message) or has_call_blocks(message)
    }
    indexes.update(pl.arg_where(batch.signatures.str.contains("[tf]"), eager=True))
    indexes.update(_unreadable_calls(batch))
    return [(i, _conversation(batch, i)) for i in sorted(indexes)]


def _unreadable_calls(batch: "Batch") -> Sequence[int]:
    """The records with a turn of a call that cannot be parsed."""
    messages = batch.message_columns.messages
    unread = messages.filter(messages["written_role"].is_in(CALLING_ROLES))
    return unread.filter(pl.col("n_calls") == 0)["i"].to_list()


def _conversation(batch: "Batch", i: int) -> ToolCalls:
    detected, rejected = batch.record_shapes[i], batch.rejected_views[i] if batch.rejected_views else []
    answer = 0
    if detected is not None and rejected:
        try:
            answer = detected.shape.answer_size(batch.records[i], detected.fields)
        except BROKEN:
            rejected = []
    by_ids = detected is not None and detected.shape.call_ids
    view = batch.views[i] if batch.chats is None else make_view(batch, i)
    return pair_calls(view, rejected, answer, by_ids=by_ids)


def is_own_message(batch: "Batch", i: int, at: int, message: Message) -> bool:
    """Whether a view's message is an object of the record itself."""
    detected, record = batch.record_shapes[i], batch.records[i]
    if detected is None:
        return False
    try:
        steps = detected.shape.steps(record, detected.fields, at, "role", None)
    except BROKEN:
        return False
    return follow(record, steps[:-1]) is message


def find_legacy(batch: "Batch") -> set[int]:
    """The records with ``functions``, a ``function_call`` or a message with the role function."""
    if batch.chats is not None:
        return set()
    found = {i for i, _, message in batch.odd_messages if isinstance(message.get("function_call"), dict)}
    found.update(pl.arg_where(batch.signatures.str.contains("f", literal=True), eager=True))
    return found | {i for i, (_, legacy) in batch.declared_tools.items() if legacy}


def function_names_frame(batch: "Batch") -> "DataFrame":
    """One row per function name; the columns are listed at ``Batch.function_names``."""
    declared = batch.tools.select("i", "name", "nth")
    called = batch.calls.select("i", "name", "at", "part")
    names = pl.concat([declared, called], how="diagonal").filter(pl.col("name").is_not_null())
    return names.with_columns(shape=batch.shape_names.gather(names["i"])).sort("i", maintain_order=True)
