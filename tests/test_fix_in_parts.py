"""Fixed in parts, a file becomes what it becomes in one reading: the same bytes, rejects and report."""

import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from engines import Meddling
from examples import few_quick
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_parts_rows import FILES, TABLE, Elsewhere, jsonl, ways
from msgspec import structs
from test_laws import DATA

from ftlint import Report, SourceChanged
from ftlint.commands.fix.output import OutputOptions
from ftlint.commands.fix.run import fix_files
from ftlint.config.settings import Settings, from_python
from ftlint.execution.executor import LocalExecutor
from ftlint.execution.futures import FuturesExecutor
from ftlint.io.source import Source

pytestmark = pytest.mark.slow

STEP = {"part_bytes": 20}


def fixed(
    folder: Path, given: Settings, goal: OutputOptions, names: list[str]
) -> tuple[Report, dict[str, bytes]]:
    """The report, and all files that are there afterwards; then the folder is what it was."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    report = fix_files([Source(name, folder / name, None) for name in names], given, goal)
    report.seconds = 0.0
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name in after:
        (folder / name).unlink()
    for name, data in before.items():
        (folder / name).write_bytes(data)
    return report, after


def same(folder: Path, goal: OutputOptions, names: list[str], *ways: dict[str, Any], **given: Any) -> Report:
    """Fix the files in one reading and in every way; all must come out alike. The report."""
    report, files = fixed(folder, from_python(jobs=1, **given), goal, names)
    for way in ways:
        other, written = fixed(folder, from_python(**way, **given), goal, names)
        assert written == files, way
        assert other == report, way
        assert [file.notes for file in other.files] == [file.notes for file in report.files], way
    return report


def in_folder(folder: Path, **files: bytes) -> list[str]:
    names = [f"{name}.jsonl" for name in files]
    for name, data in zip(names, files.values(), strict=True):
        (folder / name).write_bytes(data)
    return names


@pytest.mark.parametrize("name", few_quick(FILES, 0, 6))
@pytest.mark.parametrize("target", [None, "openai-chat"])
def test_parts_of_several_sizes(tmp_path: Path, name: str, target: str | None) -> None:
    goal = OutputOptions(output=tmp_path / "new.jsonl", unsafe=True, rejects=tmp_path / "rejects")
    some = ways(FILES[name])[: 1 if target is None else 2]
    same(tmp_path, goal, in_folder(tmp_path, data=FILES[name]), *some, target=target)


@pytest.mark.parametrize("name", ["bare", "half-damaged", "labels", "legacy"])
def test_marks_are_put_on_alike(tmp_path: Path, name: str) -> None:
    goal = OutputOptions(output=tmp_path / "new.jsonl", unsafe=True)
    names = in_folder(tmp_path, data=FILES[name])
    report = same(tmp_path, goal, names, *ways(FILES[name]), target="openai-completions")
    assert bool(report.files[0].fixed["P001"]) == name.endswith(("bare", "damaged"))


@pytest.mark.parametrize("name", ["mixed", "damaged", "returns"])
def test_safe_fixes_only(tmp_path: Path, name: str) -> None:
    same(tmp_path, OutputOptions(), in_folder(tmp_path, data=FILES[name]), *ways(FILES[name]))


def test_line_ends_are_told_whatever_else_is_mended(tmp_path: Path) -> None:
    names = in_folder(tmp_path, data=FILES["returns"])
    report, _ = fixed(tmp_path, from_python(jobs=1), OutputOptions(unsafe=True), names)
    assert report.files[0].fixed["F007"] == 1


def test_every_byte_a_part(tmp_path: Path) -> None:
    data = b'{"text": "a"}\r\noops\n\n{"text": "a"}\n{"text": "\x07b"}'
    goal = OutputOptions(output=tmp_path / "new.jsonl", unsafe=True, rejects=tmp_path / "rejects")
    same(tmp_path, goal, in_folder(tmp_path, data=data), {"part_bytes": 1}, {"part_bytes": 7})


@pytest.mark.parametrize("name", ["mixed", "damaged", "twins", "bare", "returns", "long"])
@pytest.mark.parametrize("most", [3, 1000])
def test_the_first_changes_of_the_file_are_shown(tmp_path: Path, name: str, most: int) -> None:
    names = in_folder(tmp_path, data=FILES[name])
    report = same(tmp_path, OutputOptions(diff=most, unsafe=True), names, *ways(FILES[name]))
    (file,) = report.files
    places = [(change.line or 0, change.row or 0) for change in file.changes]
    assert places == sorted(places)
    assert len(places) == min(most, file.changes_total)


def test_files_beside_one_another_and_in_place(tmp_path: Path) -> None:
    names = in_folder(tmp_path, **{name: FILES[name] for name in ("twins", "clean", "mixed", "empty")})
    same(tmp_path, OutputOptions(unsafe=True, rejects=tmp_path / "r.jsonl"), names, {"part_bytes": 900})
    report = same(tmp_path, OutputOptions(unsafe=True, in_place=True), names, {"part_bytes": 900})
    assert [file.written is None for file in report.files] == [False, True, False, True]


def test_what_is_held_against_it_counts(tmp_path: Path) -> None:
    names = in_folder(tmp_path, train=FILES["twins"], valid=jsonl(*eval_rows()))
    for goal in (OutputOptions(unsafe=True), OutputOptions(unsafe=True, in_place=True)):
        report = same(tmp_path, goal, names, {"part_bytes": 900}, select="ALL")
        assert sum(file.dropped["D004"] for file in report.files) > 0


def eval_rows() -> list[Any]:
    return [json.loads(line) for line in FILES["twins"].splitlines()[3:6]]


def test_templates_and_tables(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(TABLE)
    rows = in_folder(
        tmp_path, rows=jsonl({"q": "a", "a": "b"}, {"q": "c"}, {"q": "d", "a": "e"}) + b"oops\n{1}\n"
    )
    goal = OutputOptions(unsafe=True, rejects=tmp_path / "r.jsonl")
    given: dict[str, Any] = {"prompt": "Q: {question}", "completion": "{answer}"}
    same(tmp_path, goal, ["a.csv"], STEP, **given)
    same(tmp_path, goal, ["a.csv"], STEP, map={"prompt": "question", "completion": "answer"})
    report = same(tmp_path, goal, rows, STEP, prompt="Q: {q}", completion="{a}")
    assert report.files[0].dropped.total() == 3


def test_rows_of_a_table_that_is_read_in_parts(tmp_path: Path) -> None:
    texts = [f"text {n % 17}\u200b" for n in range(60)]
    pl.DataFrame({"prompt": texts, "completion": ["", *texts[1:]]}).write_parquet(tmp_path / "t.parquet")
    size = (tmp_path / "t.parquet").stat().st_size
    for goal in (
        OutputOptions(unsafe=True, rejects=tmp_path / "r.jsonl"),
        OutputOptions(diff=9, unsafe=True),
    ):
        report = same(tmp_path, goal, ["t.parquet"], {"part_bytes": size // 4})
        assert report.files[0].dropped["D001"] == 60 - 17 - 1


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "data.jsonl").write_bytes(FILES["twins"])
    link = tmp_path / "link.jsonl"
    link.symlink_to("far/data.jsonl")
    fix_files(
        [Source("link.jsonl", link, None)],
        from_python(part_bytes=900),
        OutputOptions(in_place=True, unsafe=True),
    )
    assert link.is_symlink()
    assert link.read_bytes().count(b"again") == 1
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["data.jsonl"]


@pytest.mark.parametrize("packed", ["new.jsonl.gz", "new.jsonl"])
def test_a_packed_goal(tmp_path: Path, packed: str) -> None:
    goal = OutputOptions(output=tmp_path / packed, unsafe=True)
    same(tmp_path, goal, in_folder(tmp_path, data=FILES["twins"]), {"part_bytes": 99})


def test_to_standard_output(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    names = in_folder(tmp_path, data=FILES["mixed"])
    told = []
    for way in ({"jobs": 1}, {"part_bytes": 99}):
        report, files = fixed(
            tmp_path, from_python(**way), OutputOptions(output=Path("-"), unsafe=True), names
        )
        assert files == {"data.jsonl": FILES["mixed"]}
        (file,) = report.files
        told.append((file.path, file.fixed, file.tallies, capfdbinary.readouterr().out))
    assert told[0] == told[1]
    assert told[0][-1]


@pytest.mark.parametrize("inner", [LocalExecutor(), FuturesExecutor(Elsewhere())])
def test_a_file_that_changes_meanwhile_stays_as_it_is(tmp_path: Path, inner: Any) -> None:
    (name,) = in_folder(tmp_path, data=FILES["twins"])
    other = FILES["twins"].replace(b"other 30", b"OTHER 30")
    executor = Meddling(lambda: (tmp_path / name).write_bytes(other), inner)
    wanted = from_python(part_bytes=200, executor=executor)
    with pytest.raises(SourceChanged):
        fix_files([Source(name, tmp_path / name, None)], wanted, OutputOptions(unsafe=True, in_place=True))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {name: other}


@given(DATA, st.sampled_from([50, 200, 900]), st.sampled_from([None, "openai-chat"]), st.booleans())
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
def test_files_that_nobody_thought_of(data: bytes, step: int, target: str | None, unsafe: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        goal = OutputOptions(output=folder / "new.jsonl", unsafe=unsafe, rejects=folder / "r.jsonl")
        names = in_folder(folder, data=data)
        same(folder, goal, names, {"part_bytes": step}, target=target)
        same(folder, structs.replace(goal, diff=7), names, {"part_bytes": step}, target=target)
