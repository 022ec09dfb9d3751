"""What is measured against the goals: every function is a case of ``run.py``, its first lines stand above its table."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from bench import DONE, FTLINT, QUIET, ROOT, Bench, check, floor, knows, stats
from measure import Command, Sample, Timing, in_turn, once, ratios, repeat
from table import Goal, Row

TWO = 2


def start_up(bench: Bench) -> Iterator[Row]:
    """Commands that read no data, beside a Python that does nothing."""
    goal = Goal(seconds=0.12, also="no polars")
    asked = {"--version": ["--version"], "--help": ["--help"], "rule C003": ["rule", "C003"]}
    timings = in_turn(
        [*[Command([*FTLINT, *words]) for words in asked.values()], Command([sys.executable, "-c", "pass"])],
        bench.runs(15),
    )
    for (name, words), timing in zip(asked.items(), timings, strict=False):
        polars = "polars imported" if _imports("polars", words) else "no polars"
        yield Row(f"`ftlint {name}`", goal, timing, also=polars)
    yield Row('floor: `python -c "pass"`', timing=timings[-1])


def small(bench: Bench) -> Iterator[Row]:
    """The check of a small file: what a pre-commit hook waits for."""
    timing = repeat(check(bench.data("chat-small")), bench.runs(11))
    yield Row("`check`, 10 lines", Goal(seconds=0.35), timing)


def chat(bench: Bench) -> Iterator[Row]:
    """The check of chat data, with and without a target, beside decoding alone."""
    path, size = bench.data("chat"), bench.size("chat")
    plain, target, least = in_turn(
        [check(path), check(path, "--target", "openai-chat"), floor("decode", path)], bench.runs(7)
    )
    yield Row(f"`check`, {size} of chat JSONL", Goal(seconds=0.8, megabytes=300), plain, ratios(plain, least))
    yield Row(f"`check --target openai-chat`, {size}", timing=target, ratio=ratios(target, least))
    yield Row(f"floor: decode {size} with msgspec", timing=least)


def text_rules(bench: Bench) -> Iterator[Row]:
    """What the rules about the texts themselves add to the check of chat data."""
    path, size = bench.data("chat"), bench.size("chat")
    whole, without = in_turn([check(path), check(path, "--ignore", "U,Q,X")], bench.runs(7))
    pairs = zip(whole.samples, without.samples, strict=True)
    added = Timing([Sample(one.wall - other.wall, None, None) for one, other in pairs])
    yield Row(f"what the default U, Q and X rules add to it, {size}", Goal(seconds=0.6), added)


def tools(bench: Bench) -> Iterator[Row]:
    """The check of chat data with tool calls and declared tools in every record."""
    path, size = bench.data("tools"), bench.size("tools")
    plain, target = in_turn([check(path), check(path, "--target", "openai-chat")], bench.runs(5))
    yield Row(f"`check`, {size} of tool-calling chat JSONL", Goal(seconds=2.0), plain)
    yield Row(f"`check --target openai-chat`, {size}", timing=target)


def completion(bench: Bench) -> Iterator[Row]:
    """The check of prompt–completion data that has faults."""
    timing = repeat(check(bench.data("completion")), bench.runs(5))
    yield Row(f"`check`, {bench.size('completion')} of prompt–completion JSONL", timing=timing)


def fix(bench: Bench) -> Iterator[Row]:
    """The fix of prompt–completion data for the legacy target: every line is written anew."""
    goal = bench.scratch / "fixed.jsonl"
    legacy = ("--target", "openai-completions")
    command = check(bench.data("completion"), *legacy, "--fix", "--unsafe-fixes", "-o", str(goal))
    timing = repeat(
        Command(command.words, command.codes, lambda: goal.unlink(missing_ok=True)), bench.runs(5)
    )
    what = f"`check --fix --unsafe-fixes -o`, {bench.size('completion')} of prompt–completion JSONL"
    yield Row(what, Goal(seconds=1.2, megabytes=300), timing)


def prepare(bench: Bench) -> Iterator[Row]:
    """Preparing prompt–completion data without counting tokens, for chat and the legacy way."""
    path, size, folder = bench.data("completion"), bench.size("completion"), bench.scratch / "prepared"
    for target in ("openai-chat", "openai-completions"):
        words = ["prepare", path, "-y", "--no-stats", "--target", target, "-o", str(folder / "x.jsonl")]
        command = Command([*FTLINT, *words, *QUIET], DONE, partial(_emptied, folder))
        goal = Goal(seconds=1.2, megabytes=300)
        yield Row(f"`prepare -y --no-stats --target {target}`, {size}", goal, repeat(command, bench.runs(5)))


def _emptied(folder: Path) -> None:
    """Nothing is overwritten, so what the last run wrote must go."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def near(bench: Bench) -> Iterator[Row]:
    """Near duplicates among a hundred thousand examples of a kilobyte, beside exact ones."""
    path, size = bench.data("near"), bench.size("near")
    found, equal = in_turn([check(path, "--select", "D003"), check(path, "--select", "D001")], bench.runs(3))
    yield Row(f"`check --select D003`, {size} of near duplicates", Goal(seconds=20, megabytes=1000), found)
    yield Row(f"`check --select D001`, {size}", timing=equal)


def tokens(bench: Bench) -> Iterator[Row]:
    """Exact counts, beside processes that only parse and call tiktoken."""
    path, size = bench.data("completion"), bench.size("completion")
    ours, both, one = in_turn(
        [floor("count", path), floor("tiktoken", path, str(TWO)), floor("tiktoken", path, "1")], bench.runs(3)
    )
    yield Row(f"exact token count, {size}; × of two processes", Goal(times=1.2), ours, ratios(ours, both))
    yield Row(f"floor: tiktoken alone in two processes, {size}", timing=both)
    yield Row(f"floor: tiktoken alone in one process, {size}", timing=one)


def figures(bench: Bench) -> Iterator[Row]:
    """All figures of a dataset, beside processes that only parse and call tiktoken."""
    for name, what in (("completion", "prompt–completion"), ("chat", "chat")):
        path, size = bench.data(name), bench.size(name)
        ours, both = in_turn([stats(path), floor("tiktoken", path, str(TWO))], bench.runs(5))
        goal = Goal(times=1.2, megabytes=400)
        yield Row(f"`stats`, {size} of {what} JSONL; × of two processes", goal, ours, ratios(ours, both))
        yield Row(f"floor: tiktoken alone in two processes, {size} of {what}", timing=both)


def memory(bench: Bench) -> Iterator[Row]:
    """Memory on a file larger than the memory should be; one run."""
    if bench.quick:
        yield Row("`check` and `stats` of 2 GB of chat JSONL", failed="left out by `--quick`")
        return
    path, size = bench.data("chat-large"), bench.size("chat-large")
    for name, command in (("check", check(path)), ("stats", stats(path))):
        yield Row(f"`{name}`, {size} of chat JSONL", Goal(megabytes=400), repeat(command, 1, warm=False))


def jobs(bench: Bench) -> Iterator[Row]:
    """The same check in one process and in several; × is the time of one process."""
    if not knows("--jobs"):
        yield Row("`check --jobs 1`, `--jobs 2`", failed="skipped: this ftlint has no `--jobs` yet")
        return
    numbers = sorted({1, TWO, os.cpu_count() or 1})
    for name, runs in (("chat-short", 5), ("chat-large", 1)):
        if bench.quick and name == "chat-large":
            yield Row("the same, 2 GB", failed="left out by `--quick`")
            continue
        path, size = bench.data(name), bench.size(name)
        commands = [check(path, "--jobs", str(number)) for number in numbers]
        timings = in_turn(commands, bench.runs(runs), warm=runs > 1)
        for number, timing in zip(numbers, timings, strict=True):
            times = ratios(timing, timings[0]) if number > 1 else None
            yield Row(f"`check --jobs {number}`, {size} of chat JSONL", timing=timing, ratio=times)


def installed(bench: Bench) -> Iterator[Row]:
    """What an installation adds to a new environment."""
    folder = bench.scratch / "venv"
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    before = _bytes_in(folder)
    # Compiled where it is installed, as it is for everybody.
    once(Command([str(python), "-X", "pycache_prefix=", "-m", "pip", "install", "--quiet", str(ROOT)]))
    yield Row("the installed core, compiled", Goal(megabytes=230), size=_bytes_in(folder) - before)


def _imports(module: str, words: Iterable[str]) -> bool:
    """Whether a command imports a module."""
    command = [sys.executable, "-X", "importtime", *FTLINT[1:], *words]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False).stderr
    return any(line.rpartition("|")[2].strip() == module for line in said.splitlines())


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
