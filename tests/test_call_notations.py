"""Calls in texts in other notations than JSON between tags: what is written is read, and nothing else."""

import json
import keyword
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftlint
from ftlint.shapes.call_notations import calls_in, python_calls, python_value, quoted_call
from ftlint.shapes.schema_types import json_type, with_json_types

NAMES = st.text("abcXYZ_09 ./-()", min_size=1).map(str.strip).filter(lambda name: name[-1:].isalnum())
KEYS = st.one_of(st.from_regex(r"\$?[a-z_]\w{0,8}", fullmatch=True), st.sampled_from(keyword.kwlist))
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
CALLS = st.lists(st.tuples(NAMES, st.dictionaries(KEYS, VALUES, max_size=3)), min_size=1, max_size=3)


def written(calls: Any, write: Any) -> str:
    said = [f"{name}({', '.join(f'{key}={write(v)}' for key, v in given.items())})" for name, given in calls]
    return f"[{', '.join(said)}]"


@given(CALLS, st.sampled_from([repr, json.dumps]))
def test_calls_are_read_as_they_were_written(calls: Any, write: Any) -> None:
    names = [name for name, _ in calls]
    read = python_calls(written(calls, write), names)
    assert read == [{"name": name, "arguments": given} for name, given in calls]


@given(st.dictionaries(st.text(), VALUES, max_size=3))
def test_arguments_in_quotes_are_read_as_they_were_written(arguments: Any) -> None:
    text = f'{{"name": "f", "arguments": \'{json.dumps(arguments)}\'}}'
    assert quoted_call(text) == {"name": "f", "arguments": arguments}
    assert calls_in(f"<functioncall> {text}", []) == ("", [{"name": "f", "arguments": arguments}])


@given(st.dictionaries(st.text(), VALUES, max_size=3), st.text("abc \n"))
def test_steps_of_react_are_read_as_they_were_written(arguments: Any, thought: str) -> None:
    text = f"Thought: {thought}\nAction: f\nAction Input: {json.dumps(arguments)}"
    assert calls_in(text, ["f"]) == (thought.strip(), [{"name": "f", "arguments": arguments}])


NO_CALLS = {
    "another function": "[other(a=1)]",
    "no name of an argument": "[f(1)]",
    "an argument twice": "[f(a=1, a=2)]",
    "a call in a call": "[f(a=f(b=1))]",
    "a name for a value": "[f(a=b)]",
    "a tuple": "[f(a=(1, 2))]",
    "no JSON": "[f(a={1: 2})]",
    "code": "[f(x) for x in range(3)]",
    "a link": "[f](https://example.org/f())",
    "text behind it": "[f(a=1)] and more",
    "a sum": "[f(a=1)+f(a=2)]",
    "another action": "Action: other\nAction Input: {}",
    "an action without JSON": "Action: f\nAction Input: all of it",
    "a sentence about actions": "Write Action Input: behind the action.",
    "no JSON behind the mark": "<functioncall> none",
}


@pytest.mark.parametrize("text", NO_CALLS.values(), ids=NO_CALLS)
def test_other_texts_are_no_calls(text: str) -> None:
    assert calls_in(text, ["f"]) is None


@given(st.text("[](){}'\"=,f1ab\\\n ", max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    for read in (calls_in(f"[{text})]", ["f", "ab"]), quoted_call(text), python_value(text)):
        json.dumps(read, allow_nan=False)


@pytest.mark.parametrize("text", ["[f(a=" + "[" * 5000 + ")]", "[" + "f(a=1)," * 30_000 + ")]", "{" * 90_000])
def test_deep_and_long_texts_are_no_calls(text: str) -> None:
    assert calls_in(text, ["f"]) is None
    assert python_value(text) is None


def test_types_of_other_languages_are_those_of_json_schema() -> None:
    words = {
        "str": "string",
        "List[int], optional": "array",
        "Optional[float]": "number",
        "Dict[str, int]": "object",
    }
    assert {word: json_type(word) for word in words} == words
    parameters = {
        "a": {"type": "List[str]", "description": "x"},
        "b": {"type": "bool, optional"},
        "c": {"type": "odd"},
    }
    (tool,) = with_json_types([{"type": "function", "function": {"name": "f", "parameters": parameters}}])
    assert tool["function"]["parameters"] == {
        "type": "object",
        "properties": {
            "a": {"type": "array", "items": {"type": "string"}, "description": "x"},
            "b": {"type": "boolean"},
            "c": {"type": "odd"},
        },
        "required": ["a", "c"],
    }


FUNCTIONS = [
    {"name": name, "parameters": {"type": "dict", "properties": {"port": {"type": "str"}}}}
    for name in ("Tide Table", "ferry")
]
ASKED = {"from": "user", "value": "When?"}
CALLING = {"from": "assistant", "value": '[Tide Table(port="Brest"), ferry(port="Ouessant")]'}
RESULTS = [{"name": "Tide Table", "results": 1}, {"name": "ferry", "results": 2}]


def converted(folder: Path, *turns: Any) -> Any:
    source, output = folder / "in.jsonl", folder / "out.jsonl"
    record = {"system": f"Functions: {json.dumps(FUNCTIONS)} Write [f()].", "conversations": [ASKED, *turns]}
    source.write_text(json.dumps(record) + "\n", encoding="utf-8")
    ftlint.convert(source, output, "openai-chat", overwrite=True)
    return json.loads(output.read_text(encoding="utf-8"))


def test_one_message_with_the_results_of_two_calls_becomes_two(tmp_path: Path) -> None:
    answer = {"from": "assistant", "value": "At six."}
    new = converted(tmp_path, CALLING, {"from": "tool", "value": json.dumps(RESULTS)}, answer)
    calls = new["messages"][2]["tool_calls"]
    results = [message for message in new["messages"] if message["role"] == "tool"]
    assert [result["tool_call_id"] for result in results] == [call["id"] for call in calls]
    assert [json.loads(result["content"]) for result in results] == RESULTS
    assert new["tools"][0]["function"]["parameters"]["properties"] == {"port": {"type": "string"}}
    assert not list(tmp_path.glob("*.lost.jsonl"))


def test_all_calls_are_read_or_none(tmp_path: Path) -> None:
    result = {"from": "tool", "value": json.dumps(RESULTS)}
    unread = {"from": "assistant", "value": '[Tide Table(port=Brest), ferry(port="Ouessant")]'}
    new = converted(tmp_path, CALLING, result, {"from": "user", "value": "And now?"}, unread)
    assert "tools" not in new
    assert [new["messages"][at]["content"] for at in (2, -1)] == [CALLING["value"], unread["value"]]
