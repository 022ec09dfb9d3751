"""The law of conservation: every value of a record is in the new file, in the file of lost values, or in the rejects.

Each row has one mark (see ``marked_rows``): in every place of every shape's example, also of a wrong type, as an unknown
key, or as one more item. All rows are one file, and after each command every mark must still be somewhere.
"""

import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick
from hypothesis import settings
from marked_rows import Marked, marked_rows, twin_rows

import ftlint
from ftlint import UsageError
from ftlint.json_values import write_json
from ftlint.rule import SHAPES
from ftlint.targets.target import target_names

MARK = re.compile(r"qx\d+xq\w|8\d{7}|7\d{7}\.10")
# Roles and ids are not learnt: a fix may write them anew, and says so on its rule's page.
REWRITTEN = re.compile(r"(tool_calls\.\d+\.id|call_id|toolUseId)$")
Command = Callable[[Path, Path], Any]


def left_over(rows: list[Marked], folder: Path, command: Command) -> list[str]:
    """The rows whose mark is nowhere after a command, but for ids."""
    path = folder / "in.jsonl"
    path.write_text("".join(write_json(row) + "\n" for _, _, row in rows), encoding="utf-8")
    command(path, folder)
    written = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file != path]
    found = {mark for text in written for mark in MARK.findall(text)}
    return [
        f"{mark} at {steps}: {json.dumps(row)}"
        for mark, steps, row in rows
        if mark not in found and not REWRITTEN.search(".".join(map(str, steps)))
    ]


ALL = list(marked_rows())
EVERY = max(1, 4000 // settings.default.max_examples)


def some_rows(name: str | None) -> list[Marked]:
    """Every 400th row, every 133rd under ``ci``, all of them under ``thorough``; others for each name."""
    return ALL[zlib.crc32(str(name).encode()) % EVERY :: EVERY]


@pytest.mark.parametrize("to", few_quick(dict.fromkeys([*SHAPES, *target_names()]), 6, 36))
def test_a_conversion_loses_nothing(to: str, tmp_path: Path) -> None:
    def convert(path: Path, folder: Path) -> None:
        ftlint.convert(path, folder / "out.jsonl", to, rejects=folder / "rejects.jsonl")

    try:
        assert left_over(some_rows(to), tmp_path, convert) == []
    except UsageError as error:
        # Where no record can be converted, there is no new file: all stays where it was.
        assert "so nothing is written" in str(error)
        assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def outcomes(rows: list[Any], folder: Path, command: Command) -> list[list[str]]:
    """By row: what was written, kept as lost, or rejected."""
    path, found = folder / "in.jsonl", [list[str]() for _ in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command(path, folder)
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    aside = {
        name: [*map(json.loads, text.splitlines())] for name, text in texts.items() if name != "in.jsonl"
    }
    refused = {entry["row"] for entry in aside["rejects.jsonl"]}
    kept = [place for place in range(len(rows)) if place + 1 not in refused]
    for place, record in zip(kept, aside.pop("out.jsonl"), strict=True):
        found[place].append(json.dumps(record))
    for entries in aside.values():
        for entry in entries:
            found[entry.pop("row") - 1].append(json.dumps({**entry, "line": 0}))
    return found


TWINS = list(twin_rows())


@pytest.mark.parametrize(
    "to", few_quick(["openai-chat", "trl-sft", "openai-completions", *target_names()], 3, 9)
)
def test_rows_that_differ_in_a_word_of_the_rest_have_different_outcomes(to: str, tmp_path: Path) -> None:
    pairs = TWINS[zlib.crc32(to.encode()) % (EVERY // 3) :: EVERY // 3]

    def convert(path: Path, folder: Path) -> None:
        ftlint.convert(path, folder / "out.jsonl", to, rejects=folder / "rejects.jsonl")

    found = outcomes([row for _, *rows in pairs for row in rows], tmp_path, convert)
    assert [
        (steps, json.dumps(one))
        for (steps, one, _), first, second in zip(pairs, found[::2], found[1::2], strict=True)
        if first == second
    ] == []


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("target", few_quick([None, *target_names()], 3, 12))
def test_a_fix_loses_nothing(target: str | None, unsafe: bool, tmp_path: Path) -> None:
    def fix(path: Path, folder: Path) -> None:
        ftlint.fix(path, folder / "out.jsonl", unsafe=unsafe, target=target, rejects=folder / "rejects.jsonl")

    assert left_over(some_rows(target), tmp_path, fix) == []


@pytest.mark.parametrize("target", few_quick(["openai-chat", "openai-completions", "together", "trl-dpo"], 1))
def test_a_preparation_loses_nothing(target: str, tmp_path: Path) -> None:
    def prepare(path: Path, folder: Path) -> None:
        ftlint.prepare(
            path, folder / "out.jsonl", target=target, rejects=folder / "rejects.jsonl", stats=False
        )

    assert left_over(some_rows(target), tmp_path, prepare) == []


def test_a_split_loses_nothing(tmp_path: Path) -> None:
    def split(path: Path, folder: Path) -> None:
        ftlint.split(path, folder / "out", rejects=folder / "rejects.jsonl")

    assert left_over(some_rows(None), tmp_path, split) == []
