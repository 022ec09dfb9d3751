"""Nested values in tables of text: lists, objects, numbers and booleans in cells.

A column whose name ends in `` (JSON)`` has the JSON text of any value. Columns named like a field of a shape that is
a list or an object are read as such without a mark, as JSON or as Python writes it. All others are texts, whatever
their content.
"""

import ast
import json
import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal

from ftlint.display import escape
from ftlint.io.block import PARTLY_READ, Fault, Record
from ftlint.io.json.explain import diagnose, explain
from ftlint.io.json.line import has_twins
from ftlint.io.json.strict import StrictDecoder, defects

if TYPE_CHECKING:
    from polars import Series

MARK = " (JSON)"
"""The suffix of a column's name that means: every cell is the JSON text of a value, and an empty one is no value."""

Kind = Literal["text", "value", "list", "talk", "flag"]
"""How a column's cells are read: as texts; as JSON of any value; as texts, with JSON lists and objects decoded;
the same for JSON that is messages only; as texts, with true and false decoded."""

# Without these a record fits no shape, so broken JSON in them is reported.
REQUIRED_FIELDS = frozenset(
    {
        "messages", "conversations", "contents", "interactions", "segments", "preferred_output",
        "non_preferred_output",
    }
)  # fmt: skip
# No shape has a plain text under these names, with one exception (see ``kind_of``).
LISTS = REQUIRED_FIELDS | {
    "answers", "audios", "available_tools", "body", "completions", "conversation", "dialog", "dialogue", "functions",
    "history", "images", "labels", "non_preferred_completion", "preferred_completion", "systeminstruction",
    "toolconfig", "tools", "turns", "videos", "chosen_messages", "rejected_messages",
    "reward_model", "extra_info", "conversation_a", "conversation_b", "positive_messages", "negative_messages",
    "ratings", "info", "responses", "summaries",
}  # fmt: skip
# A text in some shapes, messages in others.
MESSAGE_FIELDS = frozenset({"chosen", "chosen_response", "context", "rejected", "rejected_response"})
# Beside one of these the input is that of a pair: an object with messages.
ANSWERS_OF_PAIRS = frozenset({"preferred_output", "non_preferred_output"})
LABELS = frozenset({"kto_tag", "label"})
# Together with one of these fields a label is not the answer.
LABELLED = frozenset({"completion", "conversations", "messages", "output"})
MESSAGE_KEYS = frozenset({"role", "from", "messages"})
BETWEEN_OBJECTS = re.compile(r"\}[^\S\n]*\n\s*\{")
MAX_PYTHON_LENGTH = 4 << 20
WORDS = {"true": True, "false": False}
ABSENT: Any = object()
"""The value of an empty cell: the record does not have the field."""


def bare_name(header: str) -> tuple[str, bool]:
    """The name of a column's field, and whether its header is marked as JSON."""
    return (header.removesuffix(MARK), True) if header.endswith(MARK) else (header, False)


def kind_of(name: str, columns: Collection[str]) -> Kind:
    """How the cells of an unmarked column are read. ``columns`` are the names of all columns."""
    folded = name.strip().casefold()
    if folded == "tools" and "conversations" in columns:
        # With ShareGPT's turns the tools are a text, whose content is JSON.
        return "text"
    if folded in LISTS:
        return "list"
    if folded in MESSAGE_FIELDS or (folded == "input" and not ANSWERS_OF_PAIRS.isdisjoint(columns)):
        return "talk"
    if folded == "parallel_tool_calls" or (folded in LABELS and not LABELLED.isdisjoint(columns)):
        return "flag"
    return "text"


def read_cell(kind: Kind, cell: str, careful: StrictDecoder) -> Any:
    """The value of a cell, or ABSENT. Raises ValueError for a marked cell that is not JSON."""
    if kind == "text" or (kind == "talk" and not cell):
        return cell
    if not cell:
        return ABSENT
    word = cell.strip().casefold()
    if kind == "flag" or (kind == "value" and word in WORDS):
        return WORDS.get(word, cell)
    if kind == "value":
        return _decoded(cell, careful)
    if kind == "list" and cell == "null":
        return None
    if word[:1] not in ("[", "{"):
        return cell
    try:
        value = _decoded(cell, careful)
    except ValueError:
        value = _python_value(cell)
    return value if value is not ABSENT and (kind == "list" or is_conversation(value)) else cell


def stays_text(kind: Kind, name: str, cell: str, careful: StrictDecoder) -> bool:
    """Whether a text written to an unmarked column is read back unchanged."""
    if kind == "text" or (kind == "talk" and not cell):
        return True
    return cell != "" and not _should_be_json(name, cell) and read_cell(kind, cell, careful) is cell


def null_is_nothing(name: str, kind: Kind) -> bool:
    """Whether a null, which only Parquet has, means that the record does not have the field."""
    folded = name.strip().casefold()
    needed = REQUIRED_FIELDS if kind == "list" else LABELS
    return kind == "value" or (kind in ("list", "flag") and folded not in needed)


def is_conversation(value: Any) -> bool:
    """Whether a value is messages: a list of them, one of them, or an object that contains them."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and not MESSAGE_KEYS.isdisjoint(first)


class Nested:
    """The columns of one table that may have more than texts. ``kinds`` are theirs by the field's name."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self._kinds = {name: kind for name, kind in kinds.items() if kind != "text"}
        self._careful = StrictDecoder()

    def __bool__(self) -> bool:
        return bool(self._kinds)

    @property
    def may_be_texts(self) -> bool:
        """Whether the columns are texts in most files, although some of their cells may be nested."""
        return set(self._kinds.values()) <= {"talk"}

    def are_texts(self, name: str, cells: "Series") -> bool:
        """Whether ``read`` would leave all these cells of a column as they are."""
        kind = self._kinds.get(name, "text")
        return kind == "text" or (kind == "talk" and not cells.str.contains(r"^[\s\x1c-\x1f]*[\[{]").any())

    def read(self, record: Record, line: int, row: int, shown: str) -> tuple[Record | None, list[Fault]]:
        """The record with its cells decoded, or None if one is broken. ``shown`` is the row as the file has it."""
        faults: list[Fault] = []
        for name, kind in self._kinds.items():
            cell = record.get(name, ABSENT)
            if cell is None and null_is_nothing(name, kind):
                del record[name]
            if not isinstance(cell, str):
                continue
            broken = False
            try:
                value = read_cell(kind, cell, self._careful)
            except ValueError:
                value, broken = cell, True
            if broken or (value is cell and _should_be_json(name, cell)):
                words = explain(diagnose(cell.strip()))
                faults.append(
                    Fault(
                        "bad-json",
                        words,
                        line,
                        row,
                        escape(name),
                        healable=False,
                        text=shown,
                        incomplete=False,
                    )
                )
            elif value is ABSENT:
                # An empty cell of messages is a fault of the row, not another type of row.
                if kind != "list" or null_is_nothing(name, kind):
                    del record[name]
            elif value is not cell:
                record[name] = value
                faults += self._defects(name, cell, line, row, shown)
        usable = all(fault.text is None or fault.kind in PARTLY_READ for fault in faults)
        return (record if usable else None), faults

    def _defects(self, name: str, cell: str, line: int, row: int, shown: str) -> list[Fault]:
        try:
            value = _decoded(cell, self._careful)
        except ValueError:
            # Words written by spreadsheets, such as TRUE.
            return []
        return [
            Fault(
                defect.kind,
                defect.message,
                line,
                row,
                _inside(name, defect.path),
                healable=False,
                text=None if defect.usable and defect.kind not in PARTLY_READ else shown,
                incomplete=False,
            )
            for defect in defects(cell.strip(), value, self._careful)
        ]


def _decoded(cell: str, careful: StrictDecoder) -> Any:
    text = cell.strip()
    try:
        value, end = careful.decode(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if end != len(text):
        raise ValueError("something follows the value")
    return value


def _python_value(cell: str) -> Any:
    """The list or object that a cell holds as Python writes it, as pandas and str() do; ABSENT for none.

    NumPy writes no commas between the objects of a list. A text of Python has no raw line breaks, so none is changed.
    """
    text = BETWEEN_OBJECTS.sub("}, {", cell.strip())
    if len(text) > MAX_PYTHON_LENGTH:
        return ABSENT
    try:
        tree = ast.parse(text, mode="eval")
        value = ABSENT if has_twins(tree) else ast.literal_eval(tree)
        # Only what JSON has, too.
        json.dumps(value, allow_nan=False)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return ABSENT
    return value if isinstance(value, list | dict) else ABSENT


def _should_be_json(name: str, cell: str) -> bool:
    return name.strip().casefold() in REQUIRED_FIELDS and cell.lstrip()[:1] in ("[", "{")


def _inside(name: str, path: str | None) -> str:
    """The path of a position in a column's value."""
    name = escape(name)
    if not path:
        return name
    return f"{name}{path}" if path.startswith("[") else f"{name}.{path}"
