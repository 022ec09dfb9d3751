"""A fix reaches its fixed point: what it writes is written again without a change, whatever rows stand together."""

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick
from hypothesis import settings
from marked_rows import samples
from public import fix

from ftlint.targets.target import target_names

DOCUMENTED = Path(__file__).parent / "documented_rows.jsonl"
# Other names of fields, by which other rules than the one that renames them know a record.
OTHER_NAMES = {
    "prompt": ("question", "Prompt", "instruction"),
    "completion": ("Completion", "answer", "response"),
    "messages": ("conversations", "Messages"),
    "conversations": ("Conversations", "messages"),
}
EVERY = max(1, 1000 // settings.default.max_examples)


def renamed(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The row with its fields under other names, and with a text for messages or the other way round."""
    rows = []
    for nth in range(3):
        names = {field: others[nth % len(others)] for field, others in OTHER_NAMES.items()}
        rows.append({names.get(key, key): value for key, value in row.items()})
    if isinstance(row.get("prompt"), str):
        rows.append({**rows[0], "question": [{"role": "user", "content": row["prompt"]}]})
    if isinstance(row.get("completion"), str):
        rows.append({**rows[1], "Completion": [{"role": "assistant", "content": row["completion"]}]})
    return rows


def rows_for(target: str | None) -> list[dict[str, Any]]:
    """Rows of vendors, fixtures and documentation, and those with other names; a share of them for each target."""
    documented = [json.loads(line)["row"] for line in DOCUMENTED.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in [*samples(), *documented] if isinstance(row, dict)]
    rows = [new for row in rows for new in (row, *renamed(row))]
    return rows[zlib.crc32(str(target).encode()) % EVERY :: EVERY]


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("target", few_quick(["trl-sft", None, *target_names()], 2, 12))
def test_fixing_twice_is_fixing_once(target: str | None, unsafe: bool) -> None:
    data = "".join(json.dumps(row) + "\n" for row in rows_for(target)).encode()
    once, _ = fix(data, target=target, unsafe=unsafe)
    twice, report = fix(once, target=target, unsafe=unsafe)
    assert twice.decode().splitlines() == once.decode().splitlines()
    assert (dict(report.fixed), dict(report.dropped)) == ({}, {})


@pytest.mark.parametrize("key", ["prompt", "question", "Prompt", "instruction", "input"])
def test_a_renamed_field_is_read_by_all_rules(key: str) -> None:
    answer = [{"role": "assistant", "content": "a"}]
    data = (
        json.dumps({key: "q", "completion": answer})
        + "\n"
        + json.dumps({"prompt": "p", "completion": answer})
        + "\n"
    )
    once, report = fix(data.encode(), target="trl-sft", unsafe=True)
    assert [json.loads(line)["prompt"] for line in once.splitlines()] == [
        [{"role": "user", "content": text}] for text in "qp"
    ]
    assert report.fixed["R010"] == 2
    assert fix(once, target="trl-sft", unsafe=True)[0] == once


def test_rows_that_are_equal_once_a_field_is_renamed_are_dropped_in_the_same_run() -> None:
    rows = [
        {"prompt": "q", "completion": "a"},
        {"Question": "q", "Answer": "a"},
        {"prompt": "p", "completion": "b"},
    ]
    once, report = fix(
        "".join(json.dumps(row) + "\n" for row in rows).encode(), target="trl-sft", unsafe=True
    )
    assert report.dropped["D001"] == 1
    assert fix(once, target="trl-sft", unsafe=True)[0] == once


def test_rows_that_are_equal_without_unknown_fields_are_dropped_in_the_same_run() -> None:
    messages = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    rows = [
        {"messages": messages},
        {"messages": messages, "weight": 0.5},
        {"messages": messages, "weight": None},
    ]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    once, report = fix(data, target="openai-chat", unsafe=True)
    assert [json.loads(line) for line in once.splitlines()] == [{"messages": messages}]
    assert report.dropped["D001"] == 2
