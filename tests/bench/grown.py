"""Writes chat data of any size, fast: ``python grown.py BYTES PATH``.

A block of made-up conversations is repeated, and every message of every row names a number that no other row has: no
two rows are the same, nor two questions, nor two answers.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generate import chat

BLOCK = 50_000_000
PLACE = "R-########"
NUMBER = b"R-%08d"


def main() -> None:
    """Write the file: so many bytes, or a row less."""
    size, path = int(sys.argv[1]), Path(sys.argv[2])
    pieces, owners = _block(min(size, BLOCK))
    rows = owners[-1] + 1
    with path.open("wb") as out:
        repetition = 0
        while (left := size - out.tell()) > 0:
            numbers = [NUMBER % (repetition * rows + row) for row in range(rows)]
            parts = [b""] * (2 * len(owners) + 1)
            parts[::2] = pieces
            parts[1::2] = [numbers[owner] for owner in owners]
            block = b"".join(parts)
            if len(block) > left:
                block = block[: block.rfind(b"\n", 0, left) + 1]
                out.write(block)
                break
            out.write(block)
            repetition += 1


def _block(size: int) -> tuple[list[bytes], list[int]]:
    """A block's bytes between the numbers, and for every number the row it belongs to."""
    rows = list(_rows(size))
    owners = [number for number, row in enumerate(rows) for _ in range(row.count(PLACE.encode()))]
    return b"".join(rows).split(PLACE.encode()), owners


def _rows(size: int) -> Iterator[bytes]:
    written = 0
    for row in chat(1):
        record: dict[str, Any] = json.loads(row)
        for message in record["messages"]:
            if message["role"] != "system":
                message["content"] += f" Reference {PLACE}."
        line = json.dumps(record, ensure_ascii=b"\\u" in row).encode() + b"\n"
        yield line
        written += len(line)
        if written > size:
            return


if __name__ == "__main__":
    main()
