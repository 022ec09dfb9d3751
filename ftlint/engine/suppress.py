"""Suppress findings before they are reported: by the baseline, by ignores of records, and by ``max-rate``.

A baseline lists known findings that do not count, keyed by rule and content so that rows may move. It is a
file of JSON lines, one entry per line, sorted so that changes stay small: rule, fingerprint, count (how many
findings of one content), file (where it was found, for people), reason and expires (both written by the
user), added.

Each row with findings has a key of its content and its own ignores. Findings of a rule at or below its
``max-rate`` are reported as information.
"""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Annotated, Any

import msgspec
from msgspec import Struct, field, structs

from ftlint.config.settings import Settings
from ftlint.engine.scan import Plan
from ftlint.errors import UsageError
from ftlint.io.block import ReadOptions, Record
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing
from ftlint.json_values import as_sorted_json
from ftlint.result import FileReport, Finding, Report, Tally
from ftlint.rule.registry import fits

RECORD_KEY = "_ftlint"
"""The key of a record that names the rules to ignore for it: {"ignore": ["zero-width"], "reason": "…"}."""
COLUMN = "_ftlint_ignore"
"""The same as a column of a table: codes with commas between."""
DIGITS = 32


class RecordIgnore(Struct, frozen=True):
    """Rules that a record ignores, by code or name, and the reason."""

    rules: tuple[str, ...]
    reason: str


class ContentKeys(Struct):
    """By row: a key of the content, and the record's ignores. ``lines`` has keys of lines that are not rows."""

    keys: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, RecordIgnore] = field(default_factory=dict)
    lines: dict[int, str] = field(default_factory=dict)


def contents_of(
    source: Source, read: ReadOptions, rows: Collection[int], lines: Collection[int]
) -> ContentKeys:
    """Read the source again for the content of some rows and of some lines that are not valid rows."""
    found = ContentKeys()
    for block in open_reader(source, read).blocks():
        for k, row in enumerate(block.rows):
            if row in rows:
                record = block.records[k]
                found.keys[row] = content_key(record)
                ignored = ignored_of(record)
                if ignored is not None:
                    found.ignored[row] = ignored
        for fault in block.faults:
            if fault.line is not None and fault.line in lines and fault.line not in found.lines:
                found.lines[fault.line] = _digest(fault.text if fault.text is not None else fault.message)
    return found


def for_training(settings: Settings) -> Settings:
    """The settings for training data: ignores of records are not written to it."""
    if not settings.record_ignores:
        return settings
    return replace(settings, read=replace(settings.read, left_out=(RECORD_KEY, COLUMN)))


def content_key(record: Record) -> str:
    """A key of the content, independent of the order of its keys; ftlint's own ignore field is not included."""
    return _digest(as_sorted_json({k: v for k, v in record.items() if k not in (RECORD_KEY, COLUMN)}))


def fingerprint(code: str, key: str) -> str:
    """The fingerprint of a finding, independent of its record's position."""
    return _digest(f"{code}\x1f{key}")


def ignored_of(record: Mapping[str, Any]) -> RecordIgnore | None:
    """The ignores of a record; None if it has no valid ones."""
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
    return RecordIgnore(rules, reason or "the record says so") if rules else None


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGITS // 2).hexdigest()


NAME = ".ftlint-baseline.jsonl"


class BaselineEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Findings of one rule about one content."""

    rule: str
    fingerprint: Annotated[str, msgspec.Meta(pattern=f"^[0-9a-f]{{{DIGITS}}}$")]
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    file: str = ""
    reason: str | None = None
    expires: date | None = None
    added: date | None = None


def load_baseline(path: Path) -> list[BaselineEntry]:
    """The entries of a baseline. Raises UsageError for a file or line that cannot be read."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"--baseline {path}: {error.strerror or error}") from None
    entries = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                entries.append(msgspec.json.decode(line, type=BaselineEntry))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise UsageError(f"{path}:{number}: {error}") from None
    return entries


def suppress(
    files: Sequence[FileReport], entries: Iterable[BaselineEntry], today: date, ran: Container[str]
) -> list[str]:
    """Move the findings that match entries to ``suppressed``; returns sentences about unused entries.

    Nothing is reported about files that were not checked and rules that did not run.
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
        suppress_findings(file, known)
    stale = sum(1 for fingerprint in mine if unused[fingerprint] == room[fingerprint])
    notes = []
    if stale:
        notes.append(
            f"{stale:,} of the baseline's entries match nothing any more; --prune-baseline takes them out"
        )
    if expired:
        notes.append(f"{expired:,} of the baseline's entries have expired, so what they knew counts again")
    return notes


def suppress_findings(file: FileReport, known: Iterable[tuple[Finding, str]]) -> None:
    """Suppress findings of a file, each with a reason."""
    reasons = {id(finding): reason for finding, reason in known}
    for finding in file.findings if reasons else ():
        if id(finding) in reasons:
            file.suppressed.append(replace(finding, suppressed=reasons[id(finding)]))
            file.tallies[Tally(finding.code, finding.severity, finding.scope)] -= 1
            file.fixable[finding.code] -= finding.fix is not None
    file.tallies, file.fixable = +file.tallies, +file.fixable
    file.findings = [finding for finding in file.findings if id(finding) not in reasons]


def baseline_key(entry: BaselineEntry) -> tuple[str, str]:
    """The rule and the content that an entry matches."""
    return entry.rule, entry.fingerprint


def names_of(files: Iterable[FileReport]) -> set[str]:
    """The files as entries name them."""
    return {Path(file.path).as_posix() for file in files}


def write_baseline(
    path: Path, files: Sequence[FileReport], today: date, ran: Container[str], *, prune_only: bool = False
) -> int:
    """Write the findings as the new baseline; returns the number of its entries.

    Edits that people made to the old one are preserved, as are entries of files that were not checked and of
    rules that did not run. ``prune_only`` adds nothing: it removes entries whose findings no longer occur.
    """
    old = {baseline_key(e): e for e in load_baseline(path)} if path.exists() else {}
    counts: Counter[tuple[str, str]] = Counter()
    names: dict[tuple[str, str], str] = {}
    for file in files:
        for finding in (*file.findings, *file.suppressed):
            key = (finding.code, finding.fingerprint)
            counts[key] += 1
            names.setdefault(key, Path(finding.file).as_posix())
    checked = names_of(files)
    entries = [
        e for e in old.values() if not (e.file in checked and e.rule in ran) and counts[baseline_key(e)] == 0
    ]
    for key, n in sorted(counts.items()):
        existing = old.get(key)
        if n == 0 or (existing is None and prune_only):
            continue
        mine = BaselineEntry(rule=key[0], fingerprint=key[1], file=names[key], added=today)
        entry = existing or mine
        n = min(n, entry.count) if prune_only else n
        entries.append(msgspec.structs.replace(entry, count=n, file=names[key]))
    with replacing(path) as out:
        for entry in sorted(entries, key=baseline_key):
            out.write(msgspec.json.encode(entry) + b"\n")
    return len(entries)


def without_finding_limit(plan: Plan, settings: Settings) -> Plan:
    """The plan with all findings stored, if some may be suppressed afterwards."""
    return structs.replace(plan, max_per_rule=0) if _suppresses(settings) else plan


def apply_suppressions(report: Report, sources: Sequence[Source], plan: Plan, settings: Settings) -> None:
    """Add fingerprints, suppress findings by record ignores and the baseline, and apply the limit per rule."""
    if not (settings.fingerprints or _suppresses(settings)):
        return
    for file, source in zip(report.files, sources, strict=True):
        contents = _content_keys(file, source, settings.read)
        if settings.record_ignores:
            _apply_record_ignores(file, contents.ignored, plan)
    if settings.baseline is not None:
        today = settings.today or date.today()
        entries = load_baseline(settings.baseline)
        report.notes += suppress(report.files, entries, today, report.names)
    for file in report.files:
        file.findings = _first(file.findings, settings.max_per_rule)


def _suppresses(settings: Settings) -> bool:
    return settings.baseline is not None or settings.record_ignores


def _content_keys(file: FileReport, source: Source, read: ReadOptions) -> ContentKeys:
    """Add the fingerprint to every finding of a file; returns the content keys that were read for it."""
    if not file.findings:
        return ContentKeys()
    rows = {finding.row for finding in file.findings if finding.row is not None}
    lines = {finding.line for finding in file.findings if finding.line is not None}
    contents = contents_of(source, read, rows, lines)
    file.findings = [
        replace(finding, fingerprint=fingerprint(finding.code, _key(finding, contents)))
        for finding in file.findings
    ]
    return contents


def _key(finding: Finding, contents: ContentKeys) -> str:
    if finding.row is not None and finding.row in contents.keys:
        return contents.keys[finding.row]
    if finding.line is not None and finding.line in contents.lines:
        return contents.lines[finding.line]
    # The content of a finding about an entire file is the file's name.
    return f"{finding.scope}:{PurePath(finding.file).name}"


def _apply_record_ignores(file: FileReport, ignored: Mapping[int, RecordIgnore], plan: Plan) -> None:
    """Suppress findings that records ignore; the ignore field itself is not an unknown field."""
    rules = {rule.code: type(rule) for rule in plan.rules}
    known = []
    for finding in file.findings:
        ignores = ignored.get(finding.row) if finding.row is not None else None
        if finding.path == RECORD_KEY:
            known.append((finding, "ftlint's own key"))
        elif ignores is not None and any(
            name and fits(rules[finding.code], name) > 0 for name in ignores.rules
        ):
            known.append((finding, ignores.reason))
    suppress_findings(file, known)


def _first(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The first ``most`` findings of each rule, severity and scope; 0 for all."""
    if not most:
        return list(findings)
    counts: Counter[Tally] = Counter()
    first = []
    for finding in findings:
        tally = Tally(finding.code, finding.severity, finding.scope)
        counts[tally] += 1
        if counts[tally] <= most:
            first.append(finding)
    return first


def apply_max_rates(report: FileReport, rates: Mapping[str, float]) -> None:
    """Report findings within a rule's rate as information, with a note. A rate is findings by examples."""
    for code, rate in rates.items():
        found = sum(n for tally, n in report.tallies.items() if tally.code == code and tally.scope == "row")
        if not report.counts[code] or not report.examples or found > rate * report.examples:
            continue
        tallies: Counter[Tally] = Counter()
        for tally, n in report.tallies.items():
            tallies[tally._replace(severity="info") if tally.code == code else tally] += n
        report.tallies = tallies
        report.findings = [
            replace(finding, severity="info") if finding.code == code else finding
            for finding in report.findings
        ]
        share = f"{found / report.examples:.2%}"
        report.notes.append(
            f"{code}: {found:,} findings ({share} of the examples) are within max-rate {rate:g}"
        )
