"""How much memory a process and all its descendants hold together, looked at again and again while they run.

Only on systems with a ``/proc`` as Linux has it; elsewhere nothing is told. What processes share is counted once where
``/proc`` tells shares (PSS), else in every process (RSS). What is held between two looks is not seen.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
# Seconds between looks: at least so many, and so many times what the last look cost, so that looking costs little.
RARELY = 0.05
TIMES = 40
CAN_LOOK = (PROC / "self" / "stat").exists()


class Watch(threading.Thread):
    """Looks at a process and its descendants until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.most: int | None = None
        self.processes = 0
        self._pid = pid
        self._over = threading.Event()

    def run(self) -> None:
        """Look, wait, look again."""
        pause = RARELY
        while CAN_LOOK and not self._over.wait(pause):
            started = time.thread_time()
            held = [size for size in map(_held, _family(self._pid)) if size]
            if held:
                self.most = max(self.most or 0, sum(held))
                self.processes = max(self.processes, len(held))
            pause = max(RARELY, TIMES * (time.thread_time() - started))

    def stop(self) -> None:
        """No more looks."""
        self._over.set()
        self.join()


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    family = [pid]
    for member in family:
        family.extend(children.get(member, ()))
    return family


def _parents() -> Iterator[tuple[int, int]]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                # The name of a program may hold anything, but is the last thing in parentheses.
                parent = (folder / "stat").read_bytes().rpartition(b")")[2].split()[1]
            except (OSError, IndexError):
                continue
            yield int(folder.name), int(parent)


def _held(pid: int) -> int | None:
    """Bytes a process holds, or None where it is gone."""
    try:
        for line in (PROC / str(pid) / "smaps_rollup").read_bytes().splitlines():
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        pages = int((PROC / str(pid) / "statm").read_bytes().split()[1])
    except (OSError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
