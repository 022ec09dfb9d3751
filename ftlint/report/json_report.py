"""``--output-format json``: the contract for scripts, schema version 1.

Findings are streamed one per line: a report of a million findings is never one string.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ftlint.display import LOG_COMMAND, UNSAFE
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import in_file_order
from ftlint.result import FileReport, Finding, Report
from ftlint.secrets import mask
from ftlint.version import __version__

SCHEMA = 1
SURROGATE = re.compile("[\ud800-\udfff]")


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """Render the report as one JSON document that ends with a newline."""
    del options
    tool = {"name": "ftlint", "version": __version__}
    yield f'{{"schema": {SCHEMA}, "tool": {as_json(tool)},\n'
    yield f' "target": {as_json(report.target)}, "model": {as_json(report.model)},\n'
    yield ' "files": ['
    yield from listed(_file(file) for file in report.files)
    yield '],\n "findings": ['
    yield from listed(record_of(finding) for file in report.files for finding in in_file_order(file.findings))
    yield '],\n "suppressed": ['
    yield from listed(
        record_of(finding) | {"reason": finding.suppressed or ""}
        for file in report.files
        for finding in in_file_order(file.suppressed)
    )
    yield f'],\n "counts": {as_json(dict(sorted(report.counts.items())))},\n'
    yield f' "summary": {as_json(_summary(report))},\n'
    yield f' "notes": {as_json(report.notes)}}}\n'


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "container": file.container,
        "shape": file.shape,
        "task": file.task,
        "rows": file.rows,
        "examples": file.examples,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "written": file.written,
        "rejects": file.rejects,
        "read": file.read if file.written else None,
        "kept": file.kept if file.written else None,
        "changed": file.changed if file.written else None,
        "notes": file.notes,
        # Only conversions have one.
        **({"recipe": file.recipe} if file.recipe is not None else {}),
    }


def record_of(finding: Finding) -> dict[str, Any]:
    """A finding with the keys of the contract."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "file": finding.file,
        "line": finding.line,
        "row": finding.row,
        "path": finding.path,
        "message": finding.message,
        "fix": finding.fix,
        "scope": finding.scope,
        "fingerprint": finding.fingerprint or None,
    }


def _summary(report: Report) -> dict[str, int | None]:
    return {
        "examples": report.examples,
        "errors": report.total("error"),
        "warnings": report.total("warning"),
        "infos": report.total("info"),
        "fixed": report.fixed,
        "dropped": report.dropped,
        "read": sum(file.read for file in report.files) if report.fixing else None,
        "kept": sum(file.kept for file in report.files) if report.fixing else None,
        "changed": sum(file.changed for file in report.files) if report.fixing else None,
    }


def listed(values: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The items of a JSON array, one per line."""
    comma = ""
    for value in values:
        yield f"{comma}\n  {as_json(value)}"
        comma = ","


def as_json(value: Any) -> str:
    """A value as one line of JSON that is safe for terminals and build logs, with secrets masked.

    Lone surrogates are escaped.
    """
    try:
        line = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        line = msgspec.json.encode(_escape_surrogates(value)).decode()
    # These occur only inside strings, where an escape is equivalent.
    return LOG_COMMAND.sub(r"#\\u0023", UNSAFE.sub(_escaped, mask(line)))


def _escaped(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _escape_surrogates(value: Any) -> Any:
    """Escape lone surrogates (from data, or a file name that is not UTF-8), which UTF-8 cannot encode."""
    if isinstance(value, str):
        return SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", value)
    if isinstance(value, dict):
        return {_escape_surrogates(key): _escape_surrogates(item) for key, item in value.items()}
    return [_escape_surrogates(item) for item in value] if isinstance(value, list) else value
