"""Earlier turns and system messages beside an instruction reach the trainer, or the record is refused in words."""

import json
from pathlib import Path
from typing import Any

import pytest

import ftlint
from ftlint import UsageError

ALPACA = {"instruction": "And herons?", "input": "", "output": "In trees."}
EARLIER = {**ALPACA, "history": [["Where do storks nest?", "On roofs."]]}
SYSTEM = {**ALPACA, "system": "Be brief."}
CHAT = [
    {"role": role, "content": text}
    for role, text in zip(
        ("user", "assistant") * 2,
        ("Where do storks nest?", "On roofs.", "And herons?", "In trees."),
        strict=True,
    )
]


def converted(folder: Path, record: Any, to: str, **options: Any) -> Any:
    (folder / "in.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    ftlint.convert(folder / "in.jsonl", folder / "out.jsonl", to, **options)
    return json.loads((folder / "out.jsonl").read_text(encoding="utf-8"))


@pytest.mark.parametrize("to", ["axolotl", "oumi", "openai-chat"])
def test_a_history_that_is_not_read_becomes_turns(tmp_path: Path, to: str) -> None:
    assert converted(tmp_path, EARLIER, to) == {"messages": CHAT}


@pytest.mark.parametrize("to", ["llamafactory", "ms-swift"])
def test_a_history_that_is_read_stays(tmp_path: Path, to: str) -> None:
    assert converted(tmp_path, EARLIER, to) == EARLIER


@pytest.mark.parametrize("record", [EARLIER, {"messages": CHAT}])
def test_a_target_of_one_question_gets_no_earlier_turns(tmp_path: Path, record: Any) -> None:
    with pytest.raises(UsageError, match="reads one question and its answer, and no earlier turns"):
        converted(tmp_path, record, "litgpt")


def test_a_system_message_that_is_not_read_is_named_with_its_option(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--system-messages fold"):
        converted(tmp_path, SYSTEM, "litgpt")
    new = converted(tmp_path, SYSTEM, "litgpt", system_messages="fold")
    assert new["instruction"] == "Be brief.\n\nAnd herons?"


def test_empty_fields_refuse_nothing(tmp_path: Path) -> None:
    new = converted(tmp_path, {**ALPACA, "system": "", "history": []}, "litgpt")
    assert {key: new[key] for key in ALPACA} == ALPACA
