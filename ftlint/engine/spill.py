"""Frames that do not fit into memory: hash-partitioned by keys on disk, and read again partition by partition."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, TYPE_CHECKING

from ftlint._polars import pl
from ftlint.errors import UsageError

if TYPE_CHECKING:
    from polars import DataFrame

# The number of partitions. A partition of about a hundred MB on disk can be processed in memory; a larger one
# is partitioned once more, with another hash.
PIECES = 64
LARGE = 96 << 20
# How many rows of one frame are partitioned at once.
ROWS_AT_ONCE = 1 << 20
MAX_DEPTH = 3
SEED = 61


class Spill:
    """Rows on disk, in partitions: rows that are equal by ``keys`` are in the same one.

    The rows are in one temporary file without a name (Windows: one that the system deletes when it is
    closed), so that nothing remains of it however the program ends. The partitions are private to this
    object: the partition of a row depends on the version of polars. Raises UsageError if the disk is full.
    """

    def __init__(self, keys: Sequence[str], depth: int = 0) -> None:
        self._keys, self._depth = tuple(keys), depth
        self._file: IO[bytes] | None = None
        self._end = 0
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(PIECES)]

    def add(self, frame: "DataFrame") -> None:
        """Write the rows of a frame."""
        for some in frame.iter_slices(ROWS_AT_ONCE):
            hashed = pl.sum_horizontal(
                pl.col(key).hash(SEED + self._depth + n) for n, key in enumerate(self._keys)
            )
            partitioned = some.with_columns(__piece=(hashed % PIECES).cast(pl.UInt8))
            for (number,), rows in partitioned.partition_by(
                "__piece", include_key=False, as_dict=True
            ).items():
                self._write(number, rows)

    def partitions(self) -> "Iterator[list[DataFrame]]":
        """The frames of each partition."""
        filled = [places for places in self._places if places]
        # A single partition cannot be split further: its rows have equal keys.
        deeper = self._depth < MAX_DEPTH and len(filled) > 1
        for places in filled:
            if deeper and sum(size for _, size in places) > LARGE:
                partitioned = Spill(self._keys, self._depth + 1)
                for frame in self._read(places):
                    partitioned.add(frame)
                yield from partitioned.partitions()
            else:
                yield list(self._read(places))

    def frames(self) -> "Iterator[DataFrame]":
        """All frames, one at a time."""
        for places in self._places:
            yield from self._read(places)

    def _write(self, number: int, rows: "DataFrame") -> None:
        out = io.BytesIO()
        # The newest format of strings would include all strings of the frame that the rows were taken from.
        rows.write_ipc_stream(out, compat_level=pl.CompatLevel.oldest())
        data = out.getbuffer()
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="ftlint-")  # noqa: SIM115 (closed with the spill)
            self._file.seek(self._end)
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise UsageError(
                f"what is too large for the memory goes to {_folder()}, but {error.strerror or error}; "
                "name a folder with more room in TMPDIR"
            ) from error
        self._places[number].append((self._end, len(data)))
        self._end += len(data)

    def _read(self, places: Sequence[tuple[int, int]]) -> "Iterator[DataFrame]":
        for start, size in places:
            if self._file is not None:
                self._file.seek(start)
                yield pl.read_ipc_stream(io.BytesIO(self._file.read(size)))


def _folder() -> str:
    return tempfile.tempdir or "the folder for temporary files"
