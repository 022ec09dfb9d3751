"""Who called and who answered: the calls of one conversation, each with its results."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Any

from ftlint.shapes.roles import chat_role
from ftlint.shapes.shape import Message

ANSWERS = ("tool", "function")
SAYING = ("user", "assistant", "system")
CALLING = frozenset({"tool_calls", "function_call"})
# The role of a turn that is nothing but the text of a call, which a shape shows only where it cannot read it.
UNREAD = "function_call"
# Forms of an id; the first that a target takes is used.
FORMS = ("call_{}", "call{:05}", "{:09}", "call-{}", "{}")


@dataclass(slots=True, eq=False)
class ToolCall:
    """One call: its place (part -1: a legacy function_call), itself, and what is known of it."""

    at: int
    part: int
    message: Message
    function: dict[str, Any]
    """Where its name and its arguments stand."""
    id: Any
    earlier: int
    """How many calls before it have the same id."""
    last: bool
    """Whether its message is the last one."""
    beside: bool
    """Whether its message says something, too."""
    rejected: bool
    unread: bool = False
    """Whether it is the text of a call that cannot be read as one: its arguments are that text."""
    results: list[int] = field(default_factory=list)
    """The places of the messages that answer it."""
    value: Any = None
    """What its arguments say, once they have been read."""

    @property
    def name(self) -> Any:
        """The name of the function that is called."""
        return self.function.get("name")


@dataclass(slots=True, eq=False)
class ToolResult:
    """One result: its place, its message, its role in chat words, and the call that it answers, if any.

    ``waiting`` is a call that nothing answers yet, where this result answers none.
    """

    at: int
    message: Message
    role: str
    call: ToolCall | None
    repeated: bool
    waiting: ToolCall | None


@dataclass(slots=True)
class ToolCalls:
    """All calls and results of one conversation, paired by ids, or in order where there are none."""

    by_ids: bool = True
    calls: list[ToolCall] = field(default_factory=list)
    results: list[ToolResult] = field(default_factory=list)
    known: dict[Any, list[ToolCall]] = field(default_factory=dict)
    """The calls of each id."""
    open: list[ToolCall] = field(default_factory=list)
    """The calls of the last turn or turns that nobody has answered in between."""
    resulted: bool = False
    """Whether a result has come since the last call."""
    answered: set[int] = field(default_factory=set)
    """The calls, by identity, that have a result."""

    def call(self, at: int, message: Message, *, last: bool, rejected: bool) -> None:
        """Take the calls of a message."""
        found = []
        calls = message.get("tool_calls")
        for part, call in enumerate(calls if isinstance(calls, list) else ()):
            if isinstance(call, dict):
                function = call.get("function")
                found.append((part, call.get("id"), function if isinstance(function, dict) else {}))
        legacy = message.get("function_call")
        if isinstance(legacy, dict):
            found.append((-1, None, legacy))
        unread = not found and _is_unread(message)
        if unread:
            found.append((0, None, {"arguments": message["content"]}))
        if found and self.resulted:
            self.open, self.resulted = [], False
        beside = bool(message.get("content")) and not unread
        for part, identifier, function in found:
            same = (
                self.known.setdefault(_key(identifier), []) if self.by_ids and identifier is not None else []
            )
            call = ToolCall(
                at, part, message, function, identifier, len(same), last, beside, rejected, unread
            )
            same.append(call)
            self.open.append(call)
            self.calls.append(call)

    def answer(self, at: int, message: Message, role: str) -> None:
        """Take a result, and pair it with its call."""
        wanted = message.get("tool_call_id") if self.by_ids and self.known else None
        call = self._in_turn(message) if wanted is None else self._by_id(wanted)
        repeated = id(call) in self.answered
        waiting = self._in_turn(message) if call is None else None
        if call is not None:
            call.results.append(at)
            self.answered.add(id(call))
        self.resulted = True
        self.results.append(ToolResult(at, message, role, call, repeated, waiting))

    def _by_id(self, wanted: Any) -> ToolCall | None:
        """The call of that id; of several the first that waits in the last message that has one."""
        same = self.known.get(_key(wanted))
        if not same:
            return None
        if len(same) == 1:
            return same[0]
        waiting = [call for call in same if id(call) not in self.answered] or same
        latest = max(call.at for call in waiting)
        return next(call for call in waiting if call.at == latest)

    def _in_turn(self, message: Message) -> ToolCall | None:
        """The first call that waits, of the result's name if one has it."""
        name = message.get("name")
        waiting = [call for call in self.open if id(call) not in self.answered]
        named = [call for call in waiting if name is not None and call.name == name]
        return next(iter(named or waiting), None)


def pair_calls(
    view: Sequence[Message], aside: Sequence[Message] = (), answer: int = 0, *, by_ids: bool = True
) -> ToolCalls:
    """The calls and results of one record.

    ``aside`` goes on where the view ends, but what the wanted answer, the last ``answer`` messages of the view,
    calls is not there for it. ``by_ids`` says whether the shape pairs by ids.
    """
    talk = ToolCalls(by_ids)
    asked = len(view) - answer if aside else len(view)
    _follow(talk, view[:asked], 0, len(view) - 1, rejected=False)
    if not aside:
        return talk
    both = [_branch(talk), _branch(talk)]
    _follow(both[0], view[asked:], asked, len(view) - 1, rejected=False)
    _follow(both[1], aside, len(view), len(view) + len(aside) - 1, rejected=True)
    for branch in both:
        talk.calls += branch.calls
        talk.results += branch.results
    return talk


def _branch(talk: ToolCalls) -> ToolCalls:
    """A conversation that goes on from here; its own calls and results only."""
    known = {identifier: list(calls) for identifier, calls in talk.known.items()}
    return ToolCalls(
        talk.by_ids, known=known, open=list(talk.open), resulted=talk.resulted, answered=set(talk.answered)
    )


def _follow(talk: ToolCalls, messages: Sequence[Any], start: int, end: int, *, rejected: bool) -> None:
    for at, message in enumerate(messages, start):
        if type(message) is not dict:
            continue
        role = message.get("role")
        calling = "tool_calls" in message or "function_call" in message
        if role in SAYING and not calling:
            continue
        role = chat_role(role)
        if role in ANSWERS:
            talk.answer(at, message, role)
        elif calling or _is_unread(message):
            talk.call(at, message, last=at == end, rejected=rejected)


def fresh_ids(taken: Collection[Any], pattern: str | None) -> Iterator[str]:
    """Ids for calls that none has yet, of the form that a target takes; none where ftlint knows no such form."""
    for form in FORMS:
        if pattern is None or re.search(pattern, form.format(1)):
            made = takewhile(
                lambda new: pattern is None or re.search(pattern, new), map(form.format, count(1))
            )
            yield from (new for new in made if new not in taken)


def _is_unread(message: Message) -> bool:
    content = message.get("content")
    return message.get("role") == UNREAD and isinstance(content, str) and bool(content.strip())


def _key(identifier: Any) -> Any:
    return identifier if isinstance(identifier, str) else repr(identifier)
