"""Transcripts: ``--turns`` reads ``Customer: …`` and ``Agent: …`` in a text as messages."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import exit_code
from examples import some
from hypothesis import given, settings
from hypothesis import strategies as st
from test_read_jsonl import read

import ftlint
from ftlint import UsageError
from ftlint.batch.record_makers import turns_of

TURNS = "Customer=user,Agent=assistant"
HELLO = "Customer: Hi\nAgent: Hello, what is it?\nI am all ears.\n\nReally.\n Customer :  The lamp.\r\nAgent:On its way.\n"
SAID = [
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello, what is it?\nI am all ears.\n\nReally."},
    {"role": "user", "content": "The lamp."},
    {"role": "assistant", "content": "On its way."},
]
SHORT = [{"role": "user", "content": "Open?"}, {"role": "assistant", "content": "Yes."}]


def convert(tmp_path: Path, data: Any, name: str = "in.jsonl", to: str = "chat", **settings: Any) -> Any:
    """The converted records and the report."""
    source = tmp_path / name
    source.write_bytes(data if isinstance(data, bytes) else as_text(data).encode())
    settings = {"turns": TURNS, **settings}
    report = ftlint.convert(source, tmp_path / "out.jsonl", to, **settings).files[0]
    return [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()], report


def as_text(data: Any) -> str:
    return data if isinstance(data, str) else "".join(json.dumps(row) + "\n" for row in data)


def findings(tmp_path: Path, data: Any, name: str = "in.jsonl", **settings: Any) -> list[Any]:
    (tmp_path / name).write_text(as_text(data), encoding="utf-8", newline="")
    report = ftlint.check(tmp_path / name, **{"turns": TURNS, **settings})
    return [(found.line, found.code, found.path, found.message) for found in report.findings]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (HELLO, SAID),
        ("\n\nCustomer: Open?\nAgent: Yes.", SHORT),
        ("Customer：Open?\nAgent：Yes.", SHORT),
        ("Customer: Agent: Yes.", [{"role": "user", "content": "Agent: Yes."}]),
        ("Customer: one\nAgents: two", [{"role": "user", "content": "one\nAgents: two"}]),
        ("Customer: one\nAgent:", [{"role": "user", "content": "one"}, {"role": "assistant", "content": ""}]),
        (
            "Customer: one\nCUSTOMER: two",
            [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}],
        ),
        ("customer: Open?\nagent: Yes.", SHORT),
        ("[10:32] Customer: Open?\n[10:33:05] Agent: Yes.", SHORT),
        ("2024-01-05 10:32 Customer: Open?\n2024-01-05T10:33:00Z Agent: Yes.", SHORT),
        ("1/5/24, 10:32 PM - Customer: Open?\n1/5/24, 10:33 PM - Agent: Yes.", SHORT),
        ("[00:01 - 00:04] Customer: Open?\n[00:00:05,1 --> 00:00:06,2] Agent: Yes.", SHORT),
        ("Customer (10:32): Open?\nAgent (10:33 am): Yes.", SHORT),
        ("[Customer]: Open?\n<Agent> Yes.", SHORT),
        ("**Customer:** Open?\n**Agent**: Yes.", SHORT),
        ("\n\nCustomer: Open?\n\nAgent: Yes.", SHORT),
        ("A call on Monday.\nCustomer: Open?", None),
        ("", None),
    ],
    ids=[
        "many lines, blanks and a carriage return",
        "blank lines at the start",
        "a colon as wide as a Chinese character",
        "a name inside a line is text",
        "a longer word is no name",
        "nothing said yet",
        "a name in capitals",
        "names in small letters",
        "times in brackets",
        "dates",
        "as a messenger exports it",
        "spans of time",
        "times after names",
        "names in brackets",
        "names in bold",
        "blank lines between turns",
        "words before the first name",
        "no words at all",
    ],
)
def test_a_text_with_turns(text: str, messages: Any) -> None:
    assert turns_of(TURNS).messages(text) == messages


def test_a_name_that_begins_like_another() -> None:
    turns = turns_of("Agent=assistant, Agent Smith = user")
    assert turns.messages("Agent Smith: Mr Anderson.\nAgent: Welcome back.") == [
        {"role": "user", "content": "Mr Anderson."},
        {"role": "assistant", "content": "Welcome back."},
    ]


@pytest.mark.parametrize("name", ["in.jsonl", "in.json", "in.csv"])
def test_texts_of_any_container(tmp_path: Path, name: str) -> None:
    texts = [{"text": HELLO.replace("\r", ""), "id": "7"}]
    data: Any = texts
    if name.endswith("csv"):
        data = 'Text,id\n"' + HELLO.replace("\r", "") + '",7\n'
    written, report = convert(tmp_path, json.dumps(texts) if name.endswith("json") else data, name)
    assert written == [{"messages": SAID, "id": "7"}]
    assert not report.dropped


def test_a_column_by_name(tmp_path: Path) -> None:
    data = 'id,Dialogue\n1,"Customer: Open?\nAgent: Yes."\n'
    assert convert(tmp_path, data, "in.csv", map={"text": "Dialogue"})[0] == [{"messages": SHORT, "id": "1"}]


def test_blank_lines_part_the_conversations_of_a_text_file(tmp_path: Path) -> None:
    data = f"\n{HELLO}\n\nCustomer: Open?\nAgent: Yes.\n\n"
    written, report = convert(tmp_path, data, "in.txt")
    assert written == [{"messages": SAID}, {"messages": SHORT}]
    assert "F006" not in report.counts
    lines = [
        line
        for line, code, *_ in findings(tmp_path, f"{data}Customer: Closed?\n", "in.txt")
        if code == "C002"
    ]
    assert lines == [14]


def test_lines_of_a_text_file_that_are_no_utf8_are_told_by_their_place(tmp_path: Path) -> None:
    data = "Customer: Open?\nAgent: Ja, für dich.\n\nCustomer: Open?\nAgent: Yes.\n".encode("cp1252")
    written, report = convert(tmp_path, data, "in.txt")
    assert written == [{"messages": SHORT}]
    (told,) = [found for found in report.findings if found.code == "F002"]
    assert (told.line, told.row) == (2, 1)
    assert "offset 28 " in told.message
    assert report.dropped.total() == 1


def words(text: str) -> str:
    return "".join(text.replace("\ufeff", "").split())


SCRAPS = [
    b"Customer:", b"Agent :", b" a ", b"\n", b"\n", b"\n\n", b"\r\n", b"\r", b"\t", b"\xff", b"\xef\xbb\xbf", b"\xe6\xb0\xb4", b"\x00",
    b"\xe2\x80\xa8",
]  # fmt: skip


@settings(max_examples=some(300), deadline=None)
@given(data=st.lists(st.sampled_from(SCRAPS), max_size=14).map(b"".join), size=st.integers(1, 40))
def test_any_text_file_is_read_to_its_end_and_without_a_traceback(data: bytes, size: int) -> None:
    seen = read(data, "x.txt", speakers=("Customer", "Agent"))
    if any(fault.line is None and "nothing was read" in fault.message for fault in seen.faults):
        # UTF-16 by its NULs: the file is refused as a whole, and said to be.
        assert not seen.records
        return
    if "not-data" in seen.kinds:
        assert not seen.records
        return
    assert seen.line_count == data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    assert seen.lines == sorted(set(seen.lines))
    assert set(range(1, seen.row_count + 1)) - set(seen.rows) <= {fault.row for fault in seen.faults}
    if "not-utf8" not in seen.kinds:
        said = "".join(row["text"] for row in seen.records)
        assert words(said) == words(data.decode())
    pieces = read(data, "x.txt", speakers=("Customer", "Agent"), block_bytes=size)
    assert (pieces.records, pieces.rows, pieces.lines) == (seen.records, seen.rows, seen.lines)


def test_a_text_that_begins_with_no_name_is_refused_by_name(tmp_path: Path) -> None:
    rows = [{"text": "Customer: Open?\nAgent: Yes."}, {"text": "A call on Monday."}]
    told = [found for found in findings(tmp_path, rows) if found[1] == "S004"]
    assert [found[:3] for found in told] == [(2, "S004", "text")]
    assert "Customer, Agent" in told[0][3] and '"A call on Monday."' in told[0][3]
    written, report = convert(tmp_path, rows, rejects=tmp_path / "rejects.jsonl")
    assert written == [{"messages": SHORT}]
    assert any("line 2: chat cannot take a text that begins with none of Customer" in n for n in report.notes)
    assert json.loads((tmp_path / "rejects.jsonl").read_text("utf-8"))["record"] == rows[1]


def test_a_fixed_file_is_a_chat(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text(
        f"{HELLO}\n\nbye\n\nCustomer: a\u200bb\nAgent: c\n", encoding="utf-8", newline=""
    )
    report = ftlint.fix(tmp_path / "in.txt", tmp_path / "out.jsonl", unsafe=True, turns=TURNS)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [len(row["messages"]) for row in rows] == [4, 2]
    assert rows[1]["messages"][0] == {"role": "user", "content": "ab"}
    assert report.files[0].shape == "chat"


def test_findings_name_the_messages(tmp_path: Path) -> None:
    told = findings(tmp_path, [{"text": "Customer: Open?\nAgent:"}])
    assert [found[1:3] for found in told] == [("C003", "messages[1].content")]


def test_records_that_are_no_texts_stay_what_they_are(tmp_path: Path) -> None:
    rows = [{"text": "Customer: Open?\nAgent: No."}, {"messages": SHORT}, {"text": None}]
    assert [found[:2] for found in findings(tmp_path, rows, select=["S"])] == [(3, "S002"), (3, "S005")]


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        ("Customer=user,Customer=assistant", 'the name "Customer" is given twice'),
        ("Customer=user,Agent=asistant", 'did you mean "assistant"'),
        ("Customer=user,Agent=tool", 'no role "tool"'),
        ("Customer", "no NAME=role"),
        ("=user", "is no name"),
        ("A:B=user", "is no name"),
        ("", "names and roles are wanted"),
        ({}, "names and roles are wanted"),
        ({"Customer": None}, 'no role "None"'),
        (7, "no NAME=role"),
    ],
)
def test_turns_that_cannot_be(turns: Any, words: str, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("Customer: Open?\n", encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        ftlint.check(tmp_path / "in.txt", turns=turns)


def test_turns_and_templates_are_two_things(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("Customer: Open?\n", encoding="utf-8")
    with pytest.raises(UsageError, match="choose one"):
        ftlint.check(tmp_path / "in.txt", turns=TURNS, completion="{text}")


def test_data_without_a_text_is_a_mistake_in_the_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--map text=COLUMN names it \(columns: id, Dialogue\)"):
        findings(tmp_path, "id,Dialogue\n1,a\n", "in.csv")
    with pytest.raises(UsageError, match='reads the field "text"'):
        findings(tmp_path, [{"prompt": "a", "completion": "b"}])


@pytest.mark.parametrize(
    "said", ['turns = "Customer=user,Agent=assistant"', '[turns]\nCustomer = "user"\nAgent = "assistant"']
)
def test_turns_from_the_configuration_and_the_command_line(said: str, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("Customer: Open?\nAgent: Yes.\n", encoding="utf-8")
    (tmp_path / "ftlint.toml").write_text(said, encoding="utf-8")
    (tmp_path / "bad.toml").write_text("turns = 7", encoding="utf-8")
    for options, code in (
        (("--config", str(tmp_path / "ftlint.toml")), 0),
        (("--isolated", "--turns", TURNS), 0),
        (("--isolated", "--turns", "Client=user"), 1),
        (("--config", str(tmp_path / "bad.toml")), 2),
    ):
        assert exit_code("check", tmp_path / "in.txt", *options) == code, options


def test_a_system_message_goes_before_the_turns(tmp_path: Path) -> None:
    written, _ = convert(tmp_path, [{"text": "Customer: Open?\nAgent: Yes."}], system="You help.")
    assert [message["role"] for message in written[0]["messages"]] == ["system", "user", "assistant"]


def test_the_two_texts_of_a_pair_are_turns_too(tmp_path: Path) -> None:
    pair = {"chosen": "\n\nHuman: Open?\n\nAssistant: Yes.", "rejected": "\n\nHuman: Open?\n\nAssistant: No."}
    written, report = convert(tmp_path, [pair], turns="Human=user,Assistant=assistant", to="trl-preference")
    assert report.shape == "trl-preference"
    ask = {"role": "user", "content": "Open?"}
    assert written == [
        {
            "chosen": [ask, {"role": "assistant", "content": "Yes."}],
            "rejected": [ask, {"role": "assistant", "content": "No."}],
        }
    ]


def test_a_text_that_somebody_else_begins_names_them(tmp_path: Path) -> None:
    (told,) = findings(tmp_path, [{"text": "Operator: Hello.\nCustomer: Open?"}], select=["S004"])
    assert '--turns does not name "Operator"' in told[3]
