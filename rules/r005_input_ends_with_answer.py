"""The input of a preference pair ends with the assistant's message.

Both answers go on where the input ends. If that is an answer already, the assistant would speak twice, and what is
compared is not an answer to the user but an afterthought. Mostly the preferred answer was left in the input, too.

There is no fix: take the last message out of the input if it is one of the answers, or put the user's next
question behind it.

An error where the target's documentation demands that somebody else speaks last there, a warning where that is
only known from practice. Silent without a target and for targets that do not say.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, Location, MatchedRow, RuleContext, Severity, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
PAIR = {"preferred_output": [ANSWER], "non_preferred_output": [OTHER]}


class InputEndsWithAnswer(FrameRule):
    """Inputs whose last message is the assistant's."""

    code, name, severity = "R005", "input-ends-with-answer", "error"
    frame = "preference_pairs"
    field = "role"
    message = "the input ends with the assistant's message; both answers should follow the user's"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return (
            None
            if context.fact("input_last_role") == "assistant"
            else context.severity_of_fact("input_last_role")
        )

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("input_roles").str.ends_with("a")

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        return super().location(match, context)._replace(at=match.at - 1)

    cases = (
        Case(
            why="the answer was left in the input",
            wrong=[{"input": {"messages": [QUESTION, ANSWER]}, **PAIR}],
            found=[(1, "input.messages[1].role")],
            severity="error",
            settings={"target": "together"},
        ),
        Case(
            why="known from practice only",
            wrong=[{"input": {"messages": [QUESTION, ANSWER]}, **PAIR}],
            found=[(1, "input.messages[1].role")],
            severity="warning",
            settings={"target": "openai-dpo"},
        ),
        Case(
            why="a question at the end, and the result of a call",
            right=[
                {"input": {"messages": [QUESTION, ANSWER, QUESTION]}, **PAIR},
                {
                    "input": {"messages": [QUESTION, {"role": "tool", "tool_call_id": "1", "content": "d"}]},
                    **PAIR,
                },
            ],
            settings={"target": "openai-dpo"},
        ),
        Case(
            why="a target that does not say",
            right=[{"prompt": [QUESTION, ANSWER], "chosen": [ANSWER], "rejected": [OTHER]}],
            settings={"target": "trl-dpo"},
        ),
        Case(why="no target", right=[{"input": {"messages": [QUESTION, ANSWER]}, **PAIR}]),
    )
