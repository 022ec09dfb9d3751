"""Every vendor's example against every target: clean where it belongs, the right word elsewhere.

``target_verdicts.txt`` beside it has, for each example, the codes that each target gives it; w marks a warning, i a note.
``pytest --update-fixtures`` writes it anew; read what changed before you commit it.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from examples import few_quick
from vendor_examples import EXAMPLES, HOME

import ftlint
from ftlint.targets.target import target_names

TABLE = Path(__file__).parent / "target_verdicts.txt"
# What one example alone cannot have: enough others. And what is true of a target whatever the data.
BESIDES = ["B001", "L007"]
MARKS = {"error": "", "warning": "w", "info": "i"}


def codes(record: Any, target: str | None, folder: Path) -> str:
    file = folder / "example.jsonl"
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    report = ftlint.check(file, target=target, ignore=BESIDES, today=date(2026, 11, 20))
    found = {finding.code + MARKS[finding.severity] for finding in report.findings}
    return " ".join(sorted(found)) or "clean"


def table(folder: Path) -> Iterator[str]:
    """For each example every verdict, with the targets that give it."""
    for name, record in EXAMPLES.items():
        yield f"{name}\n"
        by_verdict: dict[str, list[str]] = {}
        for target in (None, *target_names()):
            by_verdict.setdefault(codes(record, target, folder), []).append(target or "no target")
        for verdict, targets in sorted(by_verdict.items(), key=lambda item: (item[0] != "clean", item[0])):
            yield f"    {verdict}: {', '.join(targets)}\n"


@pytest.mark.slow
def test_what_every_target_says_of_every_example(tmp_path: Path, update_fixtures: bool) -> None:
    found = "".join(table(tmp_path))
    if update_fixtures:
        TABLE.write_text(found, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == found


@pytest.mark.parametrize(
    ("name", "target"), few_quick([(name, t) for name, ts in HOME.items() for t in ts.split()], 24)
)
def test_an_example_is_clean_for_those_whose_example_it_is(name: str, target: str, tmp_path: Path) -> None:
    assert codes(EXAMPLES[name], target, tmp_path) == "clean"


def test_every_example_has_a_home_and_every_live_target_an_example() -> None:
    assert HOME.keys() == EXAMPLES.keys()
    assert {target for targets in HOME.values() for target in targets.split()} == set(target_names())
