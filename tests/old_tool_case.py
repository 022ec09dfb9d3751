"""What a case of the old tool is made of, and the files that it is given.

The old tool is `openai tools fine_tunes.prepare_data`. Nothing here needs it.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

Pair = tuple[str, str]

# The old tool's remedies, in its order, and the rules that propose the same. No rule: the file is written anew anyway.
REMEDIES = {
    "convert": None,
    "rename-columns": "F021",
    "drop-columns": "S006",
    "drop-empty": "P010",
    "drop-duplicates": "D001",
    "drop-long": "L001",
    "lower-prompts": "P008",
    "lower-completions": "P008",
    "add-separator": "P001",
    "drop-prefix": "P006",
    "drop-answer-prefix": "P007",
    "add-stop": "P004",
    "add-space": "P003",
    "split": None,
}
# What it only said, and the rules that say the same.
NOTES = {
    "sheets": "F018",
    "not-jsonl": "F005",
    "is-jsonl": None,
    "classification": None,
    "similar-columns": None,
    "shared-separator": None,
    "long-separator": None,
    "separator-inside": "P002",
    "shared-prefix": "P006",
    "answer-prefix": "P007",
    "shared-stop": None,
    "long-stop": None,
    "stop-inside": "P005",
    "moved-rows": None,
    "nothing-to-do": None,
}
QA = [
    ("What is red?", "A colour"),
    ("Name a river", "The Nile"),
    ("How many legs has a spider", "Eight"),
    ("Who wrote Emma", "Jane Austen"),
]
ZH = [("唐朝", "一位英雄"), ("宋朝的诗人", "苏轼写词"), ("明", "郑和下西洋去")]
PREPARED = ("x_prepared.jsonl",)
SPLIT = ("x_prepared_train.jsonl", "x_prepared_valid.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What preparing a file comes to."""

    rows: Sequence[Pair] | None = None
    """(prompt, completion) as written, after a split of both files in the order of the input; None: nothing written."""
    remedies: tuple[str, ...] = ()
    """What was proposed, in the words of REMEDIES; all of it was done, but for what ``answers`` refuse."""
    notes: tuple[str, ...] = ()
    """What was only said, in the words of NOTES."""
    few: bool = True
    """Whether more examples were advised."""
    named: tuple[int, ...] = ()
    """The rows that were named: from zero among those left at that step by the old tool, lines of the file by ftlint."""
    separator: str | None = None
    """What it says that prompts have to end with."""
    stop: str | None = None
    """What it says that ends an answer."""
    valid: tuple[int, ...] | None = None
    """Which of ``rows`` are in the validation file, from zero; None: not split, or, of ftlint, not told here."""
    files: tuple[str, ...] = PREPARED
    refused: str | None = None
    """The beginning of the sentence with which it declined the file."""
    crashed: str | None = None
    """The last line of the traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldCase:
    """One input, what the old tool made of it, and what is expected of ``ftlint prepare``.

    ``expected`` is "same": the same rows survive, look the same, and by the same remedies. Or it is "differs: …",
    which says how and why that is better. ``new`` is then the outcome, where the design decides it in full; of
    ``notes`` and ``few`` it tells nothing. ``says`` are the rules that ftlint has to name.
    """

    name: str
    content: bytes | Sequence[Any] | Callable[[], bytes]
    """The file; or pairs and records to be written as JSON lines; or what makes the bytes."""
    old: Outcome
    expected: str = "same"
    new: Outcome | None = None
    says: tuple[str, ...] = ()
    file: str = "x.jsonl"
    beside: tuple[str, ...] = ()
    """Files that are in the folder already."""
    answers: str | None = None
    """What is typed, a line for each question; None: all is accepted without a question."""
    later: Outcome | None = None
    """The outcome with the last release that had the tool, 1.109.1, where it is another one."""

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        if isinstance(self.content, bytes):
            return self.content
        return self.content() if callable(self.content) else jsonl(self.content)


ADD = ("add-separator", "add-stop", "add-space")


NUMBERS = "a number is a token of its own, so it gets no space in front"


def marked(pairs: Iterable[Pair], separator: str = " ->", stop: str = "\n", space: str = " ") -> list[Pair]:
    """Pairs with the marks of the legacy format."""
    return [(prompt + separator, space + completion + stop) for prompt, completion in pairs]


def unspaced(outcome: Outcome) -> Outcome:
    """The same without a space in front of numbers (see NUMBERS)."""
    rows = [
        (p, c[1:] if c[1:].strip().replace(".", "").replace("-", "").isdigit() else c)
        for p, c in outcome.rows or ()
    ]
    return replace(outcome, rows=rows)


def added(
    pairs: Iterable[Pair], *first: str, separator: str = " ->", stop: str = "\n", **more: Any
) -> Outcome:
    """The usual outcome: what was done ``first``, and then all three marks added."""
    rows = marked(pairs, separator, stop)
    return replace(Outcome(rows=rows, remedies=(*first, *ADD), separator=separator, stop=stop), **more)


def declined(words: str, **more: Any) -> Outcome:
    """The old tool's own refusal: nothing is written."""
    return Outcome(refused=words, files=(), **more)


def unreadable(kind: str) -> Outcome:
    """Its one sentence for all that pandas cannot read."""
    return declined(f"Your file `x.{kind.lower()}` does not appear to be in valid {kind} format.", few=False)


def lacking(column: str, **more: Any) -> Outcome:
    """Its refusal of a table without a column."""
    return declined(f"`{column}` column/key is missing.", **more)


def crash(words: str, *remedies: str, **more: Any) -> Outcome:
    """A traceback after remedies were proposed; nothing is written."""
    return Outcome(crashed=words, remedies=remedies, files=(), **more)


NOTHING = Outcome(files=())
"""Nothing is written, and the rules say why."""
DONE = added(QA)
CONVERTED = added(QA, "convert")


def record(pair: Pair) -> dict[str, str]:
    """A pair as the target wants it."""
    return {"prompt": pair[0], "completion": pair[1]}


def jsonl(rows: Iterable[Any]) -> bytes:
    """Pairs or records, one a line."""
    records = (record(row) if isinstance(row, tuple) else row for row in rows)
    return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records)


def table(rows: Iterable[Sequence[str]], header: str = "prompt,completion", delimiter: str = ",") -> bytes:
    """A table of text, with the names of its columns, which are given with commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows([header.split(","), *rows])
    return out.getvalue().encode()


def workbook(*sheets: Sequence[Sequence[Any]]) -> Callable[[], bytes]:
    """What makes a workbook; every sheet with rows begins with the usual names."""

    def build() -> bytes:
        from openpyxl import Workbook

        book = Workbook()
        book.remove(book.active)
        for number, rows in enumerate(sheets):
            sheet = book.create_sheet(f"sheet {number}")
            for row in [("prompt", "completion"), *rows] if rows else ():
                sheet.append(list(row))
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return build
