"""An image or a video stands in a message of a role that may not have any.

Models that see read images from the user. An image in what the assistant says cannot be learnt, because the model
answers in text; in instructions or in the result of a tool most targets refuse it. The file is refused, or the
example is skipped.

There is no fix: put the image into the user's message, or take it out.

With a target its own list counts: an error where its documentation states the list, else a warning. Without a
target, and where it does not say, only images of the assistant are reported, as a warning. Silent where the role is
one that nobody knows (unknown-role).
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl

IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
TEXT = {"type": "text", "text": "a"}
QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}


class ImageInWrongRole(FrameRule):
    """Images and videos of other roles than the target's list has."""

    code, name, severity = "V001", "image-in-wrong-role", "warning"
    frame = "media"
    field = "media"
    columns = ("type",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("image_roles") or self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        shown = pl.col("type").str.contains(r"image|video")
        roles = context.fact("image_roles")
        if isinstance(roles, list):
            return shown & ~pl.col("role").is_in(roles)
        return shown & (pl.col("role") == "assistant")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        what = "a video" if "video" in match["type"] else "an image"
        roles = context.fact("image_roles")
        if isinstance(roles, list) and context.target is not None:
            own = " or the ".join(map(str, roles))
            return f"{what} in the {match['role']}'s message; {context.target.name} reads them from the {own} only"
        return f"{what} in the assistant's message cannot be learnt"

    cases = (
        Case(
            why="in an answer, in instructions, in a result",
            wrong=[
                {"messages": [QUESTION, {"role": "assistant", "content": [TEXT, IMAGE]}]},
                {"messages": [{"role": "system", "content": [IMAGE]}, QUESTION, ANSWER]},
                {"messages": [QUESTION, {"role": "tool", "tool_call_id": "1", "content": [IMAGE]}, ANSWER]},
            ],
            found=[
                (1, "messages[1].content[1].image_url.url"),
                (2, "messages[0].content[0].image_url.url"),
                (3, "messages[1].content[0].image_url.url"),
            ],
            severity="error",
            settings={"target": "openai-chat"},
        ),
        Case(
            why="in Nova's blocks",
            wrong=[
                {
                    "schemaVersion": "bedrock-conversation-2024",
                    "messages": [
                        {"role": "user", "content": [{"text": "a"}]},
                        {
                            "role": "assistant",
                            "content": [
                                {
                                    "image": {
                                        "format": "png",
                                        "source": {"s3Location": {"uri": "s3://bucket/a.png"}},
                                    }
                                }
                            ],
                        },
                    ],
                }
            ],
            found=[(1, "messages[1].content[0].image.source.s3Location.uri")],
            severity="error",
            settings={"target": "bedrock-nova"},
        ),
        Case(
            why="without a target only in an answer, of a pair, too",
            wrong=[
                {
                    "input": {"messages": [{"role": "system", "content": [IMAGE]}, QUESTION]},
                    "preferred_output": [ANSWER],
                    "non_preferred_output": [{"role": "assistant", "content": [IMAGE]}],
                }
            ],
            found=[(1, "non_preferred_output[0].content[0].image_url.url")],
            severity="warning",
        ),
        Case(
            why="the user's, a refusal, and one of a role that nobody knows",
            right=[
                {"messages": [{"role": "user", "content": [TEXT, IMAGE]}, ANSWER]},
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
                    ]
                },
                {"messages": [{"role": "narrator", "content": [IMAGE]}, ANSWER]},
            ],
            settings={"target": "openai-chat"},
        ),
    )
