"""One run in shards: they are checked anywhere, kept as files, and merged to the report of one run."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from engines import FILES, told

from ftlint import UsageError, check
from ftlint.cli.app import app
from ftlint.commands.check.shards import (
    Extent,
    Shard,
    assign,
    merge_shards,
    save_shard,
    settings_of_shards,
    shard_named,
)
from ftlint.config.settings import from_python
from ftlint.io.find import find_sources
from ftlint.io.source import Source

pytestmark = pytest.mark.slow

ASKED: dict[str, Any] = {"extend_select": "ALL", "target": "openai-chat"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return folder


def in_shards(sources: list[Source], of: int, parts: Path, **asked: Any) -> list[tuple[Any, ...]]:
    """The report of a run in so many shards, checked from the last to the first."""
    for number in range(of, 0, -1):
        save_shard(sources, from_python(**asked), Shard(number, of), parts)
    return told(merge_shards(parts, replace(settings_of_shards(parts), max_per_rule=3)))


@pytest.mark.parametrize("of", [1, 2, 5, 23])
def test_merged_shards_are_one_run(folder: Path, tmp_path: Path, of: int) -> None:
    sources = find_sources([str(folder)])
    assert in_shards(sources, of, tmp_path, **ASKED) == told(check(folder, jobs=1, max_per_rule=3, **ASKED))


def test_more_shards_than_lines_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{}\n{"prompt": "a", "completion": "b"}')
    sources = find_sources([str(path)])
    assert in_shards(sources, 60, tmp_path / "parts") == told(check(path, jobs=1))


def test_shards_are_divided_among_processes(folder: Path, tmp_path: Path) -> None:
    sources = find_sources([str(folder / "damaged.jsonl"), str(folder / "plain.jsonl")])
    shared = in_shards(sources, 2, tmp_path, jobs=2, part_bytes=900, **ASKED)
    paths = [source.name for source in sources]
    assert shared == told(check(paths, jobs=1, max_per_rule=3, **ASKED))


def test_what_is_held_against_the_files_is_known_when_they_are_merged(folder: Path, tmp_path: Path) -> None:
    held = tmp_path / "held.jsonl"
    held.write_bytes(FILES["plain.jsonl"][:2000])
    asked = {**ASKED, "against": held}
    path = folder / "plain.jsonl"
    one = told(check(path, jobs=1, max_per_rule=3, **asked))
    assert any(finding.name == "leak" for finding in one[0][5])
    sources = find_sources([str(path)])
    for number in (1, 2, 3):
        save_shard(sources, from_python(**asked), Shard(number, 3), tmp_path / "parts")
    held.unlink()
    merged = merge_shards(tmp_path / "parts", replace(settings_of_shards(tmp_path / "parts"), max_per_rule=3))
    assert told(merged) == one


@pytest.mark.parametrize("of", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("sizes", [[0], [1], [5, 0, 3], [100, 7], [0, 0]])
def test_every_byte_belongs_to_one_shard(sizes: list[int], of: int) -> None:
    extents = [Extent(size, "bytes", size) for size in sizes]
    given = [assign(extents, Shard(number, of)) for number in range(1, of + 1)]
    for place, size in enumerate(sizes):
        parts = [parts[place] for parts in given if parts[place] is not None]
        if len(parts) == 1:
            assert parts[0].unit == "whole"
        else:
            edges = [part.start for part in parts] + [parts[-1].end]
            assert edges == sorted(edges)
            assert (edges[0], edges[-1]) == (0, size)
            assert [part.end for part in parts[:-1]] == edges[1:-1]


def test_what_cannot_be_cut_belongs_to_one_shard() -> None:
    extents = [Extent(50, "whole", 1), Extent(100, "bytes", 100), Extent(9, "whole", 1)]
    given = [assign(extents, Shard(number, 4)) for number in (1, 2, 3, 4)]
    assert [sum(parts[place] is not None for parts in given) for place in (0, 2)] == [1, 1]


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "", "1/0", "-1/3"])
def test_a_shard_has_a_number_among_all(text: str) -> None:
    with pytest.raises(UsageError, match="write I/N"):
        shard_named(text)


@pytest.fixture
def parts(folder: Path, tmp_path: Path) -> Path:
    """Three shards of one file."""
    sources = find_sources([str(folder / "labels.jsonl")])
    for number in (1, 2, 3):
        save_shard(sources, from_python(), Shard(number, 3), tmp_path)
    return tmp_path


def refused(parts: Path) -> str:
    with pytest.raises(UsageError) as error:
        merge_shards(parts, from_python())
    return str(error.value)


def test_a_missing_shard_is_named(parts: Path) -> None:
    (parts / "shard-00002-of-00003.ftlint").unlink()
    assert "1 of 3 shards is missing: 2; check it with --shard 2/3" in refused(parts)


def test_a_shard_that_stands_there_twice(parts: Path) -> None:
    shutil.copy(parts / "shard-00002-of-00003.ftlint", parts / "copy.ftlint")
    assert "copy.ftlint and shard-00002-of-00003.ftlint are both shard 2 of 3" in refused(parts)


def test_a_shard_that_was_cut_off(parts: Path) -> None:
    path = parts / "shard-00002-of-00003.ftlint"
    path.write_bytes(path.read_bytes()[:-100])
    assert "only a piece of one" in refused(parts)


def test_a_shard_of_other_contents(parts: Path, folder: Path, tmp_path: Path) -> None:
    path = folder / "labels.jsonl"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Is 3 odd", b"Is 4 odd"))
    try:
        save_shard(find_sources([str(path)]), from_python(), Shard(2, 3), parts)
    finally:
        path.write_bytes(before)
    assert "different contents of" in refused(parts)


def test_a_shard_with_other_options(parts: Path, folder: Path) -> None:
    sources = find_sources([str(folder / "labels.jsonl")])
    save_shard(sources, from_python(target="openai-chat"), Shard(2, 3), parts)
    assert "different options" in refused(parts)


def test_a_shard_of_another_number_of_shards(parts: Path, folder: Path) -> None:
    save_shard(find_sources([str(folder / "labels.jsonl")]), from_python(), Shard(1, 2), parts)
    assert "of two runs" in refused(parts)


def test_a_shard_of_other_files(parts: Path, folder: Path) -> None:
    save_shard(find_sources([str(folder / "plain.jsonl")]), from_python(), Shard(2, 3), parts)
    assert "different files" in refused(parts)


def test_what_is_complete_is_not_done_again(parts: Path, folder: Path) -> None:
    path = parts / "shard-00002-of-00003.ftlint"
    before = path.stat().st_mtime_ns
    sources = find_sources([str(folder / "labels.jsonl")])
    assert save_shard(sources, from_python(), Shard(2, 3), parts).already
    assert path.stat().st_mtime_ns == before
    assert not save_shard(sources, from_python(target="openai-chat"), Shard(2, 3), parts).already


def test_a_second_look_needs_the_file(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "gone.jsonl"
    path.write_bytes(FILES["marks.jsonl"])
    sources = find_sources([str(path)])
    asked = {"select": "P005,P002", "target": "openai-completions"}
    assert {f.name for f in check(path, **asked).findings} == {"stop-inside", "separator-inside"}
    shared = in_shards(sources, 2, tmp_path / "parts", **asked)
    assert shared == told(check(path, jobs=1, max_per_rule=3, **asked))
    path.unlink()
    merge = tmp_path / "parts"
    with pytest.raises(UsageError, match=r"second look at it: merge where it can be read"):
        merge_shards(merge, settings_of_shards(merge))


def test_the_commands(folder: Path, tmp_path: Path) -> None:
    path, parts = str(folder / "damaged.jsonl"), str(tmp_path / "parts")
    for number in (1, 2):
        shard = ["--shard", f"{number}/2", "--save", parts, "--target", "openai-chat", "--isolated"]
        done = CliRunner().invoke(app, ["check", path, *shard], standalone_mode=False)
        assert (done.return_value, done.stdout) == (0, "")
    merged = CliRunner().invoke(app, ["merge", parts, "--output-format", "json"], standalone_mode=False)
    usual = ["check", path, "--target", "openai-chat", "--isolated", "--no-cache", "--output-format", "json"]
    whole = CliRunner().invoke(app, usual, standalone_mode=False)
    assert merged.return_value == whole.return_value == 1
    assert without_seconds(merged.stdout) == without_seconds(whole.stdout)


def without_seconds(text: str) -> list[str]:
    return [line for line in text.splitlines() if '"seconds"' not in line]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--shard", "1/2"], "go together"),
        (["--save", "parts"], "go together"),
        (["--shard", "1/2", "--save", "parts", "--fix"], "--fix goes with all of it"),
        (["--shard", "3/2", "--save", "parts"], "write I/N"),
    ],
)
def test_options_that_do_not_go_together(folder: Path, options: list[str], words: str) -> None:
    done = CliRunner().invoke(app, ["check", str(folder / "one.jsonl"), *options], standalone_mode=False)
    assert isinstance(done.exception, UsageError)
    assert words in str(done.exception)
