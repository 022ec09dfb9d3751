"""Forms of a written record that the options choose or the target demands.

Arguments of calls as objects or text, media as marks or parts, contents that are all texts or all parts.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ftlint.config.conversion import ConversionOptions
from ftlint.json_values import parse_json
from ftlint.shapes import media
from ftlint.shapes.shape import CannotHold, Message, Record, lost_keys, plain_text
from ftlint.shapes.tools import as_text
from ftlint.shapes.weights import renamed_weight, weight_field
from ftlint.targets.target import Target

# The fields of a record that hold messages.
MESSAGES = ("messages", "prompt", "completion", "chosen", "rejected", "interactions")


# In a file whose columns have one type each, values of either form are written in one.
MIXED = ("rejected", "unsure")


class RecordForms(Struct, frozen=True):
    """The forms of a record's values; None leaves them as they are."""

    tool_arguments: str | None = None
    media: str | None = None
    """placeholders, parts, or marks: parts that say only their type, and the media beside the messages."""
    one_type: bool = False
    """Whether all contents of a record are of one type: parts where one has media, else texts."""
    texts: bool = False
    """Whether a content of texts alone is a text: chat templates of models without images take no parts."""
    tools_list: bool = False
    """Whether tools beside messages are a list."""
    weight_field: str | None = None
    """The field of a message that the target reads its weight from, where it is another than ``weight``."""

    def reads_anew(self, record: Record) -> bool:
        """Whether the media of a record in the output shape have another form, so that it is written anew."""
        if self.media not in ("parts", "marks") or not any(record.get(name) for name in media.FIELDS):
            return False
        return self.media == "parts" or any(map(_has_text_mark, messages_of(record)))

    def apply(self, record: Record) -> list[str]:
        """Write the record's values in these forms, in place; returns the names of what is lost."""
        if self.tool_arguments is not None:
            write_arguments(record, self.tool_arguments)
        if self.tools_list:
            write_tools_list(record)
        if self.weight_field is not None:
            write_weights(record, self.weight_field)
        if self.texts:
            write_texts(record)
        if self.one_type:
            write_one_type(record)
        if self.media == "marks":
            write_marks(record)
        return write_placeholders(record) if self.media == "placeholders" else []


def forms_for(options: ConversionOptions, target: Target | None) -> RecordForms:
    """The forms that the options choose, else those that the target demands."""
    arguments, media_form = options.tool_arguments, options.media
    if target is None:
        return RecordForms(arguments, media_form)
    is_mixed = target.value("mixed_types") in MIXED
    if arguments is None and is_mixed and target.value("arguments") == "either":
        arguments = "text"
    match target.value("media_marks"):
        case "counted":
            media_form = "placeholders"
        case "parts":
            media_form = "marks"
    parts_in_all = "rejected" in (target.value("image_mixing"), target.value("mixed_types"))
    return RecordForms(
        arguments,
        media_form,
        one_type=parts_in_all and media_form != "placeholders",
        # These trainers hand the messages to a chat template.
        texts=is_mixed or target.value("arguments") == "object",
        tools_list=is_mixed,
        weight_field=target.text("weight_field"),
    )


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


def write_tools_list(record: Record) -> None:
    """Write tools beside messages as a list, also where they are its JSON text; a blank text declares none."""
    tools = record.get("tools")
    if not isinstance(tools, str) or not any(map(_are_chat, messages_of(record))):
        return
    if not tools.strip():
        del record["tools"]
        return
    try:
        listed = parse_json(tools)
    except (ValueError, RecursionError):
        return
    if isinstance(listed, list):
        record["tools"] = listed


def write_weights(record: Record, field: str) -> None:
    """Write the weights of messages and turns as true or false under the target's own field."""
    turns = record.get("conversations")
    for messages in (*messages_of(record), turns if isinstance(turns, list) else []):
        for at, message in enumerate(messages):
            old = weight_field(message)
            if old not in (None, field) and message[old] in (0, 1):
                messages[at] = renamed_weight(message, old, field, bool(message[old]))


def write_marks(record: Record) -> None:
    """Write images as parts that say only their type, and list their addresses beside the messages.

    Where there is a list already, or an image says more than its address, the parts stay as they are. In a record with
    such parts every content is parts: TRL puts all images before the first question that is a text.
    """
    every = [part for messages in messages_of(record) for part in _parts(messages)]
    parts = [part for part in every if part.get("type") == "image_url"]
    holders = [part.get("image_url") for part in parts]
    if parts and "images" not in record and all(map(_is_address, holders)):
        record["images"] = [holder["url"] for holder in holders if isinstance(holder, dict)]
        for part in parts:
            part["type"] = "image"
            del part["image_url"]
    if record.get("images") and any(part.get("type") == "image" for part in every):
        write_one_type(record)


def _is_address(holder: Any) -> bool:
    return isinstance(holder, dict) and holder.keys() == {"url"} and isinstance(holder["url"], str)


def _parts(messages: list[Any]) -> Iterator[Message]:
    for message in messages:
        content = message.get("content") if isinstance(message, dict) else None
        yield from (part for part in content if isinstance(part, dict)) if isinstance(content, list) else ()


def _are_chat(messages: list[Any]) -> bool:
    """Whether messages are in the chat form; LLaMA-Factory's own have blocks with a value."""
    return not any("value" in part for part in _parts(messages))


def _has_text_mark(messages: list[Any]) -> bool:
    texts = [m.get("content") for m in messages if isinstance(m, dict)]
    texts += [part.get("text") for part in _parts(messages)]
    return any(isinstance(text, str) and mark in text for text in texts for mark in media.MARKS.values())


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
    contents, texts_alone = _contents(record)
    lists = [content for content in contents if isinstance(content, list)]
    if not lists or len(lists) == len(contents) or not all(map(_are_parts, lists)):
        return
    if texts_alone:
        write_texts(record)
        return
    for messages in messages_of(record):
        messages[:] = [
            {**m, "content": [{"type": "text", "text": m["content"]}]}
            if _has_content(m) and isinstance(m["content"], str)
            else m
            for m in messages
        ]


def write_texts(record: Record) -> None:
    """Write contents that are parts as texts where all parts of the record are texts."""
    contents, texts_alone = _contents(record)
    if not texts_alone or all(isinstance(content, str) for content in contents):
        return
    for messages in messages_of(record):
        messages[:] = [{**m, "content": plain_text(m["content"])} if _has_content(m) else m for m in messages]


def _contents(record: Record) -> tuple[list[Any], bool]:
    """The contents of all messages of a record, and whether all their parts are texts."""
    contents = [m["content"] for messages in messages_of(record) for m in messages if _has_content(m)]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return contents, all(
        isinstance(part, dict) and part.keys() == {"type", "text"} and isinstance(part["text"], str)
        for part in parts
    )


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
        value = parse_json(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict) else text
