"""Rows with a mark in one place each: every leaf, key and container of every shape's example, also of a wrong type."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from vendor_examples import EXAMPLES

from ftlint.json_values import SourceFloat

SHAPES = Path(__file__).parent.parent / "fixtures" / "shapes"
Steps = tuple[str | int, ...]
Marked = tuple[str, Steps, Any]
"""The mark, where it stands, and the row."""


def samples() -> list[Any]:
    """The examples of vendors, and the rows of the shapes' fixtures."""
    files = sorted(SHAPES.glob("*.jsonl"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()[:2]]
    return [*EXAMPLES.values(), *map(json.loads, lines)]


def places(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every place in a value, with what stands there."""
    yield steps, value
    if isinstance(value, dict | list):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(below, (*steps, key))


def put(row: Any, steps: Steps, value: Any) -> Any:
    """A copy of the row with another value in one place."""
    new = deepcopy(row)
    holder = new
    for step in steps[:-1]:
        holder = holder[step]
    holder[steps[-1]] = value
    return new


def marks_for(value: Any, number: int) -> list[tuple[str, Any]]:
    """Marks, each with what is put in the place of a value: of its own type, and of others."""
    word = f"qx{number}xq"
    kinds: list[tuple[str, Any]] = [
        (f"{word}t", f"{word}t"),
        (f"8{number:07d}", int(f"8{number:07d}")),
        (f"7{number:07d}.10", SourceFloat(f"7{number:07d}.10")),
        (f"{word}l", [f"{word}l"]),
        (f"{word}o", {"text": f"{word}o"}),
        (f"{word}u", {f"{word}u": 5}),
    ]
    if isinstance(value, dict):
        kinds += [(f"{word}k", {**value, "remark": f"{word}k"}), (f"{word}n", {**value, f"{word}n": 7})]
    if isinstance(value, list):
        kinds += [(f"{word}a", [*value, f"{word}a"]), (f"{word}b", [{"note": f"{word}b"}, *value])]
    if isinstance(value, str):
        kinds.append((f"{word}s", f"{value} {word}s"))
    return kinds


def marked_rows() -> Iterator[Marked]:
    """Every row with one mark."""
    number = 0
    for sample in samples():
        for steps, value in places(sample):
            number += 1
            for mark, new in marks_for(value, number):
                if steps:
                    yield mark, steps, put(sample, steps, new)
                elif isinstance(new, dict) and isinstance(value, dict) and len(new) > len(value):
                    yield mark, steps, new


def twin_rows() -> Iterator[tuple[Steps, Any, Any]]:
    """Pairs of rows that differ in one value, a word that every other text of the row may have in it, with its place."""
    for sample in samples():
        for steps, value in places(sample):
            if steps:
                one, other = (_with_word(value, word) for word in ("a", "e"))
                yield steps, put(sample, steps, one), put(sample, steps, other)


def _with_word(value: Any, word: str) -> Any:
    """A value with a word in it: one more field or item, or the word in its place."""
    if isinstance(value, dict):
        return {**value, "remark": word}
    return [*value, word] if isinstance(value, list) else word
