"""Writer for XLSX: one sheet with a row for each record, without openpyxl.

openpyxl silently truncates long texts, interprets texts that begin with ``=`` as formulas and stamps every file with
the time, so the few members of a workbook are written here. Texts are text cells in the text number format: they remain
unchanged when the workbook is edited.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from ftlint.display import quote
from ftlint.errors import UsageError
from ftlint.io.table.header import MAX_CELL_LENGTH
from ftlint.io.table.nested import ABSENT
from ftlint.io.table.xlsx import DIGITS, MAX_ROWS
from ftlint.io.write.fields import Column, refusal
from ftlint.io.write.table import TableWriter
from ftlint.io.write.writer import Entry, Refused
from ftlint.json_values import SOURCE_NUMBERS

MAX_COLUMNS = 16_384
# From this size on a sheet may exceed 2 GB: the markup of a short text is twenty times its size.
LARGE = 100 << 20
# XML has no other characters below a blank, and converts a carriage return to a newline.
SPELLED = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
# Equal data give equal bytes.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="examples" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # The second cell format is that of texts (49).
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
FROZEN = (
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
)


class WorkbookWriter(TableWriter):
    """Writes a workbook of one sheet with a header and a row for each record."""

    container = "xlsx"

    def write(self, entries: Iterator[Entry], size: int) -> Iterator[Refused]:
        """Write the workbook; records that a row cannot represent are returned."""
        columns = self.text_columns(controls=True)
        if len(columns) > MAX_COLUMNS:
            raise UsageError(
                f".xlsx holds {MAX_COLUMNS:,} columns, not {len(columns):,}; write .jsonl or .parquet"
            )
        for column in columns:
            if len(column.header) > MAX_CELL_LENGTH:
                raise UsageError(f".xlsx cannot hold the field {quote(column.name)}: its name is too long")
        with zipfile.ZipFile(self.out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in PARTS.items():
                archive.writestr(_entry(name), HEAD + text)
            # Excel does not open every archive that is marked as larger than 2 GB.
            with archive.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=size > LARGE) as part:
                yield from _sheet(entries, columns, part)


def _sheet(entries: Iterator[Entry], columns: Sequence[Column], part: IO[bytes]) -> Iterator[Refused]:
    wide = f'<cols><col min="1" max="{len(columns)}" width="40" style="1" customWidth="1"/></cols>'
    part.write(f'{HEAD}<worksheet xmlns="{MAIN}">{FROZEN}{wide if columns else ""}<sheetData>'.encode())
    letters = [_letters(place) for place in range(len(columns))]
    number = 0
    if columns:
        number = 1
        header = [_text(column.header, f"{letter}1") for letter, column in zip(letters, columns, strict=True)]
        part.write(_row(header, number))
    for entry in entries:
        values = [entry.record.get(column.name, ABSENT) for column in columns]
        cells = [column.cell(value) for column, value in zip(columns, values, strict=True)]
        reason = refusal(cells, columns, "xlsx", holds_one_empty=False) or _too_long(cells, columns)
        if reason is not None:
            yield Refused(entry, reason)
            continue
        number += 1
        if number > MAX_ROWS:
            raise UsageError(
                f".xlsx holds {MAX_ROWS:,} rows with the header, not more; write .csv or .parquet"
            )
        written = [
            _cell(cell, value, f"{letter}{number}")
            for letter, cell, value in zip(letters, cells, values, strict=True)
        ]
        part.write(_row(written, number))
    part.write(b"</sheetData></worksheet>")


def _too_long(cells: Sequence[str], columns: Sequence[Column]) -> str | None:
    """Why a text is too long for its cell, as a sentence."""
    for column, cell in zip(columns, cells, strict=True):
        if len(cell) > MAX_CELL_LENGTH // 2 and len(cell.encode("utf-16-le")) // 2 > MAX_CELL_LENGTH:
            most = f"more than {MAX_CELL_LENGTH:,} characters"
            return f".xlsx cannot hold {most} in one cell ({quote(column.name)})"
    return None


def _row(cells: Sequence[str], number: int) -> bytes:
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()


def _cell(text: str, value: Any, place: str) -> str:
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    is_number = isinstance(value, int | float) and not isinstance(value, SOURCE_NUMBERS)
    if is_number and PLAIN_NUMBER.fullmatch(text) and len(text) <= DIGITS:
        return f'<c r="{place}"><v>{text}</v></c>'
    return _text(text, place) if text else ""


def _text(text: str, place: str) -> str:
    text = SPELLED.sub(_spelled, text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<c r="{place}" s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _spelled(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _letters(place: int) -> str:
    """``A`` for 0, ``Z`` for 25, ``AA`` for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
