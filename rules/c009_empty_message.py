"""A system or user message is empty.

The model is asked nothing and still answers: it learns to invent a question. An empty system prompt does little
harm to the model, but some chat templates and targets refuse it. Both mostly come from an empty cell or variable.

The fix removes an empty system message. It drops the example where the user says nothing, because without the
question the answer is worth little, and where no message would be left. Messages and examples go, so it is
unsafe.

Silent for tool results, since a function may return nothing; for images without words; for content that is
null or missing (wrong-type, missing-field); and for shapes of one prompt and one answer, whose prompt may be empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import SHAPES, Case, Example, FrameRule, MatchedRow, RuleContext, pl, says_nothing

ANSWER = {"role": "assistant", "content": "b"}
ASKED = [{"role": "user", "content": "a"}, ANSWER]
SYSTEM = ("system", "developer")
TURNS = [shape.name for shape in SHAPES.values() if shape.turns and shape.roles]


class EmptyMessage(FrameRule):
    """Messages of the system or the user without text or image."""

    code, name, severity, fix = "C009", "empty-message", "warning", "unsafe"
    explained_by = {
        "message": ("missing-field", "wrong-type", "last-not-assistant", "same-role-twice"),
        "after": ("late-system", "wrong-order"),
    }
    frame = "messages"

    def when(self, context: RuleContext) -> pl.Expr:
        asks = pl.col("role").is_in([*SYSTEM, "user"]) & pl.col("shape").is_in(TURNS)
        # Null is no content for them: wrong-type says so.
        return asks & says_nothing() & (pl.col("kind") != "null")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return "the user says nothing" if match["role"] == "user" else f"the {match['role']} message is empty"

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        if any(match["role"] == "user" for match in matches) or len(matches) == len(example.messages()):
            example.drop()
            return
        # From the last to the first, so that removing one does not move the others.
        for match in sorted(matches, key=lambda match: match.at, reverse=True):
            # Where another fix has cut the conversation before it, what is left is looked at again.
            example.remove(match.at)

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
            why="in the parts of Gemini and the blocks of Nova",
            wrong=[
                {
                    "systemInstruction": {"parts": [{"text": " "}]},
                    "contents": [
                        {"role": "user", "parts": [{"text": "a"}]},
                        {"role": "model", "parts": [{"text": "b"}]},
                    ],
                },
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": ""}]},
                        {"role": "assistant", "content": [{"text": "b"}]},
                    ],
                },
            ],
            found=[(1, "systemInstruction.parts[0].text"), (2, "messages[0].content[0].text")],
            fixed=[
                {
                    "contents": [
                        {"role": "user", "parts": [{"text": "a"}]},
                        {"role": "model", "parts": [{"text": "b"}]},
                    ],
                }
            ],
        ),
        Case(
            why="in a pair; the answer that is not wanted is reported elsewhere",
            wrong=[
                {
                    "input": {"messages": [{"role": "system", "content": ""}, *ASKED[:1]]},
                    "preferred_output": ASKED[1:],
                    "non_preferred_output": [{"role": "assistant", "content": ""}],
                }
            ],
            found=[(1, "input.messages[0].content")],
            fixed=[
                {
                    "input": {"messages": ASKED[:1]},
                    "preferred_output": ASKED[1:],
                    "non_preferred_output": [{"role": "assistant", "content": ""}],
                }
            ],
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
            why="an empty prompt or input is allowed, an empty answer is reported elsewhere",
            right=[
                {"prompt": "", "completion": "b"},
                {"instruction": "a", "input": "", "output": "b"},
                {"prompt": "", "chosen": "b", "rejected": "c"},
                {"prompt": "", "completion": "b", "label": True},
                {"messages": [*ASKED[:1], {"role": "assistant", "content": ""}]},
            ],
        ),
        Case(
            why="null and missing content are reported elsewhere",
            right=[{"messages": [{"role": "user", "content": None}, ANSWER, {"role": "user"}, ANSWER]}],
        ),
    )
