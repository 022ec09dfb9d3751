"""A system or user message is empty.

The model is asked nothing and still answers: it learns to invent a question. An empty system prompt does little
harm to the model, but some chat templates and targets refuse it. Both mostly come from an empty cell or variable.

The fix removes an empty system message. It drops the example where the user says nothing, because without the
question the answer is worth little, and where no message would be left. Messages and examples go, so it is
unsafe.

Silent for tool results, since a function may return nothing; for images without words; for content that is
null or missing (wrong-type, missing-field); and for prompts and inputs, which may be empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftlint.rule import BLANK, Case, Example, Found, Job, MessageRule, pl

ANSWER = {"role": "assistant", "content": "b"}
ASKED = [{"role": "user", "content": "a"}, ANSWER]
SYSTEM = ("system", "developer")
# An empty list, or nothing but text parts. Parts of another form are wrong-type's business.
TEXT_PARTS = r'"content": \[(?:\{"text": "[^"]*", "type": "text"\}(?:, )?)*\]'


class EmptyMessage(MessageRule):
    """Messages of the system or the user without text or image."""

    code, name, severity, fix = "C009", "empty-message", "warning", "unsafe"

    def when(self, job: Job) -> pl.Expr:
        asks = pl.col("role").is_in([*SYSTEM, "user"]) & ~pl.col("shape").is_in(["completion", "alpaca"])
        readable = (pl.col("kind") == "text") | (
            (pl.col("kind") == "parts") & pl.col("beyond").str.contains(TEXT_PARTS)
        )
        return asks & readable & (pl.col("n_media") == 0) & pl.col("content").str.contains(BLANK)

    def say(self, found: Found, job: Job) -> str:
        return "the user says nothing" if found["role"] == "user" else f"the {found['role']} message is empty"

    def mend(self, example: Example, found: Sequence[Found], job: Job) -> None:
        if any(place["role"] == "user" for place in found) or len(found) == len(example.messages()):
            example.drop()
            return
        # From the last to the first, so that removing one does not move the others.
        for place in sorted(found, key=lambda place: -place["at"]):
            *parents, key = example.steps({"at": place["at"]})
            if example.get((*parents, key)) is None:
                continue  # Another fix has cut the conversation before it; what is left is looked at again.
            if parents:
                *parents, key = parents
            holder: Any = example.get(tuple(parents))
            del holder[key]

    cases = (
        Case(
            why="an empty system prompt goes, an empty question takes the example with it",
            wrong=[
                {"messages": [{"role": "system", "content": ""}, *ASKED]},
                {"messages": [{"role": "user", "content": " \u200b\n"}, ANSWER]},
                {"messages": [{"role": "user", "content": []}, ANSWER]},
            ],
            found=[(1, "messages[0].content"), (2, "messages[0].content"), (3, "messages[0].content")],
            fixed=[{"messages": ASKED}],
        ),
        Case(
            why="in ShareGPT's turns",
            wrong=[
                {
                    "system": " ",
                    "conversations": [
                        {"from": "system", "value": ""},
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "b"},
                    ],
                }
            ],
            found=[(1, "conversations[0].value"), (1, "system")],
            fixed=[{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}],
        ),
        Case(
            why="an image without words, a function that returns nothing",
            right=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
                            ],
                        },
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                        {"role": "tool", "tool_call_id": "1", "content": ""},
                        ANSWER,
                    ]
                }
            ],
        ),
        Case(
            why="an empty prompt or input is allowed, an empty answer is told elsewhere",
            right=[
                {"prompt": "", "completion": "b"},
                {"instruction": "a", "input": "", "output": "b"},
                {"messages": [*ASKED[:1], {"role": "assistant", "content": ""}]},
            ],
        ),
        Case(
            why="null and missing content are told elsewhere",
            right=[{"messages": [{"role": "user", "content": None}, ANSWER, {"role": "user"}, ANSWER]}],
        ),
    )
