"""Tools and calls as the shapes spell them: declared as a list or as JSON text, called with or without ids."""

import json
from typing import Any

from ftlint.path import Steps
from ftlint.shapes.shape import CannotHold, Record


def declared_tools(record: Record, key: str = "tools") -> list[Any]:
    """The tools that a record declares in the chat form, in order, those of the legacy ``functions`` last.

    ``tools`` may be a list, of wrapped or bare functions, or the JSON text of one. What cannot be read is left
    as it is, so that every tool keeps its place.
    """
    legacy = record.get("functions")
    wrapped = [{"type": "function", "function": function} for function in _list(legacy)]
    return [_wrapped(tool) for tool in _list(_parsed(record.get(key)))] + wrapped


def tool_steps(record: Record, key: str, nth: int) -> Steps:
    """Where the nth of ``declared_tools`` stands; the field as a whole where it is JSON text."""
    if isinstance(record.get(key), str):
        return (key,)
    own = len(_list(record.get(key)))
    return (key, nth) if nth < own else ("functions", nth - own)


def read_calls(text: Any, number: int) -> list[dict[str, Any]]:
    """The calls of a ``function_call`` turn as tool calls; ids are made from the place of the message.

    Raises CannotHold where the turn is not JSON with a name and arguments.
    """
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise CannotHold("has a function_call turn that is not JSON") from None
    calls = found if isinstance(found, list) else [found]
    if not all(isinstance(call, dict) and isinstance(call.get("name"), str) for call in calls):
        raise CannotHold("has a function_call turn without a function name")
    return [
        {
            "id": f"call_{number}_{place}",
            "type": "function",
            "function": {"name": call["name"], "arguments": as_text(call.get("arguments", {}))},
        }
        for place, call in enumerate(calls)
    ]


def write_calls(calls: list[Any]) -> str:
    """Tool calls as the JSON text of a ``function_call`` turn: one object, or a list of several."""
    written = []
    for call in calls:
        function = call.get("function", {})
        written.append(
            {"name": function.get("name"), "arguments": as_object(function.get("arguments", "{}"))}
        )
    return json.dumps(written[0] if len(written) == 1 else written, ensure_ascii=False)


def read_tools(tools: Any) -> list[Any] | None:
    """Declared tools in the chat form, from JSON text or a list, bare or wrapped; None for none."""
    if isinstance(tools, str) and tools.strip() and not isinstance(_parsed(tools), list):
        raise CannotHold('has "tools" that are not JSON')
    return [_wrapped(tool) for tool in _list(_parsed(tools))] or None


def as_text(arguments: Any) -> str:
    """Arguments as JSON text."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def as_object(arguments: Any) -> Any:
    """Arguments as the value that their JSON text says. Raises CannotHold where it is none."""
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError):
        raise CannotHold("has tool arguments that are not JSON") from None


def _wrapped(tool: Any) -> Any:
    bare = isinstance(tool, dict) and "function" not in tool and "name" in tool
    return {"type": "function", "function": tool} if bare else tool


def _parsed(tools: Any) -> Any:
    if not isinstance(tools, str):
        return tools
    try:
        return json.loads(tools)
    except (ValueError, RecursionError):
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
