"""Converting for a target: the shape that suits the file, what the target reads, and what is kept beside."""

import json
from pathlib import Path

import pytest
from test_convert import ANSWER, SYSTEM, TOOL, USER, WITH_TOOLS, convert

PAIR = {
    "conversations": [{"from": "human", "value": "hi"}],
    "chosen": {"from": "gpt", "value": "hello"},
    "rejected": {"from": "gpt", "value": "go away"},
}
LABELLED = {"messages": [USER, ANSWER], "label": False}
BARE_ALPACA = {"instruction": "hi", "input": "", "output": "hello"}


@pytest.mark.parametrize(
    ("row", "target", "shape"),
    [
        ({"prompt": "hi", "completion": "hello"}, "together", "completion"),
        ({"text": "hello"}, "together", "text"),
        (BARE_ALPACA, "together", "chat"),
        (PAIR, "together", "preference"),
        (PAIR, "trl-dpo", "trl-preference"),
        (PAIR, "openai-chat", "chat"),
        (LABELLED, "llamafactory", "chat-kto"),
        (LABELLED, "trl-kto", "kto"),
        (LABELLED, "mlx-lm", "chat"),
        ({"messages": [USER, ANSWER]}, "llamafactory", "chat"),
        ({"prompt": "hi", "completion": "hello"}, "llamafactory", "sharegpt"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_of_a_targets_shapes_the_one_that_suits_the_file(
    tmp_path: Path, row: dict, target: str, shape: str
) -> None:
    _, report = convert(tmp_path, [row, row], target)
    assert any(note.endswith(f"→ 2 {shape} ({target})") for note in report.notes)
    assert not report.dropped


@pytest.mark.parametrize(("label", "meant"), [(1, True), ("False", False), (True, True)])
def test_a_label_as_a_number_or_a_text_is_read_where_the_target_wants_one(
    tmp_path: Path, label: object, meant: bool
) -> None:
    written, report = convert(tmp_path, [{"prompt": "hi", "completion": "hello", "label": label}], "trl-kto")
    assert [row["label"] for row in written] == [meant]
    assert not report.dropped


@pytest.mark.parametrize("target", ["trl-sft", "unsloth"])
def test_chat_templates_get_arguments_as_objects_and_turns_as_messages(tmp_path: Path, target: str) -> None:
    call = {"from": "function_call", "value": json.dumps({"name": "f", "arguments": {"a": 1}})}
    turns = {"conversations": [{"from": "human", "value": "hi"}, call]}
    written, report = convert(tmp_path, [turns], target)
    (message,) = written[0]["messages"][1:]
    assert message["tool_calls"][0]["function"] == {"name": "f", "arguments": {"a": 1}}
    assert not [finding for finding in report.findings if finding.severity == "error"]


def test_most_records_say_what_the_file_is(tmp_path: Path) -> None:
    written, _ = convert(tmp_path, [{"text": "hello"}, {"messages": [ANSWER]}, {"text": "hello"}], "together")
    assert [set(row) for row in written] == [{"text"}] * 3


def lost_lines(tmp_path: Path) -> list[dict]:
    """What was kept beside the new file."""
    lines = (tmp_path / "out.jsonl.lost.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_a_rejected_answer_without_a_place_is_kept_in_a_form_that_can_be_used(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [PAIR], "chat")
    assert written == [{"messages": [USER, ANSWER]}]
    assert any("lost: the rejected answer in 1 record " in note for note in report.notes)
    rejected = [{"role": "assistant", "content": "go away"}]
    assert lost_lines(tmp_path) == [{"line": 1, "row": 1, "rejected": rejected}]


def test_a_label_without_a_place_is_kept_and_answers_that_nobody_wants_are_told(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [LABELLED, {**LABELLED, "label": True}], "openai-chat")
    assert written == [{"messages": [USER, ANSWER]}] * 2
    assert any("lost: the label in 2 records" in note for note in report.notes)
    assert any(note.startswith("1 of these records is labelled as answers") for note in report.notes)
    assert [line["label"] for line in lost_lines(tmp_path)] == [False, True]


def test_a_label_that_has_its_place_is_no_loss(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [LABELLED], "sharegpt-kto")
    assert written[0]["kto_tag"] is False
    assert not any("lost" in note or "not wanted" in note for note in report.notes)


def test_what_a_message_loses_is_kept_with_its_conversation(tmp_path: Path) -> None:
    chat = [USER, {**ANSWER, "mood": "good"}]
    written, report = convert(tmp_path, [{"messages": chat}], "openai-chat")
    assert written == [{"messages": [USER, ANSWER]}]
    assert any('lost: "messages[].mood" in 1 record ' in note for note in report.notes)
    assert lost_lines(tmp_path) == [{"line": 1, "row": 1, "messages": chat}]


def test_tools_without_a_place_are_kept(tmp_path: Path) -> None:
    convert(tmp_path, [{"messages": [USER, ANSWER], "tools": [TOOL]}], "completion")
    assert lost_lines(tmp_path) == [{"line": 1, "row": 1, "tools": [TOOL]}]


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("trl-sft", {"id", "source", "weight"}),
        ("openai-chat", set()),
        ("together", {"weight"}),
    ],
    ids=["what is ignored may stay", "what is not sure goes", "what is known stays"],
)
def test_the_schema_of_a_target_says_which_fields_stay(tmp_path: Path, target: str, kept: set) -> None:
    row = {"messages": [USER, ANSWER], "id": 1, "source": "web", "weight": 1}
    written, _ = convert(tmp_path, [row], target)
    assert set(written[0]) == {"messages"} | kept


def test_records_are_fitted_to_the_target_and_the_report_says_by_which_rule(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [{"messages": [SYSTEM, USER, ANSWER]}], "openai-rft")
    assert written[0]["messages"][0] == {"role": "developer", "content": "Be brief."}
    assert report.fixed["R009"] == 1


def test_fitting_changes_the_new_file_and_not_what_is_kept_of_the_old_one(tmp_path: Path) -> None:
    row = {"messages": [SYSTEM, USER, {**ANSWER, "mood": "good"}]}
    convert(tmp_path, [row], "azure-openai-rft")
    assert lost_lines(tmp_path)[0]["messages"] == row["messages"]


def test_calls_that_a_target_does_not_take_are_not_carried(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [WITH_TOOLS, {"messages": [USER, ANSWER]}], "databricks")
    assert written == [{"messages": [USER, ANSWER]}]
    assert report.dropped == {"convert": 1}
    assert any("has no place for tool calls" in note for note in report.notes)


def test_a_record_that_is_as_the_target_reads_it_stays_as_it_is(tmp_path: Path) -> None:
    rows = [
        {"instruction": "Translate.", "input": "The lake", "output": "Der See", "id": 7},
        {"Instruction": "Translate.", "input": "The ice", "output": "Das Eis", "id": 8},
    ]
    written, report = convert(tmp_path, rows, "llamafactory")
    assert written == [
        rows[0],
        {"instruction": "Translate.", **{k: rows[1][k] for k in ("input", "output", "id")}},
    ]
    assert (report.kept, report.changed) == (2, 1)
    _, report = convert(tmp_path, rows[:1], "openai-chat", overwrite=True)
    assert (report.kept, report.changed) == (1, 1)


def test_marks_come_off_whatever_the_new_shape_is(tmp_path: Path) -> None:
    rows = [{"prompt": "red ->", "completion": " one END"}, {"prompt": "blue ->", "completion": " two END"}]
    written, _ = convert(tmp_path, rows, "vertex-gemini")
    assert [turn["parts"] for turn in written[0]["contents"]] == [[{"text": "red"}], [{"text": "one"}]]


@pytest.mark.parametrize("target", ["llamafactory", "torchtune", "mistral-finetune"])
def test_reasoning_that_a_trainer_does_not_read_is_written_into_the_answer(
    tmp_path: Path, target: str
) -> None:
    row = {"messages": [USER, {**ANSWER, "reasoning_content": "I greet."}]}
    written, report = convert(tmp_path, [row], target)
    assert written[0]["messages"][1]["content"] == f"<think>\nI greet.\n</think>\n\n{ANSWER['content']}"
    assert not [finding for finding in report.findings if finding.code == "S013"]


def test_reasoning_stays_in_its_field_where_the_template_decides(tmp_path: Path) -> None:
    row = {"messages": [USER, {**ANSWER, "reasoning_content": "I greet."}]}
    assert convert(tmp_path, [row], "trl-sft")[0] == [row]


@pytest.mark.parametrize("target", ["trl-sft", "mlx-lm", "mistral-finetune", "llamafactory"])
def test_a_refusal_alone_is_the_answer_where_the_field_is_not_read(tmp_path: Path, target: str) -> None:
    row = {"messages": [USER, {"role": "assistant", "content": None, "refusal": "I will not."}]}
    written, report = convert(tmp_path, [row], target)
    assert written == [{"messages": [USER, {"role": "assistant", "content": "I will not."}]}]
    assert not [finding for finding in report.findings if finding.code in ("C003", "S004", "S005", "S013")]
