"""Running a rule's cases: rows in, findings out."""

import json
from dataclasses import replace
from typing import Any

import public

from ftlint import FileReport
from ftlint.config.settings import Settings, from_python
from ftlint.engine.plan import make_plan
from ftlint.engine.reference import ReferenceData
from ftlint.engine.scan import Plan
from ftlint.io.source import Source
from ftlint.rule import Case, Rule
from ftlint.rule.base import Rows


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
    held = () if case.reference is None else (Source("held.jsonl", None, as_bytes(case.reference)),)
    return replace(settings, against=held, read=replace(settings.read, **read))


def plan_for(case: Case, settings: Settings) -> Plan:
    """The plan for a case, with what it is held against."""
    plan = make_plan(settings)
    source = Source(case.name, None, b"")
    return ReferenceData([source], plan, settings).plan_for(source)


def findings(rule: type[Rule], case: Case, **read: Any) -> list[tuple[int | None, str | None]]:
    """(line, path) of what the rule finds in a case."""
    report = check(rule, case, **read)
    return [(f.line, f.path) for f in report.findings if f.code == rule.code]


_reports: dict[int, FileReport] = {}
"""The reports on cases that were read as usual, by the identity of the case: several tests ask for them."""


def check(rule: type[Rule], case: Case, **read: Any) -> FileReport:
    """The report on a case."""
    if not read:
        if id(case) not in _reports:
            _reports[id(case)] = _check(rule, case)
        return _reports[id(case)]
    return _check(rule, case, **read)


def _check(rule: type[Rule], case: Case, **read: Any) -> FileReport:
    return public.check(as_bytes(case.rows), case.name, **_settings(rule, case), **read)


def fix(rule: type[Rule], case: Case, data: bytes | None = None) -> tuple[bytes, FileReport]:
    """What the rule's fix makes of a case, and the report on that."""
    data = as_bytes(case.rows) if data is None else data
    return public.fix(data, case.name, unsafe=True, **_settings(rule, case))


def _settings(rule: type[Rule], case: Case) -> dict[str, Any]:
    reference = None if case.reference is None else as_bytes(case.reference)
    options = {rule.code: case.options}
    return {"select": [rule.code], "rule_options": options, "reference": reference, **case.settings}
