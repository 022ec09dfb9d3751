"""Decompression of streams: gzip and zstd. Truncated or damaged data is reported after the valid data was read."""

import sys
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ftlint.display import escape

if TYPE_CHECKING:
    from backports import zstd
else:

    def __getattr__(name: str) -> Any:
        """Import ``zstd`` at its first use."""
        if name != "zstd":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return load_zstd()


__all__ = ["SUFFIXES", "Compression", "Read", "Unpacked", "compression_of", "load_zstd", "zstd"]

Compression = Literal["gzip", "zstd"]
Read = Callable[[int], bytes]

SUFFIXES: dict[str, Compression] = {"gz": "gzip", "zst": "zstd"}
MAGIC: dict[bytes, Compression] = {b"\x1f\x8b\x08": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
CHUNK = 1 << 14
# The checksum at the end of a frame; it is fed separately, so that a wrong one loses no data.
TAIL = 4


def load_zstd() -> Any:
    """The module for zstd: from Python 3.14 on it is in the standard library."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def compression_of(head: bytes) -> Compression | None:
    """The compression, detected from the first bytes."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)


class _Member(Protocol):
    """One gzip member or zstd frame being decompressed."""

    @property
    def eof(self) -> bool: ...
    @property
    def rest(self) -> bytes: ...
    def feed(self, data: bytes) -> bytes: ...


class _Gzip:
    """One gzip member. Of a damaged one every byte before the damage is returned."""

    def __init__(self) -> None:
        self._unpack = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._unpack.eof

    @property
    def rest(self) -> bytes:
        return self._unpack.unused_data

    def feed(self, data: bytes) -> bytes:
        before = self._unpack.copy()
        try:
            return self._unpack.decompress(data)
        except zlib.error as error:
            out = bytearray()
            try:
                for number in data:
                    out += before.decompress(bytes((number,)))
            except zlib.error:
                pass
            raise Damaged(str(error), bytes(out)) from None


class _Zstd:
    """One zstd frame."""

    def __init__(self) -> None:
        zstd = load_zstd()
        self._wrong = zstd.ZstdError
        self._unpack = zstd.ZstdDecompressor()

    @property
    def eof(self) -> bool:
        return bool(self._unpack.eof)

    @property
    def rest(self) -> bytes:
        return bytes(self._unpack.unused_data)

    def feed(self, data: bytes) -> bytes:
        try:
            return bytes(self._unpack.decompress(data))
        except self._wrong as error:
            raise Damaged(str(error), b"") from None


class Damaged(Exception):
    """The compressed bytes are damaged: the reason, and the data decompressed before the damage."""

    def __init__(self, why: str, good: bytes) -> None:
        super().__init__(why)
        self.good = good


class Unpacked:
    """A stream of decompressed bytes. ``trouble`` says, at the end, why the data ends early."""

    def __init__(self, read: Read, compression: Compression) -> None:
        self._packed = read
        self._compression = compression
        self._new: Callable[[], _Member] = _Gzip if compression == "gzip" else _Zstd
        self._member: _Member | None = None
        self._held = b""
        self._out = bytearray()
        self._members = 0
        self._ended = False
        self.trouble: str | None = None

    def read(self, size: int) -> bytes:
        """The next bytes, at most ``size``; none at the end."""
        while len(self._out) < size and not self._ended:
            self._advance()
        chunk = bytes(self._out[:size])
        del self._out[:size]
        return chunk

    def _advance(self) -> None:
        fresh = self._packed(CHUNK)
        data = self._held + fresh
        self._held = data[-TAIL:] if fresh else b""
        data = data[: len(data) - len(self._held)]
        try:
            while data and not self._ended:
                data = self._feed(data)
        except Damaged as damage:
            self._out += damage.good
            self._stop(f"the {self._compression} data is damaged ({escape(str(damage))})")
        if not fresh and not self._ended:
            cut = self._member is not None and not self._member.eof
            self._stop(f"the {self._compression} data is cut off: its end is missing" if cut else None)

    def _feed(self, data: bytes) -> bytes:
        """Feed one member; the bytes after it stay unread."""
        if self._member is None:
            if self._members and not data.strip(b"\0"):
                return b""  # gzip allows padding
            if self._members and not _may_start(data, self._compression):
                self._stop(f"something follows the {self._compression} data; it was not read")
                return b""
            self._member, self._members = self._new(), self._members + 1
        self._out += self._member.feed(data)
        if not self._member.eof:
            return b""
        rest = self._member.rest
        self._member = None
        return rest

    def _stop(self, trouble: str | None) -> None:
        self._ended, self.trouble = True, trouble


def _may_start(data: bytes, compression: Compression) -> bool:
    """Whether another member begins. A zstd frame may also be a skippable one."""
    magic: Any = next(key for key, name in MAGIC.items() if name == compression)
    data = data[: len(magic)]
    return magic.startswith(data) or (compression == "zstd" and data[1:4] == b"\x2a\x4d\x18"[: len(data) - 1])
