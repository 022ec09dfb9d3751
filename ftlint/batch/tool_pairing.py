"""Pair the tool calls of one conversation with their results."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import count, takewhile
from typing import Any

from msgspec import Struct, field

from ftlint.shapes.call_blocks import (
    block_calls,
    block_results,
    call_function,
    call_identifier,
    result_message,
)
from ftlint.shapes.call_turns import has_turn_calls
from ftlint.shapes.roles import CALLING_ROLES, RESULT_ROLES, chat_role
from ftlint.shapes.shape import Message, plain_text
from ftlint.shapes.tools import THOUGHT

SPEAKING_ROLES = ("user", "assistant", "system")
CALL_KEYS = frozenset({"tool_calls", "function_call"})
# Forms of an id; the first one that the target accepts is used.
ID_FORMS = ("call_{}", "call{:05}", "{:09}", "call-{}", "{}")


class ToolCall(Struct, eq=False):
    """One tool call: its location (part -1: a legacy function_call), its content and its state."""

    at: int
    part: int
    message: Message
    function: dict[str, Any]
    """The object with its name and its arguments."""
    id: Any
    earlier: int
    """The number of earlier calls with the same id that have no result yet."""
    last: bool
    """Whether its message is the last one of the record."""
    beside: bool
    """Whether its message has a content, too."""
    rejected: bool
    unread: bool = False
    """Whether it is a turn of a call that cannot be parsed: its arguments are the content of that turn."""
    in_content: bool = False
    """Whether it is a part of the content."""
    results: list[tuple[int, int | None]] = field(default_factory=list)
    """The indexes of the messages that answer it, and of the part of their content that does, if it is one."""
    value: Any = None
    """The decoded arguments, set by ``calls_frame``."""

    @property
    def is_turn(self) -> bool:
        """Whether its message is a turn of calls, all of which the one turn after it answers."""
        return self.message.get("role") in CALLING_ROLES

    @property
    def name(self) -> Any:
        """The name of the called function."""
        return self.function.get("name")


class ToolResult(Struct, eq=False):
    """One tool result: its index, its message, its chat role, and the call that it answers, if any.

    ``waiting`` is set for a result that answers no call: the first call without a result.
    """

    at: int
    message: Message
    role: str
    call: ToolCall | None
    repeated: bool
    waiting: ToolCall | None
    part: int | None = None
    """The index of the part of the content that it is, if it is one."""
    in_text: bool = False
    """Whether its call must be in the text before it: no message of the conversation has calls as such, or the message
    before it has some that are in no list."""


class ToolCalls(Struct):
    """All tool calls and results of one conversation, paired by ids, or in order where there are no ids."""

    by_ids: bool = True
    calls: list[ToolCall] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)
    known: dict[Any, list[ToolCall]] = field(default_factory=dict)
    """The calls by id."""
    open: list[ToolCall] = field(default_factory=list)
    """The calls since the last result: they can be answered without an id."""
    resulted: bool = False
    """Whether there was a result since the last call."""
    answered: set[int] = field(default_factory=set)
    """The identities (``id()``) of the calls with a result."""
    claimed: set[int] = field(default_factory=set)
    """Those of the calls for which a result with another id probably is."""
    before: Any = None
    """The last message that is no result."""

    def call(self, at: int, message: Message, *, last: bool, rejected: bool) -> None:
        """Add the calls of a message."""
        parsed = []
        calls = message.get("tool_calls")
        for part, call in enumerate(calls if isinstance(calls, list) else ()):
            if isinstance(call, dict):
                # A call may be the function itself, which another rule reports.
                function = call.get("function", call if "name" in call else None)
                parsed.append((part, call.get("id"), function if isinstance(function, dict) else {}))
        legacy = message.get("function_call")
        if isinstance(legacy, dict):
            parsed.append((-1, None, legacy))
        unread = not parsed and _is_unread(message)
        if unread:
            parsed.append((0, None, {"arguments": message["content"]}))
        content = message.get("content")
        blocks = block_calls(message) if type(content) is list else []
        first = max((part for part, _, _ in parsed), default=-1) + 1 if blocks else 0
        parsed += [
            (nth, call_identifier(block), call_function(block))
            for nth, (_, block) in enumerate(blocks, first)
        ]
        if parsed and self.resulted:
            self.open, self.resulted = [], False
        beside = bool(plain_text(content) if blocks else content) and not unread and not _is_thought(message)
        for part, identifier, function in parsed:
            same = (
                self.known.setdefault(_key(identifier), []) if self.by_ids and identifier is not None else []
            )
            open_before = sum(id(earlier) not in self.answered for earlier in same) if same else 0
            call = ToolCall(
                at, part, message, function, identifier, open_before, last, beside, rejected, unread
            )
            if blocks:
                call.in_content = part >= first
            same.append(call)
            self.open.append(call)
            self.calls.append(call)

    def answer(self, at: int, message: Message, role: str, part: int | None = None) -> None:
        """Add a result and pair it with its call."""
        call_id = message.get("tool_call_id") if self.by_ids and self.known else None
        call = self._in_turn(message) if call_id is None else self._by_id(call_id)
        repeated = id(call) in self.answered
        waiting = self._in_turn(message, self.claimed) if call is None else None
        if waiting is not None:
            self.claimed.add(id(waiting))
        if call is not None:
            call.results.append((at, part))
            self.answered.add(id(call))
        self.resulted = True
        in_text = call_id is None and not self.calls and _is_answer_text(self.before)
        in_text = in_text or _has_unread_calls(self.before)
        self.results.append(ToolResult(at, message, role, call, repeated, waiting, part, in_text))

    def _by_id(self, call_id: Any) -> ToolCall | None:
        """The call with that id; of several, the first unanswered one in the last message that has one."""
        same = self.known.get(_key(call_id))
        if not same:
            return None
        if len(same) == 1:
            return same[0]
        waiting = [call for call in same if id(call) not in self.answered] or same
        latest = max(call.at for call in waiting)
        return next(call for call in waiting if call.at == latest)

    def _in_turn(self, message: Message, claimed: Collection[int] = ()) -> ToolCall | None:
        """The first unanswered and unclaimed open call, preferably one with the result's name."""
        name = message.get("name")
        waiting = [call for call in self.open if id(call) not in self.answered and id(call) not in claimed]
        named = [call for call in waiting if name is not None and call.name == name]
        return next(iter(named or waiting), None)


def pair_calls(
    view: Sequence[Message], rejected: Sequence[Message] = (), answer: int = 0, *, by_ids: bool = True
) -> ToolCalls:
    """Pair the calls and results of one record.

    The indexes of the ``rejected`` messages continue after those of the view. They cannot answer calls of the
    preferred answer, the last ``answer`` messages of the view. ``by_ids``: whether the shape pairs by ids; calls in
    turns of their own have none, and where the shape does not, ids count if every call and every result has one.
    """
    has_ids = by_ids and not has_turn_calls(view)
    conversation = ToolCalls(has_ids or _all_have_ids([*view, *rejected]))
    prompt_size = len(view) - answer if rejected else len(view)
    _follow(conversation, view[:prompt_size], 0, len(view) - 1, rejected=False)
    if not rejected:
        return conversation
    shared = len(conversation.calls)
    both = [_branch(conversation), _branch(conversation)]
    _follow(both[0], view[prompt_size:], prompt_size, len(view) - 1, rejected=False)
    _follow(both[1], rejected, len(view), len(view) + len(rejected) - 1, rejected=True)
    for branch in both:
        conversation.calls += branch.calls[shared:]
        conversation.results += branch.results
    return conversation


def _branch(conversation: ToolCalls) -> ToolCalls:
    """A copy of the pairing state for one answer, without results."""
    known = {identifier: list(calls) for identifier, calls in conversation.known.items()}
    return ToolCalls(
        conversation.by_ids,
        known=known,
        open=list(conversation.open),
        calls=list(conversation.calls),
        resulted=conversation.resulted,
        answered=set(conversation.answered),
        claimed=set(conversation.claimed),
        before=conversation.before,
    )


def _follow(
    conversation: ToolCalls, messages: Sequence[Any], start: int, end: int, *, rejected: bool
) -> None:
    for at, message in enumerate(messages, start):
        if type(message) is not dict:
            continue
        role = message.get("role")
        calling = "tool_calls" in message or "function_call" in message
        if type(message.get("content")) is list:
            for part, block in block_results(message):
                conversation.answer(at, result_message(block), "tool", part)
            calling = calling or bool(block_calls(message))
            if chat_role(role) in RESULT_ROLES and block_results(message):
                continue
        # Calls of others than the assistant are no calls: a rule of their own reports them.
        if role in SPEAKING_ROLES and not (calling and role == "assistant"):
            conversation.before = message
            continue
        role = chat_role(role)
        if role in RESULT_ROLES:
            conversation.answer(at, message, role)
            continue
        conversation.before = message
        if calling or _is_unread(message):
            conversation.call(at, message, last=at == end, rejected=rejected)


def fresh_ids(taken: Collection[Any], pattern: str | None) -> Iterator[str]:
    """Unused call ids in a form that matches the target's pattern; none where no form of ftlint does."""
    for form in ID_FORMS:
        if pattern is None or re.search(pattern, form.format(1)):
            candidates = takewhile(
                lambda new: pattern is None or re.search(pattern, new), map(form.format, count(1))
            )
            yield from (new for new in candidates if new not in taken)


def _all_have_ids(messages: Sequence[Any]) -> bool:
    """Whether every call and every result has an id, and there are any."""
    ids: list[Any] = []
    for message in messages:
        if not isinstance(message, dict):
            continue
        calls = message.get("tool_calls")
        listed = calls if isinstance(calls, list) else []
        ids += [call.get("id") if isinstance(call, dict) else None for call in listed]
        ids += [call_identifier(block) for _, block in block_calls(message)]
        blocks = block_results(message)
        ids += [result_message(block).get("tool_call_id") for _, block in blocks]
        if "function_call" in message or (not blocks and chat_role(message.get("role")) in RESULT_ROLES):
            ids.append(message.get("tool_call_id"))
    return bool(ids) and all(isinstance(identifier, str) and identifier for identifier in ids)


def _is_unread(message: Message) -> bool:
    """Whether it is a turn of a call that cannot be parsed: views have calls instead of those that can."""
    content = message.get("content")
    said = isinstance(content, str) and bool(content.strip())
    return message.get("role") in CALLING_ROLES and (said or isinstance(content, dict))


def _is_answer_text(message: Any) -> bool:
    """Whether a message is a text of the assistant, in which Hermes, ToolACE and others write calls."""
    if not isinstance(message, dict) or chat_role(message.get("role")) != "assistant":
        return False
    return bool(message.get("content"))


def _is_thought(message: Message) -> bool:
    """Whether the text of a turn of calls is a thought, which belongs to its form."""
    content = message.get("content")
    return (
        message.get("role") in CALLING_ROLES
        and isinstance(content, str)
        and THOUGHT.fullmatch(content.strip()) is not None
    )


def _has_unread_calls(message: Any) -> bool:
    """Whether a message has calls that are in no list, which the schema rules report."""
    calls = message.get("tool_calls") if isinstance(message, dict) else None
    return bool(calls) and not isinstance(calls, list)


def _key(identifier: Any) -> Any:
    return identifier if isinstance(identifier, str) else repr(identifier)
