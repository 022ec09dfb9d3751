"""Images, videos, audio and documents: as parts of a message, as marks in texts, as lists next to texts.

LLaMA-Factory puts ``<image>`` marks in texts and a list of paths or URLs next to them; TRL has empty parts
(``{"type": "image"}``). A part states its media type only if the file name does not; names are looked up only in the
table below, so the result is the same on every machine.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct, field

from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, lost_keys, plain_text

FIELDS = ("images", "videos", "audios")
MARKS = {"images": "<image>", "videos": "<video>", "audios": "<audio>"}
MEDIA_TYPES_OF_MARKS = {"images": "image_url", "videos": "video_url", "audios": "audio_url"}
LISTS = {kind: name for name, kind in MEDIA_TYPES_OF_MARKS.items()}
EMPTY = {"image": "<image>", "video": "<video>", "audio": "<audio>"}
# Instructions are not searched for marks.
UNMARKED = ("system", "developer")


def take_media(conversation: Conversation, record: Record, names: Names) -> None:
    """Put the media of a record's lists into the texts as parts, in place of the marks.

    A list whose length differs from the number of marks of its kind remains a field in ``extra``. One image may be in
    a column ``image``, as LLaVA has it; videos and audio likewise.
    """
    given: dict[str, list[str]] = {}
    for name in FIELDS:
        key = names.get(name, name)
        single = name[:-1] not in names.values() and not record.get(key) and conversation.extra.get(name[:-1])
        listed = single or record.get(key)
        if not listed:
            continue
        urls = [listed] if isinstance(listed, str) else listed
        if _are_texts(urls) and _count(conversation.messages, MARKS[name]) == len(urls):
            given[name] = urls
            if single:
                del conversation.extra[name[:-1]]
        elif not single:
            conversation.extra[name] = listed
    if given:
        media = {MARKS[name]: _parts(name, urls) for name, urls in given.items()}
        pattern = re.compile(f"({'|'.join(media)})")
        conversation.messages = [_with_parts(message, media, pattern) for message in conversation.messages]


def is_single(record: Record, names: Names) -> bool:
    """Whether a column ``image``, or one of a video or audio, is in the place of a list."""
    return any(
        record.get(name[:-1]) and name[:-1] not in names.values() and not record.get(names.get(name, name))
        for name in FIELDS
    )


class MarkedContent(Struct):
    """Converts contents to texts with marks: the media collected so far, and the losses."""

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
            text = "".join(self._content_parts(content))
        if message.get("role") not in UNMARKED:
            self.texts.append(text)
        return text

    def fields(self) -> Record:
        """The lists of media. Raises CannotHold if a text contains a mark without a medium."""
        for name, urls in self.media.items():
            if sum(text.count(MARKS[name]) for text in self.texts) != len(urls):
                raise CannotHold(f"cannot tell the text {MARKS[name]} from the place of one of the {name}")
        return {name: self.media[name] for name in FIELDS if name in self.media}

    def _content_parts(self, parts: Sequence[Any]) -> Iterator[str]:
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
    kind = MEDIA_TYPES_OF_MARKS[name]
    return ({"type": kind, kind: {"url": url}} for url in urls)


def _count(messages: Iterable[Message], mark: str) -> int:
    return sum(
        text.count(mark)
        for message in messages
        for content_part in _content_parts(message)
        if (text := _text(content_part))
    )


def _with_parts(
    message: Message, media: dict[str, Iterator[dict[str, Any]]], pattern: re.Pattern[str]
) -> Message:
    content_parts = _content_parts(message)
    if not any(pattern.search(_text(content_part)) for content_part in content_parts):
        return message
    parts: list[Any] = []
    for content_part in content_parts:
        for text in pattern.split(_text(content_part)):
            if text:
                parts.append(next(media[text]) if text in media else {**content_part, "text": text})
        if not _text(content_part):
            parts.append(content_part)
    return {**message, "content": parts}


def _content_parts(message: Message) -> list[Any]:
    """The parts of a content that may have marks."""
    content: Any = message.get("content")
    if message.get("role") in UNMARKED:
        return []
    return content if isinstance(content, list) else [{"type": "text", "text": content}]


def _text(content_part: Any) -> str:
    """The text of a part; the mark for a part with nothing but its type."""
    if not isinstance(content_part, dict):
        return ""
    text, kind = content_part.get("text"), content_part.get("type")
    if isinstance(text, str):
        return text
    empty = isinstance(kind, str) and all(
        value is None for key, value in content_part.items() if key != "type"
    )
    return EMPTY.get(str(kind), "") if empty else ""


TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "heic": "image/heic",
    "heif": "image/heif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "webm": "video/webm",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "wmv": "video/x-ms-wmv",
    "3gp": "video/3gpp",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/opus",
    "pdf": "application/pdf",
    "txt": "text/plain",
}
PARTS = {"image": "image_url", "video": "video_url", "audio": "audio_url"}
DOCUMENT = "document_url"
# Keys of the inner object of such a part that can be dropped without loss.
LOSSLESS_KEYS = ("url", "mime_type")


def type_by_name(url: str) -> str | None:
    """The media type from a data URL or the suffix of a file name; None without either."""
    if url.startswith("data:"):
        return url[5:].partition(",")[0].partition(";")[0] or None
    name = url.partition("?")[0].partition("#")[0].rpartition("/")[2]
    return TYPES.get(name.rpartition(".")[2].casefold()) if "." in name else None


def data_url(kind: Any, data: Any) -> str:
    """The data URL of bytes in base64."""
    return f"data:{kind or ''};base64,{data}"


def split_data(url: str) -> tuple[str, str]:
    """The type and the base64 text of a data URL. Raises CannotHold if it is not one in base64."""
    head, comma, data = url[5:].partition(",")
    kind, base64, more = head.partition(";base64")
    if not comma or not base64 or more or not kind:
        raise CannotHold("has no place for a data URL that is not a type and base64")
    return kind, data


def as_part(url: Any, kind: Any, family: str | None = None) -> dict[str, Any]:
    """A medium as a part. ``kind`` is its media type as the file states it, ``family`` image, video …"""
    type_of_name = type_by_name(url) if isinstance(url, str) else None
    known = kind if isinstance(kind, str) else type_of_name
    name = PARTS.get(family or (known or "").partition("/")[0], DOCUMENT)
    inner = {"url": url}
    if kind is not None and kind != type_of_name:
        inner["mime_type"] = kind
    return {"type": name, name: inner}


def from_part(part: dict[str, Any], lost: list[str]) -> tuple[str, str]:
    """The address and media type of a part. Raises CannotHold if it is not such a part or has no type."""
    name = part.get("type")
    inner = part.get(name) if name in (*PARTS.values(), DOCUMENT) else None
    inner = {"url": inner} if isinstance(inner, str) else inner
    url = inner.get("url") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(url, str):
        raise CannotHold(f"has no place for parts of type {name}")
    kind = inner.get("mime_type") or type_by_name(url)
    family = str(kind).partition("/")[0]
    if not isinstance(kind, str) or PARTS.get(family, DOCUMENT) != name:
        raise CannotHold("needs the type of an image or another file, and its name does not tell it")
    lost.extend(f"messages[].content[].{name}.{key}" for key in inner if key not in LOSSLESS_KEYS)
    return url, kind
