"""Values that a conversion or a fix cannot carry are kept beside the new file, also where their words stand elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest

import ftlint

ASKED, ANSWER = (
    {"role": "user", "content": "Is a user at home?"},
    {"role": "assistant", "content": "Yes, a user."},
)
CALL = {
    "id": "c1",
    "type": "function",
    "function": {"name": "f", "arguments": '{"city": "Ulm", "city": "Graz", "n": 1.50}'},
}
WITH_CALL = {
    "messages": [
        ASKED,
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "Rain."},
        ANSWER,
    ]
}
TOOLS = '[{"type": "function", "function": {"name": "f", "description": "Sun", "description": "Rain"}}]'


def lost(report: Any) -> list[str]:
    """The names of what was lost."""
    return [note.partition(": ")[2].partition(" in ")[0] for note in report.files[0].notes if "lost" in note]


def kept(folder: Path) -> dict[int, Any]:
    """What is in the file of lost values, by row."""
    path = folder / "out.jsonl.lost.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {entry.pop("row"): entry for entry in map(json.loads, lines)}


def source(folder: Path, data: str | list[Any], name: str = "in.jsonl") -> Path:
    path = folder / name
    lines = data if isinstance(data, str) else "".join(json.dumps(row) + "\n" for row in data)
    path.write_text(lines, encoding="utf-8")
    return path


def test_a_value_that_is_a_word_of_another_text_is_lost_all_the_same(tmp_path: Path) -> None:
    rows = [
        {"schemaVersion": "bedrock-conversation-2024",
         "messages": [{"role": "user", "content": [{"text": "Is a user at home?", "mark": "a"}]},
                      {"role": "assistant", "content": [{"text": "Yes, a user."}]}]},
        {"contents": [{"role": "user", "parts": [{"text": "Is a user at home?", "mark": "user"}]},
                      {"role": "model", "parts": [{"text": "Yes, a user."}]}]},
        {"schemaVersion": "content", "messages": [{"role": "user", "content": [{"text": "Is a user at home?"}]},
                                            {"role": "assistant", "content": [{"text": "Yes, a user."}]}]},
        {"messages": [ASKED, {**ANSWER, "mood": "us"}]},
    ]  # fmt: skip
    report = ftlint.convert(source(tmp_path, rows), tmp_path / "out.jsonl", "openai-chat")
    assert sorted(lost(report)) == [
        '"contents[].parts[].mark"',
        '"messages[].content[].mark"',
        '"messages[].mood"',
        '"schemaVersion"',
    ]
    assert sorted(kept(tmp_path)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ('{"prompt": "Ulm?", "prompt": "Graz?", "completion": "Rain."}\n', "in.jsonl"),
        ('[{"prompt": "Ulm?", "completion": "Rain."},\n{"prompt": "Ulm?", "prompt": "Graz?", "completion": "R"}]', "in.json"),
        ('messages\n"[{""role"": ""user"", ""content"": ""Ulm?"", ""content"": ""Graz?""}, '
         '{""role"": ""assistant"", ""content"": ""Rain.""}]"\n', "in.csv"),
    ],
)  # fmt: skip
def test_the_first_value_of_a_key_that_stands_twice_is_kept(data: str, name: str, tmp_path: Path) -> None:
    report = ftlint.convert(source(tmp_path, data, name), tmp_path / "out.jsonl", "openai-chat")
    assert lost(report) == ["all but the last value of a key that stands twice"]
    ((_, entry),) = kept(tmp_path).items()
    assert "Ulm?" in entry["record"] and "Graz?" in entry["record"]


def test_a_python_text_in_which_a_key_stands_twice_is_not_decoded(tmp_path: Path) -> None:
    cell = (
        "[{'role': 'user', 'content': 'Ulm?', 'content': 'Graz?'}, {'role': 'assistant', 'content': 'Rain.'}]"
    )
    report = ftlint.check(source(tmp_path, f'messages\n"{cell}"\n', "in.csv"))
    assert [finding.code for finding in report.files[0].findings if finding.row == 1] == ["F004"]


@pytest.mark.parametrize("command", ["convert", "fix"])
def test_a_key_that_stands_twice_in_json_text_is_lost_where_the_text_becomes_a_value(
    command: str, tmp_path: Path
) -> None:
    rows, new = source(tmp_path, [WITH_CALL, {**WITH_CALL, "tools": TOOLS}]), tmp_path / "out.jsonl"
    report = (
        ftlint.convert(rows, new, "trl-sft")
        if command == "convert"
        else ftlint.fix(rows, new, target="trl-sft")
    )
    assert (
        "Ulm" in json.dumps(kept(tmp_path)[1])
        and "Sun" in f"{kept(tmp_path)[2]}{new.read_text(encoding='utf-8')}"
    )
    assert '"messages[].tool_calls[].function.arguments"' in lost(report)


def test_a_prompt_of_bare_texts_is_one_text_of_the_conversation(tmp_path: Path) -> None:
    rows = source(tmp_path, [{"prompt": ["Ulm?", "Graz?"], "completions": ["Rain."], "labels": [True]}])
    for target in ("openai-chat", "llamafactory", "trl-sft"):
        first, again = tmp_path / f"{target}.jsonl", tmp_path / f"{target}-again.jsonl"
        ftlint.convert(rows, first, target)
        ftlint.convert(first, again, target)
        assert "Ulm?\\nGraz?" in first.read_text(encoding="utf-8")
        assert again.read_bytes() == first.read_bytes()
