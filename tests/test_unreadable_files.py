"""A file that was not read whole is never written over nor copied in part: exit 2, in words, everything untouched."""

import gzip
import io
import json
import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from command_line import exit_code
from examples import few_quick

import ftlint
from ftlint import NotReadWhole
from ftlint.cli.crash_report import report_bug
from ftlint.engine.state import ScanState
from ftlint.engine.wire import from_bytes, to_bytes
from ftlint.io.block import FAULT_KINDS, Fault
from ftlint.io.compression import zstd
from ftlint.rule import FaultRule
from ftlint.rule.registry import all_rules

LINE = '{"messages": [{"role": "user", "content": "question %d"}, {"role": "assistant", "content": "answer %d "}]}'
LINES = "".join(LINE % (k, k) + "\n" for k in range(400)).encode()
RECORDS = [json.loads(line) for line in LINES.splitlines()]
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4" * 64 + b"\nsize 12345\n"
HTML = b"<!DOCTYPE html><html><body>Log in</body></html>\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["prompt", "completion"])
    for k in range(300):
        book.active.append([f"question {k}", f"answer {k} and some words"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"prompt": [f"q {k}" for k in range(900)], "completion": ["a"] * 900}).write_parquet(out)
    return out.getvalue()


def damaged(data: bytes) -> bytes:
    """Cut where an archive and a Parquet file have their table of contents."""
    return data[: len(data) * 2 // 3]


def spoilt_pages(data: bytes) -> bytes:
    """A Parquet file whose footer is sound and whose data is not."""
    return data[:4] + b"\xff" * 600 + data[604:]


TABLE = b"prompt,completion\n" + b'q,"a\n' * 3
COLUMNS = {"prompt": ["a", "b", "c"], "completion": ["x", "y"]}

UNREADABLE: dict[str, tuple[str, bytes]] = {
    "utf-16 with a mark": ("x.jsonl", LINES.decode().encode("utf-16")),
    "utf-16-le": ("x.jsonl", LINES.decode().encode("utf-16-le")),
    "utf-32": ("x.jsonl", LINES.decode().encode("utf-32")),
    "NUL bytes": ("x.jsonl", b"\0" * 4096),
    "a run of NUL bytes": ("x.jsonl", LINES[:9000] + b"\0" * 8192 + LINES[9000:]),
    "lfs pointer": ("x.jsonl", LFS),
    "html": ("x.jsonl", HTML),
    "pdf": ("x.jsonl", b"%PDF-1.7\n" + b"1 0 obj\n" * 100),
    "xml": ("x.jsonl", b'<?xml version="1.0"?><a/>'),
    "cut gzip": ("x.jsonl.gz", damaged(gzip.compress(LINES))),
    "damaged gzip": ("x.jsonl.gz", gzip.compress(LINES)[:-8] + b"\0" * 8),
    "data behind a gzip member": ("x.jsonl.gz", gzip.compress(LINES) + LINES),
    "cut second gzip member": ("x.jsonl.gz", gzip.compress(LINES) + damaged(gzip.compress(LINES))),
    "cut zstd": ("x.jsonl.zst", damaged(zstd.compress(LINES))),
    "data behind a zstd frame": ("x.jsonl.zst", zstd.compress(LINES) + LINES),
    "gzip twice": ("x.jsonl.gz", gzip.compress(gzip.compress(LINES))),
    "damaged xlsx": ("x.xlsx", damaged(workbook())),
    "damaged xlsx named jsonl": ("x.jsonl", damaged(workbook())),
    "zip": ("x.jsonl", b"PK\x03\x04" + b"x" * 600),
    "damaged parquet": ("x.parquet", damaged(parquet())),
    "damaged parquet named jsonl": ("x.jsonl", damaged(parquet())),
    "spoilt parquet": ("x.parquet", spoilt_pages(parquet())),
    "data behind a packed parquet": ("x.parquet.gz", gzip.compress(parquet()) + LINES),
    "text behind a document": ("x.json", json.dumps(RECORDS[:3]).encode() + b" and more"),
    "columns of other lengths": ("x.json", json.dumps(COLUMNS).encode()),
    "several lists": ("x.json", json.dumps({"train": RECORDS[:2], "valid": RECORDS[2:4]}).encode()),
    "header that is no UTF-8": ("x.csv", b"prompt,r\xe9ponse\nq,a\n"),
    "header with an open quote": ("x.csv", b'prompt,"completion\nq,a\nq,b\n'),
}
# In place only: these are read whole, but JSON lines cannot stand for them.
BINARY = {"xlsx": ("x.jsonl", workbook()), "parquet": ("x.jsonl", parquet())}
COMMANDS: dict[str, tuple[str, ...]] = {
    "fix": ("check", "--fix"),
    "fix only": ("check", "--fix-only"),
    "unsafe": ("check", "--fix", "--unsafe-fixes"),
    "hook": ("check", "--fix", "--exit-non-zero-on-fix", "--force-exclude"),
    "exit zero": ("check", "--fix", "--exit-zero"),
    "convert": ("convert", "--to", "openai-chat"),
    "prepare": ("prepare", "-y"),
    "split": ("split",),
}
FIXING = ("fix", "fix only", "unsafe", "hook", "exit zero")


def every(cases: Iterable[str], commands: Iterable[str]) -> Any:
    """Every case by every command; all but a few are slow."""
    return pytest.mark.parametrize(("case", "command"), few_quick(product(cases, commands), 10))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run ftlint: its exit code and what it says on standard error."""

    def running(*arguments: str) -> tuple[int, str]:
        return exit_code(*arguments), capsys.readouterr().err

    return running


def there() -> dict[str, bytes]:
    """All files below this folder."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def untouched(run: Any, name: str, data: bytes, *arguments: str) -> str:
    """Run ftlint on a file that nothing may be written for; what it says."""
    Path(name).write_bytes(data)
    code, words = run(*arguments)
    assert there() == {name: data}
    assert code == 2, words
    assert name in words
    assert "Traceback" not in words
    assert "a bug" not in words
    return words


@every(UNREADABLE, COMMANDS)
def test_nothing_is_written_elsewhere(run: Any, case: str, command: str) -> None:
    name, data = UNREADABLE[case]
    output = "new" if command == "split" else "new.jsonl"
    words = untouched(run, name, data, *COMMANDS[command], name, "-o", output, "--rejects", "rejects.jsonl")
    assert "not read whole" in words


@every([case for case, (name, _) in UNREADABLE.items() if name.startswith("x.jsonl")], FIXING)
def test_nothing_is_written_over(run: Any, case: str, command: str) -> None:
    name, data = UNREADABLE[case]
    words = untouched(run, name, data, *COMMANDS[command], name, "--in-place")
    assert "not read whole" in words


@pytest.mark.parametrize("command", few_quick(FIXING, 1))
@pytest.mark.parametrize("case", BINARY)
def test_binary_data_is_not_written_over(run: Any, case: str, command: str) -> None:
    name, data = BINARY[case]
    assert "in place" in untouched(run, name, data, *COMMANDS[command], name, "--in-place")


@pytest.mark.parametrize("case", few_quick(UNREADABLE, 3))
def test_nothing_is_written_beside(run: Any, case: str) -> None:
    name, data = UNREADABLE[case]
    untouched(run, name, data, "check", name, "--fix")
    untouched(run, name, data, "check", name, "--diff")
    untouched(run, name, data, "prepare", name, "-y")
    untouched(run, name, data, "split", name)


@pytest.mark.parametrize("case", few_quick(UNREADABLE, 3))
def test_nothing_goes_to_standard_output(case: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    name, data = UNREADABLE[case]
    Path(name).write_bytes(data)
    for command in ("fix", "convert"):
        assert exit_code(*COMMANDS[command], name, "-o", "-") == 2
        assert capsysbinary.readouterr().out == b""
    assert there() == {name: data}


@pytest.mark.slow
@pytest.mark.parametrize("case", ["utf-16-le", "cut gzip", "spoilt parquet", "lfs pointer"])
@pytest.mark.parametrize("command", ["fix", "convert"])
def test_in_parts_nothing_is_written_either(run: Any, case: str, command: str) -> None:
    name, data = UNREADABLE[case]
    for output in ("new.jsonl", "new/"):
        untouched(run, name, data, *COMMANDS[command], name, "-o", output, "--jobs", "2")


@pytest.mark.slow
def test_in_parts_the_same_is_reported(tmp_path: Path) -> None:
    from ftlint.commands.fix.output import OutputOptions
    from ftlint.commands.fix.run import fix_files
    from ftlint.config.settings import from_python
    from ftlint.io.source import Source

    Path("a.jsonl").write_bytes(LINES)
    Path("b.jsonl.gz").write_bytes(UNREADABLE["cut gzip"][1])
    Path("c.jsonl").write_bytes(LINES)
    sources = [Source(name, Path(name), None) for name in ("a.jsonl", "b.jsonl.gz", "c.jsonl")]
    reports = []
    for how in ({"jobs": 1}, {"jobs": 2, "part_bytes": 2000}):
        report = fix_files(sources, from_python(**how), OutputOptions(unsafe=True))
        report.seconds = 0.0
        reports.append(report)
        assert sorted(there()) == ["a.jsonl", "a_fixed.jsonl", "b.jsonl.gz", "c.jsonl", "c_fixed.jsonl"]
        for name in ("a_fixed.jsonl", "c_fixed.jsonl"):
            Path(name).unlink()
    assert reports[0] == reports[1]
    assert [file.refused is not None for file in reports[0].files] == [False, True, False]


@pytest.mark.parametrize("more", [(), ("--jobs", "2")])
def test_other_files_go_on(run: Any, more: tuple[str, ...]) -> None:
    broken = LINES.decode().encode("utf-16-le")
    Path("a.jsonl").write_bytes(broken)
    Path("b.jsonl").write_bytes(LINES + b"\n")
    Path("c.jsonl").write_bytes(LFS)
    code, words = run("check", "a.jsonl", "b.jsonl", "c.jsonl", "--fix", "--in-place", *more)
    assert code == 2
    assert there() == {"a.jsonl": broken, "b.jsonl": LINES, "c.jsonl": LFS}
    assert "a.jsonl was not read whole" in words
    assert "--encoding utf-16-le" in words
    assert "git lfs pull" in words
    assert "b.jsonl" not in words


def test_in_python_it_is_an_error() -> None:
    data = UNREADABLE["cut gzip"][1]
    Path("x.jsonl.gz").write_bytes(data)
    for call in (
        lambda: ftlint.fix("x.jsonl.gz"),
        lambda: ftlint.fix("x.jsonl.gz", in_place=True, unsafe=True),
        lambda: ftlint.convert("x.jsonl.gz", "new.jsonl", "openai-chat"),
        lambda: ftlint.prepare("x.jsonl.gz"),
        lambda: ftlint.split("x.jsonl.gz"),
    ):
        with pytest.raises(NotReadWhole, match=r"x\.jsonl\.gz was not read whole"):
            call()
        assert there() == {"x.jsonl.gz": data}


def test_in_python_other_files_are_fixed_first() -> None:
    Path("data").mkdir()
    Path("data/a.jsonl").write_bytes(LFS)
    Path("data/b.jsonl").write_bytes(LINES + b"\n")
    with pytest.raises(NotReadWhole, match="Git LFS pointer"):
        ftlint.fix("data", in_place=True)
    assert Path("data/b.jsonl").read_bytes() == LINES


@pytest.mark.parametrize("bad", [b'{"broken": \n', b"\0" * 300 + b"\n", b'{"a": "\xff"}\n', b"[1, 2]\n"])
def test_lines_that_are_no_records_are_kept_byte_for_byte(run: Any, bad: bytes) -> None:
    data = LINES
    Path("x.jsonl").write_bytes(data + bad + b"\n" + data)
    for unsafe in ((), ("--unsafe-fixes", "--ignore", "D001")):
        code, _ = run("check", "x.jsonl", "--fix", "--in-place", *unsafe)
        assert code == 1
        assert bad in Path("x.jsonl").read_bytes()


def test_rows_of_a_document_are_not_lost_by_writing_over_it(run: Any) -> None:
    """A list of records in a .jsonl has no lines to keep: a broken record would be gone from the disk."""
    good = [json.dumps(record) for record in RECORDS[:3]]
    data = f'[{good[0]},\n{{"broken": }},\n{good[1]}]\n'.encode()
    words = untouched(run, "x.jsonl", data, "check", "x.jsonl", "--fix", "--in-place")
    assert "1 row could not be read" in words
    run("check", "x.jsonl", "--fix", "--in-place", "--rejects", "rejects.jsonl")
    assert len(Path("x.jsonl").read_bytes().splitlines()) == 2
    (rejected,) = Path("rejects.jsonl").read_bytes().splitlines()
    assert '{"broken": }' in json.loads(rejected)["record"]


def test_every_kind_of_fault_says_whether_the_file_was_read_whole() -> None:
    for kind, unread in FAULT_KINDS.items():
        if unread is None:
            with pytest.raises(ValueError, match="must say"):
                Fault(kind, "words")
        else:
            assert Fault(kind, "words").incomplete is unread
            with pytest.raises(ValueError, match="must say"):
                Fault(kind, "words", incomplete=not unread)


def test_every_kind_of_fault_is_registered_and_has_a_rule() -> None:
    with pytest.raises(ValueError, match="no-such-kind is not a registered kind of fault"):
        Fault("no-such-kind", "words")
    rules = all_rules().values()
    told = {rule.fault for rule in rules if issubclass(rule, FaultRule)}
    healed = {kind for rule in rules for kind in getattr(rule, "repairs", ())}
    assert told | healed == set(FAULT_KINDS)


def test_what_is_missing_goes_from_process_to_process() -> None:
    assert from_bytes(to_bytes(ScanState(incomplete="cut off"))).incomplete == "cut off"
    whole = ScanState()
    whole.merge(ScanState(incomplete="cut off"))
    whole.merge(ScanState())
    assert whole.incomplete == "cut off"


def test_a_report_of_a_bug_is_a_new_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "ftlint-bug.md").symlink_to(victim)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    paths = []
    for _ in range(2):
        words = report_bug(ValueError("oops"))
        path = Path(words.rpartition(" ")[2])
        assert "ValueError: oops" in path.read_text(encoding="utf-8")
        if os.name != "nt":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        paths.append(path)
    assert paths[0] != paths[1]
    assert victim.read_text() == "precious"


def test_a_report_of_a_bug_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    words = report_bug(ValueError("oops"))
    assert "here is a ready report" in words
    assert "ValueError: oops\n```" in words
