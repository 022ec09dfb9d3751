"""Reader for JSON documents, record by record: a list of objects, a wrapper around one, or consecutive objects."""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from ftlint.display import quote
from ftlint.io.block import FAULT_KINDS, Fault, FaultKind, Record, RecordBlock
from ftlint.io.encoding import not_utf8_in_words
from ftlint.io.format_reader import FormatReader
from ftlint.io.json.by_column import ByColumn, Element, Judge, by_column
from ftlint.io.json.explain import STRING, diagnose, explain
from ftlint.io.json.layout import MESSAGE_KEYS, not_records, opens_wrapper, wrapped_key
from ftlint.io.json.line import not_an_object, repaired
from ftlint.io.json.strict import StrictDecoder
from ftlint.io.stream import UNDECODED, Stream, TextWindow, printable

OPENING = re.compile(r"\{\s*([\"'])((?:[^\"'\\]|\\.){1,100})\1\s*:")
BEFORE = re.compile(r"[,}\]\n]\s*$")
# An opening is shorter than this; so many characters are retained when the window grows.
OVERLAP = 400


class Resync:
    """Finds the next record by the keys that valid records line_start with."""

    def __init__(self, window: TextWindow) -> None:
        self._window = window
        self._keys: frozenset[str] = frozenset()

    def learn(self, keys: frozenset[str]) -> None:
        """Store the keys of the first valid record."""
        self._keys = self._keys or keys

    def find(self, start: int, error: int) -> int | None:
        """The position of the next record's brace, or None if the document ends before one."""
        window = self._window
        own = OPENING.match(window.text, start)
        keys = self._keys | ({own[2]} if own else frozenset())
        at = self._first_candidate(start, error)
        while True:
            for found in OPENING.finditer(window.text, at):
                if self._is_record(found, start, keys):
                    return found.start()
            at = max(at, len(window.text) - OVERLAP)
            if not window.more():
                return None

    def _first_candidate(self, start: int, error: int) -> int:
        """The error's position, or the brace just before it: a string that is not closed swallows the brace."""
        text = self._window.text
        brace = text.rfind("{", start + 1, error + 1)
        return (
            brace
            if brace >= 0 and text[brace + 1 : error].strip(" \t\r\n\"'") == ""
            else max(error, start + 1)
        )

    def _is_record(self, found: re.Match[str], start: int, keys: frozenset[str]) -> bool:
        before = self._window.text[max(start, found.start() - 200) : found.start()]
        if not BEFORE.search(before) and before.strip():
            return False
        return found[2] in keys if keys else found[2] not in MESSAGE_KEYS


# Up to this size an object is read completely to decide whether it is a wrapper or a record.
MAX_WRAPPER = 16 << 20
# A literal or an escape cut off by the window is shorter than this.
NEAR_END = 16
WRAPPED_LIST = re.compile(rf"\{{\s*{STRING}\s*:\s*(\[)")


class DocumentReader:
    """Reads a document from its window. ``in_lines``: the file name indicated one object per line."""

    def __init__(
        self, window: TextWindow, heal: frozenset[FaultKind], *, in_lines: bool, encoding: str | None = None
    ) -> None:
        self.window = window
        self._heal = heal
        self._in_lines = in_lines
        self._encoding = encoding
        self._skipped = False
        self._careful = StrictDecoder()
        self._judge = Judge(heal, self._careful)
        self._resync = Resync(window)

    def items(self) -> Iterator[Element]:
        """Every element in order, with all its faults."""
        values = 0
        while character := self.window.skip_blanks():
            values += 1
            if values == 2 and not self._in_lines and character in "{[":
                yield self._frame("many-in-one", "more than one JSON document in this file")
            if values > 1 and character not in "{[":
                yield self._frame(
                    "bad-json", "something follows the end of the document; it was not read", incomplete=True
                )
                return
            if character == "[":
                if values == 1 and self._in_lines:
                    yield self._frame(
                        "many-in-one", "this is one JSON list of all records, not one object a line"
                    )
                yield from self._list()
            elif character == "{":
                yield from self._object(first=values == 1)
            else:
                yield self._element()

    def _object(self, *, first: bool) -> Iterator[Element]:
        """A record, a wrapper around the list of records, or a table by column."""
        window = self.window
        opening = opens_wrapper(window.text, window.at)
        decoded = self._decode(most=MAX_WRAPPER if opening else None)
        if isinstance(decoded, tuple):
            table = by_column(decoded[0]) if first else None
            if table is not None and self._ends(decoded[1]):
                yield from self._by_column(table, decoded[1])
                return
            key = wrapped_key(decoded[0]) if isinstance(decoded[0], dict) else None
        else:
            key = opening[1] if opening else None
        if first and self._in_lines:
            what = "objects that are spread over several lines"
            if key is not None:
                what = f"one JSON document with all records under {quote(key, 30)}"
            yield self._frame("many-in-one", f"this file holds {what}, not one object a line")
        if key is None:
            yield self._element(alone=first)
            return
        inner = WRAPPED_LIST.match(window.text, window.at)
        window.at = inner.start(1) if inner else window.text.index("[", window.at)
        yield from self._list()
        after = window.skip_blanks()
        if after == "}":
            window.at += 1
        elif after:
            yield self._frame(
                "bad-json",
                f"something follows the list under {quote(key, 30)}; it was not read",
                incomplete=True,
            )
            self._give_up()
        else:
            yield self._frame("bad-json", "the file is cut off: its last closing brace is missing")

    def _ends(self, end: int) -> bool:
        """Whether only blanks follow a position."""
        window = self.window
        start, window.at = window.at, end
        next_start = window.skip_blanks()
        window.at = start
        return next_start == ""

    def _by_column(self, table: ByColumn, end: int) -> Iterator[Element]:
        """The rows of a table that is the entire document."""
        window, start = self.window, self.window.at
        text, (line, _) = window.text[start:end], window.here()
        if self._careful.too_long or (window.dirty and UNDECODED.search(text)):
            item = self._element()
            item.faults = [
                replace(f, incomplete=True) if FAULT_KINDS[f.kind] is None else f for f in item.faults
            ]
            yield item
            return
        if not table.even:
            window.at = end
            yield Element(line, None, [table.fault(line, text)])
            return
        rows = len(next(iter(table.columns.values())))
        for place, item in enumerate(table.items(text, line, self._judge)):
            # In proportion: the values of a row are spread over the text, and blocks are measured in bytes.
            window.at = start + (end - start) * place // rows
            yield item

    def _list(self) -> Iterator[Element]:
        window = self.window
        window.at += 1
        commas, after_element = 0, False
        while character := window.skip_blanks():
            if character == "]":
                if commas:
                    yield self._frame(
                        "bad-json", "a comma too many before the end of the list", healable=True
                    )
                window.at += 1
                return
            if character == ",":
                commas += 1
                if commas > 1 or not after_element:
                    yield self._frame("bad-json", "a comma too many between two records", healable=True)
                window.at += 1
                continue
            if after_element and not commas:
                yield self._frame("bad-json", "a comma is missing between two records", healable=True)
            yield self._element()
            # A broken element was skipped up to the next record, including its comma.
            commas, after_element = 0, not self._skipped
            window.drop_read()
        yield self._frame("bad-json", "the file is cut off: the end of the list is missing")

    def _frame(
        self, kind: FaultKind, words: str, *, healable: bool | None = None, incomplete: bool = False
    ) -> Element:
        line, _ = self.window.here()
        repairable = kind == "many-in-one" if healable is None else healable
        return Element(
            line, None, [Fault(kind, words, line, healable=repairable, incomplete=incomplete)], is_row=False
        )

    def _give_up(self) -> None:
        self.window.at = len(self.window.text)
        while self.window.more():
            self.window.at = len(self.window.text)
            self.window.drop_read()

    def _decode(self, most: int | None = None) -> tuple[Any, int] | int | None:
        """The value and its end; or the position where the decoder failed; or None: longer than ``most``."""
        window = self.window
        while True:
            try:
                value, end = self._careful.decode(window.text, window.at)
            except json.JSONDecodeError as error:
                error_at = error.pos
                if error_at < len(window.text) - NEAR_END and not error.msg.startswith("Unterminated"):
                    return error_at
            except (ValueError, RecursionError):
                return window.at
            else:
                if end < len(window.text) or window.ended or isinstance(value, dict | list | str):
                    return value, end
                error_at = end
            if window.ended:
                return error_at
            if most is not None and len(window.text) - window.at > most:
                return None
            window.more()

    def _element(self, *, alone: bool = False) -> Element:
        """The element at the current position. ``alone``: it is the entire document."""
        window = self.window
        start, item = window.at, Element(window.here()[0])
        decoded = self._decode()
        self._skipped = not isinstance(decoded, tuple)
        if not isinstance(decoded, tuple):
            self._broken(item, start, decoded or start)
            return item
        value, end = decoded
        text = window.text[start:end]
        if window.dirty and (wrong := UNDECODED.search(window.text, start, end)):
            item.faults.append(self._not_utf8(start, wrong.start(), text))
        elif not isinstance(value, dict):
            words = not_an_object(value, "record")
            item.faults.append(
                Fault("not-object", words, item.line, healable=False, text=text, incomplete=False)
            )
        elif alone and (words_or_none := not_records(value)):
            item.faults.append(Fault("not-object", words_or_none, item.line, healable=False, incomplete=True))
        else:
            self._resync.learn(frozenset(value))
            self._judge.judge(item, value, text)
        window.at = end
        return item

    def _broken(self, item: Element, start: int, error: int) -> None:
        """Explain why the element is broken, and continue at the next one."""
        window = self.window
        next_start = self._resync.find(start, error)
        end = len(window.text) if next_start is None else next_start
        source = window.text[start:end].rstrip(" \t\r\n,")
        if next_start is None and source.count("]") > source.count("["):
            source = source[: source.rindex("]")].rstrip()
        indent = start - window.text.rfind("\n", 0, start) - 1
        broken = diagnose(" " * indent + source)
        words = explain(broken)
        swallows = next_start is None and "{" in window.text[error + 1 :]
        if swallows:
            words += "; what follows could not be read either"
        better = repaired(broken)
        text = printable(window.text[start:end].rstrip())
        item.faults.append(
            Fault(
                "bad-json",
                words,
                item.line + broken.lines_down,
                healable=better is not None,
                text=text,
                incomplete=swallows and better is None,
            )
        )
        window.at = end
        if better is not None and "bad-json" in self._heal:
            self._judge.judge(item, self._careful.decode(better)[0], better)

    def _not_utf8(self, start: int, wrong: int, text: str) -> Fault:
        """The fault for the element's first byte that is not UTF-8. The window is at the element's start."""
        full_text = self.window.text
        line, offset = self.window.here()
        line_start, line_end = full_text.rfind("\n", 0, wrong) + 1, full_text.find("\n", wrong)
        raw = full_text[line_start : line_end if line_end >= 0 else len(full_text)].encode(
            "utf-8", "surrogateescape"
        )
        between = len(
            full_text[min(line_start, start) : max(line_start, start)].encode("utf-8", "surrogateescape")
        )
        offset += between if line_start >= start else -between
        line += full_text.count("\n", start, wrong)
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            words = not_utf8_in_words(raw, error, offset, self._encoding)
        else:
            words = "bytes that are not UTF-8"
        return Fault("not-utf8", words, line, healable=False, text=printable(text), incomplete=False)


class JsonReader(FormatReader):
    """Reads a JSON document."""

    def blocks(self, stream: Stream) -> Generator[RecordBlock, None, None]:
        """The document's records in blocks."""
        detected, options = self.given.detected, self.given.options
        in_lines = detected.container == "jsonl"
        window = TextWindow(stream.read)
        reader = DocumentReader(window, options.heal, in_lines=in_lines, encoding=detected.encoding)
        return read_document(reader, options.block_bytes)


def read_document(reader: DocumentReader, block_bytes: int) -> Generator[RecordBlock, None, None]:
    """The document's elements in blocks, with their rows numbered."""
    window, row = reader.window, 0
    records: list[Record] = []
    block = RecordBlock(records, [], [])
    if window.marked:
        words = (
            "the file begins with a byte order mark: 3 invisible bytes, EF BB BF, that most readers choke on"
        )
        block.faults.append(Fault("bom", words, 1))
    block_line, block_offset = window.here()
    rows: list[int] = []
    lines: list[int] = []
    for item in reader.items():
        row += item.is_row
        block.faults += [replace(fault, row=row) for fault in item.faults] if item.is_row else item.faults
        block.row_count += item.is_row
        if item.record is not None:
            records.append(item.record)
            rows.append(row)
            lines.append(item.line)
        line, offset = window.here()
        if offset - block_offset >= block_bytes:
            block.rows, block.lines, block.line_count = rows, lines, line - block_line
            yield block
            records, rows, lines = [], [], []
            block = RecordBlock(records, [], [])
            block_line, block_offset = line, offset
    line, _ = window.here()
    block.rows, block.lines, block.line_count = rows, lines, line - block_line + 1
    yield block
