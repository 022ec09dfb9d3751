"""The Shape interface: recognise a record, view it as messages, write messages as a record."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ftlint.path import Steps

if TYPE_CHECKING:
    from polars import DataFrame, Series

Record = dict[str, Any]
Message = dict[str, Any]
Names = Mapping[str, str]
"""The shape's field → the key that the file uses for it."""


@dataclass(slots=True)
class Conversation:
    """One example, independent of the shape it was read from.

    ``messages`` are in the chat form as OpenAI writes it today: role, content (text, a list of parts or None),
    tool_calls with ids and arguments as JSON text, tool_call_id; media are parts of type image_url, video_url
    or audio_url. ``tools`` are the declared tools, each ``{"type": "function", "function": {…}}``, or None.

    Of a preference pair ``messages`` hold the wanted answer, its last ``answer`` messages, and ``rejected`` what
    stands against them. ``label`` says whether the answer is wanted, where that is marked.
    ``extra`` holds the record's other fields, ``lost`` what could not be carried, by name.
    """

    messages: list[Message]
    tools: list[Any] | None = None
    rejected: list[Message] | None = None
    answer: int = 1
    label: bool | None = None
    extra: Record = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


class PlainMessages(NamedTuple):
    """The messages of many records, one after the other: how many each record has, their roles and their texts."""

    counts: "Series"
    roles: "Series"
    contents: "Series"


class Shape:
    """One layout of a record. Stateless: every method gets the record and the names of its fields."""

    name: ClassVar[str]
    required: ClassVar[Sequence[str]]
    optional: ClassVar[Sequence[str]] = ()
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Other names by which people call a field; ftlint reads them, but the shape's own readers may not."""
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Names of a field that are as good as its own: whoever reads this shape reads them, too."""
    roles: ClassVar[Mapping[str, str]] = {}
    """This shape's own spelling of a role → the chat role."""
    turns: ClassVar[bool] = False
    """Whether it holds several turns; otherwise one prompt and one answer."""
    parts: ClassVar[bool] = False
    """Whether a content may be a list of parts."""
    identity_fields: ClassVar[Sequence[str]] = ()
    """Fields beside the messages that make two records different examples."""
    has_open_identity: ClassVar[bool] = False
    """Whether every other field makes two records different examples, because a grader reads them."""
    raw_text: ClassVar[bool] = False
    """Whether its texts are trained on as they are, so that the marks of a template stand in them."""
    is_preference: ClassVar[bool] = False
    """Whether it holds an answer that is not wanted beside the wanted one (see ``aside``)."""
    has_label: ClassVar[bool] = False
    """Whether it says of its answer that it is wanted or not."""
    answered: ClassVar[bool] = True
    """Whether it holds an answer; otherwise the model in training gives its own, and that is graded."""
    tool_fields: ClassVar[Sequence[str]] = ()
    """Fields in which tools are declared (see ``tools``)."""
    call_ids: ClassVar[bool] = False
    """Whether calls and results are paired by ids; otherwise by their order."""
    distinguishing: ClassVar[Sequence[str]] = ()
    """Optional fields of which one must be there to see this shape where no target asks for it."""
    whole: ClassVar[str | None] = None
    """The shape of which a record of this one may be a broken piece: who takes that one alone takes it as such."""
    compatible_with: ClassVar[str | None] = None
    """The shape that records of this one have without the fields that tell it; they may stand in one dataset."""
    on_request: ClassVar[bool] = False
    """Seen only where the target reads it, because nothing but the target tells it from another shape."""

    def recognise(self, record: Record, names: Names) -> bool:
        """Whether a record that has the required fields really is of this shape."""
        del record, names
        return True

    def view(self, record: Record, names: Names) -> list[Message]:
        """The record as messages. Cheap: texts are not copied, nor joined; several pieces are parts."""
        raise NotImplementedError

    def columns(self, frame: "DataFrame", names: Names) -> "PlainMessages | None":
        """The views of many records at once, where every message is a role and a text and no more.

        ``frame`` has a column for every key: texts, or lists of structs of texts. None where columns cannot say it.
        """
        del frame, names
        return None

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        """The messages of the answers that are not wanted. Their places go on where the view ends."""
        del record, names
        return []

    def answer_size(self, record: Record, names: Names) -> int:
        """How many messages at the end of the view are the wanted answer of a pair."""
        del record, names
        return 1

    def tools(self, record: Record, names: Names) -> list[Any]:
        """The declared tools in the chat form, each in its place; what cannot be read as one is left as it is."""
        del record, names
        return []

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        """Where the file declares the nth tool."""
        raise NotImplementedError

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        """Where the file has a piece of message ``at`` of the view.

        ``field`` is a key of the message (role, content, name, weight, refusal, reasoning_content,
        tool_call_id), "part" for the text of part ``part`` of the content, "media" for what such a part holds
        instead, or one of "call", "call_id", "call_name", "arguments" of call ``part``; a part of -1 means the
        message's only one (a plain content, a legacy function_call).
        """
        raise NotImplementedError

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        """The text at a place as the view shows it, or None where there is none."""
        value = follow(record, self.steps(record, names, at, field, part))
        return value if isinstance(value, str) else None

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        """Put a changed text back where the file has it."""
        *parents, last = self.steps(record, names, at, field, part)
        holder = follow(record, tuple(parents))
        if isinstance(holder, dict | list):
            holder[last] = text  # type: ignore[index]

    def remove(self, record: Record, names: Names, at: int) -> None:
        """Take message ``at`` of the view out of the record; nothing happens where the record has no such message."""
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
        """The conversation in this shape; what it cannot hold is named in ``conversation.lost``.

        Raises CannotHold where nothing sensible can be written.
        """
        raise NotImplementedError

    def extra(self, record: Record, names: Names) -> Record:
        """The fields that this shape knows nothing of."""
        known = {names.get(name, name) for name in (*self.required, *self.optional)}
        return {key: value for key, value in record.items() if key not in known}


def follow(record: Any, steps: Steps) -> Any:
    """What a record has at a path, or None."""
    value: Any = record
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


class CannotHold(Exception):
    """A conversation that a shape has no place for; the reason in one sentence."""


def plain_text(content: Any) -> str:
    """The text of a message's content: the string itself, or its text parts one under the other."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(
            part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    return ""


def one_exchange(conversation: Conversation) -> tuple[str, str]:
    """The prompt and the answer of a conversation, for shapes that hold only one of each.

    A system message goes in front of the prompt and is said to be so. Raises CannotHold for more turns.
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
    """The names of what messages have beside the ``kept`` keys and texts, as losses are told."""
    media = any(
        isinstance(part, dict) and part.get("type") != "text"
        for message in messages
        if isinstance(message.get("content"), list)
        for part in message["content"]
    )
    return unkept_keys(messages, kept) + (["images and other media"] if media else [])


def unkept_keys(messages: Sequence[Message], kept: Collection[str]) -> list[str]:
    """The names of what messages have beside the ``kept`` keys, as losses are told."""
    names = {
        key
        for message in messages
        for key, value in message.items()
        if key not in kept and value not in (None, [], "")
    }
    return sorted(f"messages[].{name}" for name in names)
