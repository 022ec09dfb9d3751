"""Read shapes whose messages are lists of content blocks (text, image, tool call, tool result …).

One message of the file may become several messages of the view: each tool result is a separate message. A shape
defines which parts its blocks have, and the path of each part in the block.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, NamedTuple

from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.shapes.chat import in_message
from ftlint.shapes.media import type_by_name
from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, follow
from ftlint.shapes.tools import arguments_of
from ftlint.shapes.write_blocks import OpenCalls

Kind = Literal["thought", "text", "media", "other", "call", "result"]
CONTENT_KINDS = ("text", "media", "other")
CALLS = ("call", "call_id", "call_name", "arguments")


class BlockPart(NamedTuple):
    """One part of a block, stored under ``key``.

    ``at`` is the index of the block in its list; -1 if there is a text or one block in place of the list. ``key`` is
    empty for a text in place of the block. ``value`` is a text, or a part, call or tool message in the chat form.
    """

    kind: Kind
    at: int
    key: str
    value: Any


class BlockMessage(NamedTuple):
    """One message of the view: its role, the paths of the role and of the blocks, and the parts of the blocks."""

    role: Any
    role_at: Steps
    blocks: Steps
    pieces: list[BlockPart]


def visible_parts(block_message: BlockMessage) -> Message:
    """A message of the view."""
    pieces = block_message.pieces
    if len(pieces) == 1 and pieces[0].kind == "text":
        return {"role": block_message.role, "content": pieces[0].value}
    if pieces and pieces[0].kind == "result":
        result: Message = pieces[0].value
        return result
    inner = [block_part for block_part in pieces if block_part.kind in CONTENT_KINDS]
    content: Any = [
        {"type": "text", "text": block_part.value} if block_part.kind == "text" else block_part.value
        for block_part in inner
    ]
    if len(inner) == 1 and inner[0].kind == "text":
        content = inner[0].value
    elif pieces and not inner:
        content = None
    message: Message = {"role": block_message.role, "content": content}
    thoughts = [block_part.value for block_part in pieces if block_part.kind == "thought"]
    calls = [block_part.value for block_part in pieces if block_part.kind == "call"]
    if thoughts:
        message["reasoning_content"] = "\n".join(thoughts)
    if calls:
        message["tool_calls"] = calls
    return message


def chosen(block_message: BlockMessage, field: str, part: int | None) -> BlockPart | None:
    """The part of a message that contains a field; None if the field is not a single part."""
    if block_message.pieces and block_message.pieces[0].kind == "result":
        return block_message.pieces[0]
    nth = max(part or 0, 0)
    if field in CALLS:
        candidates = [block_part for block_part in block_message.pieces if block_part.kind == "call"]
    elif field == "reasoning_content":
        candidates, nth = (
            [block_part for block_part in block_message.pieces if block_part.kind == "thought"],
            0,
        )
    elif field in ("content", "part", "media"):
        candidates = [block_part for block_part in block_message.pieces if block_part.kind in CONTENT_KINDS]
        if field == "content" and (len(candidates) != 1 or candidates[0].kind != "text"):
            return None
    else:
        return None
    return candidates[nth] if nth < len(candidates) else None


# The order of the parts of a message in the chat form.
RANKS = {"thought": 0, "text": 1, "media": 1, "other": 1, "call": 2, "result": 3}


class BlockShape(Shape):
    """Reading of such a shape; ``ftlint.shapes.write_blocks`` implements writing."""

    turns = True
    parts = True
    field: ClassVar[str]
    """The field with the messages."""
    holder: ClassVar[str]
    """The key of a message that has its blocks."""
    said: ClassVar[Record]
    """The fields of this shape that a conversation can represent: key → the same for nested keys, None for all."""

    def block_parts(self, block: Record, at: int) -> Iterator[BlockPart]:
        """The parts of one block."""
        raise NotImplementedError

    def inside(self, block: Record, block_part: BlockPart, field: str, part: int | None) -> Steps:
        """The path of a part's field in its block (see ``Shape.steps``)."""
        raise NotImplementedError

    def put_result(self, block: Record, block_part: BlockPart, part: int | None, text: str) -> None:
        """Put a changed text into a result."""
        raise NotImplementedError

    def media_block(self, url: str, kind: str) -> Record:
        """The block of a medium. Raises CannotHold if the shape does not support it."""
        raise NotImplementedError

    def system(self, record: Record, names: Names) -> list[BlockMessage]:
        """The system message, or none."""
        raise NotImplementedError

    def spelling(self, key: str) -> str:
        """The canonical name of a key of the file."""
        return key

    def block_messages(self, record: Record, names: Names) -> list[BlockMessage]:
        """The messages of the view, each with its paths in the record."""
        found = self.system(record, names)
        key = names[self.field]
        turns = record[key]
        for at, turn in enumerate(turns if isinstance(turns, list) else ()):
            found += self.split(turn, (key, at))
        return found

    def rejected_block_messages(self, record: Record, names: Names) -> list[BlockMessage]:
        """The same for the rejected answers."""
        del record, names
        return []

    def split(self, turn: Any, where: Steps, role: tuple[Any, Steps] | None = None) -> list[BlockMessage]:
        """The view messages of one message of the file. ``role`` is its role and the path of that, if elsewhere."""
        word, role_at = role or (turn.get("role") if isinstance(turn, dict) else None, (*where, "role"))
        held, blocks = self._blocks_of(turn, where)
        found: list[BlockMessage] = []
        run: list[BlockPart] = []
        for block_part in self.all_block_parts(held):
            if block_part.kind == "result":
                found += [BlockMessage(word, role_at, blocks, run)] if run else []
                found.append(BlockMessage(word, role_at, blocks, [block_part]))
                run = []
            else:
                run.append(block_part)
        return [*found, BlockMessage(word, role_at, blocks, run)] if run or not found else found

    def _blocks_of(self, turn: Any, where: Steps) -> tuple[Any, Steps]:
        """The blocks of a message and their path. Blocks, one block or a text in place of the message are read, too."""
        if not isinstance(turn, dict):
            return turn, where
        key = next((key for key in (self.holder, "content") if turn.get(key) is not None), None)
        if key is None and isinstance(turn.get("text"), str):
            return turn, where
        key = key or self.holder
        return turn.get(key), (*where, key)

    def all_block_parts(self, blocks: Any) -> Iterator[BlockPart]:
        """The parts of all blocks of a list. A text, or one block, in place of a list or block is read, too.

        Another rule reports these as errors.
        """
        if isinstance(blocks, str):
            yield BlockPart("text", -1, "", blocks)
        elif isinstance(blocks, dict):
            yield from self.block_parts(blocks, -1)
        for at, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, str):
                yield BlockPart("text", at, "", block)
            elif isinstance(block, dict) and block:
                found = list(self.block_parts(block, at))
                key = next(iter(block))
                yield from found or [BlockPart("other", at, key, {"type": key, key: block[key]})]

    def view(self, record: Record, names: Names) -> list[Message]:
        return [visible_parts(block_message) for block_message in self.block_messages(record, names)]

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        return [visible_parts(block_message) for block_message in self.rejected_block_messages(record, names)]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        block_message = self._block_message_at(record, names, at)
        if field == "role":
            return block_message.role_at
        block_part = chosen(block_message, field, part)
        if block_part is None:
            return (
                block_message.blocks
                if field in ("content", "part", "media")
                else (*block_message.blocks[:-1], field)
            )
        place = _place(block_message, block_part)
        if not block_part.key:
            return place
        return (*place, *self.inside(follow(record, place), block_part, field, part))

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        message = visible_parts(self._block_message_at(record, names, at))
        value = follow(message, in_message(message, field, part))
        return value if isinstance(value, str) else None

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        block_message = self._block_message_at(record, names, at)
        block_part = chosen(block_message, field, part)
        if field == "role" and (
            block_message.role_at[-1] != "role" or any(p.kind == "result" for p in block_message.pieces)
        ):
            return  # The role exists in the view only: the file has no role there, or another one.
        if block_part is not None and block_part.key:
            block = follow(record, _place(block_message, block_part))
            if field == "media":
                self._put_media(block, block_part, text)
                return
            if block_part.kind == "result" and field in ("content", "part"):
                self.put_result(block, block_part, part, text)
                return
        value: Any = text
        if field == "arguments":
            try:
                value = parse_json(text)
            except (ValueError, RecursionError):
                return
        *parents, last = self.steps(record, names, at, field, part)
        holder: Any = follow(record, tuple(parents))
        if isinstance(holder, dict | list):
            holder[last] = value  # type: ignore[index]
        if field == "reasoning_content":
            self._one_thought(follow(record, block_message.blocks), block_message.pieces)

    def remove(self, record: Record, names: Names, at: int) -> None:
        if at >= len(self.block_messages(record, names)):
            return
        blocks = self._block_message_at(record, names, at).blocks
        if follow(record, blocks) is not None:
            super().remove(record, names, at)
        elif len(blocks) > 1 and follow(record, blocks[:-1]) is not None:
            # A message without a list of blocks.
            del follow(record, blocks[:-2])[blocks[-2]]

    def read(self, record: Record, names: Names) -> Conversation:
        block_messages = self.block_messages(record, names)
        lost = [
            name for key, known in self.said.items() for name in self._unsaid_in(record, names, key, known)
        ]
        messages, waiting = self.conversed(block_messages, lost, OpenCalls())
        conversation = Conversation(messages, self.read_tools(record, names), extra=self.extra(record, names))
        aside, _ = self.conversed(self.rejected_block_messages(record, names), lost, waiting, len(messages))
        if self.is_preference:
            conversation.rejected, conversation.answer = aside, self.answer_size(record, names)
        conversation.lost = list(dict.fromkeys(lost))
        return conversation

    def read_tools(self, record: Record, names: Names) -> list[Any] | None:
        """The declared functions in the chat form, or None; declarations that are not functions are listed as lost."""
        tools = self.tools(record, names)
        return [tool for tool in tools if isinstance(tool, dict) and "function" in tool] or None

    def conversed(
        self, block_messages: list[BlockMessage], lost: list[str], waiting: OpenCalls, before: int = 0
    ) -> tuple[list[Message], OpenCalls]:
        """Messages of the view in the chat form, with ids; ``waiting`` are the calls without a result."""
        messages: list[Message] = []
        for at, block_message in enumerate(block_messages, before):
            message = visible_parts(
                block_message._replace(
                    pieces=[block_part for block_part in block_message.pieces if block_part.kind != "other"]
                )
            )
            message["role"] = chat_role(message["role"])
            if message["content"] == []:
                message["content"] = ""
            if message["role"] == "tool":
                waiting.answer(message)
            elif message.get("tool_calls"):
                message["tool_calls"] = waiting.ask([*map(_decoded_once, message["tool_calls"])], at)
            messages.append(message)
            ranks = [RANKS[block_part.kind] for block_part in block_message.pieces]
            if ranks != sorted(ranks):
                lost.append("the order within a message")
            if ranks.count(0) > 1:
                lost.append("the boundary between two thoughts")
        return messages, waiting

    def _unsaid_in(self, record: Record, names: Names, key: str, known: Any) -> Iterator[str]:
        own = names.get(key, key)
        yield from without_text(record.get(own), known, own, self)

    def _block_message_at(self, record: Record, names: Names, at: int) -> BlockMessage:
        block_messages = self.block_messages(record, names)
        return (
            block_messages[at]
            if at < len(block_messages)
            else self.rejected_block_messages(record, names)[at - len(block_messages)]
        )

    def _put_media(self, block: Record, block_part: BlockPart, url: str) -> None:
        part: Any = block_part.value
        inner = part.get(part["type"]) or {}
        try:
            kind = inner.get("mime_type") or type_by_name(url) or type_by_name(inner.get("url") or "")
            new = self.media_block(url, kind or "")
        except CannotHold:
            return
        del block[block_part.key]
        block.update(new)

    def _one_thought(self, blocks: Any, pieces: list[BlockPart]) -> None:
        """Remove all thoughts but the first, which now has the entire text."""
        thoughts = [block_part for block_part in pieces if block_part.kind == "thought"]
        for block_part in reversed(thoughts[1:]):
            del blocks[block_part.at][block_part.key]
            if not list(self.block_parts(blocks[block_part.at], block_part.at)):
                del blocks[block_part.at]


def _decoded_once(call: Record) -> Record:
    """A call whose arguments are the JSON text of an object, where the file has that text in place of the object."""
    function = call["function"]
    try:
        inner = parse_json(parse_json(function["arguments"]))
    except (TypeError, ValueError, RecursionError):
        return call
    return {**call, "function": {**function, "arguments": json_text(inner)}}


def _place(block_message: BlockMessage, block_part: BlockPart) -> Steps:
    """The path of the block that a part is in."""
    return block_message.blocks if block_part.at < 0 else (*block_message.blocks, block_part.at)


def without_text(value: Any, known: Any, path: str, shape: BlockShape) -> Iterator[str]:
    """The names of the data that a conversation cannot represent, in the notation of ``Conversation.lost``."""
    if isinstance(known, list):
        for item in value if isinstance(value, list) else [value]:
            yield from without_text(item, known[0], f"{path}[]", shape)
    elif isinstance(known, dict) and isinstance(value, dict):
        if shape.holder in known and value.get(shape.holder) is None:
            # A message with its blocks under another key, or one block in its place.
            known = {**known, **known[shape.holder][0], "content": known[shape.holder]}
        for key, inner in value.items():
            name = shape.spelling(key)
            if name in known:
                yield from without_text(inner, known[name], f"{path}.{key}", shape)
            elif inner is not None:
                yield f"{path}.{key}"


def json_text(value: Any) -> str:
    """A value as JSON text."""
    return write_json(value, default=str)


def json_arguments(call: Record, key: str) -> str:
    """The arguments of a call as JSON text; they are under ``key``, or under another common name."""
    arguments = call[key] if call.get(key) is not None else arguments_of(call)
    return json_text({} if arguments is None else arguments)
