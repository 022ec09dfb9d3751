"""Changes of a conversation between reading and writing it: what the options ask for, and what the target demands.

Each change returns new messages and names what is lost; the given messages are not changed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field, structs

from ftlint.commands.convert.reasoning import ACTIONS, FIELDS, inline
from ftlint.commands.convert.system_messages import (
    drop_system,
    fold_late,
    fold_system,
    join_first,
    system_as_user,
)
from ftlint.config.conversion import ConversionOptions
from ftlint.shapes.call_notations import FUNCTIONCALL, PYTHON_CALLS
from ftlint.shapes.shape import CannotHold, Conversation, Message
from ftlint.shapes.text_calls import OPENING, with_real_calls
from ftlint.shapes.write_blocks import BOUNDARY, DEVELOPER
from ftlint.targets.target import Target

if TYPE_CHECKING:
    from ftlint.shapes.shape import PlainMessages

SYSTEM = ("system", "developer")
CALLS = ("tool_calls", "function_call")
# What answers with calls in their texts have, and whether it is a text; else it is a pattern.
CALL_MARKS = ((OPENING, True), (FUNCTIONCALL, True), ("Action Input:", True), (PYTHON_CALLS, False))
MERGED_ROLES = ("user", "assistant", *SYSTEM)

Change = Callable[[Sequence[Message], list[str]], list[Message]]
"""Messages, and the list for the names of losses, to messages."""


class ConversationChanges(Struct, frozen=True):
    """The changes of every conversation of a file, in order."""

    options: ConversionOptions = field(default_factory=ConversionOptions)
    facts: Mapping[str, object] = field(default_factory=dict)
    """The facts of the target that a change depends on."""
    unread_texts: Sequence[str] = ()
    """The fields of a message with a text that the target leaves out."""
    holds_calls: bool = True
    """Whether the output shape has a place for tool calls."""

    @property
    def all(self) -> list[Change]:
        """The changes, in order."""
        options, facts = self.options, self.facts
        changes: list[Change] = [developer_as_system] if self._knows_no_developer else []
        if options.system_messages in ("fold", "drop"):
            changes.append(fold_system if options.system_messages == "fold" else drop_system)
        elif options.system_messages is None and self.one_system_first:
            changes += [join_first, fold_late]
        if options.system_messages is None and facts.get("user_message") == "required":
            changes.append(system_as_user)
        if options.reasoning in ACTIONS:
            changes.append(ACTIONS[str(options.reasoning)])
        elif options.reasoning is None and set(FIELDS) <= set(self.unread_texts):
            changes.append(inline)
        if "refusal" in self.unread_texts:
            changes.append(refusal_as_content)
        if options.merge_consecutive is not None:
            changes.append(self._merge)
        if facts.get("content_beside_calls") == "rejected" and self._takes_two_answers:
            changes.append(text_before_calls)
        return changes

    @property
    def _knows_no_developer(self) -> bool:
        """Whether the target has a role for instructions, and it is the system's alone."""
        roles = self.facts.get("roles")
        is_system = self.facts.get("system_role") == "system"
        return is_system and isinstance(roles, list) and "developer" not in roles

    @property
    def _takes_two_answers(self) -> bool:
        """Whether a call may follow a text of the assistant as a message of its own."""
        repeated, order = self.facts.get("repeat_roles"), self.facts.get("order")
        return repeated == "allowed" or (
            repeated is None and isinstance(order, str) and re.match(order, "uaata") is not None
        )

    @property
    def reads_text_calls(self) -> bool:
        """Whether calls in texts become tool calls: where it is asked for, or where the target reads such."""
        wanted = self.options.text_calls
        is_read = self.facts.get("arguments") is not None and self.facts.get("tool_calls") != "rejected"
        return self.holds_calls and (wanted == "read" or (wanted is None and is_read))

    @property
    def one_system_first(self) -> bool:
        """Whether the target wants one system message, the first."""
        return "rejected" in (self.facts.get("late_system"), self.facts.get("second_system"))

    def apply(self, conversation: Conversation) -> Conversation:
        """The changed conversation; the same object if nothing changes. Raises CannotHold where it is impossible."""
        if self.facts.get("tool_calls") == "rejected":
            if any(map(_has_calls, conversation.messages)):
                raise CannotHold("has no place for tool calls")
            if conversation.tools:
                conversation = structs.replace(conversation, tools=None)
        if self.reads_text_calls:
            conversation = with_real_calls(conversation)
        changes = self.all
        if not changes:
            return conversation
        lost: list[str] = []
        start = (
            len(conversation.messages) - conversation.answer if conversation.rejected is not None else None
        )
        asked, answer = conversation.messages[:start], [] if start is None else conversation.messages[start:]
        new = [_changed(messages, changes, lost) for messages in (asked, answer, conversation.rejected or [])]
        if [*new[0], *new[1]] == conversation.messages and new[2] == (conversation.rejected or []):
            return conversation
        return structs.replace(
            conversation,
            messages=[*new[0], *new[1]],
            answer=conversation.answer if start is None else len(new[1]),
            rejected=None if conversation.rejected is None else new[2],
            lost=[*conversation.lost, *dict.fromkeys(lost)],
        )

    def concern(self, plain: "PlainMessages") -> bool:
        """Whether some of the records with these messages, of a role and a text each, may change."""
        if self.options:
            return True
        roles = plain.roles
        if self.reads_text_calls and any(
            plain.contents.str.contains(mark, literal=is_text).any() for mark, is_text in CALL_MARKS
        ):
            return True
        if self._knows_no_developer and (roles == "developer").any():
            return True
        if self.one_system_first and roles.is_in(SYSTEM).sum() > 0:
            firsts = plain.counts.cum_sum().shift(1, fill_value=0)
            return int(roles.is_in(SYSTEM).sum()) > int(
                roles.gather(firsts.filter(plain.counts > 0)).is_in(SYSTEM).sum()
            )
        return self.facts.get("user_message") == "required" and bool(roles.is_in(SYSTEM).any())

    def _merge(self, messages: Sequence[Message], lost: list[str]) -> list[Message]:
        separator = self.options.merge_consecutive or ""
        allowed = self.facts.get("content_beside_calls") != "rejected"
        merged: list[Message] = []
        for message in messages:
            if merged and _is_mergeable(merged[-1], message, beside_calls=allowed):
                merged[-1] = _joined(merged[-1], message, separator)
                lost.append(BOUNDARY)
            else:
                merged.append(message)
        return merged


def changes_for(options: ConversionOptions, target: Target | None) -> ConversationChanges:
    """The changes that the options ask for and the target demands."""
    names = (
        "late_system",
        "second_system",
        "user_message",
        "content_beside_calls",
        "repeat_roles",
        "tool_calls",
        "arguments",
        "order",
        "roles",
        "system_role",
    )
    if target is None:
        return ConversationChanges(options)
    facts = {name: target.value(name) for name in names}
    return ConversationChanges(options, facts, unread_texts=target.unread_texts)


def developer_as_system(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """The developer's messages as the system's."""
    if any(message.get("role") == "developer" for message in messages):
        lost.append(DEVELOPER)
    return [
        {**message, "role": "system"} if message.get("role") == "developer" else message
        for message in messages
    ]


def refusal_as_content(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """A refusal that stands alone as the content of its message."""
    del lost
    return [_refused(message) if message.get("role") == "assistant" else message for message in messages]


def _refused(message: Message) -> Message:
    refusal = message.get("refusal")
    if not isinstance(refusal, str) or not refusal or message.get("content") or _has_calls(message):
        return message
    rest = {key: value for key, value in message.items() if key != "refusal"}
    return {**rest, "content": refusal}


def text_before_calls(messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """The text beside calls as a message of its own before them."""
    del lost
    new: list[Message] = []
    for message in messages:
        if message.get("role") == "assistant" and message.get("content") and message.get("tool_calls"):
            beside = {key: value for key, value in message.items() if key not in CALLS}
            new += [beside, {key: value for key, value in message.items() if key not in TEXT_KEYS}]
        else:
            new.append(message)
    return new


TEXT_KEYS = ("content", "reasoning_content", "reasoning", "thinking", "refusal", "name")


def _changed(messages: Sequence[Message], changes: Sequence[Change], lost: list[str]) -> list[Message]:
    new = list(messages)
    for change in changes:
        new = change(new, lost)
    return new


def _has_calls(message: Message) -> bool:
    return bool(message.get("tool_calls") or message.get("function_call")) or message.get("role") in (
        "tool",
        "function",
    )


def _is_mergeable(first: Message, second: Message, *, beside_calls: bool) -> bool:
    """Whether two messages become one without a change of meaning: no call before a text, and all else is equal."""
    if first.get("role") != second.get("role") or first.get("role") not in MERGED_ROLES:
        return False
    if any(first.get(key) for key in CALLS) or second.get("function_call"):
        return False
    if second.get("tool_calls") and first.get("content") and not beside_calls:
        return False
    of_first = ("role", "content", "reasoning_content")
    rest = [
        {key: value for key, value in message.items() if key not in (*without, *CALLS) and value is not None}
        for message, without in ((first, of_first), (second, ("role", "content")))
    ]
    contents = (first.get("content"), second.get("content"))
    return rest[0] == rest[1] and all(isinstance(content, str | list | None) for content in contents)


def _joined(first: Message, second: Message, separator: str) -> Message:
    before, after = first.get("content"), second.get("content")
    if not before or not after:
        content = before or after
    elif isinstance(before, str) and isinstance(after, str):
        content = f"{before}{separator}{after}"
    else:
        content = _joined_parts(before, after, separator)
    calls = {"tool_calls": second["tool_calls"]} if second.get("tool_calls") else {}
    return {**first, "content": content, **calls}


def _joined_parts(before: str | list[Message], after: str | list[Message], separator: str) -> list[Message]:
    """Two contents as one list of parts; texts that meet are joined."""
    parts = [[{"type": "text", "text": c}] if isinstance(c, str) else list(c) for c in (before, after)]
    last, first = parts[0][-1], parts[1][0]
    if all(isinstance(p, dict) and p.keys() == {"type", "text"} for p in (last, first)):
        parts[1][0] = {"type": "text", "text": f"{last['text']}{separator}{first['text']}"}
        parts[0].pop()
    return [*parts[0], *parts[1]]
