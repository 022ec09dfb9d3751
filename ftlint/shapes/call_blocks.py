"""Calls and results as parts of a message's content, and where each of their fields is.

- Anthropic: ``{"type": "tool_use", "id": …, "name": …, "input": {…}}`` in the assistant's message, and
  ``{"type": "tool_result", "tool_use_id": …, "content": …}`` in the user's.
- Vercel's AI SDK: ``{"type": "tool-call", "toolCallId": …, "toolName": …, "input": {…}}`` (``args`` before version 5),
  and ``{"type": "tool-result", "toolCallId": …, "toolName": …, "output": …}`` (``result``) in a tool's message.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ftlint.json_values import write_json
from ftlint.path import Steps
from ftlint.shapes.shape import Message

USE, RESULT = "tool_use", "tool_result"
CALL_FIELDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    USE: {"call_id": ("id",), "call_name": ("name",), "arguments": ("input",)},
    "tool-call": {"call_id": ("toolCallId",), "call_name": ("toolName",), "arguments": ("input", "args")},
}
"""The type of a part that is a call → the general name of a field → the part's names of it."""
RESULT_FIELDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    RESULT: {"tool_call_id": ("tool_use_id",), "name": (), "content": ("content",)},
    "tool-result": {
        "tool_call_id": ("toolCallId",),
        "name": ("toolName",),
        "content": ("output", "result"),
    },
}


def block_calls(message: Any) -> list[tuple[int, Message]]:
    """The calls among the parts of a message: the index of the part, and the part."""
    return _blocks(message, CALL_FIELDS)


def block_results(message: Any) -> list[tuple[int, Message]]:
    """The results among the parts of a message: the index of the part, and the part."""
    return _blocks(message, RESULT_FIELDS)


def has_call_blocks(message: Any) -> bool:
    """Whether any part of a message is a call or a result."""
    return bool(block_calls(message) or block_results(message))


def call_function(part: Message) -> dict[str, Any]:
    """The function of a call: its name, and its arguments if it has any."""
    fields = CALL_FIELDS[part["type"]]
    function = {"name": part.get(fields["call_name"][0])}
    key = next((key for key in fields["arguments"] if key in part), None)
    return function if key is None else {**function, "arguments": part[key]}


def call_identifier(part: Message) -> Any:
    """The id of a call."""
    return part.get(CALL_FIELDS[part["type"]]["call_id"][0])


def result_message(part: Message) -> Message:
    """A result as a tool message, with its content as it is."""
    given = {
        name: next((key for key in keys if key in part), None)
        for name, keys in RESULT_FIELDS[part["type"]].items()
    }
    return {"role": "tool", **{name: part[key] for name, key in given.items() if key is not None}}


def anthropic_block(part: Any) -> Any:
    """A call or result of the AI SDK as one of Anthropic's; any other part is unchanged."""
    if not isinstance(part, dict) or part.get("type") not in ("tool-call", "tool-result"):
        return part
    if part["type"] == "tool-call":
        known, new = CALL_FIELDS["tool-call"], {"type": USE, "id": call_identifier(part)}
        function = call_function(part)
        new |= {"name": function["name"], "input": function.get("arguments")}
    else:
        known, message = RESULT_FIELDS["tool-result"], result_message(part)
        new = {
            "type": RESULT,
            "tool_use_id": message.get("tool_call_id"),
            "content": _output(message.get("content")),
        }
        new |= {"name": message["name"]} if "name" in message else {}
    taken = {"type", *(key for keys in known.values() for key in keys)}
    return {**new, **{key: value for key, value in part.items() if key not in taken}}


def steps_in_block(message: Any, field: str, part: int) -> Steps | None:
    """The path in a message of a field of the call or result that is one of its parts.

    A call is counted after the ``tool_calls`` of its message, a result by the index of its part. None for anything
    else.
    """
    if field in ("call", "call_id", "call_name", "arguments"):
        calls = message.get("tool_calls") if isinstance(message, dict) else None
        before = len(calls) if isinstance(calls, list) else 0
        blocks = block_calls(message)
        if not 0 <= part - before < len(blocks):
            return None
        at, block = blocks[part - before]
        names = CALL_FIELDS[block["type"]].get(field)
    else:
        at, names = part, None
        block = dict(block_results(message)).get(part, {})
        names = RESULT_FIELDS[block["type"]].get(field) if block else None
        if not names:
            return None
    if names is None:
        return ("content", at)
    return ("content", at, next((key for key in names if key in block), names[0]))


def _blocks(message: Any, kinds: Mapping[str, Any]) -> list[tuple[int, Message]]:
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, list):
        return []
    return [
        (at, part)
        for at, part in enumerate(content)
        if isinstance(part, dict) and isinstance(part.get("type"), str) and part["type"] in kinds
    ]


def _output(value: Any) -> Any:
    """An output of the AI SDK as a content: the value of ``{"type": "text", "value": …}``, JSON as its text."""
    if isinstance(value, dict) and isinstance(value.get("type"), str) and "value" in value:
        value = value["value"]
    return value if isinstance(value, str | None) else write_json(value)
