"""Other programs that look at training data, in pairs with ftlint on the same file."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ClassVar

from bench import DONE, FTLINT, HERE, QUIET, Bench, check, floor, stats
from measure import Command, Failed, Spread, Timing, in_turn, ratios, repeat
from table import between, peak, processor, seconds
from venvs import Environment

CHAT, LEGACY = "chat-short", "completion"
# Together's program asks for an account before it looks at a local file; what it then calls does not.
TOGETHER = (
    "import sys; from pathlib import Path; from together.lib.utils import check_file; "
    "sys.exit(not check_file(Path(sys.argv[1]))['is_check_passed'])"
)
BROKEN_AT = 150
# Of what a program says when it fails.
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another program: what it looks for, where it lives, how it looks at a file, and what ftlint does in turn with it.

    ``runs`` is how many pairs are run; none goes before uncounted if it is one. A floor lives nowhere.
    """

    what: str
    does: str
    home: Environment | None
    words: Callable[[Callable[[str], str], str], Sequence[str]]
    ours: str = "check"
    data: str = CHAT
    runs: int = 5

    def command(self, path: str) -> Command:
        """The look at a file."""
        program = self.home.program if self.home else str
        return Command(self.words(program, path), DONE)


@dataclass(frozen=True, slots=True)
class Beside:
    """One program: what it is, what it looks for, how it ends on one broken line, and how long it takes.

    ``ours`` and ``ratio`` are of the ftlint that ran in turn with it.
    """

    HEAD: ClassVar[Sequence[str]] = (
        "program",
        "version",
        "what it looks for",
        "exit code, one line broken",
        "median",
        "min–max",
        "in turn with",
        "× of that",
        "peak RSS",
        "all processes",
        "processor",
    )
    what: str
    does: str
    version: str = ""
    code: str = ""
    timing: Timing | None = None
    ours: str = ""
    ratio: Spread | None = None
    failed: str = ""

    def cells(self) -> list[str]:
        """The line's cells."""
        start = [self.what, self.version, self.does, self.code]
        if self.timing is None:
            return [*start, self.failed, *[""] * 6]
        return [
            *start,
            seconds(self.timing.wall.median),
            between(self.timing.wall),
            self.ours,
            f"{self.ratio.median:.2f} ×" if self.ratio else "",
            peak(self.timing.rss),
            peak(self.timing.tree),
            processor(self.timing),
        ]


def neighbours(bench: Bench) -> Iterator[Beside]:
    """Other programs on the same file as ftlint: 100,000 rows of chat (106 MB), and prompt–completion (62 MB) for OpenAI's
    old tool. The data has next to no faults; what each finds on faulty data is not the subject.

    × above 1 is slower than the ftlint that ran in turn with it. What takes over half a minute is run once. Each program
    is in an environment of its own (`tests/bench/data/venvs`) with what its package asks for. Together's program asks for
    an account before it looks at a local file: what is timed is the function that it then calls. The cookbook's is a
    notebook: what is timed is the same computation written as a script.
    """
    path = bench.data(CHAT)
    own = check(path)
    code = _code(check(_broken(bench, CHAT)))
    what = f"`ftlint check`, {bench.size(CHAT)}"
    yield Beside(what, "all default rules", code=code, timing=repeat(own, bench.runs(5)))
    yield from (_beside(bench, neighbour) for neighbour in NEIGHBOURS)


def _beside(bench: Bench, neighbour: Neighbour) -> Beside:
    """One neighbour's line; one that cannot be installed or breaks down has a line that says so."""
    what = f"{neighbour.what}, {bench.size(neighbour.data)}"
    line = Beside(what, neighbour.does)
    if bench.quick and neighbour.runs == 1:
        return replace(line, failed="left out by `--quick`")
    try:
        if neighbour.home:
            print(f"  {neighbour.home.name} …", file=sys.stderr, flush=True)
            neighbour.home.make()
            line = replace(line, version=neighbour.home.versions())
            line = replace(line, code=_code(neighbour.command(_broken(bench, neighbour.data))))
        ours, theirs = _in_turn(bench, neighbour)
    except (Failed, OSError) as failed:
        return replace(line, failed=str(failed)[:LONGEST])
    beside = f"`{neighbour.ours}`: {seconds(ours.wall.median)}"
    return replace(line, timing=theirs, ours=beside, ratio=ratios(theirs, ours))


def _in_turn(bench: Bench, neighbour: Neighbour) -> list[Timing]:
    """ftlint and the neighbour in turn, on a file that lies alone: some write beside it."""
    folder = bench.scratch / "beside"
    path = folder / "data.jsonl"
    alone = partial(_alone, Path(bench.data(neighbour.data)), path)
    alone()
    pair = [OURS[neighbour.ours](str(path)), neighbour.command(str(path))]
    once_is_enough = neighbour.runs == 1
    commands = [Command(command.words, command.codes, alone) for command in pair]
    return in_turn(commands, bench.runs(neighbour.runs), warm=not once_is_enough)


def _alone(source: Path, path: Path) -> None:
    """The file where nothing else is, whatever was written beside it the last time."""
    path.parent.mkdir(exist_ok=True)
    for other in path.parent.iterdir():
        if other != path:
            other.unlink()
    if not path.is_file() or path.stat().st_size != source.stat().st_size:
        shutil.copyfile(source, path)


def _broken(bench: Bench, name: str) -> str:
    """The first rows of a file, one of them cut off in the middle."""
    path = bench.scratch / f"broken-{name}.jsonl"
    with Path(bench.data(name)).open("rb") as file:
        rows = list(islice(file, 2 * BROKEN_AT))
    middle = min(BROKEN_AT, len(rows) - 1)
    rows[middle] = rows[middle][: len(rows[middle]) // 2] + b"\n"
    path.write_bytes(b"".join(rows))
    return str(path)


def _code(command: Command) -> str:
    """The exit code, and whether it was a breakdown."""
    done = subprocess.run(
        command.words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    return f"{done.returncode}{' (traceback)' if b'Traceback' in done.stderr else ''}"


def _prepare(path: str) -> Command:
    """What ftlint does instead of OpenAI's old tool: everything but counting tokens, which that did not do, either."""
    goal = str(Path(path).with_name("prepared.jsonl"))
    words = ["prepare", path, "-y", "--no-stats", "--target", "openai-completions", "-o", goal]
    return Command([*FTLINT, *words, *QUIET], DONE)


OURS: dict[str, Callable[[str], Command]] = {"check": check, "stats": stats, "prepare": _prepare}
PARALLELOGRAM = Environment("parallelogram", ["parallelogram"], ["parallelogram"])
CLEANLLM = Environment("cleanllm", ["cleanllm"], ["cleanllm"])
CONVMERGE = Environment("convmerge", ["convmerge"], ["convmerge"])
COOKBOOK = Environment("cookbook", ["tiktoken", "numpy"], ["tiktoken", "numpy"])
OPENAI = Environment("openai", ["openai[datalib]==0.28.1"], ["openai", "pandas"])
NEIGHBOURS = (
    Neighbour(
        "`together files check` (its function)",
        "UTF-8, JSON, every line an object",
        Environment("together", ["together"], ["together"]),
        lambda program, path: [program("python"), "-c", TOGETHER, path],
    ),
    Neighbour(
        "`cleanllm preflight --framework trl`",
        "JSON, messages, roles and their order",
        CLEANLLM,
        lambda program, path: [program("cleanllm"), "preflight", "--framework", "trl", path],
    ),
    Neighbour(
        "`cleanllm scan`",
        "JSON, addresses, languages, encoding, code; no roles",
        CLEANLLM,
        lambda program, path: [program("cleanllm"), "scan", path],
        runs=1,
    ),
    Neighbour(
        "`parallelogram check`",
        "keys, roles, emptiness, length (estimated), equal rows, encoding",
        PARALLELOGRAM,
        lambda program, path: [program("parallelogram"), "check", path],
    ),
    Neighbour(
        "`convmerge validate`",
        "whether a row makes a training example",
        CONVMERGE,
        lambda program, path: [program("convmerge"), "validate", "-i", path],
    ),
    Neighbour(
        "the cookbook's computation",
        "keys, roles, content; counts tokens",
        COOKBOOK,
        lambda program, path: [program("python"), str(HERE / "cookbook.py"), path],
    ),
    Neighbour(
        "the cookbook's computation",
        "keys, roles, content; counts tokens",
        COOKBOOK,
        lambda program, path: [program("python"), str(HERE / "cookbook.py"), path],
        ours="stats",
    ),
    Neighbour(
        "`openai tools fine_tunes.prepare_data -q`",
        "separators, endings, prefixes, equal and empty rows; writes the repaired file",
        OPENAI,
        lambda program, path: [program("openai"), "tools", "fine_tunes.prepare_data", "-f", path, "-q"],
        ours="prepare",
        data=LEGACY,
        runs=3,
    ),
    Neighbour(
        "floor: decode with msgspec",
        "nothing: reads and parses",
        None,
        lambda program, path: floor("decode", path).words,
    ),
    Neighbour(
        "floor: tiktoken alone in two processes",
        "nothing: reads, parses, counts tokens",
        None,
        lambda program, path: floor("tiktoken", path, "2").words,
        ours="stats",
    ),
)
