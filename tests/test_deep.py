"""Values as deep as the reader takes them: no command fails, and none takes longer for every level."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import ran
from examples import few_quick

from ftlint.io.json.strict import MAX_DEPTH
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import ShapeDetector

USER, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
# Around the deepest value of a record there are at most so many brackets.
AROUND = 12
DEEP = MAX_DEPTH - AROUND


def lists(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


def objects(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


def pairs(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [[], value]
    return value


def mixed(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth // 2):
        value = [{"role": "user", "content": value}]
    return value


def records(deep: Any) -> list[Any]:
    function = {"name": "f", "arguments": deep}
    said = {"name": "f", "arguments": json.dumps(deep)}
    tool = {"type": "function", "function": {"name": "f", "parameters": deep}}
    call, text = ({"id": "1", "type": "function", "function": one} for one in (function, said))
    return [
        {"messages": [USER, ANSWER], "extra": deep},
        {"messages": [{"role": "user", "content": "a\u200b"}, ANSWER], "extra": deep},
        {"messages": [{"role": "user", "content": deep}, ANSWER]},
        {"messages": deep},
        {"messages": [USER, {"role": "assistant", "tool_calls": [call]}], "tools": [tool]},
        {"messages": [USER, {"role": "assistant", "tool_calls": [text]}], "tools": deep},
        {
            "messages": [USER, {"role": "assistant", "function_call": function}],
            "functions": [tool["function"]],
        },
        {"prompt": deep, "completion": "x"},
        {"prompt": "a", "completion": deep},
        {
            "contents": [
                {"role": "user", "parts": deep},
                {"role": "model", "parts": [{"functionCall": function}]},
            ]
        },
        {"conversations": [{"from": "human", "value": deep}, {"from": "gpt", "value": "b"}], "tools": deep},
        {"messages": [USER], "chosen": deep, "rejected": [ANSWER]},
        {"instruction": "a", "output": "b", "history": deep},
        {"what": deep},
        {"messages": [USER, ANSWER]},
    ]


@pytest.mark.parametrize("make", [lists, objects, pairs, mixed])
def test_seeing_takes_time_by_the_size_of_a_record_not_by_its_depth(make: Any) -> None:
    # Were both ends of every list followed, this would not end.
    for depth in (28, MAX_DEPTH, 600):
        for key in ("messages", "prompt", "contents", "interactions", "what"):
            ShapeDetector(SHAPES).detect({key: make(depth), "completion": "b"})


@pytest.mark.parametrize(
    "command",
    few_quick(
        [
            ["check"],
            ["check", "--target", "openai-chat"],
            ["check", "--fix", "--unsafe-fixes", "-o", "fixed.jsonl"],
            ["convert", "--to", "openai-chat", "-o", "made.jsonl"],
            ["convert", "--to", "sharegpt", "-o", "made.jsonl"],
            ["prepare", "--yes", "-o", "prepared.jsonl"],
            ["stats"],
        ],
        2,
    ),
)
def test_no_command_fails_on_what_the_reader_takes(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = [records(make(depth)) for make in (lists, objects, pairs, mixed) for depth in (DEEP, MAX_DEPTH)]
    path = tmp_path / "deep.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for some in made for record in some))
    monkeypatch.chdir(tmp_path)
    said = ran(capsys, command[0], "deep.jsonl", *command[1:])
    assert said.code in (0, 1), said.err
