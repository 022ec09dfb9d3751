"""JSON tables stored by column: one object with a list for each column, or an object as pandas writes it.

Such a table differs from a record that contains lists only by the names of its columns. Tables whose names stand
apart (``orient="split"``, ``orient="table"``) are read, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from msgspec import Struct, field

from ftlint.display import quote
from ftlint.io.block import PARTLY_READ, Fault, FaultKind, Record
from ftlint.io.json.strict import TOO_DEEP, Defect, StrictDecoder, defects, replace_lone_surrogates
from ftlint.json_values import SOURCE_NUMBERS, write_json
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import ShapeDetector


class Element(Struct):
    """One element of the document, or (no ``is_row``) only a fault between elements. Rows are numbered later."""

    line: int
    record: Record | None = None
    faults: list[Fault] = field(default_factory=list)
    is_row: bool = True


class Judge(Struct, frozen=True):
    """Reports the defects of values, and which values can be used. ``heal`` are the kinds of fault to repair."""

    heal: frozenset[FaultKind]
    careful: StrictDecoder

    def judge(self, item: Element, value: Record, text: str) -> None:
        """Check a value that ``careful`` has just decoded from the text."""
        try:
            found = defects(text, value, self.careful)
        except RecursionError:
            found = [Defect("bad-json", TOO_DEEP, None, False)]
        self.settle(item, value, text, found)

    def settle(self, item: Element, value: Record, text: str, found: list[Defect]) -> None:
        """Report the defects of a value, and use the value as the item's record if possible."""
        healed = "surrogate" in self.heal and any(defect.kind == "surrogate" for defect in found)
        if healed:
            value = self.careful.decode(replace_lone_surrogates(text))[0]
        for defect in found:
            unread_text = None if defect.usable and defect.kind not in PARTLY_READ else text
            repairable = defect.kind == "surrogate"
            fault = Fault(
                defect.kind,
                defect.message,
                item.line,
                path=defect.path,
                healable=repairable,
                text=unread_text,
                incomplete=False,
            )
            item.faults.append(fault)
        if all(defect.usable or (healed and defect.kind == "surrogate") for defect in found):
            item.record = value


PLAIN = frozenset({str, int, float, type(None), *SOURCE_NUMBERS})
# The names of rows, as pandas writes numbers.
NUMBER = re.compile("-?[0-9]+", re.ASCII)
# A key or a plain value in the text of such a table.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"\[\]{}:,]+')
OPENING = re.compile(r'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*(?:\[|\{\s*"-?[0-9]+"\s*:)\s*["0-9n-]')
OPENING_SPLIT = re.compile(r'\s*\{\s*"(?:columns|index|data|schema)"\s*:\s*[\[{]')
MAX_NAMES = 6
# The exceptions of a shape that cannot view a record.
VIEW_ERRORS = (TypeError, KeyError, AttributeError, IndexError, ValueError)


@dataclass(frozen=True, slots=True)
class ByColumn:
    """Columns of plain values. ``index`` are the names of the rows, if they have any.

    ``even`` says that all columns have the same rows; otherwise it is unknown which values belong together.
    """

    columns: dict[str, list[Any]]
    index: list[str] | None
    even: bool

    def fault(self, line: int, text: str) -> Fault:
        """The faults of the entire document, whose text is ``text``."""
        first = list(self.columns.items())[:MAX_NAMES]
        if not self.even:
            sizes = ", ".join(f"{quote(name, 30)}: {len(cells):,}" for name, cells in first)
            words = f"a table stored by column, and its columns do not have the same rows ({sizes}); nothing was read"
            return Fault("not-object", words, line, healable=False, text=text, incomplete=True)
        names = ", ".join(quote(name, 30) for name, _ in first)
        container = "a list" if self.index is None else "an object"
        words = f"this is one JSON object with {container} for each column ({names}), not one object a line; read as "
        rows = len(first[0][1])
        words += "1 row" if rows == 1 else f"{rows:,} rows"
        return Fault("many-in-one", words + self._index_in_words(rows), line)

    def _index_in_words(self, rows: int) -> str:
        """The names of the rows, which are left out, unless they only number the rows."""
        if self.index is None or self.index == [str(place) for place in range(rows)]:
            return ""
        shown = ", ".join(quote(name, 30) for name in self.index[:3])
        return f", without the index that pandas gave them ({shown}{', …' if rows > 3 else ''})"

    def items(self, text: str, line: int, judge: Judge) -> Iterator[Element]:
        """The document's faults, then its rows. ``judge.careful`` has just decoded the text, which begins at ``line``.

        The line of a row is that of its value in the first column.
        """
        noticed = StrictDecoder(constants=judge.careful.constants)
        frame = Element(line, None, [self.fault(line, text)], is_row=False)
        twins = defects(text, {}, judge.careful)
        frame.faults += [
            Fault(twin.kind, twin.message, line, path=twin.path, healable=False, incomplete=False)
            for twin in twins
        ]
        yield frame
        # If a key occurs twice, the text has more than was decoded.
        below = iter(()) if twins else self._lines_down(text)
        for row in self._rows():
            item = Element(line + next(below, 0))
            if found := defects("", row, noticed):
                judge.settle(item, row, write_json(row, ensure_ascii=True), found)
            else:
                item.record = row
            yield item

    def _rows(self) -> Iterator[Record]:
        names = list(self.columns)
        for cells in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, cells, strict=True))

    def _lines_down(self, text: str) -> Iterator[int]:
        """The line offset of each row from the document's first line; empty if the document is on one line."""
        if "\n" not in text:
            return
        rows = len(next(iter(self.columns.values())))
        step = 1 if self.index is None else 2
        lines, counted = 0, 0
        for token in islice(TOKEN.finditer(text), 1, 1 + rows * step, step):
            lines += text.count("\n", counted, token.start())
            counted = token.start()
            yield lines


def by_column(value: Any) -> "ByColumn | BySplit | None":
    """The table that an entire document has by column, or with its names apart; None for a record or another value."""
    if (table := by_split(value)) is not None:
        return table
    values = list(value.values()) if isinstance(value, dict) else []
    kinds = set(map(type, values))
    if kinds == {list} and len(values) > 1:
        index, even = None, len(set(map(len, values))) == 1
    elif kinds == {dict}:
        index = list(values[0])
        even = all(list(cells) == index for cells in values)
        if not all(NUMBER.fullmatch(name) for cells in values for name in cells):
            return None
    else:
        return None
    columns = {name: list(cells.values()) if index is not None else cells for name, cells in value.items()}
    if not all(PLAIN.issuperset(map(type, cells)) for cells in columns.values()):
        return None
    return ByColumn(columns, index, even) if _makes_records(columns, value, index is not None) else None


SPLIT_KEYS = frozenset({"columns", "index", "data"})
TABLE_KEYS = frozenset({"schema", "data"})


@dataclass(frozen=True, slots=True)
class BySplit(ByColumn):
    """A table as pandas writes it with ``orient="split"`` or ``"table"``: the names of its columns stand apart."""

    orient: str = "split"

    def fault(self, line: int, text: str) -> Fault:
        """The fault of the entire document."""
        names = ", ".join(quote(name, 30) for name in list(self.columns)[:MAX_NAMES])
        rows = len(next(iter(self.columns.values())))
        words = f'this is one JSON object as pandas writes it with orient="{self.orient}" ({names}), '
        words += f"not one object a line; read as {rows:,} row{'' if rows == 1 else 's'}"
        return Fault("many-in-one", words + self._index_in_words(rows), line)

    def _lines_down(self, text: str) -> Iterator[int]:
        return iter(())


def by_split(value: Any) -> BySplit | None:
    """The table that pandas wrote with ``orient="split"`` or ``"table"``; None for any other value."""
    if not isinstance(value, dict) or not isinstance(rows := value.get("data"), list) or not rows:
        return None
    if {"columns", "data"} <= value.keys() <= SPLIT_KEYS:
        names = value["columns"]
        even = isinstance(names, list) and all(
            isinstance(row, list) and len(row) == len(names) for row in rows
        )
        if not even or not names or len(set(map(str, names))) < len(names):
            return None
        columns = {str(name): [row[at] for row in rows] for at, name in enumerate(names)}
        index = value.get("index")
        return BySplit(columns, [*map(str, index)] if isinstance(index, list) else None, even=True)
    schema = value.get("schema")
    if value.keys() == TABLE_KEYS and isinstance(schema, dict) and isinstance(schema.get("fields"), list):
        return _by_table(schema, rows)
    return None


def _by_table(schema: Record, rows: list[Any]) -> BySplit | None:
    fields = [field.get("name") for field in schema["fields"] if isinstance(field, dict)]
    if not fields or not all(isinstance(row, dict) for row in rows):
        return None
    key = schema.get("primaryKey")
    # An index without a name is called "index"; one with a name was a column of the data.
    index = [row.get("index") for row in rows] if key == ["index"] else None
    names = dict.fromkeys(name for row in [fields, *rows] for name in row if isinstance(name, str))
    columns = {name: [row.get(name) for row in rows] for name in names if index is None or name != "index"}
    labels = [*map(str, index)] if index is not None else None
    return BySplit(columns, labels, even=True, orient="table") if columns else None


def opens_by_column(text: str) -> bool:
    """Whether a text begins like such a table; the complete text decides."""
    return OPENING.match(text) is not None or OPENING_SPLIT.match(text) is not None


def _makes_records(columns: dict[str, list[Any]], document: Record, indexed: bool) -> bool:
    """Whether the columns' names make every row, rather than the entire object, a record of some shape."""
    row = dict.fromkeys(columns, "x")
    detector = ShapeDetector(SHAPES)
    detected, as_record = detector.detect(row), detector.detect(document)
    if (
        detected is None
        or detected.shape.turns
        or (as_record is not None and as_record.shape is not detected.shape)
    ):
        return False
    # One known name is not enough: a record may contain a list of words under "text", and their tags under another key.
    if len(detected.shape.required) < 2 and not indexed:
        return False
    try:
        detected.shape.view(row, detected.fields)
    except VIEW_ERRORS:
        return False
    # Numbers instead of prompts are tokens, or other values.
    return any(isinstance(cell, str) for cell in columns[detected.fields[detected.shape.required[0]]])
