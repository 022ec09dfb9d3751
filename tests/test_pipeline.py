"""One law for all commands: whoever runs the steps, and in whatever parts, the same bytes and the same report come out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from engines import FILES, AnyOrder
from examples import few_quick
from in_parts_rows import Elsewhere

import ftlint
from ftlint.commands.check.shards import Shard, merge_shards, save_shard
from ftlint.commands.diff.run import compare
from ftlint.commands.fix.output import OutputOptions
from ftlint.commands.fix.run import fix_files
from ftlint.config.settings import from_python
from ftlint.html_report.collect import collect
from ftlint.io.find import find_sources
from ftlint.io.source import Source

DATA = FILES["damaged.jsonl"] + b"\n" + FILES["plain.jsonl"] + FILES["labels.jsonl"]
OTHER = FILES["plain.jsonl"][:3000] + FILES["damaged.jsonl"]
SOURCES = [Source("in.jsonl", Path("in.jsonl"), None), Source("other.jsonl", Path("other.jsonl"), None)]
Command = Callable[..., Any]


def shards(**execution: Any) -> Any:
    asked = from_python(target="openai-chat", **execution)
    for number in (1, 2):
        save_shard(SOURCES, asked, Shard(number, 2), Path("shards"))
    return merge_shards(Path("shards"), asked)


def diff_of_fixes(**execution: Any) -> Any:
    return fix_files(SOURCES, from_python(**execution), OutputOptions(diff=50, unsafe=True))


def two_fixes(**execution: Any) -> Any:
    goal = OutputOptions(unsafe=True, rejects=Path("rejects.jsonl"))
    return fix_files(SOURCES, from_python(target="openai-chat", **execution), goal)


COMMANDS: dict[str, Command] = {
    "check": lambda **e: ftlint.check(".", target="openai-chat", extend_select="ALL", **e),
    "check against": lambda **e: ftlint.check("in.jsonl", against="other.jsonl", select="ALL", **e),
    "check in shards": shards,
    "fix": two_fixes,
    "fix --diff": diff_of_fixes,
    "convert": lambda **e: ftlint.convert("in.jsonl", "new.jsonl", "sharegpt", rejects="r.jsonl", **e),
    "convert to a table": lambda **e: ftlint.convert("in.jsonl", "new.csv", "alpaca", **e),
    "prepare": lambda **e: ftlint.prepare("in.jsonl", split=True, rejects="r.jsonl", **e),
    "split": lambda **e: ftlint.split("in.jsonl", valid=0.3, test=0.1, rejects="r.jsonl", **e),
    "stats": lambda **e: ftlint.stats(".", target="openai-chat", **e),
    "diff": lambda **e: compare(SOURCES[:1], SOURCES[1:], from_python(**e)),
    "report": lambda **e: collect(find_sources(["."]), from_python(against=["other.jsonl"], **e)),
}


def outcome(command: Command, folder: Path, **execution: Any) -> tuple[Any, dict[str, bytes]]:
    """What a command returns, but for how long it took, and all files that are there afterwards."""
    folder.mkdir()
    (folder / "in.jsonl").write_bytes(DATA)
    (folder / "other.jsonl").write_bytes(OTHER)
    with chdir(folder):
        result = command(**execution)
    return timeless(result), {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def timeless(result: Any) -> Any:
    if isinstance(result, ftlint.result.Report):
        return replace(result, seconds=0.0)
    if hasattr(result, "old_report"):
        return replace(result, old_report=timeless(result.old_report), new_report=timeless(result.new_report))
    if hasattr(result, "marks"):  # frames of what was written, by part
        return result.kept, result.dropped, result.fixed, timeless(result.report), result.figures
    return replace(result, report=timeless(result.report)) if hasattr(result, "report") else result


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Any, dict[str, bytes]]]:
    """What one part in this process comes to; each command is run once."""
    known: dict[str, tuple[Any, dict[str, bytes]]] = {}

    def of(name: str) -> tuple[Any, dict[str, bytes]]:
        if name not in known:
            known[name] = outcome(COMMANDS[name], tmp_path_factory.mktemp("serial") / "x", jobs=1)
        return known[name]

    return of


def same(name: str, serial: Callable[[str], Any], tmp_path: Path, **execution: Any) -> None:
    usual, files = serial(name)
    found, written = outcome(COMMANDS[name], tmp_path / "x", **execution)
    assert written.keys() == files.keys()
    for path, data in files.items():
        assert written[path] == data or path.endswith(".ftlint"), path
    assert found == usual


@pytest.mark.parametrize("name", few_quick(COMMANDS, 2))
def test_parts_that_arrive_in_any_order(name: str, serial: Any, tmp_path: Path) -> None:
    same(name, serial, tmp_path, executor=AnyOrder(1), part_bytes=2500)


@pytest.mark.parametrize("name", few_quick(COMMANDS, 2))
def test_tasks_and_results_that_are_sent(name: str, serial: Any, tmp_path: Path) -> None:
    same(name, serial, tmp_path, executor=Elsewhere(), part_bytes=4000)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_threads(name: str, serial: Any, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as executor:
        same(name, serial, tmp_path, executor=executor, part_bytes=3000)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_processes(name: str, serial: Any, tmp_path: Path) -> None:
    same(name, serial, tmp_path, jobs=2, part_bytes=5000)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_tiny_parts(name: str, serial: Any, tmp_path: Path) -> None:
    same(name, serial, tmp_path, jobs=1, part_bytes=1200)
