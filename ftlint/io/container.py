"""Which container a file is: what its name says, and what its first bytes say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ftlint import plugins
from ftlint.display import quote
from ftlint.io.block import Fault
from ftlint.io.compression import Compression
from ftlint.io.encoding import BOM, wide_encoding

ENDINGS = {
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "json",
    "csv": "csv",
    "tsv": "tsv",
    "xlsx": "xlsx",
    "parquet": "parquet",
    "txt": "txt",
}
CONTAINERS = tuple(ENDINGS)
PACKED: dict[str, Compression] = {"gz": "gzip", "zst": "zstd"}
BINARY = ("xlsx", "parquet")

SIGNATURES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"PAR1", "Parquet"),
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


@dataclass(frozen=True, slots=True)
class Content:
    """What the bytes are: ``xlsx``, ``parquet`` or ``text``; or, with ``what`` in words, none that can be read."""

    form: Literal["xlsx", "parquet", "text", "lfs", "other"]
    what: str = ""


def split_name(name: str) -> tuple[str | None, Compression | None]:
    """The container and the packing that a file's name promises."""
    parts = re.split(r"[\\/]", name)[-1].lower().split(".")
    packed = PACKED.get(parts[-1]) if len(parts) > 1 else None
    if packed:
        parts.pop()
    ending = parts[-1] if len(parts) > 1 else ""
    return ENDINGS.get(ending) or (ending if ending in readers() else None), packed


def readers() -> Mapping[str, plugins.Offer]:
    """What plug-ins read, by the ending of a file's name, which is also what the container is called."""
    return plugins.offered(plugins.READERS, ENDINGS)


def content_of(head: bytes, *, surely_text: bool = False) -> Content:
    """What the first bytes, unpacked, are. ``surely_text``: the user named an encoding."""
    what = next((what for signature, what in SIGNATURES if head.startswith(signature)), None)
    # Some signatures are plain letters: a text may begin with them.
    if what and not (head[:3].isalnum() and _is_text(head)):
        if what == "Parquet":
            return Content("parquet")
        return Content("xlsx") if _is_workbook(head) else Content("other", what)
    text = head.removeprefix(BOM).lstrip()
    if text.startswith(LFS):
        return Content("lfs")
    if HTML.match(text):
        return Content("other", "an HTML page, perhaps an error or login page saved instead of the data")
    if XML.match(text):
        return Content("other", "an XML document")
    if not surely_text and _is_binary(head) and wide_encoding(head) is None:
        return Content("other", "binary data of an unknown kind")
    return Content("text")


def _is_workbook(head: bytes) -> bool:
    """Whether a zip archive's first entries are those of an .xlsx; the reader finds out about the rest."""
    entries = (b"[Content_Types].xml", b"xl/", b"_rels/", b"docProps/")
    return head.startswith(b"PK\x03\x04") and any(entry in head for entry in entries)


def _is_text(head: bytes) -> bool:
    return head.translate(None, CONTROLS) == head


def _is_binary(head: bytes) -> bool:
    """Many control characters in a good sample. A few are a fault of a line, not of the file."""
    return len(head) >= 512 and len(head) - len(head.translate(None, CONTROLS)) > len(head) // 10


def unreadable(content: Content, name: str, head: bytes) -> Fault:
    """The one fault of a file that holds no data."""
    if content.form == "lfs":
        size = re.search(rb"size (\d{1,15})", head[:1024])
        big = f" of {int(size[1]):,} bytes" if size else ""
        message = (
            f"this is a Git LFS pointer, not the data{big}: run `git lfs pull`"
            " (GitHub Actions: actions/checkout with `lfs: true`)"
        )
        return Fault("lfs-pointer", message, 1, healable=False)
    return Fault("not-data", f"{quote(name)} is {content.what}", healable=False, incomplete=True)
