"""What ``ftlint convert`` writes for a target, read by that target's client: nothing refused, nothing lost.

``python tests/clients/converted.py NAME…`` runs these clients and writes CONVERTED.md again.

Source rows are of every shape: those that documentation shows, the vendors' examples, and the forms of the clients. Rows
of one layout are one file. A row that is not written is no difference: the report says why.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from client_rows import GOOD  # noqa: E402
from compare import MARKS, client_verdicts, outcome_of  # noqa: E402
from own_rows import DETECTOR  # noqa: E402
from registry import CLIENTS, HOME  # noqa: E402
from vendor_examples import EXAMPLES  # noqa: E402

import ftlint  # noqa: E402
from ftlint import Finding  # noqa: E402
from ftlint.targets.target import target_names  # noqa: E402

# The families of rules about what a client reads.
CONTENT = ("F", "S", "C", "T", "R", "V", "P010")
DOCUMENTED = Path(__file__).parents[1] / "documented_rows.jsonl"


@dataclass(frozen=True)
class Written:
    """A row that was written for a target, and what its client makes of it."""

    client: str
    target: str
    row: str
    source: Any
    written: Any
    verdict: str
    words: str
    codes: tuple[str, ...]
    """What the report of the conversion says of the new row."""
    outcome: str
    """As in ``compare``: missed is what a client refuses or loses without a word of the report."""

    @property
    def line(self) -> str:
        return f"{self.client} | {self.target} | {self.row} | {self.outcome} | {' '.join(self.codes)}"


def sources() -> Iterator[tuple[str, Any]]:
    """Each row to convert, with its name."""
    for nth, line in enumerate(DOCUMENTED.read_text(encoding="utf-8").splitlines(), start=1):
        read = json.loads(line)
        yield f"documented {nth} ({read['target']})", read["row"]
    for name, row in EXAMPLES.items():
        yield f"example: {name}", row
    for form, rows in GOOD.items():
        for name, row in rows.items():
            yield f"{form}: {name}", row


def _shape(row: Any) -> str:
    detected = DETECTOR.detect(row) if isinstance(row, dict) and row else None
    return detected.shape.name if detected is not None else ""


def conversions(target: str) -> Iterator[tuple[str, Any, Any, list[Finding]]]:
    """The name of each source row, the row, what is written of it, and the errors that are reported of that."""
    alike: dict[str, list[tuple[str, Any]]] = {}
    for name, row in sources():
        alike.setdefault(json.dumps([_shape(row), sorted(row)]), []).append((name, row))
    with tempfile.TemporaryDirectory() as folder:
        for named in alike.values():
            yield from _converted(Path(folder), target, named)


def _converted(
    folder: Path, target: str, named: Sequence[tuple[str, Any]]
) -> Iterator[tuple[str, Any, Any, list[Finding]]]:
    """Rows of one layout, converted as one file; one by one where it cannot be said which became which."""
    source, output, rejects = (folder / f"{name}.jsonl" for name in ("source", "written", "rejects"))
    source.write_text("".join(json.dumps(row) + "\n" for _, row in named), encoding="utf-8")
    for file in (output, rejects):
        file.unlink(missing_ok=True)
    try:
        report = ftlint.convert(source, output, target, rejects=rejects, keep_lost=False)
    except ftlint.UsageError:
        return
    written = output.read_text(encoding="utf-8").splitlines() if output.exists() else []
    refused = {json.loads(line)["line"] for line in _lines(rejects)}
    kept = [one for line, one in enumerate(named, start=1) if line not in refused]
    if len(kept) != len(written):
        if len(named) > 1:
            for one in named:
                yield from _converted(folder, target, [one])
            return
        kept = [*named] * len(written)
    for nth, ((name, row), line) in enumerate(zip(kept, written, strict=True), start=1):
        found = [f for f in report.findings if f.line in (nth, None) and f.code.startswith(CONTENT)]
        yield name, row, json.loads(line), found


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def judged(name: str) -> list[Written]:
    """Every row that is written for the client's targets, with its verdict."""
    found = []
    for target in CLIENTS[name].forms:
        if target in target_names():
            made = list(conversions(target))
            verdicts = client_verdicts(name, target, [written for _, _, written, _ in made])
            found += [
                _outcome(name, target, row, source, written, findings, verdict)
                for (row, source, written, findings), verdict in zip(made, verdicts, strict=True)
            ]
    return found


def _outcome(
    name: str, target: str, row: str, source: Any, written: Any, found: list[Finding], theirs: dict[str, str]
) -> Written:
    verdict, outcome = theirs["verdict"], outcome_of(theirs["verdict"], found)
    codes = tuple(sorted({finding.code + MARKS[finding.severity] for finding in found}))
    return Written(name, target, row, source, written, verdict, theirs["words"], codes, outcome)


HEAD = """# What `ftlint convert` writes, read by the clients

Written by `python tests/clients/converted.py`: documented rows, the vendors' examples and rows by hand, in every shape, converted
to the client's target. *Accepted*: read whole. *Named*: refused or changed by the client, and the report of the conversion
says what is wrong. *Missed*: the report says nothing, or only warns of what is refused; these rows are listed below.

| client | target | written | accepted | named | missed |
|---|---|---|---|---|---|
"""
PAGE = Path(__file__).parent / "CONVERTED.md"
SAVED = HOME / "converted"


def main(names: list[str]) -> None:
    """Judge the conversions of these clients' targets, and write the page of all that were judged here."""
    SAVED.mkdir(parents=True, exist_ok=True)
    for name in names:
        found = json.dumps([asdict(one) for one in judged(name)])
        (SAVED / f"{name}.json").write_text(found, encoding="utf-8")
    rows, missed = "", []
    for name in CLIENTS:
        file = SAVED / f"{name}.json"
        found = (
            [Written(**one) for one in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []
        )
        for target in dict.fromkeys(one.target for one in found):
            mine = [one for one in found if one.target == target]
            kinds = Counter(_kind(one) for one in mine)
            counts = [len(mine), *(kinds[kind] for kind in ("accepted", "named", "missed"))]
            rows += f"| {name} | {target} | {' | '.join(map(str, counts))} |\n"
            missed += [f"- {one.line}: {one.words[:120]}\n" for one in mine if _kind(one) == "missed"]
    PAGE.write_text(f"{HEAD}{rows}\n## Missed\n\n{''.join(missed)}", encoding="utf-8")


def _kind(one: Written) -> str:
    if one.verdict == "accepted":
        return "accepted"
    return "missed" if one.outcome in ("missed", "warned") else "named"


if __name__ == "__main__":
    main(sys.argv[1:])
