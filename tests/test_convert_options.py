"""The options of a conversion: rows in, rows out, for each option and shape; and what a target cannot follow."""

import json
from pathlib import Path

import pytest
from examples import few_quick
from test_conservation import left_over, some_rows

import ftlint
from ftlint import UsageError
from ftlint.cli.app import app


def says(role: str, content: object = None, **more: object) -> dict:
    return {"role": role, "content": role[0] if content is None else content, **more}


S, U, A = says("system"), says("user"), says("assistant")
OFF = {**A, "weight": 0}
FUNCTION = {"name": "f", "arguments": '{"a": 1}'}
CALL = {"id": "call_1_0", "type": "function", "function": FUNCTION}
CALLED = {"id": "call_1_0", "type": "function", "function": {"name": "f", "arguments": {"a": 1}}}
CALLS = says("assistant", "", tool_calls=[CALL])
RESULT = {"role": "tool", "tool_call_id": "call_1_0", "content": "1"}
IMAGE = {"type": "image_url", "image_url": {"url": "a.png"}}
TEXT = {"type": "text", "text": "u"}
THOUGHT = "<think>\nt\n</think>"


def converted(folder: Path, rows: list, to: str, **options: object) -> tuple[list, list[str]]:
    """The new records, and the notes."""
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    report = ftlint.convert(
        folder / "in.jsonl", folder / "out.jsonl", to, rejects=folder / "bad.jsonl", overwrite=True, **options
    )
    lines = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], report.files[0].notes


# Each option: messages before and after, one row each.
CHANGES = {
    "system_messages=fold": [
        ([S, U, A], [says("user", "s\n\nu"), A]),
        ([S, S, says("user", [TEXT, IMAGE]), A], [says("user", [{"type": "text", "text": "s\n\ns\n\n"}, TEXT, IMAGE]), A]),
        ([says("developer"), U, A, S, A], [says("user", "d\n\nu"), A, says("user", "s"), A]),
        ([U, S, A], [says("user", "u\n\ns"), A]),
        ([S, A], [says("user", "s"), A]),
    ],
    "system_messages=drop": [([S, U, A, S, U, A], [U, A, U, A])],
    "system_messages=keep": [([S, U, A, S, U, A], [S, U, A, S, U, A])],
    "merge_consecutive= + ": [
        ([U, U, U, A, A], [says("user", "u + u + u"), says("assistant", "a + a")]),
        ([U, says("user", [TEXT, IMAGE]), A], [says("user", [{"type": "text", "text": "u + u"}, IMAGE]), A]),
        ([U, A, {**CALLS, "content": None}, RESULT, A], [U, {**A, "tool_calls": [CALL]}, RESULT, A]),
        # A weight, a name, or a text after a call says something else.
        ([U, OFF, A], [U, OFF, A]),
        ([says("user", name="x"), U, A], [says("user", name="x"), U, A]),
        ([U, CALLS, RESULT, RESULT, A], [U, CALLS, RESULT, RESULT, A]),
    ],
    "reasoning=inline": [
        ([U, {**A, "reasoning_content": "t"}], [U, says("assistant", f"{THOUGHT}\n\na")]),
        ([U, {**A, "thinking": "t"}, U, A], [U, says("assistant", f"{THOUGHT}\n\na"), U, A]),
        ([U, {**CALLS, "reasoning": "t"}, RESULT, A], [U, {**CALLS, "content": THOUGHT}, RESULT, A]),
        ([U, says("assistant", [{"type": "thinking", "thinking": "t"}, {"type": "text", "text": "a"}])], [U, says("assistant", f"{THOUGHT}\n\na")]),
    ],
    "reasoning=field": [
        ([U, says("assistant", f"{THOUGHT}\n\na")], [U, {**A, "reasoning_content": "t"}]),
        # An empty block, and one in the middle, are text.
        ([U, says("assistant", "<think>\n\n</think>\n\na")], [U, says("assistant", "<think>\n\n</think>\n\na")]),
        ([U, says("assistant", f"a {THOUGHT}")], [U, says("assistant", f"a {THOUGHT}")]),
    ],
    "reasoning=drop": [
        ([U, says("assistant", f"{THOUGHT}\n\na"), U, {**A, "reasoning": "t"}], [U, A, U, A]),
    ],
    "tool_arguments=object": [([U, CALLS, RESULT, A], [U, {**CALLS, "tool_calls": [CALLED]}, RESULT, A])],
    "tool_arguments=text": [
        ([U, {**CALLS, "tool_calls": [CALLED]}, RESULT, A], [U, CALLS, RESULT, A]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("option", CHANGES)
def test_an_option_changes_messages(option: str, tmp_path: Path) -> None:
    name, _, value = option.partition("=")
    before = [{"messages": messages} for messages, _ in CHANGES[option]]
    after, _ = converted(tmp_path, before, "chat", **{name: value})
    assert [row["messages"] for row in after] == [messages for _, messages in CHANGES[option]]
    again, _ = converted(tmp_path, after, "chat", **{name: value})
    assert again == after


def test_media_are_marks_with_a_list_or_parts(tmp_path: Path) -> None:
    parts = {"messages": [says("user", [TEXT, IMAGE]), A]}
    marks = {"messages": [says("user", "u<image>"), A], "images": ["a.png"]}
    assert converted(tmp_path, [parts, marks], "chat", media="placeholders")[0] == [marks, marks]
    assert converted(tmp_path, [parts, marks], "chat", media="parts")[0] == [parts, parts]
    # LLaMA-Factory counts marks, so that this is how it gets images without an option.
    assert converted(tmp_path, [parts, marks], "llamafactory")[0] == [marks, marks]


UNTRAINED = [
    {"messages": [S, U, OFF, says("user", "v"), says("assistant", "b"), U, A]},
    {"messages": [U, A, U, OFF]},
    {"messages": [U, {**CALLS, "weight": 0}, RESULT, A]},
    {"messages": [U, OFF]},
]


def test_untrained_answers_are_dropped_with_what_follows(tmp_path: Path) -> None:
    rows, notes = converted(tmp_path, UNTRAINED, "trl-sft", untrained="drop", system_messages="drop")
    assert rows == [{"messages": [U, A]}]
    assert any(
        'what begins with an answer of weight 0" in 1 record' in n.replace("0 in", '0" in') for n in notes
    )
    assert any("not carried: 3 records" in note and "before the first of weight 0" in note for note in notes)
    kept = json.loads((tmp_path / "out.jsonl.lost.jsonl").read_text(encoding="utf-8"))
    assert kept == {"line": 2, "row": 2, **UNTRAINED[1]}


def test_untrained_answers_are_read_and_not_learnt_after_a_split(tmp_path: Path) -> None:
    rows, notes = converted(tmp_path, UNTRAINED, "trl-sft", untrained="split")
    assert rows == [
        {"prompt": [S, U, OFF, says("user", "v")], "completion": [says("assistant", "b")]},
        {"prompt": [S, U, OFF, says("user", "v"), says("assistant", "b"), U], "completion": [A]},
        {"prompt": [U], "completion": [A]},
        {
            "prompt": [U, {**CALLS, "tool_calls": [CALLED], "weight": 0}, RESULT],
            "completion": [A],
        },
    ]
    assert "1 record was split into 2 examples" in notes and not any("train with" in note for note in notes)
    assert ftlint.check(tmp_path / "out.jsonl", target="trl-sft", select="C017").findings == []


def test_a_trainer_of_whole_conversations_is_told_to_train_the_last_answer(tmp_path: Path) -> None:
    rows, notes = converted(tmp_path, UNTRAINED[:1], "llamafactory", untrained="split")
    assert rows == [
        {"messages": [S, U, A, says("user", "v"), says("assistant", "b")]},
        {"messages": [S, U, A, says("user", "v"), says("assistant", "b"), U, A]},
    ]
    assert any(note.startswith("train with mask_history: true: without it llamafactory") for note in notes)


SWITCHES = [
    ("weight", 0, 1),
    ("loss", False, True),
    ("loss", 0, 1.0),
    ("train", False, True),
    ("training", False, True),
]
SWITCHED = [
    {"messages": [U, {**A, name: off}, U, {**says("assistant", "b"), name: on}]} for name, off, on in SWITCHES
] + [
    {"conversations": [
        {"from": "human", "value": "u"}, {"from": "gpt", "value": "a", "train": False},
        {"from": "human", "value": "u"}, {"from": "gpt", "value": "b", "train": True},
    ]}
]  # fmt: skip


@pytest.mark.parametrize(
    ("to", "off", "on"),
    [("openai-chat", {"weight": 0}, {"weight": 1}), ("swift-chat", {"loss": False}, {"loss": True})],
)
def test_a_weight_has_the_name_that_the_target_reads(tmp_path: Path, to: str, off: dict, on: dict) -> None:
    target = "ms-swift" if to == "swift-chat" else to
    rows, notes = converted(tmp_path, SWITCHED[:5] if target == "ms-swift" else SWITCHED, target)
    made = [[{key: m[key] for key in sorted(m)} for m in row["messages"]] for row in rows]
    assert made == [[U, {**A, **off}, U, {**says("assistant", "b"), **on}]] * len(rows)
    assert not any("lost" in note for note in notes)
    assert ftlint.check(tmp_path / "out.jsonl", target=target, select=["C017", "S006"]).findings == []


def test_turns_get_the_name_that_the_target_reads(tmp_path: Path) -> None:
    rows, _ = converted(tmp_path, SWITCHED[5:], "ms-swift")
    assert [turn.get("loss") for turn in rows[0]["conversations"]] == [None, False, None, True]


@pytest.mark.parametrize("row", SWITCHED)
def test_a_switch_of_another_trainer_is_untrained_too(tmp_path: Path, row: dict) -> None:
    rows, _ = converted(tmp_path, [row], "trl-sft", untrained="split")
    assert [(len(one["prompt"]), one["completion"][0]["content"]) for one in rows] == [(3, "b")]


def test_a_weight_that_is_null_is_none(tmp_path: Path) -> None:
    padded = {**A, "loss": None, "train": False, "weight": None}
    rows, _ = converted(tmp_path, [{"messages": [U, padded]}], "openai-chat")
    assert rows[0]["messages"][1] == {**A, "weight": 0}


def test_a_measured_loss_is_no_switch(tmp_path: Path) -> None:
    row = {"messages": [U, {**A, "loss": 2.5}]}
    assert converted(tmp_path, [row], "trl-sft", untrained="drop")[0] == [row]


def test_prepare_splits_and_its_manifest_makes_the_same_again(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in UNTRAINED), encoding="utf-8")
    made = ftlint.prepare(source, target="trl-sft", untrained="split", stats=False, merge_consecutive=True)
    first = made.files[""].read_bytes()
    assert len(first.splitlines()) == 4
    assert "1 record was split into 2 examples" in made.report.notes
    app(["prepare", "--from", str(made.manifest), "-o", str(tmp_path / "b.jsonl")], standalone_mode=False)
    assert (tmp_path / "b.jsonl").read_bytes() == first


@pytest.mark.parametrize(
    ("to", "options", "told"),
    [
        ("trl-sft", {"tool_arguments": "text"}, "--tool-arguments text: trl-sft reads objects"),
        ("openai-chat", {"tool_arguments": "object"}, "--tool-arguments object: openai-chat reads JSON text"),
        ("sharegpt", {"tool_arguments": "text"}, "in sharegpt the arguments of a call are an object"),
        ("trl-sft", {"media": "placeholders"}, "--media placeholders: trl-sft reads parts"),
        ("llamafactory", {"media": "parts"}, "--media parts: llamafactory reads placeholders"),
        ("sharegpt", {"media": "parts"}, "--media parts: sharegpt has texts and no parts"),
        ("openai-chat", {"media": "placeholders"}, "openai-chat has no column images"),
        ("openai-chat", {"reasoning": "field"}, "openai-chat has no field for reasoning; write inline"),
        ("axolotl", {"untrained": "split"}, "axolotl trains on every answer of an example"),
        ("chat", {"system_messages": "folds"}, 'no value "folds"; did you mean "fold"'),
    ],
)
def test_what_a_target_cannot_follow_is_an_error_in_words(
    to: str, options: dict, told: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as raised:
        converted(tmp_path, [{"messages": [U, A]}], to, **options)
    assert told in str(raised.value)
    assert not (tmp_path / "out.jsonl").exists()


def test_options_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"messages": [S, U, U, A]}) + "\n", encoding="utf-8")
    options = ["--to", "chat", "--system-messages", "fold", "--merge-consecutive", "--isolated"]
    app(["convert", str(source), "-o", str(out), *options], standalone_mode=False)
    assert json.loads(out.read_text(encoding="utf-8"))["messages"] == [says("user", "s\n\nu\n\nu"), A]
    assert "lost: the role of a system message" in capsys.readouterr().out.replace("\n       ", " ")


EVERY_OPTION = [
    {"tool_arguments": "object"},
    {"system_messages": "fold", "tool_arguments": "text"},
    {"system_messages": "drop", "reasoning": "inline"},
    {"merge_consecutive": True, "media": "parts"},
    {"reasoning": "field", "media": "placeholders"},
    {"reasoning": "drop", "untrained": "drop"},
    {"untrained": "split", "merge_consecutive": True},
]


WITH_TARGETS = [("chat", options) for options in EVERY_OPTION] + [
    ("nemo", {"tool_arguments": "object", "merge_consecutive": True}),
    ("trl-sft", {"untrained": "split", "system_messages": "fold"}),
    ("llamafactory", {"untrained": "drop", "reasoning": "inline"}),
    ("mistral-finetune", {"system_messages": "drop"}),
    ("vertex-gemini", {"reasoning": "drop", "system_messages": "fold"}),
    ("alpaca", {"untrained": "split", "reasoning": "inline"}),
]


@pytest.mark.parametrize(("to", "options"), few_quick(WITH_TARGETS, 4))
def test_with_every_option_a_conversion_loses_nothing(to: str, options: dict, tmp_path: Path) -> None:
    def convert(path: Path, folder: Path) -> None:
        ftlint.convert(path, folder / "out.jsonl", to, rejects=folder / "rejects.jsonl", **options)

    assert left_over(some_rows(f"{to} {options}"), tmp_path, convert) == []
