"""The file beside a new one with the values that the new one does not contain, and the notes that name them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ftlint.io.write.atomic import NothingToWrite, encode, replacing


def lost_path(new: Path) -> Path:
    """The name of the file: ``train.jsonl.lost.jsonl`` for ``train.jsonl``."""
    return new.with_name(f"{new.name}.lost.jsonl")


@contextmanager
def lost_file(path: Path) -> Iterator[IO[bytes]]:
    """Open the file; it appears at the end, and only if something was written to it."""
    with replacing(path) as file:
        yield file
        if not file.tell():
            raise NothingToWrite


def write_lost(out: IO[bytes], line: int | None, row: int | None, fields: Mapping[str, Any]) -> None:
    """Write the fields of one record in which something was lost, as they were."""
    out.write(encode({"line": line, "row": row, **fields}))


def lost_notes(lost: Counter[str], path: Path | None) -> Iterator[str]:
    """A note for each lost value, with the number of records and the file that keeps them."""
    where = f" · kept in {path} (--no-lost to skip)" if path is not None else ""
    for name, n in lost.most_common():
        if n > 0:
            yield f"lost: {name} in {n:,} {'record' if n == 1 else 'records'}{where}"
