"""Chats of any age read as today's: legacy functions, calls without ids, results without theirs."""

from typing import Any

import pytest

from ftlint.rule import SHAPES
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.modernize import modernized
from ftlint.shapes.shape import CannotHold

USER, ANSWER = {"role": "user", "content": "When?"}, {"role": "assistant", "content": "At six."}


def call(name: str = "find", arguments: Any = "{}", **more: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "arguments": arguments}, **more}


def calling(*calls: Any, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": list(calls), **more}


def result(content: str = "6", **more: Any) -> dict[str, Any]:
    return {"role": "tool", "content": content, **more}


CASES: dict[str, tuple[list[Any], list[Any]]] = {
    "what is modern stays as it is": (
        [USER, calling(call(id="a")), result(tool_call_id="a"), ANSWER],
        [USER, calling(call(id="a")), result(tool_call_id="a"), ANSWER],
    ),
    "a legacy call and the result of it": (
        [
            USER,
            {"role": "assistant", "content": None, "function_call": {"name": "find", "arguments": '{"a": 1}'}},
            {"role": "function", "name": "find", "content": None},
        ],
        [USER, calling(call(arguments='{"a": 1}', id="call_1_0")), result("", tool_call_id="call_1_0")],
    ),
    "a legacy result whose name no call has keeps the name": (
        [{"role": "assistant", "function_call": {"name": "find"}}, {"role": "function", "name": "look", "content": "6"}],
        [
            {"role": "assistant", "tool_calls": [call(id="call_0_0")]},
            result(name="look", tool_call_id="call_0_0"),
        ],
    ),
    "no call at all": (
        [{**ANSWER, "function_call": None}, {**ANSWER, "tool_calls": []}],
        [ANSWER, {**ANSWER, "tool_calls": []}],
    ),
    "a result that nothing asked for has no id": ([result()], [result()]),
    "arguments that are an object, or nothing": (
        [calling(call(arguments={"ä": [1]}), call(arguments=None), {"function": {"name": "now"}})],
        [
            calling(
                call(arguments='{"ä": [1]}', id="call_0_0"),
                call(id="call_0_1"),
                call("now", id="call_0_2"),
            )
        ],
    ),
    "a call without its wrapping": (
        [calling({"name": "find", "arguments": {}, "id": "a"})],
        [calling(call(id="a"))],
    ),
    "results are paired by name, then by order": (
        [
            calling(call("one"), call("two"), call("three")),
            result(name="two"),
            result("7"),
            result("8"),
        ],
        [
            calling(call("one", id="call_0_0"), call("two", id="call_0_1"), call("three", id="call_0_2")),
            result(name="two", tool_call_id="call_0_1"),
            result("7", tool_call_id="call_0_0"),
            result("8", tool_call_id="call_0_2"),
        ],
    ),
    "a call that was not answered waits no longer": (
        [calling(call("one")), USER, calling(call("two")), result()],
        [
            calling(call("one", id="call_0_0")),
            USER,
            calling(call("two", id="call_2_0")),
            result(tool_call_id="call_2_0"),
        ],
    ),
    "two messages of calls in a row wait together": (
        [calling(call("one")), calling(call("two")), result("1"), result("2")],
        [
            calling(call("one", id="call_0_0")),
            calling(call("two", id="call_1_0")),
            result("1", tool_call_id="call_0_0"),
            result("2", tool_call_id="call_1_0"),
        ],
    ),
    "a made id is nobody else's": (
        [calling(call(id="call_0_1"), call())],
        [calling(call(id="call_0_1"), call(id="call_0_1_"))],
    ),
    "other words for the roles": (
        [{"role": "Human", "content": "a"}, {"role": "gpt", "content": "b"}, {"role": "narrator", "content": "c"}],
        [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "narrator", "content": "c"}],
    ),
    "every other key stays": (
        [calling(call(id="a"), weight=0, reasoning="so", thinking="so", name="anna", refusal=None)],
        [calling(call(id="a"), weight=0, reasoning="so", thinking="so", name="anna", refusal=None)],
    ),
    "what is no call stays in sight": (
        [{**ANSWER, "function_call": "auto"}, calling("find", {"type": "custom", "custom": {}})],
        [{**ANSWER, "function_call": "auto"}, calling("find", {"type": "custom", "custom": {}})],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("messages", "today"), CASES.values(), ids=CASES)
def test_messages_of_today(messages: list[Any], today: list[Any]) -> None:
    assert modernized(messages) == today
    assert modernized(modernized(messages)) == today


def read(record: dict[str, Any]) -> Any:
    return SHAPES["chat"].read(record, ShapeDetector(SHAPES).detect(record).fields)


TOOL = {"type": "function", "function": {"name": "find"}}


@pytest.mark.parametrize(
    "tools",
    [
        {"tools": [TOOL]},
        {"tools": [{"name": "find"}]},
        {"tools": '[{"type": "function", "function": {"name": "find"}}]'},
        {"functions": [{"name": "find"}]},
        {"tools": "", "functions": [{"name": "find"}]},
    ],
)
def test_tools_as_people_declare_them(tools: dict[str, Any]) -> None:
    conversation = read({"messages": [USER, ANSWER], **tools, "parallel_tool_calls": False, "id": 7})
    assert conversation.tools == [TOOL]
    assert conversation.extra == {"parallel_tool_calls": False, "id": 7}


def test_fields_in_another_case() -> None:
    conversation = read(
        {"Messages": [USER, ANSWER], "Functions": [{"name": "find"}], "Parallel Tool Calls": True}
    )
    assert conversation.tools == [TOOL]
    assert conversation.extra == {"parallel_tool_calls": True}


@pytest.mark.parametrize("tools", ["find", "{}", {"name": "find"}, 7])
def test_tools_that_are_no_list_are_not_left_out(tools: Any) -> None:
    with pytest.raises(CannotHold, match="tools that are no list"):
        read({"messages": [USER, ANSWER], "tools": tools})
