"""Rows with one fault: good rows of every shape, each changed once, by value and by meaning."""

import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent / "clients"))

from client_rows import GOOD, variants

__all__ = ["GOOD", "single_faults"]

Row = dict[str, Any]

# Lists of one answer: with a message behind it they are several.
ANSWERS = (
    *("chosen", "rejected", "preferred_output", "non_preferred_output", "rejected_response", "completion"),
    *("preferred_completion", "non_preferred_completion", "rejected_messages"),
)
CALL_FIELDS = ("tool_calls", "function_call")
CALLERS = ("function_call", "tool_call")


def single_faults(row: Row) -> Iterator[tuple[str, Row]]:
    """Each change of one value, and each change of the conversation's order, roles, ids and names, with its words."""
    # Messages that are one object in the list of good rows are several here.
    row = json.loads(json.dumps(row))
    yield from variants(row)
    for path in _lists(row):
        holder = _at(row, path)
        where = ".".join(map(str, path))
        for word, changed in _conversations(holder):
            appended = word.endswith("at the end") and path[-1] in ANSWERS
            if changed is not None and changed != holder and not appended:
                yield f"{where}: {word}", _put(row, path, changed)


def _conversations(turns: list[Row]) -> Iterator[tuple[str, list[Row] | None]]:
    """The conversation changed once."""
    key = "role" if "role" in turns[0] else "from"
    text = "content" if key == "role" else "value"
    words = {turn.get(key) for turn in turns}
    user = next((word for word in ("user", "human") if word in words), "user")
    bot = next((word for word in ("assistant", "gpt", "model") if word in words), "assistant")

    def say(who: str, what: str) -> Row:
        first = next((turn for turn in turns if text in turn), None)
        if first is None and "parts" in turns[0]:
            return {key: who, "parts": [{"text": what}]}
        parts = turns[0].get(text)
        if isinstance(parts, list) and parts and isinstance(parts[0], dict):
            kind = {"type": "text"} if "type" in parts[0] else {}
            return {key: who, text: [{**kind, _text_key(parts): what}]}
        return {key: who, text: what}

    yield "a system message at the end", [*turns, say("system", "Answer briefly.")]
    yield "a question at the end", [*turns, say(user, "And the day after?")]
    yield "an empty question at the end", [*turns, say(user, "")]
    yield "an empty system message first", [say("system", ""), *turns]
    yield "a blank system message first", [say("system", " "), *turns]
    yield "a system message second", [turns[0], say("system", "Answer briefly."), *turns[1:]]
    yield "an answer first", [say(bot, "Good morning."), *turns]
    yield "an unknown speaker at the end", [*turns, say("narrator", "And so it went.")]
    yield "an unknown speaker first", [say("narrator", "It begins."), *turns]
    if not any(field in turns[-1] for field in CALL_FIELDS) and turns[-1].get(key) not in CALLERS:
        asked = [] if turns[-1].get(key) == user else [say(user, "And the day after?")]
        yield "an empty answer at the end", [*turns, *asked, say(bot, "")]
    for nth, turn in enumerate(turns):
        before, after = turns[:nth], turns[nth + 1 :]
        yield f"message {nth} left out", [*before, *after] or None
        yield f"message {nth} twice", [*before, turn, turn, *after]
        if nth:
            yield f"message {nth} one place earlier", [*before[:-1], turn, before[-1], *after]
        for word in ("system", user, bot, "tool", str(turn.get(key)).capitalize(), "narrator", " "):
            yield f"message {nth} of {word}", [*before, {**turn, key: word}, *after]
        for word in ("", " ", None, [], 7):
            if text in turn:
                yield f"message {nth} says {word!r}", [*before, {**turn, text: word}, *after]
        for field in CALL_FIELDS:
            if field in turn:
                yield f"{field} of message {nth} gone", [*before, _without(turn, field), *after]
                yield (
                    f"{field} of message {nth} gone, empty text",
                    [*before, {**_without(turn, field), text: ""}, *after],
                )
        if (
            isinstance(turn.get("tool_calls"), list)
            and turn["tool_calls"]
            and isinstance(turn["tool_calls"][0], dict)
        ):
            yield from _calls(before, turn, after)
        if "tool_call_id" in turn:
            for word in ("other", "", 7, None):
                yield f"result {nth} with the id {word!r}", [*before, {**turn, "tool_call_id": word}, *after]
            yield f"result {nth} of nothing", [*before, _without(turn, "tool_call_id"), *after]


def _calls(before: list[Row], turn: Row, after: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    first, *more = turn["tool_calls"]
    function = first.get("function")

    def with_call(call: Any) -> list[Row]:
        return [*before, {**turn, "tool_calls": [call, *more]}, *after]

    yield "a call twice", [*before, {**turn, "tool_calls": [first, first, *more]}, *after]
    yield "no calls", [*before, {**turn, "tool_calls": []}, *after]
    for word in (7, "other", None, ""):
        yield f"a call with the id {word!r}", with_call({**first, "id": word})
    yield "a call without an id", with_call(_without(first, "id"))
    yield "a call of another type", with_call({**first, "type": "other"})
    if isinstance(function, dict):
        for name in ("other", "", None, 7, "get weather"):
            yield f"a call of {name!r}", with_call({**first, "function": {**function, "name": name}})
        yield "a call without a name", with_call({**first, "function": _without(function, "name")})
        yield "a call without arguments", with_call({**first, "function": _without(function, "arguments")})
        for arguments in ('{"city": ', "", "[1]", '"Bonn"', None, 7, [], {}, "{}", {"town": "Lima"}):
            yield (
                f"arguments {arguments!r}",
                with_call({**first, "function": {**function, "arguments": arguments}}),
            )


def _text_key(parts: list[Row]) -> str:
    """The field of a part that has its text."""
    return next((key for part in parts for key in ("text", "content") if key in part), "text")


def _without(value: Row, key: str) -> Row:
    return {name: item for name, item in value.items() if name != key}


def _lists(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of every list of messages."""
    if isinstance(value, list) and value and all(_is_message(item) for item in value):
        yield path
        return
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _lists(item, (*path, key))


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and ("role" in value or "from" in value)


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def _put(row: Row, path: tuple[str | int, ...], value: Any) -> Row:
    row = copy.deepcopy(row)
    _at(row, path[:-1])[path[-1]] = value
    return row
