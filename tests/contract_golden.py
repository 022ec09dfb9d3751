"""The golden files in ``contract``: what users rely on, one fact a line.

    python tests/contract_golden.py                     shows which lines differ
    python tests/contract_golden.py --write             writes all of them anew
    python tests/contract_golden.py --write outputs     writes ``outputs.txt`` anew

Read the difference before you commit it: each line that goes or changes breaks somebody's script.
"""

import difflib
import os
import sys
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent.parent)]
    os.environ["FTLINT_NO_CACHE"] = "1"

import contract_formats as formats
import contract_outputs as outputs
import contract_surface as surface
from contract_files import GOLDEN

SMALL: dict[str, Callable[[], list[str]]] = {
    "python": surface.python,
    "results": surface.results,
    "commands": surface.commands,
    "rules": surface.rules,
    "targets": surface.targets,
    "configuration": surface.configuration,
    "json": formats.json_reports,
    "machines": formats.machine_reports,
    "files": formats.side_files,
}
# Jobs need the extra openai; the rows of outputs are compared fixture by fixture.
ALL: dict[str, Callable[[], list[str]]] = {**SMALL, "jobs": formats.jobs, "outputs": outputs.all_rows}


def expected(topic: str) -> list[str]:
    """The lines of a topic as they were written last."""
    path = GOLDEN / f"{topic}.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def difference(before: list[str], now: list[str]) -> str:
    """The lines that differ, old with ``-`` and new with ``+``."""
    lines = difflib.unified_diff(before, now, "expected", "now", n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith("@@"))


def main(words: list[str]) -> int:
    """Show the difference, or write the lines anew."""
    differs = False
    for topic in [word for word in words if word in ALL] or ALL:
        now = ALL[topic]()
        if told := difference(expected(topic), now):
            print(f"{topic}:\n{told}")
            differs = True
        if "--write" in words:
            (GOLDEN / f"{topic}.txt").write_text("".join(f"{line}\n" for line in now), "utf-8", newline="\n")
    return int(differs and "--write" not in words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
