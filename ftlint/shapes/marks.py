"""Media beside texts: ``<image>`` in the texts, as LLaMA-Factory has it, and a list of paths or URLs, in order.

Instead of marks in a text TRL has parts of a content that hold nothing: ``{"type": "image"}``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, lost_keys, plain_text

FIELDS = ("images", "videos", "audios")
MARKS = {"images": "<image>", "videos": "<video>", "audios": "<audio>"}
TYPES = {"images": "image_url", "videos": "video_url", "audios": "audio_url"}
LISTS = {kind: name for name, kind in TYPES.items()}
EMPTY = {"image": "<image>", "video": "<video>", "audio": "<audio>"}
# Instructions are not looked through for marks.
UNMARKED = ("system", "developer")


def take_media(conversation: Conversation, record: Record, names: Names) -> None:
    """Put the media that a record lists where the texts have marks, as parts.

    A list that has not one path or URL for every mark of its kind stays a field of its own, in ``extra``.
    """
    given: dict[str, list[str]] = {}
    for name in FIELDS:
        listed = record.get(names.get(name, name))
        if not listed:
            continue
        urls = [listed] if isinstance(listed, str) else listed
        if _are_texts(urls) and _count(conversation.messages, MARKS[name]) == len(urls):
            given[name] = urls
        else:
            conversation.extra[name] = listed
    if given:
        media = {MARKS[name]: _parts(name, urls) for name, urls in given.items()}
        pattern = re.compile(f"({'|'.join(media)})")
        conversation.messages = [_with_parts(message, media, pattern) for message in conversation.messages]


@dataclass(slots=True)
class Marked:
    """Contents on their way into texts with marks: the media met so far, and what could not be kept."""

    media: dict[str, list[str]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def text(self, message: Message) -> str:
        """The text of a message, with a mark for each of its media."""
        content = message.get("content")
        if not isinstance(content, str | list | None):
            raise CannotHold("cannot take a content that is no text")
        if not isinstance(content, list) or message.get("role") in UNMARKED:
            self.lost += lost_keys([{"content": content}])
            text = plain_text(content)
        else:
            text = "".join(self._pieces(content))
        if message.get("role") not in UNMARKED:
            self.texts.append(text)
        return text

    def fields(self) -> Record:
        """The lists of media. Raises CannotHold where a text spells a mark that stands for nothing."""
        for name, urls in self.media.items():
            if sum(text.count(MARKS[name]) for text in self.texts) != len(urls):
                raise CannotHold(f"cannot tell the text {MARKS[name]} from the place of one of the {name}")
        return {name: self.media[name] for name in FIELDS if name in self.media}

    def _pieces(self, parts: Sequence[Any]) -> Iterator[str]:
        after_text = False
        for part in parts:
            is_text = isinstance(part, dict) and isinstance(part.get("text"), str)
            if is_text:
                yield f"\n{part['text']}" if after_text else part["text"]
            else:
                yield self._mark(part)
            after_text = is_text

    def _mark(self, part: Any) -> str:
        kind = part.get("type") if isinstance(part, dict) else None
        holder = part.get(kind) if isinstance(kind, str) else None
        url = holder.get("url") if isinstance(holder, dict) else holder
        if not isinstance(kind, str) or kind not in LISTS or not isinstance(url, str):
            self.lost += lost_keys([{"content": [part]}])
            return ""
        if isinstance(holder, dict):
            self.lost += [f"messages[].content[].{kind}.{key}" for key in holder if key != "url"]
        self.media.setdefault(LISTS[kind], []).append(url)
        return MARKS[LISTS[kind]]


def _are_texts(urls: Any) -> bool:
    return isinstance(urls, list) and all(isinstance(url, str) for url in urls)


def _parts(name: str, urls: Iterable[str]) -> Iterator[dict[str, Any]]:
    kind = TYPES[name]
    return ({"type": kind, kind: {"url": url}} for url in urls)


def _count(messages: Iterable[Message], mark: str) -> int:
    return sum(
        text.count(mark) for message in messages for piece in _pieces(message) if (text := _text(piece))
    )


def _with_parts(
    message: Message, media: dict[str, Iterator[dict[str, Any]]], pattern: re.Pattern[str]
) -> Message:
    pieces = _pieces(message)
    if not any(pattern.search(_text(piece)) for piece in pieces):
        return message
    parts: list[Any] = []
    for piece in pieces:
        for text in pattern.split(_text(piece)):
            if text:
                parts.append(next(media[text]) if text in media else {**piece, "text": text})
        if not _text(piece):
            parts.append(piece)
    return {**message, "content": parts}


def _pieces(message: Message) -> list[Any]:
    """The parts of a content that may have marks."""
    content: Any = message.get("content")
    if message.get("role") in UNMARKED:
        return []
    return content if isinstance(content, list) else [{"type": "text", "text": content}]


def _text(piece: Any) -> str:
    """The text of a part; of one that holds nothing but its type, the mark."""
    if not isinstance(piece, dict):
        return ""
    text, kind = piece.get("text"), piece.get("type")
    if isinstance(text, str):
        return text
    empty = isinstance(kind, str) and all(value is None for key, value in piece.items() if key != "type")
    return EMPTY.get(str(kind), "") if empty else ""
