"""Values of a record in another form of equal content, where the schema refuses their own.

An image's URL as a text or in an object, one message or a list of it, tools as a list or as its JSON text, a function
with or without its envelope, its description or parameters, a call without a content, a text in parts, a result as an
object or as its JSON text, null for no value: readers differ in which of these they take.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.schema.violations import compiled, record_violations
from ftlint.shapes.roles import RESULT_ROLES
from ftlint.shapes.shape import CannotHold, Record, follow, plain_text

# Each round changes one value. Records with more faults of form than this are left as they are.
MAX_ROUNDS = 200
# A text in these fields is one message of that role.
SPEAKERS = {"prompt": "user", "completion": "assistant", "chosen": "assistant", "rejected": "assistant"}
CALLS = ("tool_calls", "function_call")
# What a function without it declares: no description, no parameters.
LACKING: Mapping[Any, Any] = {"description": "", "parameters": {"type": "object", "properties": {}}}
# In the place of null, which says as much as no value.
LEFT_OUT = object()
CALL_BLOCKS = ("functionCall", "functionResponse", "toolUse", "toolResult")
MEDIA = ("image", "image_url", "video", "video_url", "audio", "audio_url", "input_audio", "document_url")


def use_accepted_forms(record: Record, schema_name: str) -> None:
    """Change values of a record, in place, to equal forms that the named schema accepts.

    A value stays as it is where no form of it is accepted. Raises CannotHold where media are in the place of a text,
    or calls in a part that needs a text.
    """
    try:
        if compiled(schema_name).validator.is_valid(record):
            return
    except (ValueError, RecursionError):
        return
    faults = _faults(record, schema_name)
    for _ in range(MAX_ROUNDS):
        better = _first_better(record, faults, schema_name)
        if better is None:
            break
        faults = better
    _require_place(record, faults)


def _require_place(record: Record, faults: list[tuple[str, Steps]]) -> None:
    lacking = {steps[:-1] for kind, steps in faults if kind == "missing"}
    for kind, steps in faults:
        # Parts where a text is read, or one part of a type that is not read.
        is_part = steps[-1:] == ("type",)
        if kind == "wrong" and _has_media([follow(record, steps[:-1])] if is_part else follow(record, steps)):
            raise CannotHold("has no place for images and other media")
        if kind == "missing" and steps[-1] == "text" and _has_media([follow(record, steps[:-1])]):
            raise CannotHold("has no place for images and other media")
        if kind == "unknown" and steps[-1] in CALL_BLOCKS and steps[:-1] in lacking:
            raise CannotHold("has no place for tool calls")


def _has_media(value: Any) -> bool:
    parts = value if isinstance(value, list) else []
    return any(isinstance(part, dict) and part.get("type") in MEDIA for part in parts)


def _first_better(
    record: Record, faults: list[tuple[str, Steps]], schema_name: str
) -> list[tuple[str, Steps]] | None:
    """Apply the first change after which fewer faults are left; returns them, or None if no change helps."""
    for kind, steps in faults:
        for place, value in _forms(record, kind, steps):
            holder: Any = follow(record, place[:-1])
            before = list(holder.items()) if isinstance(holder, dict) else holder[place[-1]]
            if value is LEFT_OUT:
                del holder[place[-1]]
            else:
                holder[place[-1]] = value
            left = _faults(record, schema_name)
            if len(left) < len(faults):
                return left
            if isinstance(holder, dict):
                holder.clear()
                holder.update(before)
            else:
                holder[place[-1]] = before
    return None


def _faults(record: Record, schema_name: str) -> list[tuple[str, Steps]]:
    violations = record_violations([record], schema_name)
    return [(kind, _steps(record, pointer)) for _, kind, pointer, _, _ in violations]


def _steps(record: Record, pointer: str) -> Steps:
    steps: Steps = ()
    for token in pointer.split("/")[1:]:
        in_list = isinstance(follow(record, steps), list)
        steps = (*steps, int(token) if in_list else token.replace("~1", "/").replace("~0", "~"))
    return steps


def _forms(record: Record, kind: str, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    """Other forms of the value at a fault: the path to change, and the new value there."""
    if not steps:
        return
    parent, key = follow(record, steps[:-1]), steps[-1]
    if kind == "missing" and isinstance(parent, dict):
        if key == "content" and any(parent.get(name) for name in CALLS):
            yield from ((steps, value) for value in (None, ""))
        if key in ("function", "type") and isinstance(parent.get("name"), str) and len(steps) > 1:
            bare = {name: value for name, value in parent.items() if name != "type"}
            yield steps[:-1], {"type": "function", "function": bare}
        if key in LACKING and isinstance(parent.get("name"), str):
            yield steps, copy.deepcopy(LACKING[key])
    elif kind == "wrong":
        value = follow(record, steps)
        if value is None and isinstance(parent, dict):
            yield steps, LEFT_OUT
        if key == "content" and isinstance(value, dict) and parent.get("role") in RESULT_ROLES:
            yield steps, write_json(value)
        yield from ((steps, other) for other in _other_forms(key, value))


def _other_forms(key: Any, value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        if isinstance(key, str) and key.endswith("_url"):
            yield {"url": value}
        if key == "content":
            yield [{"type": "text", "text": value}]
        if value[:1] in ("[", "{"):
            yield from _parsed(value)
    elif isinstance(value, dict):
        if value.keys() == {"url"}:
            yield value["url"]
        yield [value]
    elif isinstance(value, list) and len(value) == 1:
        only = value[0]
        if _is_text_part(only):
            yield only["text"]
        if (
            isinstance(only, dict)
            and only.keys() == {"role", "content"}
            and only["role"] == SPEAKERS.get(key)
        ):
            yield only["content"]
        yield only
    elif value is None and key == "content":
        yield ""
    elif isinstance(value, list) and all(map(_is_text_part, value)):
        yield plain_text(value)
    if isinstance(value, list | dict) and key in ("tools", "functions", "arguments"):
        yield write_json(value)


def _is_text_part(part: Any) -> bool:
    is_text = isinstance(part, dict) and part.keys() == {"type", "text"} and part["type"] == "text"
    return is_text and isinstance(part["text"], str)


def _parsed(text: str) -> Iterator[Any]:
    try:
        yield parse_json(text)
    except (ValueError, RecursionError):
        return
