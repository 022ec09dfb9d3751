"""Running a rule's cases: rows in, findings out."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ftlint.commands.fix.output import Goal
from ftlint.commands.fix.run import fix_files
from ftlint.config.settings import Settings, from_python
from ftlint.engine.check import check_file
from ftlint.engine.plan import make_plan
from ftlint.engine.reference import Against
from ftlint.engine.scan import Plan
from ftlint.io.source import Source
from ftlint.result import FileReport
from ftlint.rule import Rule
from ftlint.rule.base import Case, Rows


def as_bytes(rows: Rows) -> bytes:
    """A case's rows as the bytes of a file."""
    if isinstance(rows, bytes):
        return rows
    if isinstance(rows, str):
        return rows.encode()
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def settings_for(rule: type[Rule], case: Case, **read: Any) -> Settings:
    """The settings under which a case is run: this rule alone, with the case's own settings and options."""
    settings = from_python(select=[rule.code], rule_options={rule.code: case.options}, **case.settings)
    held = () if case.held is None else (Source("held.jsonl", None, as_bytes(case.held)),)
    return replace(settings, against=held, read=replace(settings.read, **read))


def plan_for(case: Case, settings: Settings) -> Plan:
    """The plan for a case, with what it is held against."""
    plan = make_plan(settings)
    source = Source(case.name, None, b"")
    return Against([source], plan, settings).plan_for(source)


def findings(rule: type[Rule], case: Case, **read: Any) -> list[tuple[int | None, str | None]]:
    """(line, path) of what the rule finds in a case."""
    report = check(rule, case, **read)
    return [(f.line, f.path) for f in report.findings if f.code == rule.code]


def check(rule: type[Rule], case: Case, **read: Any) -> FileReport:
    """The report on a case."""
    settings = settings_for(rule, case, **read)
    source = Source(case.name, None, as_bytes(case.rows))
    return check_file(source, plan_for(case, settings), settings.read)


def fix(rule: type[Rule], case: Case, folder: Path, data: bytes | None = None) -> tuple[bytes, FileReport]:
    """What the rule's fix makes of a case, and the report on that."""
    data = as_bytes(case.rows) if data is None else data
    output = folder / f"fixed-{len(list(folder.iterdir()))}.jsonl"
    settings = settings_for(rule, case)
    report = fix_files([Source(case.name, None, data)], settings, Goal(output=output, unsafe=True))
    return output.read_bytes(), report.files[0]
