"""The detail of an image is not one that is understood.

`detail` says how closely the model looks: auto, low or high. Another word is refused, or taken for auto without a
word, and then the image costs more tokens than was meant.

There is no fix: whether "medium" means low or high, only you know.

With a target its own list counts. An error where the target's documentation states the list, else a warning. Silent
where the detail is left out or null.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl, quote

ANSWER = {"role": "assistant", "content": "b"}


class BadDetail(FrameRule):
    """Details outside the target's list, or other than auto, low and high."""

    code, name, severity = "V005", "bad-detail", "warning"
    frame = "media"
    field = "media"
    columns = ("detail",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("image_details") or self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("detail").is_not_null() & ~pl.col("detail").is_in(_known(context))

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        *others, last = _known(context)
        return f"detail {quote(match['detail'])} is not {', '.join(others)} or {last}"

    cases = (
        Case(
            why="other words, capitals, a number",
            wrong=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {
                                    "type": "image_url",
                                    "image_url": {"url": "https://example.com/a.png", "detail": detail},
                                }
                                for detail in ("medium", "High", 1)
                            ],
                        },
                        ANSWER,
                    ]
                }
            ],
            found=[(1, f"messages[0].content[{n}].image_url.url") for n in range(3)],
            severity="error",
            settings={"target": "openai-chat"},
        ),
        Case(
            why="without a target",
            wrong=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {
                                    "type": "image_url",
                                    "image_url": {"url": "https://example.com/a.png", "detail": ""},
                                }
                            ],
                        },
                        ANSWER,
                    ]
                }
            ],
            found=[(1, "messages[0].content[0].image_url.url")],
            severity="warning",
        ),
        Case(
            why="the three words, null, and none",
            right=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {
                                    "type": "image_url",
                                    "image_url": {"url": "https://example.com/a.png", **detail},
                                }
                                for detail in (
                                    {"detail": "low"},
                                    {"detail": "auto"},
                                    {"detail": "high"},
                                    {"detail": None},
                                    {},
                                )
                            ],
                        },
                        ANSWER,
                    ]
                }
            ],
        ),
    )


def _known(context: RuleContext) -> list[str]:
    """The words that are understood."""
    listed = context.fact("image_details")
    return [str(word) for word in listed] if isinstance(listed, list) and listed else ["auto", "low", "high"]
