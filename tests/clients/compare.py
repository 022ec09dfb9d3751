"""The same rows through a client and through ftlint, and where the two differ."""

import fnmatch
import hashlib
import json
import os
import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from client_rows import rows_of
from kinds import KINDS
from own_rows import own_rows
from registry import CLIENTS, ENVIRONMENTS, HERE, HOME

import ftlint
from ftlint import Finding
from ftlint.targets.target import target_names

# The layout of a record is what a client reads; how good the data is, is not its business.
FAMILIES = ["S", "C", "T", "V", "R", "F021", "P010"]
# They compare rows with one another: a row is asked about alone.
BETWEEN_ROWS = {"S002", "S003", "S007", "S008", "C013", "C016", "R006"}
# They are told once for all rows, without a line.
OF_FILES = {"S003", "S009"}
OPEN = HERE / "open.txt"


@dataclass(frozen=True)
class Difference:
    """One row with both verdicts; ``outcome`` is agree, missed, false or warned."""

    client: str
    target: str
    row: str
    verdict: str
    words: str
    codes: tuple[str, ...]
    outcome: str

    @property
    def line(self) -> str:
        return f"{self.client} | {self.target} | {self.row} | {self.outcome} | {' '.join(self.codes)}"


def compared(name: str) -> list[Difference]:
    """Every row that the client is asked about, with both verdicts."""
    found: list[Difference] = []
    for target in CLIENTS[name].forms:
        named = asked_rows(name, target)
        rows = [row for _, row in named]
        theirs = client_verdicts(name, target, rows)
        ours = ftlint_verdicts(target, rows)
        for (row, record), their, findings in zip(named, theirs, ours, strict=True):
            outcome = outcome_of(their["verdict"], findings)
            if outcome != "agree":
                findings = findings_alone(target, record)
                outcome = outcome_of(their["verdict"], findings)
            codes = tuple(sorted({f.code + MARKS[f.severity] for f in findings}))
            if outcome == "false" and CLIENTS[name].partial:
                outcome = "agree"
            found.append(Difference(name, target, row, their["verdict"], their["words"], codes, outcome))
    return found


def asked_rows(name: str, target: str) -> list[tuple[str, Any]]:
    """The rows that a client is asked about for a target, with their names."""
    client = CLIENTS[name]
    return [*rows_of(client.forms[target]), *own_rows(target, client.shapes)]


MARKS = {"error": "", "warning": "w", "info": "i"}


def outcome_of(verdict: str, findings: Sequence[Finding]) -> str:
    """What the two verdicts on one row are together."""
    severities = {finding.severity for finding in findings}
    if verdict == "accepted":
        return "false" if "error" in severities else "agree"
    if verdict == "lost":
        return "agree" if severities else "missed"
    if "error" in severities:
        return "agree"
    return "warned" if "warning" in severities else "missed"


def client_verdicts(name: str, target: str, rows: Sequence[Any]) -> list[dict[str, str]]:
    """The client's verdict on each row, from its own environment."""
    asked = [json.dumps({"target": target, "row": row}) for row in rows]
    known = _known_verdicts(name)
    new = list(dict.fromkeys(line for line in asked if line not in known))
    if new:
        known |= dict(zip(new, _asked(name, new), strict=True))
        _verdicts_file(name).parent.mkdir(parents=True, exist_ok=True)
        _verdicts_file(name).write_text(json.dumps(known), encoding="utf-8")
    return [known[line] for line in asked]


def _verdicts_file(name: str) -> Path:
    """What a client has said, kept beside its environment: one file for each state of its judge and its packages."""
    judge = [HERE / CLIENTS[name].script, HERE / "verdict.py", HERE / "byte_tokenizer.py"]
    state = (
        b"".join(file.read_bytes() for file in judge) + repr(ENVIRONMENTS[CLIENTS[name].environment]).encode()
    )
    return HOME / "verdicts" / f"{name}-{hashlib.sha256(state).hexdigest()[:12]}.json"


def _known_verdicts(name: str) -> dict[str, dict[str, str]]:
    file = _verdicts_file(name)
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _asked(name: str, lines: Sequence[str]) -> list[dict[str, str]]:
    client = CLIENTS[name]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    # TRL asks one column of a set whether a row is a conversation: which one, depends on the seed of hashes.
    environment["PYTHONHASHSEED"] = "0"
    # LLaMA-Factory checks the versions of packages that only training needs.
    environment["DISABLE_VERSION_CHECK"] = "1"
    command = [client.python, HERE / client.script]
    asked = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(command, input=asked, capture_output=True, text=True, env=environment)
    verdicts = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"verdict"')]
    assert len(verdicts) == len(lines), done.stderr[-2000:]
    return verdicts


def ftlint_verdicts(target: str, rows: Sequence[Any]) -> list[list[Finding]]:
    """ftlint's findings on each row: all rows in one file, and those again alone that were compared with others.

    A rule that tells once of a field in many rows has told of the first alone: a row that differs is to be asked
    about again with ``findings_alone``.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        found: list[list[Finding]] = [[] for _ in rows]
        for finding in _check(file, target, rows):
            if finding.line:
                found[finding.line - 1].append(finding)
        for nth, row in enumerate(rows):
            together = {finding.code for finding in found[nth]} & BETWEEN_ROWS
            if together:
                found[nth] = _check(file, target, [row])
    return found


def findings_alone(target: str, row: Any) -> list[Finding]:
    """ftlint's findings on one row in a file of its own, with those that name no line."""
    with tempfile.TemporaryDirectory() as folder:
        return _check(Path(folder) / "row.jsonl", target, [row])


def _check(file: Path, target: str, rows: Sequence[Any]) -> list[Finding]:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    known = target if target in target_names() else None
    report = ftlint.check(file, target=known, select=FAMILIES, ignore=["C013", "C016", "R006"])
    return list(report.findings)


def reason_of(difference: Difference) -> str | None:
    """Why a difference is accepted, if it is: each error that stands beside a false one has its own reason."""
    entries = [entry for entry in reasons() if _is_about(entry, difference)]
    if difference.outcome != "false":
        return next((str(entry["reason"]) for entry in entries), None)
    found = []
    for code in difference.codes:
        if code[-1].isdigit():
            found.append(next((str(entry["reason"]) for entry in entries if code in entry["codes"]), None))
    return None if None in found else " ".join(dict.fromkeys(map(str, found)))


def _is_about(entry: dict[str, Any], difference: Difference) -> bool:
    return (
        difference.outcome == entry["outcome"]
        and difference.client in entry.get("clients", CLIENTS)
        and any(fnmatch.fnmatchcase(difference.row, rows) for rows in entry.get("rows", ["*"]))
        and ("holds" not in entry or _holds(entry["holds"], difference))
    )


def unused(entry: dict[str, Any], client: str, found: Sequence[Difference]) -> list[str]:
    """The codes of a reason that no difference of a client needs; its outcome where it names no codes."""
    about = [difference for difference in found if _is_about(entry, difference)]
    if "codes" not in entry:
        return [] if about else [f"{client}: {entry['outcome']}"]
    codes = {code for difference in about for code in difference.codes}
    return [f"{client}: {code}" for code in entry["codes"] if code not in codes]


def _holds(kind: str, difference: Difference) -> bool:
    # A result that was saved before its row got another name is to be had anew.
    row = _records(difference.client, difference.target).get(difference.row)
    return row is not None and KINDS[kind](row)


@cache
def _records(client: str, target: str) -> dict[str, Any]:
    return dict(asked_rows(client, target))


def why_too_broad(entry: dict[str, Any]) -> str:
    """What an accepted difference lacks to hold for one kind of rows alone; empty if nothing."""
    if not entry.get("clients"):
        return "no client is named"
    if entry["outcome"] == "false" and not entry.get("codes"):
        return "no code is named"
    if "holds" in entry:
        return "" if entry["holds"] in KINDS else f"no kind {entry['holds']}"
    if not entry.get("rows"):
        return "neither a kind of rows nor rows are named"
    broad = [rows for rows in entry["rows"] if "*" in rows and not _names_a_change(rows)]
    return f"a pattern for rows of every kind: {broad[0]}" if broad else ""


def _names_a_change(rows: str) -> bool:
    """Whether a pattern of rows has a field, and what becomes of it, as in ``*: messages.*.content null``."""
    form, _, changed = rows.rpartition(": ")
    field, _, change = changed.partition(" ")
    return form != "" and " case " not in form and field.strip("*.") != "" and change.strip("*") != ""


@cache
def reasons() -> list[dict[str, Any]]:
    """The entries of differences.toml."""
    entries: list[dict[str, Any]] = tomllib.loads((HERE / "differences.toml").read_text(encoding="utf-8"))[
        "difference"
    ]
    return entries


def open_lines() -> set[str]:
    """The differences that are known and not yet mended or explained."""
    return set(OPEN.read_text(encoding="utf-8").splitlines())
