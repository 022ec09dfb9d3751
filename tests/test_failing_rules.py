"""A rule that raises is a finding about the rule: the others go on, and the run ends with 2."""

import json
from pathlib import Path

import pytest
from command_line import exit_code
from examples import few_quick

import ftlint

HEAD = "from ftlint.rule import *\nfrom ftlint.rule import RecordRule, DatasetRule, FileRule, FrameRule, Violation, Conclusion, pl\n"
ROW = '    code, name, severity, fix = "Z001", "fails", "warning", "safe"\n'
WHOLE = '    code, name, severity, fix = "Z001", "fails", "warning", "unsafe"\n'
LOOK = HEAD + "class Fails(RecordRule):\n" + ROW + "    def candidates(self, context): return pl.lit(True)\n"
FRAME = HEAD + "class Fails(FrameRule):\n" + ROW + "    frame = 'messages'\n"
DATASET = HEAD + "class Fails(DatasetRule):\n" + WHOLE
SEES = '    def observe(self, batch, context): return batch.examples.select("row", "line")\n'
CONCLUDES = "    def conclude(self, observed, context): return Conclusion()\n"
BOOM = 'raise KeyError("boom")\n'
IF_BAD = 'example.record["messages"][0]["content"] == "bad"'
BAD_TEXT = '(pl.col("content") == "bad")'

ON_A_RECORD = {
    "check": LOOK + f"    def check(self, example, context):\n        if {IF_BAD}: {BOOM}        return []\n",
    "check, half-way": LOOK
    + f"    def check(self, example, context):\n        yield Violation('x')\n        if {IF_BAD}: {BOOM}",
    "when": FRAME
    + "    def when(self, context):\n        def f(text):\n            if text == 'bad': "
    + BOOM
    + "            return False\n        return pl.col('content').map_elements(f, return_dtype=pl.Boolean)\n",
    "when, strict": FRAME
    + f"    def when(self, context): return pl.when({BAD_TEXT}).then(pl.col('content')).cast(pl.Int64, strict=True) > 3\n",
    "message_for": FRAME
    + f"    def when(self, context): return {BAD_TEXT}\n    def message_for(self, match, context): {BOOM}",
    "is_fixable": FRAME
    + f"    message = 'x'\n    def when(self, context): return {BAD_TEXT}\n    def is_fixable(self, match, context): {BOOM}",
}
ON_A_FILE = {
    "candidates": HEAD + "class Fails(RecordRule):\n" + ROW + f"    def candidates(self, context): {BOOM}",
    "when": FRAME + f"    def when(self, context): {BOOM}",
    "when, no column": FRAME + "    def when(self, context): return pl.col('nowhere')\n",
    "observe": DATASET + f"    def observe(self, batch, context): {BOOM}" + CONCLUDES,
    "combine": DATASET + SEES + f"    def combine(self, frames, context): {BOOM}" + CONCLUDES,
    "reduce": DATASET + SEES + f"    def reduce(self, observed, context): {BOOM}" + CONCLUDES,
    "conclude": DATASET + SEES + f"    def conclude(self, observed, context): {BOOM}",
    "conclude, keys": DATASET
    + "    keys = ('row',)\n"
    + SEES
    + f"    def conclude(self, observed, context): {BOOM}",
    "reduce, keys": DATASET
    + "    keys = ('row',)\n"
    + SEES
    + f"    def reduce(self, observed, context): {BOOM}"
    + CONCLUDES,
    "second_pass": DATASET
    + SEES
    + "    def conclude(self, observed, context): return Conclusion(decision={'again': True})\n"
    + f"    def second_pass(self, batch, decision, context): {BOOM}",
    "conclude_second_pass": DATASET
    + SEES
    + "    def conclude(self, observed, context): return Conclusion(decision={'again': True})\n"
    + "    def second_pass(self, batch, decision, context): return []\n"
    + f"    def conclude_second_pass(self, observed, decision, context): {BOOM}",
    "check_file": HEAD
    + "class Fails(FileRule):\n"
    + WHOLE
    + f"    def check_file(self, file, context): {BOOM}",
}
DECIDES = "    def conclude(self, observed, context): return Conclusion(decision={'apply': True})\n"
MEND = f"        example.record['messages'][0]['content'] = 'half'\n        {BOOM}"
IN_A_FIX = {
    "apply_fix": FRAME
    + f"    message = 'x'\n    def when(self, context): return {BAD_TEXT}\n    def apply_fix(self, example, matches, context):\n"
    + MEND,
    "record apply_fix": LOOK
    + f"    def check(self, example, context): return [Violation('x')] if {IF_BAD} else []\n    def apply_fix(self, example, violations, context):\n"
    + MEND,
    "apply_decision": DATASET
    + SEES
    + DECIDES
    + f"    def apply_decision(self, example, decision, context):\n        if {IF_BAD}:\n    "
    + MEND.replace("\n        ", "\n            "),
    "affected_rows": DATASET
    + SEES
    + DECIDES
    + f"    def affected_rows(self, batch, decision, context): {BOOM}",
    "rewrite_columns": DATASET + SEES + DECIDES + f"    def rewrite_columns(self, decision, context): {BOOM}",
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    rows = [
        {
            "messages": [
                {"role": "user", "content": "bad" if n == 17 else f"{n}"},
                {"role": "assistant", "content": f"b{n}"},
            ]
        }
        for n in range(1, 31)
    ]
    # Another rule has something to find, and to fix, on the line that the rule fails on.
    rows[16]["messages"][1]["content"] = "a\u200bb"
    Path("data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def rule(text: str) -> str:
    Path("rules/z001_fails.py").write_text(f'"""Fails."""\n\n{text}', encoding="utf-8")
    return "rules"


def failures(report: ftlint.Report) -> list[tuple[int | None, str]]:
    return [(f.line, f.scope) for f in report.findings if f.code == "Z001" and "failed on" in f.message]


@pytest.mark.parametrize("hook", ON_A_RECORD)
def test_a_rule_that_raises_on_a_record_is_a_finding_about_that_record(hook: str) -> None:
    report = ftlint.check("data.jsonl", rule_folders=[rule(ON_A_RECORD[hook])])
    assert failures(report) == [(17, "row")]
    assert any(f.code == "U001" for f in report.findings)
    assert list(report.failed_rules) == ["Z001"]
    assert "z001_fails.py" in report.failed_rules["Z001"] or "strict" in hook
    (found,) = (f for f in report.findings if "failed on" in f.message)
    assert found.severity == "error"


@pytest.mark.parametrize("hook", ON_A_FILE)
def test_a_rule_that_raises_for_a_file_is_a_finding_about_the_file(hook: str) -> None:
    report = ftlint.check("data.jsonl", rule_folders=[rule(ON_A_FILE[hook])])
    if hook == "combine" and not report.failed_rules:
        pytest.skip("nothing was combined")
    assert failures(report) == [(None, "file")]
    assert any(f.code == "U001" for f in report.findings)
    assert list(report.failed_rules) == ["Z001"]


@pytest.mark.parametrize("hook", IN_A_FIX)
def test_a_fix_that_raises_leaves_the_record_as_it_was(hook: str) -> None:
    report = ftlint.fix("data.jsonl", "out.jsonl", unsafe=True, rule_folders=[rule(IN_A_FIX[hook])])
    (found,) = (f for f in report.findings if f.code == "Z001" and "the fix of Z001 failed on" in f.message)
    assert found.line == (17 if "apply" in hook else None)
    lines = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 30
    assert [m["content"] for m in lines[16]["messages"]] == ["bad", "ab"]
    assert list(report.failed_rules) == ["Z001"]


@pytest.mark.parametrize(
    "command",
    few_quick(
        [
            ["check"],
            ["check", "--exit-zero"],
            ["check", "--jobs", "2"],
            ["check", "--fix", "-o", "out.jsonl"],
            ["check", "--fix", "-o", "out.jsonl", "--jobs", "2"],
            ["check", "--diff", "--unsafe-fixes"],
            ["convert", "--to", "sharegpt", "-o", "out.jsonl"],
            ["convert", "--to", "sharegpt", "-o", "out.jsonl", "--jobs", "2"],
            ["prepare", "--yes", "-o", "out.jsonl"],
        ],
        4,
    ),
)
@pytest.mark.parametrize(
    "text", few_quick([ON_A_RECORD["check"], IN_A_FIX["apply_fix"], ON_A_FILE["conclude"]], 1)
)
def test_every_command_goes_on_and_ends_with_2(
    command: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if text == IN_A_FIX["apply_fix"] and command[0] == "check" and not {"--fix", "--diff"} & set(command):
        pytest.skip("no fix is made")
    code = exit_code(command[0], "data.jsonl", *command[1:], "--rules", rule(text))
    said = capsys.readouterr()
    assert code == 2, said
    assert "rule Z001 failed: KeyError" in said.err
    assert "ready report" in said.err
    assert "Traceback" not in said.err
    if "-o" in command:
        assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 30
