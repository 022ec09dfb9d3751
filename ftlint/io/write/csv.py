"""Writers for CSV and TSV: every text unchanged, quoted if a reader could misinterpret it."""

import re
from collections.abc import Iterator, Sequence

from ftlint.display import quote
from ftlint.errors import UsageError
from ftlint.io.table.csv import BY_NAME, CANDIDATES
from ftlint.io.table.csv_columns import MAX_ROW_LENGTH
from ftlint.io.table.nested import ABSENT
from ftlint.io.write.fields import CONTROL, refusal
from ftlint.io.write.table import TableWriter
from ftlint.io.write.writer import Entry, Refused

# Every possible delimiter is quoted, so that no reader guesses wrong.
NEEDS_QUOTES = re.compile(rf'["\r\n\ufeff{re.escape("".join(CANDIDATES))}]|^\s|\s$')
PLAIN = re.compile(r"\w(?:[\w .()-]*[\w.)])?")


class CsvWriter(TableWriter):
    """Writes a header and a row for each record."""

    container = "csv"

    def write(self, entries: Iterator[Entry], size: int) -> Iterator[Refused]:
        """Write the rows; records that a row cannot represent are returned."""
        columns = self.text_columns(controls=False)
        container, delimiter = self.container, BY_NAME[self.container]
        for column in columns:
            if CONTROL.search(column.header):
                name = f"the field {quote(column.name)}"
                raise UsageError(f".{container} cannot hold {name}: its name has a control character in it")
        if columns:
            self.out.write(_header([column.header for column in columns], delimiter))
        for entry in entries:
            cells = [column.cell(entry.record.get(column.name, ABSENT)) for column in columns]
            row = _row(cells, delimiter)
            reason = refusal(cells, columns, container, holds_one_empty=True)
            if reason is None and len(row) > MAX_ROW_LENGTH:
                reason = f".{container} cannot hold a row of more than {MAX_ROW_LENGTH:,} bytes"
            if reason is None:
                self.out.write(row)
            else:
                yield Refused(entry, reason)


class TsvWriter(CsvWriter):
    """The same with tabs between the cells."""

    container = "tsv"


def _header(names: Sequence[str], delimiter: str) -> bytes:
    """The first row. Readers detect a file's type by its first characters: only plain words are left unquoted."""
    cells = [name if PLAIN.fullmatch(name) else _quoted(name) for name in names]
    return f"{delimiter.join(cells)}\n".encode()


def _row(cells: Sequence[str], delimiter: str) -> bytes:
    # An empty line would not be read as a row.
    line = delimiter.join(map(_cell, cells)) or '""'
    return f"{line}\n".encode()


def _cell(text: str) -> str:
    return _quoted(text) if NEEDS_QUOTES.search(text) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
