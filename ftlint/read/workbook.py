"""Workbooks as openpyxl opens them, with texts as the file format spells them.

XML cannot hold most control characters, and no carriage return for long; XLSX spells them ``_x000D_``, and an
underscore that would begin such a word ``_x005F_``. openpyxl leaves the words as they are, but takes every
``x005F_`` out, wherever it stands.
"""

import re
from collections.abc import Iterator
from typing import IO, Any

SPELLED = re.compile("_x([0-9A-Fa-f]{4})_")
SURROGATES = range(0xD800, 0xE000)


def open_workbook(file: IO[bytes], *, data_only: bool) -> Any:
    """The workbook, to be read row by row. ``data_only``: results instead of formulas."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.xml.constants import SHARED_STRINGS

    class Reader(ExcelReader):  # type: ignore[misc]
        """openpyxl's reader, but for what it does to texts."""

        def read_strings(self) -> None:
            part = self.package.find(SHARED_STRINGS)
            if part is not None:
                with self.archive.open(part.PartName[1:]) as source:
                    self.shared_strings = list(_strings(source))

    reader = Reader(file, read_only=True, data_only=data_only, keep_links=False)
    reader.read()
    return reader.wb


def unspelled(text: str) -> str:
    """The text that a cell's text stands for."""
    return SPELLED.sub(_character, text) if "_x" in text else text


def _strings(source: IO[bytes]) -> Iterator[str]:
    from openpyxl.cell.text import Text
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    for _, node in iterparse(source):
        if node.tag == f"{{{SHEET_MAIN_NS}}}si":
            yield Text.from_tree(node).content
            node.clear()


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if number in SURROGATES else chr(number)
