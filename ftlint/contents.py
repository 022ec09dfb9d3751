"""What stands behind findings: for each row that has any, a key of its content and what it says about itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from ftlint.json_written import as_sorted_json
from ftlint.read import ReadOptions, Source, open_reading
from ftlint.read.fault import Record
from ftlint.settings import Settings

RECORD_KEY = "_ftlint"
"""The key of a record that says which rules do not count for it: {"ignore": ["zero-width"], "reason": "…"}."""
COLUMN = "_ftlint_ignore"
"""The same as a column of a table: codes with commas between."""
DIGITS = 32


@dataclass(frozen=True, slots=True)
class Ignored:
    """Rules that a record says do not count for it, by code or name, and why."""

    rules: tuple[str, ...]
    reason: str


@dataclass(slots=True)
class Contents:
    """By row: a key of the content, and what the record ignores. ``lines`` has keys of lines that are no rows."""

    keys: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, Ignored] = field(default_factory=dict)
    lines: dict[int, str] = field(default_factory=dict)


def contents_of(source: Source, read: ReadOptions, rows: Collection[int], lines: Collection[int]) -> Contents:
    """Read the source once more for the content of some rows and of some lines that are no good rows."""
    found = Contents()
    for block in open_reading(source, read).blocks():
        for k, row in enumerate(block.rows):
            if row in rows:
                record = block.records[k]
                found.keys[row] = key_of(record)
                ignored = ignored_of(record)
                if ignored is not None:
                    found.ignored[row] = ignored
        for fault in block.faults:
            if fault.line is not None and fault.line in lines and fault.line not in found.lines:
                found.lines[fault.line] = _digest(fault.text if fault.text is not None else fault.message)
    return found


def for_training(settings: Settings) -> Settings:
    """The settings for a file that is trained on: where records speak to ftlint, nothing of that comes along."""
    if not settings.record_ignores:
        return settings
    return replace(settings, read=replace(settings.read, left_out=(RECORD_KEY, COLUMN)))


def key_of(record: Record) -> str:
    """A key of the content, whatever the order of its keys; what is said to ftlint itself does not count."""
    return _digest(as_sorted_json({k: v for k, v in record.items() if k not in (RECORD_KEY, COLUMN)}))


def fingerprint(code: str, key: str) -> str:
    """What a finding is known by, wherever its record stands."""
    return _digest(f"{code}\x1f{key}")


def ignored_of(record: Mapping[str, Any]) -> Ignored | None:
    """What a record says does not count for it; None where it says nothing that can be understood."""
    said = record.get(RECORD_KEY)
    reason = ""
    if isinstance(said, dict):
        given = said.get("reason")
        reason = given if isinstance(given, str) else ""
        said = said.get("ignore")
    elif said is None:
        said = record.get(COLUMN)
    if isinstance(said, str):
        said = said.replace(",", " ").split()
    if not isinstance(said, list):
        return None
    rules = tuple(rule for rule in said if isinstance(rule, str))
    return Ignored(rules, reason or "the record says so") if rules else None


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGITS // 2).hexdigest()
