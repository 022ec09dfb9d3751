"""One record in another shape: read as a conversation, changed as requested, and written."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from ftlint.batch.losses import losses, no_other_form
from ftlint.batch.record_makers import columns_of, fill_template
from ftlint.batch.records import BROKEN
from ftlint.commands.convert.changes import ConversationChanges
from ftlint.commands.convert.forms import RecordForms
from ftlint.commands.convert.markers import LegacyMarkers
from ftlint.commands.convert.turns import TurnExpansion
from ftlint.commands.convert.untrained import before_untrained
from ftlint.display import quote
from ftlint.path import Steps, general_path
from ftlint.schema.allowed_fields import AllowedFields
from ftlint.schema.violations import count_violations
from ftlint.shapes.answers import LABELS, truth_of
from ftlint.shapes.detect import DetectedShape
from ftlint.shapes.shape import CannotHold, Conversation, Message, Record, Shape, follow, plain_text

REJECTED = "the rejected answer"
LABEL = "the label"
OTHER_VALUES = "all but the last value of a key that stands twice"
UNREAD_MESSAGES = {
    "system": "reads no system message (--system-messages fold puts it into the prompt)",
    "history": "reads one question and its answer, and no earlier turns",
}
BROKEN_RECORD = "cannot be made of a broken record (the findings say how)"


class RewriteOptions(Struct, frozen=True):
    """How records are rewritten: the shape, the changes to their texts, and which extra fields may stay.

    ``system`` is a template, filled with the columns of a record, for conversations without a system message.
    """

    shape: Shape
    system: str | None = None
    dress: LegacyMarkers | None = None
    known: AllowedFields = field(default_factory=AllowedFields)
    needs_answer: bool = False
    """Whether a record without an answer is of no use."""
    schema: str | None = None
    """The name of the schema of the new records: a record of the shape that violates it is written anew."""
    folded: frozenset[str] = frozenset()
    """Optional fields of the shape that the target does not read: their texts are written as part of others."""
    unread: frozenset[str] = frozenset()
    """Fields of the shape with messages that the target does not read: a record with one of them is refused."""
    expansion: TurnExpansion | None = None
    """How each answer of a conversation becomes a separate example; None if it does not."""
    changes: ConversationChanges = field(default_factory=ConversationChanges)
    """What the options change, and what the target demands."""
    forms: RecordForms = field(default_factory=RecordForms)
    """The forms of arguments and contents."""


class RewriteCounts(NamedTuple):
    """Counts about a rewritten record: its original shape, the lost values, ``Rewritten.unwanted``, and
    whether it differs from the original.
    """

    was: str
    lost: tuple[str, ...]
    unwanted: bool
    changed: bool


class Rewrite(Struct):
    """A record in its new shape. ``lost`` names the lost values, ``kept`` contains them in a usable form."""

    record: Record
    was: str
    messages: list[Message]
    """The messages as they were read, in the chat form."""
    lost: list[str] = field(default_factory=list)
    kept: Record = field(default_factory=dict)
    unwanted: bool = False
    """Whether it was labelled as a rejected answer, which the new shape cannot express."""
    reread: dict[str, Any] = field(default_factory=dict)
    """As in ``Conversation``."""

    def counted(self, record: Record) -> RewriteCounts:
        """Its counts, given the original record."""
        return RewriteCounts(self.was, tuple(self.lost), self.unwanted, self.record != record)

    def lose(self, name: str, key: str, value: Any) -> None:
        """Name a loss for display, and store the value under an unused key."""
        if name not in self.lost:
            self.lost.append(name)
        self.kept.setdefault(key, value)

    def lose_at(self, steps: Steps, record: Record) -> None:
        """Name the loss of the value at a path of the original record, and store the field that it is in."""
        name, field = general_path(steps), str(steps[0])
        key = "record" if field in self.kept and self.kept[field] != record[field] else field
        self.lose(quote(name), key, record if key == "record" else record[field])

    def lose_unread(self, text: str | None) -> None:
        """Name the loss of what the record lacks of its row, and store the row as it is in the file."""
        self.lost.append(OTHER_VALUES)
        self.kept["record"] = text

    def take_off(self, known: AllowedFields) -> None:
        """Remove fields that the new shape does not define. Raises CannotHold if a message would become empty."""
        unknown = known.unknown(self.record)
        for steps, value in unknown:
            field = str(steps[0])
            if len(steps) == 1:
                self.lose(quote(field), field, value)
            elif value is not None:
                whole = self.kept[field] if field in self.kept else copied(self.record[field])
                self.lose(quote(general_path(steps)), field, whole)
        for steps, _ in unknown:
            follow(self.record, steps[:-1]).pop(steps[-1])


def rewrite(record: Record, record_shape: DetectedShape, manner: RewriteOptions) -> Rewrite:
    """The record in the new shape, with all its extra fields. Raises CannotHold with the reason."""
    dressed = manner.dress is not None and manner.dress.on
    read = _read(record, record_shape)
    options = manner.changes.options
    conversation = before_untrained(read) if options.untrained == "drop" else read
    as_it_is = (
        record_shape.shape is manner.shape
        and manner.folded.isdisjoint(record_shape.fields)
        and _is_written(record, record_shape)
        and not manner.forms.reads_anew(record)
        and conversation is read
        and not _is_changed(read, manner)
    )
    if as_it_is and manner.system is None and not dressed:
        unchanged = _as_it_is(record, record_shape, conversation)
        new = _better_written(unchanged, conversation, record, record_shape, manner)
    else:
        new = _written(conversation, record, record_shape, manner, as_read=read.messages)
    return _formed(_read_whole(new, manner), manner.forms)


def rewrites(record: Record, record_shape: DetectedShape, manner: RewriteOptions) -> list[Rewrite]:
    """The record in the new shape: one record, or one per answer if each is to be an example.

    Raises CannotHold with the reason.
    """
    if manner.expansion is None:
        made = [rewrite(record, record_shape, manner)]
    else:
        read = _read(record, record_shape)
        turns = manner.expansion.of(read, manner.shape)
        if not turns:
            raise CannotHold("has no answer to learn")
        written = (_read_whole(_written(turn, record, record_shape, manner), manner) for turn in turns)
        made = [_formed(new, manner.forms) for new in written]
    _add_unnamed_losses(record, record_shape, made, manner)
    return made


def _read_whole(new: Rewrite, manner: RewriteOptions) -> Rewrite:
    """The record. Raises CannotHold if messages of it are in a field that the target does not read."""
    for name in sorted(manner.unread):
        if new.record.get(name):
            raise CannotHold(UNREAD_MESSAGES.get(name, f"reads no field {quote(name)}"))
    return new


def _is_changed(conversation: Conversation, manner: RewriteOptions) -> bool:
    """Whether the options or the target change something; in a broken record nothing is changed."""
    try:
        return manner.changes.apply(conversation) is not conversation
    except CannotHold:
        raise
    except BROKEN:
        return False


def _formed(new: Rewrite, forms: RecordForms) -> Rewrite:
    """The record in the forms that the options choose, and that the target demands."""
    try:
        names = forms.apply(new.record)
    except BROKEN as error:
        raise CannotHold(str(error) if isinstance(error, CannotHold) else BROKEN_RECORD) from None
    for name in names:
        new.lose(name if " " in name else quote(name), "messages", new.messages)
    return new


def _add_unnamed_losses(
    record: Record, record_shape: DetectedShape, made: Sequence[Rewrite], manner: RewriteOptions
) -> None:
    """Name every value of a record that is in none of its new records, and keep it with the last of them."""
    shape = record_shape.shape
    lost = losses(
        record,
        [new.record for new in made],
        kept=made[-1].kept if len(made) == 1 else {k: v for new in made for k, v in new.kept.items()},
        bare=manner.dress.bare if manner.dress is not None else no_other_form,
        notation={record_shape.fields.get(path, path): values for path, values in shape.notation.items()},
        merges=shape.is_preference,
        reread=made[-1].reread if len(made) == 1 else {k: v for new in made for k, v in new.reread.items()},
    )
    # The examples of a split say themselves which answers are trained on.
    weights_said = manner.expansion is not None and manner.expansion.only_trained
    for steps, value in lost:
        # A label that is a word or a number is true or false now.
        is_label = manner.shape.has_label and len(steps) == 1 and steps[0] in LABELS
        is_said = (is_label and truth_of(value) is not None) or (weights_said and steps[-1] == "weight")
        if not is_said:
            made[-1].lose_at(steps, record)


def _written(
    conversation: Conversation,
    record: Record,
    record_shape: DetectedShape,
    manner: RewriteOptions,
    *,
    as_read: list[Message] | None = None,
) -> Rewrite:
    """The conversation of a record in the new shape; ``as_read`` are its messages where some are left out already."""
    as_read = conversation.messages if as_read is None else as_read
    # Changes during rewriting must not change the source.
    messages = [
        _joined_texts(copied(message)) if isinstance(message, dict) else {}
        for message in conversation.messages
    ]
    if not messages:
        raise CannotHold("has no messages")
    # A record in this shape already is what its author made it; the check of the new file says what it lacks.
    if (
        manner.needs_answer
        and record_shape.shape is not manner.shape
        and not any(message.get("role") == "assistant" for message in messages)
    ):
        raise CannotHold("has no answer to learn from")
    if manner.system is not None and messages[0].get("role") not in ("system", "developer"):
        messages.insert(0, {"role": "system", "content": _filled(manner.system, record)})
        used = columns_of("--system", manner.system)
        conversation.extra = {key: value for key, value in conversation.extra.items() if key not in used}
    if manner.dress is not None and not manner.dress.on and record_shape.shape.name == "completion":
        manner.dress.strip(messages)
    conversation.messages = messages
    conversation.tools, conversation.rejected = copied(conversation.tools), copied(conversation.rejected)
    try:
        conversation = manner.changes.apply(conversation)
        written = manner.shape.write(conversation)
    except BROKEN as error:
        raise CannotHold(str(error) if isinstance(error, CannotHold) else BROKEN_RECORD) from None
    if manner.dress is not None and manner.dress.on:
        manner.dress.add(written)
    new = Rewrite(written, record_shape.shape.name, as_read, reread=conversation.reread)
    _add_lost(new, conversation, manner.shape)
    for key, value in conversation.extra.items():
        if key in written:
            new.lose(quote(key), key, value)
        else:
            written[key] = value
    return new


def _joined_texts(message: Message) -> Message:
    """The message with a content that is a list of bare texts as one text."""
    content = message.get("content")
    if isinstance(content, list) and content and all(isinstance(part, str) for part in content):
        message["content"] = plain_text(content)
    return message


def _filled(template: str, record: Record) -> str:
    """The system message for a record."""
    try:
        return fill_template(template, record)
    except KeyError as error:
        why = f"has no column {quote(str(error.args[0]))} to fill --system with"
        raise CannotHold(
            f"cannot take a record that {why} (braces in the text are written {{{{ and }}}})"
        ) from None


def _better_written(
    unchanged: Rewrite,
    conversation: Conversation,
    record: Record,
    record_shape: DetectedShape,
    manner: RewriteOptions,
) -> Rewrite:
    """The record written anew, if that loses nothing and violates the schema less than the record does."""
    if manner.schema is None or not (violations := count_violations(unchanged.record, manner.schema)):
        return unchanged
    try:
        new = _written(conversation, record, record_shape, manner)
    except CannotHold:
        return unchanged
    better = not new.lost and count_violations(new.record, manner.schema) < violations
    return new if better else unchanged


def _is_written(record: Record, record_shape: DetectedShape) -> bool:
    try:
        return record_shape.shape.is_written(record, record_shape.fields)
    except BROKEN:
        return True


def _as_it_is(record: Record, record_shape: DetectedShape, conversation: Conversation) -> Rewrite:
    """A record that has the output shape already, with the shape's own names for its fields."""
    if not conversation.messages:
        raise CannotHold("has no messages")
    own = {
        key: name
        for name, key in record_shape.fields.items()
        if key not in (name, *_also(record_shape, name))
    }
    same = {own.get(key, key): copied(value) for key, value in record.items()}
    return Rewrite(same, record_shape.shape.name, conversation.messages)


def _also(record_shape: DetectedShape, name: str) -> Sequence[str]:
    """Accepted alternative names of a field."""
    return record_shape.shape.synonyms.get(name, ())


def _read(record: Record, record_shape: DetectedShape) -> Conversation:
    try:
        return record_shape.shape.read(record, record_shape.fields)
    except BROKEN as error:
        raise CannotHold(str(error) if isinstance(error, CannotHold) else BROKEN_RECORD) from None


def _add_lost(new: Rewrite, conversation: Conversation, shape: Shape) -> None:
    usable: Mapping[str, Any] = {"tools": conversation.tools}
    for name in conversation.lost:
        key = name if usable.get(name) else "messages"
        # A loss that is not a field is named by a description.
        new.lose(name if " " in name else quote(name), key, usable.get(name) or new.messages)
    if conversation.rejected is not None and not shape.is_preference:
        new.lose(REJECTED, "rejected", conversation.rejected)
    if conversation.label is not None and not shape.has_label:
        new.lose(LABEL, "label", conversation.label)
        new.unwanted = not conversation.label and shape.answered


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: copied(below) if isinstance(below, list | dict) else below for key, below in value.items()
        }
    if isinstance(value, list):
        return [copied(below) if isinstance(below, list | dict) else below for below in value]
    return value
