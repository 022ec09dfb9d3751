"""Forms of a written record that the options choose or the target demands.

Arguments of calls as objects or text, media as marks or parts, contents that are all texts or all parts.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ftlint.config.conversion import ConversionOptions
from ftlint.shapes import media
from ftlint.shapes.shape import CannotHold, Message, Record, lost_keys, plain_text
from ftlint.shapes.tools import as_text
from ftlint.targets.target import Target

# The fields of a record that hold messages.
MESSAGES = ("messages", "prompt", "completion", "chosen", "rejected", "interactions")


# The mark of media for each value of the fact ``media_marks``; where marks are counted, they are written.
COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class RecordForms:
    """The forms of a record's values; None leaves them as they are."""

    tool_arguments: str | None = None
    media: str | None = None
    one_type: bool = False
    """Whether all contents of a record are of one type: parts where one has media, else texts."""

    def apply(self, record: Record) -> list[str]:
        """Write the record's values in these forms, in place; returns the names of what is lost."""
        if self.tool_arguments is not None:
            write_arguments(record, self.tool_arguments)
        if self.one_type:
            write_one_type(record)
        return write_placeholders(record) if self.media == "placeholders" else []


def forms_for(options: ConversionOptions, target: Target | None) -> RecordForms:
    """The forms that the options choose, else those that the target demands."""
    media_form, one_type = options.media, False
    if target is not None:
        if media_form is None and target.value("media_marks") == COUNTED:
            media_form = "placeholders"
        one_type = target.value("image_mixing") == "rejected" or target.value("mixed_types") == "rejected"
    return RecordForms(options.tool_arguments, media_form, one_type and media_form != "placeholders")


def messages_of(record: Record) -> Iterator[list[Any]]:
    """The lists of messages in the chat form of a record, also of a preference pair's input and answers."""
    inner = record.get("input")
    for holder in (record, inner if isinstance(inner, dict) else {}):
        for name in (*MESSAGES, "preferred_output", "non_preferred_output"):
            messages = holder.get(name)
            if isinstance(messages, list):
                yield messages


def write_arguments(record: Record, form: str) -> None:
    """Write the arguments of every call as an object or as its JSON text; what is neither stays."""
    for messages in messages_of(record):
        for message in messages:
            for function in _functions(message):
                given = function.get("arguments")
                if form == "text" and isinstance(given, dict):
                    function["arguments"] = as_text(given)
                elif form == "object" and isinstance(given, str):
                    function["arguments"] = _object(given)


def write_placeholders(record: Record) -> list[str]:
    """Write media as marks in the texts and lists beside the messages; returns the names of what is lost.

    Raises CannotHold where a text has a mark of its own, or where a list is there already.
    """
    lists = list(messages_of(record))
    if not any(map(_has_media, lists)):
        return []
    if taken := [name for name in media.FIELDS if record.get(name)]:
        raise CannotHold(f"has media in the texts and in {taken[0]} beside them")
    marked = media.MarkedContent()
    for messages in lists:
        messages[:] = [_marked(message, marked) for message in messages]
    record |= marked.fields()
    return list(dict.fromkeys(marked.lost))


def write_one_type(record: Record) -> None:
    """Write the contents of all messages as parts where one has parts that are no text, else as texts."""
    lists = list(messages_of(record))
    contents = [m["content"] for messages in lists for m in messages if _has_content(m)]
    parts = [content for content in contents if isinstance(content, list)]
    if not parts or len(parts) == len(contents) or not all(map(_are_parts, parts)):
        return
    as_texts = all(
        part.keys() == {"type", "text"} and isinstance(part["text"], str)
        for content in parts
        for part in content
    )
    for messages in lists:
        messages[:] = [
            {**m, "content": _as_one_type(m["content"], as_texts)} if _has_content(m) else m for m in messages
        ]


def _as_one_type(content: Any, as_texts: bool) -> Any:
    if as_texts:
        return plain_text(content)
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _has_content(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("content"), str | list)


def _are_parts(content: list[Any]) -> bool:
    return all(isinstance(part, dict) and isinstance(part.get("type"), str) for part in content)


def _marked(message: Any, marked: media.MarkedContent) -> Any:
    if not isinstance(message, dict) or "content" not in message:
        return message
    if message.get("role") in media.UNMARKED and lost_keys([{"content": message["content"]}]):
        raise CannotHold("has no place for images and other media of a system message")
    text = marked.text(message)
    return message if message["content"] is None else {**message, "content": text}


def _has_media(messages: list[Any]) -> bool:
    return any(
        isinstance(part, dict) and isinstance(part.get("type"), str) and part["type"] in media.LISTS
        for message in messages
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        for part in message["content"]
    )


def _functions(message: Any) -> Iterator[Message]:
    if not isinstance(message, dict):
        return
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, dict) and isinstance(call.get("function"), dict):
            yield call["function"]
    if isinstance(message.get("function_call"), dict):
        yield message["function_call"]


def _object(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict) else text
