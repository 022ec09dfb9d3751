"""One chat in many spellings, good ones and those that programs write by mistake, and preference pairs likewise."""

import json
from typing import Any

from vendor_examples import PNG

USER = {"role": "user", "content": "What is the weather in Oslo?"}
ANSWER = {"role": "assistant", "content": "It snows."}
SYSTEM = {"role": "system", "content": "Be brief."}
PLACE = {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}
FUNCTION = {"name": "get_weather", "description": "The weather at a place", "parameters": PLACE}
TOOL = {"type": "function", "function": FUNCTION}
GIVEN = {"name": "get_weather", "arguments": '{"place": "Oslo"}'}
CALL = {"id": "call00001", "type": "function", "function": GIVEN}
RESULT = {"role": "tool", "tool_call_id": "call00001", "content": "snow"}
TEXT = {"type": "text", "text": "Which bird is this?"}
IMAGE = {"type": "image_url", "image_url": {"url": PNG}}
STRICT = {
    "type": "object",
    "properties": {
        "unit": {"const": "celsius"},
        "day": {"type": ["string", "null"]},
        "place": {"$ref": "#/$defs/place"},
    },
    "$defs": {"place": {"type": "string"}},
}


def calling(call: Any = CALL, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", **more, "tool_calls": [call]}


def called(call: Any, result: Any = RESULT, tools: Any = (TOOL,)) -> dict[str, Any]:
    return {"messages": [USER, call, result, ANSWER], "tools": tools if isinstance(tools, str) else [*tools]}


def declaring(**function: Any) -> dict[str, Any]:
    return {"messages": [USER, ANSWER], "tools": [{"type": "function", "function": function}]}


CHATS: dict[str, dict[str, Any]] = {
    "developer": {"messages": [{**SYSTEM, "role": "developer"}, USER, ANSWER]},
    "two system messages": {"messages": [SYSTEM, SYSTEM, USER, ANSWER]},
    "a late system message": {"messages": [USER, ANSWER, SYSTEM, USER, ANSWER]},
    "a second system message": {"messages": [SYSTEM, USER, ANSWER, SYSTEM, USER, ANSWER]},
    "one part": {"messages": [{**USER, "content": [TEXT]}, ANSWER]},
    "two parts": {"messages": [SYSTEM, {**USER, "content": [TEXT, TEXT]}, ANSWER]},
    "an image": {"messages": [SYSTEM, {**USER, "content": [TEXT, IMAGE]}, ANSWER]},
    "an image as text": {"messages": [{**USER, "content": [TEXT, {**IMAGE, "image_url": PNG}]}, ANSWER]},
    "a mark": {"messages": [{**USER, "content": "<image>Which bird?"}, ANSWER], "images": [PNG]},
    "no content": called(calling()),
    "content null": called(calling(content=None)),
    "content blank": called(calling(content="")),
    "content beside": called(calling(content="I look it up.")),
    "parts beside": called(calling(content=[{"type": "text", "text": "I look it up."}])),
    "arguments an object": called(calling({**CALL, "function": {**GIVEN, "arguments": {"place": "Oslo"}}})),
    "no ids": called(
        calling({"type": "function", "function": GIVEN}),
        {"role": "tool", "name": "get_weather", "content": "snow"},
    ),
    "tools as text": called(calling(content=None), tools=json.dumps([TOOL])),
    "tools flat": called(calling(content=None), tools=[FUNCTION]),
    "tools flat as text": called(calling(content=None), tools=json.dumps([FUNCTION])),
    "tools flat with a type": called(calling(content=None), tools=[{"type": "function", **FUNCTION}]),
    "tools blank": {"messages": [USER, ANSWER], "tools": " "},
    "no description": declaring(name="f", parameters=PLACE),
    "no parameters": declaring(name="f", description="Does it"),
    "strict": declaring(**FUNCTION, strict=True),
    "a schema of pydantic": declaring(**{**FUNCTION, "parameters": STRICT}),
    "legacy functions": {
        "messages": [
            USER,
            {"role": "assistant", "content": None, "function_call": GIVEN},
            {"role": "function", "name": "get_weather", "content": "snow"},
            ANSWER,
        ],
        "functions": [FUNCTION],
    },
    "a result as an object": called(calling(content=None), {**RESULT, "content": {"sky": "snow"}}),
    "a result in parts": called(calling(content=None), {**RESULT, "content": [{"type": "text", "text": "snow"}]}),
    "nulls": {
        "messages": [{**USER, "tool_calls": None}, {**ANSWER, "tool_calls": None, "name": None}],
        "tools": None,
    },
    "a weight": {"messages": [USER, {**ANSWER, "weight": 1}]},
    "a name": {"messages": [{**USER, "name": "bob"}, ANSWER]},
    "reasoning": {"messages": [USER, {**ANSWER, "reasoning_content": "Look outside."}]},
}  # fmt: skip
RAIN = {**ANSWER, "content": "It rains."}
PAIRS: dict[str, dict[str, Any]] = {
    "answers as messages": {"input": {"messages": [USER]}, "preferred_output": ANSWER, "non_preferred_output": RAIN},
    "answers in lists": {
        "input": {"messages": [{**SYSTEM, "role": "developer"}, USER]},
        "preferred_output": [ANSWER],
        "non_preferred_output": [RAIN],
    },
    "two parts": {
        "input": {"messages": [{**USER, "content": [TEXT, TEXT]}]},
        "preferred_output": [ANSWER],
        "non_preferred_output": [RAIN],
    },
    "tools flat as text": {
        "input": {"messages": [USER], "tools": json.dumps([FUNCTION])},
        "preferred_output": [calling()],
        "non_preferred_output": [RAIN],
    },
}  # fmt: skip
