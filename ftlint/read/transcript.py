"""Transcripts in plain text: every record is a conversation, up to a blank line before another turn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from ftlint.read.compression import Read
from ftlint.read.encoding import not_utf8_in_words
from ftlint.read.fault import Fault
from ftlint.read.plain import bare, lines_of
from ftlint.read.rows import Row


@cache
def turn_start(names: tuple[str, ...]) -> re.Pattern[str]:
    """What a turn begins with: at the start of a line one of the names, and a colon; the name is group 1."""
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"^[^\S\n]*({'|'.join(map(re.escape, longest_first))})[^\S\n]*[:：]", re.MULTILINE)


def read_transcript(read: Read, names: tuple[str, ...], encoding: str | None = None) -> Iterator[Row]:
    """The conversations of a text as records of the text shape.

    Blank lines part conversations where one of the names and a colon follow; otherwise they belong to a turn.
    """
    begins = turn_start(names)
    talk, count = _Talk(), 0
    for number, offset, line in lines_of(read):
        rest, faults = bare(line, number)
        shown = rest.decode("utf-8", "replace")
        if shown.strip():
            if talk.paused and begins.match(shown):
                row = talk.row(count + 1)
                count += row.is_row
                yield row
                talk = _Talk()
            talk.paused = False
            talk.first = talk.first or number
        elif talk.first:
            talk.paused = True
        talk.faults += faults
        talk.size += len(line) + 1
        talk.last = number
        talk.returns += line.endswith(b"\r")
        talk.add(rest, number, offset + len(line.rstrip(b"\r")) - len(rest), encoding)
    if talk.last:
        yield talk.row(count + 1)


@dataclass(slots=True)
class _Talk:
    """A conversation while its lines come in. ``paused``: blank lines stand at its end."""

    lines: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: Fault | None = None
    first: int = 0
    last: int = 0
    size: int = 0
    returns: int = 0
    paused: bool = False

    def add(self, line: bytes, number: int, offset: int, encoding: str | None) -> None:
        """A line of it. One that is no UTF-8 spoils it all."""
        try:
            self.lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            self.lines.append(line.decode("utf-8", "backslashreplace"))
            words = not_utf8_in_words(line, error, offset, encoding)
            self.broken = self.broken or Fault("not-utf8", words, number, healable=False, incomplete=False)

    def row(self, count: int) -> Row:
        """The conversation as the ``count``th record; no record where there are blank lines only."""
        text = "\n".join(self.lines).strip("\n")
        row = Row(self.first or 1, None, self.faults, self.size, bool(self.first), self.last, self.returns)
        if self.broken is not None:
            row.faults.append(replace(self.broken, row=count, text=text))
        elif self.first:
            row.record = {"text": text}
        return row
