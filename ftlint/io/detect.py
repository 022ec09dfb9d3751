"""What a file is and how it is to be read: told from its name, its first bytes and what the user said."""

import codecs
import io
from dataclasses import dataclass, field

from ftlint.display import did_you_mean, quote
from ftlint.errors import UsageError
from ftlint.io.block import Fault
from ftlint.io.compression import Compression, compression_of
from ftlint.io.container import BINARY, ENDINGS, content_of, readers, split_name, unreadable
from ftlint.io.encoding import BOM, UTF8_NAMES, Transcoded, check_encoding, wide_encoding
from ftlint.io.json.layout import is_by_column, is_lines, layout_of, may_be_by_column, opens_json
from ftlint.io.source import Source
from ftlint.io.stream import Stream

HEAD = 256 << 10
WORDS = {
    "jsonl": "JSON Lines",
    "json": "JSON",
    "csv": "a comma-separated table",
    "tsv": "a tab-separated table",
    "xlsx": "an Excel workbook",
    "parquet": "Parquet",
    "txt": "plain text",
}


@dataclass(slots=True)
class Opening:
    """How to read one file. ``readable`` is false where it holds no data; the faults say why."""

    container: str
    compression: Compression | None
    head: bytes = b""
    encoding: str | None = None
    in_lines: bool = False
    readable: bool = True
    faults: list[Fault] = field(default_factory=list)


def open_file(source: Source, *, container: str | None, encoding: str | None) -> Opening:
    """Look at a file's beginning. ``container`` and ``encoding`` are the user's, if given."""
    forced = _checked(container)
    codec = check_encoding(encoding) if encoding else None
    named, promised = split_name(source.name)
    packed = compression_of(_head(source, None)[:16])
    opening = Opening(forced or named or "jsonl", packed, _head(source, packed))
    opening.faults.extend(_packing(source.name, opening, promised))
    if opening.container in readers():
        return opening
    content = content_of(opening.head, surely_text=codec is not None)
    if content.form in ("lfs", "other"):
        opening.readable = False
        opening.faults.append(unreadable(content, source.name, opening.head))
    elif content.form != "text":
        opening.container = content.form
        if named not in (None, content.form) or forced not in (None, content.form):
            opening.faults.append(_mismatch(source.name, forced or named, content.form))
    else:
        _encode(source, opening, codec)
        if opening.readable:
            _choose(source, opening, forced, named)
    return opening


def _checked(container: str | None) -> str | None:
    if container is None:
        return None
    known = ENDINGS.get(container.lower())
    if known is None:
        near = did_you_mean(container, ENDINGS)
        raise UsageError(f"--container {quote(container)}: no such container{near} ({', '.join(ENDINGS)})")
    return known


def _head(source: Source, compression: Compression | None) -> bytes:
    stream = Stream(source, compression)
    try:
        return stream.read(HEAD)
    finally:
        stream.close()


def _packing(name: str, opening: Opening, promised: Compression | None) -> list[Fault]:
    packed = opening.compression
    if packed == promised or not opening.head:
        return []
    if packed is None:
        words = f"the name {quote(name)} says that it is packed, but it is not; it was read as it is"
    else:
        ending = {"gzip": ".gz", "zstd": ".zst"}[packed]
        words = (
            f"{quote(name)} is packed with {packed}, but its name lacks {ending}; it was unpacked and read"
        )
    return [Fault("not-data", words, healable=False, incomplete=False)]


def _mismatch(name: str, promised: str | None, found: str) -> Fault:
    words = f"{quote(name)} is {WORDS[found]}, not {WORDS[promised or 'jsonl']}; it was read as what it is"
    return Fault("not-data", words, healable=False, incomplete=False)


def _encode(source: Source, opening: Opening, codec: str | None) -> None:
    """Settle the encoding of a text; without the user's word nothing is decoded that is not UTF-8."""
    if codec is not None and codec not in UTF8_NAMES:
        if _is_utf8(source, opening, codec):
            return
        opening.encoding = codec
        opening.head = Transcoded(io.BytesIO(opening.head).read, codec).read(HEAD * 4)
        words = f"the file is not UTF-8; it was read as {codec}, as --encoding says"
        opening.faults.append(Fault("not-utf8", words, incomplete=False))
        return
    wide = wide_encoding(opening.head)
    if wide is not None:
        opening.readable = False
        words = (
            f"the file looks like {wide.upper()}, not UTF-8, so nothing was read; --encoding {wide} reads it"
        )
        opening.faults.append(Fault("not-utf8", words, healable=False, incomplete=True))


def _is_utf8(source: Source, opening: Opening, codec: str) -> bool:
    """Whether a file is UTF-8 already, so that decoding it as anything else would spoil it."""
    if wide_encoding(opening.head) is not None:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream = Stream(source, opening.compression)
    plain = True
    try:
        while piece := stream.read(1 << 20):
            plain = plain and piece.isascii()
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.close()
    # Some encodings, like ISO-2022-JP, hide in plain ASCII.
    return not plain or Transcoded(io.BytesIO(opening.head).read, codec).read(HEAD) == opening.head


def _choose(source: Source, opening: Opening, forced: str | None, named: str | None) -> None:
    """Settle the container of a text."""
    head, complete = opening.head, len(opening.head) < HEAD
    looks = opens_json(head)
    if forced is None and named is not None and head.removeprefix(BOM).strip():
        found: str | None = looks
        if named in BINARY:
            found = looks or "csv"
        elif named in ("json", "jsonl"):
            found = None
        if found is not None:
            opening.container = found
            opening.faults.append(_mismatch(source.name, named, found))
    elif forced is None and named is None:
        opening.container = looks or "jsonl"
    if opening.container == "json" and is_lines(head):
        opening.container = "jsonl"
        if named == "json" or forced == "json":
            words = "one JSON object a line: this is JSON Lines, not one JSON document; its name should end in .jsonl"
            opening.faults.append(Fault("many-in-one", words, 1))
    opening.in_lines = opening.container == "jsonl" and layout_of(head, complete=complete) == "lines"
    if opening.in_lines and not complete and may_be_by_column(head):
        opening.in_lines = not _is_by_column(source, opening)


def _is_by_column(source: Source, opening: Opening) -> bool:
    """Whether a file of one line that is longer than the head is a table by column, which only all of it tells."""
    stream = Stream(source, opening.compression, opening.encoding)
    pieces: list[bytes] = []
    ended = False
    try:
        while piece := stream.read(1 << 20):
            before, newline, after = (b"", b"", piece) if ended else piece.partition(b"\n")
            if after.strip():
                return False
            pieces.append(before)
            ended = ended or bool(newline)
    finally:
        stream.close()
    return is_by_column(b"".join(pieces))
