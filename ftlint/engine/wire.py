"""Scan states as bytes, for pickles and shard files: a header of JSON, then frames as Arrow streams."""

import copyreg
import io
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from ftlint._polars import pl
from ftlint.engine.state import LocatedFinding, RuleState, ScanState
from ftlint.result import Scope, Severity, Tally

if TYPE_CHECKING:
    from polars import DataFrame

ANSWERS = "answers"
FINDING_COLUMNS = {
    "code": "String",
    "severity": "String",
    "line": "UInt64",
    "row": "UInt64",
    "path": "String",
    "message": "String",
    "fix": "String",
    "scope": "String",
}


class StateFrame(msgspec.Struct):
    """The owner of a frame, and its size in bytes."""

    of: str
    code: str
    size: int


class StateHeader(msgspec.Struct):
    """All of a scan state except its frames."""

    name: str
    bytes: int
    rows: int
    lines: int
    examples: int
    tallies: list[tuple[str, Severity, Scope, int]]
    fixable: dict[str, int]
    shapes: dict[str, int]
    frames: list[StateFrame]
    incomplete: str = ""
    failed: dict[str, str] = {}
    unjudged: dict[str, str] = {}
    cleared: list[str] = []


def to_bytes(partial: ScanState) -> bytes:
    """The partial as bytes: 8 bytes with the header's length, the header, the frames."""
    written: list[tuple[StateFrame, bytes]] = []

    def add(of: str, code: str, frame: "DataFrame") -> None:
        data = _to_arrow(frame)
        written.append((StateFrame(of, code, len(data)), data))

    add("told", "", _findings_frame(partial))
    for of, rule_states in (("seen", partial.rule_states), ("again", partial.second_pass_states)):
        for code, rule_state in rule_states.items():
            for frame in rule_state.frames_in_order():
                add(of, code, frame)
    for frame in partial.answers.frames_in_order():
        add(ANSWERS, "", frame)
    header = msgspec.json.encode(
        StateHeader(
            partial.name,
            partial.bytes,
            partial.rows,
            partial.lines,
            partial.examples,
            [(*tally, n) for tally, n in partial.tallies.items()],
            dict(partial.fixable),
            dict(partial.shapes),
            [frame for frame, _ in written],
            partial.incomplete,
            partial.failed,
            partial.unjudged,
            sorted(partial.cleared),
        )
    )
    return b"".join((len(header).to_bytes(8, "little"), header, *(data for _, data in written)))


def from_bytes(data: bytes) -> ScanState:
    """The scan state from its bytes. Raises ValueError for anything else."""
    size = int.from_bytes(data[:8], "little")
    header = msgspec.json.decode(data[8 : 8 + size], type=StateHeader)
    partial = ScanState(
        header.name, header.bytes, header.rows, header.lines, header.examples, header.incomplete
    )
    partial.tallies = Counter(
        {Tally(code, severity, scope): n for code, severity, scope, n in header.tallies}
    )
    partial.fixable, partial.shapes = Counter(header.fixable), Counter(header.shapes)
    partial.failed, partial.unjudged = header.failed, header.unjudged
    partial.cleared = set(header.cleared)
    at = 8 + size
    for part in header.frames:
        frame = pl.read_ipc_stream(io.BytesIO(data[at : at + part.size]))
        at += part.size
        if part.of == "told":
            _add_findings(partial, frame)
        elif part.of == ANSWERS:
            partial.answers.add(frame, None)
        else:
            states = partial.rule_states if part.of == "seen" else partial.second_pass_states
            states.setdefault(part.code, RuleState()).add(frame, None)
    return partial


def _to_arrow(frame: "DataFrame") -> bytes:
    buffer = io.BytesIO()
    # The newest format of strings would include all strings of the frame that the rows were taken from.
    frame.write_ipc_stream(buffer, compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()


def _findings_frame(partial: ScanState) -> "DataFrame":
    findings = [one for stored in partial.findings.values() for one in stored]
    schema = {name: getattr(pl, kind) for name, kind in FINDING_COLUMNS.items()}
    return pl.DataFrame(
        [tuple(getattr(one, name) for name in FINDING_COLUMNS) for one in findings], schema, orient="row"
    )


def _add_findings(partial: ScanState, frame: "DataFrame") -> None:
    for row in frame.rows():
        finding = LocatedFinding(*row)
        partial.findings.setdefault(finding.tally, []).append(finding)


def _reduce(state: ScanState) -> tuple[Callable[[bytes], ScanState], tuple[bytes]]:
    return from_bytes, (to_bytes(state),)


# A pickled state is these bytes. The limit, rules and context for merging are not included.
copyreg.pickle(ScanState, _reduce)
