"""The rows that clients and ftlint are asked about: good ones by hand, and what becomes of them one change at a time."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from documented_rows import DOCUMENTED
from generated_rows import drawn
from kind_rows import KIND_ROWS, VARIED_KINDS

Row = dict[str, Any]

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Name of a city"}},
    "required": ["city"],
}
TOOL = {
    "type": "function",
    "function": {"name": "get_weather", "description": "Weather in a city", "parameters": SCHEMA},
}
FLAT_TOOL = TOOL["function"]
ASK = {"role": "user", "content": "How warm is Lima?"}
ANSWER = {"role": "assistant", "content": "Nineteen degrees."}
WORSE = {"role": "assistant", "content": "Rather cold."}
RULES = {"role": "system", "content": "Answer briefly."}
MORE = {"role": "user", "content": "And tomorrow?"}
LAST = {"role": "assistant", "content": "Twenty, with clouds."}
# Another text than the question's, so that a call that is lost is missed.
AS_TEXT, AS_OBJECT = '{"city": "Lima (PE)"}', {"city": "Lima (PE)"}
RESULT = {"role": "tool", "tool_call_id": "Ab3dE6gH9", "content": "19 C measured"}


def call(arguments: Any) -> Row:
    """An assistant message that calls the tool."""
    function = {"name": "get_weather", "arguments": arguments}
    return {
        "role": "assistant",
        "tool_calls": [{"id": "Ab3dE6gH9", "type": "function", "function": function}],
    }


def turn(who: str, value: Any) -> Row:
    return {"from": who, "value": value}


def part(text: str) -> list[Row]:
    return [{"type": "text", "text": text}]


def content_of(role: str, text: str) -> Row:
    return {"role": role, "parts": [{"text": text}]}


CALLED = {"role": "model", "parts": [{"functionCall": {"name": "get_weather", "args": {"city": "Lima"}}}]}
RETURNED = {
    "role": "user",
    "parts": [{"functionResponse": {"name": "get_weather", "response": {"sky": "clear"}}}],
}
HUMAN, GPT, NO = (
    turn("human", "How warm is Lima?"),
    turn("gpt", "Nineteen degrees."),
    turn("gpt", "Rather cold."),
)
FUNCTION_CALL = turn("function_call", '{"name": "get_weather", "arguments": {"city": "Lima"}}')
CALL_TURN = {"role": "tool_call", "content": json.dumps({"name": "get_weather", "arguments": AS_OBJECT})}
RESULT_TURN = {"role": "tool_response", "content": "19 C measured"}
OBSERVATION = turn("observation", "19 C measured")

GOOD: dict[str, dict[str, Row]] = {
    "chat": {
        "turns": {"messages": [RULES, ASK, ANSWER, MORE, LAST]},
        "tools, arguments as text": {"messages": [ASK, call(AS_TEXT), RESULT, ANSWER], "tools": [TOOL]},
        "tools, arguments as objects": {"messages": [ASK, call(AS_OBJECT), RESULT, ANSWER], "tools": [TOOL]},
        "content null beside calls": {
            "messages": [ASK, {**call(AS_TEXT), "content": None}, RESULT, ANSWER], "tools": [TOOL],
        },
        "content beside calls": {
            "messages": [ASK, {**call(AS_TEXT), "content": "I look it up."}, RESULT, ANSWER], "tools": [TOOL],
        },
        "call unanswered at the end": {"messages": [ASK, call(AS_TEXT)], "tools": [TOOL]},
        "parts of text": {"messages": [{**ASK, "content": part("How warm is Lima?")}, ANSWER]},
        "answer in parts": {"messages": [ASK, {**ANSWER, "content": part("Nineteen degrees.")}]},
        "weights": {"messages": [ASK, {**ANSWER, "weight": 0}, MORE, {**LAST, "weight": 1}]},
        "reasoning": {"messages": [ASK, {**ANSWER, "reasoning_content": "It is winter there."}]},
        "two systems": {"messages": [RULES, {**RULES, "content": "Use metric units."}, ASK, ANSWER]},
        "late system": {"messages": [ASK, RULES, ANSWER]},
        "users in a row": {"messages": [ASK, MORE, ANSWER]},
        "answers in a row": {"messages": [ASK, ANSWER, LAST]},
        "ends with the user": {"messages": [ASK, ANSWER, MORE]},
        "begins with the answer": {"messages": [ANSWER, MORE, LAST]},
        "no answer": {"messages": [RULES, ASK]},
        "answer alone": {"messages": [ANSWER]},
        "developer": {"messages": [{**RULES, "role": "developer"}, ASK, ANSWER]},
        "function role": {"messages": [ASK, {"role": "function", "name": "get_weather", "content": "19"}, ANSWER]},
        "sharegpt roles": {"messages": [{**ASK, "role": "human"}, {**ANSWER, "role": "gpt"}]},
        "bot role": {"messages": [ASK, {**ANSWER, "role": "bot"}]},
        "capital role": {"messages": [ASK, {**ANSWER, "role": "Assistant"}]},
        "two calls, one result": {
            "messages": [ASK, {"role": "assistant", "tool_calls": [
                *call(AS_TEXT)["tool_calls"], {**call(AS_TEXT)["tool_calls"][0], "id": "Zz3dE6gH9"}]}, RESULT, ANSWER],
            "tools": [TOOL],
        },
        "result without a call": {"messages": [ASK, RESULT, ANSWER]},
        "result of another call": {
            "messages": [ASK, call(AS_TEXT), {**RESULT, "tool_call_id": "Zz3dE6gH9"}, ANSWER], "tools": [TOOL],
        },
        "tools as text": {"messages": [ASK, ANSWER], "tools": '[{"type": "function", "function": {"name": "get_weather", "description": "Weather", "parameters": {"type": "object", "properties": {}}}}]'},
        "flat tools": {"messages": [ASK, ANSWER], "tools": [FLAT_TOOL]},
        "empty tools": {"messages": [ASK, ANSWER], "tools": []},
        "null tools": {"messages": [ASK, ANSWER], "tools": None},
        "null tool_calls": {"messages": [ASK, {**ANSWER, "tool_calls": None}]},
        "empty tool_calls": {"messages": [ASK, {**ANSWER, "tool_calls": []}]},
        "null weight": {"messages": [ASK, {**ANSWER, "weight": None}]},
        "legacy functions": {
            "messages": [ASK, {"role": "assistant", "content": None, "function_call": {"name": "get_weather", "arguments": AS_TEXT}}],
            "functions": [FLAT_TOOL],
        },
        "id too long": {"messages": [ASK, {"role": "assistant", "tool_calls": [{**call(AS_TEXT)["tool_calls"][0], "id": "call_0123456789"}]}, {**RESULT, "tool_call_id": "call_0123456789"}, ANSWER], "tools": [TOOL]},
        "an extra column": {"messages": [ASK, ANSWER], "source": "forum"},
        "system in a column": {"messages": [ASK, ANSWER], "system": "Answer briefly."},
    },
    "text-calls": {"good": {"messages": [ASK, call(AS_TEXT), RESULT, ANSWER], "tools": [TOOL]}},
    "object-calls": {
        "good": {"messages": [ASK, {"content": "", **call(AS_OBJECT)}, RESULT, ANSWER], "tools": [TOOL]}
    },
    "completion": {
        "texts": {"prompt": "How warm is Lima?", "completion": "Nineteen degrees."},
        "an extra column": {"prompt": "How warm is Lima?", "completion": "Nineteen degrees.", "source": "forum"},
        "other names": {"question": "How warm is Lima?", "answer": "Nineteen degrees."},
        "capital names": {"Prompt": "How warm is Lima?", "Completion": "Nineteen degrees."},
    },
    "trl-completion": {
        "messages": {"prompt": [RULES, ASK], "completion": [ANSWER]},
        "text and messages": {"prompt": "How warm is Lima?", "completion": [ANSWER]},
        "messages and text": {"prompt": [ASK], "completion": "Nineteen degrees."},
        "messages and a list of texts": {"prompt": [ASK], "completion": ["Nineteen degrees."]},
    },
    "text": {"text": {"text": "Lima is nineteen degrees warm."}},
    "sharegpt": {
        "turns": {"conversations": [HUMAN, GPT, turn("human", "And tomorrow?"), turn("gpt", "Twenty, with clouds.")]},
        "system turn": {"conversations": [turn("system", "Answer briefly."), HUMAN, GPT]},
        "system column": {"conversations": [HUMAN, GPT], "system": "Answer briefly."},
        "calls": {"conversations": [HUMAN, FUNCTION_CALL, OBSERVATION, GPT], "tools": '[{"name": "get_weather", "description": "Weather in a city", "parameters": {"type": "object", "properties": {}}}]'},
        "user and assistant": {"conversations": [turn("user", "How warm is Lima?"), turn("assistant", "Nineteen degrees.")]},
        "messages keys": {"conversations": [ASK, ANSWER]},
        "odd": {"conversations": [HUMAN, GPT, turn("human", "And tomorrow?")]},
        "begins with the answer": {"conversations": [GPT, turn("human", "And tomorrow?"), turn("gpt", "Twenty.")]},
        "twice the human": {"conversations": [HUMAN, turn("human", "And tomorrow?"), GPT]},
        "unknown speaker": {"conversations": [turn("bot", "How warm is Lima?"), GPT]},
        "capital speaker": {"conversations": [turn("Human", "How warm is Lima?"), turn("GPT", "Nineteen degrees.")]},
    },
    "alpaca": {
        "input": {"instruction": "Name the temperature.", "input": "Lima in June", "output": "Nineteen degrees."},
        "no input": {"instruction": "How warm is Lima?", "input": "", "output": "Nineteen degrees."},
        "input absent": {"instruction": "How warm is Lima?", "output": "Nineteen degrees."},
        "input null": {"instruction": "How warm is Lima?", "input": None, "output": "Nineteen degrees."},
        "history": {"instruction": "And tomorrow?", "input": "", "output": "Twenty.", "system": "Answer briefly.", "history": [["How warm is Lima?", "Nineteen degrees."]]},
        "response": {"instruction": "How warm is Lima?", "input": "", "response": "Nineteen degrees."},
    },
    "preference": {
        "pair": {"input": {"messages": [ASK]}, "preferred_output": [ANSWER], "non_preferred_output": [WORSE]},
        "ends with the answer": {"input": {"messages": [ASK, ANSWER]}, "preferred_output": [LAST], "non_preferred_output": [WORSE]},
        "two answers": {"input": {"messages": [ASK]}, "preferred_output": [ANSWER, LAST], "non_preferred_output": [WORSE]},
        "no answer": {"input": {"messages": [ASK]}, "preferred_output": [], "non_preferred_output": [WORSE]},
        "old names": {"input": {"messages": [ASK]}, "preferred_completion": [ANSWER], "non_preferred_completion": [WORSE]},
    },
    "trl-preference": {
        "messages": {"prompt": [RULES, ASK], "chosen": [ANSWER], "rejected": [WORSE]},
        "texts": {"prompt": "How warm is Lima?", "chosen": "Nineteen degrees.", "rejected": "Rather cold."},
        "implicit prompt": {"chosen": [ASK, ANSWER], "rejected": [ASK, WORSE]},
        "implicit prompt in texts": {"chosen": "How warm is Lima? Nineteen.", "rejected": "How warm is Lima? Cold."},
        "prompt repeated": {"prompt": [ASK], "chosen": [ASK, ANSWER], "rejected": [ASK, WORSE]},
        "text prompt, message answers": {"prompt": "How warm is Lima?", "chosen": [ANSWER], "rejected": [WORSE]},
        "text prompt, repeated": {"prompt": "How warm is Lima?", "chosen": [ASK, ANSWER], "rejected": [ASK, WORSE]},
        "message prompt, text answers": {"prompt": [ASK], "chosen": "Nineteen degrees.", "rejected": "Rather cold."},
        "nothing shared": {"chosen": [ASK, ANSWER], "rejected": [MORE, WORSE]},
        "answers alone": {"chosen": [ANSWER], "rejected": [WORSE]},
        "scores": {"prompt": [ASK], "chosen": [ANSWER], "rejected": [WORSE], "score_chosen": 8.5, "score_rejected": 3.0},
    },
    "kto": {
        "messages": {"prompt": [ASK], "completion": [ANSWER], "label": True},
        "texts": {"prompt": "How warm is Lima?", "completion": "Nineteen degrees.", "label": False},
        "label 1": {"prompt": "How warm is Lima?", "completion": "Nineteen degrees.", "label": 1},
        "label as text": {"prompt": "How warm is Lima?", "completion": "Nineteen degrees.", "label": "true"},
        "text and messages": {"prompt": "How warm is Lima?", "completion": [ANSWER], "label": True},
    },
    "swift": {
        "turns of calls": {"messages": [ASK, CALL_TURN, RESULT_TURN, ANSWER], "tools": json.dumps([TOOL])},
        "a tool's turn": {"messages": [ASK, CALL_TURN, {**RESULT_TURN, "role": "tool"}, ANSWER], "tools": [TOOL]},
        "a call as an object": {"messages": [ASK, {"role": "tool_call", "content": {"name": "get_weather", "arguments": AS_OBJECT}}, RESULT_TURN, ANSWER], "tools": [TOOL]},
        "parameters": {"messages": [ASK, {"role": "tool_call", "content": '{"name": "get_weather", "parameters": {"city": "Lima"}}'}, RESULT_TURN, ANSWER]},
        "arguments as text": {"messages": [ASK, {"role": "tool_call", "content": json.dumps({"name": "get_weather", "arguments": AS_TEXT})}, RESULT_TURN, ANSWER]},
        "two calls in one turn": {"messages": [ASK, {"role": "tool_call", "content": '[{"name": "get_weather", "arguments": {"city": "Lima"}}, {"name": "get_weather", "arguments": {"city": "Cusco"}}]'}, RESULT_TURN, RESULT_TURN, ANSWER]},
        "calls in two turns": {"messages": [ASK, CALL_TURN, CALL_TURN, RESULT_TURN, RESULT_TURN, ANSWER]},
        "a call in tags": {"messages": [ASK, {"role": "tool_call", "content": '<tool_call>{"name": "get_weather", "arguments": {"city": "Lima"}}</tool_call>'}, RESULT_TURN, ANSWER]},
        "a call in words": {"messages": [ASK, {"role": "tool_call", "content": "get_weather(Lima)"}, RESULT_TURN, ANSWER]},
        "a text before the call": {"messages": [ASK, {**ANSWER, "content": "I look it up."}, CALL_TURN, RESULT_TURN, ANSWER]},
        "result without a call": {"messages": [ASK, RESULT_TURN, ANSWER]},
        "result first": {"messages": [RESULT_TURN, ANSWER]},
        "function_call and observation": {"messages": [ASK, {**CALL_TURN, "role": "function_call"}, {**RESULT_TURN, "role": "observation"}, ANSWER]},
        "a result that is an object": {"messages": [ASK, CALL_TURN, {**RESULT_TURN, "content": {"measured": "19 C"}}, ANSWER]},
        "a result in parts": {"messages": [ASK, CALL_TURN, {**RESULT_TURN, "content": part("19 C measured")}, ANSWER]},
        "call at the end": {"messages": [ASK, CALL_TURN]},
        "loss": {"messages": [ASK, {**ANSWER, "loss": False}, MORE, {**LAST, "loss": True}]},
        "loss as a number": {"messages": [ASK, {**ANSWER, "loss": 0}, MORE, {**LAST, "loss": 1.0}]},
        "system column beside a system message": {"messages": [RULES, ASK, ANSWER], "system": "Use metric units."},
        "from and value": {"conversations": [turn("user", "How warm is Lima?"), turn("assistant", "Nineteen degrees.")]},
        "pairs of human and assistant": {"conversation": [{"human": "How warm is Lima?", "assistant": "Nineteen degrees."}]},
        "query and response": {"query": "How warm is Lima?", "response": "Nineteen degrees.", "system": "Answer briefly."},
        "query with history": {"query": "And tomorrow?", "response": "Twenty.", "history": [["How warm is Lima?", "Nineteen degrees."]]},
        "classes": {"messages": [ASK], "label": 1},
        "text alone": {"messages": [ANSWER]},
    },
    "swift-preference": {
        "text": {"messages": [RULES, ASK, ANSWER], "rejected_response": "Rather cold."},
        "messages": {"messages": [ASK, ANSWER], "rejected_response": [WORSE]},
        "calls": {"messages": [ASK, CALL_TURN, RESULT_TURN, ANSWER], "rejected_response": [CALL_TURN, RESULT_TURN, WORSE], "tools": json.dumps([TOOL])},
        "whole": {"messages": [ASK, ANSWER], "rejected_messages": [ASK, WORSE]},
        "the same": {"messages": [ASK, ANSWER], "rejected_response": ANSWER["content"]},
        "a user's message": {"messages": [ASK, ANSWER], "rejected_response": [MORE, WORSE]},
        "ends with the user": {"messages": [ASK], "rejected_response": "Rather cold."},
    },
    "swift-kto": {
        "true": {"messages": [ASK, ANSWER], "label": True},
        "false": {"messages": [ASK, WORSE], "label": False},
    },
    "prompt": {
        "messages": {"prompt": [RULES, ASK], "label": "19"},
        "text": {"prompt": "How warm is Lima?"},
    },
    "verl": {
        "messages": {"data_source": "openai/gsm8k", "prompt": [RULES, ASK], "ability": "math", "reward_model": {"style": "rule", "ground_truth": "19"}, "extra_info": {"split": "train", "index": 0}},
        "several truths": {"data_source": "forum", "prompt": [ASK], "reward_model": {"style": "rule", "ground_truth": ["19", "nineteen"]}},
        "no information": {"data_source": "forum", "prompt": [ASK], "reward_model": {"ground_truth": "19"}},
        "a text": {"data_source": "forum", "prompt": "How warm is Lima?", "reward_model": {"style": "rule", "ground_truth": "19"}},
        "no reward": {"data_source": "forum", "prompt": [ASK]},
        "ends with the answer": {"data_source": "forum", "prompt": [ASK, ANSWER], "reward_model": {"style": "rule", "ground_truth": "19"}},
    },
    "oumi": {
        "metadata": {"conversation_id": "c1", "messages": [RULES, ASK, ANSWER], "metadata": {"source": "forum"}},
        "items": {"messages": [{"role": "user", "content": [{"type": "text", "content": "How warm is Lima?"}]}, ANSWER]},
        "an image": {"messages": [{"role": "user", "content": [{"type": "image_url", "content": "https://example.org/lima.png"}, {"type": "text", "content": "What is it?"}]}, ANSWER]},
    },
    "gemini": {
        "turns": {"systemInstruction": {"role": "system", "parts": [{"text": "Answer briefly."}]}, "contents": [content_of("user", "How warm is Lima?"), content_of("model", "Nineteen degrees.")]},
        "tools": {"contents": [content_of("user", "How warm is Lima?"), CALLED, RETURNED, content_of("model", "Clear.")], "tools": [{"functionDeclarations": [{"name": "get_weather", "description": "Weather", "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}}]}]},
        "system as text": {"systemInstruction": "Answer briefly.", "contents": [content_of("user", "How warm is Lima?"), content_of("model", "Nineteen.")]},
        "assistant role": {"contents": [content_of("user", "How warm is Lima?"), content_of("assistant", "Nineteen degrees.")]},
        "parts as text": {"contents": [{"role": "user", "parts": "How warm is Lima?"}, content_of("model", "Nineteen.")]},
        "snake case": {"system_instruction": {"parts": [{"text": "Answer briefly."}]}, "contents": [content_of("user", "How warm is Lima?"), content_of("model", "Nineteen.")]},
        **{
            f"schema with {name}": {"contents": [content_of("user", "How warm is Lima?"), content_of("model", "Nineteen.")], "tools": [{"functionDeclarations": [{"name": "get_weather", "description": "Weather", "parameters": schema}]}]}
            for name, schema in {
                "$ref": {"type": "object", "properties": {"city": {"$ref": "#/$defs/city"}}, "$defs": {"city": {"type": "string"}}},
                "const": {"type": "object", "properties": {"city": {"type": "string", "const": "Lima"}}},
                "oneOf": {"type": "object", "properties": {"city": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}},
                "anyOf": {"type": "object", "properties": {"city": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}},
                "type list": {"type": "object", "properties": {"city": {"type": ["string", "null"]}}},
                "additionalProperties": {"type": "object", "properties": {"city": {"type": "string"}}, "additionalProperties": False},
                "small letters": SCHEMA,
            }.items()
        },
        "strict": {"contents": [content_of("user", "How warm is Lima?"), content_of("model", "Nineteen.")], "tools": [{"functionDeclarations": [{"name": "get_weather", "description": "Weather", "strict": True}]}]},
    },
    **DOCUMENTED,
    "gemini-preference": {
        "pair": {"contents": [content_of("user", "How warm is Lima?")], "completions": [{"score": 1.0, "completion": content_of("model", "Nineteen.")}, {"score": 0.0, "completion": content_of("model", "Cold.")}]},
    },
}  # fmt: skip
"""Rows by form, good and bad as they come: the clients say which is which."""
for _form, _rows in KIND_ROWS.items():
    GOOD[_form].update({f"kind: {_name}": _row for _name, _row in _rows.items()})

VARIED = {
    "chat": ("turns",),
    "text-calls": ("good",),
    "object-calls": ("good",),
    "completion": ("texts",),
    "trl-completion": ("messages",),
    "text": ("text",),
    "sharegpt": ("system turn", "calls"),
    "alpaca": ("input",),
    "preference": ("pair",),
    "trl-preference": ("messages",),
    "kto": ("messages",),
    "swift": ("turns of calls",),
    "swift-preference": ("text", "messages"),
    "swift-kto": ("true",),
    "prompt": ("messages",),
    "verl": ("messages",),
    "oumi": ("metadata",),
    "gemini": ("turns", "tools"),
    "gemini-preference": ("pair",),
}
"""The rows of each form of which every value is changed, one at a time."""

Path = tuple[str | int, ...]


def rows_of(forms: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """Each row of these forms, with its name."""
    for form in forms:
        for name, row in GOOD[form].items():
            yield f"{form}: {name}", row
        for name in (*VARIED.get(form, ()), *(f"kind: {kind}" for kind in VARIED_KINDS.get(form, ()))):
            for change, row in variants(GOOD[form][name]):
                yield f"{form}: {name}: {change}", row
        for nth, row in enumerate(drawn(form), start=1):
            yield f"{form}: drawn {nth}", row
        chance = Random(form)
        for nth, row in enumerate(drawn(form), start=1):
            change, path, value = chance.choice(list(changes(row)))
            yield f"{form}: drawn {nth}: {change}", with_change(row, path, value)


def variants(row: Row) -> Iterator[tuple[str, Row]]:
    """The row with one value absent, null, empty, a number, or in another container."""
    for name, path, value in changes(row):
        yield name, with_change(row, path, value)


def changes(row: Row) -> Iterator[tuple[str, Path, Any]]:
    """Each change of one value: its name, the path of the value, and what takes its place."""
    for path in _paths(row):
        where = ".".join(map(str, path))
        yield f"{where} absent", path, _ABSENT
        for word, other in _others(_at(row, path)):
            yield f"{where} {word}", path, other


_ABSENT = object()
NUMBER = 7301
"""Found again in a prompt, which a number of one digit is not."""


def _others(value: Any) -> Iterator[tuple[str, Any]]:
    yield "null", None
    yield "a number", NUMBER
    match value:
        case str():
            yield "empty", ""
            yield "a list of texts", [value]
            yield "an object", {"text": value}
        case list():
            yield "empty", []
            yield "a text", "some text"
        case dict():
            yield "empty", {}
            yield "a text", "some text"
            yield "in a list", [value]


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        # A schema is varied as a whole: what is in it is the business of JSON Schema.
        if key != "properties":
            yield from _paths(item, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def with_change(row: Row, path: Path, value: Any) -> Row:
    """A copy of the row with another value at a path."""
    row = copy.deepcopy(row)
    holder = _at(row, path[:-1])
    if value is _ABSENT:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return row
