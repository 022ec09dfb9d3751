"""An image is given in a way that nobody can read, or that the target does not read.

A data URL whose base64 was cut or holds a foreign character, that says PNG and holds a JPEG, that is empty: the
example is skipped or the file refused, mostly after the upload. And targets differ in what they read: some fetch
`https` addresses, some take data URLs only, some files in a bucket.

There is no fix: encode the image again, or put it where the target reads it from.

An error; where what the target reads is known from elsewhere than its documentation, a warning. Without a target
only what no target reads is reported. Nothing is fetched: whether there is an image at an address, ftlint does not
know. Silent for parts without any address (missing-field), whose image may stand in a list beside the messages.
"""

from __future__ import annotations

from ftlint.rule import (
    Case,
    FrameRule,
    MatchedRow,
    RuleContext,
    Severity,
    data_fault,
    is_data_url,
    pl,
    quote,
    read_data_url,
)

ANSWER = {"role": "assistant", "content": "b"}
PNG, JPEG = "iVBORw0KGgoAAAANSUhEUg==", "/9j/4AAQSkZJRgABAQAAAQ=="
# Of a Windows path the letter of the drive is no scheme.
SCHEME = r"^([A-Za-z][A-Za-z0-9+.-]+):"


class BadImageUrl(FrameRule):
    """Addresses of images: their scheme, and the data of data URLs."""

    code, name, severity = "V003", "bad-image-url", "error"
    frame = "media"
    field = "media"
    columns = ("type", "url")

    def severity_for(self, context: RuleContext) -> Severity | None:
        known = [context.severity_of_fact(fact) for fact in ("image_sources", "image_types")]
        return "warning" if "warning" in known else self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        url, shown = pl.col("url"), pl.col("type").str.contains("image", literal=True)
        bad = url.str.strip_chars() == ""
        sources = context.fact("image_sources")
        if isinstance(sources, list):
            given = url.str.extract(SCHEME, 1).str.to_lowercase().fill_null("a path")
            bad = bad | (shown & ~given.is_in(sources))
        holds_data = pl.when(url.str.contains("(?i)^data:")).then(url)
        return url.is_not_null() & (
            bad | holds_data.map_elements(lambda text: bool(_fault(text, context)), return_dtype=pl.Boolean)
        ).fill_null(False)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        url = str(match["url"])
        if not url.strip():
            return "the address is empty"
        sources = context.fact("image_sources")
        if "image" in match["type"] and isinstance(sources, list) and context.target is not None:
            read = " or ".join(map(str, sources))
            scheme = url.partition(":")[0].casefold()
            if scheme not in sources:
                return f"{quote(url)}: {context.target.name} reads images from {read} only"
        return f"the address {_fault(url, context)}"

    cases = (
        Case(
            why="base64 that was cut, has a foreign character, is another type, is nothing",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},
                        ANSWER,
                    ]
                }
                for url in (
                    f"data:image/png;base64,{PNG[:-3]}",
                    f"data:image/png;base64,{PNG[:4]}-{PNG[4:]}",
                    f"data:image/png;base64,{JPEG}",
                    "data:image/png;base64,",
                    "data:image/png,abc",
                    " ",
                )
            ],
            found=[(n, "messages[0].content[0].image_url.url") for n in range(1, 7)],
            severity="error",
        ),
        Case(
            why="sound data URLs of any type, addresses, paths, and an image that stands elsewhere",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},
                        ANSWER,
                    ]
                }
                for url in (
                    f"data:image/png;base64,{PNG}",
                    f"data:image/jpg;base64,{JPEG[:8]}\n{JPEG[8:]}",
                    "data:image/svg+xml;base64,PHN2Zy8+",
                    "https://example.com/a.png",
                    "s3://bucket/a.png",
                    "images/a.png",
                    "C:\\images\\a.png",
                )
            ]
            + [{"messages": [{"role": "user", "content": [{"type": "image"}]}, ANSWER], "images": ["a.png"]}],
        ),
        Case(
            why="a target that fetches addresses reads neither paths nor buckets, nor every type",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},
                        ANSWER,
                    ]
                }
                for url in (
                    "s3://bucket/a.png",
                    "images/a.png",
                    "C:\\images\\a.png",
                    PNG,
                    "data:image/gif;base64,R0lGODlhAQABAA==",
                )
            ],
            found=[(n, "messages[0].content[0].image_url.url") for n in range(1, 6)],
            severity="error",
            settings={"target": "openai-chat"},
        ),
        Case(
            why="a target that takes data URLs only",
            wrong=[
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [
                                {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
                            ],
                        },
                        ANSWER,
                    ]
                }
            ],
            found=[(1, "messages[0].content[0].image_url.url")],
            severity="error",
            settings={"target": "together"},
        ),
        Case(
            why="a bucket of another provider",
            wrong=[
                {
                    "contents": [
                        {
                            "role": "user",
                            "parts": [
                                {"fileData": {"mimeType": "image/png", "fileUri": "s3://bucket/a.png"}}
                            ],
                        },
                        {"role": "model", "parts": [{"text": "b"}]},
                    ]
                }
            ],
            found=[(1, "contents[0].parts[0].fileData.fileUri")],
            settings={"target": "vertex-gemini"},
        ),
        Case(
            why="what the target reads",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},
                        ANSWER,
                    ]
                }
                for url in ("HTTPS://example.com/a.gif", f"data:image/jpeg;base64,{JPEG}")
            ],
            settings={"target": "openai-chat"},
        ),
    )


def _fault(url: str, context: RuleContext) -> str | None:
    """What is wrong with a data URL, in words that go on after "it"."""
    if not is_data_url(url):
        return None
    types, found = context.fact("image_types"), read_data_url(url)
    if (
        isinstance(types, list)
        and found.kind.startswith("image/")
        and found.subtype not in types
        and context.target
    ):
        return (
            f"is a data URL of {quote(found.kind)}; {context.target.name} reads {', '.join(map(str, types))}"
        )
    return data_fault(url)
