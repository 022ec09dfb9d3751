"""A program's connection to Ray: begun quietly, and ended only by who began it."""

import contextlib
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ftlint.errors import UsageError
from ftlint.staff import cores
from ftlint.workers.there import words_of

LOCAL = "local"
# So many seconds a cluster has to answer at its address.
PATIENCE = 10
NO_CLUSTER = "no cluster of Ray's there, or one that asks for a token (RAY_AUTH_MODE=token)"
NO_START = "--engine ray: Ray does not start"
THREADS = "POLARS_MAX_THREADS"


class RaySession:
    """Ray, attached to a cluster.

    Without an address that is what ``RAY_ADDRESS`` names, as for every program of Ray's, or else a cluster of this
    machine alone with ``jobs`` cores, which ends with the session: ``is_local``.
    """

    def __init__(self, address: str | None, jobs: int | None) -> None:
        self.ray = _ray()
        # What Ray remarks on lost workers and on its own settings, the run says in its own words where it matters.
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
        """A function as a task; it is to be told how many objects it returns."""
        # In a cluster of our own all processes have this from the beginning: asking for it takes seconds.
        threads = None if self.is_local else {"env_vars": {THREADS: str(cores)}}
        options = {"num_cpus": cores, "max_retries": retries, "runtime_env": threads}
        task = self.ray.remote(work)
        return lambda returns: task.options(num_returns=returns, **options)

    def cores(self) -> int:
        """How many cores the cluster has by now; 1 where it has none yet."""
        return max(1, int(self.ray.cluster_resources().get("CPU", 1)))

    def call_off(self, tasks: dict[Any, Any]) -> None:
        """End tasks, by the first object that each of them is to return, at once. After the session there are none."""
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
        # On a machine that is busy with other things a cluster may need longer than Ray has the patience to wait.
        for once_more in (self.is_local, False):
            try:
                with _environment(_for_our_own() if self.is_local else {}):
                    self.ray.init(address=address, **self._asked(jobs))
                return
            except Exception as error:
                self.ray.shutdown()
                if not once_more:
                    raise UsageError(f"{where} ({words_of(error)})") from error

    def _asked(self, jobs: int | None) -> dict[str, Any]:
        quiet = {"log_to_driver": False, "configure_logging": False}
        if not self.is_local:
            return quiet
        # Work that needs more memory than there is would be tried again for ever.
        often = {"task_oom_retries": 2}
        return {**quiet, "num_cpus": jobs or cores(), "include_dashboard": False, "_system_config": often}


def knock(address: str) -> None:
    """See whether anybody answers there: Ray itself tries for minutes. Raises UsageError where nobody does."""
    if address.startswith("ray://"):
        raise UsageError(
            f"--address {address}: a client that is no part of the cluster; run ftlint on a machine of it "
            "(--address auto), or by: ray job submit -- ftlint …"
        )
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()
    except OSError as error:
        raise UsageError(f"--address {address}: nobody answers there ({words_of(error)})") from error


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Of machines and workers that are lost Ray prints pages to standard output, where the report goes.
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")
    try:
        import ray
    except ImportError as error:
        raise UsageError('--engine ray needs Ray: pip install "ftlint[ray]"') from error
    return ray


def _for_our_own() -> dict[str, str]:
    """What processes of a cluster of our own find in their environment. They import from where this one does."""
    return {THREADS: os.environ.get(THREADS, "1"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@contextlib.contextmanager
def _environment(more: dict[str, str]) -> Iterator[None]:
    """What processes find in their environment that are begun meanwhile."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
