"""Detection of a file's container, compression and encoding from its name, its first bytes and the user's options."""

import codecs
import io

from ftlint.display import did_you_mean, quote
from ftlint.errors import UsageError
from ftlint.io.block import Fault
from ftlint.io.compression import SUFFIXES as COMPRESSION_SUFFIXES
from ftlint.io.compression import Compression, compression_of
from ftlint.io.container import content_of, split_name, unreadable
from ftlint.io.encoding import BOM, UTF8_NAMES, Transcoded, check_encoding, wide_encoding
from ftlint.io.format_reader import DetectedFormat
from ftlint.io.formats import FORMATS, SUFFIXES, format_of, plugin_readers
from ftlint.io.json.layout import is_by_column, is_lines, layout_of, may_be_by_column, opens_json
from ftlint.io.source import Source
from ftlint.io.stream import Stream

HEAD = 256 << 10


def detect_format(source: Source, *, container: str | None, encoding: str | None) -> DetectedFormat:
    """Detect the format from the beginning of a file. ``container`` and ``encoding`` are the user's, if given."""
    forced = _checked(container)
    codec = check_encoding(encoding) if encoding else None
    named, promised = split_name(source.name)
    packed = compression_of(_head(source, None)[:16])
    detected = DetectedFormat(forced or named or "jsonl", packed, _head(source, packed))
    detected.faults.extend(_packing(source.name, detected, promised))
    if detected.container in plugin_readers():
        return detected
    content = content_of(detected.head, surely_text=codec is not None)
    if content.kind in ("lfs", "other"):
        detected.readable = False
        detected.faults.append(unreadable(content, source.name, detected.head))
    elif content.kind == "binary":
        found = detected.container = content.container
        if named not in (None, found) or forced not in (None, found):
            detected.faults.append(_mismatch(source.name, forced or named, found))
    else:
        _encode(source, detected, codec)
        if detected.readable:
            _choose(source, detected, forced, named)
    return detected


def _checked(container: str | None) -> str | None:
    if container is None:
        return None
    known = SUFFIXES.get(container.lower())
    if known is None:
        near = did_you_mean(container, SUFFIXES)
        raise UsageError(f"--container {quote(container)}: no such container{near} ({', '.join(SUFFIXES)})")
    return known


def _head(source: Source, compression: Compression | None) -> bytes:
    stream = Stream(source, compression)
    try:
        return stream.read(HEAD)
    finally:
        stream.close()


def _packing(name: str, detected: DetectedFormat, promised: Compression | None) -> list[Fault]:
    packed = detected.compression
    if packed == promised or not detected.head:
        return []
    if packed is None:
        words = f"the name {quote(name)} says that it is packed, but it is not; it was read as it is"
    else:
        suffix = next(suffix for suffix, known in COMPRESSION_SUFFIXES.items() if known == packed)
        words = (
            f"{quote(name)} is packed with {packed}, but its name lacks .{suffix}; it was unpacked and read"
        )
    return [Fault("not-data", words, healable=False, incomplete=False)]


def _mismatch(name: str, promised: str | None, found: str) -> Fault:
    words = (
        f"{quote(name)} is {format_of(found).description}, not {format_of(promised or 'jsonl').description}; "
        "it was read as what it is"
    )
    return Fault("not-data", words, healable=False, incomplete=False)


def _encode(source: Source, detected: DetectedFormat, codec: str | None) -> None:
    """Determine the encoding of a text; unless the user names one, only UTF-8 is accepted."""
    if codec is not None and codec not in UTF8_NAMES:
        if _is_utf8(source, detected, codec):
            return
        detected.encoding = codec
        detected.head = Transcoded(io.BytesIO(detected.head).read, codec).read(HEAD * 4)
        words = f"the file is not UTF-8; it was read as {codec}, as --encoding says"
        detected.faults.append(Fault("not-utf8", words, incomplete=False, severity="info"))
        return
    wide = wide_encoding(detected.head)
    if wide is not None:
        detected.readable = False
        words = (
            f"the file looks like {wide.upper()}, not UTF-8, so nothing was read; --encoding {wide} reads it"
        )
        detected.faults.append(Fault("not-utf8", words, healable=False, incomplete=True))


def _is_utf8(source: Source, detected: DetectedFormat, codec: str) -> bool:
    """Whether a file is UTF-8 already, so that decoding it as another encoding would corrupt it."""
    if wide_encoding(detected.head) is not None:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream = Stream(source, detected.compression)
    plain = True
    try:
        while chunk := stream.read(1 << 20):
            plain = plain and chunk.isascii()
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.close()
    # Some encodings, like ISO-2022-JP, consist of ASCII bytes.
    return not plain or Transcoded(io.BytesIO(detected.head).read, codec).read(HEAD) == detected.head


def _choose(source: Source, detected: DetectedFormat, forced: str | None, named: str | None) -> None:
    """Determine the container of a text."""
    head, complete = detected.head, len(detected.head) < HEAD
    detected_json = opens_json(head)
    if forced is None and named is not None and head.removeprefix(BOM).strip():
        found: str | None = detected_json
        if FORMATS[named].content == "binary":
            found = detected_json or "csv"
        elif FORMATS[named].is_json:
            found = None
        if found is not None:
            detected.container = found
            detected.faults.append(_mismatch(source.name, named, found))
    elif forced is None and named is None:
        detected.container = detected_json or "jsonl"
    if detected.container == "json" and is_lines(head):
        detected.container = "jsonl"
        if named == "json" or forced == "json":
            words = "one JSON object a line: this is JSON Lines, not one JSON document; its name should end in .jsonl"
            detected.faults.append(Fault("many-in-one", words, 1))
    detected.in_lines = detected.container == "jsonl" and layout_of(head, complete=complete) == "lines"
    if detected.in_lines and not complete and may_be_by_column(head):
        detected.in_lines = not _is_by_column(source, detected)


def _is_by_column(source: Source, detected: DetectedFormat) -> bool:
    """Whether a file of one line longer than the head is a table by column; the entire file must be read for it."""
    stream = Stream(source, detected.compression, detected.encoding)
    first_line: list[bytes] = []
    ended = False
    try:
        while chunk := stream.read(1 << 20):
            before, newline, after = (b"", b"", chunk) if ended else chunk.partition(b"\n")
            if after.strip():
                return False
            first_line.append(before)
            ended = ended or bool(newline)
    finally:
        stream.close()
    return is_by_column(b"".join(first_line))
