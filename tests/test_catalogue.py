"""The layouts of published data sets that the nearest converter reads are converted to the same messages."""

import json
from pathlib import Path
from typing import Any

import pytest
from catalogue_rows import PAIRS, PLAIN, TRAINED, TREE, Layout, Turns
from examples import few_quick

import ftlint

# The shape of a record would be another one without its target.
OF_ONE_ROW = ["B", "P", "L", "D", "Q"]


def converted(folder: Path, layout: Layout, to: str) -> dict[str, Any]:
    source, output = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text(json.dumps(layout.record) + "\n", encoding="utf-8")
    ftlint.convert(source, output, to, **layout.options)
    record: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return record


def turns_of(messages: list[Any]) -> Turns:
    """Messages as turns: a text, or calls as names with arguments."""
    calls = [[call["function"] for call in message.get("tool_calls", ())] for message in messages]
    return [
        (message["role"], [(one["name"], json.loads(one["arguments"])) for one in own] or message["content"])
        for message, own in zip(messages, calls, strict=True)
    ]


@pytest.mark.parametrize("name", few_quick(TRAINED, 10))
def test_a_conversation_has_the_same_turns(tmp_path: Path, name: str) -> None:
    layout = TRAINED[name]
    record = converted(tmp_path, layout, "openai-chat")
    assert turns_of(record["messages"]) == layout.expected
    if any(message.get("tool_calls") for message in record["messages"]):
        assert [tool["function"]["name"] for tool in record["tools"]] == ["get_tide"]


@pytest.mark.parametrize("name", few_quick(TRAINED, 10))
def test_what_is_written_is_right_for_its_target(tmp_path: Path, name: str) -> None:
    converted(tmp_path, TRAINED[name], "openai-chat")
    report = ftlint.check(tmp_path / "out.jsonl", target="openai-chat", ignore=OF_ONE_ROW)
    assert {f.code for f in report.findings if f.severity == "error"} <= (
        {"C009"} if "Nemotron-SFT" in name else set()
    )


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_has_the_same_prompt_and_answers(tmp_path: Path, name: str) -> None:
    layout = PAIRS[name]
    record = converted(tmp_path, layout, "openai-dpo")
    sides = ("preferred_output", "non_preferred_output")
    (wanted,), (other,) = (turns_of(record[side]) for side in sides)
    assert (turns_of(record["input"]["messages"]), wanted[1], other[1]) == layout.expected


def test_rows_of_a_tree_are_joined(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in TREE), encoding="utf-8")
    ftlint.convert(source, output, "openai-chat", join_rows="message_tree_id")
    assert turns_of(json.loads(output.read_text())["messages"]) == PLAIN


def test_a_file_of_all_layouts_is_converted_row_by_row(tmp_path: Path) -> None:
    layouts = [layout for layout in TRAINED.values() if not layout.options]
    source, output, rejects = (tmp_path / f"{name}.jsonl" for name in ("in", "out", "rejects"))
    odd: list[Any] = [{"title": "x", "n": 1}, {"conversation": "Nobody says who speaks."}]
    rows = [odd[0], *(layout.record for layout in layouts), odd[1]]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    notes = ftlint.convert(source, output, "openai-chat", rejects=rejects).files[0].notes
    records = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    assert [turns_of(record["messages"]) for record in records] == [layout.expected for layout in layouts]
    assert [json.loads(line)["record"] for line in rejects.read_text().splitlines()] == odd
    assert any("--turns" in note for note in notes)


def test_the_catalogue_is_whole() -> None:
    # With OpenAssistant's tree.
    assert len(TRAINED) + len(PAIRS) + 1 == 65
