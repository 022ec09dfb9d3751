"""However a preparation is shared out, the same files are written, the same is asked, and the same is told."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from engines import AnyOrder, Meddling, chat, damaged, labels, line, plain, told
from in_parts_rows import Elsewhere

import ftlint
from ftlint import SourceChanged
from ftlint.commands.prepare.options import PrepareOptions, PrepareOutput
from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import Prepared
from ftlint.commands.prepare.run import prepare_file
from ftlint.commands.prepare.summary import DatasetSummary
from ftlint.config.settings import from_python
from ftlint.io.source import Source

pytestmark = pytest.mark.slow
WORDS = [
    "river",
    "stone",
    "lamp",
    "garden",
    "window",
    "bridge",
    "market",
    "letter",
    "engine",
    "island",
    "sea",
    "fog",
]


def legacy() -> bytes:
    """Prompts and completions with marks on some of them, duplicates far apart, an empty answer and a broken line."""
    rows = [
        {"prompt": f"the {w} of {n} ->", "completion": f" {w.title()}, {n} years old.\nThen it rained. END"}
        for n in range(6)
        for w in WORDS
    ]
    rows[50], rows[70] = rows[3], {"prompt": "the end ->", "completion": ""}
    lines = [line(row) for row in rows]
    return b"".join([*lines[:20], b'{"prompt": "cut\n', b"\n", *lines[20:]])


def turns() -> bytes:
    """Conversations of several answers, some of which say the same, and some none at all."""
    rows = []
    for n in range(30):
        said = [{"role": "system", "content": "Be brief."}] if n % 2 else []
        for k in range(n % 4):
            said += [
                {"role": "user", "content": f"Tell me of the {WORDS[(n + k) % 7]}"},
                {"role": "assistant", "content": f"It is a {WORDS[k]}, as I said before. "},
            ]
        rows.append({"messages": said})
    rows[17] = {
        "messages": [{"role": "user", "content": "\u200bhello\x07"}, {"role": "assistant", "content": "Hi "}]
    }
    return b"".join(map(line, rows)) + b'{"messages": [{"role": "user", "content": "no end'


def mixed() -> bytes:
    """Records of several shapes, with keys that the target does not know, and some that it cannot hold."""
    rows: list[Any] = []
    for n in range(25):
        rows.append(chat(f"Question {n}?", f"Answer {n} is \u00e9 sentence.", source=f"book {n % 3}"))
        rows.append({"instruction": f"Do {n}", "input": "", "output": f"TaskResult {n} times."})
        rows.append({"prompt": f"Say {n} ->", "completion": f" {n} it is END"})
        rows.append({"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": ""}]})
        rows.append({"nothing": n})
    return b"".join(map(line, rows))


def classes() -> bytes:
    """Many prompts of a few classes, with one that stands there twice under two labels."""
    rows = [
        {"prompt": f"Is {n} odd, and what of {n * 7 % 13}? ->", "completion": " yes" if n % 3 else " no"}
        for n in range(60)
    ]
    rows[30], rows[44] = {**rows[2], "completion": " no"}, rows[7]
    return b"".join(map(line, rows))


def odd() -> bytes:
    """Texts that are hard to spell, in lines of one layout; some end with a carriage return."""
    texts = [
        "a\u2028b",
        "x\x00y",
        "two\r\nlines\r",
        'tab\t"quoted" \\ {"a": 1}',
        "\U0001f600",
        "\ufeffbom",
        "\x85",
    ]
    rows = [
        json.dumps({"prompt": f"{n} {text} ->", "completion": f" {text} {n} END"})
        for n, text in enumerate(texts * 4)
    ]
    return "\n".join(rows).encode() + b"\n"


CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "plain": (plain(), {}),
    "damaged": (damaged(), {"rejects": True}),
    "labels": (labels(), {"target": "openai-completions"}),
    "legacy": (legacy(), {"rejects": True}),
    "legacy-marks": (legacy().replace(b" ->", b"").replace(b" END", b""), {"target": "openai-completions"}),
    "legacy-as-it-is": (legacy(), {"target": "openai-completions", "rejects": True}),
    "odd": (odd(), {}),
    "odd-legacy": (odd(), {"target": "openai-completions", "split": True}),
    "odd-returns": (odd().replace(b"\n", b"\r\n"), {"target": "openai-completions", "rejects": True}),
    "odd-ends": (odd() + b"\n", {"target": "openai-completions", "only": ("D001",)}),
    "turns": (turns(), {"rejects": True}),
    "expanded": (turns(), {"expand_turns": True, "rejects": True}),
    "expanded-divided": (turns(), {"expand_turns": True, "split": True, "valid": 0.25}),
    "mixed": (mixed(), {"rejects": True}),
    "mixed-together": (mixed(), {"target": "together", "system": "Be kind.", "rejects": True}),
    "classes": (classes(), {"rejects": True}),
    "classes-legacy": (classes(), {"target": "openai-completions", "split": True, "valid": 10}),
    "divided": (plain(), {"split": True, "valid": 0.2, "seed": 7, "rejects": True}),
    "one-by-one": (legacy(), {"only": ("D001",), "rejects": True}),
    "nothing-left": (b'{"messages": [\n' * 9 + line({"a": 1}), {"rejects": True}),
}


@dataclass
class Listener:
    """Hears all that is shown and asked, and agrees but for some."""

    refused: tuple[str, ...] = ()
    heard: list[Any] = field(default_factory=list)

    def show_summary(self, outlook: DatasetSummary) -> None:
        self.heard.append(outlook)

    def confirm_fix(self, number: int, remedy: ProposedFix) -> bool:
        self.heard.append((number, remedy))
        return remedy.code not in self.refused

    def confirm_holdout(self, question: str) -> bool:
        self.heard.append(question)
        return True


def prepared(
    folder: Path, data: bytes, given: dict[str, Any], refused: tuple[str, ...] = (), **staff: Any
) -> dict[str, Any]:
    """All that comes of a preparation, which leaves nothing behind."""
    given = dict(given)
    path = folder / "in.jsonl"
    path.write_bytes(data)
    rejects = folder / "rejects.jsonl" if given.pop("rejects", False) else None
    intent = PrepareOptions(**{"target": "openai-chat", **given})
    where = PrepareOutput(rejects=rejects, stats=bool(staff.pop("stats", True)))
    talk = Listener(refused)
    made = prepare_file(Source(str(path), path, None), from_python(**staff), intent, where, talk)
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    for name in files:
        (folder / name).unlink()
    return {**_of(made), "heard": talk.heard, "files": files}


def _of(made: Prepared) -> dict[str, Any]:
    return {
        "report": told(made.report),
        "notes": made.report.notes,
        "decisions": made.decisions,
        "task": made.task,
        "kept": made.kept,
        "changed": made.changed,
        "runs": {part: runs.listed for part, runs in made.runs.items()},
        "unusable": made.unusable,
        "dropped": +made.dropped,
        "fixed": +made.fixed,
        "figures": made.figures,
        "marks": (made.marks.separator, made.marks.stop, made.marks.system),
        "advice": made.advice,
    }


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one process makes of every case, and the folder that it does it in."""
    folder = tmp_path_factory.mktemp("prepared")
    return {"": folder, **{name: prepared(folder, *case, jobs=1) for name, case in CASES.items()}}


def test_the_cases_have_what_could_differ(usual: dict[str, Any]) -> None:
    def proposed(name: str) -> set[str]:
        return {heard[1].code for heard in usual[name]["heard"] if isinstance(heard, tuple)}

    assert {"P001", "D001"} <= proposed("legacy-marks")
    assert "D001" in proposed("legacy") & proposed("classes")
    assert usual["expanded"]["kept"][""] > 30 and usual["expanded-divided"]["kept"]["valid"] > 1
    assert usual["classes"]["kept"]["valid"] > 1 and usual["classes"]["figures"] is not None
    assert usual["mixed"]["dropped"]["convert"] > 20
    assert usual["damaged"]["files"]["rejects.jsonl"].count(b"\n") > 3
    assert not usual["nothing-left"]["kept"]


@pytest.mark.parametrize("name", CASES)
def test_small_parts(usual: dict[str, Any], name: str) -> None:
    part_bytes = 300 if name in ("damaged", "legacy", "turns") else 1200
    assert prepared(usual[""], *CASES[name], jobs=1, part_bytes=part_bytes) == usual[name]


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_kept_is_read_again(usual: dict[str, Any], name: str) -> None:
    """Each pass works on what was sent: nothing stays in memory between them."""
    assert prepared(usual[""], *CASES[name], executor=Elsewhere()) == usual[name]


@pytest.mark.parametrize("name", ["legacy-marks", "turns", "classes", "mixed"])
def test_blocks_of_which_nothing_may_be_left(usual: dict[str, Any], name: str) -> None:
    assert prepared(usual[""], *CASES[name], jobs=1, block_bytes=150) == usual[name]


@pytest.mark.parametrize("part_bytes", [1, 30, 1 << 20])
@pytest.mark.parametrize("name", ["legacy", "turns", "expanded"])
def test_parts_within_lines(usual: dict[str, Any], name: str, part_bytes: int) -> None:
    data, given = CASES[name]
    few = b"".join(data.splitlines(keepends=True)[16:22])[:400]
    one = prepared(usual[""], few, given, jobs=1, stats=False)
    assert prepared(usual[""], few, given, jobs=1, part_bytes=part_bytes, stats=False) == one


@pytest.mark.parametrize("refused", [("D001",), ("P010", "C003", "D001"), ("F004",)])
@pytest.mark.parametrize("name", ["damaged", "legacy", "turns", "mixed", "classes-legacy"])
def test_what_is_refused(usual: dict[str, Any], name: str, refused: tuple[str, ...]) -> None:
    one = prepared(usual[""], *CASES[name], refused, jobs=1, stats=False)
    assert prepared(usual[""], *CASES[name], refused, jobs=1, part_bytes=2000, stats=False) == one


def test_nothing_is_left_behind_where_a_part_fails(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(plain())
    executor = Meddling(lambda: path.write_bytes(plain() + b"\n"), AnyOrder(1))
    with pytest.raises(SourceChanged):
        ftlint.prepare(path, executor=executor, part_bytes=1000, stats=False)
    assert [file.name for file in tmp_path.iterdir()] == ["in.jsonl"]
