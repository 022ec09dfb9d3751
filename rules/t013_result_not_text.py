"""A tool message holds a list of parts where the target takes only a text.

A result is mostly text, and some targets take nothing else, whatever their documentation says.

The fix joins the parts with line breaks where all of them are text. What a function answers is read, not learnt, and
no word is lost, so it is safe. Images in a result are left to you.

Silent without a target, and where the target takes parts.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, Example, FrameRule, MatchedRow, RuleContext, Severity, pl

IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}


def _row(content: object) -> dict[str, object]:
    calls = [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    return {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "How is the weather?"}]},
            {"role": "assistant", "tool_calls": calls},
            {"role": "tool", "tool_call_id": "a", "content": content},
            {"role": "assistant", "content": "It rains."},
        ]
    }


class ResultNotText(FrameRule):
    """Results whose content is a list, for targets whose fact ``tool_content`` is text."""

    code, name, severity, fix = "T013", "result-not-text", "error", "safe"
    explained_by = {"message": ("missing-field", "wrong-type", "orphan-result", "first-not-user")}
    frame = "results"
    field = "content"
    columns = ("kind",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("tool_content") if context.fact("tool_content") == "text" else None

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("kind").is_in(["texts", "parts"]) & pl.col("own")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        what = "text parts" if match["kind"] == "texts" else "parts that are not all text"
        return f"the result is a list of {what}; the target takes only a text"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return bool(match["kind"] == "texts")

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            steps = example.path_to(self.location(match, context))
            parts = example.get(steps)
            if isinstance(parts, list):
                example.set(steps, "\n".join(part["text"] for part in parts))

    cases = (
        Case(
            why="one part, several, none",
            wrong=[
                _row([{"type": "text", "text": "rain"}]),
                _row([{"type": "text", "text": "rain"}, {"type": "text", "text": "12 °C"}]),
                _row([]),
            ],
            found=[(1, "messages[2].content"), (2, "messages[2].content"), (3, "messages[2].content")],
            fixed=[_row("rain"), _row("rain\n12 °C"), _row("")],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="an image is left to you",
            wrong=[_row([{"type": "text", "text": "rain"}, IMAGE])],
            found=[(1, "messages[2].content")],
            fixed=[_row([{"type": "text", "text": "rain"}, IMAGE])],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="text, also an empty one", right=[_row("rain"), _row("")], settings={"target": "openai-chat"}
        ),
        Case(why="no target, no opinion", right=[_row([{"type": "text", "text": "rain"}])]),
    )
