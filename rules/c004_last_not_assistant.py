"""Messages follow the last answer.

Only what the assistant says is trained on. A question, a tool result or a system message after its last answer
teaches nothing, and some targets refuse the example. Often the real answer was cut off there.

The fix removes the messages after the last answer. What is trained on stays, but the example gets shorter, so
it is unsafe: you may prefer to write the missing answer.

An error where the target's documentation demands that the assistant speaks last, else a warning. Silent for
targets whose examples end with the user because the model's own answer is graded, for examples without any
answer (no-assistant), for pairs of a chosen and a rejected answer, for shapes that hold no answer, such as a
prompt alone, and where one of the last messages has a role that nobody knows (unknown-role).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftlint.rule import SHAPES, Case, Example, FrameRule, Location, MatchedRow, RuleContext, Severity, pl

ANSWERED = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
OPEN = [shape.name for shape in SHAPES.values() if shape.is_preference or not shape.answered]
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


class LastNotAssistant(FrameRule):
    """The message after an example's last answer."""

    code, name, severity, fix = "C004", "last-not-assistant", "warning", "unsafe"
    explained_by = {
        "before": ("first-not-user",),
        "after": ("same-role-twice", "weight-on-other-role"),
        "later": ("missing-field", "wrong-type", "unknown-role", "orphan-result", "late-system"),
    }
    frame = "messages"
    field = "role"
    message = "nothing from here on is trained on: no answer follows"

    def severity_for(self, context: RuleContext) -> Severity | None:
        last = context.fact("last_role")
        if last == "user":
            return None
        return (
            "error"
            if context.target is not None and last and context.target.verified("last_role")
            else "warning"
        )

    def when(self, context: RuleContext) -> pl.Expr:
        here = pl.col("i").cast(pl.Int64)
        may_answer = (pl.col("role") == "assistant") | pl.col("role").is_null()
        follows_answer = (pl.col("role").shift(1) == "assistant") & (here.shift(1) == here)
        answered_next = pl.when(may_answer).then(here).backward_fill().fill_null(-1)
        return ~pl.col("shape").is_in(OPEN) & follows_answer & ~may_answer & (answered_next != here)

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            *parents, at, _ = example.path_to(Location(match.at, self.field))
            turns: Any = example.get(tuple(parents))
            del turns[at:]

    cases = (
        Case(
            why="a question without an answer at the end",
            wrong=[
                {"messages": [*ANSWERED, {"role": "user", "content": "c"}]},
                {
                    "messages": [
                        *ANSWERED,
                        {"role": "user", "content": "c"},
                        {"role": "system", "content": "d"},
                    ]
                },
            ],
            found=[(1, "messages[2].role"), (2, "messages[2].role")],
            fixed=[{"messages": ANSWERED}, {"messages": ANSWERED}],
        ),
        Case(
            why="a tool result that nobody comments on",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "tool_calls": [CALL]},
                        {"role": "tool", "tool_call_id": "1", "content": "c"},
                    ]
                }
            ],
            found=[(1, "messages[2].role")],
            fixed=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [CALL]}]}
            ],
        ),
        Case(
            why="in ShareGPT's turns, with a system prompt beside them",
            wrong=[
                {
                    "system": "s",
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "b"},
                        {"from": "human", "value": "c"},
                    ],
                }
            ],
            found=[(1, "conversations[2].from")],
            fixed=[
                {
                    "system": "s",
                    "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
                }
            ],
        ),
        Case(
            why="an answer at the end, a call at the end, no answer at all",
            right=[
                {"messages": [*ANSWERED, *ANSWERED]},
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [CALL]}]},
                {"messages": [{"role": "user", "content": "a"}]},
            ],
        ),
        Case(
            why="pairs end with two answers, and a prompt alone with a question",
            right=[
                {
                    "input": {"messages": [*ANSWERED, {"role": "user", "content": "c"}]},
                    "preferred_output": ANSWERED[1:],
                    "non_preferred_output": [{"role": "assistant", "content": "d"}],
                },
                {"prompt": [*ANSWERED, {"role": "user", "content": "c"}]},
            ],
        ),
        Case(
            why="a role that nobody knows may be the answer's",
            right=[
                {
                    "messages": [
                        *ANSWERED,
                        {"role": "user", "content": "c"},
                        {"role": "asistant", "content": "d"},
                    ]
                }
            ],
        ),
    )
