"""Calls and results as parts of a content are checked as the chat's own calls are, in every shape that may have them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ftlint

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
Row = dict[str, Any]


def use(name: str = "weather", id: str = "toolu_1", **given: object) -> Row:
    return {"type": "tool_use", "id": id, "name": name, "input": given or {"city": "Bonn"}}


def result(id: str = "toolu_1", content: Any = "rain") -> Row:
    return {"type": "tool_result", "tool_use_id": id, "content": content}


def anthropic(question: str, calls: list[Row], results: list[Row]) -> Row:
    return {
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": [{"type": "text", "text": "I see."}, *calls]},
            {"role": "user", "content": [*results, {"type": "text", "text": "And now?"}]},
            {"role": "assistant", "content": [{"type": "text", "text": f"To {question}: done."}]},
        ],
        "tools": [{"name": "weather", "description": "The weather", "input_schema": PARAMETERS}],
    }


ROWS = [
    anthropic("right", [use()], [result()]),
    anthropic("two, answered in another order", [use(), use(id="b")], [result("b"), result()]),
    anthropic("unknown", [use("wether")], [result()]),
    anthropic("schema", [use(city=5)], [result()]),
    anthropic("orphan", [use()], [result("other")]),
    anthropic("twice", [use(), use()], [result(), result()]),
    anthropic("name", [use("the weather!")], [result()]),
]
FOUND = [
    ("T005", 3, "content[1].name"),
    ("T004", 4, "content[1].input"),
    ("T006", 5, "content[0].tool_use_id"),
    ("T008", 6, "content[2].id"),
    ("T005", 7, "content[1].name"),
]


def as_pair(row: Row) -> Row:
    first, *rest = row["messages"]
    return {
        "prompt": [first],
        "chosen": rest,
        "rejected": [{"role": "assistant", "content": "No."}],
        "tools": row["tools"],
    }


SHAPES: dict[str, tuple[Callable[[Row], Row], str]] = {
    "messages": (lambda row: row, "messages[{}]."),
    "a request": (
        lambda row: {"custom_id": "1", "params": {"system": "Be brief.", **row}},
        "params.messages[{}].",
    ),
    "a pair": (as_pair, "chosen[{}]."),
}


def ai_sdk(part: Row) -> Row:
    """A part as Vercel's AI SDK has it."""
    if part.get("type") == "tool_use":
        return {
            "type": "tool-call",
            "toolCallId": part["id"],
            "toolName": part["name"],
            "input": part["input"],
        }
    if part.get("type") == "tool_result":
        output = {"type": "text", "value": part["content"]}
        return {
            "type": "tool-result",
            "toolCallId": part["tool_use_id"],
            "toolName": "weather",
            "output": output,
        }
    return part


def findings(rows: list[Row], folder: Path) -> list[tuple[str, int | None, str | None]]:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = ftlint.check(file, select=["T"])
    return sorted((f.code, f.line, f.path) for f in report.findings)


@pytest.mark.parametrize("shape", SHAPES)
def test_faults_of_calls_are_found_where_they_are(shape: str, tmp_path: Path) -> None:
    change, where = SHAPES[shape]
    shift = 1 if shape == "a pair" else 0
    places = [
        (code, line, where.format((2 if code == "T006" else 1) - shift) + path) for code, line, path in FOUND
    ]
    assert findings([change(row) for row in ROWS], tmp_path) == sorted(places)


def test_the_ai_sdk_s_parts(tmp_path: Path) -> None:
    rows = json.loads(json.dumps(ROWS))
    for row in rows:
        for message in row["messages"][1:]:
            message["content"] = [ai_sdk(part) for part in message["content"]]
    names = {"tool_use_id": "toolCallId", "name": "toolName", "id": "toolCallId"}
    found = [(code, line, path) for code, line, path in findings(rows, tmp_path)]
    wanted = []
    for code, line, path in FOUND:
        part, _, key = path.partition(".")
        end = f".{names.get(key, key)}" if key else ""
        wanted.append((code, line, f"messages[{2 if code == 'T006' else 1}].{part}{end}"))
    assert found == sorted(wanted)
    ftlint.convert(tmp_path / "rows.jsonl", to="chat", output=tmp_path / "chat.jsonl")
    message = json.loads((tmp_path / "chat.jsonl").read_text().splitlines()[0])["messages"][1]
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"city": "Bonn"}


def test_a_second_id_is_renamed_in_its_call_and_its_result(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(ROWS[5]) + "\n")
    ftlint.fix(file, output=tmp_path / "fixed.jsonl")
    _, call, results, _ = json.loads((tmp_path / "fixed.jsonl").read_text())["messages"]
    assert [part.get("id") for part in call["content"]] == [None, "toolu_1", "call_1"]
    assert [part.get("tool_use_id") for part in results["content"]] == ["toolu_1", "call_1", None]
