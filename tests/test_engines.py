"""However a run is shared out, it comes to the same: findings, totals, places, words."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from engines import FILES, AnyOrder, dask_executor, ray_staff, told
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint import SourceChanged, UsageError, check, fix
from ftlint.commands.check.shards import Shard, merge_shards, save_shard
from ftlint.config.settings import from_python
from ftlint.engine.check import check_sources
from ftlint.engine.plan import make_plan
from ftlint.execution.executor import TaskResult
from ftlint.execution.process import ProcessExecutor
from ftlint.io.source import Source

pytestmark = pytest.mark.slow

# Every rule, those that ask for a second look among them.
ASKED: dict[str, Any] = {"extend_select": "ALL", "target": "openai-chat", "max_per_rule": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def usual(folder: Path) -> list[Any]:
    """What one reading of every file in this process says."""
    return told(check(folder, jobs=1, **ASKED))


@pytest.mark.parametrize("part_bytes", [400, 5000, 1 << 20])
def test_parts_of_any_size(folder: Path, usual: list[Any], part_bytes: int) -> None:
    assert told(check(folder, jobs=1, part_bytes=part_bytes, **ASKED)) == usual


@pytest.mark.parametrize("part_bytes", [1, 7])
@pytest.mark.parametrize("data", [FILES["damaged.jsonl"][:700], FILES["labels.jsonl"][:300], b"\n\r\n{}"])
def test_parts_of_a_byte_or_a_few(tmp_path: Path, data: bytes, part_bytes: int) -> None:
    path = tmp_path / "small.jsonl"
    path.write_bytes(data)
    assert told(check(path, jobs=1, part_bytes=part_bytes)) == told(check(path, jobs=1))


@contextmanager
def threads() -> Iterator[dict[str, Any]]:
    with ThreadPoolExecutor(3) as executor:
        yield {"executor": executor}
        assert executor.submit(int).result() == 0, "it stays open"


@contextmanager
def dask() -> Iterator[dict[str, Any]]:
    with dask_executor() as executor:
        yield {"executor": executor}


ENGINES: dict[str, Callable[[], AbstractContextManager[dict[str, Any]]]] = {
    "one after the other": lambda: nullcontext({"jobs": 1}),
    "processes": lambda: nullcontext({"jobs": 2}),
    "threads of somebody else": threads,
    "Dask": dask,
    "Ray": lambda: nullcontext(ray_staff()),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_comes_to_the_same(folder: Path, usual: list[Any], engine: str, tmp_path: Path) -> None:
    """Findings, totals and what is written, of damaged files, too, in small parts and in large ones."""
    source = folder / "damaged.jsonl"
    fix(source, tmp_path / "usual.jsonl", unsafe=True, jobs=1)
    with ENGINES[engine]() as staff:
        for part_bytes in (1500, 1 << 20):
            assert told(check(folder, part_bytes=part_bytes, **staff, **ASKED)) == usual
        fix(source, tmp_path / "shared.jsonl", unsafe=True, part_bytes=900, **staff)
    assert (tmp_path / "shared.jsonl").read_bytes() == (tmp_path / "usual.jsonl").read_bytes()


def test_shards_that_are_merged_come_to_the_same(folder: Path, usual: list[Any], tmp_path: Path) -> None:
    sources = [Source(one[0], Path(one[0]), None) for one in usual]
    for number in (3, 1, 2):
        save_shard(sources, from_python(**ASKED), Shard(number, 3), tmp_path)
    assert told(merge_shards(tmp_path, from_python(**ASKED))) == usual


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_arrival(folder: Path, usual: list[Any], seed: int) -> None:
    asked = from_python(part_bytes=1500, **ASKED)
    sources = [Source(one[0], Path(one[0]), None) for one in usual]
    plan = make_plan(asked)
    files = check_sources(sources, [plan] * len(sources), asked, AnyOrder(seed), lambda size: None)
    assert [(f.findings, f.tallies, f.rows, f.sha256) for f in files] == [
        (one[5], dict(one[7]), one[4][0], one[4][3]) for one in usual
    ]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), size=st.integers(1, 400))
def test_any_bytes_in_parts_of_any_size(tmp_path: Path, data: st.DataObject, size: int) -> None:
    pieces = data.draw(
        st.lists(
            st.sampled_from([*FILES["damaged.jsonl"].splitlines(keepends=True), b"\n", b"\r\n", b"{", b"}\r"])
            | st.binary(max_size=6),
            max_size=12,
        )
    )
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"".join(pieces))
    assert told(check(path, jobs=1, part_bytes=size)) == told(check(path, jobs=1))


def test_what_is_held_against_a_file_goes_along(tmp_path: Path, folder: Path) -> None:
    held = tmp_path / "held.jsonl"
    held.write_bytes(FILES["plain.jsonl"][:2000])
    one, many = (
        check(folder / "plain.jsonl", against=held, part_bytes=size, jobs=1, **ASKED) for size in (None, 300)
    )
    assert told(one) == told(many)
    assert {"leak"} <= {finding.name for finding in one.findings}


def test_a_lost_process_is_named_with_what_it_was_at(folder: Path) -> None:
    workers = ProcessExecutor(2)
    try:
        with pytest.raises(UsageError, match=r"file 3: the process that worked on it was lost \(SIGKILL"):
            list(workers.map_unordered(die_at_three, [f"file {n}" for n in range(6)]))
    finally:
        workers.close()


def die_at_three(piece: str) -> TaskResult:
    if piece == "file 3":
        os.kill(os.getpid(), signal.SIGKILL)
    return TaskResult(piece.encode())


def test_what_the_work_raises_comes_out_as_it_is() -> None:
    workers = ProcessExecutor(1)
    try:
        with pytest.raises(SourceChanged, match="it changed"):
            list(workers.map_unordered(complain, ["a"]))
        assert [done.value for _, done in workers.map_unordered(die_at_three, ["still there"])] == [
            b"still there"
        ]
    finally:
        workers.close()


def complain(piece: str) -> TaskResult:
    raise SourceChanged("it changed")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_all_processes_end_at_once(tmp_path: Path, how: int) -> None:
    """Whoever is told to end ends all that it began, however much there is to do."""
    path = tmp_path / "big.jsonl"
    path.write_bytes(FILES["plain.jsonl"] * 20_000)
    command = [sys.executable, "-m", "ftlint", "check", str(path), "--jobs", "2", "--no-cache"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    until(lambda: len(children(run.pid)) >= 2)
    below = children(run.pid)
    # At a terminal Ctrl-C goes to all of them.
    os.killpg(run.pid, how) if how == signal.SIGINT else run.send_signal(how)
    _, said = run.communicate(timeout=20)
    assert run.returncode in (130, -how, 128 + how)
    assert b"Traceback" not in said
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))


def children(pid: int) -> list[int]:
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = Path(f"/proc/{pid}/task").iterdir()
        return sorted(
            {int(c) for t in threads for c in (t / "children").read_text().split()} | set(map(int, listed))
        )
    except OSError:
        return []


def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it never came to that")
