"""An output that ends in a slash is a folder of parts: part-00012.jsonl, a manifest with hashes, and _SUCCESS last."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from engines import FILES, Meddling, chat, line
from examples import few_quick

from ftlint import SourceChanged, UsageError, check, convert, fix
from ftlint.cli.app import app
from ftlint.execution.executor import LocalExecutor
from ftlint.execution.part_folder import parts_in
from ftlint.io.stream import open_source


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_bytes(FILES["damaged.jsonl"] + b"\n" + FILES["plain.jsonl"])
    return path


def joined(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("part-*.jsonl")))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("staff", few_quick([{"jobs": 1}, {"jobs": 2}], 1))
@pytest.mark.parametrize("part_bytes", [2000, 1 << 20])
def test_parts_of_a_fix_are_what_one_file_would_hold(
    source: Path, tmp_path: Path, staff: dict[str, Any], part_bytes: int
) -> None:
    whole = fix(source, tmp_path / "whole.jsonl", unsafe=True, jobs=1)
    parted = fix(source, f"{tmp_path}/parts/", unsafe=True, part_bytes=part_bytes, **staff)
    assert joined(tmp_path / "parts") == (tmp_path / "whole.jsonl").read_bytes()
    one, other = whole.files[0], parted.files[0]
    assert [(f.code, f.line, f.message) for f in one.findings] == [
        (f.code, f.line, f.message) for f in other.findings
    ]
    assert (one.fixed, one.dropped, one.kept, one.tallies, one.sha256) == (
        other.fixed,
        other.dropped,
        other.kept,
        other.tallies,
        other.sha256,
    )
    assert other.written == str(tmp_path / "parts" / "part-*.jsonl")


def test_parts_of_a_conversion_are_what_one_file_would_hold(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    path.write_bytes(FILES["marks.jsonl"])
    convert(path, tmp_path / "whole.jsonl", "openai-chat", jobs=1)
    report = convert(path, f"{tmp_path}/parts/", "openai-chat", part_bytes=500)
    assert len(list((tmp_path / "parts").glob("part-*"))) > 1
    assert joined(tmp_path / "parts") == (tmp_path / "whole.jsonl").read_bytes()
    assert report.files[0].kept == 20


def test_the_manifest_says_what_the_parts_are(source: Path, tmp_path: Path) -> None:
    fix(source, f"{tmp_path}/parts/", part_bytes=2000)
    folder = tmp_path / "parts"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["source"]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert [part["name"] for part in manifest["parts"]] == [
        path.name for path in sorted(folder.glob("part-*.jsonl"))
    ]
    for part in manifest["parts"]:
        data = (folder / part["name"]).read_bytes()
        assert (part["rows"], part["bytes"], part["sha256"]) == (
            data.count(b"\n"),
            len(data),
            hashlib.sha256(data).hexdigest(),
        )
    assert manifest["rows"] == sum(part["rows"] for part in manifest["parts"])
    success = (folder / "_SUCCESS").read_text().strip()
    assert success == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()


def test_a_folder_is_not_written_over_unless_that_is_said(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    fix(source, f"{folder}/", part_bytes=2000)
    with pytest.raises(UsageError, match="is not empty; nothing is overwritten"):
        fix(source, f"{folder}/", part_bytes=5000)
    fix(source, f"{folder}/", part_bytes=1 << 20, overwrite=True)
    assert names(folder) == ["_SUCCESS", "manifest.json", "part-00000.jsonl"]


def test_a_folder_with_other_files_is_left_alone(source: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    with pytest.raises(UsageError, match=r"holds other files \(notes.txt\)"):
        fix(source, f"{tmp_path}/mine/", overwrite=True)
    assert names(tmp_path / "mine") == ["notes.txt"]


def test_a_run_that_fails_leaves_no_success(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    fix(source, f"{folder}/", part_bytes=2000)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    executor: Any = Meddling(lambda: source.write_bytes(source.read_bytes() + b"\n"), LocalExecutor())
    with pytest.raises(SourceChanged):
        fix(source, f"{folder}/", part_bytes=2000, overwrite=True, executor=executor)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_parts_are_read_as_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    pieces = [b"", line(chat("a", "b")), b"", line(chat("c", "d")) * 3, line(chat("e", "f"))[:-1]]
    for number, data in enumerate(pieces):
        (folder / f"part-{number:05}.jsonl").write_bytes(data)
    whole = b"".join(pieces)
    with open_source(parts_in(folder / "part-*.jsonl")) as file:
        assert file.read() == whole
        for place in range(0, len(whole) + 2, 7):
            file.seek(place)
            assert file.read(50) == whole[place : place + 50]


def test_the_command(source: Path, tmp_path: Path) -> None:
    out = f"{tmp_path}/parts/"
    done = CliRunner().invoke(
        app, ["check", str(source), "--fix", "-o", out, "--isolated"], standalone_mode=False
    )
    assert done.exception is None
    assert "_SUCCESS" in names(tmp_path / "parts")
    assert check(f"{tmp_path}/parts/part-*.jsonl").files
