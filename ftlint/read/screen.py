"""A cheap look at a chunk of JSONL as a whole: does anything in it need a closer look?

What the fast decoder lets pass is looked for here: separators that other readers split at, carriage
returns, and keys that stand twice. For these the marks of keys in the bytes are counted, to be compared
with the keys of the decoded records: a key that stands twice is decoded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlint.lazy import pl
from ftlint.read.alike import alike

if TYPE_CHECKING:
    from polars import DataFrame

SEPARATOR = "[\u2028\u2029\u0085]"
# A quote and a colon end a key. After an escaped quote they are text, and are counted off again; where the
# backslash before that quote is itself escaped, only the slow expression knows.
KEY_MARK = r'"[ \t\r]*:'
ESCAPED_MARK = r'\\"[ \t\r]*:'
ESCAPED_BACKSLASH = r'\\\\"[ \t\r]*:'
UNESCAPED_MARK = r'[^\\](?:\\\\)*"[ \t\r]*:'


@dataclass(frozen=True, slots=True)
class Screen:
    """What a chunk holds as a whole. ``marks`` is None where the bytes are not UTF-8.

    ``columns`` are its records where all are surely alike (see ``ftlint.read.alike``).
    """

    marks: int | None
    separators: bool
    returns: bool
    columns: "DataFrame | None" = None


def screen(chunk: bytes) -> Screen:
    """Look at a chunk without decoding it. Only a select of polars lets other threads of Python go on."""
    returns = b"\r" in chunk
    try:
        # Once, because it copies and checks every byte.
        frame = pl.Series("x", [chunk], dtype=pl.Binary).to_frame().select(pl.col("x").cast(pl.String))
    except pl.exceptions.PolarsError:
        return Screen(None, True, returns)
    text = pl.col("x").str
    marks, escaped, separators = frame.select(
        marks=text.count_matches(KEY_MARK),
        escaped=text.count_matches(ESCAPED_MARK),
        separators=text.contains(SEPARATOR),
    ).row(0)
    if escaped and frame.select(text.contains(ESCAPED_BACKSLASH)).item():
        marks = frame.select(text.count_matches(UNESCAPED_MARK)).item()
    else:
        marks -= escaped
    # A carriage return at the end of a line is a blank to JSON.
    ends = not returns or chunk.count(b"\r\n") == chunk.count(b"\r")
    plain = chunk.endswith(b"\n") and ends and not separators
    return Screen(marks, bool(separators), returns, alike(frame, chunk, marks) if plain else None)


def screen_lines(lines: Sequence[bytes]) -> tuple[list[int | None], list[bool | None]]:
    """For each line the marks of keys and whether a separator stands in it; None where it is not UTF-8."""
    texts = [_text(line) for line in lines]
    found = (
        pl.Series("x", texts, dtype=pl.String)
        .to_frame()
        .select(
            marks=pl.col("x").str.count_matches(UNESCAPED_MARK),
            separators=pl.col("x").str.contains(SEPARATOR),
        )
    )
    return found["marks"].to_list(), found["separators"].to_list()


def _text(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None
