"""An image or a video in a data URL has more bytes than the target takes.

The example is skipped, or the file is refused.

There is no fix: make the image smaller. Most models look at a smaller copy anyway, so little is lost.

An error where the target's documentation states the size, else a warning. Silent without a target and for targets
that do not say, and for images at an address or a path: nothing is fetched. The options say limits of your own.
"""

from __future__ import annotations

from ftlint.rule import Annotated, Case, FrameRule, MatchedRow, Meta, RuleContext, Severity, pl, read_data_url
from ftlint.rule import Options as RuleOptions

ANSWER = {"role": "assistant", "content": "b"}
LIMITS = {"image": "image_bytes", "video": "video_bytes"}
Bytes = Annotated[int, Meta(ge=1)] | None


class ImageTooBig(FrameRule):
    """Sizes of data URLs, reported from their length."""

    code, name, severity = "V004", "image-too-big", "error"
    frame = "media"
    field = "media"
    columns = ("type", "url")

    class Options(RuleOptions):
        """Limits of your own."""

        image_bytes: Annotated[Bytes, Meta(description="largest image, instead of the target's number")] = (
            None
        )
        video_bytes: Annotated[Bytes, Meta(description="largest video, instead of the target's number")] = (
            None
        )

    def severity_for(self, context: RuleContext) -> Severity | None:
        known = [context.severity_of_fact(LIMITS[what]) for what in self._limits(context)]
        return ("warning" if known and set(known) == {"warning"} else "error") if known else None

    def when(self, context: RuleContext) -> pl.Expr:
        too_big = [pl.lit(False)]
        for what, most in self._limits(context).items():
            of_kind = pl.col("type").str.contains(what, literal=True)
            # Four characters of base64 are three bytes, so few are long enough to be looked at.
            long = (pl.col("url").str.len_bytes() > most * 4 // 3) & pl.col("url").str.contains("(?i)^data:")
            size = pl.when(of_kind & long).then(pl.col("url")).map_elements(_size, return_dtype=pl.Int64)
            too_big.append(size > most)
        return pl.any_horizontal(too_big)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        what = "video" if "video" in match["type"] else "image"
        size, most = _size(match["url"]), self._limits(context)[what]
        who = context.target.name if context.target is not None else "the target"
        return f"{size:,} bytes; {who} takes {what}s of {most:,} at most"

    def _limits(self, context: RuleContext) -> dict[str, int]:
        """Most bytes of an image and of a video, where anybody says so."""
        own = {"image": self.options.image_bytes, "video": self.options.video_bytes}
        found = {what: own[what] or context.fact(fact) for what, fact in LIMITS.items()}
        return {what: most for what, most in found.items() if isinstance(most, int)}

    cases = (
        Case(
            why="a byte too many, in a chat and in Gemini's parts",
            wrong=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {
                                    "type": "image_url",
                                    "image_url": {"url": f"data:image/png;base64,{'A' * 12}AA=="},
                                }
                            ],
                        },
                        ANSWER,
                    ]
                },
                {
                    "contents": [
                        {
                            "role": "user",
                            "parts": [{"inlineData": {"mimeType": "video/mp4", "data": "A" * 12}}],
                        },
                        {"role": "model", "parts": [{"text": "b"}]},
                    ]
                },
            ],
            found=[(1, "messages[0].content[0].image_url.url"), (2, "contents[0].parts[0].inlineData.data")],
            severity="error",
            options={"image_bytes": 9, "video_bytes": 8},
        ),
        Case(
            why="as many bytes as are allowed, with line breaks in between, and an address",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},
                        ANSWER,
                    ]
                }
                for url in (
                    f"data:image/png;base64,{'A' * 8}\n{'A' * 4}",
                    "data:image/png;base64,AAAAAAAAAA==",
                    "https://example.com/a.png",
                )
            ],
            options={"image_bytes": 9},
        ),
        Case(
            why="the target's own limit, and none without a target",
            right=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
                            ],
                        },
                        ANSWER,
                    ]
                }
            ],
            settings={"target": "openai-chat"},
        ),
    )


def _size(url: str) -> int:
    return read_data_url(url).size
