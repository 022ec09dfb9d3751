"""Tool declarations and tool calls in every spelling: a list or JSON text, with or without ids."""

import re
from collections.abc import Sequence
from typing import Any

from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.shapes.call_notations import quoted_call
from ftlint.shapes.shape import CannotHold, Message, Record

WRAPPED = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


def declared_tools(record: Record, key: str = "tools", legacy: str = "functions") -> list[Any]:
    """The tools that a record declares in the chat form, in order, those of the legacy ``functions`` last.

    ``tools`` may be a list, of wrapped or bare functions, or the JSON text of one. Values that cannot be read are
    unchanged, so that every tool retains its index.
    """
    tools = [_wrapped(tool) for tool in _list(_parsed(record.get(key)))]
    return tools + _wrapped_functions(record.get(legacy))


def tool_steps(record: Record, key: str, nth: int, legacy: str = "functions") -> Steps:
    """The path of the nth of ``declared_tools``; that of the entire field if it is JSON text."""
    own = len(_list(_parsed(record.get(key))))
    if nth >= own:
        return (legacy, nth - own)
    return (key,) if isinstance(record.get(key), str) else (key, nth)


def read_tools(tools: Any, functions: Any = None) -> list[Any] | None:
    """Declared tools in the chat form, from JSON text or a list, bare or wrapped; None for none.

    Raises CannotHold if they are neither.
    """
    if declares_nothing(tools):
        tools = None
    if tools is not None and not isinstance(_parsed(tools), list):
        raise CannotHold("cannot take tools that are no list")
    return [_wrapped(tool) for tool in _list(_parsed(tools))] + _wrapped_functions(functions) or None


def declares_nothing(tools: Any) -> bool:
    """Whether a value in the place of tools declares none: null, a blank text, ``[]``, or the JSON text of these."""
    if isinstance(tools, str) and tools.strip():
        return tools.strip() == "null" or _parsed(tools) == []
    return tools is None or tools == [] or isinstance(tools, str)


ARGUMENTS = ("arguments", "parameters", "args", "input", "kwargs")


def arguments_of(function: dict[str, Any]) -> Any:
    """The arguments of a call, under whatever name; None for a call without any."""
    return next((function[key] for key in ARGUMENTS if function.get(key) is not None), None)


def has_own_arguments(message: Any) -> bool:
    """Whether the calls of a message have their arguments under the chat's name."""
    if not isinstance(message, dict):
        return True
    calls = [*_list(message.get("tool_calls")), message.get("function_call")]
    functions = [call.get("function", call) for call in calls if isinstance(call, dict)]
    return all(
        function.get("arguments") is not None or arguments_of(function) is None
        for function in functions
        if isinstance(function, dict)
    )


def parsed_calls(text: Any, *, lenient: bool = False) -> list[dict[str, Any]] | None:
    """The calls in the JSON text of a ``function_call`` turn, in the chat form without ids.

    A think block may stand beside the JSON, and ``<tool_call>`` tags around it. None if it is not JSON of calls with
    a name. ``lenient`` accepts the value of that JSON, too, arguments under other names, and Glaive's notation.
    """
    if not isinstance(text, str) and not lenient:
        return None
    if lenient and isinstance(text, str) and (call := quoted_call(text)) is not None:
        text = call
    try:
        whole = text if isinstance(text, str) else write_json(text)
        written = [call for start, end in _json_spans(whole) for call in _written_calls(whole[start:end])]
        if lenient:
            written = [_with_arguments(call) for call in written]
        calls = [{"type": "function", "function": _function(call)} for call in written]
        # An escaped half of a surrogate pair cannot be processed as text.
        write_json(calls).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return calls


def changed_call(text: str, nth: int, field: str, new: str) -> str:
    """A ``function_call`` turn with the name or the arguments of its nth call replaced by a text."""
    for start, end in _json_spans(text):
        calls = len(_written_calls(text[start:end]))
        if nth >= calls:
            nth -= calls
            continue
        whole = parse_json(text[start:end])
        call = whole[nth] if isinstance(whole, list) else whole
        if field == "call_name":
            call["name"] = new
        else:
            call["arguments"] = new if isinstance(call.get("arguments"), str) else _value(new)
        written = write_json(whole)
        inside = text[start:end]
        before = inside[: len(inside) - len(inside.lstrip())]
        after = inside[len(inside.rstrip()) :]
        return f"{text[:start]}{before}{written}{after}{text[end:]}"
    return text


def text_beside_calls(text: str) -> str:
    """What a ``function_call`` turn says beside its calls, without outer blanks: mostly a think block."""
    return _without_calls(text).strip()


def changed_beside_calls(text: str, new: str) -> str:
    """A ``function_call`` turn with the text beside its calls replaced; nothing is replaced where it is in parts."""
    said = text_beside_calls(text)
    return text.replace(said, new, 1) if said and said in text else text


def write_calls(calls: Sequence[Any]) -> str:
    """Tool calls as the JSON text of a ``function_call`` turn: one object, or a list of several.

    Raises CannotHold for a call without a name or with arguments that are not JSON.
    """
    written = []
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise CannotHold("cannot take a call without a function name")
        written.append({"name": function["name"], "arguments": as_object(function.get("arguments"))})
    return write_json(written[0] if len(written) == 1 else written)


def by_order(messages: Sequence[Message]) -> list[Message]:
    """The messages with each call's results in the order of the calls, for shapes that have no ids.

    Raises CannotHold if the order is not sufficient to pair calls and results.
    """
    ordered: list[Message] = []
    waiting: list[Any] = []
    results: list[Message] = []
    for message in [*messages, {}]:
        if message.get("role") == "tool":
            results.append(message)
            continue
        ordered += _in_turn(results, waiting)
        calls = _list(message.get("tool_calls"))
        if results or not calls:
            waiting = []
        waiting += [call.get("id") if isinstance(call, dict) else None for call in calls]
        results = []
        ordered.append(message)
    return ordered[:-1]


def as_text(arguments: Any) -> str:
    """Arguments as JSON text; missing ones become an empty object."""
    if arguments is None:
        return "{}"
    return arguments if isinstance(arguments, str) else write_json(arguments)


def as_object(arguments: Any) -> Any:
    """Arguments as the value of their JSON text. Raises CannotHold if it is invalid."""
    if arguments is None:
        return {}
    if not isinstance(arguments, str):
        return arguments
    try:
        return parse_json(arguments)
    except (ValueError, RecursionError):
        raise CannotHold("cannot take tool arguments that are not JSON") from None


def _in_turn(results: list[Message], waiting: list[Any]) -> list[Message]:
    ids = [result.get("tool_call_id") for result in results]
    if all(identifier is None for identifier in ids):
        return results
    if sorted(map(str, ids)) != sorted(map(str, waiting[: len(ids)])):
        raise CannotHold("pairs results with calls by their order, which does not fit here")
    return sorted(results, key=lambda result: waiting.index(result.get("tool_call_id")))


def _json_spans(text: str) -> list[tuple[int, int]]:
    """Where the JSON of calls stands in a turn, as LLaMA-Factory reads it: in tags, beside a think block, or alone."""
    if tagged := [found.span(1) for found in WRAPPED.finditer(text, 0, _closed(text, "</tool_call>"))]:
        return tagged
    thought = THOUGHT.search(text, 0, _closed(text, "</think>"))
    if thought is None:
        return [(0, len(text))]
    return [(0, thought.start())] if text[: thought.start()].strip() else [(thought.end(), len(text))]


def _closed(text: str, mark: str) -> int:
    """The end of the last such mark: behind it nothing is closed, and a search for it would be quadratic."""
    at = text.rfind(mark)
    return at + len(mark) if at >= 0 else 0


def _without_calls(text: str) -> str:
    end = _closed(text, "</tool_call>")
    if WRAPPED.search(text, 0, end):
        return WRAPPED.sub("", text[:end]) + text[end:]
    [(start, end)] = _json_spans(text)
    return text[:start] + text[end:]


def _written_calls(text: Any) -> list[Any]:
    found = parse_json(text)
    calls = found if isinstance(found, list) else [found]
    if not calls:
        raise ValueError("no calls")
    return calls


def _with_arguments(call: Any) -> dict[str, Any]:
    if not isinstance(call, dict):
        raise TypeError("a call is an object")
    inner = call.get("function", call)
    given = arguments_of(inner)
    return inner if given is None else {**inner, "arguments": given}


def _function(call: Any) -> dict[str, Any]:
    if not isinstance(call["name"], str):
        raise TypeError("a name is a text")
    if call.get("arguments") is None:
        return {key: value for key, value in call.items() if key in ("name", "arguments")}
    return {"name": call["name"], "arguments": as_text(call["arguments"])}


def _value(text: str) -> Any:
    try:
        return parse_json(text)
    except (ValueError, RecursionError):
        return text


def _wrapped(tool: Any) -> Any:
    bare = isinstance(tool, dict) and "function" not in tool and "name" in tool
    if not bare:
        return tool
    if "input_schema" in tool and "parameters" not in tool:
        # As Anthropic declares tools.
        tool = {"parameters" if key == "input_schema" else key: value for key, value in tool.items()}
    elif tool.get("type") == "function":
        tool = {key: value for key, value in tool.items() if key != "type"}
    return {"type": "function", "function": tool}


def _wrapped_functions(functions: Any) -> list[Any]:
    return [{"type": "function", "function": function} for function in _list(functions)]


def _parsed(tools: Any) -> Any:
    if not isinstance(tools, str):
        return tools
    try:
        return parse_json(tools)
    except (ValueError, RecursionError):
        return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
