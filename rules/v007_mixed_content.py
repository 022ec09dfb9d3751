"""Messages that are lists of parts stand beside messages that are plain texts.

Some targets read a conversation only where every message is a list of parts, also the answer, or none is, whether
it has images or not. Such a target may also train only on some of the messages: then a message with an image has to
carry the weight that says so.

There is no fix: which of the two ways the example should be written in depends on your model.

Reported once an example. Silent without a target that states it, and for messages without content.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlint.rule import Case, Example, Location, RecordRule, RuleContext, Severity, Violation, pl

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
TEXT = {"type": "text", "text": "What is it?"}
ANSWER = [{"type": "text", "text": "A cat."}]
CALL = {"id": "a", "type": "function", "function": {"name": "look", "arguments": "{}"}}
TOGETHER = {"target": "together"}


class MixedContent(RecordRule):
    """Only examples with messages of parts are read."""

    code, name, severity = "V007", "mixed-content", "error"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("image_mixing") or context.severity_of_fact("image_weights")

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("n_parts") > 0

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        messages = [
            (at, message) for at, message in enumerate(example.messages()) if isinstance(message, dict)
        ]
        if context.fact("image_mixing") == "rejected":
            plain = list(_plain_beside_parts(example, messages))
            if plain:
                many = f" in {len(plain)} messages, first here," if len(plain) > 1 else ""
                yield Violation(
                    f"plain text{many} beside a message of parts; {context.who} reads parts in all messages or in none",
                    example.path(Location(plain[0])),
                )
        weights = context.fact("image_weights")
        if not isinstance(weights, list):
            return
        for at, message in messages:
            if _shows(message.get("content")) and message.get("weight", weights[0]) not in weights:
                known = " or ".join(map(str, weights))
                yield Violation(
                    f"weight {message['weight']} of a message with an image; {context.who} takes {known}",
                    example.path(Location(at, "weight")),
                )

    cases = (
        Case(
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [TEXT, IMAGE]},
                        {"role": "assistant", "content": "A cat."},
                    ]
                }
            ],
            found=[(1, "messages[1].content")],
            settings=TOGETHER,
        ),
        Case(
            why="reported once an example",
            wrong=[
                {
                    "messages": [
                        {"role": "system", "content": "s"},
                        {"role": "user", "content": [TEXT, IMAGE]},
                        {"role": "assistant", "content": "A cat."},
                    ]
                }
            ],
            found=[(1, "messages[0].content")],
            settings=TOGETHER,
        ),
        Case(
            why="parts of text alone, beside an answer and beside a result",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [TEXT]},
                        {"role": "assistant", "content": "A cat."},
                    ]
                },
                {
                    "messages": [
                        {"role": "user", "content": "What is it?"},
                        {"role": "assistant", "content": ANSWER},
                    ]
                },
            ],
            found=[(1, "messages[1].content"), (2, "messages[0].content")],
            settings=TOGETHER,
        ),
        Case(
            why="a call without text beside parts",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": [TEXT]},
                        {"role": "assistant", "content": "", "tool_calls": [CALL]},
                        {"role": "tool", "tool_call_id": "a", "content": ANSWER},
                        {"role": "assistant", "content": ANSWER},
                    ]
                },
            ],
            settings=TOGETHER,
        ),
        Case(
            why="answers of a pair are read by themselves",
            right=[
                {
                    "input": {"messages": [{"role": "user", "content": [TEXT, IMAGE]}]},
                    "preferred_output": [{"role": "assistant", "content": "A cat."}],
                    "non_preferred_output": [{"role": "assistant", "content": "A dog."}],
                }
            ],
            settings=TOGETHER,
        ),
        Case(
            why="a message with an image is not trained on",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [TEXT, IMAGE], "weight": 1},
                        {"role": "assistant", "content": ANSWER},
                    ]
                }
            ],
            found=[(1, "messages[0].weight")],
            settings=TOGETHER,
        ),
        Case(
            why="parts in all messages, and texts alone",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": [TEXT, IMAGE]},
                        {"role": "assistant", "content": ANSWER},
                    ]
                },
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
            settings=TOGETHER,
        ),
        Case(
            why="a target that takes both",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": [TEXT, IMAGE]},
                        {"role": "assistant", "content": "A cat."},
                    ]
                }
            ],
            settings={"target": "openai-chat"},
        ),
    )


def _plain_beside_parts(example: Example, messages: Sequence[tuple[int, dict[str, Any]]]) -> list[int]:
    """The messages of plain text in a conversation that has others of parts; answers of a pair are no part of it."""
    contents = [
        (at, message["content"])
        for at, message in messages
        if message.get("content") and "messages" in example.path_to(Location(at))
    ]
    has_parts = any(isinstance(content, list) for _, content in contents)
    return [at for at, content in contents if isinstance(content, str) and has_parts]


def _shows(content: object) -> bool:
    """Whether a content has an image."""
    return isinstance(content, list) and any(
        isinstance(part, dict) and part.get("type") == "image_url" for part in content
    )
