"""The example has no assistant message.

Only what the assistant says is trained on. An example without it teaches nothing, and OpenAI's own checks
count it as an error. It is mostly the rest of a conversation that was cut.

There is no fix: write the answer, or remove the row.

Where no target is named and no example of the dataset has an answer, the conversations are prompts: for reinforcement,
distillation or evaluation. That is one note, unless a conversation ends with another than the user or a tool.

A warning where the target trains on prompts, too, as Fireworks does for reinforcement and ms-swift for GRPO and for
classes (but a system message alone is no prompt), and where it trains on every message, as TRL's SFTTrainer and MLX LM do: nothing is lost there, but the model
learns to ask.

Silent for records without any message (wrong-type reports the empty list) or with one whose speaker nobody knows
(missing-field, unknown-role), with a result without its call (orphan-result) or a call of another than the assistant
(call-in-wrong-role), for prompts and completions, for pairs of two answers (not-one-answer), for shapes that hold no
answer, such as a prompt alone, and for targets whose examples end with the user because the model's own answer is
graded.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import (
    SHAPES,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    LazyViolations,
    RuleContext,
    Severity,
    Violation,
    pl,
)

OPEN = [shape.name for shape in SHAPES.values() if shape.is_preference or not shape.answered]
MESSAGE = "no assistant message: there is nothing to learn from"
PROMPTS = (
    "no example has an answer: these are prompts, for reinforcement, distillation or evaluation; "
    "--target says what they are checked for"
)


class NoAssistant(DatasetRule):
    """Conversations in which the assistant never speaks, and whether there are others."""

    code, name, severity = "C002", "no-assistant", "error"
    explained_by = {
        "record": (
            "missing-field",
            "wrong-type",
            "unknown-role",
            "orphan-result",
            "call-in-wrong-role",
            "late-system",
            "same-role-twice",
        )
    }

    def severity_for(self, context: RuleContext) -> Severity | None:
        if context.fact("last_role") == "user":
            return None
        trained = context.fact("trained_roles")
        learns_questions = isinstance(trained, list) and "user" in trained
        optional = context.fact("assistant_message") == "optional"
        return "warning" if optional or learns_questions else self.severity

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        roles = pl.col("roles")
        unread = batch.messages.filter(pl.col("written_role").is_null())["i"]
        speaks = roles.str.contains("a", literal=True) | pl.col("i").is_in(unread.implode())
        lacks = ~speaks & ~pl.col("shape").is_in(OPEN)
        asked = batch.examples.filter(pl.col("n_messages") > 0)
        lacking = asked.filter(lacks).select("row", "line", prompt=roles.str.contains("[utf]$"))
        answered = {"answered": [asked.height - lacking.height]}
        return pl.concat([lacking, pl.DataFrame(answered, schema={"answered": pl.UInt64})], how="diagonal")

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        observed = self.observe(group.batch, context)
        return group.of_rows(observed["row"]) if observed is not None else ()

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        found = pl.concat(frames)
        answered = found.filter(pl.col("row").is_null()).select(pl.col("answered").sum())
        return pl.concat([found.filter(pl.col("row").is_not_null()), answered], how="diagonal")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        lacking = observed.filter(pl.col("row").is_not_null()).sort("row")
        if context.target is None and lacking.height and not observed["answered"].sum():
            if lacking["prompt"].all():
                return Conclusion([Violation(PROMPTS, severity="info")])
            lacking = lacking.filter(~pl.col("prompt"))
        # Where prompts are trained on, too, a system message alone is no prompt.
        is_optional = context.fact("assistant_message") == "optional"
        found = lacking.select("row", "line", faulty=~pl.col("prompt") & is_optional)
        return Conclusion(LazyViolations(found, _violation))

    cases = (
        Case(
            why="a question without an answer",
            wrong=[
                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}]},
                {"conversations": [{"from": "human", "value": "a"}]},
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
            found=[(1, None), (2, None)],
        ),
        Case(
            why="prompts alone, where no target is named, are a note",
            wrong=[
                {"messages": [{"role": "user", "content": "a"}], "ground_truth": "b"},
                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "c"}]},
            ],
            found=[(None, None)],
            severity="info",
        ),
        Case(
            why="a target that learns from answers needs them",
            wrong=[{"messages": [{"role": "user", "content": "a"}], "ground_truth": "b"}],
            found=[(1, None)],
            settings={"target": "together"},
        ),
        Case(
            why="a target with methods that train on prompts",
            wrong=[{"messages": [{"role": "user", "content": "a"}], "solution": "b"}],
            found=[(1, None)],
            severity="warning",
            settings={"target": "ms-swift"},
        ),
        Case(
            why="a system message alone is no prompt",
            wrong=[{"messages": [{"role": "system", "content": "s"}]}],
            found=[(1, None)],
            severity="error",
            settings={"target": "ms-swift"},
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
            why="an empty list of messages and messages without roles are reported elsewhere",
            right=[
                {"messages": []},
                {"messages": None},
                {"messages": [{"role": "user", "content": "a"}, {"content": "b"}]},
                {"conversations": [{"role": "user", "value": "a"}, {"role": "assistant", "value": "b"}]},
            ],
        ),
        Case(
            why="a prompt alone, whose answers the model in training gives, and a pair, reported elsewhere",
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


def _violation(row: int, line: int, faulty: bool) -> Violation:
    return Violation(MESSAGE, row=row, line=line, severity="error" if faulty else None)
