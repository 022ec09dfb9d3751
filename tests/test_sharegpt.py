"""ShareGPT's turns: calls as JSON text, results by order, and what has no place in them."""

import json
from typing import Any

import pytest

from ftlint.batch.records import RecordReader
from ftlint.rule import SHAPES, Batch, Location, RuleContext
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.shape import CannotHold, Conversation

HUMAN, GPT = {"from": "human", "value": "When?"}, {"from": "gpt", "value": "At six."}


def called(value: Any) -> dict[str, Any]:
    return {"from": "function_call", "value": value if isinstance(value, str) else json.dumps(value)}


def batch(*turns: Any) -> Batch:
    return Batch(
        [{"conversations": list(turns)}], [1], [1], RecordReader(ShapeDetector(SHAPES)), RuleContext()
    )


def read(one: Batch) -> Conversation:
    return SHAPES["sharegpt"].read(one.records[0], one.record_shapes[0].fields)


def test_a_call_is_seen_with_its_name_and_its_arguments() -> None:
    one = batch(HUMAN, called([{"name": "find", "arguments": {"a": 1}}, {"name": "now"}]), GPT)
    assert one.calls.select("name", "arguments", "state").rows() == [
        ("find", '{"a": 1}', "object"),
        ("now", None, "empty"),
    ]
    assert one.examples["roles"].to_list() == ["uaa"]
    assert one.messages["written_role"].to_list() == ["human", "function_call", "gpt"]
    assert ("arguments", '{"a": 1}') in one.texts.select("field", "text").rows()


NO_CALLS = {
    "a text": "find it",
    "no name": '{"arguments": {}}',
    "a name that is no text": '{"name": 7}',
    "no list of calls": "[]",
    "a number": "7",
    "nothing": "",
    "null": None,
    "half a surrogate pair": '{"name": "find", "arguments": {"a": "\\ud83d"}}',
    "deep": '{"name": "find", "arguments": ' + "[" * 100_000,
}


@pytest.mark.parametrize("value", NO_CALLS.values(), ids=NO_CALLS)
def test_a_turn_that_spells_no_call_is_a_text_and_is_refused_when_converted(value: Any) -> None:
    one = batch(HUMAN, {"from": "function_call", "value": value}, GPT)
    # T002 tells of it as a call without a name; where the turn says nothing, there is nothing to tell of.
    assert set(one.calls.select("name", "tool").rows()) <= {(None, None)}
    assert one.calls.height == bool(value)
    assert one.messages["content"].to_list()[1] == value
    with pytest.raises(CannotHold, match="not the JSON of a call"):
        read(one)


@pytest.mark.parametrize(
    ("before", "field", "new", "after"),
    [
        ({"name": "find", "arguments": {"a": 1}}, "arguments", '{"b": 2}', {"name": "find", "arguments": {"b": 2}}),
        ({"name": "find", "arguments": '{"a": 1}'}, "arguments", '{"b": 2}', {"name": "find", "arguments": '{"b": 2}'}),
        ({"name": "find", "arguments": {}, "id": 3}, "call_name", "look", {"name": "look", "arguments": {}, "id": 3}),
        ([{"name": "a"}, {"name": "b"}], "call_name", "c", [{"name": "c"}, {"name": "b"}]),
    ],
)  # fmt: skip
def test_a_changed_call_is_put_back_into_the_turn(before: Any, field: str, new: str, after: Any) -> None:
    example = batch(HUMAN, called(before)).example(0)
    place = Location(1, field, 0)
    example.set_text(place, new)
    assert json.loads(example.record["conversations"][1]["value"]) == after
    assert example.text(place) == new
    assert example.path(place) == "conversations[1].value"


THOUGHT = "<think>\nWhere?\n</think>"
FOUND = '{"name": "find", "arguments": {"a": 1}}'


@pytest.mark.parametrize(
    ("value", "said", "changed"),
    [
        (f"{THOUGHT}\n\n{FOUND}", THOUGHT, f"{THOUGHT}\n\n{FOUND.replace('1', '2')}"),
        (
            f"<tool_call>\n{FOUND}\n</tool_call>",
            None,
            f"<tool_call>\n{FOUND.replace('1', '2')}\n</tool_call>",
        ),
        (f"{FOUND}\n{THOUGHT}", THOUGHT, f"{FOUND.replace('1', '2')}\n{THOUGHT}"),
        (
            f"{THOUGHT}<tool_call>{FOUND}</tool_call><tool_call>{FOUND}</tool_call>",
            THOUGHT,
            f"{THOUGHT}<tool_call>{FOUND.replace('1', '2')}</tool_call><tool_call>{FOUND}</tool_call>",
        ),
    ],
)
def test_thoughts_and_tags_may_stand_around_a_call(value: str, said: str | None, changed: str) -> None:
    one = batch(HUMAN, called(value), GPT)
    assert set(one.calls.select("name", "arguments", "state").rows()) == {("find", '{"a": 1}', "object")}
    assert one.messages["content"].to_list()[1] == said
    example = one.example(0)
    assert example.text(Location(1, "content")) == said
    example.set_text(Location(1, "arguments", 0), '{"a": 2}')
    assert example.record["conversations"][1]["value"] == changed
    if said is not None:
        example.set_text(Location(1, "content"), "Hm.")
        assert example.record["conversations"][1]["value"] == changed.replace(said, "Hm.")


def test_a_thought_beside_calls_is_written_where_llama_factory_reads_it() -> None:
    written, lost = write({"role": "assistant", "content": THOUGHT, "tool_calls": [call("a")]})
    assert written["conversations"] == [called(f'{THOUGHT}\n\n{{"name": "find", "arguments": {{}}}}')]
    assert lost == []


def test_what_else_a_turn_has_comes_along() -> None:
    one = batch({**HUMAN, "name": "anna"}, {**GPT, "weight": 0})
    assert one.messages.select("name", "weight").rows() == [("anna", None), (None, "0")]
    assert read(one).messages[1] == {"role": "assistant", "content": "At six.", "weight": 0}
    assert one.example(0).path(Location(1, "weight")) == "conversations[1].weight"


def call(identifier: str, name: str = "find") -> dict[str, Any]:
    return {"id": identifier, "type": "function", "function": {"name": name, "arguments": "{}"}}


def write(*messages: Any, **more: Any) -> tuple[Any, list[str]]:
    conversation = Conversation(list(messages), **more)
    return SHAPES["sharegpt"].write(conversation), conversation.lost


CALLS = {"role": "assistant", "content": None, "tool_calls": [call("a"), call("b")]}
RESULTS = [{"role": "tool", "tool_call_id": name, "content": name} for name in "ab"]


def test_results_stand_in_the_order_of_the_calls() -> None:
    written, lost = write(CALLS, *RESULTS[::-1])
    assert [turn["value"] for turn in written["conversations"][1:]] == ["a", "b"]
    assert lost == ["the order of tool results"]


@pytest.mark.parametrize("results", [RESULTS[1:], [{**RESULTS[0], "tool_call_id": "c"}]])
def test_results_that_the_order_would_give_to_another_call_are_refused(results: list[Any]) -> None:
    with pytest.raises(CannotHold, match="by their order"):
        write(CALLS, *results)


@pytest.mark.parametrize(
    ("message", "lost"),
    [
        ({**CALLS, "content": "Let me see."}, "text beside tool calls"),
        ({"role": "assistant", "content": "a", "weight": 0}, "messages[].weight"),
        ({"role": "assistant", "content": None, "refusal": "no"}, "messages[].refusal"),
        ({"role": "developer", "content": "a"}, "the role developer (system now)"),
        ({"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}, "images and other media"),
    ],
)
def test_what_has_no_place_is_named(message: Any, lost: str) -> None:
    assert write(message)[1] == [lost]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"role": "narrator", "content": "a"}, 'the role "narrator"'),
        ({"role": ["user"], "content": "a"}, "the role"),
        ({"role": "user", "content": {"a": 1}}, "a content that is no text"),
        ({**CALLS, "tool_calls": [{"id": "a"}]}, "a call without a function name"),
        ({**CALLS, "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}, "not JSON"),
    ],
)
def test_what_cannot_be_written_is_refused(message: Any, reason: str) -> None:
    with pytest.raises(CannotHold, match=reason):
        write(message)
