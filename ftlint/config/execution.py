"""Configuration of the execution: in this process, in worker processes, on a cluster, or on a given executor."""

import os
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ftlint.display import did_you_mean
from ftlint.errors import UsageError

ENGINES = ("local", "ray")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionConfig:
    """How a run is distributed. ``jobs`` None or 0: up to one process per core, if the data is large enough.

    ``engine`` is "local" or "ray", with the cluster's ``address``; ``executor`` takes precedence over both.
    ``part_bytes`` is the approximate size of a file part for one worker; None for a size that fits the file.
    """

    jobs: int | None = None
    engine: str = "local"
    address: str | None = None
    executor: Executor | None = None
    part_bytes: int | None = None

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            suggestion = did_you_mean(self.engine, ENGINES)
            raise UsageError(f"--engine {self.engine}: no such engine{suggestion} ({', '.join(ENGINES)})")
        if self.jobs is not None and self.jobs < 0:
            raise UsageError("--jobs: how many processes, or 0 for one a core")
        if self.part_bytes is not None and self.part_bytes < 1:
            raise UsageError("part_bytes: how many bytes make a part, at least 1")
        if self.address is not None and self.engine == "local":
            raise UsageError("--address is that of a cluster; it goes with --engine ray")


def available_cores() -> int:
    """The number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def memory() -> int | None:
    """The memory in bytes for this process and its child processes; None where it is unknown."""
    try:
        available = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return None
    # A container may have less memory than its machine.
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limit = Path(file).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if limit.isdigit():
            available = min(available, int(limit))
    return available
