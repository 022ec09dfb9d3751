"""A system message comes late, or there are two.

Most chat templates read one system message, the first of the conversation. A later one is refused, or taken for
another speaker's words; a second one replaces the first, or the record is left out.

There is no fix in place: join them to one at the start, or make what is said in the middle the user's message.
`ftlint convert --system-messages fold` does that for all; without it convert does so for targets that demand one.

An error where the target's documentation demands one at the start, a warning where nobody knows or where it depends on
the chat template. Silent where a second one is refused and a late one is not (wrong-order reports it). Silent without a
target and for targets that allow it, and for shapes that have a field for instructions and no role (wrong-type).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ftlint.rule import SHAPES, Case, Example, Location, RecordRule, RuleContext, Severity, Violation, pl

SYSTEM = {"role": "system", "content": "s"}
ASKED = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]

SPOKEN = [shape.name for shape in SHAPES.values() if "system" in shape.roles.values()]


class LateSystem(RecordRule):
    """Instructions anywhere but at the start."""

    code, name, severity = "C007", "late-system", "error"
    explained_by = {
        "before": (
            "last-not-assistant",
            "first-not-user",
            "unknown-role",
            "not-one-answer",
            "unanswered-call",
        ),
        "after": ("first-not-user", "orphan-result"),
        "message": ("call-in-wrong-role", "weight-on-other-role"),
    }

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("late_system")

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("shape").is_in(SPOKEN) & pl.col("roles").str.contains("^.+s")

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        messages, roles = example.messages(), example.roles()
        if context.fact("second_system") == "rejected" and roles.count("s") != 1:
            return
        who = context.target.name if context.target is not None else "the target"
        for at in range(1, len(roles)):
            if roles[at] == "s" and not (at == 1 and _is_blank_column(example, messages)):
                role = messages[at].get("role")
                message = f"message {at + 1} is the {role}'s; {who} wants one such message, the first"
                yield Violation(message, example.path(Location(at, "role")))

    cases = (
        *(
            Case(
                why="a system message in the place of a blank column",
                right=[
                    {
                        "system": " ",
                        "conversations": [
                            {"from": "system", "value": text},
                            {"from": "human", "value": "a"},
                            {"from": "gpt", "value": "b"},
                        ],
                    }
                    for text in ("", "s")
                ],
                settings={"target": target},
            )
            for target in ("llamafactory", "ms-swift")
        ),
        Case(
            why="in the middle, and a second one",
            wrong=[
                {"messages": [*ASKED, SYSTEM, *ASKED]},
                {"messages": [SYSTEM, SYSTEM, *ASKED]},
            ],
            found=[(1, "messages[2].role"), (2, "messages[1].role")],
            severity="error",
            settings={"target": "fireworks"},
        ),
        Case(
            why="a system prompt beside ShareGPT's turns and another among them",
            wrong=[
                {
                    "system": "s",
                    "conversations": [
                        {"from": "system", "value": "t"},
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "b"},
                    ],
                }
            ],
            found=[(1, "conversations[0].from")],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="in the question of a pair",
            wrong=[
                {
                    "input": {"messages": [ASKED[0], SYSTEM]},
                    "preferred_output": ASKED[1:],
                    "non_preferred_output": [{"role": "assistant", "content": "c"}],
                }
            ],
            found=[(1, "input.messages[1].role")],
            settings={"target": "fireworks"},
        ),
        Case(
            why="several pieces of one system prompt; among Claude's messages no role is the system's",
            right=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "system": [{"text": "s"}, {"text": "t"}],
                    "messages": [
                        {"role": "user", "content": [{"text": "a"}]},
                        {"role": "assistant", "content": [{"text": "b"}]},
                    ],
                },
                {"system": "s", "messages": [ASKED[0], SYSTEM, ASKED[1]]},
            ],
            settings={"target": "bedrock-nova"},
        ),
        Case(
            why="OpenAI does not say",
            wrong=[{"messages": [*ASKED, SYSTEM, *ASKED]}],
            found=[(1, "messages[2].role")],
            severity="warning",
            settings={"target": "openai-chat"},
        ),
        Case(
            why="one at the start, or none",
            right=[{"messages": [SYSTEM, *ASKED]}, {"messages": ASKED}],
            settings={"target": "fireworks"},
        ),
        Case(why="without a target nobody minds", right=[{"messages": [*ASKED, SYSTEM, *ASKED]}]),
    )


def _is_blank_column(example: Example, messages: list[Any]) -> bool:
    """Whether the first message is a blank column of instructions, in whose place a system message is read."""
    said = messages[0].get("content")
    blank = not said or (isinstance(said, str) and not said.strip())
    return blank and "[" not in example.path(Location(0, "role"))
