"""Columns beside messages that belong to the example by their names: ``context`` and ``documents``."""

import json
from pathlib import Path
from typing import Any

import pytest

import ftlint

ASKED, SAID = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
SYSTEM = {"role": "system", "content": "s"}
CHAT = {"messages": [SYSTEM, ASKED, SAID, ASKED, SAID]}
TURNS = {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}
WITH = {
    "a text": ({**CHAT, "context": "Mali."}, "Mali.\na"),
    "texts": ({**CHAT, "documents": ["Mali.", "Chad."]}, "Mali.\nChad.\na"),
    "documents with titles": (
        {**CHAT, "documents": [{"title": "Mali", "text": "In Africa."}, {"text": "So."}]},
        "Mali\nIn Africa.\nSo.\na",
    ),
    "ShareGPT": ({**TURNS, "context": "Mali.", "documents": ["Chad."]}, "Mali.\nChad.\na"),
    "said already": (
        {**CHAT, "messages": [SYSTEM, {**ASKED, "content": "Of Mali: a"}, SAID], "context": "Mali"},
        "Of Mali: a",
    ),
    "no text": ({**CHAT, "context": {"page": "Mali"}}, "a"),
}


def convert(tmp_path: Path, record: Any, to: str) -> Any:
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(record) + "\n")
    ftlint.convert(source, output, to=to, overwrite=True)
    return json.loads(output.read_text())


@pytest.mark.parametrize(("record", "asked"), WITH.values(), ids=WITH)
def test_texts_beside_messages_stand_before_the_first_question(
    tmp_path: Path, record: Any, asked: str
) -> None:
    for to in ("openai-chat", "trl-sft", "ms-swift"):
        new = convert(tmp_path, record, to)
        messages = new.get("messages") or [{"role": "user", "content": new["conversations"][0]["value"]}]
        assert next(m["content"] for m in messages if m["role"] == "user") == asked
    kept = (tmp_path / "out.jsonl").read_text() + "".join(
        f.read_text() for f in tmp_path.glob("*.lost.jsonl")
    )
    assert "Mali" in kept


def test_the_check_names_what_no_trainer_reads_and_finds_faults_in_it(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows = [{**CHAT, "context": "a\u200bb"}, {**CHAT, "documents": ["x", {"text": 5}]}]
    rows += [{**TURNS, "documents": [{"title": "t", "text": "a\u200bb"}]}, {**TURNS, "documents": ["other"]}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = [
        (f.code, f.path)
        for f in ftlint.check(path, target="trl-sft", select=("U001", "S009", "S012", "D001"))
        .files[0]
        .findings
    ]
    assert found == [("S009", None), ("S009", None), ("U001", "context"), ("U001", "documents[0].text")]
    ftlint.fix(path, tmp_path / "out.jsonl", unsafe=True)
    fixed = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert fixed[0]["context"] == fixed[2]["documents"][0]["text"] == "ab"
