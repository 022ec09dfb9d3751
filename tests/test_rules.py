"""Every rule, by its own cases: what it finds, what it leaves alone, what its fix makes, and the laws."""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from casework import as_bytes, check, findings, fix, plan_for, settings_for
from examples import few_quick, first_of_each, slow
from scans import scanned

from ftlint.cli.rule import manual
from ftlint.engine.scan import conclude
from ftlint.io.source import Source
from ftlint.rule import Case, DatasetRule, FaultRule, Rule
from ftlint.rule.registry import all_rules, built_in_folder

RULES = list(all_rules().values())
CASES = [
    pytest.param(
        rule, case, id=f"{rule.code}: {case.why or ('wrong' if case.wrong is not None else 'right')} {n}"
    )
    for rule in RULES
    for n, case in enumerate(rule.cases)
]
JUDGED = [param for param in CASES if param.values[1].severity is not None]
FIXED = [param for param in CASES if param.values[1].fixed is not None]


def one_quick(params: Iterable[Any]) -> list[Any]:
    """The cases, the first of every rule as they are; the others are marked slow."""
    rules: set[type[Rule]] = set()
    marked = []
    for param in params:
        marked.append(slow(param) if param.values[0] in rules else param)
        rules.add(param.values[0])
    return marked


by_rule = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES])


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_finds_what_the_case_says_and_nothing_else(rule: type[Rule], case: Case) -> None:
    assert findings(rule, case) == list(case.found)


@pytest.mark.parametrize(("rule", "case"), JUDGED)
def test_the_target_decides_how_bad_it_is(rule: type[Rule], case: Case) -> None:
    found = [f.severity for f in check(rule, case).findings if f.code == rule.code]
    assert set(found) == {case.severity}


def block_bytes(case: Case) -> int:
    """The size of blocks that cuts a case after every record, or into some sixty blocks if it has many records."""
    return max(1, len(as_bytes(case.rows)) // 60)


@pytest.mark.parametrize(("rule", "case"), few_quick(first_of_each(CASES), 40, 240))
def test_cutting_the_rows_anywhere_changes_no_finding(rule: type[Rule], case: Case) -> None:
    whole, cut = check(rule, case), check(rule, case, block_bytes=block_bytes(case))
    assert cut.findings == whole.findings
    assert (cut.counts, cut.rows, cut.examples, cut.shape, cut.task) == (
        whole.counts,
        whole.rows,
        whole.examples,
        whole.shape,
        whole.task,
    )


@pytest.mark.parametrize(
    ("rule", "case"),
    few_quick(first_of_each(p for p in CASES if issubclass(p.values[0], DatasetRule)), 16, 90),
)
def test_the_order_of_the_parts_changes_no_conclusion(rule: type[Rule], case: Case) -> None:
    settings = settings_for(rule, case, block_bytes=block_bytes(case))
    plan = plan_for(case, settings)
    source = Source(case.name, None, as_bytes(case.rows))
    seen = scanned(source, plan, settings.read)
    told = []
    for seed in (None, 1, 2):
        partial = deepcopy(seen)
        for taken in partial.rule_states.values():
            if seed is not None:
                random.Random(seed).shuffle(taken.frames)
        conclude(partial, plan)
        told.append(partial.findings)
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize(("rule", "case"), one_quick(FIXED))
def test_the_fix_makes_what_the_case_says(rule: type[Rule], case: Case) -> None:
    data, _ = fix(rule, case)
    if isinstance(case.fixed, bytes | str):
        assert data == as_bytes(case.fixed)
    else:
        assert [json.loads(line) for line in data.splitlines()] == case.fixed


@pytest.mark.parametrize(("rule", "case"), few_quick(FIXED, 20, 90))
def test_fixing_twice_is_fixing_once_and_leaves_nothing_fixable(rule: type[Rule], case: Case) -> None:
    once, report = fix(rule, case)
    assert report.fixable[rule.code] == 0
    again = msgspec.structs.replace(
        case, name="again.jsonl", settings={k: v for k, v in case.settings.items() if k not in SEEING}
    )
    twice, _ = fix(rule, again, once)
    assert twice == once


SEEING = ("encoding", "sheet", "prompt", "completion", "system", "map")


@pytest.mark.parametrize(("rule", "case"), few_quick([p for p in FIXED if p.values[0].fix == "safe"], 20))
def test_a_safe_fix_keeps_every_example_and_its_texts(rule: type[Rule], case: Case) -> None:
    before = check(rule, case)
    data, report = fix(rule, case)
    assert sum(report.dropped.values()) == 0
    assert report.examples >= before.examples
    if not issubclass(rule, FaultRule) and not isinstance(case.rows, bytes | str):
        after = [json.loads(line) for line in data.splitlines()]
        # A prompt that stands in both answers of a pair may become one.
        is_pair = all("chosen" in row for row in after)
        kept, was = Counter(texts(after)), Counter(texts(list(case.rows)))
        assert kept <= was if is_pair else kept == was
        assert kept.keys() == was.keys()


def texts(value) -> list[str]:
    """Every line of text and number: what is trained on, not keys, roles, weights, labels and ids; JSON as what it says."""
    if isinstance(value, dict):
        skipped = (*NOT_LEARNT, "name") if value.get("role") == "function" else NOT_LEARNT
        value = [item for key, item in value.items() if key not in skipped]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    if isinstance(value, str) and (value.startswith(("{", "[")) or value == "null"):
        with suppress(ValueError):
            return texts(json.loads(value))
    return [] if value is None else [line for line in str(value).split("\n") if line.strip()]


# The last three are notation of a tool: a reference in its schema, whether null is a type, a setting of requests.
NOT_LEARNT = (
    *("role", "from", "weight", "id", "tool_call_id", "type", "label", "kto_tag", "schemaVersion"),
    *("$ref", "nullable", "strict"),
)


@by_rule
def test_the_form_of_a_rule(rule: type[Rule]) -> None:
    file = Path(sys.modules[rule.__module__].__file__)
    assert file.name == f"{rule.code.lower()}_{rule.name.replace('-', '_')}.py"
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", rule.name)
    first, _, rest = rule.page().partition("\n")
    assert first.endswith("."), "the page begins with one sentence"
    assert len(first) <= 110
    assert rest.startswith("\n"), "a blank line follows the first sentence"
    assert any(case.wrong is not None for case in rule.cases)
    assert any(case.right is not None for case in rule.cases), "a rule shows where it must stay silent"
    assert all(case.found for case in rule.cases if case.wrong is not None)
    assert all((case.wrong is None) != (case.right is None) for case in rule.cases)
    if rule.fix is not None:
        assert any(case.fixed is not None for case in rule.cases)
    if getattr(rule, "drops", False):
        assert rule.fix == "unsafe", "a fix that drops rows is never safe"


@by_rule
def test_a_rule_imports_only_the_public_api(rule: type[Rule]) -> None:
    text = Path(sys.modules[rule.__module__].__file__).read_text(encoding="utf-8")
    imported = re.findall(r"^\s*(?:from|import) (ftlint[\w.]*)", text, re.MULTILINE)
    assert set(imported) == {"ftlint.rule"}


def test_importing_all_rules_loads_nothing_heavy() -> None:
    heavy = ("polars", "tiktoken", "openpyxl", "jsonschema_rs", "requests", "pathspec", "rich", "ssl")
    code = f"import sys, ftlint.rule.registry as r; r.all_rules(); print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_rule_is_named_anywhere_else() -> None:
    package = Path(sys.modules["ftlint"].__file__).parent
    codes = re.compile(r"\b(" + "|".join(rule.code for rule in RULES) + r")\b")
    named = [
        f"{path.name}: {found.group()}"
        for path in package.rglob("*.py")
        if built_in_folder() not in path.parents
        for line in path.read_text(encoding="utf-8").splitlines()
        if (found := codes.search(line)) and "e.g." not in line and "``" not in line and "Example" not in line
    ]
    assert named == []


def test_the_manual_is_fresh() -> None:
    assert (built_in_folder() / "README.md").read_text(encoding="utf-8") == manual(RULES), (
        "made anew by: ftlint rule --all --readme > rules/README.md"
    )
