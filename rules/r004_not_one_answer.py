"""A side of a preference pair is not an answer of the assistant.

Both sides are what the assistant could have said. A question among them, or nothing but the result of a tool, is
no answer. Most targets want exactly one assistant message on each side; some read several, such as a call, its
result and what the assistant makes of it.

There is no fix: move what belongs to the conversation into the input, and keep one answer.

An error; where the target's demand for one message is not documented, a warning. Silent for a side that is empty
(wrong-type reports the empty list), and where a role is one that nobody knows (unknown-role). Several messages are
only reported where the target reads one, or where one of them has a role that the target reads in no answer.
"""

from __future__ import annotations

import re

from ftlint.rule import Case, FrameRule, Location, MatchedRow, RuleContext, Severity, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
LONG = [
    {"role": "assistant", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "1", "content": "d"},
    ANSWER,
]
LETTERS = {"s": "system", "d": "developer", "u": "user", "t": "tool", "f": "function"}
SIDES = {"wanted": "preferred", "rejected": "rejected"}


class NotOneAnswer(FrameRule):
    """Sides without an assistant message, or with more than one message."""

    code, name, severity = "R004", "not-one-answer", "error"
    explained_by = {
        "after": ("unknown-role", "orphan-result", "call-in-wrong-role", "late-system", "wrong-order"),
        "message": ("missing-field", "wrong-type"),
        "record": ("missing-field", "wrong-type"),
    }
    frame = "preference_pairs"
    field = "role"
    columns = ("rejected_at", "wanted_roles", "rejected_roles")

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("answer_messages") if _one(context) else self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.any_horizontal(pl.col(f"{side}_roles").str.contains(_bad(context)) for side in SIDES)

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        first = next(side for side in SIDES if re.search(_bad(context), match[f"{side}_roles"]))
        return (
            super().location(match, context)._replace(at=match["at" if first == "wanted" else "rejected_at"])
        )

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        reported = []
        for side, name in SIDES.items():
            roles = match[f"{side}_roles"]
            if re.search(_bad(context), roles) and "a" not in roles:
                reported.append(f"the {name} answer is no assistant's")
            elif re.search(_bad(context), roles) and not _one(context):
                other = next(
                    role for letter, role in LETTERS.items() if letter in roles and _is_bad(letter, context)
                )
                reported.append(f"the {name} answer has a message of the {other}")
            elif re.search(_bad(context), roles):
                who = context.target.name if context.target is not None else "the target"
                reported.append(f"the {name} answer is {len(roles)} messages, where {who} reads one")
        return "; ".join(reported)

    cases = (
        Case(
            why="a question, and a result, as an answer",
            wrong=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [QUESTION],
                    "non_preferred_output": [OTHER],
                },
                {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [LONG[1]]},
                {
                    "conversations": [{"from": "human", "value": "a"}],
                    "chosen": {"from": "gpt", "value": "b"},
                    "rejected": {"from": "human", "value": "c"},
                },
            ],
            found=[(1, "preferred_output[0].role"), (2, "rejected[0].role"), (3, "rejected.from")],
        ),
        Case(
            why="several messages where the target reads one",
            wrong=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": LONG,
                    "non_preferred_output": [OTHER],
                },
                {"input": {"messages": [QUESTION]}, "preferred_output": LONG, "non_preferred_output": LONG},
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [ANSWER],
                    "non_preferred_output": [OTHER, OTHER],
                },
            ],
            found=[
                (1, "preferred_output[0].role"),
                (2, "preferred_output[0].role"),
                (3, "non_preferred_output[0].role"),
            ],
            severity="error",
            settings={"target": "openai-dpo"},
        ),
        Case(
            why="several messages where the target reads them",
            right=[{"prompt": [QUESTION], "chosen": LONG, "rejected": [OTHER]}],
            settings={"target": "trl-dpo"},
        ),
        Case(
            why="a role that no answer has",
            wrong=[
                {"input": {"messages": [QUESTION]}, "preferred_output": side, "non_preferred_output": [OTHER]}
                for side in ([ANSWER], LONG, [ANSWER, QUESTION, ANSWER])
            ],
            found=[(3, "preferred_output[0].role")],
            severity="error",
            settings={"target": "azure-openai-dpo"},
        ),
        Case(
            why="without a target several messages may be right",
            right=[
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": LONG,
                    "non_preferred_output": [OTHER],
                },
                {"prompt": "a", "chosen": "b", "rejected": "c"},
                {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]},
            ],
        ),
        Case(
            why="an empty list and an unknown role are reported elsewhere",
            right=[
                {"input": {"messages": [QUESTION]}, "preferred_output": [], "non_preferred_output": [OTHER]},
                {
                    "input": {"messages": [QUESTION]},
                    "preferred_output": [{"role": "narrator", "content": "b"}],
                    "non_preferred_output": [OTHER],
                },
            ],
        ),
    )


def _one(context: RuleContext) -> bool:
    return context.fact("answer_messages") == "one"


def _is_bad(letter: str, context: RuleContext) -> bool:
    """Whether no answer has this role, even beside an assistant's message."""
    return re.search(_bad(context), f"a{letter}") is not None


def _bad(context: RuleContext) -> str:
    """Signatures of sides that are no answer, or more than one, or have a role that no answer has."""
    if _one(context):
        return "^[sdutf]+$|^[^?]{2,}$"
    roles = context.fact("answer_roles")
    others = "".join(
        letter for letter, role in LETTERS.items() if isinstance(roles, list) and role not in roles
    )
    return f"^[sdutf]+$|[{others}]" if others else "^[sdutf]+$"
