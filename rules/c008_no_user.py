"""The conversation has no user message.

The model learns to answer out of nothing, or only to the system prompt. In a chat somebody always asks first,
so such an example is mostly the rest of a conversation that was cut, or a question that stands in the system
prompt by mistake.

There is no fix: put the question in.

An error for Mistral's code, which puts the system prompt and the tools into the user's messages, or refuses the file.

Silent for plain texts, and for shapes of one prompt and one answer, where the prompt may be empty or part of the
answers: there an answer out of nothing is meant. Records without any message are reported by other rules, and so are
those without a user where the target says who speaks first (first-not-user).
"""

from __future__ import annotations

from ftlint.rule import SHAPES, Case, FrameRule, RuleContext, Severity, pl

TURNS = [shape.name for shape in SHAPES.values() if shape.turns and shape.roles]


class NoUser(FrameRule):
    """Conversations in which the user never speaks."""

    code, name, severity = "C008", "no-user", "warning"
    explained_by = {
        "record": (
            "missing-field",
            "wrong-type",
            "unknown-role",
            "orphan-result",
            "call-in-wrong-role",
            "image-in-wrong-role",
            "late-system",
            "same-role-twice",
            "wrong-order",
        )
    }
    frame = "examples"
    message = "no user message: the answer comes out of nothing"

    def severity_for(self, context: RuleContext) -> Severity | None:
        if context.severity_of_fact("first_role"):
            return None
        return context.severity_of_fact("user_message") or self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        conversation = (pl.col("n_messages") > 0) & pl.col("shape").is_in(TURNS)
        return conversation & ~pl.col("roles").str.contains("[u?]")

    cases = (
        Case(
            why="only a system prompt and an answer",
            wrong=[
                {"messages": [{"role": "system", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"conversations": [{"from": "gpt", "value": "b"}]},
            ],
            found=[(1, None), (2, None)],
        ),
        Case(
            why="Mistral's code needs one",
            wrong=[{"messages": [{"role": "assistant", "content": "b"}]}],
            found=[(1, None)],
            severity="error",
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="under Mistral's own names",
            wrong=[
                {"interactions": [{"role": "assistant", "content": "b"}]},
                {"system_prompt": "a", "messages": [{"role": "assistant", "content": "b"}]},
            ],
            found=[(1, None), (2, None)],
            severity="error",
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="a role that nobody knows, or none, may be the user's",
            right=[
                {"messages": [{"role": "narrator", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
        ),
        Case(
            why="a user spelt in another way is one",
            right=[
                {"messages": [{"role": "human", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
            ],
        ),
        Case(
            why="a text and an empty prompt need no user",
            right=[
                {"text": "a"},
                {"prompt": "", "completion": "b"},
                {"instruction": "", "output": "b"},
                {"chosen": "a b", "rejected": "a c"},
                {"prompt": "", "completion": "b", "label": True},
            ],
        ),
        Case(
            why="where the user must speak first, that is the fault",
            right=[{"messages": [{"role": "assistant", "content": "b"}]}],
            settings={"target": "together"},
        ),
        Case(why="no message at all is reported elsewhere", right=[{"messages": []}]),
    )
