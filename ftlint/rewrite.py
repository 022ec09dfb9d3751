"""One record in another shape: read as a conversation, changed as the user wishes, and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ftlint.dress import Dress
from ftlint.expansion import Expansion
from ftlint.known import Known
from ftlint.quote import quote
from ftlint.seen import BROKEN
from ftlint.shapes import CannotHold, Conversation, Shape
from ftlint.shapes.shape import Message, Record
from ftlint.sight import Sighting

REJECTED = "the rejected answer"
LABEL = "the label"
BROKEN_RECORD = "cannot be made of a broken record (the findings say how)"


@dataclass(frozen=True, slots=True)
class Manner:
    """How records are rewritten: in which shape, with what changes to their texts, and what may stay of the rest.

    ``system`` is given to conversations without a system message.
    """

    shape: Shape
    system: str | None = None
    dress: Dress | None = None
    known: Known = field(default_factory=Known)
    expansion: Expansion | None = None
    """How each answer of a conversation becomes an example of its own; None where it does not."""


class Counted(NamedTuple):
    """What is counted of a rewritten record: the shape it was of, what it lost, ``Rewritten.unwanted``, and whether
    it is another record than it was.
    """

    was: str
    lost: tuple[str, ...]
    unwanted: bool
    changed: bool


@dataclass(slots=True)
class Rewritten:
    """A record in its new shape. ``lost`` names what could not come along, ``kept`` has it in a usable form."""

    record: Record
    was: str
    messages: list[Message]
    """The messages as they were read, in the chat form."""
    lost: list[str] = field(default_factory=list)
    kept: Record = field(default_factory=dict)
    unwanted: bool = False
    """Whether it was labelled as an answer that is not wanted, which the new shape cannot say."""

    def counted(self, record: Record) -> Counted:
        """What is counted of it, beside the record that it was made of."""
        return Counted(self.was, tuple(self.lost), self.unwanted, self.record != record)

    def lose(self, name: str, key: str, value: Any) -> None:
        """Name a loss as people are told of it, and keep it under a key that is not taken yet."""
        if name not in self.lost:
            self.lost.append(name)
        self.kept.setdefault(key, value)

    def take_off(self, known: Known) -> None:
        """Take off what is not known in the new place. Raises CannotHold where a message would say nothing then."""
        for steps, value in known.take_off(self.record):
            if len(steps) == 1:
                self.lose(quote(steps[0]), steps[0], value)
            elif value is not None:
                self.lose(quote(".".join(steps)), "messages", self.messages)


def rewrite(record: Record, sighting: Sighting, manner: Manner) -> Rewritten:
    """The record in the new shape, with every field beside that it had. Raises CannotHold with the reason."""
    dressed = manner.dress is not None and manner.dress.on
    if sighting.shape is manner.shape and manner.system is None and not dressed:
        return _as_it_is(record, sighting)
    return _written(_read(record, sighting), sighting, manner)


def rewrites(record: Record, sighting: Sighting, manner: Manner) -> list[Rewritten]:
    """The record in the new shape: one record, or as many as it has answers where each is to be an example.

    Raises CannotHold with the reason.
    """
    if manner.expansion is None:
        return [rewrite(record, sighting, manner)]
    turns = manner.expansion.of(_read(record, sighting), manner.shape)
    if not turns:
        raise CannotHold("has no answer to learn")
    return [_written(turn, sighting, manner) for turn in turns]


def _written(conversation: Conversation, sighting: Sighting, manner: Manner) -> Rewritten:
    as_read = conversation.messages
    # What is changed on the way must not change in the source.
    messages = [copied(message) if isinstance(message, dict) else {} for message in as_read]
    if not messages:
        raise CannotHold("has no messages")
    if manner.system is not None and messages[0].get("role") not in ("system", "developer"):
        messages.insert(0, {"role": "system", "content": manner.system})
    if manner.dress is not None and not manner.dress.on and sighting.shape.name == "completion":
        manner.dress.take_off(messages)
    conversation.messages = messages
    conversation.tools, conversation.rejected = copied(conversation.tools), copied(conversation.rejected)
    try:
        written = manner.shape.write(conversation)
    except BROKEN as error:
        raise CannotHold(str(error) if isinstance(error, CannotHold) else BROKEN_RECORD) from None
    if manner.dress is not None and manner.dress.on:
        manner.dress.put_on(written)
    new = Rewritten(written, sighting.shape.name, as_read)
    _say_lost(new, conversation, manner.shape)
    for key, value in conversation.extra.items():
        if key in written:
            new.lose(quote(key), key, value)
        else:
            written[key] = value
    return new


def _as_it_is(record: Record, sighting: Sighting) -> Rewritten:
    """A record that is of the wanted shape already, with the shape's own names for its fields."""
    conversation = _read(record, sighting)
    if not conversation.messages:
        raise CannotHold("has no messages")
    own = {key: name for name, key in sighting.names.items() if key not in (name, *_also(sighting, name))}
    same = {own.get(key, key): copied(value) for key, value in record.items()}
    return Rewritten(same, sighting.shape.name, conversation.messages)


def _also(sighting: Sighting, name: str) -> Sequence[str]:
    """Names of a field that are as good as its own."""
    return sighting.shape.also.get(name, ())


def _read(record: Record, sighting: Sighting) -> Conversation:
    try:
        return sighting.shape.read(record, sighting.names)
    except BROKEN as error:
        raise CannotHold(str(error) if isinstance(error, CannotHold) else BROKEN_RECORD) from None


def _say_lost(new: Rewritten, conversation: Conversation, shape: Shape) -> None:
    usable: Mapping[str, Any] = {"tools": conversation.tools}
    for name in conversation.lost:
        key = name if usable.get(name) else "messages"
        # What is no field is told in words.
        new.lose(name if " " in name else quote(name), key, usable.get(name) or new.messages)
    if conversation.rejected is not None and not shape.sides:
        new.lose(REJECTED, "rejected", conversation.rejected)
    if conversation.label is not None and not shape.labelled:
        new.lose(LABEL, "label", conversation.label)
        new.unwanted = not conversation.label


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: copied(below) if isinstance(below, list | dict) else below for key, below in value.items()
        }
    if isinstance(value, list):
        return [copied(below) if isinstance(below, list | dict) else below for below in value]
    return value
