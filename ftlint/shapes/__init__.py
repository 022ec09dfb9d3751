"""The shapes ftlint knows, in the order in which a record is tried against them."""

from ftlint.shapes.alpaca import Alpaca
from ftlint.shapes.chat import Chat
from ftlint.shapes.completion import Completion
from ftlint.shapes.shape import CannotHold, Conversation, Shape
from ftlint.shapes.sharegpt import ShareGPT
from ftlint.shapes.sharegpt_pair import ShareGPTPair
from ftlint.shapes.text import Text

__all__ = ["SHAPES", "CannotHold", "Conversation", "Shape"]

SHAPES: dict[str, Shape] = {
    shape.name: shape for shape in (Chat(), ShareGPTPair(), ShareGPT(), Alpaca(), Completion(), Text())
}
