"""Kinds of rows by their tools, calls and results."""

import json
import re
from typing import Any

import jsonschema
from row_parts import arguments, calls, decoded, has_call, messages, role, tool_calls, tools


def arguments_as_text(row: Any) -> bool:
    """Arguments that are the JSON text of an object."""
    return any(
        isinstance(call.get("arguments"), str) and isinstance(arguments(call), dict) for call in calls(row)
    )


def arguments_as_object(row: Any) -> bool:
    """Arguments that are an object."""
    return any(isinstance(call.get("arguments"), dict) for call in calls(row))


def null_in_arguments(row: Any) -> bool:
    """Arguments in which a value is null."""
    return any(None in given.values() for given in map(arguments, calls(row)) if isinstance(given, dict))


def arguments_no_object(row: Any) -> bool:
    """Arguments that are missing, or no object, nor the JSON text of one."""
    return any(not isinstance(_innermost(call), dict) for call in calls(row))


def _innermost(call: dict[str, Any]) -> Any:
    given = arguments(call)
    while isinstance(given, str) and decoded(given) is not given:
        given = decoded(given)
    return given


def given_up(call: dict[str, Any]) -> bool:
    """Whether the arguments are a text that is no JSON."""
    given = call.get("arguments")
    return isinstance(given, str) and decoded(given) is given


def arguments_twice(row: Any) -> bool:
    """Arguments that are JSON text inside JSON text."""
    return any(isinstance(arguments(call), str) and not given_up(call) for call in calls(row))


def arguments_break_schema(row: Any) -> bool:
    """Arguments that the declared parameters of their function do not allow."""
    declared = [tool for tool in tools(row) if isinstance(tool, dict)]
    for call in calls(row):
        named = (tool.get("parameters") for tool in declared if tool.get("name") == call.get("name"))
        schema = next(named, None)
        if isinstance(schema, dict) and isinstance(arguments(call), dict):
            try:
                jsonschema.validate(arguments(call), schema)
            except (jsonschema.ValidationError, jsonschema.SchemaError):
                return True
    return False


def no_name(row: Any) -> bool:
    """A call or a tool whose name is missing, empty or no text."""
    named = [*calls(row), *(tool if isinstance(tool, dict) else {} for tool in tools(row))]
    return any(not isinstance(one.get("name"), str) or not one["name"] for one in named)


def result_of_other_call(row: Any) -> bool:
    """A result that no call before it waits for."""
    waiting: list[Any] = []
    for message in messages(row):
        waiting += [call.get("id") for call in tool_calls(message) if isinstance(call, dict)]
        if role(message) == "tool":
            answered = message.get("tool_call_id", waiting[0] if waiting else None)
            if answered not in waiting:
                return True
            waiting.remove(answered)
    return False


def undeclared_call(row: Any) -> bool:
    """A call of a function that none of the declared tools is."""
    declared = [tool.get("name") for tool in tools(row) if isinstance(tool, dict)]
    return bool(tools(row)) and any(call.get("name") not in declared for call in calls(row))


def repeated_call_id(row: Any) -> bool:
    """Two calls with one id."""
    ids = [
        call.get("id") for message in messages(row) for call in tool_calls(message) if isinstance(call, dict)
    ]
    return any(ids.count(one) > 1 for one in ids)


def broken_schema(row: Any) -> bool:
    """Parameters that are no JSON Schema of an object, or refer to another place, or tools that are no list."""
    if decoded(row.get("tools")) is not None and not isinstance(decoded(row["tools"]), list):
        return True
    schemas = [tool.get("parameters") for tool in tools(row) if isinstance(tool, dict)]
    return any(schema is not None and schema != {} and not _describes_object(schema) for schema in schemas)


def _describes_object(schema: Any) -> bool:
    if not isinstance(schema, dict) or schema.get("type") != "object" or "$ref" in json.dumps(schema):
        return False
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
        for pattern in (value.get("pattern") for value in schema.get("properties", {}).values()):
            re.compile(pattern or "")
    except (jsonschema.SchemaError, re.error):
        return False
    return True


def one_tool_twice(row: Any) -> bool:
    """Two tools of one name."""
    names = [tool.get("name") for tool in tools(row) if isinstance(tool, dict)]
    return any(names.count(name) > 1 for name in names)


def call_of_other_role(row: Any) -> bool:
    """A call in a message that is not the assistant's."""
    return any(has_call(message) and role(message) != "assistant" for message in messages(row))


def legacy_functions(row: Any) -> bool:
    """Functions, a function_call or the role function."""
    return "functions" in row or any(
        "function_call" in message or role(message) == "function" for message in messages(row)
    )


TOOL_FORM = {
    "type": "object",
    "required": ["type", "function"],
    "properties": {
        "type": {"const": "function"},
        "function": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string"},
                "description": {"type": "string"},
                "strict": {"type": "boolean"},
            },
        },
    },
}
CALL_FORM = {
    "type": "object",
    "required": ["id", "type", "function"],
    "properties": {
        "id": {"type": "string"},
        "type": {"const": "function"},
        "function": {
            "type": "object",
            "required": ["name", "arguments"],
            "properties": {"name": {"type": "string"}, "arguments": {"type": "string"}},
        },
    },
}
FORM = jsonschema.Draft202012Validator(
    {
        "properties": {
            "tools": {"type": "array", "items": TOOL_FORM},
            "messages": {
                "items": {
                    "properties": {
                        "tool_calls": {"type": "array", "minItems": 1, "items": CALL_FORM},
                        "tool_call_id": {"type": "string"},
                    },
                    "if": {"properties": {"role": {"const": "tool"}}, "required": ["role"]},
                    "then": {"required": ["tool_call_id"], "properties": {"content": {"type": "string"}}},
                }
            },
        }
    }
)


def odd_tool_data(row: Any) -> bool:
    """Tools, calls or results of another form than OpenAI's."""
    return not FORM.is_valid(row)


def tool_data(row: Any) -> bool:
    """Tools, calls or results of calls."""
    return any(row.get(key) is not None for key in ("tools", "functions")) or any(
        role(message) in ("tool", "function")
        or {"tool_calls", "function_call", "tool_call_id"} & message.keys()
        for message in messages(row)
    )


def empty_tools(row: Any) -> bool:
    """An empty text instead of tools."""
    return bool(row.get("tools") == "")


def tool_with_other_fields(row: Any) -> bool:
    """A tool with a field beside its name, its description and its parameters, such as what it returns."""
    known = {"name", "description", "parameters", "strict"}
    return any(isinstance(tool, dict) and bool(tool.keys() - known) for tool in tools(row))
