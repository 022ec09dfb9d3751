"""Virtual environments for programs that ftlint is compared with: one each, made when first asked for.

They stay in ``tests/bench/data/venvs``: delete one to have the current release again. They need the network, or an index
of packages that pip knows, only when they are made.
"""

import os
import shutil
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generate import FOLDER
from measure import Failed

VENVS = FOLDER / "venvs"
# Written last: without it the environment is half made.
DONE = "made"


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: its name, what pip is asked for, and the packages whose versions are told."""

    name: str
    packages: Sequence[str]
    told: Sequence[str]

    @property
    def _programs(self) -> Path:
        return VENVS / self.name / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> str:
        """Its Python."""
        return self.program("python")

    def program(self, name: str) -> str:
        """One of its programs."""
        return str(self._programs / (f"{name}.exe" if os.name == "nt" else name))

    def make(self) -> None:
        """Make it unless it is there. Raises Failed with what pip said last."""
        folder = VENVS / self.name
        if (folder / DONE).is_file():
            return
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        command = [
            self.python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *self.packages,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"could not be installed: {(done.stderr.strip().splitlines() or ['?'])[-1][:200]}")
        (folder / DONE).touch()

    def versions(self) -> str:
        """The versions that were installed, as ``name version``."""
        asked = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
        said = subprocess.run(
            [self.python, "-c", asked, *self.told], capture_output=True, text=True, check=False
        ).stdout.split()
        return ", ".join(f"{name} {number}" for name, number in zip(self.told, said, strict=False))
