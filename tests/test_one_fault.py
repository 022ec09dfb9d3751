"""One fault is one finding: a good row with one change is not blamed by two rules for it."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import public
import pytest
from examples import few_quick
from single_faults import GOOD, single_faults

from ftlint import Finding
from ftlint.rule.registry import all_rules

# Rules on the dataset or on the bytes, to which a row among many others is nothing.
IGNORED = [
    "S002",
    "S006",
    "S012",
    "V007",
    "S007",
    "S011",
    "F",
    "D",
    "B",
    "P",
    "L",
    "R006",
    "R010",
    "C013",
    "C016",
]
# Pairs that are two faults, although one change makes both, with the reason.
TWO_FAULTS = {
    "C001 C003": "a word of another layout, and an empty text",
    "C001 C008": "a word of another layout for the assistant, where the user's message was",
    "C001 R004": "the user's role, misspelt, where an answer belongs",
    "C001 S005": "what a content may be depends on the role: each value is wrong by itself",
    "S004 S005": "the same for a role that is missing",
    "C002 C006": "where two in a row are a warning, the answer that is missing is an error",
    "C002 C007": "where a late system message is a warning, the answer that is missing is an error",
    "C002 T006": "where nobody compares results the result is a warning, the answer that is missing an error",
    "C003 C006": "an answer that says nothing, behind another answer",
    "C003 R005": "an answer that says nothing at the end of an input",
    "C004 C006": "a message in another's place: both places are out of order",
    "C005 C006": "the same",
    "C006 T006": "the same, of a result and its call",
    "C004 C012": "the last answer is gone, and those before it have weight 0: cutting the end mends the first only",
    "C004 C011 C012": "the same, with a weight on what stands in its place",
    "C005 C007": "a system message in the place of the question, and an answer that comes first",
    "C005 R004": "the prompt of one answer is changed: nothing is shared, and each answer is all of its list",
    "R004 S004": "the same",
    "R004 S005": "the same",
    "C008 R004": "the only message is no answer's and no question's",
    "R002 S005": "a question within the rejected answer, and an empty answer behind it",
    "S004 T018": "without its first turn the record is read as another layout",
    "S008 T010": "without the null the reference still leads nowhere",
    "T001 T004": "no arguments at all, in another form",
    "T005 T011": "where a name is checked as a warning, a call of what is not declared is an error",
}
# Good rows that are left out.
LEFT_OUT = {
    "template-chat: two rounds of calls": "without ids results belong to calls by their order: one that is broken shifts it"
}
LAYOUTS = ("preference", "gemini-preference", "text-calls")


def doubles(target: str | None, forms: Collection[str]) -> list[str]:
    """The changed rows that several rules blame, where nobody blames the good one."""
    good = [(f"{form}: {name}", row) for form in forms for name, row in GOOD.get(form, {}).items()]
    blamed = found([row for _, row in good], target)
    clean = [named for nth, named in enumerate(good) if not blamed[nth] and named[0] not in LEFT_OUT]
    changed: dict[str, tuple[str, Any]] = {}
    for name, row in clean:
        for change, other in single_faults(row):
            changed.setdefault(json.dumps(other), (f"{name}: {change}", other))
    rows = list(changed.values())
    findings = found([row for _, row in rows], target)
    several = {
        rows[nth][0]: those for nth, those in findings.items() if len({finding.code for finding in those}) > 1
    }
    return [
        f"{name}: " + "; ".join(f"{f.code} {f.path} {f.message}" for f in those)
        for name, those in several.items()
        if " ".join(sorted({finding.code for finding in those})) not in TWO_FAULTS
    ]


def found(rows: list[Any], target: str | None) -> dict[int, list[Finding]]:
    """The errors and warnings of each row."""
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    settings = {} if target is None else {"target": target}
    report = public.check(data, ignore=IGNORED, max_per_rule=0, **settings)
    by_row = defaultdict(list)
    for finding in report.findings:
        if finding.severity != "info" and finding.line is not None:
            by_row[finding.line - 1].append(finding)
    return by_row


@pytest.mark.parametrize("layout", few_quick(LAYOUTS, 1))
def test_one_fault_is_one_finding(layout: str) -> None:
    assert doubles(None, [layout]) == []


def test_rules_that_explain_others_exist() -> None:
    rules = all_rules().values()
    names = {rule.name for rule in rules}
    named = {name for rule in rules for those in rule.explained_by.values() for name in those}
    assert named <= names
