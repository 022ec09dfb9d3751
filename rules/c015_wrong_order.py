"""The messages stand in an order that the target does not take.

Some targets and chat templates demand more than turns: that the result of a call follows the call, that the
assistant speaks after a result, that nobody but the assistant comes after the user. An example in another order is
refused or left out.

The message names the first place that does not fit and who may speak there. There is no fix: mostly a message was
lost, and only you know which.

An error where the target's documentation states the order, else a warning. Silent without a target and for targets that
do not say, and where another rule names the fault already: a role that nobody knows (unknown-role), an end without an
answer (last-not-assistant), a wrong beginning (first-not-user), a role twice (same-role-twice), a late system message
(late-system; a second one only where that is no worse), results that no call asked for (orphan-result, where it is an
error), no answer at all (no-assistant).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import product

from ftlint.rule import SHAPES, Case, Example, Location, RecordRule, RuleContext, Severity, Violation, pl

ROLES = {"s": "system", "d": "developer", "u": "user", "a": "assistant", "t": "tool", "f": "function"}
# What may follow the place in question is tried with this many more messages.
AHEAD = 3
SPOKEN = [shape.name for shape in SHAPES.values() if shape.roles and shape.answered]
# Of a pair of this shape each side is read as a conversation of its own.
WHOLE = "whole-preference"
ONE_SIDED = [shape.name for shape in SHAPES.values() if not shape.is_preference]
SYSTEM = {"role": "system", "content": "s"}
QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
CALLED = {
    "role": "assistant",
    "tool_calls": [{"id": "callcall1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
}
RESULT = {"role": "tool", "tool_call_id": "callcall1", "content": "c"}


class WrongOrder(RecordRule):
    """Signatures of roles that the target's regular expression does not match."""

    code, name, severity = "C015", "wrong-order", "error"
    explained_by = {"before": ("unknown-role", "orphan-result", "call-in-wrong-role")}

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("order")

    def candidates(self, context: RuleContext) -> pl.Expr:
        roles = pl.col("roles")
        asked = pl.col("shape").is_in(SPOKEN) & (pl.col("n_messages") > 0)
        orphans = (
            (pl.col("n_calls") == 0) & roles.str.contains("[tf]") & (context.severity_of_calls == "error")
        )
        reported = pl.any_horizontal(orphans, *(roles.str.contains(fault) for fault in _reported(context)))
        if context.fact("last_role") != "user":
            unanswered = roles.str.contains("a[^a]+$") & pl.col("shape").is_in(ONE_SIDED)
            reported = reported | unanswered | ~roles.str.contains("a", literal=True)
        misplaced = asked & ~reported & ~roles.str.contains(str(context.fact("order")))
        return misplaced | (pl.col("shape") == WHOLE)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        roles, order = example.roles(), str(context.fact("order"))
        if example.shape == WHOLE:
            yield from _in_answers(example, order, context)
            return
        at, allowed = _first_misplaced(roles, order)
        who = " or the ".join(ROLES[letter] for letter in allowed)
        before = f"after the {ROLES[roles[at - 1]]}" if at else "at the start"
        if at == len(roles):
            last = Location(at - 1, "role")
            yield Violation(
                f"{before} the conversation ends too early; the {who} should speak", example.path(last)
            )
            return
        wanted = f"; it should be the {who}" if allowed else ""
        message = f"{before} the {ROLES[roles[at]]} speaks, which {_name(context)} does not take{wanted}"
        yield Violation(message, example.path(Location(at, "role")))

    cases = (
        Case(
            why="a second system message, which Mistral's code refuses",
            wrong=[{"messages": [SYSTEM, SYSTEM, QUESTION, ANSWER]}],
            found=[(1, "messages[1].role")],
            severity="error",
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="a late one alone is reported elsewhere",
            right=[{"messages": [QUESTION, ANSWER, SYSTEM, QUESTION, ANSWER]}],
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="the user speaks before the assistant has said what the tool returned",
            wrong=[{"messages": [QUESTION, CALLED, RESULT, QUESTION, ANSWER]}],
            found=[(1, "messages[3].role")],
            severity="error",
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="in ShareGPT's turns",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                        {"from": "observation", "value": "b"},
                        {"from": "human", "value": "c"},
                        {"from": "gpt", "value": "d"},
                    ]
                }
            ],
            found=[(1, "conversations[3].from")],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="in a pair",
            wrong=[
                {
                    "conversations": [
                        {"from": "system", "value": "s"},
                        {"from": "human", "value": "a"},
                        {"from": "function_call", "value": '{"name": "f", "arguments": {}}'},
                        {"from": "observation", "value": "b"},
                        {"from": "human", "value": "c"},
                    ],
                    "chosen": {"from": "gpt", "value": "d"},
                    "rejected": {"from": "gpt", "value": "e"},
                }
            ],
            found=[(1, "conversations[4].from")],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="in the answers of a pair of whole conversations",
            wrong=[
                {"chosen": [QUESTION, QUESTION, ANSWER], "rejected": [QUESTION, OTHER]},
                {"chosen": [SYSTEM, QUESTION, ANSWER], "rejected": [SYSTEM, OTHER, QUESTION, OTHER]},
            ],
            found=[(1, "chosen[1].role"), (2, "rejected[1].role")],
            severity="error",
            settings={"target": "torchtune"},
        ),
        Case(
            why="two whole conversations",
            right=[{"chosen": [SYSTEM, QUESTION, ANSWER], "rejected": [SYSTEM, QUESTION, OTHER]}],
            settings={"target": "torchtune"},
        ),
        Case(
            why="turns, calls with several results, a call at the end",
            right=[
                {"messages": [QUESTION, CALLED, RESULT, ANSWER, QUESTION, ANSWER]},
                {"messages": [{"role": "system", "content": "s"}, QUESTION, CALLED, RESULT, CALLED]},
            ],
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="reported by other rules: who begins, who ends, who speaks twice, and an unknown role",
            right=[
                {"messages": [ANSWER, QUESTION, ANSWER]},
                {"messages": [QUESTION, ANSWER, QUESTION]},
                {"messages": [QUESTION, QUESTION, ANSWER]},
                {"messages": [QUESTION, {"role": "narrator", "content": "c"}, ANSWER]},
                {"messages": [QUESTION, ANSWER, {"role": "system", "content": "s"}, QUESTION, ANSWER]},
                {"messages": [QUESTION]},
            ],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="a result that nobody asked for, where no calls and results are compared",
            wrong=[{"messages": [QUESTION, RESULT, ANSWER]}],
            found=[(1, "messages[1].role")],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="texts, and prompts with completions, have no order",
            right=[{"text": "a"}, {"instruction": "a", "output": "b"}],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="a target that does not say, and none",
            right=[{"messages": [QUESTION, CALLED, RESULT, QUESTION, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
    )


def _in_answers(example: Example, order: str, context: RuleContext) -> Iterable[Violation]:
    """The first misplaced message of each of two whole conversations, behind what both begin with."""
    shape, names = SHAPES[example.shape], example.sighting.fields
    shared = len(example.messages()) - shape.answer_size(example.record, names)
    letters = {role: letter for letter, role in ROLES.items()}
    for side in ("chosen", "rejected"):
        messages = example.record[names[side]]
        said = [message.get("role") if isinstance(message, dict) else None for message in messages]
        roles = "".join(letters.get(role, "?") if isinstance(role, str) else "?" for role in said)
        if "?" in roles or re.search(order, roles):
            continue
        at, _ = _first_misplaced(roles, order)
        if shared <= at < len(roles):
            message = f"the {ROLES[roles[at]]} speaks here, which {_name(context)} does not take"
            yield Violation(message, f"{names[side]}[{at}].role")


def _reported(context: RuleContext) -> list[str]:
    """Regular expressions for signatures whose fault another rule names."""
    # An orphan result is no error for who compares nothing, and its place still is.
    reported = [r"\?", *(["^[^a]*[tf]"] if context.severity_of_calls == "error" else [])]
    if context.severity_of_fact("repeat_roles"):
        reported.append("uu|aa")
    if context.severity_of_fact("late_system"):
        # A second one may be worse than a late one, and is said here then.
        second = context.fact("second_system") == "rejected"
        reported.append("^[^sd]+[sd][^sd]*$" if second else ".[sd]")
    listed = context.fact("roles")
    if isinstance(listed, list) and context.target is not None and context.target.verified("roles"):
        reported += [letter for letter, role in ROLES.items() if role not in listed]
    if context.fact("system_role") == "developer":
        reported.append("s")
    if context.fact("last_role") == "user":
        reported.append("[^u]$")
    first = context.fact("first_role")
    if first:
        roles = first if isinstance(first, list) else [first]
        letters = "".join(letter for letter, role in ROLES.items() if role in roles)
        reported.append(f"^[sd]*[^sd{letters}]")
    return reported


@cache
def _first_misplaced(roles: str, order: str) -> tuple[int, str]:
    """The place of the first message that cannot stand where it does, and the letters that could.

    The place is the number of messages where nothing is misplaced but the conversation could not end there.
    """
    pattern = re.compile(order)
    after = ["".join(letters) for n in range(AHEAD + 1) for letters in product(ROLES, repeat=n)]
    low, high = 0, len(roles)
    while low < high:
        middle = (low + high + 1) // 2
        fits = any(pattern.search(roles[:middle] + more) for more in after)
        low, high = (middle, high) if fits else (low, middle - 1)
    return low, "".join(
        letter for letter in ROLES if any(pattern.search(roles[:low] + letter + more) for more in after)
    )


def _name(context: RuleContext) -> str:
    return context.target.name if context.target is not None else "the target"
