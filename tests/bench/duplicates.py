"""Many small rows of which one in a hundred stands there twice, far apart: finds out what it takes to find them all.

    python tests/bench/duplicates.py [--rows 50_000_000] [--folder FOLDER] [--keep] [WORDS OF FTLINT …]

Makes the file unless it is there (about 98 bytes a row), runs ``ftlint check --select D001 --jobs 1`` on it, or
what the words say, and tells the most memory, the time, and whether every duplicate was found.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from measure import Command, once

# A row out of so many is one that stood there long before.
ONE_IN = 100
AT_ONCE = 100_000
PEOPLE = ("Ann", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gro")


def duplicates(rows: int) -> int:
    """How many rows stand there for the second time."""
    return len(range(rows // 2, rows, ONE_IN))


def make(path: Path, rows: int) -> None:
    """Write the file, in which every hundredth row of the first half is said again in the second."""
    half = rows // 2
    part = path.with_suffix(".part")
    with part.open("w", encoding="ascii", newline="\n") as out:
        for start in range(0, rows, AT_ONCE):
            places = range(start, min(start + AT_ONCE, rows))
            out.write(
                "".join(_row(n - half if n >= half and (n - half) % ONE_IN == 0 else n) for n in places)
            )
    part.replace(path)


def _row(n: int) -> str:
    asked, said = (
        f"question {n}: where does {PEOPLE[n % 7]} live?",
        f" In house {n * 7919 % 1000003}, I think.",
    )
    return f'{{"prompt": "{asked}", "completion": "{said}"}}\n'


def main() -> None:
    """Make, measure, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()), help="where the file goes"
    )
    parser.add_argument("--keep", action="store_true", help="do not delete the file afterwards")
    given, words = parser.parse_known_args()
    path = given.folder / f"duplicates-{given.rows}.jsonl"
    if not path.is_file():
        make(path, given.rows)
    try:
        measure(path, given.rows, words or ["--select", "D001", "--jobs", "1"])
    finally:
        if not given.keep:
            path.unlink()


def measure(path: Path, rows: int, words: list[str]) -> None:
    """Check the file as a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        report = ["--no-cache", "--report", f"json={out.name}"]
        command = [sys.executable, "-m", "ftlint", "check", str(path), *report, *words]
        sample = once(Command(command, frozenset({0, 1})))
        told = json.loads(Path(out.name).read_bytes())
    found, wanted = told["counts"].get("D001"), duplicates(rows)
    print(f"{rows:,} rows, {path.stat().st_size / 1e9:.2f} GB: {' '.join(words)}")
    print(f"  {sample.wall:.0f} s, {sample.cpu or 0:.0f} s of processor")
    print(
        f"  at most {(sample.rss or 0) / 1e6:,.0f} MB in one process, {(sample.tree or 0) / 1e6:,.0f} MB in all"
    )
    print(f"  {found or 0:,} duplicates found, {wanted:,} are there")


if __name__ == "__main__":
    main()
