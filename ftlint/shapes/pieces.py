"""What blocks hold, piece by piece, and the messages of the chat form that pieces make."""

from typing import Any, Literal, NamedTuple

from ftlint.path import Steps
from ftlint.shapes.shape import Message

Kind = Literal["thought", "text", "media", "other", "call", "result"]
SHOWN = ("text", "media", "other")
CALLS = ("call", "call_id", "call_name", "arguments")


class Piece(NamedTuple):
    """One thing that a block holds under ``key``.

    ``at`` is the place of the block in its list; -1 where a text stands in place of the list. ``value`` is a
    text, or a part, call or tool message in the chat form.
    """

    kind: Kind
    at: int
    key: str
    value: Any


class Laid(NamedTuple):
    """One message of the view: its role, where that is written, where the blocks are, and what is in them."""

    role: Any
    role_at: Steps
    blocks: Steps
    pieces: list[Piece]


def shown(laid: Laid) -> Message:
    """A message of the view."""
    pieces = laid.pieces
    if len(pieces) == 1 and pieces[0].kind == "text":
        return {"role": laid.role, "content": pieces[0].value}
    if pieces and pieces[0].kind == "result":
        result: Message = pieces[0].value
        return result
    inner = [piece for piece in pieces if piece.kind in SHOWN]
    content: Any = [
        {"type": "text", "text": piece.value} if piece.kind == "text" else piece.value for piece in inner
    ]
    if len(inner) == 1 and inner[0].kind == "text":
        content = inner[0].value
    elif pieces and not inner:
        content = None
    message: Message = {"role": laid.role, "content": content}
    thoughts = [piece.value for piece in pieces if piece.kind == "thought"]
    calls = [piece.value for piece in pieces if piece.kind == "call"]
    if thoughts:
        message["reasoning_content"] = "\n".join(thoughts)
    if calls:
        message["tool_calls"] = calls
    return message


def chosen(laid: Laid, field: str, part: int | None) -> Piece | None:
    """The piece of a message that a field is in; None where the field is no single piece."""
    if laid.pieces and laid.pieces[0].kind == "result":
        return laid.pieces[0]
    nth = max(part or 0, 0)
    if field in CALLS:
        wanted = [piece for piece in laid.pieces if piece.kind == "call"]
    elif field == "reasoning_content":
        wanted, nth = [piece for piece in laid.pieces if piece.kind == "thought"], 0
    elif field in ("content", "part", "media"):
        wanted = [piece for piece in laid.pieces if piece.kind in SHOWN]
        if field == "content" and (len(wanted) != 1 or wanted[0].kind != "text"):
            return None
    else:
        return None
    return wanted[nth] if nth < len(wanted) else None
