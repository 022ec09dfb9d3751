"""``--output-format json``: the contract for scripts, schema version 1.

Findings are streamed one per line: a report of a million findings is never one string.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ftlint.display import LOG_COMMAND, UNSAFE
from ftlint.report.terminal import RenderOptions
from ftlint.report.words import findings_in_order, in_file_order
from ftlint.result import SEVERITIES, FileReport, Finding, Report
from ftlint.secrets import mask
from ftlint.version import __version__

SCHEMA = 1
TOOL = {"name": "ftlint", "version": __version__}
# The keys of a file and of a finding are their attributes.
OF_FILE = ("path", "container", "shape", "task", "rows", "examples", "bytes", "sha256", "written", "rejects")
OF_FIX = ("read", "kept", "changed")
OF_FINDING = ("code", "name", "severity", "file", "line", "row", "path", "message", "fix", "scope")
SURROGATE = re.compile("[\ud800-\udfff]")


def render(report: Report, options: RenderOptions) -> Iterator[str]:
    """Render the report as one JSON document that ends with a newline."""
    del options
    yield f'{{"schema": {SCHEMA}, "tool": {as_json(TOOL)},\n'
    yield f' "target": {as_json(report.target)}, "model": {as_json(report.model)},\n'
    yield ' "files": ['
    yield from listed(_file(file) for file in report.files)
    yield '],\n "findings": ['
    yield from listed(map(record_of, findings_in_order(report)))
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
        **attributes(file, *OF_FILE),
        **(attributes(file, *OF_FIX) if file.written else dict.fromkeys(OF_FIX)),
        "notes": file.notes,
        # Only conversions have one.
        **({"recipe": file.recipe} if file.recipe is not None else {}),
    }


def record_of(finding: Finding) -> dict[str, Any]:
    """A finding with the keys of the contract."""
    return {**attributes(finding, *OF_FINDING), "fingerprint": finding.fingerprint or None}


def _summary(report: Report) -> dict[str, int | None]:
    totals = {f"{severity}s": report.total(severity) for severity in SEVERITIES}
    flow = {name: sum(getattr(file, name) for file in report.files) for name in OF_FIX}
    return {
        "examples": report.examples,
        **totals,
        **attributes(report, "fixed", "dropped"),
        **(flow if report.fixing else dict.fromkeys(OF_FIX)),
    }


def header(command: str) -> dict[str, Any]:
    """How the document of a command begins."""
    return {"schema": SCHEMA, "tool": TOOL, "command": command}


def attributes(value: Any, *names: str) -> dict[str, Any]:
    """Attributes of a value as an object with keys of the same names."""
    return {name: getattr(value, name) for name in names}


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


def as_document(value: Any, indent: int) -> str:
    """The same with line breaks, for people."""
    return msgspec.json.format(as_json(value), indent=indent) + "\n"


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
