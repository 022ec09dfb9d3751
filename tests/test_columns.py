"""Columns beside the question and the answer: part of the example where their names say so, otherwise told once."""

import json
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick

import ftlint
from ftlint import UsageError
from ftlint.rule import SHAPES
from ftlint.shapes.detect import ShapeDetector

PAIRS = [["Hi", "Hello"]]
HELD = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]


def written(path: Path, rows: list[Any], to: str, **options: Any) -> list[Any]:
    """The records that a conversion writes."""
    source, out = path / "in.jsonl", path / "out.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ftlint.convert(source, out, to, overwrite=True, **options)
    return [json.loads(line) for line in out.read_text().splitlines()]


def said(record: dict[str, Any]) -> list[tuple[str, str]]:
    """The (role, text) of the messages of a record."""
    detected = ShapeDetector(SHAPES).detect(record)
    assert detected is not None
    conversation = detected.shape.read(record, detected.fields)
    return [(message["role"], message["content"]) for message in conversation.messages]


@pytest.mark.parametrize(
    ("record", "messages"),
    [
        ({"prompt": "q", "completion": "a", "system": "s"}, [("system", "s"), ("user", "q")]),
        ({"system_prompt": "s", "question": "q", "response": "a"}, [("system", "s"), ("user", "q")]),
        ({"instruction": "i", "context": "c", "response": "a"}, [("user", "i\nc")]),
        ({"instruction": "i", "input": "c", "response": "a"}, [("user", "i\nc")]),
        ({"instruction": "i", "prompt": "q", "completion": "a"}, [("user", "i\nq")]),
        ({"context": "c", "question": "q", "answer": "a"}, [("user", "c\nq")]),
        ({"context": ["c", "d"], "question": "q", "answer": "a"}, [("user", "c\nd\nq")]),
        ({"prompt": "q", "input": "c", "completion": "a"}, [("user", "q\nc")]),
        ({"prompt": "", "context": "c", "completion": "a"}, [("user", "c")]),
        ({"prompt": "q", "completion": "a", "history": "Hi. Hello."}, [("user", "Hi. Hello.\nq")]),
        *(
            (
                {"prompt": "q", "completion": "a", "history": history, "system": "s"},
                [("system", "s"), ("user", "Hi"), ("assistant", "Hello"), ("user", "q")],
            )
            for history in (PAIRS, HELD)
        ),
        ({"prompt": "q", "completion": "a", "history": None, "system": "", "context": []}, [("user", "q")]),
        ({"instruction": "q", "output": "a", "system_prompt": "s"}, [("system", "s"), ("user", "q")]),
        (
            {
                "system_prompt": "s",
                "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}],
            },
            [("system", "s"), ("user", "q")],
        ),
        (
            {
                "system": "s",
                "tools": [],
                "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
            },
            [("system", "s"), ("user", "q")],
        ),
        (
            {
                "system": "s",
                "prompt": [{"role": "user", "content": "q"}],
                "completion": [{"role": "assistant", "content": "a"}],
            },
            [("system", "s"), ("user", "q")],
        ),
    ],
)
def test_columns_that_belong_to_the_example_by_their_names(
    record: Any, messages: list[Any], tmp_path: Path
) -> None:
    assert said(record) == [*messages, ("assistant", "a")]
    (chat,) = written(tmp_path, [record], "openai-chat")
    assert [(m["role"], m["content"]) for m in chat["messages"]] == [*messages, ("assistant", "a")]
    (figures,) = ftlint.stats(tmp_path / "in.jsonl").files
    assert sum(figures.roles.values()) == len(messages) + 1


CHAT = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
TURNS = {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}
FROM = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]
EARLIER = [("user", "Hi"), ("assistant", "Hello"), ("user", "q")]


@pytest.mark.parametrize(
    ("record", "to", "asked"),
    [
        ({**CHAT, "history": PAIRS}, "openai-chat", EARLIER),
        ({**CHAT, "history": HELD, "system": "s"}, "trl-sft", [("system", "s"), *EARLIER]),
        ({**TURNS, "chat_history": FROM}, "together", EARLIER),
        ({"instruction": "q", "output": "a", "history": HELD}, "llamafactory", EARLIER),
        ({"prompt": "q", "chosen": "a", "rejected": "b", "context": "c"}, "trl-dpo", [("user", "c\nq")]),
        ({"prompt": "q", "chosen": "a", "rejected": "b", "input": "c"}, "llamafactory", [("user", "q\nc")]),
        ({"question": "q", "chosen": "a", "rejected": "b", "history": PAIRS}, "openai-dpo", EARLIER),
        ({"prompt": "q", "completion": "a", "label": True, "context": "c"}, "trl-kto", [("user", "c\nq")]),
        ({"prompt": HELD, "chosen": [CHAT["messages"][1]], "rejected": [HELD[1]], "history": FROM}, "trl-dpo", EARLIER[:2]),
    ],
)  # fmt: skip
def test_earlier_turns_and_contexts_beside_messages_and_pairs(
    record: Any, to: str, asked: list[Any], tmp_path: Path
) -> None:
    (new,) = written(tmp_path, [record], to)
    expected = [*asked, ("assistant", "a")]
    assert said(new)[-len(expected) :] == expected
    assert not {"history", "chat_history", "context"} & set(new) or to == "llamafactory"


def test_a_history_that_the_messages_begin_with_is_named_and_not_said_twice(tmp_path: Path) -> None:
    messages = [{"role": "system", "content": "s"}, *HELD, *CHAT["messages"]]
    (chat,) = written(tmp_path, [{"messages": messages, "history": PAIRS}], "openai-chat")
    assert chat == {"messages": messages}
    assert json.loads((tmp_path / "out.jsonl.lost.jsonl").read_text())["history"] == PAIRS


@pytest.mark.parametrize("value", [{"a": "b"}, ["a", 1], 7, [["a"]], [{"role": "user"}]])
@pytest.mark.parametrize("name", few_quick(["system", "history", "context", "instruction", "input"], 2))
def test_what_is_neither_text_nor_turns_is_no_part_and_not_lost(
    name: str, value: Any, tmp_path: Path
) -> None:
    record = {"prompt": "q", "completion": "a", name: value}
    assert said(record) == [("user", "q"), ("assistant", "a")]
    assert written(tmp_path, [record], "chat")[0][name] == value


@pytest.mark.parametrize(
    ("record", "to", "new"),
    [
        (
            {"prompt": "q", "completion": "a", "system": "s"},
            "trl-sft",
            {
                "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}],
                "completion": [{"role": "assistant", "content": "a"}],
            },
        ),
        (
            {"prompt": "q", "completion": "a", "system": "s"},
            "bedrock-llama",
            {"prompt": "s\n\nq", "completion": "a"},
        ),
        (
            {"prompt": "q", "chosen": "a", "rejected": "b", "system": "s"},
            "trl-dpo",
            {
                "prompt": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}],
                "chosen": [{"role": "assistant", "content": "a"}],
                "rejected": [{"role": "assistant", "content": "b"}],
            },
        ),
        (
            {"prompt": "q", "chosen": "a", "rejected": "b", "system": "s"},
            "axolotl",
            {"prompt": "q", "chosen": "a", "rejected": "b", "system": "s"},
        ),
    ],
)
def test_a_column_that_the_target_does_not_read_is_written_as_what_it_reads(
    record: Any, to: str, new: Any, tmp_path: Path
) -> None:
    assert written(tmp_path, [record], to, keep_endings=True) == [new]


ROWS = [{"prompt": "q", "completion": "a", "sys": "Be {brief}."}]
SYSTEM = {"role": "system", "content": "Be {brief}."}


def test_a_system_message_from_a_column_needs_no_other_template(tmp_path: Path) -> None:
    for options in ({"system": "{sys}"}, {"map": {"system": "sys"}}):
        (chat,) = written(tmp_path, ROWS, "openai-chat", **options)
        assert chat["messages"][0] == SYSTEM
    assert not (tmp_path / "out.jsonl.lost.jsonl").exists()


@pytest.mark.parametrize("system", ["{sy}", "Be {brief", '{"a": 1}'])
def test_a_template_that_would_write_its_own_braces_is_an_error(system: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="braces"):
        written(tmp_path, ROWS, "openai-chat", system=system)
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(("rows", "to"), [(ROWS, "trl-kto"), (ROWS, "openai-dpo"), ([], "openai-chat")])
def test_a_conversion_that_keeps_no_record_writes_nothing(rows: list[Any], to: str, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("old")
    with pytest.raises(UsageError, match="nothing is written"):
        written(tmp_path, rows, to, rejects=tmp_path / "rejects.jsonl")
    assert (tmp_path / "out.jsonl").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize(
    ("target", "remedy"),
    [
        ("openai-dpo", "each needs a rejected answer"),
        ("trl-kto", "each needs a label"),
        ("openai-completions", "ftlint prepare IN --target openai-completions --expand-turns"),
        ("vertex-gemini", "ftlint convert IN -o OUT --to vertex-gemini"),
    ],
)
def test_the_advice_for_another_shape_never_empties_the_file(
    target: str, remedy: str, tmp_path: Path
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"messages": HELD * 2}) + "\n")
    (report,) = ftlint.check(source, target=target, select="S003").files
    assert remedy in report.findings[0].message


def test_every_shape_reads_what_it_folds() -> None:
    for shape in SHAPES.values():
        assert set(shape.folded_fields) <= set(shape.optional), shape.name


def test_columns_in_no_template_are_named_and_kept(tmp_path: Path) -> None:
    how = {"prompt": "{q}", "completion": "{a}"}
    row = {"q": "one", "a": "two", "note": "three"}
    assert written(tmp_path, [row], "trl-sft", **how) == [{"prompt": "one", "completion": "two"}]
    assert json.loads((tmp_path / "out.jsonl.lost.jsonl").read_text())["note"] == "three"
    made = ftlint.prepare(tmp_path / "in.jsonl", tmp_path / "new.jsonl", target="trl-sft", **how)
    assert any('"note" in 1 record' in note for note in made.report.notes)
    (finding,) = [
        f for f in ftlint.check(tmp_path / "in.jsonl", target="trl-sft", **how).findings if f.code == "S009"
    ]
    assert finding.message == 'column "note", with 1 value, is in no template'


def test_labels_that_are_words_or_numbers_become_true_or_false(tmp_path: Path) -> None:
    words = ["true", "False", 1, 0, "1", "yes", "no", "desirable", "Undesirable"]
    rows = [{"prompt": f"q{n}", "completion": "a", "label": word} for n, word in enumerate(words)]
    assert [row["label"] for row in written(tmp_path, rows, "trl-kto")] == [
        *(True, False, True, False, True, True, False, True, False)
    ]
    assert not (tmp_path / "out.jsonl.lost.jsonl").exists()
