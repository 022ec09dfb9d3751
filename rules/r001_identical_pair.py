"""The preferred and the rejected answer are the same.

A preference pair teaches the difference between its two answers. Where there is none, the example teaches nothing,
and in some trainers it only adds noise. It is mostly the same column taken twice, or an answer that a labeller
could not tell apart.

Two answers are the same when they say the same: blanks around a text, Unicode composition, the order of keys and
the ids of calls do not count. Capitals and punctuation do.

The fix drops the example, so it is unsafe.

Silent where both answers are empty: that is reported as an empty-answer and an empty-side.
"""

from __future__ import annotations

from ftlint.rule import BLANK, Case, FrameRule, RuleContext, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}


class IdenticalPair(FrameRule):
    """Compares the canonical text of both sides."""

    code, name, severity, fix = "R001", "identical-pair", "error", "unsafe"
    frame = "preference_pairs"
    message = "the preferred and the rejected answer are the same"
    drops = True

    def when(self, context: RuleContext) -> pl.Expr:
        said = pl.col("wanted").str.replace_all(r"(?m)^\w+\x00", "").str.replace_all("\0", "", literal=True)
        return (pl.col("wanted") == pl.col("rejected")) & ~said.str.contains(BLANK)

    cases = (
        Case(
            why="OpenAI's pairs, whatever the blanks and the composition of letters",
            wrong=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [{"role": "assistant", "content": "caf\u00e9 "}],
                    "non_preferred_output": [{"role": "assistant", "content": "cafe\u0301"}],
                },
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [ANSWER],
                    "non_preferred_output": [OTHER],
                },
            ],
            found=[(1, "preferred_output[0].content")],
            fixed=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [ANSWER],
                    "non_preferred_output": [OTHER],
                }
            ],
        ),
        Case(
            why="texts, turns, messages",
            wrong=[
                {"prompt": "a", "chosen": "b", "rejected": "b"},
                {
                    "conversations": [{"from": "human", "value": "a"}],
                    "chosen": {"from": "gpt", "value": "b"},
                    "rejected": {"from": "gpt", "value": "b\n"},
                },
                {"messages": [QUESTION], "chosen": ANSWER, "rejected": ANSWER},
                {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, ANSWER]},
            ],
            found=[(1, "chosen"), (2, "chosen.value"), (3, "chosen.content"), (4, "chosen[1].content")],
            fixed=[],
        ),
        Case(
            why="the same calls with other ids",
            wrong=[
                {
                    "input": {"messages": [QUESTION]},
                    **{
                        side: [
                            {
                                "role": "assistant",
                                "tool_calls": [
                                    {
                                        "id": side,
                                        "type": "function",
                                        "function": {"name": "f", "arguments": "{}"},
                                    }
                                ],
                            }
                        ]
                        for side in ("preferred_output", "non_preferred_output")
                    },
                }
            ],
            found=[(1, "preferred_output[0].content")],
            fixed=[],
        ),
        Case(
            why="capitals and punctuation make a difference, and two empty answers are reported elsewhere",
            right=[
                {"prompt": "a", "chosen": "Yes.", "rejected": "yes"},
                {"prompt": "a", "chosen": "", "rejected": " \u200b"},
                {"prompt": "a", "chosen": "", "rejected": ""},
            ],
        ),
    )
