"""JSON tables stored by column: one object with a list for each column, or an object as pandas writes it.

Only the names of the columns tell such a table from a record that holds lists.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ftlint.display import quote
from ftlint.io.block import Fault, FaultKind, Record
from ftlint.io.json.strict import DEEP, Defect, StrictDecoder, defects, replace_lone_surrogates
from ftlint.shapes.detect import ShapeDetector


@dataclass(slots=True)
class Item:
    """One element of the document, or (no ``is_row``) only a fault of its frame. Rows are numbered later."""

    line: int
    record: Record | None = None
    faults: list[Fault] = field(default_factory=list)
    is_row: bool = True


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what is wrong with values, and which of them can be used. ``heal`` are the kinds of fault to mend."""

    heal: frozenset[FaultKind]
    careful: StrictDecoder

    def judge(self, item: Item, value: Record, text: str) -> None:
        """Look at a value that ``careful`` has just decoded from the text."""
        try:
            found = defects(text, value, self.careful)
        except RecursionError:
            found = [Defect("bad-json", DEEP, None, False)]
        self.settle(item, value, text, found)

    def settle(self, item: Item, value: Record, text: str, found: list[Defect]) -> None:
        """Tell what was found in a value, and take the value as the item's record if it can be used."""
        healed = "surrogate" in self.heal and any(defect.kind == "surrogate" for defect in found)
        if healed:
            value = self.careful.decode(replace_lone_surrogates(text))[0]
        for defect in found:
            kept = None if defect.usable else text
            heals = defect.kind == "surrogate"
            fault = Fault(
                defect.kind,
                defect.message,
                item.line,
                path=defect.path,
                healable=heals,
                text=kept,
                incomplete=False,
            )
            item.faults.append(fault)
        if all(defect.usable or (healed and defect.kind == "surrogate") for defect in found):
            item.record = value


PLAIN = frozenset({str, int, float, type(None)})
# The names of rows, as pandas writes numbers.
NUMBER = re.compile("-?[0-9]+", re.ASCII)
# A key or a plain value in the text of such a table.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s"\[\]{}:,]+')
OPENING = re.compile(r'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*(?:\[|\{\s*"-?[0-9]+"\s*:)\s*["0-9n-]')
MOST_NAMES = 6
# What a shape raises where it cannot view a record.
BROKEN = (TypeError, KeyError, AttributeError, IndexError, ValueError)


@dataclass(frozen=True, slots=True)
class ByColumn:
    """Columns of plain values. ``index`` are the names of the rows where they have any.

    ``even`` says that all columns have the same rows; otherwise nobody knows which values belong together.
    """

    columns: dict[str, list[Any]]
    index: list[str] | None
    even: bool

    def told(self, line: int, text: str) -> Fault:
        """What is wrong with the document as a whole. ``text`` is all of it."""
        first = list(self.columns.items())[:MOST_NAMES]
        if not self.even:
            sizes = ", ".join(f"{quote(name, 30)}: {len(cells):,}" for name, cells in first)
            words = f"a table stored by column, and its columns do not have the same rows ({sizes}); nothing was read"
            return Fault("not-object", words, line, healable=False, text=text, incomplete=True)
        names = ", ".join(quote(name, 30) for name, _ in first)
        held = "a list" if self.index is None else "an object"
        words = (
            f"this is one JSON object with {held} for each column ({names}), not one object a line; read as "
        )
        rows = len(first[0][1])
        words += "1 row" if rows == 1 else f"{rows:,} rows"
        if self.index is not None and self.index != [str(place) for place in range(rows)]:
            shown = ", ".join(quote(name, 30) for name in self.index[:3])
            words += f", without the index that pandas gave them ({shown}{', …' if rows > 3 else ''})"
        return Fault("many-in-one", words, line)

    def items(self, text: str, line: int, judge: Judge) -> Iterator[Item]:
        """The document's faults, then its rows. ``judge.careful`` has just decoded the text, which begins at ``line``.

        A row stands where its value of the first column does.
        """
        noticed = StrictDecoder(constants=judge.careful.constants)
        frame = Item(line, None, [self.told(line, text)], is_row=False)
        twins = defects(text, {}, judge.careful)
        frame.faults += [
            Fault(twin.kind, twin.message, line, path=twin.path, healable=False, incomplete=False)
            for twin in twins
        ]
        yield frame
        # Where a key stands twice the text holds more than was taken.
        below = iter(()) if twins else self._lines_down(text)
        for row in self._rows():
            item = Item(line + next(below, 0))
            if found := defects("", row, noticed):
                judge.settle(item, row, json.dumps(row), found)
            else:
                item.record = row
            yield item

    def _rows(self) -> Iterator[Record]:
        names = list(self.columns)
        for cells in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, cells, strict=True))

    def _lines_down(self, text: str) -> Iterator[int]:
        """How many lines below the document's first one each row stands; nothing where all is on one line."""
        if "\n" not in text:
            return
        rows = len(next(iter(self.columns.values())))
        step = 1 if self.index is None else 2
        lines, counted = 0, 0
        for token in islice(TOKEN.finditer(text), 1, 1 + rows * step, step):
            lines += text.count("\n", counted, token.start())
            counted = token.start()
            yield lines


def by_column(value: Any) -> ByColumn | None:
    """The table that a whole document holds by column; None for a record, or anything else."""
    held = list(value.values()) if isinstance(value, dict) else []
    kinds = set(map(type, held))
    if kinds == {list} and len(held) > 1:
        index, even = None, len(set(map(len, held))) == 1
    elif kinds == {dict}:
        index = list(held[0])
        even = all(list(cells) == index for cells in held)
        if not all(NUMBER.fullmatch(name) for cells in held for name in cells):
            return None
    else:
        return None
    columns = {name: list(cells.values()) if index is not None else cells for name, cells in value.items()}
    if not all(PLAIN.issuperset(map(type, cells)) for cells in columns.values()):
        return None
    return ByColumn(columns, index, even) if _makes_records(columns, value, index is not None) else None


def opens_by_column(text: str) -> bool:
    """Whether a text begins as such a table does; the whole text tells more."""
    return OPENING.match(text) is not None


def _makes_records(columns: dict[str, list[Any]], whole: Record, indexed: bool) -> bool:
    """Whether the columns' names make every row a record of some shape, and not the object as a whole one."""
    row = dict.fromkeys(columns, "x")
    eye = ShapeDetector()
    seen, as_record = eye.detect(row), eye.detect(whole)
    if seen is None or seen.shape.turns or (as_record is not None and as_record.shape is not seen.shape):
        return False
    # One known name is not enough: a record may well hold a list of words under "text", and their tags beside it.
    if len(seen.shape.required) < 2 and not indexed:
        return False
    try:
        seen.shape.view(row, seen.fields)
    except BROKEN:
        return False
    # Numbers in place of the prompts are tokens, or anything else.
    return any(isinstance(cell, str) for cell in columns[seen.fields[seen.shape.required[0]]])
