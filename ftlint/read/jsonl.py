"""JSONL, fast where it is clean and careful where it is not: blocks of records with every fault of the bytes."""

import gc
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import msgspec

from ftlint.read.chunks import chunks
from ftlint.read.compression import Read
from ftlint.read.fault import Block, FaultKind, Record
from ftlint.read.growing import Growing
from ftlint.read.json_line import LineReader, Place
from ftlint.read.json_value import tally
from ftlint.read.part import WHOLE, Part
from ftlint.read.screen import Screen, screen, screen_lines

DECODER = msgspec.json.Decoder()
# Measured: smaller ones cost calls, larger ones fresh memory, which the system hands out slowly.
CHUNK = 2 << 20
AHEAD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOptions:
    """How lines are read: what is mended, whether their bytes are kept, how much makes a block."""

    heal: frozenset[FaultKind]
    keep_raw: bool
    block_bytes: int
    encoding: str | None = None
    part: Part = WHOLE
    begin: int = 0
    """Where the part's first line begins in the file, in bytes."""


def read_lines(read: Read, options: LineOptions) -> Iterator[Block]:
    """Blocks of a JSONL stream. While a chunk is decoded, the next one is screened in a second thread."""
    reader = LineReader(options.heal, options.encoding)
    growing = Growing(options.part.line, options.part.row, options.keep_raw)
    offset = options.begin
    for chunk, seen in _screened(chunks(read, min(CHUNK, options.block_bytes))):
        _add(chunk, seen, growing, reader, offset)
        offset += len(chunk)
        growing.size += len(chunk)
        if growing.size >= options.block_bytes:
            line, row = growing.line + growing.seen_lines, growing.row + growing.seen_rows
            block, growing = growing.finished(), Growing(line, row, options.keep_raw)
            yield block
            del block
    if growing.seen_lines:
        yield growing.finished()


def _screened(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, Screen]]:
    coming: deque[tuple[bytes, Future[Screen]]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ftlint-screen") as pool:
        for piece in pieces:
            coming.append((piece, pool.submit(screen, piece)))
            if len(coming) > AHEAD:
                first, seen = coming.popleft()
                yield first, seen.result()
        for first, seen in coming:
            yield first, seen.result()


def _add(chunk: bytes, seen: Screen, growing: Growing, reader: LineReader, offset: int) -> None:
    heal = "cr" in reader.heal
    if seen.columns is not None and growing.alike(seen.columns, heal=heal, returns=seen.returns):
        return
    lines = chunk.split(b"\n")
    ended = not lines[-1]
    if ended:
        lines.pop()
    returns = chunk.count(b"\r\n") if seen.returns else 0
    # To JSON a carriage return at the end of a line is a blank; elsewhere it needs a closer look.
    if ended and not seen.separators and (not seen.returns or returns == chunk.count(b"\r")):
        records = _decode_all(lines)
        keys, large = tally(records) if records is not None else (None, True)
        if records is not None and keys == seen.marks and not large:
            if returns:
                growing.returned(returns, next(n for n, line in enumerate(lines) if line.endswith(b"\r")))
                if heal:
                    lines = [line.removesuffix(b"\r") for line in lines]
            growing.clean(records, lines)
            return
    _add_one_by_one(lines, growing, reader, offset, ended=ended)


def _decode_all(lines: list[bytes]) -> list[Record] | None:
    """All lines decoded, or None if one of them is no object."""
    decode = DECODER.decode
    collecting = gc.isenabled()
    # Thousands of new dicts would set it off again and again, with nothing to collect.
    gc.disable()
    try:
        records: list[Any] = [decode(line) for line in lines]
    except (ValueError, RecursionError):  # msgspec's errors and those of UTF-8 are ValueErrors
        return None
    finally:
        if collecting:
            gc.enable()
    return records if set(map(type, records)) <= {dict} else None


def _add_one_by_one(
    lines: list[bytes], growing: Growing, reader: LineReader, offset: int, *, ended: bool
) -> None:
    """Add every line, with a closer look at those that are not plainly good."""
    growing.spell_out()
    marks, separators = screen_lines(lines)
    line_end = b"\n" if "cr" in reader.heal else b"\r\n"
    last = len(lines) - 1
    for number, text in enumerate(lines):
        closed = number < last or ended
        record = _decode_plain(text, marks[number]) if closed and separators[number] is False else None
        if record is None:
            place = Place(growing.line + growing.seen_lines, growing.row + growing.seen_rows, offset)
            growing.looked_at(reader.look(text + b"\n" if closed else text, place))
        elif text.endswith(b"\r"):
            growing.returned(1)
            growing.plain(record, text[:-1] + line_end)
        else:
            growing.plain(record, text + b"\n")
        offset += len(text) + 1


def _decode_plain(text: bytes, marks: int | None) -> Record | None:
    """The record of a line that nothing is wrong with but a CR at its end, or None for a closer look."""
    if b"\r" in text[:-1]:
        return None
    try:
        record = DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    if type(record) is not dict:
        return None
    keys, large = tally([record])
    return record if keys == marks and not large else None
