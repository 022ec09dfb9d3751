"""Calls that are written in texts: nothing is blamed falsely, and a conversion makes tool calls of those of Hermes."""

import json
from pathlib import Path
from typing import Any

import pytest

import ftlint
from ftlint.errors import UsageError

TOOL = {"type": "function", "function": {"name": "sky", "parameters": {"type": "object", "properties": {}}}}
DECLARED = {"role": "system", "content": f"You may call functions.\n<tools>\n{json.dumps(TOOL)}\n</tools>"}
ASKED = {"role": "user", "content": "Rain?"}
ANSWER = {"role": "assistant", "content": "It rains."}


def called(*towns: str, before: str = "") -> dict[str, Any]:
    calls = [
        f"<tool_call>\n{json.dumps({'name': 'sky', 'arguments': {'town': town}})}\n</tool_call>"
        for town in towns
    ]
    return {"role": "assistant", "content": before + "\n".join(calls)}


def results(*texts: str, role: str = "tool") -> dict[str, Any]:
    blocks = [f"<tool_response>\n{text}\n</tool_response>" for text in texts]
    return {"role": role, "content": "\n".join(blocks)}


HERMES = {
    "messages": [DECLARED, ASKED, called("Ulm", "Bonn", before="I look.\n"), results("rain", "sun"), ANSWER]
}
OTHERS = {
    "ToolACE": ['[sky(town="Ulm"), sky(town="Bonn")]', "tool"],
    "Llama 3": ['<function=sky>{"town": "Ulm"}</function>', "tool"],
    "Llama 3.1": ['<|python_tag|>{"name": "sky", "parameters": {"town": "Ulm"}}<|eom_id|>', "ipython"],
    "Mistral": ['[TOOL_CALLS][{"name": "sky", "arguments": {"town": "Ulm"}}]', "tool"],
    "Qwen3-Coder": [
        "<tool_call>\n<function=sky>\n<parameter=town>\nUlm\n</parameter>\n</function>\n</tool_call>",
        "tool",
    ],
}


def convert(tmp_path: Path, record: Any, to: str = "openai-chat", **options: Any) -> tuple[Any, list[str]]:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(record) + "\n")
    report = ftlint.convert(source, output, to=to, overwrite=True, **options)
    return json.loads(output.read_text()), report.files[0].notes


def test_calls_in_texts_are_not_blamed(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows: list[Any] = [
        HERMES,
        {"messages": [DECLARED, ASKED, called("Ulm"), results("rain", role="user"), ANSWER]},
    ]
    rows += [
        {
            "messages": [
                ASKED,
                {"role": "assistant", "content": call},
                {"role": role, "content": "rain"},
                ANSWER,
            ]
        }
        for call, role in OTHERS.values()
    ]
    rows += [{**row, "tools": [TOOL]} for row in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for target in (None, "trl-sft", "llamafactory"):
        findings = ftlint.check(path, select=("T",), target=target).files[0].findings
        assert findings == []


def test_calls_of_hermes_become_tool_calls(tmp_path: Path) -> None:
    new, notes = convert(tmp_path, HERMES)
    _, _, calling, first, second, answer = new["messages"]
    assert calling["content"] == "I look."
    functions = [call["function"] for call in calling["tool_calls"]]
    assert functions == [{"name": "sky", "arguments": f'{{"town": "{town}"}}'} for town in ("Ulm", "Bonn")]
    ids = [call["id"] for call in calling["tool_calls"]]
    assert [(one["role"], one["tool_call_id"], one["content"]) for one in (first, second)] == [
        ("tool", ids[0], "rain"),
        ("tool", ids[1], "sun"),
    ]
    assert (new["messages"][:2], answer, new["tools"]) == ([DECLARED, ASKED], ANSWER, [TOOL])
    assert not any(note.startswith("lost") for note in notes)


@pytest.mark.parametrize(
    ("to", "options", "real"),
    [
        ("trl-sft", {}, True),
        ("trl-sft", {"text_calls": "keep"}, False),
        ("chat", {}, False),
        ("chat", {"text_calls": "read"}, True),
    ],
)
def test_the_option_and_the_target_decide(tmp_path: Path, to: str, options: Any, real: bool) -> None:
    new, _ = convert(tmp_path, HERMES, to, **options)
    assert any("tool_calls" in message for message in new["messages"]) is real
    assert real or new == HERMES


def test_turns_of_hermes_own_data_become_tool_calls(tmp_path: Path) -> None:
    words = {"system": "system", "user": "human", "assistant": "gpt", "tool": "tool"}
    turns = [{"from": words[m["role"]], "value": m["content"]} for m in HERMES["messages"]]
    new, _ = convert(tmp_path, {"id": "x", "conversations": turns}, "trl-sft")
    assert [message["role"] for message in new["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
        "tool",
        "assistant",
    ]
    assert new["messages"][2]["tool_calls"][0]["function"]["arguments"] == {"town": "Ulm"}


def test_the_answers_of_a_pair_become_tool_calls(tmp_path: Path) -> None:
    pair = {"prompt": [DECLARED, ASKED], "chosen": [called("Ulm")], "rejected": [called("Rome")]}
    new, _ = convert(tmp_path, pair, "trl-dpo")
    towns = [
        new[side][0]["tool_calls"][0]["function"]["arguments"]["town"] for side in ("chosen", "rejected")
    ]
    assert towns == ["Ulm", "Rome"]


UNREAD = {
    "text behind a call": {**called("Ulm"), "content": called("Ulm")["content"] + "\nWait."},
    "no JSON": {"role": "assistant", "content": "<tool_call>{'name': 'sky'}</tool_call>"},
    "another key": {
        "role": "assistant",
        "content": '<tool_call>{"name": "sky", "arguments": {}, "id": 1}</tool_call>',
    },
    "a result too few": called("Ulm", "Bonn"),
}


@pytest.mark.parametrize("calling", UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_whole_stays_a_text(tmp_path: Path, calling: Any) -> None:
    record = {"messages": [DECLARED, ASKED, calling, results("rain"), ANSWER]}
    # A tool message without an id has no place in OpenAI's data, so the other trainers are asked.
    new, _ = convert(tmp_path, record, "trl-sft")
    assert new["messages"][2] == calling
    assert "tools" not in new


def test_a_shape_without_calls_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--text-calls read: completion has no place for tool calls"):
        convert(tmp_path, HERMES, "completion", text_calls="read")
