"""A conversation as one text, or the refusal of a template to make one."""

from msgspec import Struct

Span = tuple[int, int]
"""Start and end in characters of the text."""
ENDLESS = "the template does not come to an end"


class Refusal(Exception):
    """The template raises an error for a conversation. The message is the template's own."""


class RenderedText(Struct, frozen=True):
    """A conversation as one text, with the spans that ``{% generation %}`` marks as trained."""

    text: str
    generated: tuple[Span, ...] = ()
