"""The Shape interface: recognise a record, view it as messages, write messages as a record."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from msgspec import Struct, field

from ftlint.path import Steps

if TYPE_CHECKING:
    from polars import DataFrame, Series

Record = dict[str, Any]
Message = dict[str, Any]
Names = Mapping[str, str]
"""The shape's field → the key that the file uses for it."""
SYSTEM_NAMES = ("system_prompt", "system_message", "system_instruction", "sys_prompt")
"""Other common names of a column with the system message."""


class Conversation(Struct):
    """One example, independent of the shape it was read from.

    ``messages`` are in OpenAI's current chat form: role, content (text, a list of parts or None),
    tool_calls with ids and arguments as JSON text, tool_call_id; media are parts of type image_url, video_url
    or audio_url. ``tools`` are the declared tools, each ``{"type": "function", "function": {…}}``, or None.

    In a preference pair the last ``answer`` messages of ``messages`` are the chosen answer, and ``rejected`` is the
    other one. ``label`` says whether the answer is desirable, if it is labelled.
    ``extra`` has the record's other fields, ``lost`` the names of data that could not be converted.
    """

    messages: list[Message]
    tools: list[Any] | None = None
    rejected: list[Message] | None = None
    answer: int = 1
    label: bool | None = None
    extra: Record = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    reread: dict[str, Any] = field(default_factory=dict)
    """Texts of the record that were read as something else, such as calls, and what they were read as."""


class PlainMessages(NamedTuple):
    """The concatenated messages of many records: the number of messages of each record, the roles and the texts."""

    counts: "Series"
    roles: "Series"
    contents: "Series"


class Shape:
    """One layout of a record. Stateless: every method gets the record and the names of its fields."""

    name: ClassVar[str]
    required: ClassVar[Sequence[str]]
    optional: ClassVar[Sequence[str]] = ()
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Other common names of a field; ftlint reads them, but other readers of this shape may not."""
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Equivalent names of a field: every reader of this shape accepts them."""
    foreign: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Names of a field in a similar shape; they distinguish this shape, too, but its readers do not know them."""
    roles: ClassVar[Mapping[str, str]] = {}
    """This shape's own spelling of a role → the chat role."""
    turns: ClassVar[bool] = False
    """Whether it supports several turns; otherwise one prompt and one answer."""
    parts: ClassVar[bool] = False
    """Whether a content may be a list of parts."""
    identity_fields: ClassVar[Sequence[str]] = ()
    """Fields, in addition to the messages, that are part of an example's identity."""
    has_open_identity: ClassVar[bool] = False
    """Whether every other field is part of an example's identity, because a grader reads them."""
    raw_text: ClassVar[bool] = False
    """Whether its texts are trained on unchanged, so that they include a template's markers."""
    is_preference: ClassVar[bool] = False
    """Whether it has a rejected answer in addition to the chosen one (see ``rejected_view``)."""
    has_label: ClassVar[bool] = False
    """Whether it labels its answer as desirable or not."""
    answered: ClassVar[bool] = True
    """Whether it has an answer; otherwise the model in training generates one, which is graded."""
    tool_fields: ClassVar[Sequence[str]] = ()
    """Fields in which tools are declared (see ``tools``)."""
    call_ids: ClassVar[bool] = False
    """Whether calls and results are paired by ids; otherwise by their order."""
    distinguishing: ClassVar[Sequence[str]] = ()
    """Optional fields of which one is required to detect this shape if no target asks for it."""
    whole: ClassVar[str | None] = None
    """The shape of which a record of this one may be an incomplete record, if the target accepts only that one."""
    compatible_with: ClassVar[str | None] = None
    """The shape of records of this one without their distinguishing fields; both may be in one dataset."""
    notation: ClassVar[Mapping[str, Collection[Any]]] = {}
    """General paths and those of their values that other shapes express in their own way: labels, ranks, versions."""
    late: ClassVar[bool] = False
    has_verdict: ClassVar[bool] = False
    """Whether a field says which of the answers is better; ``read`` raises NoBetterAnswer if it does not."""
    """Detected only if no other shape fits, under whatever names."""
    folded_fields: ClassVar[Sequence[str]] = ()
    """Optional fields that it reads and does not write: their texts are written into messages or the prompt."""
    message_fields: ClassVar[Sequence[str]] = ()
    """Optional fields that it reads and writes, and whose texts are messages before the prompt."""
    plain_too: ClassVar[bool] = False
    """Whether records without anything of its own are of this shape as well, where the target accepts it."""
    on_request: ClassVar[bool] = False
    """Detected only if the target accepts it, because nothing else distinguishes it from another shape."""

    def is_recognised_inside(self, record: Record) -> bool:
        """Whether a value in the middle of a list shows that the record is of this shape."""
        del record
        return False

    def recognise(self, record: Record, names: Names) -> bool:
        """Whether a record that has the required fields really is of this shape."""
        del record, names
        return True

    def view(self, record: Record, names: Names) -> list[Message]:
        """The record as messages. Cheap: texts are neither copied nor joined; several texts are parts."""
        raise NotImplementedError

    def columns(self, frame: "DataFrame", names: Names) -> "PlainMessages | None":
        """The views of many records at once, if every message has a role and a text only.

        ``frame`` has a column for every key: texts, or lists of structs of texts. None if columns do not suffice.
        """
        del frame, names
        return None

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        """The messages of the rejected answers. Their indices continue after those of the view."""
        del record, names
        return []

    def unviewed(self, record: Record, names: Names) -> Sequence[str]:
        """The keys of fields that this record's view does not show, although it has them."""
        del record, names
        return ()

    def beside_view(self, record: Record, names: Names) -> Any:
        """What this record's view leaves out of the fields that it shows, as JSON; None if nothing."""
        del record, names
        return None

    def answer_size(self, record: Record, names: Names) -> int:
        """The number of messages at the end of the view that are the chosen answer of a pair."""
        del record, names
        return 1

    def tools(self, record: Record, names: Names) -> list[Any]:
        """The declared tools in the chat form, in order; declarations that cannot be read are unchanged."""
        del record, names
        return []

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        """The path of the nth declared tool."""
        raise NotImplementedError

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        """The path in the record of a field of message ``at`` of the view.

        ``field`` is a key of the message (role, content, name, weight, refusal, reasoning_content,
        tool_call_id), "part" for the text of part ``part`` of the content, "media" for other data of such a part,
        or one of "call", "call_id", "call_name", "arguments" of call ``part``; a part of -1 means the
        message's only one (a plain content, a legacy function_call).
        """
        raise NotImplementedError

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        """The text of a field as in the view, or None if there is none."""
        value = follow(record, self.steps(record, names, at, field, part))
        return value if isinstance(value, str) else None

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        """Write a changed text back to the record."""
        *parents, last = self.steps(record, names, at, field, part)
        holder = follow(record, tuple(parents))
        if isinstance(holder, dict | list):
            holder[last] = text  # type: ignore[index]

    def remove(self, record: Record, names: Names, at: int) -> None:
        """Remove message ``at`` of the view from the record; does nothing if the record has no such message."""
        *parents, key = self.steps(record, names, at, "content", None)
        if follow(record, (*parents, key)) is None:
            return
        if parents:
            *parents, key = parents
        del follow(record, tuple(parents))[key]

    def read(self, record: Record, names: Names) -> Conversation:
        """The record as a conversation that any other shape can write."""
        raise NotImplementedError

    def write(self, conversation: Conversation) -> Record:
        """The conversation in this shape; data that it cannot represent is named in ``conversation.lost``.

        Raises CannotHold if no meaningful record can be written.
        """
        raise NotImplementedError

    def is_written(self, record: Record, names: Names) -> bool:
        """Whether a record is as this shape would write it: a conversion into the shape keeps it unchanged."""
        del record, names
        return True

    def extra(self, record: Record, names: Names) -> Record:
        """The fields that are unknown to this shape."""
        known = {names.get(name, name) for name in (*self.required, *self.optional)}
        return {key: value for key, value in record.items() if key not in known}


def follow(record: Any, steps: Steps) -> Any:
    """The value at a path in a record, or None."""
    value: Any = record
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


class CannotHold(Exception):
    """A conversation that a shape cannot represent; the reason in one sentence."""


class NoBetterAnswer(CannotHold):
    """A record with several answers does not say which is better."""


def plain_text(content: Any) -> str:
    """The text of a message's content: the string itself, or its text parts joined; texts may be parts, too."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "\n".join(text for text in texts if isinstance(text, str))
    return ""


def one_exchange(conversation: Conversation) -> tuple[str, str]:
    """The prompt and the answer of a conversation, for shapes that support only one of each.

    A system message is prepended to the prompt and reported. Raises CannotHold for more turns.
    """
    messages = list(conversation.messages)
    conversation.lost.extend(lost_keys(messages))
    system = ""
    if messages and messages[0].get("role") in ("system", "developer"):
        system = plain_text(messages.pop(0).get("content"))
    roles = [message.get("role") for message in messages]
    if roles == ["assistant"]:
        prompt = ""
    elif roles == ["user", "assistant"]:
        prompt = plain_text(messages[0].get("content"))
    else:
        raise CannotHold(f"holds one question and one answer, not {len(messages)} messages")
    if messages[-1].get("tool_calls") or messages[-1].get("function_call"):
        raise CannotHold("has no place for tool calls")
    if conversation.tools:
        conversation.lost.append("tools")
    if system:
        conversation.lost.append("the role of the system message (its text is in the prompt now)")
        prompt = f"{system}\n\n{prompt}" if prompt else system
    return prompt, plain_text(messages[-1].get("content"))


def lost_keys(messages: Sequence[Message], kept: Collection[str] = ("role", "content")) -> list[str]:
    """The names of the data of messages other than the ``kept`` keys and texts, as listed in ``lost``."""
    media = any(
        isinstance(part, dict) and part.get("type") != "text"
        for message in messages
        if isinstance(message.get("content"), list)
        for part in message["content"]
    )
    return unkept_keys(messages, kept) + (["images and other media"] if media else [])


def unkept_keys(messages: Sequence[Message], kept: Collection[str]) -> list[str]:
    """The names of the keys of messages other than the ``kept`` ones, as listed in ``lost``."""
    names = {
        key
        for message in messages
        for key, value in message.items()
        if key not in kept and value not in (None, [], "")
    }
    return sorted(f"messages[].{name}" for name in names)
