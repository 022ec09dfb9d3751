"""Rules as one line of SQL in the configuration file: data in, findings out; and every way to write them wrong."""

import json
from pathlib import Path

import pytest
from command_line import exit_code

import ftlint
from ftlint import UsageError

LOREM = {"on": "texts", "when": "role = 'assistant' AND text LIKE '%lorem%'", "message": "a filler text"}
CHAT = {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "lorem ipsum"}]}
CALL = {
    "messages": [
        {
            "role": "user",
            "content": [{"type": "image_url", "image_url": {"url": "http://example.com/a.png"}}],
        },
        {
            "role": "assistant",
            "tool_calls": [{"id": "a", "type": "function", "function": {"name": "rm", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "a", "content": "gone"},
        {"role": "assistant", "content": "done"},
    ],
    "tools": [
        {"type": "function", "function": {"name": "rm", "parameters": {"type": "object", "properties": {}}}}
    ],
}
PAIR = {"prompt": "a", "completion": "lorem"}
PREFERENCE = {
    "input": {"messages": [{"role": "user", "content": "hi"}]},
    "preferred_output": [{"role": "assistant", "content": "a"}],
    "non_preferred_output": [{"role": "assistant", "content": "bb"}],
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(*records: object, **rule: str) -> list[tuple[int | None, str | None]]:
    """Where a rule made of SQL finds something."""
    Path("train.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    report = ftlint.check("train.jsonl", select="Z", sql_rules={"Z001": {"message": "found", **rule}})
    return [(finding.row, finding.path) for finding in report.findings if finding.code == "Z001"]


@pytest.mark.parametrize(
    ("record", "on", "when", "path"),
    [
        (CHAT, "texts", "text LIKE '%lorem%'", "messages[1].content"),
        (CHAT, "messages", "role = 'user' AND LENGTH(content) < 3", "messages[0].content"),
        (CHAT, "examples", "n_messages = 2 AND roles = 'ua'", None),
        (PAIR, "texts", "role = 'assistant'", "completion"),
        (PAIR, "pairs", "completion = 'lorem'", None),
        (PAIR, "exchanges", "STARTS_WITH(completion, prompt) OR prompt = 'a'", None),
        (CALL, "calls", "name = 'rm'", "messages[1].tool_calls[0].function.arguments"),
        (CALL, "results", "role = 'tool'", "messages[2].tool_call_id"),
        (CALL, "tools", "name IN ('rm', 'dd')", "tools[0]"),
        (CALL, "media", "url ILIKE 'http://%'", "messages[0].content[0].image_url.url"),
        (PREFERENCE, "sides", "rejected_characters > wanted_characters", "preferred_output[0].content"),
    ],
)
def test_every_frame_can_be_asked(record: object, on: str, when: str, path: str | None) -> None:
    assert found(CHAT | {"messages": CHAT["messages"][:0]}, record, on=on, when=when) == [(2, path)]


def test_a_value_that_is_not_there_is_no_find() -> None:
    assert found(CHAT, on="messages", when="TRY_CAST(weight AS DOUBLE) < 1") == []
    assert found(CHAT, on="texts", when="TRY_CAST(text AS INT) > 3") == []


WRONG = [
    (
        {"when": "txt = 'a'"},
        'when: texts has no column "txt"; did you mean "text"? (columns: at, part, role,',
    ),
    ({"when": "i > 3"}, 'when: texts has no column "i"'),
    ({"when": "text LIKE"}, "when: unable to parse 'text LIKE' as Expr"),
    ({"when": "nofun(text)"}, "when: unsupported function 'nofun'"),
    ({"when": "text ~ '('"}, "when: regex error: regex parse error: ( ^ error: unclosed group"),
    ({"when": "LENGTH(text)"}, "when: it gives UInt32, not true or false"),
    ({"when": "text = 1"}, "when: cannot compare string with numeric type (i32)"),
    ({"when": "1 = 1"}, "when: it names no column of texts"),
    ({"when": "COUNT(*) > 3"}, "when: it names no column of texts"),
    ({"when": "LENGTH(text) > AVG(LENGTH(text))"}, "when: it looks at more than one row"),
    ({"when": "ROW_NUMBER() OVER (ORDER BY text) > 1"}, "when: it looks at more than one row"),
    (
        {"when": "CAST(text AS INT) > 3"},
        "when: it fails on the first text that cannot be cast; write TRY_CAST",
    ),
    ({"when": "text::int > 3"}, "write TRY_CAST"),
    ({"when": " "}, "when is missing"),
    ({"on": "text"}, 'on: there is no "text"; did you mean "texts"?'),
    ({"severity": "eror"}, 'severity: there is no "eror"; did you mean "error"?'),
    ({"fix": "dropp"}, 'fix: there is no "dropp"; did you mean "drop"?'),
    ({"name": "Lorem Ipsum"}, "name: write it small and with dashes"),
    ({"name": "empty-answer"}, "the name empty-answer is taken by C003"),
    ({"mesage": "x"}, 'unknown key "mesage"; did you mean "message"?'),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=lambda value: str(value)[:60])
def test_what_cannot_be_a_rule_is_said_before_data_is_read(change: dict[str, str], said: str) -> None:
    Path("train.jsonl").write_text(json.dumps(CHAT), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        ftlint.check("train.jsonl", sql_rules={"Z001": {**LOREM, **change}}, sql_source="ftlint.toml")
    assert str(error.value).startswith("ftlint.toml: sql.Z001: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [("C003", "the code is taken by empty-answer"), ("Z1", "three digits"), ("z001", "letters")],
)
def test_codes(code: str, said: str) -> None:
    Path("train.jsonl").write_text(json.dumps(CHAT), encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        ftlint.check("train.jsonl", sql_rules={code: LOREM})


CONFIG = """
[sql.Z001]
name = "lorem-ipsum"
on = "texts"
when = "text LIKE '%lorem%'"
message = "a filler text"
severity = "error"
fix = "drop"
"""


def test_the_rule_is_one_among_others(capsys: pytest.CaptureFixture[str]) -> None:
    Path("ftlint.toml").write_text(CONFIG, encoding="utf-8")
    clean = json.dumps({"messages": [CHAT["messages"][0], {"role": "assistant", "content": "hello"}]})
    Path("train.jsonl").write_text(f"{clean}\n{json.dumps(CHAT)}\n", encoding="utf-8")
    assert exit_code("check", "train.jsonl", "--output-format", "concise") == 1
    assert "train.jsonl:2: Z001 " in capsys.readouterr().out
    assert exit_code("check", "train.jsonl", "--ignore", "lorem-ipsum") == 0
    assert exit_code("check", "train.jsonl", "--select", "Z0") == 1
    assert (
        exit_code("check", "train.jsonl", "--config", "ftlint.toml", "--config", 'severity = {Z001 = "info"}')
        == 0
    )
    capsys.readouterr()
    assert exit_code("rule", "Z001") == 0
    page = capsys.readouterr().out
    assert page.startswith("Z001 lorem-ipsum · error · unsafe fix")
    assert "text LIKE '%lorem%'" in page
    assert exit_code("rule", "--all") == 0
    assert "Z001  lorem-ipsum" in capsys.readouterr().out
    assert exit_code("rule", "--all", "--readme") == 0
    assert "Z001" not in capsys.readouterr().out
    assert exit_code("check", "train.jsonl", "--fix", "--unsafe-fixes", "-o", "out.jsonl") == 0
    assert Path("out.jsonl").read_text(encoding="utf-8") == f"{clean}\n"


def test_the_file_that_holds_a_wrong_rule_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(
        CONFIG.replace("sql.", "tool.ftlint.sql.").replace("text LIKE", "tex LIKE"), encoding="utf-8"
    )
    Path("train.jsonl").write_text(json.dumps(CHAT), encoding="utf-8")
    assert exit_code("check", "train.jsonl") == 2
    said = capsys.readouterr().err
    assert "pyproject.toml: sql.Z001: when: texts has no column" in said
    assert 'did you mean "text"?' in said
