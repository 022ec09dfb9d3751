"""A new file has the same report whether it is checked while it is written or read again, as a compressed one is."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick, some
from hypothesis import given, settings
from hypothesis import strategies as st
from in_parts_rows import FILES, ODD, jsonl, pair

import ftlint
from ftlint import FileReport, UsageError

FIXTURES = sorted((Path(__file__).parent.parent / "fixtures").rglob("*.jsonl"))
NAMES = [*FILES, *(str(path) for path in FIXTURES)]
# Plain rows, and what the reader reports of their lines.
LINES = [
    jsonl(pair("a question", " an answer")).rstrip(),
    jsonl(pair("a question", "")).rstrip(),
    b'{"prompt":"compact","completion":"yes"}',
    b'{"prompt": "caf\\u00e9", "completion": "escaped"}',
    jsonl(pair("wide\u200b", "“quoted” \U0001f600")).rstrip(),
    jsonl(pair("I cannot", "I'm sorry, I can't help with that.")).rstrip(),
    *ODD,
]


def report_of(write: Callable[[Path], ftlint.Report], name: str) -> tuple[FileReport | None, str]:
    """The report without what the name and the compression determine; None if nothing is written, and why."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        try:
            report = write(path).files[0]
        except UsageError as error:
            return None, str(error).replace(folder, "")
    # The size is that of the file, and so is what is said of it.
    report.bytes, report.sha256, report.path, report.written = 0, "", "", None
    report.findings = [replace(found, file="", fingerprint="") for found in report.findings]
    report.notes = [note.replace(folder, "").replace(".jsonl.gz", ".jsonl") for note in report.notes]
    return report, ""


def both_ways(write: Callable[[Path], ftlint.Report]) -> None:
    inline, read_again = report_of(write, "new.jsonl"), report_of(write, "new.jsonl.gz")
    assert inline[1].replace(".gz", "") == read_again[1].replace(".gz", "")
    assert inline[0] == read_again[0]


def content(name: str) -> bytes:
    return FILES[name] if name in FILES else Path(name).read_bytes()


@pytest.mark.parametrize("target", [None, "openai-chat", "openai-completions"])
@pytest.mark.parametrize("name", few_quick(NAMES, 3))
def test_a_fixed_file(name: str, target: str | None, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(content(name))
    both_ways(lambda path: ftlint.fix(source, path, unsafe=True, target=target))


@settings(max_examples=some(60), deadline=None)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=12),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([None, "openai-completions"]),
    st.sampled_from([(), ("F",), ("P",)]),
    st.booleans(),
)
def test_fixed_lines(
    lines: list[bytes], ending: bytes, target: str | None, ignored: tuple[str, ...], unsafe: bool
) -> None:
    more: dict[str, Any] = {"target": target, "ignore": ignored, "unsafe": unsafe}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.jsonl"
        source.write_bytes(ending.join(lines) + ending)
        both_ways(lambda path: ftlint.fix(source, path, **more))


@pytest.mark.parametrize("to", ["chat", "openai-chat", "openai-completions", "text"])
@pytest.mark.parametrize("name", few_quick(NAMES, 2))
def test_a_converted_file(name: str, to: str, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(content(name))
    both_ways(lambda path: ftlint.convert(source, path, to))


def test_a_file_without_faults_is_not_written_and_has_the_report_of_a_check(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(FILES["legacy"])
    fixed, checked = ftlint.fix(source).files[0], ftlint.check(source).files[0]
    assert (fixed.written, fixed.path, fixed.container) == (None, str(source), "jsonl")
    assert (fixed.findings, fixed.sha256, fixed.bytes, fixed.rows, fixed.shape) == (
        checked.findings,
        checked.sha256,
        checked.bytes,
        checked.rows,
        checked.shape,
    )
