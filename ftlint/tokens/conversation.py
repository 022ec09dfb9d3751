"""Count the tokens of a conversation.

The formula is that of OpenAI's cookbook: every text of every message, its role and name, and some tokens around
each message, name and example. Declared tools, images and other media are not counted, because no provider
documents how. For targets that take texts unchanged (prompt and completion, text) only these are counted.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct

from ftlint.shapes import SHAPES
from ftlint.shapes.roles import chat_role
from ftlint.targets.target import Target
from ftlint.tokens.counter import count_all

# The fields that a model learns to generate; other texts of a message (its name, the id of a call) are metadata.
TRAINED_FIELDS = ("content", "refusal", "reasoning_content", "tool_calls", "function_call")
BARE = ("completion", *(shape.name for shape in SHAPES.values() if shape.raw_text))


class TokenOverhead(Struct, frozen=True):
    """Tokens around the texts: for each message, for each name and for each example.

    ``bare``: the texts are used unchanged, and only contents are counted.
    """

    message: int = 3
    name: int = 1
    example: int = 3
    bare: bool = False

    def around(self, messages: int, names: int) -> int:
        """The tokens of an example outside its texts."""
        return self.message * messages + self.name * names + self.example


def token_overhead(target: Target | None, shape: str | None = None) -> TokenOverhead:
    """The overhead that a target adds to a record of that shape.

    A shape that the target does not accept is counted as the one that it would be converted to.
    """
    if target is None or shape in target.shapes:
        taken = shape
    else:
        taken = target.shape
    if taken in BARE:
        return TokenOverhead(0, 0, 0, bare=True)
    usual = TokenOverhead()
    if target is None:
        return usual
    return TokenOverhead(
        message=_counted_texts(target, "message_tokens", usual.message),
        name=_counted_texts(target, "name_tokens", usual.name),
        example=_counted_texts(target, "reply_tokens", usual.example),
    )


def _counted_texts(target: Target, fact: str, usual: int) -> int:
    number = target.number(fact)
    return usual if number is None else number


def count_conversation(
    messages: Sequence[Any], vocabulary: str, target: Target | None = None, shape: str | None = None
) -> int:
    """The billed tokens of one conversation; see :func:`count_conversations`."""
    return count_conversations([messages], vocabulary, target, shape)[0]


def count_conversations(
    conversations: Sequence[Sequence[Any]],
    vocabulary: str,
    target: Target | None = None,
    shape: str | None = None,
) -> list[int]:
    """The billed tokens of each conversation, as a record of that shape for that target."""
    frame = token_overhead(target, shape)
    texts: list[str] = []
    sizes: list[int] = []
    for messages in conversations:
        before = len(texts)
        for message in messages:
            if isinstance(message, dict):
                texts.extend(content_texts(message) if frame.bare else _texts(message))
        sizes.append(len(texts) - before)
    counts = iter(count_all(texts, vocabulary))
    return [
        sum(next(counts) for _ in range(size)) + frame.around(len(messages), sum(map(is_named, messages)))
        for size, messages in zip(sizes, conversations, strict=True)
    ]


def message_texts(message: Mapping[str, Any]) -> Iterator[str]:
    """The texts that a model learns to generate if this message is trained on: its content and its calls."""
    for key in TRAINED_FIELDS:
        value = message.get(key)
        if isinstance(value, str):
            yield value
        elif key == "content":
            yield from content_texts(message)
        elif key in ("tool_calls", "function_call"):
            for call in value if isinstance(value, list) else [value]:
                yield from _call(call)


def other_texts(message: Mapping[str, Any]) -> Iterator[str]:
    """The other texts of the message, except the role."""
    for key, value in message.items():
        if isinstance(value, str) and key != "role" and key not in TRAINED_FIELDS:
            yield value


def content_texts(message: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a message's content."""
    content = message.get("content")
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict):
            yield from (part[key] for key in ("text", "refusal") if isinstance(part.get(key), str))


def role_text(role: Any) -> str:
    """A role as a template writes it: the chat role if there is one, however the file spells it."""
    meant = chat_role(role)
    return meant if isinstance(meant, str) else ""


def is_named(message: Any) -> bool:
    """Whether a message has a name."""
    return isinstance(message, dict) and isinstance(message.get("name"), str)


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    yield role_text(message.get("role"))
    yield from message_texts(message)
    yield from other_texts(message)


def _call(call: Any) -> Iterator[str]:
    function = call.get("function", call) if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return
    if isinstance(function.get("name"), str):
        yield function["name"]
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        yield arguments
    elif arguments is not None:
        with suppress(ValueError, RecursionError):
            yield json.dumps(arguments, ensure_ascii=False, default=str)
