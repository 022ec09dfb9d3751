"""Two messages of one role follow each other.

Many chat templates and some targets want user and assistant to take turns; two messages of one of them in a row
make the template fail, or the file is refused, or the record is left out. Elsewhere it is fine: OpenAI's own
example with an image has two user messages in a row.

The fix makes one message of the two: texts joined by a blank line, lists of parts and of tool calls one behind the
other. It changes the text that is trained on, so it is unsafe. It leaves them alone where something would be lost or
change its meaning: different names or weights, a text that follows a tool call, answers of a pair.
`ftlint convert --merge-consecutive` does the same on the way, with a separator of your choice.

An error where the target's documentation demands turns, a warning where that is only reported or depends on the
chat template. Silent without a target and for targets that allow it; for an answer that follows the result of a
tool call, and for several results in a row; and for system messages (late-system).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ftlint.rule import SHAPES, Case, Example, Location, RecordRule, RuleContext, Severity, Violation, pl

SPOKEN = [shape.name for shape in SHAPES.values() if shape.roles]
# Where the results of calls stand in the user's messages, those can follow each other unseen by the signature.
BLOCKS = [name for name in SPOKEN if "tool" not in SHAPES[name].roles.values()]
LETTERS = {"u": "user", "a": "assistant"}
TEXTS = ("content", "value", "text", "parts")
QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
USE = {"toolUse": {"toolUseId": "1", "name": "f", "input": {}}}
RETURNED = {"toolResult": {"toolUseId": "1", "content": [{"text": "b"}]}}
TOGETHER = {"target": "together"}


class Turn(NamedTuple):
    """A message as the file has it: its place in the view, its path and its role."""

    at: int
    steps: tuple[str | int, ...]
    role: str | None


class SameRoleTwice(RecordRule):
    """Neighbours of one role, found in the signature and looked at in the file."""

    code, name, severity, fix = "C006", "same-role-twice", "error", "unsafe"
    explained_by = {
        "before": (
            "first-not-user",
            "call-in-wrong-role",
            "orphan-result",
            "duplicate-call-id",
            "unknown-role",
        )
    }

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("repeat_roles")

    def candidates(self, context: RuleContext) -> pl.Expr:
        roles = pl.col("roles")
        repeated = pl.col("shape").is_in(SPOKEN) & roles.str.contains("uu|aa")
        return repeated | (pl.col("shape").is_in(BLOCKS) & roles.str.contains("[ut][ut]"))

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        for one, other in _repeats(example):
            path = example.path(Location(other.at, "role"))
            fixable = _merged(example, one, other, context) is not None
            yield Violation(f"the {other.role} speaks twice in a row", path, fixable=fixable)

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        # From the last to the first, so that taking one out does not move the others.
        for one, other in reversed(list(_repeats(example))):
            merged = _merged(example, one, other, context)
            if merged is not None:
                message, messages = example.get(one.steps), example.get(one.steps[:-1])
                message.clear()
                message.update(merged)
                del messages[other.steps[-1]]

    cases = (
        Case(
            why="the user asks twice, and again; the assistant goes on",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "user", "content": "c"},
                        {"role": "user", "content": [{"type": "text", "text": "d"}]},
                        ANSWER,
                        {"role": "assistant", "content": "e", "tool_calls": [CALL]},
                    ]
                }
            ],
            found=[(1, "messages[1].role"), (1, "messages[2].role"), (1, "messages[4].role")],
            severity="error",
            fixed=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [{"type": "text", "text": text} for text in ("a", "c", "d")],
                        },
                        {"role": "assistant", "content": "b\n\ne", "tool_calls": [CALL]},
                    ]
                }
            ],
            settings=TOGETHER,
        ),
        Case(
            why="in ShareGPT's turns, and in the question of a pair",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "user", "value": "b"},
                        {"from": "gpt", "value": "c"},
                    ]
                },
                {
                    "messages": [QUESTION, QUESTION],
                    "chosen": ANSWER,
                    "rejected": {"role": "assistant", "content": "c"},
                },
            ],
            found=[(1, "conversations[1].from"), (2, "messages[1].role")],
            fixed=[
                {"conversations": [{"from": "human", "value": "a\n\nb"}, {"from": "gpt", "value": "c"}]},
                {
                    "messages": [{"role": "user", "content": "a\n\na"}],
                    "chosen": ANSWER,
                    "rejected": {"role": "assistant", "content": "c"},
                },
            ],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="a result and a question that Nova and Gemini want in one message of the user",
            wrong=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": "a"}]},
                        {"role": "assistant", "content": [USE]},
                        {"role": "user", "content": [RETURNED]},
                        {"role": "user", "content": [{"text": "c"}]},
                        {"role": "assistant", "content": [{"text": "d"}]},
                    ],
                }
            ],
            found=[(1, "messages[3].role")],
            severity="error",
            fixed=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": "a"}]},
                        {"role": "assistant", "content": [USE]},
                        {"role": "user", "content": [RETURNED, {"text": "c"}]},
                        {"role": "assistant", "content": [{"text": "d"}]},
                    ],
                }
            ],
            settings={"target": "bedrock-nova"},
        ),
        Case(
            why="two speakers, two weights, and a text after a call are left for you",
            wrong=[
                {"messages": [{**QUESTION, "name": "Ann"}, {**QUESTION, "name": "Bob"}, ANSWER]},
                {"messages": [QUESTION, {**ANSWER, "weight": 0}, ANSWER]},
                {"messages": [QUESTION, {"role": "assistant", "tool_calls": [CALL]}, ANSWER]},
            ],
            found=[(1, "messages[1].role"), (2, "messages[2].role"), (3, "messages[2].role")],
            fixed=[
                {"messages": [{**QUESTION, "name": "Ann"}, {**QUESTION, "name": "Bob"}, ANSWER]},
                {"messages": [QUESTION, {**ANSWER, "weight": 0}, ANSWER]},
                {"messages": [QUESTION, {"role": "assistant", "tool_calls": [CALL]}, ANSWER]},
            ],
            settings=TOGETHER,
        ),
        Case(
            why="reported once, and not in the documentation",
            wrong=[{"messages": [QUESTION, ANSWER, ANSWER]}],
            found=[(1, "messages[2].role")],
            severity="warning",
            settings={"target": "azure-openai"},
        ),
        Case(
            why="a question and a result in one message of the user",
            right=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": "a"}]},
                        {"role": "assistant", "content": [USE]},
                        {"role": "user", "content": [{"text": "c"}, RETURNED, {"text": "d"}]},
                        {"role": "assistant", "content": [{"text": "e"}]},
                    ],
                }
            ],
            settings={"target": "bedrock-nova"},
        ),
        Case(
            why="an answer after the results of calls, and two results in a row",
            right=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "tool_calls": [CALL, {**CALL, "id": "2"}]},
                        {"role": "tool", "tool_call_id": "1", "content": "c"},
                        {"role": "tool", "tool_call_id": "2", "content": "d"},
                        ANSWER,
                    ]
                }
            ],
            settings=TOGETHER,
        ),
        Case(
            why="OpenAI allows it, and without a target nobody minds",
            right=[{"messages": [QUESTION, QUESTION, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
        Case(right=[{"messages": [QUESTION, QUESTION, ANSWER]}]),
    )


def _repeats(example: Example) -> Iterator[tuple[Turn, Turn]]:
    """Neighbours of one role that the file has as two messages; the answers of a pair are not looked at."""
    for one, other in pairwise(_turns(example)):
        if one.role == other.role and one.role in ("user", "assistant"):
            yield one, other


def _turns(example: Example) -> list[Turn]:
    shape, letters = SHAPES[example.shape], example.roles()
    turns: list[Turn] = []
    for at in range(_asked(example)):
        *holder, key = example.path_to(Location(at, "role"))
        if turns and turns[-1].steps == tuple(holder):
            continue
        word = example.get((*holder, key))
        role = shape.roles.get(word) if isinstance(word, str) else None
        turns.append(Turn(at, tuple(holder), role or LETTERS.get(letters[at])))
    return turns


def _asked(example: Example) -> int:
    """How many messages there are before the answers of a pair; all of them where it is none."""
    shape, messages = SHAPES[example.shape], len(example.messages())
    if not shape.is_preference:
        return messages
    return messages - shape.answer_size(example.record, example.sighting.fields)


def _merged(example: Example, one: Turn, other: Turn, context: RuleContext) -> dict[str, Any] | None:
    """One message made of two, or None where something would be lost or change its meaning."""
    if (
        not one.steps
        or one.steps[:-1] != other.steps[:-1]
        or not isinstance(example.get(one.steps[:-1]), list)
    ):
        return None
    asked = _asked(example)
    # Messages that stand in both answers of a pair would have to be changed in both.
    if SHAPES[example.shape].is_preference and example.path_to(Location(asked, "role"))[0] == one.steps[0]:
        return None
    first, second = example.get(one.steps), example.get(other.steps)
    called = bool(first.get("tool_calls")), bool(second.get("tool_calls"))
    spoken = [any(message.get(key) for key in TEXTS) for message in (first, second)]
    if (called[0] and spoken[1]) or "function_call" in (first.get("from"), second.get("from")):
        return None
    if any(called) and any(spoken) and context.fact("content_beside_calls") == "rejected":
        return None
    merged = {}
    for key in {**first, **second}:
        made = _joined(key, first.get(key), second.get(key))
        if made is LOST:
            return None
        merged[key] = made
    return merged


LOST = object()
"""Said where two values cannot be made one."""


def _joined(key: str, first: Any, second: Any) -> Any:
    if key in ("role", "from"):
        return first
    if key in TEXTS and isinstance(first, str) and isinstance(second, str):
        return "\n\n".join(text for text in (first, second) if text)
    if first is None or second is None:
        joinable = (*TEXTS, "tool_calls") if first is not second else (key,)
        return (second if first is None else first) if key in joinable else LOST
    if key in (*TEXTS, "tool_calls"):
        both = [_parts(value) if key == "content" else value for value in (first, second)]
        return both[0] + both[1] if all(isinstance(value, list) for value in both) else LOST
    return first if key in ("name", "weight") and first == second else LOST


def _parts(content: Any) -> Any:
    return [{"type": "text", "text": content}] if isinstance(content, str) and content else content
