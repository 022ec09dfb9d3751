"""What the cases share: where their data is, how often they run, and the commands that are measured."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from generate import DATA
from measure import Command, Failed

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FTLINT = (sys.executable, "-m", "ftlint")
QUIET = ("--isolated", "--no-progress")
# Findings are what the data is for: they are no failure.
DONE = frozenset({0, 1})


@dataclass(frozen=True, slots=True)
class Bench:
    """What the cases need: where files may be written, and how much is asked of them.

    ``quick`` leaves out what takes long, ``tiny`` takes a hundredth of the data and runs everything once, ``most`` is
    the largest file that growth is measured with, in bytes.
    """

    scratch: Path
    quick: bool = False
    tiny: bool = False
    most: float = float("inf")

    def data(self, name: str) -> str:
        """A file of data, made if it is not there."""
        if not DATA[name].is_there(tiny=self.tiny):
            print(f"making {name} …", file=sys.stderr, flush=True)
            made("generate.py", name, *(["--tiny"] if self.tiny else []))
        return str(DATA[name].path(tiny=self.tiny))

    def size(self, name: str) -> str:
        """How large the file is, in words."""
        return in_words(DATA[name].size_of(tiny=self.tiny))

    def runs(self, usual: int) -> int:
        """How often something is run: once if it is only tried out."""
        return 1 if self.tiny else usual


def made(script: str, *words: str) -> None:
    """Run one of the scripts here that write data. Raises Failed.

    In a process of its own: on Linux a child's peak memory is never less than its parent's was.
    """
    command = [sys.executable, str(HERE / script), *words]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Failed(f"{script}: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")


def in_words(size: float) -> str:
    """Bytes as ``67 MB`` or ``2 GB``."""
    return f"{size / 1e9:.3g} GB" if size >= 1e9 else f"{size / 1e6:.3g} MB"


def check(path: str, *options: str) -> Command:
    """The check of a file, as it comes: all default rules."""
    return Command([*FTLINT, "check", path, *options, *QUIET], DONE)


def stats(path: str) -> Command:
    """All figures of a file."""
    return Command([*FTLINT, "stats", path, "--isolated", "--no-progress"])


def floor(*words: str) -> Command:
    """The least that a program can do with a file."""
    return Command([sys.executable, str(HERE / "floor.py"), *words])


def knows(option: str) -> bool:
    """Whether ``ftlint check`` has an option."""
    said = subprocess.run([*FTLINT, "check", "--help"], capture_output=True, text=True, check=False).stdout
    return option in said.replace(",", " ").split()
