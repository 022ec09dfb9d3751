"""Terminal rendering: colour, width, padding and wrapping.

Everything a report shows may come from data or file names written by strangers: ``ftlint.display`` makes it
harmless for terminals and for build logs, which run commands that they find in their output.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

from ftlint.display import did_you_mean, sanitize
from ftlint.errors import UsageError

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

# Azure, TeamCity and older GitHub runners obey "##name[…]" anywhere in a line.
# GitHub obeys "::name" where a line begins with it, indented or not.
LINE_COMMAND = re.compile(r"((?:\s|\x1b\[[\d;]*m)*):(?=:)")


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How the user wants the report to look.

    ``width`` is the terminal's. ``statistics`` asks for counts by rule instead of findings, ``quiet`` for
    findings only, ``verbose`` for every file. ``most`` is how many findings of a rule and file the text lists;
    0 for all that the report has.
    """

    colour: bool = False
    width: int = 80
    statistics: bool = False
    quiet: bool = False
    verbose: bool = False
    most: int = 0

    @property
    def room(self) -> int:
        """The columns to write in; very narrow terminals have to wrap by themselves."""
        return max(self.width, NARROWEST)


def wants_colour(choice: str, environ: Mapping[str, str], stream: TextIO) -> bool:
    """Whether to colour what goes to this very stream: the option decides, the environment, the terminal."""
    if choice not in CHOICES:
        known = ", ".join(CHOICES)
        raise UsageError(
            f'no colour choice "{sanitize(choice)}"{did_you_mean(choice, CHOICES)} (--color: {known})'
        )
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return environ.get("TERM") != "dumb" and is_terminal(stream) and _understands_colour()


def width_of(environ: Mapping[str, str], stream: TextIO) -> int:
    """The columns of this stream: COLUMNS, else the terminal's, else a width that suits logs."""
    told = environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or PIPED_WIDTH
    except (OSError, ValueError, AttributeError):
        return PIPED_WIDTH


def is_terminal(stream: TextIO) -> bool:
    """Whether a person sees this stream; a closed or missing one nobody sees."""
    try:
        return stream.isatty()
    except (ValueError, AttributeError):
        return False


def styled(text: str, style: str, look: RenderOptions) -> str:
    """The text in one of the known styles, or as it is where there is no colour."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if look.colour and text else text


def line_of_text(text: str) -> str:
    """A whole line of shown text, so that no build log takes it for a command; with its line end."""
    command = LINE_COMMAND.match(text)
    return f"{command.group(1)}\\x3a{text[command.end() :]}\n" if command else f"{text}\n"


def columns(text: str) -> int:
    """How many columns the text takes: Chinese, Japanese and Korean characters take two, accents none."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def padded(text: str, width: int) -> str:
    """The text with blanks up to a width in columns."""
    return text + " " * (width - columns(text))


def wrapped(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most so many columns, broken at blanks where there are some."""
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


def _cut(word: str, width: int) -> list[str]:
    pieces, start, used = [], 0, 0
    for at, character in enumerate(word):
        wide = _columns_of(character)
        if used + wide > width and at > start:
            pieces.append(word[start:at])
            start, used = at, 0
        used += wide
    return [*pieces, word[start:]]


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _understands_colour() -> bool:
    """Windows consoles show colour codes as litter unless they are told to obey them."""
    if sys.platform == "win32":
        import ctypes

        kernel, obey = ctypes.windll.kernel32, 0x0004
        for number in (-11, -12):
            handle, mode = kernel.GetStdHandle(number), ctypes.c_ulong()
            if kernel.GetConsoleMode(handle, ctypes.byref(mode)):
                return bool(kernel.SetConsoleMode(handle, mode.value | obey))
    # Elsewhere, and in terminals on Windows that are no console of its own, nobody needs telling.
    return True
