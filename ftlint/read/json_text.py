"""The text of one line as records: what is wrong with it, and what healing makes of it."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from ftlint.read.fault import FaultKind, Record
from ftlint.read.json_fault import diagnose, explain
from ftlint.read.json_repair import repaired
from ftlint.read.json_value import Careful, Defect, defects, replace_lone_surrogates

BLANKS = " \t\r\n"
# What may stand between objects on one line.
GAP = re.compile("[ \t\r\n,\ufeff]*")
SEPARATORS = {
    "\u2028": "U+2028, a line separator,",
    "\u2029": "U+2029, a paragraph separator,",
    "\x85": "U+0085, a next-line control,",
}
SEPARATOR = re.compile("[\u2028\u2029\x85]")
HEALABLE = ("separator", "surrogate", "bom", "many-in-one")
NAMES = {list: "a list", str: "a string", int: "a number", float: "a number", bool: "true or false"}


@dataclass(slots=True)
class Part:
    """One record's share of a line: its text to write back, the record if it can be used, and its defects."""

    text: str
    record: Record | None = None
    defects: list[Defect] = field(default_factory=list)
    repairable: bool = False

    def healable(self, defect: Defect) -> bool:
        """Whether the reader can mend this very defect."""
        return defect.kind in HEALABLE or (defect.kind == "bad-json" and self.repairable)


@dataclass(frozen=True, slots=True)
class _Span:
    """A part of a text with one JSON value in it, and what stands before and after the value."""

    before: str
    value: str
    after: str

    @property
    def text(self) -> str:
        return self.before + self.value + self.after


class TextReader:
    """Reads the texts of lines. ``heal`` are the kinds of fault to mend."""

    def __init__(self, heal: frozenset[FaultKind]) -> None:
        self.heal = heal
        self._careful = Careful()

    def read(self, text: str) -> list[Part]:
        """The text as one part a record. Unless something is healed, their texts joined are the text."""
        value = text.strip(BLANKS)
        at = text.find(value)
        whole = _Span(text[:at], value, text[at + len(value) :])
        spans = [] if self.holds_one(value) else self._objects(text)
        if len(spans) < 2:
            return [self._value(whole)]
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
        """The text cut after each of the objects that it holds; nothing where it holds anything else."""
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
        elif "bom" in self.heal:
            span = _Span(span.before.replace("\ufeff", ""), span.value, span.after.replace("\ufeff", ""))
        part = self._value(span)
        if marked:
            words = "a byte order mark, 3 invisible bytes, between two objects: files were joined here"
            part.defects.insert(0, Defect("bom", words, None, True))
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
            words = f"{NAMES.get(type(value), 'null')}, not an object: every line must be one {{…}}"
            return Part(span.text, None, [Defect("not-object", words, None, False)])
        if SEPARATOR.search(span.value):
            found.append(_separator(span.value))
        return self._healed(span, value, found)

    def _broken(self, span: _Span) -> Part:
        broken = diagnose(span.value)
        defect = Defect("bad-json", explain(broken), None, False)
        better = repaired(broken)
        if better is None or "bad-json" not in self.heal:
            return Part(span.text, None, [defect], repairable=better is not None)
        part = self._value(replace(span, value=better))
        part.defects.insert(0, defect)
        part.repairable = True
        return part

    def _healed(self, span: _Span, value: Any, found: list[Defect]) -> Part:
        text = span.value
        if "separator" in self.heal:
            text = SEPARATOR.sub(lambda c: f"\\u{ord(c.group()):04x}", text)
        if "surrogate" in self.heal and any(defect.kind == "surrogate" for defect in found):
            text = replace_lone_surrogates(text)
            value = self._careful.decode(text)[0]
        bad = [d for d in found if not d.usable and not (d.kind == "surrogate" and "surrogate" in self.heal)]
        return Part(span.before + text + span.after, None if bad else value, found)


def _after_gap(text: str, at: int) -> int:
    found = GAP.match(text, at)
    return found.end() if found else at


def _separator(text: str) -> Defect:
    places = list(SEPARATOR.finditer(text))
    first = places[0]
    more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
    words = f"{SEPARATORS[first.group()]} stands raw at column {first.start() + 1}{more}"
    return Defect("separator", f"{words}: other readers end the line there", None, True)
