"""Reader for plain text: each line is a completion without a prompt or, given speaker names, part of a conversation."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from msgspec import Struct, field

from ftlint.io.block import Fault
from ftlint.io.compression import Read
from ftlint.io.encoding import BOM, not_utf8_in_words
from ftlint.io.format_reader import FormatReader
from ftlint.io.rows import Row
from ftlint.io.stream import Stream, chunks

CHUNK = 1 << 20


class TextReader(FormatReader):
    """Reads plain text, as conversations if the user named the speakers."""

    def rows(self, stream: Stream) -> Iterator[Row]:
        """The lines or the conversations of the text."""
        speakers, encoding = self.given.options.speakers, self.given.detected.encoding
        if speakers:
            return read_transcript(stream.read, speakers, encoding)
        return read_plain(stream.read, encoding)


def read_plain(read: Read, encoding: str | None = None) -> Iterator[Row]:
    """The lines of a text as records of the completion shape."""
    count = 0
    for number, offset, line in lines_of(read):
        row = _row(line, number, count + 1, offset, encoding)
        count += row.is_row
        yield row


def lines_of(read: Read) -> Iterator[tuple[int, int, bytes]]:
    """Every line with its number, from 1, and the offset of its first byte; without the line feed."""
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
    """A line without trailing carriage returns and leading byte order marks; those marks are reported."""
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


BLANKS = r"[^\S\n]*"
CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:[^\S\n]?[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?"
# A time or two, perhaps after a date, in brackets or before a dash.
CLOCKS = rf"{CLOCK}(?:{BLANKS}(?:-->|[-–—]){BLANKS}{CLOCK})?"
STAMP = rf"[\[(]?(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(?:T|,?[^\S\n]+))?{CLOCKS}[\])]?{BLANKS}[-–|]?"
# Any name that could be a speaker's: up to three words with capitals.
ANYONE = r"[A-Z][\w'’]*(?:[^\S\n][A-Z0-9][\w'’]*){0,2}"


@cache
def turn_start(names: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for the start of a turn: one of the names, in any case, at the start of a line, and a colon.

    A time may precede the name or follow it, and brackets or asterisks may surround it; after brackets no colon is
    needed. The groups of the name are ``name`` and ``bracketed``.
    """
    longest_first = sorted(names, key=len, reverse=True)
    return _turns(f"(?i:{'|'.join(map(re.escape, longest_first))})")


@cache
def anyones_turn() -> re.Pattern[str]:
    """The same for any name, which is a guess."""
    return _turns(ANYONE)


def _turns(names: str) -> re.Pattern[str]:
    plain = rf"\**(?P<name>{names})(?:{BLANKS}[\[(]{STAMP})?\**{BLANKS}[:：]\**"
    bracketed = rf"[\[<(]\**(?P<bracketed>{names})\**[\])>]{BLANKS}[:：]?"
    return re.compile(rf"^{BLANKS}(?:{STAMP}{BLANKS})?(?:{plain}|{bracketed})", re.MULTILINE)


def name_in(turn: re.Match[str]) -> str:
    """The name in the start of a turn."""
    return turn["name"] or turn["bracketed"]


def read_transcript(read: Read, names: tuple[str, ...], encoding: str | None = None) -> Iterator[Row]:
    """The conversations of a text as records of the text shape.

    Blank lines separate conversations if one of the names and a colon follow; otherwise they belong to a turn.
    """
    begins = turn_start(names)
    conversation, count = _ConversationBuilder(), 0
    for number, offset, line in lines_of(read):
        rest, faults = bare(line, number)
        shown = rest.decode("utf-8", "replace")
        if shown.strip():
            if conversation.paused and begins.match(shown):
                row = conversation.row(count + 1)
                count += row.is_row
                yield row
                conversation = _ConversationBuilder()
            conversation.paused = False
            conversation.first = conversation.first or number
        elif conversation.first:
            conversation.paused = True
        conversation.faults += faults
        conversation.size += len(line) + 1
        conversation.last = number
        conversation.returns += line.endswith(b"\r")
        conversation.add(rest, number, offset + len(line.rstrip(b"\r")) - len(rest), encoding)
    if conversation.last:
        yield conversation.row(count + 1)


class _ConversationBuilder(Struct):
    """A conversation being read. ``paused``: blank lines are at its end."""

    lines: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: Fault | None = None
    first: int = 0
    last: int = 0
    size: int = 0
    returns: int = 0
    paused: bool = False

    def add(self, line: bytes, number: int, offset: int, encoding: str | None) -> None:
        """Add a line. One that is not UTF-8 makes the conversation unusable."""
        try:
            self.lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            self.lines.append(line.decode("utf-8", "backslashreplace"))
            words = not_utf8_in_words(line, error, offset, encoding)
            self.broken = self.broken or Fault("not-utf8", words, number, healable=False, incomplete=False)

    def row(self, count: int) -> Row:
        """The conversation as the ``count``th record; no record if there are blank lines only."""
        text = "\n".join(self.lines).strip("\n")
        row = Row(self.first or 1, None, self.faults, self.size, bool(self.first), self.last, self.returns)
        if self.broken is not None:
            row.faults.append(replace(self.broken, row=count, text=text))
        elif self.first:
            row.record = {"text": text}
        return row
