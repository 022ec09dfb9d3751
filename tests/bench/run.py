"""Times ftlint, and other programs on the same data, as whole processes and writes RESULTS.md.

    python tests/bench/run.py [--quick] [--only NAME] [--without NAME] [--most 10G] [--size] [--print]
    python tests/bench/run.py --tiny
    python tests/bench/run.py --rules CODES

The whole takes about half an hour and 13 GB of disk. Every case writes its own section of RESULTS.md when it is done and
leaves the others as they are, so that one that fails, or Ctrl-C, loses no other's results. ``--quick`` leaves out what
takes long and says so in the tables. ``--tiny`` takes a hundredth of the data and runs everything once, to see whether all
works; it prints only. ``--size`` also installs ftlint into a new environment, to see how large it is. ``--rules`` does
nothing of all this, but times each of these rules alone on the chat data, also those that are not on by default:
``--rules U,Q,X``.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cases
from bench import HERE, ROOT, Bench
from costs import rules
from growth import growth
from measure import Failed
from neighbours import neighbours
from results import Section, replace
from table import Line

Case = Callable[[Bench], Iterator[Line]]
CASES: dict[str, Case] = {
    "neighbours": neighbours,
    "growth": growth,
    "jobs": cases.jobs,
    "start-up": cases.start_up,
    "small": cases.small,
    "chat": cases.chat,
    "text-rules": cases.text_rules,
    "tools": cases.tools,
    "completion": cases.completion,
    "fix": cases.fix,
    "prepare": cases.prepare,
    "near": cases.near,
    "tokens": cases.tokens,
    "stats": cases.figures,
    "memory": cases.memory,
    "rules": rules,
    "size": cases.installed,
}
UNITS = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def main() -> None:
    """Run the cases that are asked for, and write or print their sections."""
    given = _given()
    os.chdir(ROOT)
    names = given.only or [name for name in CASES if given.size or name != "size"]
    with tempfile.TemporaryDirectory(prefix="ftlint-bench-") as scratch:
        bench = Bench(Path(scratch), given.quick, given.tiny, given.most)
        if given.rules is not None:
            _time_rules(bench.data("chat"), given.rules)
            return
        _compile_once(bench.scratch / "compiled")
        for name in names:
            if name in given.without:
                continue
            section = _measured(name, bench)
            print(section.markdown(), flush=True)
            if not (given.tiny or given.print):
                replace(section, CASES)


def _measured(name: str, bench: Bench) -> Section:
    """A case's section; one that fails keeps what it has so far and says why, and the others still run."""
    print(f"{name} …", file=sys.stderr, flush=True)
    case = CASES[name]
    about = "\n".join(line.strip() for line in (case.__doc__ or "").strip().splitlines())
    section = Section(name, about)
    try:
        for line in case(bench):
            section.lines.append(line)
    except Failed as failed:
        section.failed = str(failed)
    except Exception as error:
        # Not only what a command says: a full disk, or ftlint's insides that rules.py knows and that have changed.
        section.failed = f"{type(error).__name__}: {error}"
    return section


def _time_rules(path: str, codes: str) -> None:
    subprocess.run([sys.executable, str(HERE / "rules.py"), path, *codes.split(",")], check=True)


def _compile_once(folder: Path) -> None:
    """Let children keep compiled modules, as an installed program does, but not in the checkout."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    # What was checked before is to be checked again.
    os.environ["FTLINT_NO_CACHE"] = "1"


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out what takes long, and say so")
    parser.add_argument("--tiny", action="store_true", help="a hundredth of the data, once; prints only")
    parser.add_argument("--only", choices=CASES, action="append", help="only this case (or these)")
    parser.add_argument("--without", choices=CASES, action="append", default=[], help="leave a case out")
    parser.add_argument(
        "--most", type=size, default=float("inf"), metavar="SIZE", help="growth up to this: 100M, 10G"
    )
    parser.add_argument(
        "--size", action="store_true", help="also install into a new environment (needs pip's index)"
    )
    parser.add_argument("--print", action="store_true", help="print only, leave RESULTS.md as it is")
    parser.add_argument("--rules", metavar="CODES", help="time each of these rules alone; prints only")
    return parser.parse_args()


def size(words: str) -> float:
    """``100M`` as bytes. Raises ValueError, which argparse tells."""
    unit = UNITS.get(words[-1:].upper())
    return float(words[:-1]) * unit if unit else float(words)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted: the sections that were done are written")
