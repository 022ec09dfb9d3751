"""A Ray cluster as workers: of this machine, with two cores, begun once for all tests of a process."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engines import FILES, ray_staff, told
from works import (
    Box,
    dies_on_b,
    dies_once,
    echo,
    has_a_bug,
    has_changed,
    is_wrong,
    joins,
    keeps_two,
    opens,
    prints,
    reads_nothing,
    sleeps,
    threads_of_polars,
)

from ftlint import SourceChanged, UsageError, check, convert, fix
from ftlint.execution.ray import RayExecutor, knock

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayExecutor]:
    ray_staff()
    cluster = RayExecutor()
    yield cluster
    cluster.close()


def done(cluster: RayExecutor, work: Any, *pieces: Any) -> list[bytes]:
    """What is told of the pieces, in their order."""
    return [one.value for _, one in sorted(cluster.map_unordered(work, pieces), key=lambda pair: pair[0])]


def test_every_piece_is_done_with_one_thread_a_core(cluster: RayExecutor) -> None:
    assert done(cluster, echo, *range(9)) == [str(n).encode() for n in range(9)]
    assert done(cluster, threads_of_polars, "a") == [b"1"]
    assert list(cluster.map_unordered(echo, [])) == []


def test_what_the_work_raises_comes_out_as_itself(cluster: RayExecutor) -> None:
    with pytest.raises(UsageError, match=r"^a is wrong$"):
        done(cluster, is_wrong, "a")
    with pytest.raises(SourceChanged, match=r"^a has changed$"):
        done(cluster, has_changed, "a")
    with pytest.raises(UsageError, match=r"^a: the worker could not do it \(KeyError: 'a\?'\)$"):
        done(cluster, has_a_bug, "a")


def test_a_file_that_a_machine_cannot_read(cluster: RayExecutor) -> None:
    node = os.uname().nodename
    with pytest.raises(
        UsageError, match=rf"^a: the machine {node} cannot read it \(No such file or directory\); "
    ):
        done(cluster, reads_nothing, "a")


def test_what_is_given_and_what_is_kept(cluster: RayExecutor) -> None:
    assert done(cluster, opens, cluster.broadcast(b"some"), cluster.broadcast(b"more")) == [b"some", b"more"]
    kept = [one.stored for _, one in cluster.map_unordered(keeps_two, [Box("x"), Box("y")])]
    assert sorted(done(cluster, joins, *map(list, zip(*kept, strict=True)))[0].decode()) == ["x", "y"]
    assert sorted(one.load() for _, one in kept) == [b"x", b"y"], "whoever asks can have it, too"


def test_a_lost_worker_is_replaced(cluster: RayExecutor, tmp_path: Path) -> None:
    assert done(cluster, dies_once, tmp_path / "mark") == [b"done"]


def test_workers_that_are_lost_again_and_again(cluster: RayExecutor) -> None:
    with pytest.raises(
        UsageError, match=r"^b: the worker was lost before it was done \(WorkerCrashedError: "
    ):
        done(cluster, dies_on_b, *"abc")
    assert done(cluster, echo, "d") == [b"d"], "the cluster goes on"


def test_workers_that_are_let_go_are_at_nothing_any_more(cluster: RayExecutor) -> None:
    own = RayExecutor()
    coming = own.map_unordered(sleeps, [0, 600, 600])
    assert next(coming)[0] == 0
    own.close()
    coming.close()
    assert done(cluster, echo, "a", "b") == [b"a", b"b"], "nobody sleeps any more"


def test_what_workers_print_is_not_heard(cluster: RayExecutor, capfd: pytest.CaptureFixture[str]) -> None:
    done(cluster, prints, "a")
    assert capfd.readouterr() == ("", "")


def test_reports_are_the_same(tmp_path: Path) -> None:
    for name in ("plain.jsonl", "labels.jsonl", "damaged.jsonl", "rows.parquet"):
        (tmp_path / name).write_bytes(FILES[name])
    asked: dict[str, Any] = {"target": "openai-chat", "max_per_rule": 3}
    shared = check(tmp_path, part_bytes=700, **ray_staff(), **asked)
    assert told(shared) == told(check(tmp_path, jobs=1, **asked))


def test_files_are_written_the_same(tmp_path: Path) -> None:
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(FILES[path.name])
    for name, staff in (("alone", {"jobs": 1}), ("shared", {"part_bytes": 900, **ray_staff()})):
        fix(path, tmp_path / f"{name}.jsonl", unsafe=True, **staff)
        convert(path, tmp_path / f"{name}.chat.jsonl", "sharegpt", **staff)
    for ending in (".jsonl", ".chat.jsonl"):
        assert (tmp_path / f"alone{ending}").read_bytes() == (tmp_path / f"shared{ending}").read_bytes()


ALONE = """
import sys
from works import sleeps
from ftlint.execution.ray import RayExecutor
cluster = RayExecutor(None, 1)
try:
    print("begun", flush=True)
    list(cluster.map_unordered(sleeps, [600] * 3))
finally:
    cluster.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to a group of processes")
def test_an_interrupt_ends_a_cluster_of_our_own() -> None:
    pytest.importorskip("ray")
    command = [sys.executable, "-c", ALONE]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert errors.endswith(b"KeyboardInterrupt\n")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


LOST = """
import sys
from ray.cluster_utils import Cluster as Machines
from works import Box, Together, keeps_once, keeps_two, weighs
from ftlint.execution.ray import RayExecutor
machines = Machines(True, head_node_args={"num_cpus": 0, "include_dashboard": False})
first = machines.add_node(num_cpus=1)
cluster = RayExecutor(machines.address, 8)
try:
    kept = [one.stored for _, one in cluster.map_unordered(keeps_two, [Box("x" * n) for n in (10, 11, 12)])]
    (_, changed), = cluster.map_unordered(keeps_once, [Box(sys.argv[1])])
    machines.add_node(num_cpus=1)
    machines.remove_node(first)
    pieces = [Together([one[n % 2] for one in kept]) for n in range(16)]
    print(*sorted({(n % 2, done.value) for n, done in cluster.map_unordered(weighs, pieces)}))
    try:
        list(cluster.map_unordered(weighs, [Together(changed.stored)]))
    except Exception as error:
        print(type(error).__name__, error)
finally:
    cluster.close()
    machines.shutdown()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="machines side by side")
def test_what_a_lost_machine_kept_is_made_anew(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    command = [sys.executable, "-c", LOST, str(tmp_path / "mark")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run(command, stdout=subprocess.PIPE, env=environment, timeout=120, check=True).stdout
    assert told.decode().splitlines() == [
        "(0, b'400000 440000 480000') (1, b'10 11 12')",
        "SourceChanged mark has changed",
    ]


def test_an_address_where_nobody_is() -> None:
    knock("auto")
    with pytest.raises(UsageError, match=r"^--address 127\.0\.0\.1:1: nobody answers there"):
        knock("127.0.0.1:1")
    with pytest.raises(UsageError, match="run ftlint on a machine of it"):
        knock("ray://127.0.0.1:1")


def test_without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r'^--engine ray needs Ray: pip install "ftlint\[ray\]"$'):
        RayExecutor()


def test_a_folder_of_parts_is_written_by_the_workers(cluster: RayExecutor, tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(FILES["damaged.jsonl"])
    for where, do in (
        ("fixed", lambda output, **how: fix(path, output, unsafe=True, **how)),
        ("converted", lambda output, **how: convert(path, output, "sharegpt", **how)),
    ):
        do(tmp_path / f"{where}.jsonl", jobs=1)
        do(f"{tmp_path}/{where}/", part_bytes=1500, **ray_staff())
        parts = sorted((tmp_path / where).glob("part-*.jsonl"))
        assert len(parts) > 1
        assert b"".join(part.read_bytes() for part in parts) == (tmp_path / f"{where}.jsonl").read_bytes()
        assert (tmp_path / where / "_SUCCESS").exists()
