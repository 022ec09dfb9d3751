"""Base of shapes whose messages are in several fields, such as prompt and answer."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from ftlint.path import Steps
from ftlint.shapes.around import JOINED, fields_around
from ftlint.shapes.call_turns import put_in_turn, with_turn_calls
from ftlint.shapes.chat import Chat, in_message, is_field_of_turn, text_in_message
from ftlint.shapes.chat_form import chat_messages
from ftlint.shapes.modernize import modernized
from ftlint.shapes.shape import Conversation, Message, Names, Record, Shape, follow, plain_text
from ftlint.shapes.tools import declared_tools, read_tools, tool_steps

SPEAKING_KEYS = ("role", "from", "content", "value")


class MessageSpan(NamedTuple):
    """The location of messages: a list of them from ``start`` to ``stop``, one, or a text of the ``speaker``.

    ``more`` are the paths of texts that are in the same message, behind the first.
    """

    path: Steps
    speaker: str
    start: int = 0
    stop: int | None = None
    more: tuple[Steps, ...] = ()


class SpanShape(Shape):
    """The view is the concatenation of the spans."""

    roles = Chat.roles
    parts = True
    tool_fields: ClassVar[Sequence[str]] = ("tools",)
    identity_fields: ClassVar[Sequence[str]] = ("tools",)

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        """The spans of the view, in order; the last one is the answer."""
        raise NotImplementedError

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        """The spans of the rejected answer."""
        del record, names
        return []

    def view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = with_turn_calls(gathered(record, self.spans(record, names)))
        return messages

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        messages: list[Message] = with_turn_calls(gathered(record, self.rejected_spans(record, names)))
        return messages

    def answer_size(self, record: Record, names: Names) -> int:
        return len(gathered(record, self.spans(record, names)[-1:]))

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        path: Steps = ()
        for span in (*self.spans(record, names), *self.rejected_spans(record, names)):
            size = len(gathered(record, [span]))
            if at < size:
                path = (span.path, *span.more)[max(part or 0, 0) if span.more else 0]
                value = follow(record, path)
                if _is_content(value):
                    return path if part is None or part < 0 or not isinstance(value, list) else (*path, part)
                if isinstance(value, list):
                    path = (*path, span.start + at)
                return (*path, *in_message(follow(record, path), field, part))
            at -= size
        return path

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        message = follow(record, self.steps(record, names, at, "role", None)[:-1])
        return text_in_message(message, field, super().text(record, names, at, field, part))

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        message = follow(record, self.steps(record, names, at, "role", None)[:-1])
        if is_field_of_turn(message, field):
            put_in_turn(message, field, text)
        else:
            super().put(record, names, at, field, part, text)

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, names.get("tools", "tools"))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names.get("tools", "tools"), nth)

    def read(self, record: Record, names: Names) -> Conversation:
        *before, last = self.spans(record, names)
        begin = chat_messages([message for span in before for message in _joined(record, span)])
        answer = chat_messages(gathered(record, [last]))
        aside = chat_messages(gathered(record, self.rejected_spans(record, names)))
        lost = [JOINED] if any(span.more for span in before) else []
        view = [*begin, *answer]
        size = len(answer) if aside else 1
        prompt = len(view) - size
        return Conversation(
            messages=modernized(view),
            tools=read_tools(record.get(names.get("tools", "tools"))),
            rejected=modernized([*view[:prompt], *aside])[prompt:] if aside else None,
            answer=size,
            extra=self.extra(record, names),
            lost=lost,
        )


def _joined(record: Record, span: MessageSpan) -> list[Message]:
    messages = gathered(record, [span])
    return [{**messages[0], "content": plain_text(messages[0]["content"])}] if span.more else messages


def gathered(record: Record, spans: Iterable[MessageSpan]) -> list[Message]:
    """The messages of the spans. Raises TypeError if a span is empty."""
    messages: list[Message] = []
    for span in spans:
        value = follow(record, span.path)
        if value is None:
            raise TypeError("neither messages nor a text")
        if span.more:
            texts = [value, *(follow(record, path) for path in span.more)]
            parts = [{"type": "text", "text": text} for text in texts]
            messages.append({"role": span.speaker, "content": parts})
        elif _is_content(value):
            messages.append({"role": span.speaker, "content": value})
        elif isinstance(value, list):
            messages += value[span.start : span.stop]
        else:
            messages.append(value)
    return messages


def _is_content(value: Any) -> bool:
    """Whether a value is what one message says, not a message or several: a text, texts, an object with a text."""
    if isinstance(value, dict):
        return "text" in value and "role" not in value and "content" not in value
    return not isinstance(value, list) or (bool(value) and all(isinstance(item, str) for item in value))


def optional_spans(record: Record, names: Names, fields: Iterable[tuple[str, str]]) -> list[MessageSpan]:
    """The spans of (field, speaker) pairs, without those that are null or an empty text."""
    return [
        MessageSpan((names[field],), speaker)
        for field, speaker in fields
        if field in names and record[names[field]] not in (None, "")
    ]


def prompt_spans(record: Record, names: Names, prompt: str = "prompt") -> list[MessageSpan]:
    """The spans of a prompt with the columns beside it: the system message, earlier turns, texts around its text."""
    around = fields_around(record, names)
    earlier = [
        MessageSpan(path, message["role"])
        for message, path in zip(around.messages, around.places, strict=True)
    ]
    # A system message that is no text is read as it is.
    system = [("system", "system")] if names.get("system") in around.unread else []
    spans = [*optional_spans(record, names, system), *earlier]
    value = record.get(names[prompt]) if prompt in names else None
    if value is None or not isinstance(value, str):
        return spans + optional_spans(record, names, [(prompt, "user")])
    first, *more = [*around.before, *([(names[prompt],)] if value else []), *around.after] or [
        (names[prompt],)
    ]
    if not more and value == "" and first == (names[prompt],):
        return spans
    return [*spans, MessageSpan(first, "user", more=tuple(more))]


def unread_around(record: Record, names: Names, prompt: str = "prompt") -> Record:
    """The columns around a prompt that are no part of it: those of other types, and texts beside messages."""
    around = fields_around(record, names)
    # A system message is read whatever it is.
    around.unread.pop(names.get("system", ""), None)
    if prompt in names and isinstance(record.get(names[prompt]), str):
        return around.unread
    keys = [str(path[0]) for path in (*around.before, *around.after)]
    return around.unread | {key: record[key] for key in keys}


def is_messages(value: Any) -> bool:
    """Whether a value is a list of messages, judging by its first element."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and not is_part(value[0])


def is_part(value: Any) -> bool:
    """Whether an object is a part of a content and no message."""
    return isinstance(value, dict) and "type" in value and value.keys().isdisjoint(SPEAKING_KEYS)
