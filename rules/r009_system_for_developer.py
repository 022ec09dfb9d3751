"""Instructions have the system's role, where the target reads the developer's.

The models that are tuned by reinforcement take their instructions from `developer`; `system` is not among the
roles that the format knows, and the file is refused or the message left out.

The fix writes `developer`. Nothing else changes, so it is safe.

An error where the target's documentation says so, else a warning. Silent for every other target and without one,
and for records of another shape than the target's (wrong-shape).
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, Example, Found, Job, MessageRule, Severity, pl, quote

QUESTION = {"role": "user", "content": "a"}
RECORD = {"messages": [{"role": "system", "content": "s"}, QUESTION], "answer": "b"}
FIXED = {"messages": [{"role": "developer", "content": "s"}, QUESTION], "answer": "b"}


class SystemForDeveloper(MessageRule):
    """System messages of records whose target knows only developers."""

    code, name, severity, fix = "R009", "system-for-developer", "error", "safe"
    field = "role"
    columns = ("written_role",)

    def severity_for(self, job: Job) -> Severity | None:
        return job.how_bad("system_role") if job.fact("system_role") == "developer" else None

    def when(self, job: Job) -> pl.Expr:
        shapes = list(job.target.shapes) if job.target is not None else []
        return (pl.col("role") == "system") & pl.col("shape").is_in(shapes)

    def say(self, found: Found, job: Job) -> str:
        who = job.target.name if job.target is not None else "the target"
        return f'{who} reads instructions from "developer", not from {quote(found["written_role"])}'

    def mend(self, example: Example, found: Sequence[Found], job: Job) -> None:
        for place in found:
            spot = {"at": place["at"], "field": self.field}
            if example.text(spot) == place["written_role"]:
                example.put(spot, "developer")

    cases = (
        Case(
            why="at the start, and in capitals",
            wrong=[
                RECORD,
                {"messages": [{"role": "System", "content": "s"}, QUESTION], "answer": "b"},
            ],
            found=[(1, "messages[0].role"), (2, "messages[0].role")],
            severity="error",
            fixed=[FIXED, FIXED],
            settings={"target": "openai-rft"},
        ),
        Case(
            why="the developer's already, or none",
            right=[FIXED, {"messages": [QUESTION]}],
            settings={"target": "openai-rft"},
        ),
        Case(
            why="elsewhere the system's is right",
            right=[{"messages": [*RECORD["messages"], {"role": "assistant", "content": "b"}]}],
            settings={"target": "openai-chat"},
        ),
        Case(why="without a target nobody minds", right=[RECORD]),
    )
