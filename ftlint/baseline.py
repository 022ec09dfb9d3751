"""A baseline: findings that are known and do not count, keyed by rule and content so that rows may move.

A file of JSON lines, an entry each, sorted, so that a change to it is small: rule, fingerprint, count (how many
findings of one content), file (where it was seen, for people), reason and expires (both yours), added.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from ftlint.contents import DIGITS
from ftlint.errors import UsageError
from ftlint.result import FileReport, Finding, Tally
from ftlint.write import replacing

NAME = ".ftlint-baseline.jsonl"


class Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Findings of one rule about one content."""

    rule: str
    fingerprint: Annotated[str, msgspec.Meta(pattern=f"^[0-9a-f]{{{DIGITS}}}$")]
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    file: str = ""
    reason: str | None = None
    expires: date | None = None
    added: date | None = None


def load_baseline(path: Path) -> list[Entry]:
    """The entries of a baseline. Raises UsageError for a file or line that cannot be read."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"--baseline {path}: {error.strerror or error}") from None
    entries = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                entries.append(msgspec.json.decode(line, type=Entry))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise UsageError(f"{path}:{number}: {error}") from None
    return entries


def suppress(
    files: Sequence[FileReport], entries: Iterable[Entry], today: date, ran: Container[str]
) -> list[str]:
    """Move the findings that the entries know to ``suppressed``; sentences about entries that did nothing.

    Of files that were not checked, and rules that did not run, nothing can be said.
    """
    checked = names_of(files)
    mine: set[str] = set()
    room: Counter[str] = Counter()
    reasons: dict[str, str] = {}
    expired = 0
    for entry in entries:
        if entry.expires is not None and entry.expires < today:
            expired += 1
            continue
        room[entry.fingerprint] += entry.count
        if entry.file in checked and entry.rule in ran:
            mine.add(entry.fingerprint)
        reasons[entry.fingerprint] = entry.reason or "in the baseline"
    unused = Counter(room)
    for file in files:
        known = []
        for finding in file.findings:
            if finding.fingerprint and unused[finding.fingerprint] > 0:
                unused[finding.fingerprint] -= 1
                known.append((finding, reasons[finding.fingerprint]))
        take_out(file, known)
    stale = sum(1 for fingerprint in mine if unused[fingerprint] == room[fingerprint])
    notes = []
    if stale:
        notes.append(
            f"{stale:,} of the baseline's entries match nothing any more; --prune-baseline takes them out"
        )
    if expired:
        notes.append(f"{expired:,} of the baseline's entries have expired, so what they knew counts again")
    return notes


def take_out(file: FileReport, known: Iterable[tuple[Finding, str]]) -> None:
    """Let findings of a file not count, each for a reason."""
    reasons = {id(finding): reason for finding, reason in known}
    for finding in file.findings if reasons else ():
        if id(finding) in reasons:
            file.suppressed.append(replace(finding, suppressed=reasons[id(finding)]))
            file.tallies[Tally(finding.code, finding.severity, finding.scope)] -= 1
            file.fixable[finding.code] -= finding.fix is not None
    file.tallies, file.fixable = +file.tallies, +file.fixable
    file.findings = [finding for finding in file.findings if id(finding) not in reasons]


def key_of(entry: Entry) -> tuple[str, str]:
    """What an entry is about: the rule and the content."""
    return entry.rule, entry.fingerprint


def names_of(files: Iterable[FileReport]) -> set[str]:
    """The files as entries name them."""
    return {Path(file.path).as_posix() for file in files}


def write_baseline(
    path: Path, files: Sequence[FileReport], today: date, ran: Container[str], *, prune_only: bool = False
) -> int:
    """Write what was found as the new baseline; how many entries it has. What people wrote into the old one stays,
    and so do entries of files that were not checked and of rules that did not run.

    ``prune_only`` adds nothing: it takes out what is not found any more.
    """
    old = {key_of(e): e for e in load_baseline(path)} if path.exists() else {}
    counts: Counter[tuple[str, str]] = Counter()
    seen: dict[tuple[str, str], str] = {}
    for file in files:
        for finding in (*file.findings, *file.suppressed):
            key = (finding.code, finding.fingerprint)
            counts[key] += 1
            seen.setdefault(key, Path(finding.file).as_posix())
    checked = names_of(files)
    entries = [
        e for e in old.values() if not (e.file in checked and e.rule in ran) and counts[key_of(e)] == 0
    ]
    for key, n in sorted(counts.items()):
        kept = old.get(key)
        if n == 0 or (kept is None and prune_only):
            continue
        mine = Entry(rule=key[0], fingerprint=key[1], file=seen[key], added=today)
        entry = kept or mine
        n = min(n, entry.count) if prune_only else n
        entries.append(msgspec.structs.replace(entry, count=n, file=seen[key]))
    with replacing(path) as out:
        for entry in sorted(entries, key=key_of):
            out.write(msgspec.json.encode(entry) + b"\n")
    return len(entries)
