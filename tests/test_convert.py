"""Converting: the same examples in another shape, and an account of what could not come along."""

import json
from pathlib import Path

import pytest
from examples import few_quick

import ftlint
from ftlint import NotReadWhole, UsageError

SYSTEM, USER, ANSWER = (
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "hi"},
    {"role": "assistant", "content": "hello"},
)
CALL = {"id": "call_2_0", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
WITH_TOOLS = {
    "messages": [
        USER,
        ANSWER,
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_2_0", "content": "1"},
        ANSWER,
    ],
    "tools": [TOOL],
}


def convert(tmp_path: Path, rows: list | bytes | str, to: str, name: str = "in.jsonl", **settings):
    """The converted records and the report."""
    if isinstance(rows, list):
        rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    source = tmp_path / name
    source.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    report = ftlint.convert(source, tmp_path / "out.jsonl", to, **settings)
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], report.files[0]


@pytest.mark.parametrize(
    ("chat", "shape", "written"),
    [
        ([USER, ANSWER], "completion", {"prompt": "hi", "completion": "hello"}),
        ([SYSTEM, USER, ANSWER], "completion", {"prompt": "Be brief.\n\nhi", "completion": "hello"}),
        ([USER, ANSWER], "alpaca", {"instruction": "hi", "input": "", "output": "hello"}),
        (
            [SYSTEM, USER, ANSWER, USER, ANSWER],
            "alpaca",
            {
                "instruction": "hi",
                "input": "",
                "output": "hello",
                "system": "Be brief.",
                "history": [["hi", "hello"]],
            },
        ),
        (
            [SYSTEM, USER, ANSWER],
            "sharegpt",
            {
                "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello"}],
                "system": "Be brief.",
            },
        ),
        ([ANSWER], "text", {"text": "hello"}),
    ],
)
def test_a_chat_in_another_shape(tmp_path: Path, chat: list, shape: str, written: dict) -> None:
    rows, report = convert(tmp_path, [{"messages": chat}], shape)
    assert rows == [written]
    assert not report.dropped


@pytest.mark.parametrize("shape", ["alpaca", "sharegpt"])
@pytest.mark.parametrize("chat", [[USER, ANSWER], [SYSTEM, USER, ANSWER, USER, ANSWER]])
def test_there_and_back_is_the_same(tmp_path: Path, shape: str, chat: list) -> None:
    there, _ = convert(tmp_path, [{"messages": chat}], shape)
    (tmp_path / "out.jsonl").unlink()
    back, _ = convert(tmp_path, there, "chat")
    assert back == [{"messages": chat}]


def test_tool_calls_survive_sharegpt(tmp_path: Path) -> None:
    there, report = convert(tmp_path, [WITH_TOOLS], "sharegpt")
    assert [turn["from"] for turn in there[0]["conversations"]] == [
        "human",
        "gpt",
        "function_call",
        "observation",
        "gpt",
    ]
    assert not report.dropped
    (tmp_path / "out.jsonl").unlink()
    back, _ = convert(tmp_path, there, "openai-chat")
    assert back == [WITH_TOOLS]


def test_what_a_shape_cannot_hold_is_counted_and_kept(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    rows = [{"messages": [USER, ANSWER, USER, ANSWER]}, {"messages": [USER, ANSWER]}]
    written, report = convert(tmp_path, rows, "completion", rejects=rejects)
    assert written == [{"prompt": "hi", "completion": "hello"}]
    assert report.dropped == {"convert": 1}
    assert any("line 1" in note and "one question and one answer" in note for note in report.notes)
    assert json.loads(rejects.read_text(encoding="utf-8"))["record"] == rows[0]


def test_fields_that_a_target_does_not_take_are_named_and_kept_beside(tmp_path: Path) -> None:
    rows = [{"prompt": "a", "completion": "b", "id": n} for n in range(2)]
    written, report = convert(tmp_path, rows, "openai-chat")
    assert all(set(row) == {"messages"} for row in written)
    assert any('lost: "id" in 2 records' in note for note in report.notes)
    lost = (tmp_path / "out.jsonl.lost.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lost] == [0, 1]


def test_a_shape_without_a_target_keeps_other_fields(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [{"prompt": "a", "completion": "b", "id": 7}], "chat")
    assert written[0]["id"] == 7
    assert not (tmp_path / "out.jsonl.lost.jsonl").exists()
    assert not any("lost" in note for note in report.notes)


@pytest.mark.parametrize(
    ("rows", "bare"),
    [
        ([("red ->", " one END"), ("blue ->", " two END")], [("red", "one"), ("blue", "two")]),
        ([("red\n\n###\n\n", " one\n"), ("blue\n\n###\n\n", " two\n")], [("red", "one"), ("blue", "two")]),
        ([("Why?", "So."), ("Who?", "Me.")], [("Why?", "So."), ("Who?", "Me.")]),
        (
            [('{"a": 1}', '{"b": 1}'), ('{"a": 2}', '{"b": 2}')],
            [('{"a": 1}', '{"b": 1}'), ('{"a": 2}', '{"b": 2}')],
        ),
        ([("red", " one"), ("blue", "two")], [("red", " one"), ("blue", "two")]),
    ],
    ids=[
        "arrow and END",
        "hashes and newline",
        "punctuation is text",
        "JSON is text",
        "not all start with a space",
    ],
)
def test_the_marks_of_the_legacy_format_come_off(tmp_path: Path, rows: list, bare: list) -> None:
    written, _ = convert(tmp_path, [{"prompt": p, "completion": c} for p, c in rows], "openai-chat")
    assert [tuple(m["content"] for m in row["messages"]) for row in written] == bare


def test_the_marks_stay_if_asked(tmp_path: Path) -> None:
    rows = [{"prompt": "red ->", "completion": " one END"}, {"prompt": "blue ->", "completion": " two END"}]
    written, _ = convert(tmp_path, rows, "chat", keep_endings=True)
    assert written[0]["messages"][0]["content"] == "red ->"


def test_and_go_on_again_and_the_result_is_clean(tmp_path: Path) -> None:
    chats = [
        {"messages": [{"role": "user", "content": f"q {n}"}, {"role": "assistant", "content": f"{n} it is."}]}
        for n in range(12)
    ]
    written, report = convert(tmp_path, chats, "openai-completions")
    assert written[3] == {"prompt": "q 3 ->", "completion": " 3 it is.\n"}
    assert not [code for code in report.counts if code.startswith("P")]
    assert any("put on" in note for note in report.notes)


def test_marks_of_ones_own(tmp_path: Path) -> None:
    rows = [
        {
            "messages": [
                {"role": "user", "content": "唐,隐形,轻松"},
                {"role": "assistant", "content": "\n\n一位。"},
            ]
        }
    ]
    written, _ = convert(tmp_path, rows * 2, "openai-completions", separator=" =>", stop=".")
    assert written[0] == {"prompt": "唐,隐形,轻松 =>", "completion": "\n\n一位。."}


def test_marks_of_most_are_taken_off_and_completed(tmp_path: Path) -> None:
    rows = [{"prompt": f"q{n} ->", "completion": f" It is {n} END"} for n in range(58)]
    rows += [{"prompt": "odd", "completion": "Nothing here"}, {"prompt": "red->", "completion": " C++"}]
    written, report = convert(tmp_path, rows, "openai-chat")
    assert [[m["content"] for m in row["messages"]] for row in (written[0], *written[58:])] == [
        ["q0", "It is 0"],
        ["odd", "Nothing here"],
        ["red->", "C++"],
    ]
    assert any("2 of 60 prompts lack it; 2 of 60 completions lack it" in note for note in report.notes)
    (tmp_path / "out.jsonl").unlink()
    written, _ = convert(tmp_path, rows[:59], "openai-completions")
    assert written[58] == {"prompt": "odd ->", "completion": " Nothing here END"}


STORIES = """dynasty,super_power,story_type,story
唐,隐形,轻松,一位叫做李明的英雄人物。
宋,飞行,努力,"很久以前,
有一位英雄。"
"""


def test_a_table_of_stories_by_templates(tmp_path: Path) -> None:
    how = {"prompt": "{dynasty},{super_power},{story_type}", "completion": "{story}"}
    legacy, _ = convert(tmp_path, STORIES, "openai-completions", name="stories.csv", **how)
    assert legacy[0] == {"prompt": "唐,隐形,轻松 ->", "completion": "一位叫做李明的英雄人物。 END"}
    (tmp_path / "out.jsonl").unlink()
    chat, _ = convert(tmp_path, STORIES, "openai-chat", name="stories.csv", system="讲故事", **how)
    assert chat[1]["messages"] == [
        {"role": "system", "content": "讲故事"},
        {"role": "user", "content": "宋,飞行,努力"},
        {"role": "assistant", "content": "很久以前,\n有一位英雄。"},
    ]


def test_a_template_with_an_unknown_column_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='did you mean "super_power"'):
        convert(tmp_path, STORIES, "chat", name="stories.csv", prompt="{super_powr}", completion="{story}")
    assert not (tmp_path / "out.jsonl").exists()


def test_a_system_message_for_every_example_that_has_none(tmp_path: Path) -> None:
    rows = [{"messages": [USER, ANSWER]}, {"messages": [SYSTEM, USER, ANSWER]}]
    written, _ = convert(tmp_path, rows, "chat", system="You help.")
    assert [row["messages"][0]["content"] for row in written] == ["You help.", "Be brief."]


def test_broken_rows_are_counted_and_the_others_converted(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    written, report = convert(
        tmp_path, '{"prompt": "a", "completion": "b"}\n{oops\n', "chat", rejects=rejects
    )
    assert len(written) == 1
    assert report.dropped.total() == 1
    assert "{oops" in rejects.read_text(encoding="utf-8").replace('\\"', '"')


def test_roles_are_spelt_right_on_the_way(tmp_path: Path) -> None:
    rows = [{"messages": [{"role": "Human", "content": "hi"}, {"role": "gpt", "content": "hello"}]}]
    written, _ = convert(tmp_path, rows, "openai-chat")
    assert [m["role"] for m in written[0]["messages"]] == ["user", "assistant"]


def test_an_interrupted_conversion_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"prompt": "a", "completion": "b"}\n' * 3, encoding="utf-8")

    def stop(amount: int) -> None:
        raise KeyboardInterrupt

    from ftlint.commands.convert.run import ConvertOptions, convert_file
    from ftlint.config.settings import from_python
    from ftlint.io.find import find_sources

    with pytest.raises(KeyboardInterrupt):
        wish = ConvertOptions(to="chat", output=tmp_path / "out.jsonl")
        convert_file(find_sources([str(source)])[0], from_python(), wish, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_source_that_was_not_read_whole_is_not_converted(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    with pytest.raises(NotReadWhole, match=r"in\.jsonl was not read whole.*Git LFS pointer"):
        convert(tmp_path, pointer, "chat")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


@pytest.mark.parametrize(
    "name", few_quick(["chat.csv", "chat.tsv.gz", "chat.xlsx", "chat.parquet", "chat.json"], 2)
)
def test_a_chat_with_tools_comes_back_from_every_container_byte_for_byte(tmp_path: Path, name: str) -> None:
    rows = [WITH_TOOLS, {"messages": [SYSTEM, {"role": "user", "content": "=1\r\n\u2028 007"}, ANSWER]}]
    convert(tmp_path, rows, "openai-chat")
    ftlint.convert(tmp_path / "in.jsonl", tmp_path / name, "openai-chat")
    report = ftlint.convert(tmp_path / name, tmp_path / "back.jsonl", "openai-chat").files[0]
    assert (tmp_path / "back.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    assert report.notes[0] == "2 chat → 2 chat (openai-chat)"


def test_what_a_container_cannot_hold_is_not_carried_but_counted_and_kept(tmp_path: Path) -> None:
    long = {"prompt": "a", "completion": "b" * 40_000, "id": 1}
    source = tmp_path / "in.jsonl"
    good = {"prompt": "c", "completion": "d", "id": 2}
    source.write_text("".join(json.dumps(row) + "\n" for row in (good, long, good)), encoding="utf-8")
    output, rejects = tmp_path / "out.xlsx", tmp_path / "rejects.jsonl"
    report = ftlint.convert(source, output, "alpaca", rejects=rejects).files[0]
    assert (report.kept, report.dropped) == (2, {"convert": 1})
    assert report.notes[0] == "2 completion → 2 alpaca"
    assert any("1 record, at line 2: .xlsx cannot hold more than 32,767" in note for note in report.notes)
    assert json.loads(rejects.read_text(encoding="utf-8"))["record"] == long
    assert ftlint.check(output).examples == 2


def test_a_table_that_cannot_be_is_not_written(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"prompt": "a", "completion": "b", "x\\u0000": "c"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="control character"):
        ftlint.convert(source, tmp_path / "out.csv", "completion")
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_the_name_says_what_is_written(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"prompt": "a", "completion": "b"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"\.parquet"):
        ftlint.convert(source, tmp_path / "out.docx", "completion")
    with pytest.raises(UsageError, match="ftlint convert writes others"):
        ftlint.fix(source, tmp_path / "out.csv")


@pytest.mark.parametrize("name", ["out.json", "out.csv", "out.xlsx", "out.parquet"])
def test_a_system_message_and_templates_go_into_every_container(tmp_path: Path, name: str) -> None:
    source = tmp_path / "stories.csv"
    source.write_text(STORIES, encoding="utf-8")
    how = {"prompt": "{dynasty},{super_power},{story_type}", "completion": "{story}", "system": "讲故事"}
    report = ftlint.convert(source, tmp_path / name, "openai-chat", **how).files[0]
    assert (report.examples, report.shape) == (2, "chat")


def test_a_prompt_without_an_answer_is_not_carried_to_a_target_that_learns_answers(tmp_path: Path) -> None:
    rows = [{"prompt": "2 + 2?", "ground_truth": "4"}, {"prompt": "2 + 3?", "completion": "5"}]
    written, report = convert(tmp_path, rows, "openai-chat", rejects=tmp_path / "rejects.jsonl")
    assert [[message["content"] for message in row["messages"]] for row in written] == [["2 + 3?", "5"]]
    assert any("has no answer to learn from" in note for note in report.notes)
    rejected = (tmp_path / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["record"] for line in rejected] == rows[:1]


@pytest.mark.parametrize(
    ("record", "to", "lost"),
    [
        ({"systemInstruction": {"parts": [{"text": "s", "mood": "grim"}]}, "contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]}]}, "chat", '"systemInstruction.parts[].mood"'),
        ({"prompt": "q", "completion": "a", "meta": {"page": 7}}, "openai-chat", '"meta"'),
    ],
)  # fmt: skip
def test_what_is_read_nowhere_is_named_and_kept(tmp_path: Path, record: dict, to: str, lost: str) -> None:
    _, report = convert(tmp_path, [record], to)
    kept = tmp_path / "out.jsonl.lost.jsonl"
    assert f"lost: {lost} in 1 record · kept in {kept} (--no-lost to skip)" in report.notes
    field = lost.strip('"').partition(".")[0]
    assert json.loads(kept.read_text(encoding="utf-8"))[field] == record[field]


def test_what_a_fix_removes_is_named_and_kept(tmp_path: Path) -> None:
    row = {"messages": [USER, {**ANSWER, "mood": "good"}], "id": 7}
    (tmp_path / "in.jsonl").write_text(json.dumps(row) + "\n")
    report = ftlint.fix(tmp_path / "in.jsonl", tmp_path / "out.jsonl", target="openai-chat", unsafe=True)
    assert json.loads((tmp_path / "out.jsonl").read_text()) == {"messages": [USER, ANSWER]}
    kept = json.loads((tmp_path / "out.jsonl.lost.jsonl").read_text())
    assert kept == {"line": 1, "row": 1, **row}
    assert sum(note.startswith("lost: ") for note in report.files[0].notes) == 2


def test_an_earlier_file_of_lost_values_is_not_written_over_in_place(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    for mood in ("good", "bad"):
        path.write_text(json.dumps({"messages": [USER, {**ANSWER, "mood": mood}]}) + "\n")
        ftlint.fix(path, target="openai-chat", unsafe=True, in_place=True)
    kept = [tmp_path / "in.jsonl.lost.jsonl", tmp_path / "in (1).jsonl.lost.jsonl"]
    assert ["good" in kept[0].read_text(), "bad" in kept[1].read_text()] == [True, True]


@pytest.mark.parametrize(
    ("record", "texts"),
    [
        (
            {"instruction": "Make a sentence.", "input": {"item": "lamp", "n": 3}, "output": "So."},
            ['Make a sentence.\n{"item": "lamp", "n": 3}', "So."],
        ),
        ({"instruction": "q", "output": ["x", "y"]}, ["q", "x\ny"]),
    ],
)
def test_a_value_that_is_no_text_is_never_taken_for_empty(
    tmp_path: Path, record: dict, texts: list[str]
) -> None:
    (row,), _ = convert(tmp_path, [record], "chat")
    assert [message["content"] for message in row["messages"]] == texts
