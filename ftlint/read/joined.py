"""Several files read as one, each beginning where the one before ends."""

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO


class JoinedFile(io.RawIOBase):
    """Files one after the other, which can be sought in. Only one of them is open at a time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self._paths = paths
        self._ends = list(accumulate(path.stat().st_size for path in paths))
        self._at = 0
        self._open: IO[bytes] | None = None
        self._number = -1

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in all of them."""
        size = self._ends[-1] if self._ends else 0
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def tell(self) -> int:
        """The place in all of them."""
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read on, at most to the end of one file; nothing at the end of the last."""
        number = bisect_right(self._ends, self._at)
        if number == len(self._ends):
            return 0
        begin = self._ends[number - 1] if number else 0
        file = self._file(number)
        file.seek(self._at - begin)
        room = memoryview(buffer)[: self._ends[number] - self._at]
        count = file.readinto(room)  # type: ignore[attr-defined]
        if not count:
            raise OSError(f"{self._paths[number].name} is shorter than it was")
        self._at += count
        return int(count)

    def close(self) -> None:
        """Close what is open."""
        if self._open is not None:
            self._open.close()
        super().close()

    def _file(self, number: int) -> IO[bytes]:
        if self._open is None or self._number != number:
            if self._open is not None:
                self._open.close()
            self._open, self._number = self._paths[number].open("rb", buffering=0), number
        return self._open
