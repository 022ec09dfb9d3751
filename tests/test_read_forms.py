"""Contents, system prompts and calls in other forms than their shape's are read as what they say."""

import json
from pathlib import Path
from typing import Any

import pytest
from vendor_records import VERSION, blocks, model, read, text, user

import ftlint

ASKED, SAID = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
TURNS = {"contents": [user(text("a")), model(text("b"))]}
BLOCKS = {"schemaVersion": VERSION, "messages": [blocks("user", text("a")), blocks("assistant", text("b"))]}
PLAIN = {"messages": [ASKED, SAID]}
SYSTEM = {"role": "system", "content": "Be brief."}
TWO = [{"type": "text", "text": "Be brief."}, {"type": "text", "text": "Be kind."}]


def found(tmp_path: Path, record: Any, target: str | None = None) -> list[str]:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(record) + "\n")
    report = ftlint.check(path, target=target)
    return [finding.code for file in report.files for finding in file.findings]


def converted(tmp_path: Path, record: Any, to: str) -> tuple[Any, list[str]]:
    """The record in another form, and the codes of what the check of the new file finds."""
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(record) + "\n")
    report = ftlint.convert(source, output, to=to, overwrite=True)
    (line,) = output.read_text().splitlines()
    return json.loads(line), [finding.code for finding in report.files[0].findings]


@pytest.mark.parametrize(
    "system",
    ["Be brief.", ["Be brief."], text("Be brief."), {"parts": "Be brief."}, {"parts": ["Be brief."]}],
)
@pytest.mark.parametrize(
    "record",
    [
        lambda system: {"systemInstruction": system, **TURNS},
        lambda system: {"system_instruction": system, **TURNS},
    ],
    ids=["systemInstruction", "system_instruction"],
)
def test_a_system_instruction_that_is_not_made_of_parts(tmp_path: Path, record: Any, system: Any) -> None:
    given = record(system)
    assert read(given).messages == [SYSTEM, ASKED, SAID]
    codes = found(tmp_path, given)
    assert {"S004", "S005"} & {*codes}
    assert not {"C003", "C009"} & {*codes}
    # In the shape's own form it is accepted.
    new, codes = converted(tmp_path, given, "vertex-gemini")
    assert new["systemInstruction"] == {"parts": [text("Be brief.")]}
    assert not {"S004", "S005"} & {*codes}


@pytest.mark.parametrize(
    "record",
    [
        {**BLOCKS, "system": "Be brief."},
        {**BLOCKS, "system": ["Be brief."]},
        {**BLOCKS, "system": text("Be brief.")},
        {**BLOCKS, "system": [text("Be brief.")]},
        {**PLAIN, "system": "Be brief."},
        {**PLAIN, "system": ["Be brief."]},
        {**PLAIN, "system": text("Be brief.")},
        {**PLAIN, "system": [text("Be brief.")]},
        {**PLAIN, "system": [{"type": "text", "text": "Be brief."}]},
        {**PLAIN, "system": "Be brief.", "tools": [{"name": "f", "input_schema": {"type": "object"}}]},
    ],
    ids=repr,
)
def test_a_system_prompt_next_to_messages_in_any_form(tmp_path: Path, record: Any) -> None:
    new, _ = converted(tmp_path, record, "openai-chat")
    system = new["messages"][0]
    assert system["role"] == "system"
    assert system["content"] in ("Be brief.", [{"type": "text", "text": "Be brief."}])
    assert new["messages"][1:] == [ASKED, SAID]
    assert "system" not in new


def test_several_texts_of_a_system_prompt_stay_apart(tmp_path: Path) -> None:
    for record in (
        {"systemInstruction": ["Be brief.", "Be kind."], **TURNS},
        {"system": ["Be brief.", "Be kind."], **BLOCKS},
        {"system": ["Be brief.", "Be kind."], **PLAIN},
    ):
        assert read(record).messages[0] == {"role": "system", "content": TWO}


def test_an_unsafe_fix_leaves_a_system_prompt_that_is_a_text(tmp_path: Path) -> None:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    record = {"systemInstruction": "Be brief.", **TURNS}
    source.write_text(json.dumps(record) + "\n")
    ftlint.fix(source, output, unsafe=True)
    assert json.loads(output.read_text()) == record


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (["a"], "a"),
        (["a", "b"], [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]),
        (text("a"), "a"),
        ({"type": "text", "text": "a"}, "a"),
        ([text("a")], [{"type": "text", "text": "a"}]),
        ([{"type": "text", "content": "a"}], [{"type": "text", "text": "a"}]),
        ([{"type": "input_text", "text": "a"}], [{"type": "text", "text": "a"}]),
        (
            [{"type": "image_url", "image_url": "http://x/a.png"}],
            [{"type": "image_url", "image_url": {"url": "http://x/a.png"}}],
        ),
        ({"unknown": 1}, {"unknown": 1}),
    ],
    ids=repr,
)
def test_a_content_in_another_form(tmp_path: Path, content: Any, said: Any) -> None:
    given = {"messages": [{"role": "user", "content": content}, SAID]}
    assert read(given).messages == [{"role": "user", "content": said}, SAID]
    assert "C009" not in found(tmp_path, given)
    new, _ = converted(tmp_path, given, "chat")
    assert new["messages"][0]["content"] == said
    turns = {"conversations": [{"from": "human", "value": content}, {"from": "gpt", "value": "b"}]}
    assert read(turns).messages[0]["content"] == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (["a"], "a"),
        (text("a"), "a"),
        ({"item": "lamp"}, '{"item": "lamp"}'),
        (7, "7"),
        (["a", 7], '["a", 7]'),
    ],
    ids=repr,
)
def test_a_value_in_place_of_a_text(content: Any, said: str) -> None:
    assert read({"instruction": content, "output": "b"}).messages[0]["content"] == said
    assert read({"instruction": "a", "output": content}).messages[1]["content"] == said
    assert read({"instruction": "x", "input": content, "output": "b"}).messages[0]["content"] == f"x\n{said}"
    assert read({"prompt": content, "completion": "b"}).messages[0]["content"] == said
    assert read({"text": content}).messages[0]["content"] == said


def test_a_value_written_as_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"instruction": "x", "input": {"item": "lamp"}, "output": "b"}\n')
    report = ftlint.convert(tmp_path / "in.jsonl", tmp_path / "out.jsonl", to="chat")
    assert any("a value that is no text (its JSON text now)" in note for note in report.files[0].notes)


def test_texts_in_a_list_are_the_answers_of_a_pair(tmp_path: Path) -> None:
    conversation = read({"prompt": "a", "chosen": ["b"], "rejected": ["c"]})
    assert conversation.messages == [ASKED, SAID]
    assert conversation.rejected == [{"role": "assistant", "content": "c"}]
    assert "R001" not in found(tmp_path, {"prompt": "a", "chosen": ["b"], "rejected": ["c"]})


CALLED = {"name": "f", "arguments": '{"n": 1}'}


@pytest.mark.parametrize("key", ["arguments", "parameters", "args", "input"])
@pytest.mark.parametrize("given", [{"n": 1}, '{"n": 1}'], ids=["object", "text"])
def test_arguments_under_any_name_and_as_object_or_text(key: str, given: Any) -> None:
    call = {"name": "f", key: given}
    turns = [{"from": "human", "value": "a"}, {"from": "function_call", "value": json.dumps(call)}]
    chats = [
        {"role": "assistant", "function_call": call},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "assistant", "tool_calls": [{"id": "x", "type": "function", "function": call}]},
        {"role": "function_call", "content": json.dumps(call)},
        {"role": "tool_call", "content": json.dumps(call)},
    ]
    gemini = {"contents": [user(text("a")), model({"functionCall": call})]}
    nova = {**BLOCKS, "messages": [blocks("user", text("a")), blocks("assistant", {"toolUse": call})]}
    records = [{"conversations": turns}, *({"messages": [ASKED, chat]} for chat in chats), gemini, nova]
    for record in records:
        conversation = read(record)
        (made,) = conversation.messages[1]["tool_calls"]
        assert made["function"] == CALLED, record
        assert conversation.lost == []


@pytest.mark.parametrize("key", ["parameters", "args"])
def test_arguments_under_another_name_are_converted_within_a_shape(tmp_path: Path, key: str) -> None:
    call = {"id": "x", "type": "function", "function": {"name": "f", key: {"n": 1}}}
    record = {"messages": [ASKED, {"role": "assistant", "tool_calls": [call]}]}
    new, _ = converted(tmp_path, record, "openai-chat")
    assert new["messages"][1]["tool_calls"][0]["function"] == CALLED
    value = json.dumps({"name": "f", key: {"n": 1}})
    turns = [{"from": "human", "value": "a"}, {"from": "function_call", "value": value}]
    new, _ = converted(tmp_path, {"conversations": turns}, "llamafactory")
    assert json.loads(new["conversations"][1]["value"]) == {"name": "f", "arguments": {"n": 1}}


FUNCTION = {"name": "f", "parameters": {"type": "object", "properties": {}}}
WRAPPED = {"type": "function", "function": FUNCTION}
CALL = {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": CALLED}]}
CALL_WITH_OBJECT = {
    "role": "assistant",
    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": {"n": 1}}}],
}
RESULT = {"role": "tool", "tool_call_id": "c", "content": "r"}
IMAGE = "https://example.com/a.png"


def with_image(image: Any) -> Any:
    return {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": image}]}, SAID]}


def pair(preferred: Any, rejected: Any) -> Any:
    given = {"input": {"messages": [ASKED]}}
    return {**given, "preferred_output": preferred, "non_preferred_output": rejected}


@pytest.mark.parametrize(
    ("record", "target", "written"),
    [
        (with_image(IMAGE), "openai-chat", with_image({"url": IMAGE})),
        (with_image({"url": IMAGE}), "mistral-platform", with_image(IMAGE)),
        (pair(SAID, {**SAID, "content": "c"}), "openai-dpo", pair([SAID], [{**SAID, "content": "c"}])),
        (pair("b", "c"), "openai-dpo", pair([SAID], [{**SAID, "content": "c"}])),
        (
            {"messages": [ASKED, CALL, RESULT, SAID]},
            "llamafactory",
            {"messages": [ASKED, CALL_WITH_OBJECT, RESULT, SAID]},
        ),
        *(
            (
                {"messages": [ASKED, CALL, RESULT, SAID], "tools": tools},
                "openai-chat",
                {"messages": [ASKED, CALL, RESULT, SAID], "tools": [WRAPPED]},
            )
            for tools in (
                [FUNCTION],
                [{"type": "function", **FUNCTION}],
                json.dumps([FUNCTION]),
                json.dumps([WRAPPED]),
            )
        ),
        (
            {"messages": [{"role": "developer", "content": "s"}, ASKED, SAID]},
            "openai-chat",
            {"messages": [{"role": "system", "content": "s"}, ASKED, SAID]},
        ),
        (
            {"messages": [{"role": "developer", "content": "s"}, ASKED, SAID]},
            "llamafactory",
            {"messages": [{"role": "system", "content": "s"}, ASKED, SAID]},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_conversion_within_a_shape_writes_the_form_that_the_target_reads(
    tmp_path: Path, record: Any, target: str, written: Any
) -> None:
    new, codes = converted(tmp_path, record, target)
    assert new == written
    assert not {"S004", "S005", "C001", "T010"} & {*codes}


BLOCKS_OF_CALLS = {
    "messages": [
        ASKED,
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "t1", "name": "f", "input": {"n": 1}},
                {"type": "tool_use", "id": "t2", "name": "f", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "r"},
                {"type": "tool_result", "tool_use_id": "t2", "content": [{"type": "text", "text": "s"}]},
                {"type": "text", "text": "Go on."},
            ],
        },
        SAID,
    ],
    "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}],
}


def test_blocks_of_anthropic_are_calls_and_results(tmp_path: Path) -> None:
    new, codes = converted(tmp_path, BLOCKS_OF_CALLS, "openai-chat")
    calls = [
        {"id": "t1", "type": "function", "function": CALLED},
        {"id": "t2", "type": "function", "function": {"name": "f", "arguments": "{}"}},
    ]
    assert new["messages"] == [
        ASKED,
        {"role": "assistant", "content": "I look.", "tool_calls": calls},
        {"role": "tool", "tool_call_id": "t1", "content": "r"},
        {"role": "tool", "tool_call_id": "t2", "content": "s"},
        {"role": "user", "content": "Go on."},
        SAID,
    ]
    function = {"name": "f", "description": "d", "parameters": {"type": "object"}}
    assert new["tools"] == [{"type": "function", "function": function}]
    assert not {"S004", "S005", "T005", "T006", "T007"} & {*codes}


def test_thoughts_images_and_failures_in_blocks_of_anthropic() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": "AAAA"}
    conversation = read(
        {
            "messages": [
                {"role": "user", "content": [{"type": "image", "source": source}]},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "h"},
                        {"type": "tool_use", "id": "t", "name": "f", "input": None},
                    ],
                },
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "is_error": True}]},
            ]
        }
    )
    image, calling, result = conversation.messages
    assert image["content"] == [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]
    assert calling["reasoning_content"] == "h"
    assert calling["content"] is None
    assert result == {"role": "tool", "tool_call_id": "t", "content": "", "is_error": True}


def test_roles_of_ms_swift_are_calls_and_results(tmp_path: Path) -> None:
    call = {"role": "tool_call", "content": json.dumps({"name": "f", "arguments": {"n": 1}})}
    result = {"role": "tool_response", "content": "r"}
    for messages in ([ASKED, call, call, result, result, SAID],):
        new, codes = converted(
            tmp_path, {"messages": messages, "tools": json.dumps([FUNCTION])}, "openai-chat"
        )
        assert [message["role"] for message in new["messages"]] == [
            "user",
            "assistant",
            "tool",
            "tool",
            "assistant",
        ]
        calls = new["messages"][1]["tool_calls"]
        assert [made["function"] for made in calls] == [CALLED, CALLED]
        assert [message["tool_call_id"] for message in new["messages"][2:4]] == [made["id"] for made in calls]
        assert not {"C001", "S004", "S005", "T006", "T007"} & {*codes}


def test_the_fix_of_roles_leaves_a_turn_of_calls(tmp_path: Path) -> None:
    record = {"messages": [ASKED, {"role": "tool_call", "content": '{"name": "f", "arguments": {}}'}]}
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(record) + "\n")
    ftlint.fix(source, output)
    assert json.loads(output.read_text()) == record
