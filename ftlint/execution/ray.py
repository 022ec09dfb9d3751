"""Workers on a Ray cluster. Only Ray's core is used: tasks, and the object store.

A program's connection to Ray: started without output, and closed only by its owner.
"""

import contextlib
import logging
import os
import pickle
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pickle import PickleBuffer
from typing import Any

from msgspec import Struct

from ftlint.config.execution import available_cores
from ftlint.errors import UsageError
from ftlint.execution.executor import BlobRef, ReadsStored, StoresPartitions, TaskResult, Work
from ftlint.execution.futures import Environment, run_checked, this_environment, words_of

LOCAL = "local"
# How many seconds a cluster has to answer at its address.
CONNECT_SECONDS = 10
NO_CLUSTER = "no cluster of Ray's there, or one that asks for a token (RAY_AUTH_MODE=token)"
NO_START = "--engine ray: Ray does not start"
THREADS = "POLARS_MAX_THREADS"


class RaySession:
    """Ray, attached to a cluster.

    Without an address that is the cluster named by ``RAY_ADDRESS``, as for every Ray program, or else a
    cluster of this machine alone with ``jobs`` cores, which ends with the session: ``is_local``.
    """

    def __init__(self, address: str | None, jobs: int | None) -> None:
        self.ray = _ray()
        # Ray's own messages about lost workers and settings are replaced by the run's messages where they matter.
        self._logger = logging.getLogger("ray")
        self._level = self._logger.level
        self._logger.setLevel(logging.CRITICAL)
        self._theirs = self.ray.is_initialized()
        self.is_local = self._closed = False
        if self._theirs:
            return
        try:
            self._begin(address or os.environ.get("RAY_ADDRESS") or LOCAL, jobs)
        except BaseException:
            self.close()
            raise

    def task(self, work: Callable[..., Any], cores: int, retries: int) -> Callable[[int], Any]:
        """A function as a remote task; the number of objects that it returns is set by the caller."""
        # In a local cluster all processes have this from the start: requesting it takes seconds.
        threads = None if self.is_local else {"env_vars": {THREADS: str(cores)}}
        options = {"num_cpus": cores, "max_retries": retries, "runtime_env": threads}
        task = self.ray.remote(work)
        return lambda returns: task.options(num_returns=returns, **options)

    def cores(self) -> int:
        """How many cores the cluster has by now; 1 where it has none yet."""
        return max(1, int(self.ray.cluster_resources().get("CPU", 1)))

    def call_off(self, tasks: dict[Any, Any]) -> None:
        """Cancel tasks, given the first object that each of them returns. Does nothing after the session."""
        while tasks and not self._closed:
            self.ray.cancel(tasks.popitem()[0], force=True)

    def close(self) -> None:
        """Leave the cluster, unless the program was in it before."""
        self._closed = True
        if not self._theirs:
            self.ray.shutdown()
        self._logger.setLevel(self._level)

    def _begin(self, address: str, jobs: int | None) -> None:
        self.is_local = address == LOCAL
        where = NO_START if self.is_local else f"--address {address}: {NO_CLUSTER}"
        if not self.is_local:
            knock(address)
        # On a busy machine a cluster may need longer to start than Ray's own timeout.
        for once_more in (self.is_local, False):
            try:
                with _environment(_local_environment() if self.is_local else {}):
                    self.ray.init(address=address, **self._environment_options(jobs))
                return
            except Exception as error:
                self.ray.shutdown()
                if not once_more:
                    raise UsageError(f"{where} ({words_of(error)})") from error

    def _environment_options(self, jobs: int | None) -> dict[str, Any]:
        quiet = {"log_to_driver": False, "configure_logging": False}
        if not self.is_local:
            return quiet
        # A task that needs more memory than available would be retried forever.
        often = {"task_oom_retries": 2}
        return {
            **quiet,
            "num_cpus": jobs or available_cores(),
            "include_dashboard": False,
            "_system_config": often,
        }


def knock(address: str) -> None:
    """Test whether the address answers: Ray itself retries for minutes. Raises UsageError if it does not."""
    if address.startswith("ray://"):
        raise UsageError(
            f"--address {address}: a client that is no part of the cluster; run ftlint on a machine of it "
            "(--address auto), or by: ray job submit -- ftlint …"
        )
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        raise UsageError(f"--address {address}: nobody answers there ({words_of(error)})") from error


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Ray prints long messages about lost machines and workers to standard output, where the report is written.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    try:
        import ray
    except ImportError as error:
        raise UsageError('--engine ray needs Ray: pip install "ftlint[ray]"') from error
    return ray


def _local_environment() -> dict[str, str]:
    """The environment of processes in a local cluster. They import from the same paths as this process."""
    return {THREADS: os.environ.get(THREADS, "1"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@contextlib.contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    """Set environment variables for processes started in the meantime."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


# How often a task is restarted whose worker was lost. Exceptions of the task itself are never retried.
RETRIES = 3
# How many seconds one object may take to arrive, or to be computed again if the machine that had it was lost.
LONGEST = 600
# Cores, and threads of polars, per task.
CORES = 1
# Bytes of input that add one partition as long as there are workers for it; and beyond that.
BYTES_PER_PARTITION, BYTES_PER_LARGE_PARTITION = 256 << 20, 4 << 30
MAX_PARTITIONS = 64
# Objects up to about this size are stored with the process that started the task, not in the object store,
# and so are never lost with a machine.
SMALL = 100_000

Answer = tuple[bool, Any, Sequence[int]]
"""Whether the task succeeded, its value or its exception, and the size in bytes of each stored object."""


class Box(Struct, frozen=True):
    """Bytes as they are in the object store. A worker that receives a box reads them there without a copy."""

    data: Any

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return Box, (PickleBuffer(self.data),)


class RayBlob(Struct, frozen=True):
    """An object of ``size`` bytes in the object store, for one task."""

    ref: Any
    size: int

    def load(self) -> Any:
        """The object. Raises UsageError where they do not arrive, and errors of Ray's where they are lost."""
        return pickle.loads(_fetch(self.ref))


class RayBroadcast(Struct, frozen=True):
    """An object in the object store for many tasks: each worker fetches it once."""

    ref: Any

    def load(self) -> Any:
        """The object. Raises UsageError where they do not arrive, and errors of Ray's where they are lost."""
        return pickle.loads(_fetch_once(self.ref))


class _RunningTask(Struct, frozen=True):
    """A running task."""

    number: int
    task: Any
    kept: Sequence[Any]


class RayExecutor:
    """A cluster: a running one, the one that the program is attached to already, or a local one.

    ``jobs`` is how many tasks run at once; None or 0: one per core, including nodes that join later.
    """

    in_process = False

    def __init__(self, address: str | None = None, jobs: int | None = None) -> None:
        self._session = RaySession(address, jobs)
        self._jobs = jobs or None
        self._task = self._session.task(do_in_cluster, CORES, RETRIES)
        self.shares_files = self._session.is_local
        self._all_out: dict[int, dict[Any, _RunningTask]] = {}
        self.width = self._cores()

    def map_unordered(self, work: Work, tasks: Iterable[Any]) -> Iterator[tuple[int, TaskResult]]:
        """Run every task, yielding results as they complete."""
        ray, remaining = self._session.ray, enumerate(tasks)
        out: dict[Any, _RunningTask] = {}
        self._all_out[id(out)] = out
        try:
            while True:
                while len(out) < 2 * self.width and (following := next(remaining, None)) is not None:
                    out.update([self._begin(work, *following)])
                if not out:
                    return
                ray.wait(list(out), num_returns=1)
                for answer_ref in ray.wait(list(out), num_returns=len(out), timeout=0)[0]:
                    done = out.pop(answer_ref)
                    yield done.number, self._result(answer_ref, done)
                self.width = self._cores()
        finally:
            self._session.call_off(self._all_out.pop(id(out)))

    def broadcast(self, value: Any) -> BlobRef:
        """An object in the cluster's store."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return RayBroadcast(self._session.ray.put(Box(data)))

    def partitions(self, size: int) -> int:
        """At least two: state is reduced in the cluster, and the caller receives only the result."""
        return max(
            2,
            min(
                MAX_PARTITIONS,
                max(size // BYTES_PER_LARGE_PARTITION, min(self.width, size // BYTES_PER_PARTITION)),
            ),
        )

    def close(self) -> None:
        """Leave the cluster. A cluster that was started for this run ends at once."""
        for out in self._all_out.values():
            self._session.call_off(out)
        self._session.close()

    def _cores(self) -> int:
        return self._jobs or self._session.cores()

    def _begin(self, work: Work, number: int, task: Any) -> tuple[Any, _RunningTask]:
        keeps = task.partitions if isinstance(task, StoresPartitions) else 0
        refs = self._task(1 + keeps).remote(this_environment(), work, task, keeps, *_read_by(task))
        answer_ref, *stored = refs if keeps else [refs]
        return answer_ref, _RunningTask(number, task, stored)

    def _result(self, answer_ref: Any, out: _RunningTask) -> TaskResult:
        try:
            succeeded, value, sizes = self._session.ray.get(answer_ref)
        except self._session.ray.exceptions.RayError as error:
            raise UsageError(f"{out.task}: {_failure_text(error)}") from error
        if succeeded:
            return TaskResult(value, [RayBlob(*one) for one in zip(out.kept, sizes, strict=True)])
        raise value


def do_in_cluster(here: Environment, work: Work, task: Any, keeps: int, *at_hand: Any) -> Any:
    """Run a task: returns its value, followed by each object that it stores, as a separate object.

    An exception is returned, too: for Ray every task succeeds that is not lost. ``at_hand`` are the objects
    that the task reads: the references keep them in the store of the machine.
    """
    try:
        done = run_checked(here, work, task)
        stored = [pickle.dumps(one.load(), pickle.HIGHEST_PROTOCOL) for one in done.stored][:keeps]
        stored += [b""] * (keeps - len(stored))
        answer: Answer = (True, done.value, [*map(len, stored)])
        boxes: list[Any] = [*map(Box, stored)]
    except Exception as error:
        # If a task is restarted, its answer is not fetched again: the tasks that read its stored objects get
        # the exception.
        answer, boxes = (False, error, ()), [error] * keeps
    return (answer, *boxes) if keeps else answer


def _read_by(task: Any) -> list[Any]:
    """The objects that must be available before a task is started.

    A task that fetches a lost object by itself waits for it on a core, while the tasks that would compute it
    again wait for a free core. For its arguments a task waits on no core. Small objects would be sent along
    with the task, and for thousands of parts that is too much for one message.
    """
    given = task.reads if isinstance(task, ReadsStored) else ()
    return [one.ref for one in given if isinstance(one, RayBlob) and one.size > SMALL]


def _failure_text(error: Exception) -> str:
    """A description of Ray's error for a failed task."""
    cause = getattr(error, "cause", None)
    words = f"{error} {cause}"
    if "No module named 'ftlint'" in words:
        return (
            "ftlint is not installed where the work was to be done; install the same version on every machine"
        )
    return f"the worker was lost before it was done ({words_of(cause if isinstance(cause, Exception) else error)})"


def _fetch(ref: Any) -> bytes:
    import ray

    try:
        box: Box | Exception = ray.get(ref, timeout=LONGEST)
    except ray.exceptions.GetTimeoutError as error:
        raise UsageError(
            f"--engine ray: what a worker kept for the others could not be had for {LONGEST} seconds; "
            "a machine of the cluster was lost"
        ) from error
    if isinstance(box, Exception):
        raise box
    return bytes(box.data)


_fetch_once: Callable[[Any], bytes] = lru_cache(maxsize=4)(_fetch)
