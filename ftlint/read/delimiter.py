"""Which character separates the cells of a table."""

import csv
import io
from itertools import islice

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.quote import quote

CANDIDATES = (",", ";", "\t", "|")
BY_NAME = {"csv": ",", "tsv": "\t"}
WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SPOKEN = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "bar": "|"}
SAMPLE = 50
NO_LIMIT = 2**31 - 1


def check_delimiter(given: str) -> str:
    """The delimiter that the user named. Raises UsageError for what cannot be one."""
    delimiter = SPOKEN.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in '"\r\n\0' or (not delimiter.isprintable() and delimiter != "\t"):
        near = did_you_mean(given, SPOKEN)
        raise UsageError(
            f"--delimiter {quote(given)}: give one character, or comma, semicolon, tab or pipe{near}"
        )
    return delimiter


def sniff(head: str, default: str) -> str:
    """The delimiter that gives most rows as many cells as the header; the default where none does."""
    lift_cell_limit()
    best, best_share = default, 0.0
    for candidate in (default, *(c for c in CANDIDATES if c != default)):
        share = _agreement(head, candidate)
        # A later candidate must be clearly better.
        if share > best_share + (0.2 if best_share else 0.0):
            best, best_share = candidate, share
    return best


def _agreement(head: str, delimiter: str) -> float:
    """The share of the first rows with as many cells as the header; 0 for a header of one cell."""
    try:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        counts = [len(row) for row in islice(rows, SAMPLE) if row]
    except csv.Error:
        return 0.0
    if not counts or counts[0] < 2:
        return 0.0
    share = sum(1 for count in counts[1:] if count == counts[0]) / len(counts[1:]) if counts[1:] else 1.0
    return share if share >= 0.5 else 0.0


def lift_cell_limit() -> None:
    """Let cells be as long as they are. Python's limit holds for the process; only Python itself sets it lower."""
    if csv.field_size_limit() < NO_LIMIT:
        csv.field_size_limit(NO_LIMIT)
