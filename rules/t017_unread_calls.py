"""A message calls a function or holds its result, and the trainer reads neither.

torchtune's own readers take a role and a text of each message. A message that calls has no text, and gets that of
the message before it; a result of a call ends the run, since no message before it is known to have called.

There is no fix: `ftlint convert` makes a file for another trainer, or a transform of your own makes texts of calls.

Silent without a target, and for targets that read calls or do not say. A role `tool` that the target does not know is
unknown-role.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}


class UnreadCalls(FrameRule):
    """The first call of each message, by the target's fact ``tool_calls``."""

    code, name, severity = "T017", "unread-calls", "error"
    frame = "calls"
    field = "call"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("tool_calls")

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("part") <= 0) & (pl.col("state") != "unread")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        who = context.target.name if context.target is not None else "the target"
        return f"a call of a function; {who} reads no calls, only texts"

    cases = (
        Case(
            why="a call at the end",
            wrong=[{"messages": [QUESTION, CALLING]}],
            found=[(1, "messages[1].tool_calls[0]")],
            severity="error",
            settings={"target": "torchtune"},
        ),
        Case(
            why="texts",
            right=[{"messages": [QUESTION, {"role": "assistant", "content": "It rains."}]}],
            settings={"target": "torchtune"},
        ),
        Case(
            why="a target that reads calls",
            right=[{"messages": [QUESTION, CALLING]}],
            settings={"target": "nemo"},
        ),
        Case(why="without a target nobody knows", right=[{"messages": [QUESTION, CALLING]}]),
    )
