"""Who does the work of a run: this process, some processes beside it, a cluster, or whoever Python code names."""

import os
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ftlint.display import did_you_mean
from ftlint.errors import UsageError

ENGINES = ("local", "ray")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionConfig:
    """How a run is shared out. ``jobs`` None or 0: as many processes as there are cores, where that is worth it.

    ``engine`` is "local" or "ray", with the cluster's ``address``; ``executor`` goes before both. ``part_bytes`` is
    about how much of a file one of them gets at a time; None for what suits the size.
    """

    jobs: int | None = None
    engine: str = "local"
    address: str | None = None
    executor: Executor | None = None
    part_bytes: int | None = None

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            near = did_you_mean(self.engine, ENGINES)
            raise UsageError(f"--engine {self.engine}: no such engine{near} ({', '.join(ENGINES)})")
        if self.jobs is not None and self.jobs < 0:
            raise UsageError("--jobs: how many processes, or 0 for one a core")
        if self.part_bytes is not None and self.part_bytes < 1:
            raise UsageError("part_bytes: how many bytes make a part, at least 1")
        if self.address is not None and self.engine == "local":
            raise UsageError("--address is that of a cluster; it goes with --engine ray")


def available_cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def memory() -> int | None:
    """How many bytes of memory there are for this process and those it begins; None where nobody says."""
    try:
        there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return None
    # A container may have less than its machine.
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            said = Path(file).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if said.isdigit():
            there = min(there, int(said))
    return there
