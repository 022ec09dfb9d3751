"""Detection of a file's container by its name and by its first bytes."""

import re
from typing import Literal

from msgspec import Struct

from ftlint.display import quote
from ftlint.io import formats
from ftlint.io.block import Fault
from ftlint.io.compression import SUFFIXES, Compression
from ftlint.io.encoding import BOM, wide_encoding

# Binary files that no reader supports; those with a reader are in FORMATS.
SIGNATURES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Excel workbook (.xls) or an encrypted one; save it as .xlsx",
    ),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BZh", "bzip2 data; unpack it first"),
    (b"\xfd7zXZ\x00", "xz data; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"\x1f\x8b\x08", "gzip data; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd data; unpack it first"),
    (b"ARROW1", "an Arrow (Feather) file; save it as Parquet or JSONL"),
    (b"Obj\x01", "an Avro file"),
    (b"ORC", "an ORC file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x93NUMPY", "a NumPy array"),
)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
XML = re.compile(rb"<\?xml\b", re.IGNORECASE)
LFS = b"version https://git-lfs.github.com/spec/"
CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})


class Content(Struct, frozen=True):
    """The type of the bytes: ``container`` of a binary file; ``what`` describes content that cannot be read."""

    kind: Literal["binary", "text", "lfs", "other"]
    container: str = ""
    what: str = ""


def split_name(name: str) -> tuple[str | None, Compression | None]:
    """The container and the compression that a file's name indicates."""
    parts = re.split(r"[\\/]", name)[-1].lower().split(".")
    compression = SUFFIXES.get(parts[-1]) if len(parts) > 1 else None
    if compression:
        parts.pop()
    suffix = parts[-1] if len(parts) > 1 else ""
    return formats.SUFFIXES.get(suffix) or (suffix if formats.is_container(suffix) else None), compression


def content_of(head: bytes, *, surely_text: bool = False) -> Content:
    """The content type of the first bytes, decompressed. ``surely_text``: the user named an encoding."""
    # Some signatures are plain letters, with which a text may also begin.
    if not (head[:3].isalnum() and _is_text(head)):
        for container, known in formats.FORMATS.items():
            if known.signature and head.startswith(known.signature) and _is_marked(head, known.markers):
                return Content("binary", container)
        for signature, what in SIGNATURES:
            if head.startswith(signature):
                return Content("other", what=what)
    text = head.removeprefix(BOM).lstrip()
    if text.startswith(LFS):
        return Content("lfs")
    if HTML.match(text):
        return Content("other", what="an HTML page, perhaps an error or login page saved instead of the data")
    if XML.match(text):
        return Content("other", what="an XML document")
    if not surely_text and _is_binary(head) and wide_encoding(head) is None:
        return Content("other", what="binary data of an unknown kind")
    return Content("text")


def _is_marked(head: bytes, markers: tuple[bytes, ...]) -> bool:
    """Whether one of the markers is present, or none is needed; the reader checks the rest."""
    return not markers or any(marker in head for marker in markers)


def _is_text(head: bytes) -> bool:
    return head.translate(None, CONTROLS) == head


def _is_binary(head: bytes) -> bool:
    """Whether a sample has many control characters. A few are a fault of a line, not of the file."""
    return len(head) >= 512 and len(head) - len(head.translate(None, CONTROLS)) > len(head) // 10


def unreadable(content: Content, name: str, head: bytes) -> Fault:
    """The single fault of a file without readable data."""
    if content.kind == "lfs":
        size = re.search(rb"size (\d{1,15})", head[:1024])
        big = f" of {int(size[1]):,} bytes" if size else ""
        message = (
            f"this is a Git LFS pointer, not the data{big}: run `git lfs pull`"
            " (GitHub Actions: actions/checkout with `lfs: true`)"
        )
        return Fault("lfs-pointer", message, 1, healable=False)
    return Fault("not-data", f"{quote(name)} is {content.what}", healable=False, incomplete=True)
