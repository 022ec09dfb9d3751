"""`openai tools fine_tunes.prepare_data` and its successor: the same rows by the same remedies, or a named improvement."""

import json
from collections import Counter
from pathlib import Path

import pytest
from examples import few_quick
from old_tool_case import REMEDIES, OldCase, Outcome, Pair
from old_tool_cases import CASES

import ftlint
from ftlint import UsageError
from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import Prepared

CODES = [code for code in dict.fromkeys(REMEDIES.values()) if code not in (None, "F021", "S006")]
"""Rules whose remedies are proposed; names and columns are put right by converting, without a question."""


def prepared(case: OldCase, folder: Path) -> Prepared | None:
    """What is made of the case's file; None where it cannot be read at all."""
    path = folder / case.file
    path.write_bytes(case.data)
    for name in case.beside:
        (folder / name).write_text("mine\n")
    typed = dict(zip(map(REMEDIES.get, case.old.remedies), (case.answers or "").splitlines(), strict=False))

    def accept(remedy: ProposedFix) -> bool:
        return not remedy.offered if case.answers is None else not typed[remedy.code].startswith("n")

    try:
        return ftlint.prepare(path, target="openai-completions", accept=accept, stats=False)
    except UsageError:
        return None


def rows_of(made: Prepared | None) -> list[Pair] | None:
    """The pairs that were written, in both files where there are two; None for no file."""
    if made is None or not made.files:
        return None
    lines = [line for path in made.files.values() for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row["prompt"], row["completion"]) for row in map(json.loads, lines)]


def codes_of(outcome: Outcome) -> set[str | None]:
    return {REMEDIES[remedy] for remedy in outcome.remedies} & set(CODES)


# What happens at the end of the input is seen on a terminal only: tests/test_prepare_cli.py.
ANSWERED = [pytest.param(case, id=case.name) for case in CASES if case.answers != ""]


@pytest.mark.parametrize("case", few_quick(ANSWERED, 6, 60))
def test_what_the_old_tool_did_is_done_or_done_better(case: OldCase, tmp_path: Path) -> None:
    made = prepared(case, tmp_path)
    wanted = case.old if case.expected == "same" else case.new
    if wanted is not None:
        expected = None if wanted.rows is None else Counter(wanted.rows)
        written = rows_of(made)
        assert (None if written is None else Counter(written)) == expected
        proposed = {remedy.code for remedy, _ in made.remedies if not remedy.offered} if made else set()
        assert proposed & set(CODES) == codes_of(wanted) - {"P006"}
        if made is not None and wanted.rows is not None:
            assert {path.name for path in made.files.values()} == set(wanted.files)
            assert (made.marks.separator, made.marks.stop) == (wanted.separator, wanted.stop)
    found = set(made.report.counts) | set(made.dropped) | set(made.fixed) if made is not None else set()
    found |= {remedy.code for remedy, _ in made.remedies} if made is not None else set()
    # A column that the target does not know is taken off on the way, and counted by its name.
    if made is not None and any(note.startswith("lost: ") for note in made.report.notes):
        found.add("S006")
    if made is not None:
        assert set(case.says) <= found


def test_every_difference_says_why() -> None:
    differing = [case for case in CASES if case.expected != "same"]
    assert all(case.expected.startswith("differs: ") and len(case.expected.split()) > 3 for case in differing)
    assert len({case.name for case in CASES}) == len(CASES) >= 25
