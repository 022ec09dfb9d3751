"""The first message after the system prompt is not the user's.

Some chat templates and targets want the user to open every conversation: an assistant that greets first makes
the template fail, or the file is refused. Elsewhere a greeting is fine.

There is no fix: put the user's first message there, or leave the greeting out.

An error where the target's documentation demands it, a warning where that is only reported. Silent without a
target and for targets that do not say, for examples with nothing but a system prompt, where the role is one
that nobody knows (unknown-role), and for plain texts, which have no user, also as the answers of a pair.

The option `always` demands it for every target and for none, as a warning: for chat templates such as Gemma's
and Mistral's, which raise an error otherwise.
"""

from __future__ import annotations

from ftlint.rule import SHAPES, Annotated, Case, FrameRule, MatchedRow, Meta, RuleContext, Severity, pl
from ftlint.rule import Options as RuleOptions

SYSTEM = ("system", "developer")
SPOKEN = [shape.name for shape in SHAPES.values() if shape.roles]
TURNS = [name for name in SPOKEN if SHAPES[name].turns]


class FirstNotUser(FrameRule):
    """The first message that is no system prompt."""

    code, name, severity = "C005", "first-not-user", "warning"
    explained_by = {
        "earlier": ("missing-field", "wrong-type", "unknown-role", "orphan-result"),
        "message": ("input-ends-with-answer",),
    }
    frame = "messages"
    field = "role"

    class Options(RuleOptions):
        """Whether to wait for a target."""

        always: Annotated[bool, Meta(description="demand it whatever the target says")] = False

    def severity_for(self, context: RuleContext) -> Severity | None:
        demanded = context.severity_of_fact("first_role") if _demanded(context) else None
        return demanded or ("warning" if self.options.always else None)

    def when(self, context: RuleContext) -> pl.Expr:
        here = pl.col("i").cast(pl.Int64)
        system = pl.col("role").is_in(SYSTEM).fill_null(False)
        spoken_before = pl.when(~system).then(here).forward_fill().shift(1).fill_null(-1)
        first = ~system & (spoken_before != here) & pl.col("role").is_not_null()
        allowed = _demanded(context) or ["user"]
        # A text alone holds the prompt, too, where a shape has no turns.
        alone = (here.shift(1).fill_null(-1) != here) & (here.shift(-1).fill_null(-1) != here)
        first = first & (pl.col("shape").is_in(TURNS) | ~alone)
        return first & ~pl.col("role").is_in(allowed) & pl.col("shape").is_in(SPOKEN)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        who = " or the ".join(_demanded(context) or ["user"])
        return f"the {match['role']} speaks first; it should be the {who}"

    cases = (
        Case(
            why="a greeting before the first question",
            wrong=[
                {"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]},
                {
                    "messages": [
                        {"role": "system", "content": "s"},
                        {"role": "assistant", "content": "a"},
                        {"role": "user", "content": "b"},
                        {"role": "assistant", "content": "c"},
                    ]
                },
                {"conversations": [{"from": "gpt", "value": "a"}, {"from": "human", "value": "b"}]},
            ],
            found=[(1, "messages[0].role"), (2, "messages[1].role"), (3, "conversations[0].from")],
            options={"always": True},
        ),
        Case(
            why="the user first, with a system prompt or without, and prompts and texts",
            right=[
                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}]},
                {"messages": [{"role": "Human", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "system", "content": "s"}]},
                {"text": "a"},
                {"prompt": "", "completion": "b"},
                {"chosen": "a b", "rejected": "a c"},
            ],
            options={"always": True},
        ),
        Case(
            why="a role that nobody knows may be the user's",
            right=[{"messages": [{"role": "usr", "content": "a"}, {"role": "assistant", "content": "b"}]}],
            options={"always": True},
        ),
        Case(
            why="without a target a greeting is fine",
            right=[{"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]}],
        ),
        Case(
            why="where the target demands it",
            wrong=[
                {
                    "system": "s",
                    "conversations": [
                        {"from": "gpt", "value": "a"},
                        {"from": "human", "value": "b"},
                        {"from": "gpt", "value": "c"},
                    ],
                }
            ],
            found=[(1, "conversations[0].from")],
            severity="error",
            settings={"target": "llamafactory"},
        ),
        Case(
            why="where nobody has written it down",
            wrong=[{"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]}],
            found=[(1, "messages[0].role")],
            severity="warning",
            settings={"target": "together"},
        ),
        Case(
            why="the result of a call may speak first for LLaMA-Factory",
            right=[
                {"conversations": [{"from": "observation", "value": "a"}, {"from": "gpt", "value": "b"}]},
            ],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="nor does OpenAI mind",
            right=[{"messages": [{"role": "assistant", "content": "a"}, {"role": "user", "content": "b"}]}],
            settings={"target": "openai-chat"},
        ),
    )


def _demanded(context: RuleContext) -> list[str]:
    """The roles that may speak first, as chats spell them; nothing where the target does not say."""
    allowed = context.fact("first_role")
    roles = allowed if isinstance(allowed, list) else [allowed]
    return [str(role) for role in roles if role in ("user", "assistant", "tool")]
