"""Records with values of the wrong type anywhere: no rule raises on one, fixing it ends, and once is enough."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from examples import some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ftlint
from ftlint.rule.registry import all_rules
from ftlint.targets.target import target_names

ROWS = [
    row
    for rule in all_rules().values()
    for case in rule.cases
    for side in (case.wrong, case.right)
    if isinstance(side, list)
    for row in side
    if isinstance(row, dict)
]
LAYOUTS = list({json.dumps(sorted(row)): row for row in ROWS}.values())
SHAPED = st.sampled_from(LAYOUTS) | st.sampled_from(ROWS)
CALL = {"name": "f", "arguments": "{}"}
ODD = st.sampled_from(
    [
        None,
        0,
        1.5,
        True,
        "",
        "a",
        "[1]",
        '{"a": 1}',
        [],
        {},
        [None],
        [[]],
        ["a"],
        [{}],
        {"a": 1},
        CALL,
        [CALL],
        {"role": "user"},
        {"role": "tool", "content": "x", "function_call": CALL},
        [{"type": "text", "text": None}],
        [{"type": "function", "function": CALL}],
        [{"type": "image_url", "image_url": None}],
    ]
)
KEYS = st.sampled_from(
    [
        "messages",
        "functions",
        "tools",
        "function_call",
        "tool_calls",
        "role",
        "content",
        "name",
        "weight",
        "from",
        "value",
        "tool_call_id",
        "parts",
        "chosen",
        "rejected",
        "prompt",
        "completion",
        "conversations",
        "unknown",
    ]
)


def places(value: Any, steps: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, one in inner for found in ((*steps, step), *places(one, (*steps, step)))]


@st.composite
def odd_records(draw: st.DrawFn) -> Any:
    record = json.loads(json.dumps(draw(SHAPED)))
    for _ in range(draw(st.integers(1, 3))):
        steps = draw(st.sampled_from(places(record))) if places(record) else ("messages",)
        holder = record
        for step in steps[:-1]:
            holder = holder[step]
        key = draw(KEYS) if isinstance(holder, dict) and draw(st.booleans()) else steps[-1]
        holder[key] = json.loads(json.dumps(draw(ODD)))
    return record


TARGETS = [None, *target_names()]
QUICK = (None, "openai-chat", "trl-sft")
odd = settings(
    max_examples=some(8),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def fixed(path: Path, output: Path, target: str | None) -> ftlint.Report:
    return ftlint.fix(path, output, unsafe=True, overwrite=True, target=target, select="ALL")


@pytest.mark.parametrize(
    "target", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in TARGETS]
)
@odd
@given(st.lists(odd_records(), min_size=1, max_size=25))
@pytest.mark.slow
def test_no_rule_raises_and_fixing_twice_is_fixing_once(target: str | None, records: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        path, once, twice = (Path(folder) / f"{name}.jsonl" for name in ("data", "once", "twice"))
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        assert ftlint.check(path, target=target, select="ALL").failed_rules == {}
        assert fixed(path, once, target).failed_rules == {}
        assert fixed(once, twice, target).failed_rules == {}
        assert twice.read_bytes() == once.read_bytes()


FIGHT = '''"""{code}."""

from ftlint.rule import FrameRule, Location, pl


class Turns(FrameRule):
    code, name, severity, fix, message = "{code}", "{name}", "warning", "safe", "x"
    frame = "messages"

    def when(self, context):
        return pl.col("content") == "{old}"

    def apply_fix(self, example, matches, context):
        for match in matches:
            example.set_text(Location(match.at), "{new}")
'''


@pytest.mark.parametrize("content", ["left", "right", "start"])
@pytest.mark.slow
def test_fixes_that_undo_each_other_end(tmp_path: Path, content: str) -> None:
    rules = [("Z001", "left", "right"), ("Z002", "right", "left"), ("Z003", "start", "left")]
    for code, old, new in rules:
        text = FIGHT.format(code=code, name=f"turns-{old}", old=old, new=new)
        (tmp_path / f"{code.lower()}_turns.py").write_text(text, encoding="utf-8")
    path, once, twice = (tmp_path / f"{name}.jsonl" for name in ("data", "once", "twice"))
    talk = [{"role": "user", "content": content}, {"role": "assistant", "content": "a\u200bb"}]
    path.write_text(json.dumps({"messages": talk}) + "\n", encoding="utf-8")
    report = ftlint.fix(path, once, unsafe=True, rule_folders=[tmp_path])
    assert report.failed_rules == {}
    assert report.counts["Z001"] + report.counts["Z002"] == 1
    assert json.loads(once.read_text(encoding="utf-8"))["messages"][1]["content"] == "ab"
    ftlint.fix(once, twice, unsafe=True, rule_folders=[tmp_path], overwrite=True)
    assert not twice.exists() or twice.read_bytes() == once.read_bytes()


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b'{"a": 1}\n', {"S001"}),
        (b"{\n", {"F004"}),
        (b"7\n8\n", {"F015"}),
        ('{"prompt": "a", "completion": "b"}'.encode("utf-16"), {"F002"}),
        (b"\n\n", {"F001", "F006"}),
        (b"prompt,completion\n", {"F001"}),
    ],
)
def test_no_example_is_an_error_of_its_own_only_where_nothing_else_says_why(
    tmp_path: Path, content: bytes, codes: set[str]
) -> None:
    path = tmp_path / ("x.csv" if content.startswith(b"prompt") else "x.jsonl")
    path.write_bytes(content)
    assert set(ftlint.check(path).counts) == codes


def test_a_named_encoding_is_a_note(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes('{"prompt": "caf\u00e9", "completion": "b"}\n'.encode("cp1252"))
    assert {finding.severity for finding in ftlint.check(path, select=("F",)).findings} == {"error"}
    report = ftlint.check(path, select=("F",), encoding="cp1252")
    assert [(finding.code, finding.severity) for finding in report.findings] == [("F002", "info")]


@pytest.mark.parametrize("target", ["trl-sft", "llamafactory", "openai-chat"])
def test_half_a_surrogate_pair_in_the_text_of_arguments_ends_no_fix(target: str, tmp_path: Path) -> None:
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x": "\\ud83d"}'}}
    messages = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "a", "content": "r"},
        {"role": "assistant", "content": "ok"},
    ]
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_text(json.dumps({"messages": messages}) + "\n", encoding="utf-8")
    assert fixed(path, out, target).failed_rules == {}
    assert "ud83d" in (out if out.exists() else path).read_text(encoding="utf-8")
