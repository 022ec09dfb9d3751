"""Layouts that published data sets have: each is read, converted, and checked where it stands in the record."""

import json
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick

import ftlint
from ftlint import UsageError
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import ShapeDetector

ASKED, SAID = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
AGAIN, MORE = {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}
SYSTEM = {"role": "system", "content": "s"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}


def shape_of(record: Any) -> str | None:
    detected = ShapeDetector(SHAPES).detect(record)
    return detected.shape.name if detected is not None else None


def convert(tmp_path: Path, record: Any, to: str) -> tuple[Any, list[str]]:
    """The record in another shape, and the notes of the conversion."""
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(record) + "\n")
    report = ftlint.convert(source, output, to=to, overwrite=True)
    (line,) = output.read_text().splitlines()
    return json.loads(line), report.files[0].notes


def check(tmp_path: Path, *records: Any) -> list[tuple[str, str | None]]:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    findings = ftlint.check(path, ignore=("B001",)).files[0].findings
    return [(finding.code, finding.path) for finding in findings]


OPENAI_BATCH = {"custom_id": "r1", "method": "POST", "url": "/v1/chat/completions"}
LAYOUTS: dict[str, tuple[str, Any, list[Any]]] = {
    "user and assistant": ("user-assistant", {"user": "a", "assistant": "b"}, [ASKED, SAID]),
    "with a system prompt": (
        "user-assistant",
        {"system": "s", "user": "a", "assistant": "b"},
        [SYSTEM, ASKED, SAID],
    ),
    "human and ai": ("user-assistant", {"human": "a", "ai": "b"}, [ASKED, SAID]),
    "Human and Bot": ("user-assistant", {"Human": "a", "Bot": "b"}, [ASKED, SAID]),
    "PaLM's texts": ("completion", {"input_text": "a", "output_text": "b"}, [ASKED, SAID]),
    "a request of OpenAI": (
        "batch-request",
        {**OPENAI_BATCH, "body": {"messages": [ASKED, SAID]}},
        [ASKED, SAID],
    ),
    "a request of Anthropic": (
        "batch-request",
        {"custom_id": "r1", "params": {"system": "s", "messages": [ASKED, SAID]}},
        [SYSTEM, ASKED, SAID],
    ),
    "a request of Gemini": (
        "batch-request",
        {
            "request": {
                "systemInstruction": {"parts": [{"text": "s"}]},
                "contents": [
                    {"role": "user", "parts": [{"text": "a"}]},
                    {"role": "model", "parts": [{"text": "b"}]},
                ],
            }
        },
        [SYSTEM, ASKED, SAID],
    ),
    "a request of Bedrock": (
        "batch-request",
        {"recordId": "1", "modelInput": {"system": "s", "messages": [ASKED, SAID]}},
        [SYSTEM, ASKED, SAID],
    ),
    "a request of the Responses API": (
        "responses",
        {"instructions": "s", "input": [ASKED, {"type": "message", **SAID}]},
        [SYSTEM, ASKED, SAID],
    ),
    "a request to the Responses API": (
        "batch-request",
        {**OPENAI_BATCH, "url": "/v1/responses", "body": {"model": "m", "instructions": "s", "input": "a"}},
        [SYSTEM, ASKED],
    ),
    "PaLM's chat": (
        "palm-chat",
        {
            "context": "s",
            "messages": [{"author": "user", "content": "a"}, {"author": "bot", "content": "b"}],
        },
        [SYSTEM, ASKED, SAID],
    ),
    "XTuner": (
        "xtuner",
        {"conversation": [{"system": "s", "input": "a", "output": "b"}, {"input": "c", "output": "d"}]},
        [SYSTEM, ASKED, SAID, AGAIN, MORE],
    ),
    "XTuner without an input": ("xtuner", {"conversation": [{"input": "", "output": "b"}]}, [SAID]),
    "lists of two": (
        "turn-lists",
        {"conversations": [["a", "b"], ["c", "d"]]},
        [ASKED, SAID, AGAIN, MORE],
    ),
    "lists of a role and a text": (
        "turn-lists",
        {"messages": [["system", "s"], ["human", "a"], ["gpt", "b"]]},
        [SYSTEM, ASKED, SAID],
    ),
    "texts in turn": ("turn-lists", {"id": 1, "data": ["a", "b", "c", "d"]}, [ASKED, SAID, AGAIN, MORE]),
}


@pytest.mark.parametrize(("shape", "record", "messages"), few_quick(LAYOUTS.values(), 8), ids=LAYOUTS)
def test_a_layout_is_recognised_and_converted(
    tmp_path: Path, shape: str, record: Any, messages: list[Any]
) -> None:
    assert shape_of(record) == shape
    new, notes = convert(tmp_path, record, "chat")
    assert new["messages"] == messages
    assert not [note for note in notes if note.startswith("lost")]
    assert {code for code, _ in check(tmp_path, record)} <= {"F021", "C001", "C002", "C008"}


@pytest.mark.parametrize(("shape", "record", "messages"), few_quick(LAYOUTS.values(), 4), ids=LAYOUTS)
def test_a_layout_can_be_written(tmp_path: Path, shape: str, record: Any, messages: list[Any]) -> None:
    if messages == [SAID] or shape == "completion":
        pytest.skip("it cannot be told from an empty question")
    written, _ = convert(tmp_path, {"messages": messages}, shape)
    assert shape_of(written) == shape
    back, _ = convert(tmp_path, written, "chat")
    assert back["messages"] == messages


EMPTY = {
    "user-assistant": ({"user": "a", "assistant": " "}, "assistant"),
    "batch-request": (
        {"body": {"messages": [ASKED, {"role": "assistant", "content": ""}]}},
        "body.messages[1].content",
    ),
    "palm-chat": (
        {"messages": [{"author": "user", "content": "a"}, {"author": "bot", "content": ""}]},
        "messages[1].content",
    ),
    "xtuner": ({"conversation": [{"input": "a", "output": ""}]}, "conversation[0].output"),
    "turn-lists": ({"conversations": [["a", ""]]}, "conversations[0][1]"),
    "scored-preference": (
        {"instruction": "a", "completions": [{"response": "", "score": 2}, {"response": "b", "score": 1}]},
        "completions[0].response",
    ),
}


@pytest.mark.parametrize(("record", "path"), EMPTY.values(), ids=EMPTY)
def test_findings_stand_where_the_record_has_the_fault(tmp_path: Path, record: Any, path: str) -> None:
    assert ("C003", path) in check(tmp_path, record) or ("R002", path) in check(tmp_path, record)


def test_a_batch_request_keeps_its_tools_and_its_other_fields(tmp_path: Path) -> None:
    body = {"model": "gpt-4.1", "temperature": 0, "messages": [ASKED, SAID], "tools": [TOOL]}
    new, _ = convert(tmp_path, {**OPENAI_BATCH, "body": body}, "chat")
    assert new == {
        "messages": [ASKED, SAID],
        "tools": [TOOL],
        **OPENAI_BATCH,
        "model": "gpt-4.1",
        "temperature": 0,
    }


def test_searches_of_the_api_are_named_and_the_answer_behind_them_is_kept(tmp_path: Path) -> None:
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed"}
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "b"}]}
    new, notes = convert(tmp_path, {"model": "m", "input": [ASKED], "output": [search, said]}, "openai-chat")
    assert new == {"messages": [ASKED, SAID]}
    assert any("output" in note for note in notes if note.startswith("lost"))


def test_a_text_in_a_batch_request_is_fixed_in_its_place(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    record = {**OPENAI_BATCH, "body": {"messages": [{"role": "User", "content": "a"}, SAID]}}
    source.write_text(json.dumps(record) + "\n")
    ftlint.fix(source, output)
    assert json.loads(output.read_text())["body"]["messages"] == [ASKED, SAID]


HH = "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: "


def test_transcripts_of_hh_rlhf_are_pairs_of_conversations(tmp_path: Path) -> None:
    record = {"chosen": HH + "d", "rejected": HH + "e\n\nand more"}
    new, notes = convert(tmp_path, record, "openai-dpo")
    assert new == {
        "input": {"messages": [ASKED, SAID, AGAIN]},
        "preferred_output": [MORE],
        "non_preferred_output": [{"role": "assistant", "content": "e\n\nand more"}],
    }
    assert not [note for note in notes if note.startswith("lost")]
    # TRL reads the texts as they are.
    same, _ = convert(tmp_path, record, "trl-dpo")
    assert same == record


@pytest.mark.parametrize(
    "chosen", ["Human: a", "x\n\nHuman: a\n\nAssistant: b", "\n\nHuman: a\n\nAssistant: b\n\nHuman: c"]
)
def test_other_texts_are_no_transcripts(tmp_path: Path, chosen: str) -> None:
    new, _ = convert(tmp_path, {"chosen": chosen, "rejected": HH + "e"}, "chat")
    assert new["messages"] == [{"role": "assistant", "content": chosen}]


def test_the_best_and_the_worst_of_scored_completions_are_a_pair(tmp_path: Path) -> None:
    completions = [
        {"model": "x", "response": "e", "overall_score": 2.5, "critique": "It says nothing."},
        {"model": "y", "response": "b", "overall_score": 8.0},
        {"model": "z", "response": "Quite another one.", "overall_score": 5.0},
    ]
    record = {"source": "q", "instruction": "a", "models": ["x", "y", "z"], "completions": completions}
    assert shape_of(record) == "scored-preference"
    new, notes = convert(tmp_path, record, "openai-dpo")
    assert new["input"]["messages"] == [ASKED]
    assert new["preferred_output"] == [SAID]
    assert new["non_preferred_output"] == [{"role": "assistant", "content": "e"}]
    lost = " ".join(note for note in notes if note.startswith("lost"))
    assert "completions[].model" in lost
    assert "completions[]" in lost
    assert "completions[].critique" in lost
    back, _ = convert(tmp_path, new, "scored-preference")
    assert back["completions"] == [
        {"response": "b", "overall_score": 1},
        {"response": "e", "overall_score": 0},
    ]


def test_equal_scores_are_no_pair(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    completions = [{"response": "b", "score": 1}, {"response": "c", "score": 1}]
    source.write_text(json.dumps({"instruction": "a", "completions": completions}) + "\n")
    with pytest.raises(UsageError, match="needs two answers with different scores"):
        ftlint.convert(source, tmp_path / "out.jsonl", to="openai-dpo")
    assert not (tmp_path / "out.jsonl").exists()


VERL = {
    "data_source": "gsm8k",
    "prompt": [ASKED],
    "ability": "math",
    "reward_model": {"style": "rule", "ground_truth": "72"},
    "extra_info": {"split": "train", "index": 0},
}


def test_a_prompt_of_verl_keeps_what_its_graders_read(tmp_path: Path) -> None:
    assert shape_of(VERL) == "verl-prompt"
    assert check(tmp_path, VERL) == []
    rest = {key: value for key, value in VERL.items() if key != "prompt"}
    for to in ("reinforcement", "openai-rft"):
        new, _ = convert(tmp_path, VERL, to)
        assert new == {"messages": [ASKED], **rest}
    assert convert(tmp_path, VERL, "prompt")[0] == VERL
    assert convert(tmp_path, {"messages": [ASKED], **rest}, "verl-prompt")[0] == VERL


@pytest.mark.parametrize(
    ("record", "truth"),
    [
        ({"messages": [ASKED, SAID]}, "b"),
        ({"prompt": [ASKED], "solution": "72"}, "72"),
        ({"messages": [ASKED], "reference_answer": ["72", "72.0"]}, ["72", "72.0"]),
    ],
)
def test_what_has_an_answer_becomes_a_prompt_of_verl(tmp_path: Path, record: Any, truth: Any) -> None:
    new, notes = convert(tmp_path, record, "verl-prompt")
    assert new["prompt"] == [ASKED]
    assert new["reward_model"] == {"style": "rule", "ground_truth": truth}
    assert new["data_source"] == "custom"
    assert not any("lost" in note for note in notes)


def test_a_prompt_of_verl_needs_what_it_is_graded_by(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"prompt": [ASKED]}) + "\n")
    with pytest.raises(UsageError, match="a reward function compares with"):
        ftlint.convert(source, tmp_path / "out.jsonl", to="verl-prompt")


IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/heron.png"}}
OUMI = {
    "messages": [
        {
            "role": "user",
            "content": [
                {"type": "image_url", "content": "https://example.org/heron.png"},
                {"type": "text", "content": "Which bird?"},
            ],
        },
        SAID,
    ],
    "metadata": {"source": "zoo"},
}


def test_items_of_oumi_are_parts_of_a_chat(tmp_path: Path) -> None:
    assert shape_of(OUMI) == "oumi-chat"
    chat, _ = convert(tmp_path, OUMI, "chat")
    assert chat["messages"][0]["content"] == [IMAGE, {"type": "text", "text": "Which bird?"}]
    assert convert(tmp_path, chat, "oumi")[0] == OUMI
    text = {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}, SAID]}
    assert convert(tmp_path, text, "oumi")[0] == {"messages": [{"role": "user", "content": "a"}, SAID]}
    data = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    new, _ = convert(tmp_path, {"messages": [{"role": "user", "content": [data]}, SAID]}, "oumi")
    assert new["messages"][0]["content"] == [{"type": "image_binary", "binary": "iVBORw0KGgo="}]


def test_a_text_of_an_item_of_oumi_is_found_and_fixed_in_its_place(tmp_path: Path) -> None:
    asked = {"role": "user", "content": [{"type": "text", "content": "a\u200bb"}]}
    assert ("U001", "messages[0].content[0].content") in check(tmp_path, {"messages": [asked, SAID]})


KNOWN = {
    "completion": {"prompt": "a", "completion": "b", "user": "u", "assistant": "x"},
    "text": {"text": "a", "user": "u", "assistant": "x"},
    "alpaca": {"instruction": "a", "output": "b", "body": {"messages": []}},
    "chat": {"messages": [ASKED, SAID], "user": "u", "assistant": "x"},
    "trl-preference": {
        "prompt": "a",
        "chosen": "b",
        "rejected": "c",
        "completions": [{"response": "x", "score": 1}],
    },
}


@pytest.mark.parametrize(("shape", "record"), KNOWN.items(), ids=KNOWN)
def test_a_known_shape_goes_before_these_layouts(shape: str, record: Any) -> None:
    assert shape_of(record) == shape


ROWS = [
    {"conversation_id": "x", "role": "user", "content": "a", "lang": "en"},
    {"conversation_id": "y", "role": "user", "content": "c", "lang": "de"},
    {"conversation_id": "x", "role": "assistant", "content": "b", "lang": "en"},
    {"conversation_id": "y", "role": "assistant", "content": "d", "lang": "de", "weight": 0},
]


def test_one_message_a_row_is_named_with_the_option_that_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    messages = [f.message for f in ftlint.check(path).files[0].findings if f.code == "S001"]
    assert messages[0] == (
        'one message a row ("role" and "content"): --join-rows conversation_id reads conversations'
    )
    path.write_text(json.dumps({"nr": 1, "from": "human", "value": "a"}) + "\n")
    (message,) = [f.message for f in ftlint.check(path).files[0].findings if f.code == "S001"]
    assert "--join-rows COLUMN" in message


@pytest.mark.parametrize("name", ["in.jsonl", "in.csv", "in.json"])
def test_rows_of_one_message_are_grouped_into_conversations(tmp_path: Path, name: str) -> None:
    path, output = tmp_path / name, tmp_path / "out.jsonl"
    if name == "in.csv":
        lines = ["conversation_id,role,content,lang,weight"]
        lines += [
            f"{r['conversation_id']},{r['role']},{r['content']},{r['lang']},{r.get('weight', '')}"
            for r in ROWS
        ]
        path.write_text("\n".join(lines) + "\n")
    else:
        path.write_text(
            json.dumps(ROWS) if name == "in.json" else "".join(json.dumps(r) + "\n" for r in ROWS)
        )
    report = ftlint.convert(path, output, to="chat", join_rows="conversation_id")
    records = [json.loads(line) for line in output.read_text().splitlines()]
    weight = "0" if name == "in.csv" else 0
    assert records == [
        {"messages": [ASKED, SAID], "conversation_id": "x", "lang": "en"},
        {"messages": [AGAIN, {**MORE, "weight": weight}], "conversation_id": "y", "lang": "de"},
    ]
    assert report.files[0].examples == 2
    checked = ftlint.check(path, join_rows="conversation_id", ignore=("B001", "S007", "C010", "C012", "C016"))
    assert [finding.code for finding in checked.files[0].findings] == []
    assert checked.files[0].examples == 2


def test_a_row_without_a_conversation_stays_a_record(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows = [
        {"messages": [ASKED, SAID]},
        {"id": "x", "speaker": "user", "text": "a"},
        {"id": "x", "speaker": "bot", "text": "b"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ftlint.convert(path, tmp_path / "out.jsonl", to="chat", join_rows="id")
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert first == {"messages": [ASKED, SAID]}
    assert second == {"messages": [ASKED, SAID], "id": "x"}


def test_a_fix_of_grouped_rows_writes_conversations(tmp_path: Path) -> None:
    path, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": "x", "role": "User", "content": "a"}, {"id": "x", "role": "assistant", "content": "b"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = ftlint.fix(path, output, join_rows="id")
    assert json.loads(output.read_text()) == {"messages": [ASKED, SAID], "id": "x"}
    assert [f.code for f in report.files[0].findings] in ([], ["B001"])


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ([ASKED, SAID], "jq -c '{messages: .}'"),
        ([{"from": "human", "value": "a"}], "jq -c '{messages: .}'"),
        ([["a", "b"], ["c", "d"]], "jq -c '{conversations: .}'"),
        (["a", "b"], "every line must be one {…}"),
    ],
)
def test_a_row_that_is_a_list_of_turns_is_told_how_to_become_a_record(
    tmp_path: Path, row: Any, remedy: str
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text((json.dumps(row) + "\n") * 2)
    messages = {f.message for f in ftlint.check(path).files[0].findings if f.code == "F015"}
    assert len(messages) == 1
    assert remedy in messages.pop()
