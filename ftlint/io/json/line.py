"""Strict reading of one JSON line: its bytes, line end and records, and the repairs that need no guessing."""

import ast
import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field, structs

from ftlint.io.block import PARTLY_READ, Fault, FaultKind, Record
from ftlint.io.encoding import BOM, not_utf8_in_words
from ftlint.io.json.explain import STRING, JSONSyntaxError, diagnose, explain
from ftlint.io.json.strict import Defect, StrictDecoder, defects, replace_lone_surrogates

MAX_LINE_LENGTH = 4 << 20
MAX_NESTING = 100
PYTHON_ONLY = ("'", "None", "True", "False")
OUTSIDE_STRINGS = re.compile(rf"({STRING})|,(?=\s*(?:[}}\]]|$))")
PYTHON_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")


def repaired(broken: JSONSyntaxError) -> str | None:
    """The JSON object that the text was intended to be, or None if that would be a guess."""
    if len(broken.text) > MAX_LINE_LENGTH:
        return None
    # The first JSON error decides which of the two it can be; trying both on every line is slow.
    if broken.before.endswith(",") or broken.rest.startswith(","):
        return _without_spare_commas(broken.text)
    if broken.rest.startswith(PYTHON_ONLY) or "escape" in broken.msg:
        return _from_python(broken.text)
    return None


def _without_spare_commas(text: str) -> str | None:
    shorter = OUTSIDE_STRINGS.sub(lambda found: found[1] or "", text)
    return shorter.strip() if shorter != text and _is_object(shorter) else None


def _from_python(text: str) -> str | None:
    skeleton = PYTHON_STRING.sub("\0", text.strip())
    # Strings with a prefix or adjacent strings are Python source, not the repr of a dict.
    if (
        not skeleton.startswith("{")
        or re.search("\\w\0|\0\\s*\0", skeleton)
        or _depth(skeleton) > MAX_NESTING
    ):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip(), mode="eval")
            value = None if has_twins(tree) else ast.literal_eval(tree)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
    if not isinstance(value, dict) or not _is_plain(value):
        return None
    try:
        made = json.dumps(value, ensure_ascii=False, allow_nan=False)
        made.encode("utf-8")
    except (ValueError, TypeError, RecursionError):
        return None
    return made if _is_object(made) else None


def _is_object(text: str) -> bool:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict)


def _refuse(name: str) -> None:
    raise ValueError(name)


def has_twins(tree: ast.Expression) -> bool:
    """Whether a key occurs twice in one dict; one of its values would be lost."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            if len(set(keys)) != len(keys):
                return True
    return False


def _depth(skeleton: str) -> int:
    """The deepest nesting of brackets outside strings, to limit the recursion of Python's parser."""
    depth = deepest = 0
    for bracket in re.findall(r"[(\[{)\]}]", skeleton):
        depth += 1 if bracket in "([{" else -1
        deepest = max(deepest, depth)
    return deepest


def _is_plain(value: Any) -> bool:
    """Whether a value has only JSON types: a tuple, a set or bytes would silently become something else."""
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | bool | int | float)


BLANKS = " \t\r\n"
# What may be between objects on one line.
GAP = re.compile("[ \t\r\n,\ufeff]*")
SEPARATORS = {
    "\u2028": "U+2028, a line separator,",
    "\u2029": "U+2029, a paragraph separator,",
    "\x85": "U+0085, a next-line control,",
}
SEPARATOR = re.compile("[\u2028\u2029\x85]")
REPAIRABLE = ("separator", "surrogate", "inner-bom", "many-in-one")
NAMES = {list: "a list", str: "a string", int: "a number", float: "a number", bool: "true or false"}


class Part(Struct):
    """One record's share of a line: its text to write back, the record if it can be used, and its defects."""

    text: str
    record: Record | None = None
    defects: list[Defect] = field(default_factory=list)
    repairable: bool = False

    def healable(self, defect: Defect) -> bool:
        """Whether the reader can repair this defect."""
        return defect.kind in REPAIRABLE or (defect.kind == "bad-json" and self.repairable)


class _Span(Struct, frozen=True):
    """A range of a text with one JSON value in it, and the text before and after the value."""

    before: str
    value: str
    after: str

    @property
    def text(self) -> str:
        return self.before + self.value + self.after


class LineDecoder:
    """Reads the texts of lines. ``heal`` are the kinds of fault to repair."""

    def __init__(self, heal: frozenset[FaultKind]) -> None:
        self.heal = heal
        self._careful = StrictDecoder()

    def read(self, text: str) -> list[Part]:
        """The text as one part per record. Unless something is repaired, their texts joined are the text."""
        value = text.strip(BLANKS)
        at = text.find(value)
        full_span = _Span(text[:at], value, text[at + len(value) :])
        spans = [] if self.holds_one(value) else self._objects(text)
        if len(spans) < 2:
            return [self._value(full_span)]
        parts = [self._one_of_many(span) for span in spans]
        words = f"{len(parts)} objects on one line: readers take a line for one example"
        parts[0].defects.insert(0, Defect("many-in-one", words, None, True))
        return parts

    def holds_one(self, text: str) -> bool:
        """Whether the text is exactly one JSON value."""
        try:
            return self._careful.decode(text)[1] == len(text)
        except (ValueError, RecursionError):
            return False

    def _objects(self, text: str) -> list[_Span]:
        """The text split after each of its objects; empty if it has anything else."""
        spans: list[_Span] = []
        start, at = 0, _after_gap(text, 0)
        while at < len(text):
            try:
                value, end = self._careful.decode(text, at)
            except (ValueError, RecursionError):
                return []
            if not isinstance(value, dict):
                return []
            following = _after_gap(text, end)
            spans.append(_Span(text[start:at], text[at:end], text[end:following]))
            start = at = following
        return spans

    def _one_of_many(self, span: _Span) -> Part:
        marked = "\ufeff" in span.before + span.after
        if "many-in-one" in self.heal:
            span = _Span("", span.value, "")
        elif "inner-bom" in self.heal:
            span = _Span(span.before.replace("\ufeff", ""), span.value, span.after.replace("\ufeff", ""))
        part = self._value(span)
        if marked:
            words = "a byte order mark, 3 invisible bytes, between two objects: files were joined here"
            part.defects.insert(0, Defect("inner-bom", words, None, True))
        return part

    def _value(self, span: _Span) -> Part:
        try:
            value, end = self._careful.decode(span.value)
            found = defects(span.value, value, self._careful) if end == len(span.value) else None
        except (ValueError, RecursionError):
            found = None
        if found is None:
            return self._broken(span)
        if not isinstance(value, dict):
            words = not_an_object(value, "line")
            return Part(span.text, None, [Defect("not-object", words, None, False)])
        if SEPARATOR.search(span.value):
            found.append(_separator(span.value))
        return self._repaired(span, value, found)

    def _broken(self, span: _Span) -> Part:
        broken = diagnose(span.value)
        defect = Defect("bad-json", explain(broken), None, False)
        better = repaired(broken)
        if better is None or "bad-json" not in self.heal:
            return Part(span.text, None, [defect], repairable=better is not None)
        part = self._value(structs.replace(span, value=better))
        part.defects.insert(0, defect)
        part.repairable = True
        return part

    def _repaired(self, span: _Span, value: Any, found: list[Defect]) -> Part:
        text = span.value
        if "separator" in self.heal:
            text = SEPARATOR.sub(lambda c: f"\\u{ord(c.group()):04x}", text)
        if "surrogate" in self.heal and any(defect.kind == "surrogate" for defect in found):
            text = replace_lone_surrogates(text)
            value = self._careful.decode(text)[0]
        bad = [d for d in found if not d.usable and not (d.kind == "surrogate" and "surrogate" in self.heal)]
        return Part(span.before + text + span.after, None if bad else value, found)


def not_an_object(value: Any, what: str) -> str:
    """That a value is no object, in words; ``what`` is a line or a record. For messages in a list with the remedy."""
    name = f"{NAMES.get(type(value), 'null')}, not an object"
    first = value[0] if isinstance(value, list) and value else None
    if isinstance(first, dict) and len({"role", "content", "from", "value"} & first.keys()) > 1:
        return f"{name}: the messages belong into one field, {{\"messages\": […]}} (jq -c '{{messages: .}}')"
    if isinstance(first, list):
        return f"{name}: the turns belong into one field, {{\"conversations\": […]}} (jq -c '{{conversations: .}}')"
    return f"{name}: every {what} must be one {{…}}"


def _after_gap(text: str, at: int) -> int:
    found = GAP.match(text, at)
    return found.end() if found else at


def _separator(text: str) -> Defect:
    places = list(SEPARATOR.finditer(text))
    first = places[0]
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    words = f"{SEPARATORS[first.group()]} stands raw at column {first.start() + 1}{more}"
    return Defect("separator", f"{words}: other readers end the line there", None, True)


class LinePosition(Struct, frozen=True):
    """The position of a line: its number, the number of its record, and its offset in the file."""

    line: int
    row: int
    offset: int


class LineSegment(Struct, frozen=True):
    """A record or a range without a record, with the bytes to write back. Blank lines are not rows."""

    raw: bytes
    record: Record | None = None
    is_row: bool = True


class LineResult(Struct):
    """The result of reading a line: segments in order, and its faults. ``returns`` counts line ends with CR."""

    pieces: list[LineSegment] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    returns: int = 0

    @property
    def rows(self) -> int:
        """How many row numbers the line consumes."""
        return sum(piece.is_row for piece in self.pieces)


class LineReader:
    """Reads lines strictly, one by one. ``heal`` are the kinds of fault to repair."""

    def __init__(self, heal: frozenset[FaultKind], encoding: str | None = None) -> None:
        self.heal = heal
        self._encoding = encoding
        self._texts = LineDecoder(heal)

    def read_line(self, line: bytes, place: LinePosition) -> LineResult:
        """Split the line, which may end without a newline, into segments and faults."""
        result = LineResult()
        body = line.removesuffix(b"\n").rstrip(b"\r")
        end = line[len(body) :]
        if b"\r" in end:
            result.returns += 1
            end = self._end(end)
        for part, part_end, offset in self._parts(body, end, result):
            self._part(
                part,
                part_end,
                LinePosition(place.line, place.row + result.rows, place.offset + offset),
                result,
            )
        return result

    def _end(self, end: bytes) -> bytes:
        return b"\n" if "cr" in self.heal else end

    def _parts(self, body: bytes, end: bytes, result: LineResult) -> Iterator[tuple[bytes, bytes, int]]:
        """The line's parts between lone carriage returns if those end records; otherwise the line."""
        count = body.count(b"\r")
        if not count:
            yield body, end, 0
            return
        if self._holds_one(body):
            result.returns += count
            yield (body.replace(b"\r", b" ") if "cr" in self.heal else body), end, 0
            return
        parts = body.split(b"\r")
        if not any(self._holds_one(part) for part in parts):
            yield body, end, 0
            return
        result.returns += count
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

    def _part(self, body: bytes, end: bytes, at: LinePosition, result: LineResult) -> None:
        rest = body
        while rest.startswith(BOM):
            rest = rest[len(BOM) :]
        mark = body[: len(body) - len(rest)]
        if mark:
            fault = _marked(at, has_record=bool(rest.strip()))
            result.faults.append(fault)
            mark = b"" if fault.kind in self.heal else mark
        try:
            text = rest.decode("utf-8")
        except UnicodeDecodeError as error:
            words = not_utf8_in_words(rest, error, at.offset + len(body) - len(rest), self._encoding)
            shown = rest.decode("utf-8", errors="backslashreplace")
            result.faults.append(
                Fault("not-utf8", words, at.line, at.row, healable=False, text=shown, incomplete=False)
            )
            result.pieces.append(LineSegment(mark + rest + self._closed(end, at, result)))
            return
        if text.strip():
            self._records(text, mark, self._closed(end, at, result), at, result)
        else:
            self._blank(mark, rest, end, at, result)

    def _closed(self, end: bytes, at: LinePosition, result: LineResult) -> bytes:
        """The line end, which the last line may lack."""
        if end:
            return end
        words = "the last line does not end with a newline: whatever is appended would join it"
        result.faults.append(Fault("no-newline", words, at.line))
        return b"\n" if "no-newline" in self.heal else b""

    def _blank(self, mark: bytes, rest: bytes, end: bytes, at: LinePosition, result: LineResult) -> None:
        if rest or end:
            words = "a line of blanks only" if rest else "an empty line"
            # Dropping the line would remove a byte order mark that the user did not ask to remove.
            result.faults.append(Fault("blank", words, at.line, healable=not mark))
        if mark or ((rest or end) and "blank" not in self.heal):
            result.pieces.append(LineSegment(mark + rest + end, is_row=False))

    def _records(self, text: str, mark: bytes, end: bytes, at: LinePosition, result: LineResult) -> None:
        parts = self._texts.read(text)
        last = len(parts) - 1
        for number, part in enumerate(parts):
            row = at.row + number
            for defect in part.defects:
                repairable = part.healable(defect)
                is_used = part.record is not None and defect.kind not in PARTLY_READ
                result.faults.append(
                    Fault(
                        defect.kind,
                        defect.message,
                        at.line,
                        row,
                        defect.path,
                        healable=repairable,
                        text=None if is_used else part.text,
                        incomplete=False,
                    )
                )
            raw = (mark if number == 0 else b"") + part.text.encode("utf-8")
            between = b"\n" if "many-in-one" in self.heal else b""
            result.pieces.append(LineSegment(raw + (end if number == last else between), part.record))


def _marked(at: LinePosition, *, has_record: bool) -> Fault:
    first = at.offset == 0
    where = "the file begins" if first else "the line begins (files were joined here)"
    words = f"{where} with a byte order mark: 3 invisible bytes, EF BB BF, that most readers choke on"
    kind = "bom" if first else "inner-bom"
    return Fault(kind, words, at.line, at.row if has_record and not first else None)
