"""A rule that raises is a finding about the rule: the others go on, and the run ends with 2."""

import json
from pathlib import Path

import pytest

import ftlint
from ftlint.cli.main import main

HEAD = "from ftlint.rule import *\nfrom ftlint.rule import RecordRule, DatasetRule, FileRule, MessageRule, Spot, Verdict, pl\n"
ROW = '    code, name, severity, fix = "Z001", "fails", "warning", "safe"\n'
WHOLE = '    code, name, severity, fix = "Z001", "fails", "warning", "unsafe"\n'
LOOK = HEAD + "class Fails(RecordRule):\n" + ROW + "    def picks(self, job): return pl.lit(True)\n"
FRAME = HEAD + "class Fails(MessageRule):\n" + ROW
DATASET = HEAD + "class Fails(DatasetRule):\n" + WHOLE
SEES = '    def observe(self, batch, job): return batch.examples.select("row", "line")\n'
CONCLUDES = "    def conclude(self, seen, job): return Verdict()\n"
BOOM = 'raise KeyError("boom")\n'
IF_BAD = 'example.record["messages"][0]["content"] == "bad"'
BAD_TEXT = '(pl.col("content") == "bad")'

ON_A_RECORD = {
    "look": LOOK + f"    def look(self, example, job):\n        if {IF_BAD}: {BOOM}        return []\n",
    "look, half-way": LOOK
    + f"    def look(self, example, job):\n        yield Spot('x')\n        if {IF_BAD}: {BOOM}",
    "when": FRAME
    + "    def when(self, job):\n        def f(text):\n            if text == 'bad': "
    + BOOM
    + "            return False\n        return pl.col('content').map_elements(f, return_dtype=pl.Boolean)\n",
    "when, strict": FRAME
    + f"    def when(self, job): return pl.when({BAD_TEXT}).then(pl.col('content')).cast(pl.Int64, strict=True) > 3\n",
    "say": FRAME + f"    def when(self, job): return {BAD_TEXT}\n    def say(self, found, job): {BOOM}",
    "can_mend": FRAME
    + f"    message = 'x'\n    def when(self, job): return {BAD_TEXT}\n    def can_mend(self, found, job): {BOOM}",
}
ON_A_FILE = {
    "picks": HEAD + "class Fails(RecordRule):\n" + ROW + f"    def picks(self, job): {BOOM}",
    "when": FRAME + f"    def when(self, job): {BOOM}",
    "when, no column": FRAME + "    def when(self, job): return pl.col('nowhere')\n",
    "observe": DATASET + f"    def observe(self, batch, job): {BOOM}" + CONCLUDES,
    "combine": DATASET + SEES + f"    def combine(self, frames, job): {BOOM}" + CONCLUDES,
    "narrow": DATASET + SEES + f"    def narrow(self, seen, job): {BOOM}" + CONCLUDES,
    "conclude": DATASET + SEES + f"    def conclude(self, seen, job): {BOOM}",
    "conclude, keys": DATASET + "    keys = ('row',)\n" + SEES + f"    def conclude(self, seen, job): {BOOM}",
    "narrow, keys": DATASET
    + "    keys = ('row',)\n"
    + SEES
    + f"    def narrow(self, seen, job): {BOOM}"
    + CONCLUDES,
    "again": DATASET
    + SEES
    + "    def conclude(self, seen, job): return Verdict(decision={'again': True})\n"
    + f"    def again(self, batch, decision, job): {BOOM}",
    "conclude_again": DATASET
    + SEES
    + "    def conclude(self, seen, job): return Verdict(decision={'again': True})\n"
    + "    def again(self, batch, decision, job): return []\n"
    + f"    def conclude_again(self, seen, decision, job): {BOOM}",
    "judge": HEAD + "class Fails(FileRule):\n" + WHOLE + f"    def judge(self, whole, job): {BOOM}",
}
DECIDES = "    def conclude(self, seen, job): return Verdict(decision={'apply': True})\n"
MEND = f"        example.record['messages'][0]['content'] = 'half'\n        {BOOM}"
IN_A_FIX = {
    "mend": FRAME
    + f"    message = 'x'\n    def when(self, job): return {BAD_TEXT}\n    def mend(self, example, found, job):\n"
    + MEND,
    "record mend": LOOK
    + f"    def look(self, example, job): return [Spot('x')] if {IF_BAD} else []\n    def mend(self, example, spots, job):\n"
    + MEND,
    "apply": DATASET
    + SEES
    + DECIDES
    + f"    def apply(self, example, decision, job):\n        if {IF_BAD}:\n    "
    + MEND.replace("\n        ", "\n            "),
    "touches": DATASET + SEES + DECIDES + f"    def touches(self, batch, decision, job): {BOOM}",
    "texts": DATASET + SEES + DECIDES + f"    def texts(self, decision, job): {BOOM}",
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


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    return int(stopped.value.code or 0)


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
    assert found.line == (17 if "mend" in hook or hook == "apply" else None)
    lines = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 30
    assert [m["content"] for m in lines[16]["messages"]] == ["bad", "ab"]
    assert list(report.failed_rules) == ["Z001"]


@pytest.mark.parametrize(
    "command",
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
)
@pytest.mark.parametrize("text", [ON_A_RECORD["look"], IN_A_FIX["mend"], ON_A_FILE["conclude"]])
def test_every_command_goes_on_and_ends_with_2(
    command: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if text == IN_A_FIX["mend"] and command[0] == "check" and not {"--fix", "--diff"} & set(command):
        pytest.skip("no fix is made")
    code = run(command[0], "data.jsonl", *command[1:], "--rules", rule(text))
    said = capsys.readouterr()
    assert code == 2, said
    assert "rule Z001 failed: KeyError" in said.err
    assert "ready report" in said.err
    assert "Traceback" not in said.err
    if "-o" in command:
        assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 30
