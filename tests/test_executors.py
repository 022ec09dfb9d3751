"""Executors of somebody else's as workers: of Python itself, and Dask's."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from engines import FILES, dask_executor, told
from msgspec import structs
from works import dies_on_b, dies_once, echo, has_a_bug, has_changed, is_wrong, opens, reads_nothing

from ftlint import SourceChanged, UsageError, check
from ftlint.execution.futures import FuturesExecutor, run_checked, this_environment

pytestmark = pytest.mark.slow

ASKED: dict[str, Any] = {"target": "openai-chat", "max_per_rule": 3}
Way = Callable[[], AbstractContextManager[Executor]]


@contextmanager
def spawned() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


@contextmanager
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


WAYS: list[Way] = [threads, spawned, dask_executor]


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


def test_reports_are_the_same(way: Way, tmp_path: Path) -> None:
    for name in ("plain.jsonl", "labels.jsonl", "damaged.jsonl", "rows.parquet"):
        (tmp_path / name).write_bytes(FILES[name])
    with way() as executor:
        shared = check(tmp_path, executor=executor, part_bytes=900, **ASKED)
        assert executor.submit(int).result() == 0, "it stays open"
    assert told(shared) == told(check(tmp_path, jobs=1, **ASKED))


def test_what_the_work_raises_comes_out_as_itself(way: Way) -> None:
    with way() as executor:
        workers = FuturesExecutor(executor)
        assert [one.value for _, one in workers.map_unordered(opens, [workers.broadcast(b"some")])] == [
            b"some"
        ]
        with pytest.raises(UsageError, match=r"^a is wrong$"):
            list(workers.map_unordered(is_wrong, ["a"]))
        with pytest.raises(SourceChanged, match=r"^a has changed$"):
            list(workers.map_unordered(has_changed, ["a"]))
        with pytest.raises(UsageError, match=r"^a: the worker could not do it \(KeyError: 'a\?'\)$"):
            list(workers.map_unordered(has_a_bug, ["a"]))
        with pytest.raises(
            UsageError, match=r"^a: the machine .* cannot read it \(No such file or directory\); "
        ):
            list(workers.map_unordered(reads_nothing, ["a"]))


def test_a_process_that_is_lost() -> None:
    with spawned() as executor:
        workers = FuturesExecutor(executor)
        with pytest.raises(
            UsageError, match=r"^[abc]: the worker was lost before it was done \(BrokenProcessPool: "
        ):
            list(workers.map_unordered(dies_on_b, "abc"))
        with pytest.raises(UsageError, match=r"^d: no worker takes it \(BrokenProcessPool: "):
            list(workers.map_unordered(echo, "d"))


def test_a_worker_of_dask_that_is_lost(tmp_path: Path) -> None:
    with dask_executor() as executor:
        workers = FuturesExecutor(executor)
        assert [one.value for _, one in workers.map_unordered(dies_once, [tmp_path / "mark"])] == [b"done"], (
            "Dask retries"
        )
        with pytest.raises(UsageError, match=r"^b: the worker was lost before it was done \(KilledWorker: "):
            list(workers.map_unordered(dies_on_b, "abc"))


def test_an_executor_that_was_shut_down() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(UsageError, match=r"^a: no worker takes it \(RuntimeError: "):
        list(FuturesExecutor(executor).map_unordered(echo, ["a"]))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"ftlint": "0.0.9"}, r"has ftlint \S+, here it is 0\.0\.9"),
        ({"python": "3.1"}, r"has Python 3\.\d+, here it is 3\.1"),
        ({"polars": "0.1"}, r"has polars \S+, here it is 0\.1"),
        ({"digests": ()}, "makes other digests of the same text"),
    ],
)
def test_machines_that_do_not_fit_together(other: dict[str, Any], words: str) -> None:
    node = os.uname().nodename
    with pytest.raises(UsageError, match=rf"^train\.jsonl: the machine {node} {words}"):
        run_checked(structs.replace(this_environment(), **other), echo, "train.jsonl")
