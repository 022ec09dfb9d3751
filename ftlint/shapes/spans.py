"""Base of shapes whose messages are in several fields, such as prompt and answer."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from ftlint.path import Steps
from ftlint.shapes.call_turns import chat_messages
from ftlint.shapes.chat import Chat, in_message, is_field_of_turn, text_in_message
from ftlint.shapes.modernize import modernized
from ftlint.shapes.shape import Conversation, Message, Names, Record, Shape, follow
from ftlint.shapes.tools import declared_tools, read_tools, tool_steps
from ftlint.shapes.turn_calls import put_in_turn, with_turn_calls

SPEAKING_KEYS = ("role", "from", "content", "value")


class MessageSpan(NamedTuple):
    """The location of messages: a list of them from ``start`` to ``stop``, one, or a text of the ``speaker``."""

    path: Steps
    speaker: str
    start: int = 0
    stop: int | None = None


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
                path = span.path
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
        begin, answer = chat_messages(gathered(record, before)), chat_messages(gathered(record, [last]))
        aside = chat_messages(gathered(record, self.rejected_spans(record, names)))
        view = [*begin, *answer]
        size = len(answer) if aside else 1
        prompt = len(view) - size
        return Conversation(
            messages=modernized(view),
            tools=read_tools(record.get(names.get("tools", "tools"))),
            rejected=modernized([*view[:prompt], *aside])[prompt:] if aside else None,
            answer=size,
            extra=self.extra(record, names),
        )


def gathered(record: Record, spans: Iterable[MessageSpan]) -> list[Message]:
    """The messages of the spans. Raises TypeError if a span is empty."""
    messages: list[Message] = []
    for span in spans:
        value = follow(record, span.path)
        if value is None:
            raise TypeError("neither messages nor a text")
        if _is_content(value):
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


def is_messages(value: Any) -> bool:
    """Whether a value is a list of messages, judging by its first element."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and not is_part(value[0])


def is_part(value: Any) -> bool:
    """Whether an object is a part of a content and no message."""
    return isinstance(value, dict) and "type" in value and value.keys().isdisjoint(SPEAKING_KEYS)
