"""A reinforcement record does not end with the user's message.

In reinforcement the model in training answers the last message itself, and its answer is graded. Where the record
ends with an answer, the model is shown what it should find; where it ends with instructions, nobody asks anything.

There is no fix: take the answer out of the messages, into a field that the grader reads.

An error where the target's documentation demands it, a warning where that is only said of the same format
elsewhere. Silent for every other shape and target, and where the last role is one that nobody knows (unknown-role).
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}


class LastNotUser(FrameRule):
    """The last message of records whose answers the model in training gives."""

    code, name, severity = "R007", "last-not-user", "error"
    frame = "messages"
    field = "role"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("last_role") if context.fact("last_role") == "user" else None

    def when(self, context: RuleContext) -> pl.Expr:
        shapes = list(context.target.shapes) if context.target is not None else []
        last = pl.col("i").ne_missing(pl.col("i").shift(-1))
        return last & (pl.col("role") != "user") & pl.col("shape").is_in(shapes)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"the {match['role']} speaks last; the model in training answers the user"

    cases = (
        Case(
            why="an answer, and instructions, at the end",
            wrong=[
                {"messages": [QUESTION, ANSWER], "answer": "b"},
                {"messages": [QUESTION, {"role": "developer", "content": "c"}], "answer": "b"},
            ],
            found=[(1, "messages[1].role"), (2, "messages[1].role")],
            severity="error",
            settings={"target": "azure-openai-rft"},
        ),
        Case(
            why="said of the same format elsewhere",
            wrong=[{"messages": [QUESTION, ANSWER], "answer": "b"}],
            found=[(1, "messages[1].role")],
            severity="warning",
            settings={"target": "openai-rft"},
        ),
        Case(
            why="a question at the end",
            right=[
                {"messages": [QUESTION], "answer": "b"},
                {
                    "messages": [{"role": "developer", "content": "s"}, QUESTION, ANSWER, QUESTION],
                    "answer": "b",
                },
                {"messages": [QUESTION, {"role": "narrator", "content": "c"}], "answer": "b"},
            ],
            settings={"target": "azure-openai-rft"},
        ),
        Case(
            why="elsewhere the assistant speaks last",
            right=[{"messages": [QUESTION, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
        Case(why="without a target it is a chat", right=[{"messages": [QUESTION, ANSWER]}]),
    )
