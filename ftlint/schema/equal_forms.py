"""Values of a record in another form of equal content, where the schema refuses their own.

An image's URL as a text or in an object, one message or a list of it, tools as a list or as its JSON text, a function
with or without its envelope, a call without a content: readers differ in which of these they take.
"""

import json
from collections.abc import Iterator
from typing import Any

from ftlint.path import Steps
from ftlint.schema.violations import compiled, record_violations
from ftlint.shapes.shape import Record, follow

# Each round changes one value. Records with more faults of form than this are left as they are.
MAX_ROUNDS = 200
# A text in these fields is one message of that role.
SPEAKERS = {"prompt": "user", "completion": "assistant", "chosen": "assistant", "rejected": "assistant"}
CALLS = ("tool_calls", "function_call")


def use_accepted_forms(record: Record, schema_name: str) -> None:
    """Change values of a record, in place, to equal forms that the named schema accepts.

    A value stays as it is where no form of it is accepted.
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
            return
        faults = better


def _first_better(
    record: Record, faults: list[tuple[str, Steps]], schema_name: str
) -> list[tuple[str, Steps]] | None:
    """Apply the first change after which fewer faults are left; returns them, or None if no change helps."""
    for kind, steps in faults:
        for place, value in _forms(record, kind, steps):
            holder: Any = follow(record, place[:-1])
            before = list(holder.items()) if isinstance(holder, dict) else holder[place[-1]]
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
    elif kind == "wrong":
        yield from ((steps, value) for value in _other_forms(key, follow(record, steps)))


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
        if isinstance(only, dict) and only.keys() == {"type", "text"} and only["type"] == "text":
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
    if isinstance(value, list | dict) and key in ("tools", "functions", "arguments"):
        yield json.dumps(value, ensure_ascii=False)


def _parsed(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return
