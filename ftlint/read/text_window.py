"""A window on a long text: it grows at its end while something is read, and lets go of what was read."""

import codecs
import re

from ftlint.read.compression import Read
from ftlint.read.encoding import BOM

PIECE = 1 << 20
BLANKS = re.compile(r"[ \t\r\n]*")
UNDECODED = re.compile("[\udc80-\udcff]")


class TextWindow:
    """The text of a UTF-8 stream from the place that is read on. Bytes that are not UTF-8 stay as stand-ins."""

    def __init__(self, read: Read, piece: int = PIECE) -> None:
        self._read = read
        self._piece = piece
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.text = ""
        self.at = 0
        self.line = 1
        self.offset = 0
        self.ended = False
        self.marked = False
        self.dirty = False
        self._counted = 0
        self._begin()

    def _begin(self) -> None:
        while not self.text and self.more():
            pass
        if self.text.startswith(BOM.decode()):
            self.marked = True
            self.at = self._counted = 1
            self.offset = len(BOM)

    def more(self) -> bool:
        """Read on; false at the end of the stream."""
        if self.ended:
            return False
        # Doubling keeps the cost of a long value in proportion to its length.
        data = self._read(max(self._piece, len(self.text) - self.at))
        self.ended = not data
        new = self._decoder.decode(data, self.ended)
        self.dirty = self.dirty or UNDECODED.search(new) is not None
        self.text += new
        return bool(new) or not self.ended

    def skip_blanks(self) -> str:
        """Go to the next character that is no blank, and give it; nothing at the end."""
        while True:
            found = BLANKS.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def drop_read(self) -> None:
        """Let go of the text before the place, and count its lines and bytes."""
        self.here()
        if self.at > self._piece or self.at == len(self.text):
            self.text, self.at, self._counted = self.text[self.at :], 0, 0

    def here(self) -> tuple[int, int]:
        """The line and the byte offset of the place."""
        passed = self.text[self._counted : self.at]
        self.line += passed.count("\n")
        self.offset += len(passed.encode("utf-8", "surrogateescape")) if not passed.isascii() else len(passed)
        self._counted = self.at
        return self.line, self.offset

    def line_of(self, at: int) -> int:
        """The line of a place further on."""
        line, _ = self.here()
        return line + self.text.count("\n", self.at, at)


def printable(text: str) -> str:
    """The text with stand-ins for bytes that are not UTF-8 spelled out as ``\\xe9``."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
