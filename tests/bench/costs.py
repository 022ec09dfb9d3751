"""What every rule costs: all default rules, each for itself, on three kinds of data."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bench import HERE, Bench
from measure import Failed

# Lines of rules.py that are no rules.
SHARED = ("frames", "answers")
DATA = ("chat", "tools", "completion")
RUNS = 3
# Rules that take less on all data share a line.
LITTLE = 0.005


@dataclass(frozen=True, slots=True)
class Cost:
    """One rule, or some together: seconds of processor by kind of data."""

    HEAD: ClassVar[Sequence[str]] = ("rule", "name", *DATA)
    rule: str
    name: str
    spent: Sequence[str]

    def cells(self) -> list[str]:
        """The line's cells."""
        return [self.rule, self.name, *self.spent]


def rules(bench: Bench) -> Iterator[Cost]:
    """Seconds of one processor that every default rule takes, the dearest first; the median of three runs.

    The frames that rules look at are made before (the line "frames"), so that a rule pays for what it does itself and
    not for what it is the first to ask for. polars runs in one thread. Reading and parsing are in none of the lines,
    and what the F rules say of bytes is found there.
    """
    yield Cost("", "data", [bench.size(name) for name in DATA])
    timed = [_timed(bench, name) for name in DATA]
    names = {code: name for found in timed for code, (name, _) in found.items()}
    spent = {code: [found.get(code, ("", 0.0))[1] for found in timed] for code in names}
    cheap = [code for code in names if max(spent[code]) < LITTLE and code not in SHARED]
    dear = [code for code in names if code not in cheap]
    for code in sorted(dear, key=lambda code: -sum(spent[code])):
        yield Cost(code, names[code], _words(spent[code]))
    yield Cost(f"{len(cheap)} others", f"under {LITTLE} s each", _sums([spent[code] for code in cheap]))
    all_rules = [found for code, found in spent.items() if code not in SHARED]
    yield Cost(f"all {len(all_rules)}", "without what they share", _sums(all_rules))


def _sums(rows: Sequence[Sequence[float]]) -> list[str]:
    return _words([sum(row[column] for row in rows) for column in range(len(DATA))])


def _words(spent: Sequence[float]) -> list[str]:
    return [f"{seconds:.3f} s" for seconds in spent]


def _timed(bench: Bench, name: str) -> dict[str, tuple[str, float]]:
    """Name and seconds by code. Raises Failed."""
    runs = [_run(bench.data(name)) for _ in range(bench.runs(RUNS))]
    return {
        code: (said, statistics.median(run[code][1] for run in runs)) for code, (said, _) in runs[0].items()
    }


def _run(path: str) -> dict[str, tuple[str, float]]:
    command = [sys.executable, str(HERE / "rules.py"), path, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return json.loads(done.stdout)
