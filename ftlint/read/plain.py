"""Plain text: every line that is not blank is one answer to be trained on, without a prompt."""

from collections.abc import Iterator

from ftlint.read.chunks import chunks
from ftlint.read.compression import Read
from ftlint.read.encoding import BOM, not_utf8_in_words
from ftlint.read.fault import Fault
from ftlint.read.rows import Row

CHUNK = 1 << 20


def read_plain(read: Read, encoding: str | None = None) -> Iterator[Row]:
    """The lines of a text as records of the completion shape."""
    count = 0
    for number, offset, line in lines_of(read):
        row = _row(line, number, count + 1, offset, encoding)
        count += row.is_row
        yield row


def lines_of(read: Read) -> Iterator[tuple[int, int, bytes]]:
    """Every line with its number, from 1, and the place of its first byte; without the line feed."""
    number = offset = 0
    for chunk in chunks(read, CHUNK):
        lines = chunk.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for line in lines:
            number += 1
            yield number, offset, line
            offset += len(line) + 1


def bare(line: bytes, number: int) -> tuple[bytes, list[Fault]]:
    """A line without carriage returns at its end and byte order marks at its start; those marks are told."""
    body = line.rstrip(b"\r")
    rest = body
    while rest.startswith(BOM):
        rest = rest[len(BOM) :]
    if len(rest) == len(body):
        return rest, []
    where = "file" if number == 1 else "line"
    words = (
        f"the {where} begins with a byte order mark: 3 invisible bytes, EF BB BF, that most readers choke on"
    )
    return rest, [Fault("bom", words, number)]


def _row(line: bytes, number: int, count: int, offset: int, encoding: str | None) -> Row:
    rest, faults = bare(line, number)
    returned = line.endswith(b"\r")
    row = Row(number, faults=faults, size=len(line) + 1, lines=number, returns=int(returned))
    try:
        text = rest.decode("utf-8")
    except UnicodeDecodeError as error:
        skipped = len(line.rstrip(b"\r")) - len(rest)
        words = not_utf8_in_words(rest, error, offset + skipped, encoding)
        shown = rest.decode("utf-8", "backslashreplace")
        row.faults.append(
            Fault("not-utf8", words, number, count, healable=False, text=shown, incomplete=False)
        )
        return row
    if text.strip():
        row.record = {"prompt": "", "completion": text}
    else:
        row.is_row = False
        row.faults.append(Fault("blank", "a line of blanks only" if text else "an empty line", number))
    return row
