"""The world in ``fixtures``: each file gives the report beside it, and nothing done to it ends in a traceback.

``pytest --update-fixtures`` writes the reports anew; read what changed before you commit it.
"""

import contextlib
import gzip
import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import make_fixtures
import pytest
from command_line import ftlint
from examples import few_quick, some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.rule.registry import all_rules

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

WORLD = Path(__file__).parent.parent / "fixtures"
REPORT = ".report.json"
NAMES = sorted(
    path.relative_to(WORLD).as_posix()
    for path in WORLD.rglob("*")
    if path.is_file() and not path.name.endswith(REPORT) and "plugin" not in path.relative_to(WORLD).parts
)
ENDINGS = ("jsonl", "json", "csv", "tsv", "xlsx", "parquet", "txt", "jsonl.gz", "csv.zst", "dat")
PACKINGS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstd.compress}
DATA = {name: (WORLD / name).read_bytes() for name in NAMES}
CHECK = ("check", "--isolated")
UNSAFE = (*CHECK, "--fix", "--unsafe-fixes")
FIX = (*UNSAFE, "-o", "out.jsonl", "--overwrite", "--rejects", "bad.jsonl")
DIFF = (*UNSAFE, "--diff")
CONVERT = ("convert", "--isolated", "-o", "out.jsonl", "--overwrite", "--to", "openai-chat")
# Shapes and clean texts differ in what is inside, not in how it is packed: each takes its turn with a few.
INSIDE = ("shapes/", "clean/")


def turns(names: Sequence[str], others: Sequence[str], few: int, most: int = 2) -> list[tuple[str, str]]:
    """Every name with ``most`` of the others, those ``INSIDE`` with a ``few``, one after the other."""
    pairs = []
    for nth, name in enumerate(names):
        count = few if name.startswith(INSIDE) else most
        mine = [others[(nth + k) % len(others)] for k in range(count)]
        pairs += [(name, other) for other in mine]
    return pairs


def check(path: str) -> str:
    """The JSON report on a file, without the version of ftlint in it."""
    said = ftlint("check", path, "--output-format", "json", "--isolated").out
    return re.sub(r'"version":\s*"[^"]*"', '"version":"*"', said, count=1)


@pytest.mark.parametrize("name", few_quick(NAMES, 24))
def test_the_report_is_the_one_beside_the_file(name: str, update_fixtures: bool) -> None:
    with contextlib.chdir(WORLD):
        found = check(name)
    expected = WORLD / f"{name}{REPORT}"
    if update_fixtures:
        expected.write_text(found, encoding="utf-8", newline="\n")
    assert expected.exists(), "there is no report beside it: pytest --update-fixtures writes one"
    assert json.loads(found) == json.loads(expected.read_text(encoding="utf-8"))


def test_every_fixture_has_a_report_and_every_report_a_fixture() -> None:
    reports = {path.relative_to(WORLD).as_posix() for path in WORLD.rglob(f"*{REPORT}")}
    assert reports == {f"{name}{REPORT}" for name in NAMES}


@pytest.mark.parametrize("code", [rule.code for rule in all_rules().values() if rule.code.startswith("F")])
def test_every_rule_about_files_has_its_fixture_and_fires_on_it(code: str) -> None:
    start = f"faults/{code.lower()}_{all_rules()[code].name.replace('-', '_')}"
    named = [name for name in NAMES if name.startswith(start)]
    assert named, f"no fixture is called {start}.…"
    with contextlib.chdir(WORLD):
        for name in named:
            assert code in json.loads(check(name))["counts"]


def test_the_clean_chat_is_clean() -> None:
    with contextlib.chdir(WORLD):
        ran = ftlint("check", "chat.jsonl", "--isolated", "--fail-on", "info")
    assert ran.code == 0
    assert "chat.jsonl  chat · 12 examples · clean" in ran.out


def test_the_messy_table_loses_only_what_it_must(tmp_path: Path) -> None:
    fixed = tmp_path / "fixed.jsonl"
    ftlint("check", str(WORLD / "messy.csv"), *UNSAFE[1:], "-o", str(fixed))
    rows = [json.loads(line) for line in fixed.read_text(encoding="utf-8").splitlines()]
    answers = [row["answer"] for row in rows]
    # Examples that differ in a column that is not read are no duplicates.
    assert len(rows) == 15
    assert sum("NA" in answer.split() for answer in answers) == 1
    assert not any("\u200b" in answer for answer in answers)
    assert {key for row in rows for key in row} == {"question", "answer", "Notes"}


@pytest.mark.parametrize("name", few_quick(NAMES, 8, 40))
def test_every_dropped_row_is_kept_with_its_rule(name: str, tmp_path: Path) -> None:
    short = name.rpartition("/")[2]
    (tmp_path / short).write_bytes(DATA[name])
    with contextlib.chdir(tmp_path):
        ran = ftlint("check", short, *FIX[1:], "--output-format", "json")
        if ran.code == 2:
            assert ran.err.startswith(f"ftlint: {short} was not read whole")
            assert [path.name for path in tmp_path.iterdir()] == [short]
            return
        rejected = [json.loads(line) for line in Path("bad.jsonl").read_text(encoding="utf-8").splitlines()]
    summary = json.loads(ran.out)["summary"]
    assert summary["read"] == summary["kept"] + summary["dropped"]
    assert len(rejected) == summary["dropped"]
    assert all(row["code"] and row["record"] for row in rejected)


@pytest.mark.parametrize("name", list(make_fixtures.odd_bytes()))
def test_odd_bytes_are_what_the_script_makes(name: str) -> None:
    assert DATA[name] == make_fixtures.odd_bytes()[name]


def comparable(report: str, name: str, written: str) -> Any:
    """A report without what must differ when the file is packed or lies elsewhere."""
    found = json.loads(report.replace(written, name))
    for file in found["files"]:
        file["bytes"] = file["sha256"] = None
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "packing"), turns([name for name in NAMES if not name.endswith(tuple(PACKINGS))], [*PACKINGS], 1)
)
def test_a_packed_file_is_the_same_file(name: str, packing: str, tmp_path: Path) -> None:
    short = name.rpartition("/")[2]
    (tmp_path / short).write_bytes(DATA[name])
    (tmp_path / f"{short}.{packing}").write_bytes(PACKINGS[packing](DATA[name]))
    with contextlib.chdir(tmp_path):
        packed, plain = check(f"{short}.{packing}"), check(short)
    assert comparable(packed, short, f"{short}.{packing}") == comparable(plain, short, short)


def never_a_bug(folder: Path, name: str, *commands: tuple[str, ...]) -> None:
    """Whatever the data, a command ends in words. Faulty data is 1; 2 says why nothing is written."""
    for command, *options in commands:
        before = {path: path.read_bytes() for path in folder.iterdir()}
        with contextlib.chdir(folder):
            ran = ftlint(command, name, *options)
        asked = " ".join(["ftlint", command, name, *options])
        if ran.code == 2 and (command, *options) != CHECK:
            why = (" was not read whole", ": no record can be converted, so nothing is written")
            assert ran.err.startswith(tuple(f"ftlint: {name}{one}" for one in why)), f"{asked}\n{ran.err}"
            assert {path: path.read_bytes() for path in folder.iterdir()} == before, asked
            continue
        assert ran.code in (0, 1), f"{asked}\n{ran.err}"
        assert ran.err == "", f"{asked}\n{ran.err}"


@pytest.mark.parametrize("name", few_quick(NAMES, 8, 40))
def test_any_command_on_any_file_ends_in_words(name: str, tmp_path: Path) -> None:
    short = name.rpartition("/")[2]
    (tmp_path / short).write_bytes(DATA[name])
    never_a_bug(tmp_path, short, FIX, DIFF, CONVERT)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "ending"), few_quick(turns(NAMES, ENDINGS, 2, 4), 0, 90))
def test_any_file_under_any_name_ends_in_words(name: str, ending: str, tmp_path: Path) -> None:
    (tmp_path / f"x.{ending}").write_bytes(DATA[name])
    never_a_bug(tmp_path, f"x.{ending}", CHECK, FIX)


def test_a_workbook_damaged_in_the_middle_of_its_sheet_ends_in_words(tmp_path: Path) -> None:
    data = bytearray(DATA["faults/f020_cell_cut.xlsx"])
    data[5903] ^= 0xFF
    (tmp_path / "damaged.xlsx").write_bytes(data)
    never_a_bug(tmp_path, "damaged.xlsx", CHECK, FIX, DIFF, CONVERT)


SMALL = [name for name in NAMES if len(DATA[name]) < 8_000]


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A fixture's name and its bytes after some accidents."""
    name = draw(st.sampled_from(SMALL))
    data = DATA[name]
    for _ in range(draw(st.integers(1, 3))):
        data = draw(st.sampled_from(ACCIDENTS))(draw, data)
    return name, data


def cut(draw: st.DrawFn, data: bytes) -> bytes:
    return data[: draw(st.integers(0, len(data)))]


def cut_out(draw: st.DrawFn, data: bytes) -> bytes:
    at = draw(st.integers(0, len(data)))
    return data[:at] + data[at + draw(st.integers(1, 40)) :]


def flip(draw: st.DrawFn, data: bytes) -> bytes:
    if not data:
        return data
    at = draw(st.integers(0, len(data) - 1))
    return data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]


def join(draw: st.DrawFn, data: bytes) -> bytes:
    return data + DATA[draw(st.sampled_from(SMALL))]


def repeat_a_line(draw: st.DrawFn, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b"\n"]
    at = draw(st.integers(0, len(lines) - 1))
    return b"".join([*lines[: at + 1], *lines[at : at + 1], *lines[at + 1 :]])


ACCIDENTS = (cut, cut_out, flip, join, repeat_a_line)


@settings(
    max_examples=some(120),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(accident=damaged())
def test_damaged_files_end_in_words(accident: tuple[str, bytes]) -> None:
    name, data = accident
    short = name.rpartition("/")[2]
    with tempfile.TemporaryDirectory(prefix="ftlint-test-", ignore_cleanup_errors=True) as folder:
        (Path(folder) / short).write_bytes(data)
        never_a_bug(Path(folder), short, CHECK, FIX)
