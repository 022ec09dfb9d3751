"""Terminal rendering: colour, width, padding and wrapping.

Any text in a report may come from untrusted data or file names: ``ftlint.display`` sanitizes it for terminals
and for build logs, which execute commands in their output.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TextIO

from msgspec import Struct

from ftlint.display import check_known, sanitize

CHOICES = ("auto", "always", "never")
STYLES = {
    "error": "1;31",
    "warning": "33",
    "info": "36",
    "strong": "1",
    "faint": "2",
    "good": "32",
    "removed": "31",
    "added": "32",
}
NARROWEST = 40
PIPED_WIDTH = 100

# Azure, TeamCity and older GitHub runners execute "##name[…]" anywhere in a line.
# GitHub executes "::name" at the beginning of a line, indented or not.
LINE_COMMAND = re.compile(r"((?:\s|\x1b\[[\d;]*m)*):(?=:)")


class RenderOptions(Struct, frozen=True):
    """Rendering options.

    ``width`` is the terminal's. ``statistics`` shows counts by rule instead of findings, ``quiet`` only
    findings, ``verbose`` every file. ``most`` is the maximum number of findings listed per rule and file; 0 for
    no limit.
    """

    colour: bool = False
    width: int = 80
    statistics: bool = False
    quiet: bool = False
    verbose: bool = False
    most: int = 0

    @property
    def room(self) -> int:
        """The usable width in columns; on very narrow terminals, lines are wrapped by the terminal."""
        return max(self.width, NARROWEST)


def wants_colour(choice: str, environ: Mapping[str, str], stream: TextIO) -> bool:
    """Whether to colour the output to this stream: by the option, the environment, the terminal."""
    check_known(choice, CHOICES, "no colour choice", "--color: ")
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return environ.get("TERM") != "dumb" and is_terminal(stream) and _enables_colour()


def width_of(environ: Mapping[str, str], stream: TextIO) -> int:
    """The width of this stream: COLUMNS, else the terminal's, else a width that suits logs."""
    value = environ.get("COLUMNS", "")
    if value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    try:
        return os.get_terminal_size(stream.fileno()).columns or PIPED_WIDTH
    except (OSError, ValueError, AttributeError):
        return PIPED_WIDTH


def is_terminal(stream: TextIO) -> bool:
    """Whether this stream is a terminal; False if it is closed or missing."""
    try:
        return stream.isatty()
    except (ValueError, AttributeError):
        return False


def styled(text: str, style: str, options: RenderOptions) -> str:
    """The text in one of the known styles, or unchanged without colour."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if options.colour and text else text


def line_of_text(text: str) -> str:
    """A complete line of sanitized text with its line break, safe for build logs that execute commands."""
    command = LINE_COMMAND.match(text)
    return f"{command.group(1)}\\x3a{text[command.end() :]}\n" if command else f"{text}\n"


def columns(text: str) -> int:
    """The display width of the text: Chinese, Japanese and Korean characters take two columns, combining marks
    none.
    """
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def padded(text: str, width: int) -> str:
    """The text padded with spaces to a display width."""
    return text + " " * (width - columns(text))


def aligned(rows: Sequence[Sequence[str]], left: Collection[int] = (0,)) -> list[str]:
    """The rows of a table as lines: the columns at ``left`` are aligned to the left, the others to the right."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            padded(cell, width) if at in left else " " * (width - columns(cell)) + cell
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text wrapped to lines of a maximum display width, at spaces if possible."""
    if columns(text) <= width:
        yield text
        return
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if columns(longer) <= width:
            line = longer
            continue
        if line.strip():
            yield line
        *full, line = _cut(word, width)
        yield from full
    if line.strip():
        yield line


def sentence_lines(text: str, style: str, options: RenderOptions) -> Iterator[str]:
    """A sentence in a style, indented; the lines that it is wrapped to are indented twice."""
    indent = "  "
    for line in wrapped(sanitize(text), options.room - 4):
        yield line_of_text(indent + styled(line, style, options))
        indent = "    "


def _cut(word: str, width: int) -> list[str]:
    segments, start, used = [], 0, 0
    for at, character in enumerate(word):
        wide = _columns_of(character)
        if used + wide > width and at > start:
            segments.append(word[start:at])
            start, used = at, 0
        used += wide
    return [*segments, word[start:]]


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _enables_colour() -> bool:
    """Windows consoles print colour codes as text unless the mode that interprets them is enabled."""
    if sys.platform == "win32":
        import ctypes

        kernel, obey = ctypes.windll.kernel32, 0x0004
        for number in (-11, -12):
            handle, mode = kernel.GetStdHandle(number), ctypes.c_ulong()
            if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
                return bool(kernel.SetConsoleMode(handle, mode.value | obey))
    # Other systems, and terminal emulators on Windows, need no mode.
    return True
