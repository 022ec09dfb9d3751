"""Read shapes whose messages are lists of content blocks (text, image, tool call, tool result …).

One message of the file may become several messages of the view: each tool result is a message of its own. A shape
says which parts its blocks have, and where in the block they are.
"""

import json
from collections.abc import Iterator
from typing import Any, ClassVar, Literal, NamedTuple

from ftlint.path import Steps
from ftlint.shapes.chat import in_message
from ftlint.shapes.media import type_by_name
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, follow
from ftlint.shapes.write_blocks import OpenCalls

Kind = Literal["thought", "text", "media", "other", "call", "result"]
SHOWN = ("text", "media", "other")
CALLS = ("call", "call_id", "call_name", "arguments")


class BlockPart(NamedTuple):
    """One thing that a block holds under ``key``.

    ``at`` is the place of the block in its list; -1 where a text stands in place of the list. ``value`` is a
    text, or a part, call or tool message in the chat form.
    """

    kind: Kind
    at: int
    key: str
    value: Any


class BlockMessage(NamedTuple):
    """One message of the view: its role, where that is written, where the blocks are, and what is in them."""

    role: Any
    role_at: Steps
    blocks: Steps
    pieces: list[BlockPart]


def visible_parts(laid: BlockMessage) -> Message:
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


def chosen(laid: BlockMessage, field: str, part: int | None) -> BlockPart | None:
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


# The order in which a message of the chat form has its pieces.
RANKS = {"thought": 0, "text": 1, "media": 1, "other": 1, "call": 2, "result": 3}


class BlockShape(Shape):
    """The reading half of such a shape; ``ftlint.shapes.turns`` is the writing half."""

    turns = True
    parts = True
    field: ClassVar[str]
    """The field with the messages."""
    holder: ClassVar[str]
    """The key of a message that has its blocks."""
    said: ClassVar[Record]
    """What a conversation can say of this shape's fields: key → the same for what is in it, None for all of it."""

    def pieces(self, block: Record, at: int) -> Iterator[BlockPart]:
        """What one block holds."""
        raise NotImplementedError

    def inside(self, block: Record, piece: BlockPart, field: str, part: int | None) -> Steps:
        """Where in its block a piece has a field (see ``Shape.steps``)."""
        raise NotImplementedError

    def put_result(self, block: Record, piece: BlockPart, part: int | None, text: str) -> None:
        """Put a changed text into a result."""
        raise NotImplementedError

    def media_block(self, url: str, kind: str) -> Record:
        """The block of a medium. Raises CannotHold where it has no place."""
        raise NotImplementedError

    def system(self, record: Record, names: Names) -> list[BlockMessage]:
        """The system message, or none."""
        raise NotImplementedError

    def spelling(self, key: str) -> str:
        """The name that a key of the file stands for."""
        return key

    def laid(self, record: Record, names: Names) -> list[BlockMessage]:
        """The messages of the view, each with where it is from."""
        found = self.system(record, names)
        key = names[self.field]
        turns = record[key]
        for at, turn in enumerate(turns if isinstance(turns, list) else ()):
            found += self.split(turn, (key, at))
        return found

    def laid_aside(self, record: Record, names: Names) -> list[BlockMessage]:
        """The same for the answers that are not wanted."""
        del record, names
        return []

    def split(self, turn: Any, where: Steps, role: tuple[Any, Steps] | None = None) -> list[BlockMessage]:
        """The messages that one message of the file is. ``role`` is its role and where that is, if elsewhere."""
        turn = turn if isinstance(turn, dict) else {}
        word, role_at = role or (turn.get("role"), (*where, "role"))
        blocks = (*where, self.holder)
        found: list[BlockMessage] = []
        run: list[BlockPart] = []
        for piece in self.all_pieces(turn.get(self.holder)):
            if piece.kind == "result":
                found += [BlockMessage(word, role_at, blocks, run)] if run else []
                found.append(BlockMessage(word, role_at, blocks, [piece]))
                run = []
            else:
                run.append(piece)
        return [*found, BlockMessage(word, role_at, blocks, run)] if run or not found else found

    def all_pieces(self, blocks: Any) -> Iterator[BlockPart]:
        """What all blocks of a list hold. A text in place of the list is read as one, though it should be none."""
        if isinstance(blocks, str):
            yield BlockPart("text", -1, "", blocks)
        for at, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, dict) and block:
                found = list(self.pieces(block, at))
                key = next(iter(block))
                yield from found or [BlockPart("other", at, key, {"type": key, key: block[key]})]

    def view(self, record: Record, names: Names) -> list[Message]:
        return [visible_parts(laid) for laid in self.laid(record, names)]

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        return [visible_parts(laid) for laid in self.laid_aside(record, names)]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        laid = self._laid_at(record, names, at)
        if field == "role":
            return laid.role_at
        piece = chosen(laid, field, part)
        if piece is None:
            return laid.blocks if field in ("content", "part", "media") else (*laid.blocks[:-1], field)
        if piece.at < 0:
            return laid.blocks
        place = (*laid.blocks, piece.at)
        return (*place, *self.inside(follow(record, place), piece, field, part))

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        message = visible_parts(self._laid_at(record, names, at))
        value = follow(message, in_message(message, field, part))
        return value if isinstance(value, str) else None

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        laid = self._laid_at(record, names, at)
        piece = chosen(laid, field, part)
        if field == "role" and (laid.role_at[-1] != "role" or any(p.kind == "result" for p in laid.pieces)):
            return  # The view's own word: the file has no role there, or one that says something else.
        if piece is not None and piece.at >= 0:
            block = follow(record, (*laid.blocks, piece.at))
            if field == "media":
                self._put_media(block, piece, text)
                return
            if piece.kind == "result" and field in ("content", "part"):
                self.put_result(block, piece, part, text)
                return
        value: Any = text
        if field == "arguments":
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                return
        *parents, last = self.steps(record, names, at, field, part)
        holder: Any = follow(record, tuple(parents))
        if isinstance(holder, dict | list):
            holder[last] = value  # type: ignore[index]
        if field == "reasoning_content":
            self._one_thought(follow(record, laid.blocks), laid.pieces)

    def remove(self, record: Record, names: Names, at: int) -> None:
        if at >= len(self.laid(record, names)):
            return
        blocks = self._laid_at(record, names, at).blocks
        if follow(record, blocks) is not None:
            super().remove(record, names, at)
        elif len(blocks) > 1 and follow(record, blocks[:-1]) is not None:
            # A message without a list of blocks.
            del follow(record, blocks[:-2])[blocks[-2]]

    def read(self, record: Record, names: Names) -> Conversation:
        laid = self.laid(record, names)
        lost = [
            name for key, known in self.said.items() for name in self._unsaid_in(record, names, key, known)
        ]
        messages, waiting = self.conversed(laid, lost, OpenCalls())
        conversation = Conversation(messages, self.read_tools(record, names), extra=self.extra(record, names))
        aside, _ = self.conversed(self.laid_aside(record, names), lost, waiting, len(messages))
        if self.is_preference:
            conversation.rejected, conversation.answer = aside, self.answer_size(record, names)
        conversation.lost = list(dict.fromkeys(lost))
        return conversation

    def read_tools(self, record: Record, names: Names) -> list[Any] | None:
        """The declared functions in the chat form, or None; what is no function is among the losses."""
        tools = self.tools(record, names)
        return [tool for tool in tools if isinstance(tool, dict) and "function" in tool] or None

    def conversed(
        self, laid: list[BlockMessage], lost: list[str], waiting: OpenCalls, before: int = 0
    ) -> tuple[list[Message], OpenCalls]:
        """Messages of the view in the words of a chat, with ids; ``waiting`` are the calls without a result."""
        messages: list[Message] = []
        for at, one in enumerate(laid, before):
            message = visible_parts(
                one._replace(pieces=[piece for piece in one.pieces if piece.kind != "other"])
            )
            message["role"] = chat_role(message["role"])
            if message["content"] == []:
                message["content"] = ""
            if message["role"] == "tool":
                waiting.answer(message)
            elif message.get("tool_calls"):
                message["tool_calls"] = waiting.ask(message["tool_calls"], at)
            messages.append(message)
            ranks = [RANKS[piece.kind] for piece in one.pieces]
            if ranks != sorted(ranks):
                lost.append("the order within a message")
            if ranks.count(0) > 1:
                lost.append("the boundary between two thoughts")
        return messages, waiting

    def _unsaid_in(self, record: Record, names: Names, key: str, known: Any) -> Iterator[str]:
        own = names.get(key, key)
        yield from without_text(record.get(own), known, own, self)

    def _laid_at(self, record: Record, names: Names, at: int) -> BlockMessage:
        laid = self.laid(record, names)
        return laid[at] if at < len(laid) else self.laid_aside(record, names)[at - len(laid)]

    def _put_media(self, block: Record, piece: BlockPart, url: str) -> None:
        part: Any = piece.value
        inner = part.get(part["type"]) or {}
        try:
            kind = inner.get("mime_type") or type_by_name(url) or type_by_name(inner.get("url") or "")
            new = self.media_block(url, kind or "")
        except CannotHold:
            return
        del block[piece.key]
        block.update(new)

    def _one_thought(self, blocks: Any, pieces: list[BlockPart]) -> None:
        """Take out all thoughts but the first, which says it all now."""
        thoughts = [piece for piece in pieces if piece.kind == "thought"]
        for piece in reversed(thoughts[1:]):
            del blocks[piece.at][piece.key]
            if not list(self.pieces(blocks[piece.at], piece.at)):
                del blocks[piece.at]


def without_text(value: Any, known: Any, path: str, shape: BlockShape) -> Iterator[str]:
    """The names of what the file says and a conversation does not, as losses are told."""
    if isinstance(known, list):
        for item in value if isinstance(value, list) else ():
            yield from without_text(item, known[0], f"{path}[]", shape)
    elif isinstance(known, dict) and isinstance(value, dict):
        for key, inner in value.items():
            name = shape.spelling(key)
            if name in known:
                yield from without_text(inner, known[name], f"{path}.{key}", shape)
            elif inner is not None:
                yield f"{path}.{key}"


def json_text(value: Any) -> str:
    """A value as JSON text."""
    return json.dumps(value, ensure_ascii=False, default=str)
