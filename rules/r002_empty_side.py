"""The rejected answer is empty.

The model learns the difference between two answers. Next to an empty one it learns only that saying something is
better than saying nothing. Most targets refuse the file for it; mostly the answer was lost on the way.

The fix drops the example, so it is unsafe.

Silent for the preferred answer, which is reported as an empty-answer like every other; where the rejected answer calls
a tool, refuses or holds an image; and where its content is no text at all (wrong-type) or absent (missing-field).
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, RuleContext, pl, says_nothing

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
GOOD = {"input": {"messages": [QUESTION]}, "preferred_output": [ANSWER], "non_preferred_output": [OTHER]}
# An empty list, or nothing but text parts. Parts of another form are wrong-type's business.


class EmptySide(FrameRule):
    """Rejected answers without text, tool call, refusal or image."""

    code, name, severity, fix = "R002", "empty-side", "error", "unsafe"
    explained_by = {"message": ("missing-field", "wrong-type")}
    frame = "rejected_messages"
    message = "the rejected answer says nothing"
    drops = True

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("role") == "assistant") & says_nothing()

    cases = (
        Case(
            why="empty, null, blanks only",
            wrong=[
                GOOD,
                {**GOOD, "non_preferred_output": [{"role": "assistant", "content": ""}]},
                {**GOOD, "non_preferred_output": [{"role": "assistant", "content": None}]},
                {
                    **GOOD,
                    "non_preferred_output": [
                        {"role": "assistant", "content": [{"type": "text", "text": ""}]}
                    ],
                },
            ],
            found=[(n, "non_preferred_output[0].content") for n in (2, 3, 4)],
            fixed=[GOOD],
        ),
        Case(
            why="texts and turns",
            wrong=[
                {"prompt": "a", "chosen": "b", "rejected": " \u200b"},
                {
                    "conversations": [{"from": "human", "value": "a"}],
                    "chosen": {"from": "gpt", "value": "b"},
                    "rejected": {"from": "gpt", "value": "\n"},
                },
                {"instruction": "a", "chosen": "b", "rejected": ""},
            ],
            found=[(1, "rejected"), (2, "rejected.value"), (3, "rejected")],
            fixed=[],
        ),
        Case(
            why="a call and a refusal say something, and the preferred answer is reported elsewhere",
            right=[
                {**GOOD, "preferred_output": [{"role": "assistant", "content": ""}]},
                {**GOOD, "non_preferred_output": [{"role": "assistant", "content": None, "refusal": "No."}]},
                {
                    **GOOD,
                    "non_preferred_output": [
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        }
                    ],
                },
            ],
        ),
        Case(
            why="no pair, no side",
            right=[{"messages": [QUESTION, {"role": "assistant", "content": ""}]}],
        ),
    )
