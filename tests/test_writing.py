"""Writing: whatever happens, the input is whole and nothing half-written is left."""

import gzip
import json
import os
from pathlib import Path

import pytest

import ftlint
from ftlint import SourceChanged, UsageError
from ftlint.commands.fix.output import OutputOptions
from ftlint.commands.fix.run import fix_files
from ftlint.config.settings import from_python
from ftlint.io.find import find_sources
from ftlint.io.write.atomic import encode, free_name, named_after, replacing

ROWS = b'{"prompt": "a", "completion": "b"}\r\n{"prompt": "c", "completion": ""}\r\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_bytes(ROWS)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fix(source: Path, advance=lambda amount: None, **goal) -> None:
    fix_files(find_sources([str(source)]), from_python(), OutputOptions(unsafe=True, **goal), advance)


def test_an_error_while_writing_leaves_the_old_file_and_no_new_one(tmp_path: Path) -> None:
    goal = tmp_path / "out.jsonl"
    goal.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing(goal) as out:
        out.write(b"half")
        raise ZeroDivisionError
    assert goal.read_bytes() == b"old"
    assert names(tmp_path) == ["out.jsonl"]


def test_an_interrupted_fix_leaves_the_input_whole(source: Path) -> None:
    def interrupt(amount: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fix(source, interrupt, in_place=True)
    assert source.read_bytes() == ROWS
    assert names(source.parent) == ["train.jsonl"]


def test_an_input_that_changes_between_the_passes_is_not_written_over(source: Path) -> None:
    later = ROWS.replace(b"a", b"z")
    done = []

    def change(amount: int) -> None:
        # As another program would, between the first pass and the second; same size, same time.
        stamp = source.stat().st_mtime_ns
        source.write_bytes(later)
        os.utime(source, ns=(stamp, stamp))
        done.append(amount)

    with pytest.raises(SourceChanged):
        fix(source, change, in_place=True)
    assert done
    assert source.read_bytes() == later
    assert names(source.parent) == ["train.jsonl"]


def test_in_place_keeps_the_permissions_and_a_link(source: Path, tmp_path: Path) -> None:
    source.chmod(0o640)
    mode = source.stat().st_mode
    link = tmp_path / "link.jsonl"
    try:
        link.symlink_to(source)
    except OSError:
        pytest.skip("no symbolic links here")
    fix(link, in_place=True)
    assert link.is_symlink()
    assert source.stat().st_mode == mode
    assert b"\r" not in source.read_bytes()


@pytest.mark.parametrize(("suffix", "unpack"), [(".gz", gzip.decompress), (".zst", None)])
def test_packed_files_are_read_and_written_by_name(source: Path, tmp_path: Path, suffix: str, unpack) -> None:
    output = tmp_path / f"out.jsonl{suffix}"
    fix(source, output=output)
    if unpack is not None:
        assert json.loads(unpack(output.read_bytes()).splitlines()[0])["prompt"].startswith("a")
    assert ftlint.check(output).examples == 1
    again = tmp_path / f"again.jsonl{suffix}"
    fix(output, output=again)
    assert again.read_bytes() == output.read_bytes(), "equal data are equal bytes"


def test_a_file_with_nothing_to_fix_is_left_alone(tmp_path: Path) -> None:
    clean = tmp_path / "clean.jsonl"
    clean.write_bytes(
        b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
    )
    stamp = clean.stat()
    fix(clean)
    fix(clean, in_place=True)
    assert names(tmp_path) == ["clean.jsonl"]
    assert (clean.stat().st_mtime_ns, clean.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)
    fix(clean, output=tmp_path / "asked.jsonl")
    assert (tmp_path / "asked.jsonl").read_bytes() == clean.read_bytes()


def test_two_files_cannot_have_one_output(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(ROWS)
    with pytest.raises(UsageError, match="one input"):
        ftlint.fix([source, other], tmp_path / "out.jsonl")
    ftlint.fix([source, other])
    assert {"train_fixed.jsonl", "other_fixed.jsonl"} <= set(names(tmp_path))


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("train.csv", "train_fixed.jsonl"),
        ("a.b.jsonl.gz", "a.b_fixed.jsonl"),
        ("d/data", "d/data_fixed.jsonl"),
    ],
)
def test_the_new_file_is_named_after_the_old(source: str, named: str) -> None:
    assert named_after(source, "_fixed") == Path(named)


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").touch()
    (tmp_path / "x (1).jsonl").touch()
    assert free_name(tmp_path / "x.jsonl").name == "x (2).jsonl"


@pytest.mark.parametrize(
    ("like", "line"),
    [
        (b'{"a": 1}', '{"a": "é\\u2028", "b": [1, {"c": null}]}\n'),
        (b'{"a":1}', '{"a":"é\\u2028","b":[1,{"c":null}]}\n'),
        (b'{"a": "\\u00e9"}', '{"a": "\\u00e9\\u2028", "b": [1, {"c": null}]}\n'),
        (None, '{"a":"é\\u2028","b":[1,{"c":null}]}\n'),
    ],
    ids=["spaced", "compact", "escaped", "new"],
)
def test_a_changed_line_is_spelt_like_the_one_it_replaces(like: bytes | None, line: str) -> None:
    assert encode({"a": "é\u2028", "b": [1, {"c": None}]}, like).decode() == line


def test_an_integer_of_any_size_survives(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    path.write_text(
        '{"prompt": "a\\u200b", "completion": "b", "id": 123456789012345678901234567890}\n', encoding="utf-8"
    )
    fix(path, in_place=True)
    assert json.loads(path.read_text(encoding="utf-8"))["id"] == 123456789012345678901234567890
