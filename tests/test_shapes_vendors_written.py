"""The vendors' own shapes: conversations as records, what is lost and what has no place."""

import json
from typing import Any

import pytest
from vendor_records import (
    ASKED,
    SAID,
    asks,
    blocks,
    call,
    model,
    nova,
    result,
    returned,
    text,
    used,
    user,
    written,
)

from ftlint.shapes.shape import CannotHold

SYSTEM = {"role": "system", "content": "s"}
CALLING = {"role": "assistant", "content": None, "tool_calls": [asks("1", "f"), asks("2", "f", '{"n": 1}')]}
RESULTS = [{"role": "tool", "tool_call_id": key, "content": key} for key in "12"]
TOOLS = [{"type": "function", "function": {"name": "f", "strict": True, "parameters": {"type": "object"}}}]
HTTPS = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
NAMELESS = {"type": "image_url", "image_url": {"url": "gs://x/7"}}


def test_a_chat_as_gemini() -> None:
    record, lost = written("gemini", SYSTEM, ASKED, CALLING, *RESULTS, SAID, tools=TOOLS)
    assert record == {
        "systemInstruction": {"parts": [text("s")]},
        "contents": [
            user(text("a")),
            model(call("f"), call("f", n=1)),
            user(returned("f", output="1"), returned("f", output="2")),
            model(text("b")),
        ],
        "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "object"}}]}],
    }
    assert lost == ["tools[].function.strict"]


def test_a_chat_as_nova() -> None:
    record, lost = written("nova", SYSTEM, ASKED, CALLING, *RESULTS, SAID, tools=TOOLS)
    assert record == nova(
        blocks("user", text("a")),
        blocks("assistant", used("1", "f"), used("2", "f", n=1)),
        blocks("user", result("1", text("1")), result("2", text("2"))),
        blocks("assistant", text("b")),
        system=[text("s")],
        toolConfig={"tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]},
    )
    assert lost == ["tools[].function.strict"]


@pytest.mark.parametrize(
    ("shape", "messages", "record"),
    [
        ("claude", [SYSTEM, ASKED, SAID], {"system": "s", "messages": [ASKED, SAID]}),
        (
            "cohere",
            [SYSTEM, ASKED, SAID],
            {
                "messages": [
                    {"role": "System", "content": "s"},
                    {"role": "User", "content": "a"},
                    {"role": "Chatbot", "content": "b"},
                ]
            },
        ),
        ("mistral", [SYSTEM, ASKED, SAID], {"interactions": [SYSTEM, ASKED, SAID]}),
        ("reinforcement", [SYSTEM, ASKED, SAID], {"messages": [SYSTEM, ASKED]}),
        (
            "segments",
            [ASKED, {**SAID, "weight": 0}, SAID],
            {
                "segments": [
                    {"text": "a", "label": False},
                    {"text": "b", "label": False},
                    {"text": "b", "label": True},
                ]
            },
        ),
    ],
)
def test_a_chat_as_another_shape(shape: str, messages: Any, record: Any) -> None:
    assert written(shape, *messages)[0] == record


@pytest.mark.parametrize(
    ("shape", "messages", "lost"),
    [
        ("gemini", [ASKED, ASKED, SAID], ["the boundary between two messages of one role"]),
        ("nova", [ASKED, SAID, SAID], ["the boundary between two messages of one role"]),
        ("gemini", [ASKED, {**SAID, "weight": 0, "name": "x"}], ["messages[].name", "messages[].weight"]),
        ("nova", [ASKED, {**SAID, "refusal": "no"}], ["messages[].refusal"]),
        ("gemini", [ASKED, CALLING, *RESULTS[::-1], SAID], ["the order of tool results"]),
        ("gemini", [ASKED, CALLING, RESULTS[1], SAID], ["which call a result answers"]),
        ("gemini", [{**SYSTEM, "role": "developer"}, ASKED, SAID], ["the role developer (system now)"]),
        ("segments", [SYSTEM, ASKED, SAID], ["the role of what is not learnt"]),
        ("reinforcement", [ASKED, {**SAID, "name": "x"}], ["messages[].name"]),
        ("mistral", [ASKED, {**SAID, "reasoning_content": "x"}], ["messages[].reasoning_content"]),
    ],
)
def test_what_is_lost_in_writing_is_named(shape: str, messages: Any, lost: Any) -> None:
    assert written(shape, *messages)[1] == lost


@pytest.mark.parametrize(
    ("shape", "messages", "why"),
    [
        ("gemini", [ASKED, SYSTEM, SAID], "a system message that is not the first"),
        ("nova", [ASKED, SAID, SYSTEM], "a system message that is not the first"),
        ("claude", [ASKED, SYSTEM, SAID], "the role"),
        ("cohere", [ASKED, SYSTEM, SAID], "a system message that is not the first"),
        ("mistral", [SYSTEM, ASKED, SYSTEM], "a second system message"),
        ("nova", [{"role": "user", "content": [HTTPS]}], "not in S3"),
        ("gemini", [{"role": "user", "content": [NAMELESS]}], "its name does not tell"),
        ("gemini", [{"role": "user", "content": [{"type": "input_audio"}]}], "parts of type input_audio"),
        ("gemini", [RESULTS[0]], "needs the name of the function"),
        ("nova", [{"role": "tool", "content": "a"}], "needs the call"),
        ("gemini", [{**SAID, "function_call": {"name": "f"}}], "the legacy function_call"),
        ("nova", [{**SAID, "tool_calls": [asks("1", "f", "[1]")]}], "arguments that are no object"),
        ("nova", [{**SAID, "tool_calls": [asks("1", "f", "{")]}], "arguments that are not JSON"),
        ("claude", [ASKED, CALLING], "tool calls"),
        ("segments", [ASKED, CALLING], "tool calls"),
        ("gemini", [SYSTEM], "needs a message"),
        ("gemini-preference", [ASKED, SAID], "needs a rejected answer"),
    ],
)
def test_what_has_no_place_is_refused(shape: str, messages: Any, why: str) -> None:
    with pytest.raises(CannotHold, match=why):
        written(shape, *messages)


def test_results_of_a_pair_of_nova_belong_to_one_message() -> None:
    with pytest.raises(CannotHold, match="one message of the assistant on each side"):
        written("nova-preference", ASKED, CALLING, *RESULTS, SAID, answer=4, rejected=[SAID])


def test_json_in_a_result_is_an_object_for_gemini_unless_it_could_not_come_back() -> None:
    texts = ['{"a":1}', '{"output": "x"}', "[1]", '{"a": 1e999}', "{", "words"]
    called = [asks(str(n), "f") for n in range(len(texts))]
    results = [{"role": "tool", "tool_call_id": str(n), "content": words} for n, words in enumerate(texts)]
    record, _ = written("gemini", ASKED, {**CALLING, "tool_calls": called}, *results)
    responses = [part["functionResponse"]["response"] for part in record["contents"][2]["parts"]]
    assert responses == [{"a": 1}, *({"output": words} for words in texts[1:])]
    assert json.dumps(record, allow_nan=False)
