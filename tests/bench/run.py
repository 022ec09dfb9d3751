"""Times ftlint as whole processes and writes RESULTS.md.

    python tests/bench/run.py [--quick] [--only NAME] [--without NAME] [--size] [--rules CODES]

The whole takes some minutes and 2.2 GB of disk. ``--quick`` takes a tenth of the data; it and ``--only`` print the
table and leave RESULTS.md as it is. ``--size`` also installs ftlint into a new environment, to see how large it is. ``--rules`` does nothing of all
this, but times each rule alone on the chat data, the opt-in ones among the codes, too: ``--rules U,Q,X``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generate import DATA
from measure import Command, Failed, Sample, Timing, in_turn, once, ratios, repeat
from table import Goal, Row, document, machine, table

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FTLINT = (sys.executable, "-m", "ftlint")
QUIET = ("--isolated", "--no-progress")
# Findings are what the data is for: they are no failure.
DONE = frozenset({0, 1})
TWO = 2


@dataclass(frozen=True, slots=True)
class Bench:
    """What the cases need: whether to be quick, and where files may be written."""

    quick: bool
    scratch: Path

    def data(self, name: str) -> str:
        """A file of data, made if it is not there."""
        if not DATA[name].is_there(quick=self.quick):
            print(f"making {name} …", file=sys.stderr, flush=True)
            # In a process of its own: on Linux a child's peak memory is never less than its parent's was.
            command = [sys.executable, str(HERE / "generate.py"), name, *(["--quick"] if self.quick else [])]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return str(DATA[name].path(quick=self.quick))

    def size(self, name: str) -> str:
        """How large the file is, in words."""
        size = DATA[name].size_of(quick=self.quick)
        return f"{size / 1e9:.3g} GB" if size >= 1e9 else f"{size / 1e6:.3g} MB"


def start_up(bench: Bench) -> Iterator[Row]:
    """Commands that read no data, beside a Python that does nothing."""
    goal = Goal(seconds=0.12, also="no polars")
    asked = {"--version": ["--version"], "--help": ["--help"], "rule C003": ["rule", "C003"]}
    timings = in_turn(
        [*[Command([*FTLINT, *words]) for words in asked.values()], Command([sys.executable, "-c", "pass"])],
        15,
    )
    for (name, words), timing in zip(asked.items(), timings, strict=False):
        polars = "polars imported" if _imports("polars", words) else "no polars"
        yield Row(f"`ftlint {name}`", goal, timing, also=polars)
    yield Row('floor: `python -c "pass"`', timing=timings[-1])


def small(bench: Bench) -> Iterator[Row]:
    """The check of a small file: what a pre-commit hook waits for."""
    timing = repeat(_check(bench.data("chat-small")), 11)
    yield Row("`check`, 10 lines", Goal(seconds=0.35), timing)


def chat(bench: Bench) -> Iterator[Row]:
    """The check of chat data, with and without a target, beside decoding alone."""
    path, size = bench.data("chat"), bench.size("chat")
    plain, target, floor = in_turn(
        [_check(path), _check(path, "--target", "openai-chat"), _floor("decode", path)], 7
    )
    yield Row(f"`check`, {size} of chat JSONL", Goal(seconds=0.8, megabytes=300), plain, ratios(plain, floor))
    yield Row(f"`check --target openai-chat`, {size}", timing=target, ratio=ratios(target, floor))
    yield Row(f"floor: decode {size} with msgspec", timing=floor)


def text_rules(bench: Bench) -> Iterator[Row]:
    """What the rules about the texts themselves add to the check of chat data."""
    path, size = bench.data("chat"), bench.size("chat")
    whole, without = in_turn([_check(path), _check(path, "--ignore", "U,Q,X")], 7)
    pairs = zip(whole.samples, without.samples, strict=True)
    added = Timing([Sample(one.wall - other.wall, None, None) for one, other in pairs])
    yield Row(f"what the default U, Q and X rules add to it, {size}", Goal(seconds=0.6), added)


def tools(bench: Bench) -> Iterator[Row]:
    """The check of chat data with tool calls and declared tools in every record."""
    path, size = bench.data("tools"), bench.size("tools")
    plain, target = in_turn([_check(path), _check(path, "--target", "openai-chat")], 5)
    yield Row(f"`check`, {size} of tool-calling chat JSONL", Goal(seconds=2.0), plain)
    yield Row(f"`check --target openai-chat`, {size}", timing=target)


def completion(bench: Bench) -> Iterator[Row]:
    """The check of prompt–completion data that has faults."""
    timing = repeat(_check(bench.data("completion")), 5)
    yield Row(f"`check`, {bench.size('completion')} of prompt–completion JSONL", timing=timing)


def fix(bench: Bench) -> Iterator[Row]:
    """The fix of prompt–completion data for the legacy target: every line is written anew."""
    goal = bench.scratch / "fixed.jsonl"
    legacy = ("--target", "openai-completions")
    command = _check(bench.data("completion"), *legacy, "--fix", "--unsafe-fixes", "-o", str(goal))
    timing = repeat(Command(command.words, command.codes, lambda: goal.unlink(missing_ok=True)), 5)
    what = f"`check --fix --unsafe-fixes -o`, {bench.size('completion')} of prompt–completion JSONL"
    yield Row(what, Goal(seconds=1.2, megabytes=300), timing)


def prepare(bench: Bench) -> Iterator[Row]:
    """Preparing prompt–completion data without counting tokens, for chat and the legacy way."""
    path, size, folder = bench.data("completion"), bench.size("completion"), bench.scratch / "prepared"
    for target in ("openai-chat", "openai-completions"):
        words = ["prepare", path, "-y", "--no-stats", "--target", target, "-o", str(folder / "x.jsonl")]
        command = Command([*FTLINT, *words, *QUIET], DONE, partial(_emptied, folder))
        goal = Goal(seconds=1.2, megabytes=300)
        yield Row(f"`prepare -y --no-stats --target {target}`, {size}", goal, repeat(command, 5))


def _emptied(folder: Path) -> None:
    """Nothing is overwritten, so what the last run wrote must go."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def near(bench: Bench) -> Iterator[Row]:
    """Near duplicates among a hundred thousand examples of a kilobyte, beside exact ones."""
    path, size = bench.data("near"), bench.size("near")
    found, equal = in_turn([_check(path, "--select", "D003"), _check(path, "--select", "D001")], 3)
    yield Row(f"`check --select D003`, {size} of near duplicates", Goal(seconds=20, megabytes=1000), found)
    yield Row(f"`check --select D001`, {size}", timing=equal)


def tokens(bench: Bench) -> Iterator[Row]:
    """Exact counts, beside processes that only parse and call tiktoken."""
    path, size = bench.data("completion"), bench.size("completion")
    ours, both, one = in_turn(
        [_floor("count", path), _floor("tiktoken", path, str(TWO)), _floor("tiktoken", path, "1")], 3
    )
    yield Row(f"exact token count, {size}; × of two processes", Goal(times=1.2), ours, ratios(ours, both))
    yield Row(f"floor: tiktoken alone in two processes, {size}", timing=both)
    yield Row(f"floor: tiktoken alone in one process, {size}", timing=one)


def stats(bench: Bench) -> Iterator[Row]:
    """All figures of a dataset, beside processes that only parse and call tiktoken."""
    for name, what in (("completion", "prompt–completion"), ("chat", "chat")):
        path, size = bench.data(name), bench.size(name)
        ours, both = in_turn([_stats(path), _floor("tiktoken", path, str(TWO))], 5)
        goal = Goal(times=1.2, megabytes=400)
        yield Row(f"`stats`, {size} of {what} JSONL; × of two processes", goal, ours, ratios(ours, both))
        yield Row(f"floor: tiktoken alone in two processes, {size} of {what}", timing=both)


def memory(bench: Bench) -> Iterator[Row]:
    """Memory on a file larger than the memory should be; one run."""
    path, size = bench.data("chat-large"), bench.size("chat-large")
    for name, command in (("check", _check(path)), ("stats", _stats(path))):
        yield Row(f"`{name}`, {size} of chat JSONL", Goal(megabytes=400), repeat(command, 1, warm=False))


def installed(bench: Bench) -> Iterator[Row]:
    """What an installation adds to a new environment."""
    folder = bench.scratch / "venv"
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    before = _bytes_in(folder)
    # Compiled where it is installed, as it is for everybody.
    once(Command([str(python), "-X", "pycache_prefix=", "-m", "pip", "install", "--quiet", str(ROOT)]))
    yield Row("the installed core, compiled", Goal(megabytes=230), size=_bytes_in(folder) - before)


Case = Callable[[Bench], Iterator[Row]]
CASES: dict[str, Case] = {
    "start-up": start_up,
    "small": small,
    "chat": chat,
    "text-rules": text_rules,
    "tools": tools,
    "completion": completion,
    "fix": fix,
    "prepare": prepare,
    "near": near,
    "tokens": tokens,
    "stats": stats,
    "memory": memory,
    "size": installed,
}


def main() -> None:
    """Run the cases that are asked for, and print or write the table."""
    given = _given()
    names = [given.only] if given.only else [name for name in CASES if given.size or name != "size"]
    wanted = [name for name in names if name not in given.without]
    os.chdir(ROOT)
    if given.rules is not None:
        path = Bench(given.quick, ROOT).data("chat")
        subprocess.run([sys.executable, str(HERE / "rules.py"), path, *given.rules.split(",")], check=True)
        return
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="ftlint-bench-") as scratch:
        bench = Bench(given.quick, Path(scratch))
        _compile_once(bench.scratch / "compiled")
        for name in CASES if not given.only else wanted:
            rows.extend(_run(name, bench) if name in wanted else [Row(_about(name))])
    if given.quick or given.only:
        print("\n".join([*machine(), "", *table(rows)]))
    else:
        (HERE / "RESULTS.md").write_text(document(rows), encoding="utf-8", newline="\n")
        print("\n".join(table(rows)))


def _compile_once(folder: Path) -> None:
    """Let children keep compiled modules, as an installed program does, but not in the checkout."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    # What was checked before is to be checked again.
    os.environ["FTLINT_NO_CACHE"] = "1"


def _run(name: str, bench: Bench) -> list[Row]:
    """A case's rows; one that fails is a row that says why, and the others still run."""
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        return list(CASES[name](bench))
    except Failed as failed:
        return [Row(_about(name), failed=str(failed).replace("|", "\\|"))]


def _about(name: str) -> str:
    """What a case measures, from its first line."""
    return f"{name}: {(CASES[name].__doc__ or '').splitlines()[0]}"


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the data; prints only")
    parser.add_argument("--only", choices=CASES, help="one case; prints only")
    parser.add_argument("--without", choices=CASES, action="append", default=[], help="leave a case out")
    parser.add_argument(
        "--size", action="store_true", help="also install into a new environment (needs pip's index)"
    )
    parser.add_argument("--rules", metavar="CODES", help="time each of these rules alone; prints only")
    return parser.parse_args()


def _check(path: str, *options: str) -> Command:
    return Command([*FTLINT, "check", path, *options, *QUIET], DONE)


def _stats(path: str) -> Command:
    return Command([*FTLINT, "stats", path, "--isolated", "--no-progress"])


def _floor(*words: str) -> Command:
    return Command([sys.executable, str(HERE / "floor.py"), *words])


def _imports(module: str, words: Iterable[str]) -> bool:
    """Whether a command imports a module."""
    command = [sys.executable, "-X", "importtime", *FTLINT[1:], *words]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False).stderr
    return any(line.rpartition("|")[2].strip() == module for line in said.splitlines())


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    main()
