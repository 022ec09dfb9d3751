"""Where the next record of a JSON document begins after one that is broken."""

import re

from ftlint.read.json_layout import KEYS_OF_A_MESSAGE
from ftlint.read.text_window import TextWindow

OPENING = re.compile(r"\{\s*([\"'])((?:[^\"'\\]|\\.){1,100})\1\s*:")
BEFORE = re.compile(r"[,}\]\n]\s*$")
# An opening is shorter than this; that much is kept when the window grows.
OVERLAP = 400


class Resync:
    """Finds the next record by the keys that the good ones begin with."""

    def __init__(self, window: TextWindow) -> None:
        self._window = window
        self._keys: frozenset[str] = frozenset()

    def learn(self, keys: frozenset[str]) -> None:
        """Remember the keys of the first good record."""
        self._keys = self._keys or keys

    def find(self, start: int, error: int) -> int | None:
        """The place of the next record's brace, or None when the document ends before one."""
        window = self._window
        own = OPENING.match(window.text, start)
        keys = self._keys | ({own[2]} if own else frozenset())
        at = self._first_candidate(start, error)
        while True:
            for found in OPENING.finditer(window.text, at):
                if self._is_record(found, start, keys):
                    return found.start()
            at = max(at, len(window.text) - OVERLAP)
            if not window.more():
                return None

    def _first_candidate(self, start: int, error: int) -> int:
        """The error's place, or the brace just before it: a string that is not closed swallows the brace."""
        text = self._window.text
        brace = text.rfind("{", start + 1, error + 1)
        return (
            brace
            if brace >= 0 and text[brace + 1 : error].strip(" \t\r\n\"'") == ""
            else max(error, start + 1)
        )

    def _is_record(self, found: re.Match[str], start: int, keys: frozenset[str]) -> bool:
        before = self._window.text[max(start, found.start() - 200) : found.start()]
        if not BEFORE.search(before) and before.strip():
            return False
        return found[2] in keys if keys else found[2] not in KEYS_OF_A_MESSAGE
