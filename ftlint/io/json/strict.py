"""Strict decoding of one JSON value: reports duplicate keys, numbers that lose digits, and lone surrogates."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from msgspec import Struct

from ftlint.display import escape, quote
from ftlint.io.block import FaultKind
from ftlint.json_values import read_float, read_integer
from ftlint.path import Steps, format_path

SAFE_INTEGER = 2**53
NOT_LEAVES = {dict, list, int}
# Readers in many languages fail somewhere between this and a thousand.
MAX_DEPTH = 200
TOO_DEEP = f"nested too deep: more than {MAX_DEPTH} brackets inside each other; many readers give up"
# Python refuses to convert longer ones to a number.
MAX_DIGITS = 4000
SURROGATE = re.compile("[\ud800-\udfff]")
# A complete escape: the surrogate pair first, then half a pair, then any other.
ESCAPES = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


class Defect(Struct, frozen=True):
    """One defect of a value that is JSON or nearly so; ``usable``: the record can be used."""

    kind: FaultKind
    message: str
    path: str | None
    usable: bool


@dataclass(slots=True)
class StrictDecoder:
    """A JSON decoder that detects what others ignore, with its detections for the last value."""

    twins: bool = False
    constants: bool = False
    too_long: bool = False
    _decoder: json.JSONDecoder = field(init=False)

    def __post_init__(self) -> None:
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._pairs,
            parse_constant=self._constant,
            parse_float=read_float,
            parse_int=self._integer,
        )

    def decode(self, text: str, at: int = 0) -> tuple[Any, int]:
        """The value at a position and its end. Raises ValueError or RecursionError."""
        self.twins = self.constants = self.too_long = False
        return self._decoder.raw_decode(text, at)

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self.twins = True
        return made

    def _constant(self, name: str) -> float:
        self.constants = True
        return float(name.replace("Infinity", "inf"))

    def _integer(self, digits: str) -> int:
        if len(digits) > MAX_DIGITS:
            self.too_long = True
            return 0
        return read_integer(digits)


def defects(text: str, value: Any, noticed: StrictDecoder) -> list[Defect]:
    """All defects of a value that was just decoded from the text."""
    found: list[Defect] = []
    if noticed.too_long:
        words = f"a number of more than {MAX_DIGITS:,} digits: no reader takes it"
        found.append(Defect("bad-json", words, None, False))
    if noticed.twins:
        found.extend(_twins(text))
    for steps, leaf in walk(value):
        if len(steps) > MAX_DEPTH:
            found.append(Defect("bad-json", TOO_DEEP, None, False))
            break
        if isinstance(leaf, str):
            if not leaf.isascii() and (half := SURROGATE.search(leaf)):
                found.append(_lone(steps, half.group()))
        elif isinstance(leaf, float):
            if not math.isfinite(leaf):
                found.append(_not_finite(steps, leaf, noticed.constants))
        elif isinstance(leaf, int) and abs(leaf) > SAFE_INTEGER:
            found.append(_large(steps, str(leaf)))
    return found


def walk(value: Any) -> Iterator[tuple[Steps, Any]]:
    """Every leaf with its path, in order; an empty list or object is one. Non-ASCII keys are included."""
    stack: list[tuple[Steps, Any]] = [((), value)]
    while stack:
        steps, item = stack.pop()
        if not item or len(steps) > MAX_DEPTH:
            yield steps, item
        elif isinstance(item, dict):
            stack.extend(((*steps, key), below) for key, below in reversed(item.items()))
            for key in item:
                if not key.isascii():
                    yield (*steps, key), key
        elif isinstance(item, list):
            stack.extend(((*steps, place), item[place]) for place in range(len(item) - 1, -1, -1))
        else:
            yield steps, item


def tally(records: Sequence[dict[str, Any]]) -> tuple[int, bool]:
    """The number of keys of the records at any depth, and whether one needs the strict decoder. Optimised for speed."""
    keys, odd = 0, False
    groups: list[tuple[int, Any]] = [(1, records)] if records else []
    while groups:
        depth, containers = groups.pop()
        if depth > MAX_DEPTH:
            return keys, True
        in_dicts = type(containers[0]) is dict
        if in_dicts:
            keys += sum(map(len, containers))
        kinds = set(map(type, chain.from_iterable(map(dict.values, containers) if in_dicts else containers)))
        if not kinds & NOT_LEAVES:
            continue
        # A second pass, because most levels have leaves only and need none.
        values = list(chain.from_iterable(map(dict.values, containers) if in_dicts else containers))
        if int in kinds and not odd:
            odd = any(type(v) is int and not -SAFE_INTEGER <= v <= SAFE_INTEGER for v in values)
        for kind in kinds & {dict, list}:
            groups.append((depth + 1, [v for v in values if type(v) is kind] if len(kinds) > 1 else values))
    return keys, odd


def path_of(steps: Steps) -> str | None:
    """``messages[1].content``, safe to print; None for the value itself."""
    return escape(format_path(steps)) or None


def replace_lone_surrogates(text: str) -> str:
    """The JSON text with every escaped half of a surrogate pair replaced by U+FFFD."""
    return ESCAPES.sub(lambda found: "\\ufffd" if found[1] else found.group(), text)


def _lone(steps: Steps, half: str) -> Defect:
    words = (
        f"\\u{ord(half):04x} is half of a surrogate pair: it cannot be written as UTF-8 and is no character"
    )
    return Defect("surrogate", words, path_of(steps), False)


def _large(steps: Steps, digits: str) -> Defect:
    shown = digits if len(digits) <= 40 else f"{digits[:20]}… ({len(digits)} digits)"
    words = f"the integer {shown} is beyond 2^53: most readers lose its last digits; write it as text"
    return Defect("precision", words, path_of(steps), True)


def _not_finite(steps: Steps, number: float, constants: bool) -> Defect:
    if not constants:
        words = "a number too large for any reader (it becomes infinity)"
        return Defect("bad-json", words, path_of(steps), False)
    name = "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    return Defect(
        "non-finite", f"{name} is not JSON: write null, or leave the field out", path_of(steps), False
    )


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs, so that a key may occur twice."""


def _twins(text: str) -> list[Defect]:
    """Every key that occurs twice in its object, with its path."""
    pairs = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str).raw_decode(text)[0]
    found: list[Defect] = []
    stack: list[tuple[Steps, Any]] = [((), pairs)]
    while stack:
        steps, item = stack.pop()
        if isinstance(item, _Pairs):
            counts: dict[str, int] = {}
            for key, _ in item:
                counts[key] = counts.get(key, 0) + 1
            for key, times in counts.items():
                if times > 1:
                    how_often = "twice" if times == 2 else f"{times} times"
                    words = f"the key {quote(key)} stands {how_often} in one object: readers silently use the last one"
                    found.append(Defect("twin-key", words, path_of((*steps, key)), True))
            stack.extend(((*steps, key), below) for key, below in reversed(item))
        elif isinstance(item, list):
            stack.extend(((*steps, place), item[place]) for place in range(len(item) - 1, -1, -1))
    return found
