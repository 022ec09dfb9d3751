"""Fixes on one record: what they did, and its original content, so that a failing fix can be excluded."""

import marshal
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from msgspec import Struct, field

from ftlint.batch.losses import removed
from ftlint.display import quote
from ftlint.engine.change_log import Removal
from ftlint.json_values import encode_json
from ftlint.path import format_path, general_path
from ftlint.shapes.shape import Record

Changes = list[tuple[str | None, str, str]]
"""Paths into a record, each with the text before and the text after."""
# A fix fixes all violations of its rule at once: further rounds are for violations that other fixes caused.
MOST_TIMES = 3
# How often a record is fixed again without fixes that failed or recurred; then it is left unchanged.
MOST_STARTS = 12


class AppliedFix(Struct, frozen=True):
    """What one rule did to a record in one round: how many violations it fixed, or that it dropped the record."""

    code: str
    finds: int
    dropped: bool
    changes: Changes | None
    """The changed content; None if it is not required."""
    removals: Sequence[Removal] = ()


class RecordFixes(Struct):
    """One record and the fixes that are made on it.

    A fix that raises, or is requested more than ``MOST_TIMES``, is barred: the record is restored and fixed
    without it. The result is fixed once more with all fixes, since the next run would read it in that form;
    the record is done when nothing changes any more.
    """

    first: Any = None
    """The record as it was read, packed."""
    began: Any = None
    """The record as it was at this beginning, packed."""
    times: Counter[str] = field(default_factory=Counter)
    barred: set[str] = field(default_factory=set)
    earlier: list[AppliedFix] = field(default_factory=list)
    """What was done before the last restart."""
    deeds: list[AppliedFix] = field(default_factory=list)
    """What was done in total."""
    starts: int = 0
    dropped: bool = False

    def begin(self, record: Record) -> None:
        """Remember how the record is before the first fix."""
        if self.began is None:
            self.first = self.began = packed(record)

    def is_too_often(self, code: str) -> bool:
        """Count that a rule requests a fix; returns whether it has done so too often."""
        self.times[code] += 1
        return self.times[code] > MOST_TIMES

    def start_anew(self, record: Record, code: str) -> None:
        """Restore the record, and bar a rule from it."""
        self.starts += 1
        self.barred.add(code)
        self.times.clear()
        put_back(record, self.began)
        self.deeds = list(self.earlier)

    def settles(self, record: Record) -> bool:
        """Whether a record without remaining fixes is to be processed once more, with all fixes."""
        if not self.barred or self.dropped or len(self.deeds) == len(self.earlier):
            return False
        if self.starts > MOST_STARTS:
            put_back(record, self.first)
            self.deeds, self.earlier = [], []
            return False
        self.began, self.earlier = packed(record), list(self.deeds)
        self.barred.clear()
        self.times.clear()
        return True


def removals(before: Any, after: Record) -> list[Removal]:
    """What a fix removed from a record. ``before`` is the record as it was, packed."""
    old = _unpacked(before)
    found = {quote(general_path(steps)): str(steps[0]) for steps, _ in removed(old, after)}
    return [Removal(name, field, old[field]) for name, field in found.items()]


def packed(record: Record) -> Any:
    try:
        return marshal.dumps(record)
    except ValueError:  # A value that is not JSON, such as a date.
        return deepcopy(record)


def put_back(record: Record, packed: Any) -> None:
    record.clear()
    record.update(_unpacked(packed))


def _unpacked(packed: Any) -> Record:
    old: Record = marshal.loads(packed) if isinstance(packed, bytes) else deepcopy(packed)
    return old


def differences(old: Any, new: Any, steps: tuple[str | int, ...] = ()) -> Changes:
    """(path, before, after) of every leaf that differs between two JSON values."""
    if old == new and type(old) is type(new):
        return []
    if isinstance(old, dict) and isinstance(new, dict) and set(old) == set(new):
        return [found for key in old for found in differences(old[key], new[key], (*steps, key))]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [found for place, (a, b) in pairs for found in differences(a, b, (*steps, place))]
    if isinstance(old, str) and isinstance(new, str):
        return [(format_path(steps) or None, old, new)]
    # Of different types, 5 and "5" must not be equal.
    return [(format_path(steps) or None, _as_json(old), _as_json(new))]


def _as_json(value: Any) -> str:
    return encode_json(value).decode()
