"""Instructions have the system's role, where the target reads the developer's.

The models that are tuned by reinforcement take their instructions from `developer`; `system` is not among the
roles that the format knows, and the file is refused or the message left out.

The fix writes `developer`. Nothing else changes, so it is safe.

An error where the target's documentation says so, else a warning. Silent for every other target and without one,
and for records of another shape than the target's (wrong-shape).
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, Example, FrameRule, Location, MatchedRow, RuleContext, Severity, pl, quote

QUESTION = {"role": "user", "content": "a"}
RECORD = {"messages": [{"role": "system", "content": "s"}, QUESTION], "answer": "b"}
FIXED = {"messages": [{"role": "developer", "content": "s"}, QUESTION], "answer": "b"}


class SystemForDeveloper(FrameRule):
    """System messages of records whose target knows only developers."""

    code, name, severity, fix = "R009", "system-for-developer", "error", "safe"
    frame = "messages"
    field = "role"
    columns = ("written_role",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("system_role") if context.fact("system_role") == "developer" else None

    def when(self, context: RuleContext) -> pl.Expr:
        shapes = list(context.target.shapes) if context.target is not None else []
        return (pl.col("role") == "system") & pl.col("shape").is_in(shapes)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        who = context.target.name if context.target is not None else "the target"
        return f'{who} reads instructions from "developer", not from {quote(match["written_role"])}'

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            location = Location(match.at, self.field)
            if example.text(location) == match["written_role"]:
                example.set_text(location, "developer")

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
