"""A JSON Schema of the user's own: records in, findings out; and every way in which a schema cannot be one."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import exit_code

import ftlint
from ftlint import UsageError

CHAT = {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}], "id": 7}
SCHEMA = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {"id": {"type": "integer", "minimum": 1}, "messages": {"maxItems": 3}},
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*records: Any, schema: Any = SCHEMA) -> None:
    Path("train.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    Path("my.schema.json").write_text(
        schema if isinstance(schema, str) else json.dumps(schema), encoding="utf-8"
    )


def found(
    *records: Any, schema: Any = SCHEMA, **settings: Any
) -> list[tuple[str, int | None, str | None, str]]:
    write(*records, schema=schema)
    report = ftlint.check("train.jsonl", select="S", json_schema="my.schema.json", **settings)
    return [(f.code, f.row, f.path, f.message) for f in report.findings]


def test_records_that_fit_say_nothing() -> None:
    assert found(CHAT, CHAT) == []


def test_what_does_not_fit_is_told_with_the_name_of_the_schema() -> None:
    lacking = {"messages": CHAT["messages"]}
    assert found(lacking, {**CHAT, "id": "7"}, {**CHAT, "id": 0}, {**CHAT, "more": 1}) == [
        ("S004", 1, "id", 'my.schema.json: "id" is missing'),
        ("S005", 2, "id", 'my.schema.json: expected a whole number, found text ("7")'),
        ("S005", 3, "id", "my.schema.json: a number (0) breaks the schema's minimum (1)"),
        ("S005", 4, "more", 'my.schema.json: unknown field "more"'),
    ]


DATED = {"title": "Dated", "required": ["date"], "properties": {"date": {"type": "string"}}}
NUMBERED = {
    "properties": {"kind": {"const": "numbered"}, "nr": {"type": "integer"}},
    "required": ["kind", "nr"],
}
ALTERNATIVES = [
    ({"a": {"date": 7}}, 'a: an object fits none of 2 alternatives; nearest is the 1st ("Dated"): date: expected text, found a number (7)'),
    ({"a": {"kind": "numbered"}}, 'a: an object fits none of 2 alternatives; nearest is the 2nd ("kind": "numbered"): "nr" is missing'),
    ({"a": {"date": "x", "kind": "numbered", "nr": 1}}, "a: an object fits the 1st and the 2nd of 2 alternatives, but may fit only one"),
    ({"b": 7}, "b: expected text or a list, found a number (7)"),
    ({"c": {"kind": "x"}}, 'c.kind: expected one of "a", "b", found text ("x")'),
    ({"d": {"x": None}}, 'd.x: unknown field "x"'),
    ({"e": {"x": 1}}, "e: an object may not stand here"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "said"), ALTERNATIVES)
def test_of_alternatives_the_nearest_is_told(record: dict[str, Any], said: str) -> None:
    closed = {"additionalProperties": False}
    kinds = [{"properties": {"kind": {"const": kind}}, "required": ["kind"]} for kind in "ab"]
    schema = {
        "properties": {
            "a": {"oneOf": [DATED, NUMBERED]},
            "b": {"anyOf": [{"type": "string"}, {"type": "array"}, {"type": "null"}]},
            "c": {"anyOf": kinds},
            "d": {"allOf": [closed]},
            "e": {"propertyNames": False},
        }
    }
    messages = [(path, message) for code, _, path, message in found(record, schema=schema) if code == "S005"]
    place, _, words = said.partition(": ")
    assert (place, f"my.schema.json: {words}") in messages


def test_the_shapes_own_schema_still_counts() -> None:
    broken = {**CHAT, "messages": [{"content": "hi"}, *CHAT["messages"]]}
    assert {finding[:3] for finding in found({**broken, "id": "x"})} == {
        ("S005", 1, "id"),
        ("S004", 1, "messages[0].role"),
    }


def test_many_alike_records_are_judged_each() -> None:
    """Files whose records are all alike are read as columns, and judged by a sample; not so here."""
    rows = [{"prompt": f"p {i}", "completion": "c" * (i % 5)} for i in range(300)]
    schema = {"properties": {"completion": {"maxLength": 3}}}
    assert [finding[1] for finding in found(*rows, schema=schema)] == [
        i + 1 for i in range(300) if i % 5 == 4
    ]


def test_records_of_no_shape_are_judged_too() -> None:
    codes = [finding[0] for finding in found({"a": 1})]
    assert sorted(codes) == ["S001", "S004", "S005"]


@pytest.mark.parametrize(
    "record", [{"a": "\ud800", "id": 1}, {"id": 1, "x": [[[[]]]] * 3}, {"id": 1e400}, {"": {}}]
)
def test_odd_records_end_in_findings(record: dict[str, Any]) -> None:
    write(record)
    Path("train.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert ftlint.check("train.jsonl", json_schema="my.schema.json").total("error") > 0


def test_rows_are_judged_before_templates_make_examples_of_them() -> None:
    write()
    Path("table.csv").write_text("question,answer,id\na,b,\nc,d,x\n", encoding="utf-8")
    Path("my.schema.json").write_text('{"properties": {"id": {"const": "x"}}}', encoding="utf-8")
    settings = {"prompt": "{question}", "completion": "{answer}", "json_schema": "my.schema.json"}
    report = ftlint.check("table.csv", select="S", **settings)
    assert [(f.code, f.row, f.path) for f in report.findings] == [("S005", 1, "id")]


def test_the_draft_is_the_one_that_the_schema_names() -> None:
    old = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "properties": {"id": {"minimum": 7, "exclusiveMinimum": True}},
    }
    assert [finding[0] for finding in found(CHAT, schema=old)] == ["S005"]
    new = {**old, "$schema": "https://json-schema.org/draft/2020-12/schema"}
    with pytest.raises(UsageError, match="exclusiveMinimum"):
        found(CHAT, schema=new)


def test_a_schema_may_refer_to_itself() -> None:
    schema = {"properties": {"id": {"$ref": "#/$defs/name"}}, "$defs": {"name": {"type": "string"}}}
    assert [finding[2] for finding in found(CHAT, schema=schema)] == ["id"]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"$ref": "https://example.com/a.json"}, "https://example.com/a.json"),
        ({"$ref": "file:///etc/hostname"}, "file:///etc/hostname"),
        ({"properties": {"a": {"$ref": "other.json"}}}, "other.json"),
        ({"$ref": "#/$defs/none"}, "/$defs/none"),
        ({"$schema": "http://nowhere/x"}, "http://nowhere/x"),
        ({"type": "objet"}, "/type"),
        ({"properties": {"a": {"pattern": "("}}}, "/properties/a/pattern"),
        ([1], "[1]"),
        ("{", "it is no JSON"),
    ],
    ids=str,
)
def test_what_is_no_schema_is_said_before_data_is_read(schema: Any, said: str) -> None:
    with pytest.raises(UsageError) as error:
        found(CHAT, schema=schema)
    assert str(error.value).startswith("json-schema my.schema.json: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_it_is_named_in_the_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    write({**CHAT, "id": None})
    Path("ftlint.toml").write_text('json-schema = "my.schema.json"\n', encoding="utf-8")
    assert exit_code("check", "train.jsonl") == 1
    assert "my.schema.json: expected a whole number, found null" in capsys.readouterr().out
    Path("my.schema.json").unlink()
    assert exit_code("check", "train.jsonl") == 2
    assert "my.schema.json: No such file" in capsys.readouterr().err


def test_a_fix_leaves_what_the_schema_forbids(capsys: pytest.CaptureFixture[str]) -> None:
    write({**CHAT, "more": 1}, {**CHAT, "id": 8})
    Path("ftlint.toml").write_text('json-schema = "my.schema.json"\n', encoding="utf-8")
    assert exit_code("check", "train.jsonl", "--fix", "--unsafe-fixes", "-o", "out.jsonl") == 1
    assert 'my.schema.json: unknown field "more"' in capsys.readouterr().out
    rows = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {**CHAT, "more": 1}


def test_what_is_converted_is_another_record(capsys: pytest.CaptureFixture[str]) -> None:
    write(CHAT)
    Path("ftlint.toml").write_text('json-schema = "my.schema.json"\n', encoding="utf-8")
    assert exit_code("convert", "train.jsonl", "-o", "out.jsonl", "--to", "completion") == 0
    assert "my.schema.json" not in capsys.readouterr().out
