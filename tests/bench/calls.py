"""Makes conversations with tool calls: declared tools, calls that keep to their schemas, and their results."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from prose import Writer

ROWS_A_SEED = 12_000
TOOLS = 200
UNITS = ["celsius", "fahrenheit", "kelvin"]
KINDS: list[dict[str, Any]] = [
    {"type": "string", "description": "What to look for, in a few words"},
    {"type": "integer", "minimum": 0},
    {"type": "number"},
    {"type": "string", "enum": UNITS},
    {"type": "array", "items": {"type": "string"}},
    {
        "type": "object",
        "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
        "required": ["lat", "lon"],
    },
]


def tools(seed: int) -> Iterator[bytes]:
    """Conversations of one to three turns with one or two calls in each, three tools declared in every record."""
    writer = Writer(seed)
    pool = [_tool(writer.random, number) for number in range(TOOLS)]
    for _ in range(ROWS_A_SEED):
        declared = writer.random.sample(pool, 3)
        messages = [_said(writer, "user", 3)]
        for turn in range(writer.random.randint(1, 3)):
            calls = [_call(writer, declared, f"call_{turn}_{n}") for n in range(writer.random.randint(1, 2))]
            messages.append({"role": "assistant", "content": None, "tool_calls": calls})
            messages += [_said(writer, "tool", 1) | {"tool_call_id": call["id"]} for call in calls]
            messages += [_said(writer, "assistant", 4), _said(writer, "user", 2)]
        messages.append(_said(writer, "assistant", 4))
        yield json.dumps({"messages": messages, "tools": declared}).encode() + b"\n"


def _tool(random: Random, number: int) -> dict[str, Any]:
    properties = {f"field_{n}": random.choice(KINDS) for n in range(random.randint(1, 5))}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if random.random() < 0.6],
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": f"tool_{number}", "parameters": parameters}}


def _call(writer: Writer, declared: list[dict[str, Any]], identifier: str) -> dict[str, Any]:
    function = writer.random.choice(declared)["function"]
    properties = function["parameters"]["properties"]
    arguments = {name: _value(writer, schema) for name, schema in properties.items()}
    return {
        "id": identifier,
        "type": "function",
        "function": {"name": function["name"], "arguments": json.dumps(arguments)},
    }


def _value(writer: Writer, schema: dict[str, Any]) -> Any:
    match schema["type"]:
        case "integer":
            return writer.random.randrange(100)
        case "number":
            return round(writer.random.random() * 100, 3)
        case "array":
            return [writer.text(1) for _ in range(3)]
        case "object":
            return {"lat": 53.4, "lon": 7.2}
        case _:
            return writer.random.choice(UNITS) if "enum" in schema else writer.text(1)


def _said(writer: Writer, role: str, sentences: int) -> dict[str, Any]:
    return {"role": role, "content": writer.text(sentences, writer.language())}
