"""A message has a weight, but messages of its role are never trained on.

`weight` says whether an assistant message is trained on. On a question or a system message it says nothing, and
some targets refuse it. Mostly a script has put it on every message.

The fix takes the weight out. The message was not trained on before and is not afterwards, so it is safe.

An error where the target's documentation names the roles that may have a weight, a warning where that is only known
from elsewhere. Silent without a target and for targets that do not say, for null, which is no weight, and for weights
that no target understands on messages that may have one (bad-weight).
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, Example, FrameRule, Location, MatchedRow, RuleContext, Severity, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}


class WeightOnOtherRole(FrameRule):
    """Weights where the target knows none."""

    code, name, severity, fix = "C011", "weight-on-other-role", "error", "safe"
    explained_by = {
        "message": ("missing-field", "late-system", "call-in-wrong-role", "orphan-result"),
        "before": ("last-not-assistant",),
    }
    frame = "weighted_messages"
    field = "weight"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return (
            context.severity_of_fact("weighted_roles")
            if isinstance(context.fact("weighted_roles"), list)
            else None
        )

    def when(self, context: RuleContext) -> pl.Expr:
        weighted = context.fact("weighted_roles")
        roles = weighted if isinstance(weighted, list) else []
        return (pl.col("weight") != "null") & ~pl.col("role").is_in(roles)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"a weight on the {match['role']}'s message, which is never trained on"

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            message = example.get(example.path_to(Location(match.at, "weight"))[:-1])
            if isinstance(message, dict):
                message.pop("weight", None)

    cases = (
        Case(
            why="on a question and on instructions",
            wrong=[
                {
                    "messages": [
                        {"role": "system", "content": "s", "weight": 0},
                        {**QUESTION, "weight": 0.5},
                        {**ANSWER, "weight": 1},
                    ]
                }
            ],
            found=[(1, "messages[0].weight"), (1, "messages[1].weight")],
            severity="error",
            fixed=[{"messages": [{"role": "system", "content": "s"}, QUESTION, {**ANSWER, "weight": 1}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="in the input of a pair",
            wrong=[
                {
                    "input": {"messages": [{**QUESTION, "weight": 0}]},
                    "preferred_output": [ANSWER],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
            found=[(1, "input.messages[0].weight")],
            fixed=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [ANSWER],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
            settings={"target": "openai-dpo"},
        ),
        Case(
            why="known from elsewhere only",
            wrong=[{"messages": [{**QUESTION, "weight": 0}, ANSWER]}],
            found=[(1, "messages[0].weight")],
            severity="warning",
            fixed=[{"messages": [QUESTION, ANSWER]}],
            settings={"target": "mistral-platform"},
        ),
        Case(
            why="Together's own example weighs a question",
            right=[{"messages": [{**QUESTION, "weight": 0}, ANSWER]}],
            settings={"target": "together"},
        ),
        Case(
            why="on answers, and beside the messages",
            right=[{"messages": [QUESTION, {**ANSWER, "weight": 0}, QUESTION, {**ANSWER, "weight": 1}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="null, as rows of a table are padded",
            right=[{"messages": [{**QUESTION, "weight": None}, {**ANSWER, "weight": None}]}],
            settings={"target": "openai-chat"},
        ),
        Case(why="without a target nobody minds", right=[{"messages": [{**QUESTION, "weight": 0}, ANSWER]}]),
    )
