"""CSV and TSV: every text exactly as it is, in quotes where a reader could take it for something else."""

import re
from collections.abc import Iterator, Sequence
from typing import IO

from ftlint.display import quote
from ftlint.errors import UsageError
from ftlint.io.table.csv import BY_NAME, CANDIDATES, LONGEST_ROW
from ftlint.io.table.nested import ABSENT
from ftlint.io.write.fields import CONTROL, Column, refusal
from ftlint.io.write.writer import Entry, Refused

# Whatever may separate cells is quoted, so that no reader guesses wrong.
NEEDS_QUOTES = re.compile(rf'["\r\n\ufeff{re.escape("".join(CANDIDATES))}]|^\s|\s$')
PLAIN = re.compile(r"\w(?:[\w .()-]*[\w.)])?")


def pour_delimited(
    entries: Iterator[Entry], columns: Sequence[Column], out: IO[bytes], container: str
) -> Iterator[Refused]:
    """Write a header and a row for each record; records that a row cannot hold are handed back."""
    delimiter = BY_NAME[container]
    for column in columns:
        if CONTROL.search(column.header):
            name = f"the field {quote(column.name)}"
            raise UsageError(f".{container} cannot hold {name}: its name has a control character in it")
    if columns:
        out.write(_header([column.header for column in columns], delimiter))
    for entry in entries:
        cells = [column.cell(entry.record.get(column.name, ABSENT)) for column in columns]
        row = _row(cells, delimiter)
        reason = refusal(cells, columns, container)
        if reason is None and len(row) > LONGEST_ROW:
            reason = f".{container} cannot hold a row of more than {LONGEST_ROW:,} bytes"
        if reason is None:
            out.write(row)
        else:
            yield Refused(entry, reason)


def _header(names: Sequence[str], delimiter: str) -> bytes:
    """The first row. Readers tell by a file's first characters what it is: only plain words stand without quotes."""
    cells = [name if PLAIN.fullmatch(name) else _quoted(name) for name in names]
    return f"{delimiter.join(cells)}\n".encode()


def _row(cells: Sequence[str], delimiter: str) -> bytes:
    # A row of nothing would be no row.
    line = delimiter.join(map(_cell, cells)) or '""'
    return f"{line}\n".encode()


def _cell(text: str) -> str:
    return _quoted(text) if NEEDS_QUOTES.search(text) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
