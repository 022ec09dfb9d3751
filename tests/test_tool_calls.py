"""Tool calls under all default rules: which rows are clean, and exactly what is told of the others."""

import json

import pytest
from examples import few_quick
from public import check

from ftlint.batch.tool_schema.errors import faults

SYSTEM = {"role": "system", "content": "You tell the weather."}
ASK = {"role": "user", "content": "How is the weather in Bonn?"}
SAY = {"role": "assistant", "content": "It rains."}
PARAMETERS = {
    "type": "object",
    "properties": {
        "location": {"type": "string"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        "days": {"type": "integer", "minimum": 1},
    },
    "required": ["location"],
    "additionalProperties": False,
}
STRICT = {**PARAMETERS, "properties": {"location": {"type": "string"}}}
WEATHER = {"name": "get_weather", "description": "The weather", "parameters": PARAMETERS}
TIME = {"name": "get_time", "parameters": {"type": "object", "properties": {}}}
BONN = '{"location": "Bonn"}'


def call(arguments: object = BONN, name: str = "get_weather", identifier: str = "call_1") -> dict:
    """One call in the chat form."""
    return {"id": identifier, "type": "function", "function": {"name": name, "arguments": arguments}}


def calls(*given: dict, **more: object) -> dict:
    """An assistant message that calls."""
    return {"role": "assistant", "content": None, "tool_calls": list(given), **more}


def result(identifier: str = "call_1", content: object = "rain") -> dict:
    """A tool message."""
    return {"role": "tool", "tool_call_id": identifier, "content": content}


def row(*messages: dict, functions: tuple = (WEATHER, TIME), **more: object) -> dict:
    """A record that declares its tools."""
    tools = [{"type": "function", "function": function} for function in functions]
    return {"messages": [SYSTEM, ASK, *messages], "tools": tools, **more}


def schema(**parameters: object) -> dict:
    """A function with other parameters."""
    return {**WEATHER, "parameters": parameters}


def bare(message: dict, *keys: str) -> dict:
    """A message without some keys."""
    return {key: value for key, value in message.items() if key not in keys}


CLEAN = {
    "null content beside a call": row(calls(call()), result(), SAY),
    "no content beside a call": row(bare(calls(call()), "content"), result(), SAY),
    "empty content beside a call": row(calls(call(), content=""), result(), SAY),
    "words beside a call": row(calls(call(), content="One moment."), result(), SAY),
    "parallel calls answered in another order": row(
        calls(call(), call('{"location": "Rome"}', identifier="call_2")), result("call_2"), result(), SAY
    ),
    "an unanswered call at the end": row(calls(call())),
    "two unanswered calls at the end, after an answered one": row(
        calls(call()), result(), calls(call(identifier="b"), call("{}", "get_time", "c"))
    ),
    "a function without parameters": row(calls(call("{}", "get_time")), result(), SAY),
    "a function that declares none": row(
        calls(call("{}", "now")), result(), SAY, functions=({"name": "now", "description": "The time"},)
    ),
    "a function that takes anything": row(
        calls(call('{"a": 1}', "any")), result(), SAY, functions=({"name": "any", "parameters": {}},)
    ),
    "users that say two things": row(ASK, calls(call()), result(), SAY, ASK, SAY),
    "strict and parallel_tool_calls": row(
        calls(call()),
        result(),
        SAY,
        functions=({**WEATHER, "parameters": STRICT, "strict": True},),
        parallel_tool_calls=False,
    ),
    "an empty result": row(calls(call()), result(content=""), SAY),
    "the result comes after another question": row(calls(call()), ASK, result(), SAY),
    "tools that nobody calls": row(SAY),
    "a call of what no tools declare": {"messages": [ASK, calls(call()), result(), SAY]},
    "the same id in two records": row(calls(call()), result(), SAY),
    "draft 7, references, patterns": row(
        calls(call('{"location": {"zip": "53111"}}')),
        result(),
        SAY,
        functions=(
            schema(
                **{"$schema": "http://json-schema.org/draft-07/schema#"},
                type="object",
                properties={"location": {"$ref": "#/definitions/place"}},
                definitions={"place": {"type": "object", "properties": {"zip": {"pattern": r"^\d{5}$"}}}},
            ),
        ),
    ),
}
WRONG = {
    "arguments as an object": (row(calls(call({"location": "Bonn"})), result(), SAY), ["T001"]),
    "empty arguments": (row(calls(call("")), result(), SAY), ["T002"]),
    "arguments that say null": (row(calls(call("null")), result(), SAY), ["T002"]),
    "null for arguments": (row(calls(call(None)), result(), SAY), ["T002"]),
    "no arguments": (
        row(calls({**call(), "function": {"name": "get_weather"}}), result(), SAY),
        ["T002"],
    ),
    "broken arguments": (row(calls(call('{"location": "Bo')), result(), SAY), ["T002"]),
    "Python's arguments": (row(calls(call("{'location': 'Bonn'}")), result(), SAY), ["T002"]),
    "a list for arguments": (row(calls(call(["Bonn"])), result(), SAY), ["T002"]),
    "a number for arguments": (row(calls(call("5")), result(), SAY), ["T002"]),
    "arguments encoded twice": (row(calls(call(json.dumps(BONN))), result(), SAY), ["T003"]),
    "a misspelt choice": (
        row(calls(call('{"location": "Bonn", "unit": "celcius"}')), result(), SAY),
        ["T004"],
    ),
    "a required parameter is missing": (row(calls(call('{"unit": "celsius"}')), result(), SAY), ["T004"]),
    "an unknown parameter": (
        row(calls(call('{"location": "Bonn", "when": "now"}')), result(), SAY),
        ["T004"],
    ),
    "a parameter of a wrong type": (row(calls(call('{"location": 53111}')), result(), SAY), ["T004"]),
    "two faults at once": (row(calls(call('{"days": 0}')), result(), SAY), ["T004", "T004"]),
    "an object that also breaks the schema": (row(calls(call({})), result(), SAY), ["T001", "T004"]),
    "an undeclared function": (row(calls(call(name="get_wether")), result(), SAY), ["T005"]),
    "a result without a call": (row(result(), SAY), ["T006"]),
    "a second result": (row(calls(call()), result(), result(), SAY), ["T006"]),
    "a result that names no call": (row(calls(call()), bare(result(), "tool_call_id"), SAY), ["S004"]),
    "a call without a result": (row(calls(call()), SAY), ["T007"]),
    "one of two without a result": (
        row(calls(call(), call(identifier="call_2")), result("call_2"), SAY),
        ["T007"],
    ),
    "a misspelt id": (row(calls(call()), result("call_l"), SAY), ["T006"]),
    "the same id twice": (row(calls(call(), call()), result(), result(), SAY), ["T008"]),
    "a call without an id": (row(calls(bare(call(), "id"))), ["T009"]),
    "an empty id": (row(calls(call(identifier="")), result(""), SAY), ["T009"]),
    "a call without a type": (row(calls(bare(call(), "type")), result(), SAY), ["S004"]),
    "a call without a name": (
        row(calls({**call(), "function": {"arguments": BONN}}), result(), SAY),
        ["S004"],
    ),
    "a type of another language": (row(SAY, functions=(schema(type="dict", properties={}),)), ["T010"]),
    "parameters that are no object": (row(SAY, functions=({**WEATHER, "parameters": "{}"},)), ["T010"]),
    "a reference that leads nowhere": (
        row(
            calls(call()),
            result(),
            SAY,
            functions=(schema(type="object", properties={"a": {"$ref": "#/x"}}),),
        ),
        ["T010"],
    ),
    "a name with a blank": (
        row(calls(call("{}", "get time")), result(), SAY, functions=({**TIME, "name": "get time"},)),
        ["T011"],
    ),
    "legacy functions": (
        {
            "messages": [
                ASK,
                {
                    "role": "assistant",
                    "content": None,
                    "function_call": {"name": "get_weather", "arguments": BONN},
                },
                {"role": "function", "name": "get_weather", "content": "rain"},
                SAY,
            ],
            "functions": [WEATHER],
        },
        ["T012"],
    ),
    "a result in parts": (
        row(calls(call()), result(content=[{"type": "text", "text": "rain"}]), SAY),
        ["T013"],
    ),
    "129 tools": (row(SAY, functions=tuple({"name": f"f{n}"} for n in range(129))), ["T014"]),
    "two tools of one name": (row(SAY, functions=(TIME, TIME)), ["T015"]),
}
OF_THE_FILE = ("B001", "L007", "C013", "D001", "S007")
"""Rules about the whole file, and not about a row."""


def codes(record: object, target: str | None = "openai-chat") -> list[str]:
    """The codes of all findings in a row, in the order of their places."""
    data = json.dumps(record).encode() + b"\n"
    report = check(data, target=target)
    found = sorted(report.findings, key=lambda finding: finding.path or "")
    return [finding.code for finding in found if finding.code not in OF_THE_FILE]


@pytest.mark.parametrize("name", few_quick(CLEAN, 6))
@pytest.mark.parametrize("target", ["openai-chat", None])
def test_good_rows_are_clean(name: str, target: str | None) -> None:
    assert codes(CLEAN[name], target) == []


@pytest.mark.parametrize("name", few_quick(WRONG, 12))
def test_one_finding_a_fault(name: str) -> None:
    record, expected = WRONG[name]
    assert codes(record) == expected


OF_TARGETS = ("T001", "T009", "T013", "T014", "S004")
"""What only a target minds, here."""


@pytest.mark.parametrize(
    "name", few_quick([name for name, (_, told) in WRONG.items() if not set(told) & {*OF_TARGETS}], 6)
)
def test_what_holds_for_every_target_needs_none(name: str) -> None:
    record, expected = WRONG[name]
    assert codes(record, None) == expected


MESSAGES = [
    ({}, ['required "location" is missing']),
    ({"location": "Bonn", "unit": "celcius"}, ['"unit" is "celcius"; allowed: "celsius", "fahrenheit"']),
    (
        {"loction": "Bonn"},
        ['"loction" is not among the parameters; did you mean "location"?', 'required "location" is missing'],
    ),
    ({"location": None}, ['"location" is null; expected text']),
    ({"location": "Bonn", "days": "3"}, ['"days" is text ("3"); expected a whole number']),
    ({"location": "Bonn", "days": 0}, ['"days" is 0; expected at least 1']),
]


@pytest.mark.parametrize(("arguments", "told"), MESSAGES)
def test_the_words_for_a_fault(arguments: dict, told: list[str]) -> None:
    assert sorted(faults(PARAMETERS, arguments, 100)) == sorted(told)
