"""One line of a JSONL file looked at closely: its bytes, its line end, and the records in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ftlint.read.encoding import BOM, not_utf8_in_words
from ftlint.read.fault import Fault, FaultKind, Record
from ftlint.read.json_text import BLANKS, TextReader


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: its number, the number its record gets, and its offset in the file."""

    line: int
    row: int
    offset: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A record or something that is none, with the bytes to write back. Blank lines are no rows."""

    raw: bytes
    record: Record | None = None
    is_row: bool = True


@dataclass(slots=True)
class Look:
    """What a line turned out to be: pieces in order, and its faults. ``returns`` counts line ends with CR."""

    pieces: list[Piece] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    returns: int = 0

    @property
    def rows(self) -> int:
        """How many row numbers the line uses up."""
        return sum(piece.is_row for piece in self.pieces)


class LineReader:
    """Looks at lines one by one. ``heal`` are the kinds of fault to mend."""

    def __init__(self, heal: frozenset[FaultKind], encoding: str | None = None) -> None:
        self.heal = heal
        self._encoding = encoding
        self._texts = TextReader(heal)

    def look(self, line: bytes, place: Place) -> Look:
        """The line, which may end without a newline, as pieces and faults."""
        seen = Look()
        body = line.removesuffix(b"\n").rstrip(b"\r")
        end = line[len(body) :]
        if b"\r" in end:
            seen.returns += 1
            end = self._end(end)
        for part, part_end, offset in self._parts(body, end, seen):
            self._part(part, part_end, Place(place.line, place.row + seen.rows, place.offset + offset), seen)
        return seen

    def _end(self, end: bytes) -> bytes:
        return b"\n" if "cr" in self.heal else end

    def _parts(self, body: bytes, end: bytes, seen: Look) -> Iterator[tuple[bytes, bytes, int]]:
        """The line's parts between lone carriage returns where they end records; otherwise the line."""
        count = body.count(b"\r")
        if not count:
            yield body, end, 0
            return
        if self._holds_one(body):
            seen.returns += count
            yield (body.replace(b"\r", b" ") if "cr" in self.heal else body), end, 0
            return
        parts = body.split(b"\r")
        if not any(self._holds_one(part) for part in parts):
            yield body, end, 0
            return
        seen.returns += count
        offset = 0
        for part in parts[:-1]:
            yield part, self._end(b"\r"), offset
            offset += len(part) + 1
        yield parts[-1], end, offset

    def _holds_one(self, body: bytes) -> bool:
        try:
            return self._texts.holds_one(body.removeprefix(BOM).decode("utf-8").strip(BLANKS))
        except UnicodeDecodeError:
            return False

    def _part(self, body: bytes, end: bytes, at: Place, seen: Look) -> None:
        rest = body
        while rest.startswith(BOM):
            rest = rest[len(BOM) :]
        mark = body[: len(body) - len(rest)]
        if mark:
            seen.faults.append(_marked(at, has_record=bool(rest.strip())))
            mark = b"" if "bom" in self.heal else mark
        try:
            text = rest.decode("utf-8")
        except UnicodeDecodeError as error:
            words = not_utf8_in_words(rest, error, at.offset + len(body) - len(rest), self._encoding)
            shown = rest.decode("utf-8", errors="backslashreplace")
            seen.faults.append(
                Fault("not-utf8", words, at.line, at.row, healable=False, text=shown, incomplete=False)
            )
            seen.pieces.append(Piece(mark + rest + self._closed(end, at, seen)))
            return
        if text.strip():
            self._records(text, mark, self._closed(end, at, seen), at, seen)
        else:
            self._blank(mark, rest, end, at, seen)

    def _closed(self, end: bytes, at: Place, seen: Look) -> bytes:
        """The line end, which the last line may lack."""
        if end:
            return end
        words = "the last line does not end with a newline: whatever is appended would join it"
        seen.faults.append(Fault("no-newline", words, at.line))
        return b"\n" if "no-newline" in self.heal else b""

    def _blank(self, mark: bytes, rest: bytes, end: bytes, at: Place, seen: Look) -> None:
        if rest or end:
            words = "a line of blanks only" if rest else "an empty line"
            # Leaving the line out would take away a mark that nobody asked to take away.
            seen.faults.append(Fault("blank", words, at.line, healable=not mark))
        if mark or ((rest or end) and "blank" not in self.heal):
            seen.pieces.append(Piece(mark + rest + end, is_row=False))

    def _records(self, text: str, mark: bytes, end: bytes, at: Place, seen: Look) -> None:
        parts = self._texts.read(text)
        last = len(parts) - 1
        for number, part in enumerate(parts):
            row = at.row + number
            for defect in part.defects:
                heals, unread = part.healable(defect), part.text if part.record is None else None
                seen.faults.append(
                    Fault(
                        defect.kind,
                        defect.message,
                        at.line,
                        row,
                        defect.path,
                        healable=heals,
                        text=unread,
                        incomplete=False,
                    )
                )
            raw = (mark if number == 0 else b"") + part.text.encode("utf-8")
            between = b"\n" if "many-in-one" in self.heal else b""
            seen.pieces.append(Piece(raw + (end if number == last else between), part.record))


def _marked(at: Place, *, has_record: bool) -> Fault:
    first = at.offset == 0
    where = "the file begins" if first else "the line begins (files were joined here)"
    words = f"{where} with a byte order mark: 3 invisible bytes, EF BB BF, that most readers choke on"
    return Fault("bom", words, at.line, at.row if has_record and not first else None)
