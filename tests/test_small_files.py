"""Small files are scanned together; the report is that of each file alone."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from casework import as_bytes
from examples import few_quick, some
from hypothesis import given, settings
from hypothesis import strategies as st

import ftlint
from ftlint.commands.check.run import check_files
from ftlint.config.settings import from_python
from ftlint.io.json.jsonl import prescan, prescan_small
from ftlint.io.source import Source
from ftlint.rule.registry import all_rules

CASES = [case for rule in all_rules().values() for case in rule.cases]
FILES = list({(Path(case.name).suffix, as_bytes(case.rows)): None for case in CASES})
"""The files of all cases of all rules, broken ones included: suffix and bytes."""


def sources(files: list[tuple[str, bytes]]) -> list[Source]:
    return [Source(f"f{number}{suffix}", None, data) for number, (suffix, data) in enumerate(files)]


def outcome(source: Source, **asked: Any) -> Any:
    """The report of a file alone, scanned as a large one (as parts of executors are), or why there is none."""
    try:
        with ThreadPoolExecutor(1) as executor:
            report = check_files([source], from_python(executor=executor, **asked)).files[0]
    except ftlint.UsageError as error:
        return str(error)
    assert check_files([source], from_python(**asked)).files[0] == report
    return report


def same_together(files: list[tuple[str, bytes]], **asked: Any) -> None:
    alone = [(source, outcome(source, **asked)) for source in sources(files)]
    readable = [source for source, report in alone if isinstance(report, ftlint.FileReport)]
    together = check_files(readable, from_python(**asked)).files
    for report, (_, own) in zip(
        together, [one for one in alone if isinstance(one[1], ftlint.FileReport)], strict=True
    ):
        assert report == own


TARGETS = [None, "openai-chat", "openai-completions", "trl-sft", "trl-dpo", "bedrock-nova", "llamafactory"]


@pytest.mark.parametrize("target", few_quick(TARGETS, 1))
def test_the_files_of_all_cases(target: str | None) -> None:
    """About ten files by default, all of them under ``thorough``."""
    step = max(1, len(FILES) // some(100))
    same_together(FILES[::step], target=target, extend_select=["ALL"])


@pytest.mark.hypothesis
@given(
    st.lists(st.sampled_from(FILES), min_size=2, max_size=6),
    st.sampled_from([*TARGETS, "openai-dpo"]),
    st.sampled_from([{}, {"max_per_rule": 1}, {"task": "classification"}, {"ignore": ["S", "F"]}]),
    st.dictionaries(
        st.sampled_from(["f0*", "f1*", "*.jsonl", "*"]), st.sampled_from([("C",), ("Q", "D"), ("T001",)])
    ),
)
@settings(max_examples=some(40))
def test_a_mix_of_files(
    files: list[tuple[str, bytes]],
    target: str | None,
    asked: dict[str, Any],
    ignores: dict[str, tuple[str, ...]],
) -> None:
    """Some files twice, so that they are duplicates of one another, and ignores of their own."""
    same_together(files, target=target, per_file_ignores=ignores, **asked)


def test_duplicates_across_files_are_none() -> None:
    rows = [{"prompt": f"What is {n}?", "completion": f"It is {n}, I think."} for n in range(3)]
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    report = check_files(sources([(".jsonl", data)] * 5), from_python(select=["D"]))
    assert not report.findings


def test_a_rule_that_raises_on_one_record_is_reported_for_its_file(tmp_path: Path) -> None:
    (tmp_path / "x901_raises.py").write_text(
        '"""Raises."""\nfrom ftlint.rule import RecordRule, pl\n'
        "class Raises(RecordRule):\n"
        '    code, name, severity = "X901", "raises", "error"\n'
        "    def candidates(self, context):\n        return pl.lit(True)\n"
        '    def check(self, example, context):\n        return [] if "fine" in str(example.record) else 1 / 0\n'
    )
    fine, wrong = b'{"prompt": "a", "completion": "fine"}\n', b'{"prompt": "a", "completion": "b"}\n'
    files = [(".jsonl", fine), (".jsonl", fine + wrong), (".jsonl", fine)]
    same_together(files, rule_folders=[tmp_path])
    report = check_files(sources(files), from_python(rule_folders=[tmp_path]))
    assert [bool(file.failed) for file in report.files] == [False, True, False]


JSON_LIKE = st.text(st.sampled_from('"\\: \t\r\n\u2028\u0085ab{}'), max_size=40)


@pytest.mark.hypothesis
@given(st.one_of(JSON_LIKE.map(str.encode), st.binary(max_size=20)))
def test_a_small_chunk_is_scanned_as_a_large_one(chunk: bytes) -> None:
    large, small = prescan(chunk), prescan_small(chunk)
    assert (small.marks, small.separators, small.returns) == (large.marks, large.separators, large.returns)
