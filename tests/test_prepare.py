"""``ftlint prepare``: rows in, prepared rows out, and what was proposed, agreed to and decided."""

import json
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick

import ftlint
from ftlint import UsageError
from ftlint.commands.prepare.manifest import read_manifest
from ftlint.commands.prepare.options import PrepareOutput
from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import AutoPrompter, Prepared
from ftlint.commands.prepare.run import prepare_file
from ftlint.io.source import Source

LEGACY = "openai-completions"
NOUNS = (
    "river",
    "stone",
    "lamp",
    "garden",
    "window",
    "bridge",
    "market",
    "letter",
    "engine",
    "island",
    "sea",
    "fog",
)
STORIES = [
    {"prompt": f"the {noun}", "completion": f"{noun.title()} of {n} years.\nThen came the {noun}"}
    for n, noun in enumerate(NOUNS)
]


def prepare(folder: Path, rows: list[dict[str, Any]] | str, name: str = "in.jsonl", **given: Any) -> Prepared:
    """Prepare rows, or a text, without counting tokens."""
    path = folder / name
    text = rows if isinstance(rows, str) else "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(text.encode())
    return ftlint.prepare(path, stats=False, **given)


def rows_of(made: Prepared, part: str = "") -> list[dict[str, Any]]:
    return [json.loads(line) for line in made.files[part].read_text(encoding="utf-8").splitlines()]


def proposed(made: Prepared) -> dict[str, bool]:
    return {remedy.code: agreed for remedy, agreed in made.remedies}


def repeat(made: Prepared, folder: Path) -> Prepared:
    """What ``--from`` does with the manifest of a preparation."""
    assert made.manifest is not None
    manifest = read_manifest(made.manifest)
    source = Source(manifest.source, Path(manifest.source), None)
    where = PrepareOutput(output=folder / "again.jsonl", stats=False)
    answers = AutoPrompter(lambda remedy: manifest.answer(remedy.code))
    return prepare_file(source, manifest.settings, manifest.intent, where, answers, again=manifest)


def test_prompts_and_completions_become_chat_and_nothing_is_proposed(tmp_path: Path) -> None:
    made = prepare(tmp_path, STORIES)
    assert rows_of(made)[0] == {
        "messages": [
            {"role": "user", "content": "the river"},
            {"role": "assistant", "content": "River of 0 years.\nThen came the river"},
        ]
    }
    assert (len(rows_of(made)), made.changed, made.dropped.total(), proposed(made)) == (12, 12, 0, {})


def test_the_legacy_way_puts_marks_on_and_says_how_to_ask(tmp_path: Path) -> None:
    made = prepare(tmp_path, STORIES, target=LEGACY)
    assert rows_of(made)[0] == {
        "prompt": "the river ->",
        "completion": " River of 0 years.\nThen came the river END",
    }
    assert proposed(made) == {"P001": True, "P003": True, "P004": True}
    assert made.marks.separator == " ->"
    assert made.marks.stop == " END"
    assert made.advice is not None
    assert 'end every prompt with " ->", as in training' in made.advice.asking


def test_marks_come_off_for_chat(tmp_path: Path) -> None:
    marked = [{"prompt": f"{noun} ->", "completion": f" a {noun} END"} for noun in NOUNS]
    made = prepare(tmp_path, marked)
    assert [m["content"] for m in rows_of(made)[0]["messages"]] == ["river", "a river"]


def test_what_is_refused_is_not_done(tmp_path: Path) -> None:
    made = prepare(tmp_path, STORIES, target=LEGACY, accept=lambda remedy: remedy.code != "P003")
    assert proposed(made) == {"P001": True, "P003": False, "P004": True}
    assert rows_of(made)[0]["completion"].startswith("River")


def test_no_is_the_answer_to_all(tmp_path: Path) -> None:
    made = prepare(tmp_path, STORIES, target=LEGACY, accept=False)
    assert rows_of(made) == STORIES
    assert made.files[""].read_bytes() == (tmp_path / "in.jsonl").read_bytes()
    assert made.changed == 0


@pytest.mark.parametrize(
    ("given", "codes"), [({"only": "P001"}, {"P001"}), ({"skip": ["P001", "no-stop"]}, {"P003"})]
)
def test_only_and_skip_choose_what_is_proposed(
    tmp_path: Path, given: dict[str, Any], codes: set[str]
) -> None:
    assert set(proposed(prepare(tmp_path, STORIES, target=LEGACY, **given))) == codes


def test_a_remedy_shows_what_it_would_do(tmp_path: Path) -> None:
    seen: list[ProposedFix] = []
    prepare(tmp_path, STORIES, target=LEGACY, accept=lambda remedy: bool(seen.append(remedy)))
    first = seen[0]
    assert (first.code, first.rows, first.drops) == ("P001", 12, False)
    assert [(c.line, c.before, c.after) for c in first.examples] == [
        (1, "the river", "the river ->"),
        (2, "the stone", "the stone ->"),
        (3, "the lamp", "the lamp ->"),
    ]


def test_holes_and_repetitions_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = [*STORIES, STORIES[3], {"prompt": "the void", "completion": ""}]
    made = prepare(tmp_path, rows, target=LEGACY, rejects=tmp_path / "out.jsonl")
    assert made.dropped == {"P010": 1, "D001": 1}
    assert made.kept.total() == 12
    rejected = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(r["line"], r["code"]) for r in rejected] == [(13, "D001"), (14, "P010")]


def test_what_is_left_out_is_kept_in_the_order_of_the_file(tmp_path: Path) -> None:
    lines = [json.dumps(row) for row in [*STORIES, STORIES[0]]]
    prepare(tmp_path, "\n".join(["{broken", *lines, ""]), rejects=tmp_path / "out.jsonl")
    rejected = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(r["line"], r["code"]) for r in rejected] == [(1, "F004"), (14, "D001")]


def test_rows_that_are_equal_once_they_are_mended_are_repetitions(tmp_path: Path) -> None:
    rows = [*STORIES, {"prompt": "the ri\u200bver", "completion": STORIES[0]["completion"]}]
    assert prepare(tmp_path, rows).dropped == {"D001": 1}
    assert prepare(tmp_path, rows, accept=lambda remedy: remedy.code != "U001").dropped == {}


def test_a_table_and_templates(tmp_path: Path) -> None:
    table = "dynasty,power,story\n" + "".join(f"唐,隐形 {n},故事 {n} 很长。\n" for n in range(12))
    made = prepare(
        tmp_path, table, "stories.csv", prompt="{dynasty},{power}", completion="{story}", target=LEGACY
    )
    assert made.files[""].name == "stories_prepared.jsonl"
    assert rows_of(made)[0]["prompt"] == "唐,隐形 0 ->"
    assert made.outlook.scripts == ["Chinese"]
    assert "P003" not in proposed(made)


LABELS = [
    {"prompt": f"review {n} of {NOUNS[n % 12]}", "completion": ("good", "bad")[n % 3 > 0]} for n in range(60)
]


def test_classes_are_divided_and_every_class_is_on_both_sides(tmp_path: Path) -> None:
    made = prepare(tmp_path, LABELS)
    train, valid = rows_of(made, "train"), rows_of(made, "valid")
    assert len(train) + len(valid) == 60
    assert {row["messages"][1]["content"] for row in valid} == {"good", "bad"}
    assert {path.name for path in made.files.values()} == {
        "in_prepared_train.jsonl",
        "in_prepared_valid.jsonl",
    }
    told = [json.dumps(row) for row in train]
    assert not any(json.dumps(row) in told for row in valid)


def test_tokens_and_costs_are_those_of_training(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in LABELS))
    made = ftlint.prepare(tmp_path / "in.jsonl", model="gpt-4.1-mini")
    trained = ftlint.stats(made.files["train"], target="openai-chat", model="gpt-4.1-mini").all
    assert made.figures is not None
    assert made.figures.tokens == trained.tokens > 0
    assert made.figures.training == trained.training
    assert made.outlook.tokens is not None
    assert made.outlook.tokens > trained.tokens


def test_no_split_and_a_split_of_stories(tmp_path: Path) -> None:
    assert set(prepare(tmp_path, LABELS, split=False).files) == {""}
    made = prepare(tmp_path, STORIES, valid=4)
    assert made.kept["valid"] == 4


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    names = [prepare(tmp_path, STORIES).files[""].name for _ in range(3)]
    assert names == ["in_prepared.jsonl", "in_prepared (1).jsonl", "in_prepared (2).jsonl"]
    assert (tmp_path / "in_prepared (2).manifest.json").exists()


@pytest.mark.parametrize("rows", [STORIES, LABELS], ids=["stories", "labels"])
@pytest.mark.parametrize("target", few_quick([LEGACY, "openai-chat", "together", "llamafactory"], 1))
def test_the_manifest_makes_the_same_bytes_again(
    tmp_path: Path, rows: list[dict[str, Any]], target: str
) -> None:
    made = prepare(tmp_path, rows, target=target, accept=lambda remedy: remedy.code != "P003")
    again = repeat(made, tmp_path)
    assert again.report.notes[-1] == "the same bytes as in_prepared.manifest.json says"
    assert [path.read_bytes() for path in again.files.values()] == [
        path.read_bytes() for path in made.files.values()
    ]


def test_the_manifest_tells_what_was_read_and_written(tmp_path: Path) -> None:
    from hashlib import sha256

    made = prepare(tmp_path, [*STORIES, STORIES[0]], target=LEGACY, separator=" =>")
    assert made.manifest is not None
    content = read_manifest(made.manifest).content
    assert content.input.sha256 == sha256((tmp_path / "in.jsonl").read_bytes()).hexdigest()
    assert content.outputs[0].sha256 == sha256(made.files[""].read_bytes()).hexdigest()
    assert content.counts == {
        "read": 13,
        "kept": 12,
        "changed": 12,
        "dropped": {"D001": 1},
        "fixed": {"P001": 12, "P003": 12, "P004": 12},
    }
    assert content.decisions["P001"]["separator"] == " =>"
    assert content.asking.stop == " END"


def test_a_manifest_is_for_its_input_only(tmp_path: Path) -> None:
    made = prepare(tmp_path, STORIES)
    assert made.manifest is not None
    (tmp_path / "in.jsonl").write_text('{"prompt": "other", "completion": "data"}\n')
    with pytest.raises(UsageError, match=r"is not the file that .* was made from"):
        repeat(made, tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{", '{"schema": 1}', "[]", '{"schema": 9, "tool": {}}', "\u0000"], ids=range(6)
)
def test_what_is_no_manifest_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(UsageError, match="no manifest of ftlint prepare"):
        read_manifest(tmp_path / "m.json")


TALK = "Customer: Hello?\nAgent: Hi!\nCustomer: My parcel?\nAgent: On its way."


def test_turns_are_expanded_for_chat(tmp_path: Path) -> None:
    made = prepare(
        tmp_path, [{"text": TALK}], turns="Customer=user,Agent=assistant", expand_turns=True, only="P001"
    )
    assert [[m["content"] for m in row["messages"]] for row in rows_of(made)] == [
        ["Hello?", "Hi!"],
        ["Hello?", "Hi!", "My parcel?", "On its way."],
    ]


def test_turns_are_expanded_for_prompts_and_completions(tmp_path: Path) -> None:
    made = prepare(
        tmp_path,
        [{"text": TALK}],
        turns="Customer=user,Agent=assistant",
        expand_turns=True,
        target=LEGACY,
        accept=lambda remedy: remedy.code in ("P003", "P004"),
    )
    assert rows_of(made) == [
        {"prompt": "Customer: Hello?\nAgent:", "completion": " Hi!\n"},
        {
            "prompt": "Customer: Hello?\nAgent: Hi!\nCustomer: My parcel?\nAgent:",
            "completion": " On its way.\n",
        },
    ]
    assert made.marks.separator == "\nAgent:"


def test_broken_rows_are_counted_and_the_rest_is_prepared(tmp_path: Path) -> None:
    text = "".join(json.dumps(row) + "\n" for row in STORIES) + '{"prompt": "x", \n[1]\n{"a": 1}\n'
    made = prepare(tmp_path, text)
    assert (made.outlook.rows, made.kept.total(), made.unusable) == (15, 12, 3)
    assert sum(made.dropped.values()) == 3


@pytest.mark.parametrize("text", ["", "\n\n", "[]", "not json at all", "\ufeff"], ids=range(5))
def test_nothing_to_prepare_writes_nothing(tmp_path: Path, text: str) -> None:
    made = prepare(tmp_path, text)
    assert (made.files, made.manifest) == ({}, None)
    assert made.report.target == "openai-chat"
    assert {"F001", "F004", "F015"} & set(made.report.counts)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_lines_that_are_python_are_read_if_somebody_agrees(tmp_path: Path) -> None:
    text = "".join(f"{row!r}\n" for row in STORIES)
    made = prepare(tmp_path, text, accept=lambda remedy: remedy.code == "F004")
    assert proposed(made) == {"F004": True}
    assert made.remedies[0][0].rows == made.kept.total() == 12
    assert prepare(tmp_path, text, accept=False).files == {}


def test_records_that_nothing_mends_are_left_out_and_counted(tmp_path: Path) -> None:
    turns = [{"from": "narrator", "value": "x"}, {"from": "gpt", "value": [7]}]
    rows: list[dict[str, Any]] = [*STORIES, {"conversations": turns}]
    made = prepare(tmp_path, rows, target=LEGACY)
    assert (made.kept.total(), made.dropped, made.unusable) == (12, {"convert": 1}, 1)


def test_an_untouched_line_stays_byte_for_byte(tmp_path: Path) -> None:
    chats = [
        {"messages": [{"role": "user", "content": f"é {noun}"}, {"role": "assistant", "content": "ok so"}]}
        for noun in NOUNS
    ]
    text = "".join(json.dumps(chat, ensure_ascii=n % 2 == 0) + "\n" for n, chat in enumerate(chats))
    made = prepare(tmp_path, text + text.splitlines()[0] + "\n", split=False)
    assert made.files[""].read_text(encoding="utf-8") == text
    assert made.changed == 0
