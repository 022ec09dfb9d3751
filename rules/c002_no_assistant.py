"""The example has no assistant message.

Only what the assistant says is trained on. An example without it teaches nothing, and OpenAI's own checks
count it as an error. It is mostly the rest of a conversation that was cut.

There is no fix: write the answer, or remove the row.

Silent for records without any message (wrong-type tells the empty list), for prompts and completions, for pairs
of two answers (not-one-answer), for shapes that hold no answer, such as a prompt alone, and for targets whose
examples end with the user because the model's own answer is graded.
"""

from __future__ import annotations

from ftlint.rule import SHAPES, Case, FrameRule, RuleContext, Severity, pl

OPEN = [shape.name for shape in SHAPES.values() if shape.is_preference or not shape.answered]


class NoAssistant(FrameRule):
    """Conversations in which the assistant never speaks."""

    code, name, severity = "C002", "no-assistant", "error"
    frame = "examples"
    message = "no assistant message: there is nothing to learn from"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return None if context.fact("last_role") == "user" else self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        answered = pl.col("roles").str.contains("a", literal=True) | pl.col("shape").is_in(OPEN)
        return (pl.col("n_messages") > 0) & ~answered

    cases = (
        Case(
            why="a question without an answer",
            wrong=[
                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}]},
                {"conversations": [{"from": "human", "value": "a"}]},
            ],
            found=[(1, None), (2, None)],
        ),
        Case(
            why="a role that nobody knows is no assistant's",
            wrong=[{"messages": [{"role": "user", "content": "a"}, {"role": "narrator", "content": "b"}]}],
            found=[(1, None)],
        ),
        Case(
            why="an assistant that calls a tool, or that is spelt in another way, is one",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                    ]
                },
                {"messages": [{"role": "user", "content": "a"}, {"role": "gpt", "content": "b"}]},
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "function_call", "value": "{}"},
                    ]
                },
            ],
        ),
        Case(
            why="an empty list of messages is told elsewhere",
            right=[{"messages": []}, {"messages": None}],
        ),
        Case(
            why="a prompt alone, whose answers the model in training gives, and a pair, told elsewhere",
            right=[
                {"prompt": [{"role": "user", "content": "a"}]},
                {
                    "prompt": [{"role": "user", "content": "a"}],
                    "chosen": [{"role": "user", "content": "b"}],
                    "rejected": [{"role": "assistant", "content": "c"}],
                },
            ],
        ),
        Case(why="a plain text is all answer", right=[{"text": "a"}, {"prompt": "", "completion": "b"}]),
    )
