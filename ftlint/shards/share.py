"""What belongs to a shard: all files are laid end to end and cut into N pieces of as many bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ftlint.errors import UsageError
from ftlint.read.part import WHOLE, Part, Unit, parts_of


@dataclass(frozen=True, slots=True)
class Shard:
    """The ``number``-th of ``of`` shards, from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a file is: in bytes, and in what it can be cut by, bytes or rows."""

    bytes: int
    unit: Unit
    size: int


def shard_named(text: str) -> Shard:
    """The shard that ``3/10`` names. Raises UsageError."""
    found = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise UsageError(f"--shard {text}: write I/N, the I-th of N shards, counted from 1: 3/10")
    return Shard(int(found[1]), int(found[2]))


def share(extents: Sequence[Extent], shard: Shard) -> list[Part | None]:
    """The shard's piece of every file; None where it has none.

    What cannot be cut, and what is empty, belongs to the shard in which it begins.
    """
    total = sum(extent.bytes for extent in extents)
    low, high = (total * number // shard.of for number in (shard.number - 1, shard.number))
    begin = 0
    shares: list[Part | None] = []
    for extent in extents:
        end = begin + extent.bytes
        if extent.unit == "whole" or not extent.size:
            shares.append(WHOLE if _begins_within(begin, low, high, total, shard) else None)
        else:
            first, last = (max(begin, min(end, edge)) - begin for edge in (low, high))
            first, last = (edge * extent.size // extent.bytes for edge in (first, last))
            shares.append(_piece(extent, first, last))
        begin = end
    return shares


def cut(part: Part, step: int) -> list[Part]:
    """A piece of a file in parts of about ``step``, for the workers of one shard."""
    if part.unit == "whole" or part.end - part.start <= step:
        return [replace(part, number=0)]
    found = parts_of(part.unit, part.end - part.start, step)
    return [replace(one, start=one.start + part.start, end=one.end + part.start) for one in found]


def _piece(extent: Extent, first: int, last: int) -> Part | None:
    if first == last:
        return None
    return WHOLE if (first, last) == (0, extent.size) else Part(0, 2, extent.unit, first, last)


def _begins_within(begin: int, low: int, high: int, total: int, shard: Shard) -> bool:
    # What is empty and last, or all there is, begins where everything ends.
    return low <= begin < high or (begin == total and shard.number == shard.of)
