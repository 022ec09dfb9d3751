"""Calls that are written in the text of an answer, as Hermes and Qwen have them, and in other notations.

``<tool_call>{"name": …, "arguments": {…}}</tool_call>`` in an answer, ``<tool_response>…</tool_response>`` in the
message behind it, and the tools as JSON between ``<tools>`` and ``</tools>`` in the system message. For other
notations see ``ftlint.shapes.call_notations``; tools may be any JSON list of them in the system message.
"""

import json
from collections.abc import Sequence
from typing import Any

from msgspec import structs

from ftlint.json_values import parse_json
from ftlint.shapes.call_notations import Calling, calls_in, is_calling, python_value, split_results
from ftlint.shapes.modernize import modernized
from ftlint.shapes.schema_types import with_json_types
from ftlint.shapes.shape import Conversation, Message
from ftlint.shapes.tools import as_text, read_tools

OPENING = "<tool_call>"
CALL_KEYS = {"name", "arguments"}
SYSTEM_ROLES = ("system", "developer")
DECODER = json.JSONDecoder()
# How often a list of tools is looked for in a text.
MAX_TRIES = 16


def system_tools(text: str) -> list[Any] | None:
    """The tools between the tags of a system message: a JSON list, or a JSON object a line; None if there are none."""
    for inside in between(text, "tools")[0]:
        for written in (inside, f"[{','.join(filter(None, map(str.strip, inside.splitlines())))}]"):
            try:
                tools = parse_json(written)
            except (ValueError, RecursionError):
                continue
            listed = tools if isinstance(tools, list) else [tools]
            if listed and all(isinstance(tool, dict) for tool in listed):
                return read_tools(listed)
    return None


def between(text: str, tag: str) -> tuple[list[str], str]:
    """The texts between the tags, and all other text, where a tag without its end stays."""
    first, *pieces = text.split(f"<{tag}>")
    insides, rest = [], [first]
    for piece in pieces:
        inside, end, behind = piece.partition(f"</{tag}>")
        insides += [inside] if end else []
        rest.append(behind if end else f"<{tag}>{piece}")
    return insides, "".join(rest)


def call_in_text(text: str) -> dict[str, Any] | None:
    """The call that the text between the tags is: its name and its arguments; None for any other text."""
    try:
        call = parse_json(text)
    except (ValueError, RecursionError):
        return None
    is_call = isinstance(call, dict) and isinstance(call.get("name"), str)
    return call if is_call else None


def listed_tools(text: str) -> list[Any] | None:
    """The tools that a text lists in JSON, whatever stands around them: a list, or objects behind one another.

    Their parameters are in the form of JSON Schema. None if there are none.
    """
    at, tries = text.find("{"), 0
    if at > 0 and text[:at].rstrip().endswith("["):
        at = text.rfind("[", 0, at)
    while at >= 0 and tries < MAX_TRIES:
        tools, _ = _tools_at(text, at)
        if tools:
            return with_json_types(read_tools(tools) or [])
        at, tries = text.find("[{", at + 1), tries + 1
    return None


def without_tools(text: str) -> tuple[str, list[Any] | None]:
    """A text without the tools at its end, and these; the text and None if there are none."""
    start = text.find("{")
    for _ in range(MAX_TRIES):
        if start < 0:
            break
        tools, end = _tools_at(text, start)
        if tools and not text[end:].strip():
            return text[:start].strip(), with_json_types(read_tools(tools) or [])
        # A list of tools begins with a line.
        start = text.find("\n{", start) + 1 or -1
    return text, None


def _tools_at(text: str, at: int) -> tuple[list[Any], int]:
    """The tools at a place of a text, and the place behind them."""
    tools: list[Any] = []
    while at < len(text):
        try:
            value, end = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found = value if isinstance(value, list) else [value]
        if not found or not all(map(_is_tool, found)):
            break
        tools += found
        at = end + len(text[end:]) - len(text[end:].lstrip())
        if isinstance(value, list):
            break
    return tools, at


def _is_tool(value: Any) -> bool:
    inner = value.get("function", value) if isinstance(value, dict) else None
    return isinstance(inner, dict) and isinstance(inner.get("name"), str)


def with_real_calls(conversation: Conversation) -> Conversation:
    """The conversation with the calls in its texts as tool calls, and their results as tool messages.

    The same object unless all of them can be read, nothing but text before the calls stands beside them, and each has
    a result, but for those of the last message. The system message stays as it is.
    """
    start = len(conversation.messages) - conversation.answer if conversation.rejected is not None else None
    asked, answer = conversation.messages[:start], [] if start is None else conversation.messages[start:]
    said = [asked, answer, conversation.rejected or []]
    conversation = _with_declared(conversation, asked)
    if not any(_may_call(message) for messages in said for message in messages):
        return conversation
    tools = conversation.tools or _tools_in(asked)
    declared = _names(tools)
    reread: dict[str, Any] = {}
    new = [_read_all(messages, declared, reread) for messages in said]
    if None in new or new == said:
        return conversation
    before, chosen, rejected = (messages or [] for messages in new)
    whole = modernized([*before, *chosen])
    aside = modernized([*before, *rejected])[len(before) :]
    return structs.replace(
        conversation,
        messages=whole,
        tools=tools,
        rejected=None if conversation.rejected is None else aside,
        answer=conversation.answer if start is None else len(chosen),
        reread=conversation.reread | reread,
    )


def _with_declared(conversation: Conversation, asked: Sequence[Message]) -> Conversation:
    """The conversation with the tools of its system message, if it calls them and declares none."""
    every = [*conversation.messages, *(conversation.rejected or ())]
    calls = [call for message in every for call in message.get("tool_calls") or () if isinstance(call, dict)]
    if conversation.tools or not calls:
        return conversation
    tools = _tools_in(asked)
    is_all = set(_names(calls)) <= set(_names(tools))
    return structs.replace(conversation, tools=tools) if tools and is_all else conversation


def _tools_in(messages: Sequence[Message]) -> list[Any] | None:
    """The tools in the first system message that has any: between tags, else anywhere."""
    texts = [
        m["content"] for m in messages if m.get("role") in SYSTEM_ROLES and isinstance(m.get("content"), str)
    ]
    return next(filter(None, map(system_tools, texts)), None) or next(
        filter(None, map(listed_tools, texts)), None
    )


def _names(tools: Sequence[Any] | None) -> list[str]:
    functions = [tool.get("function") for tool in tools or () if isinstance(tool, dict)]
    names = [function.get("name") for function in functions if isinstance(function, dict)]
    return [name for name in names if isinstance(name, str) and name]


def _may_call(message: Message) -> bool:
    content = message.get("content")
    if message.get("role") != "assistant" or not isinstance(content, str):
        return False
    return OPENING in content or is_calling(content)


def _read_all(
    messages: Sequence[Message], declared: Sequence[str], reread: dict[str, Any]
) -> list[Message] | None:
    """Messages with real calls; None if any of those in the texts cannot be read, or has no result.

    The texts that are calls or several results are added to ``reread``.
    """
    read: list[Message] = []
    waiting: list[str] = []
    is_read, is_unread = False, False
    for message in messages:
        results = _results(message, waiting) if waiting else None
        if results is not None:
            if len(results) > len(waiting):
                return None
            if len(results) > 1:
                reread[message["content"]] = [result["content"] for result in results]
            waiting = waiting[len(results) :]
            read += results
            continue
        if waiting:
            return None
        calling = _calling(message, declared) if _may_call(message) else None
        if calling is None:
            is_unread = is_unread or _may_call(message)
            read.append(message)
        else:
            is_read = True
            waiting = [call["name"] for call in calling.calls]
            reread[message["content"]] = [calling.text, calling.calls]
            read.append(_with_calls(message, calling))
    # Calls at the end wait for no result, unless some of them have one.
    is_half = (is_read and is_unread) or (waiting and read[-1].get("role") == "tool")
    return None if is_half else read


def _calling(message: Message, declared: Sequence[str]) -> Calling | None:
    """The calls in an answer, and the text before them; None if they cannot be read whole."""
    text: str = message["content"]
    if message.get("tool_calls"):
        return None
    if OPENING not in text:
        return calls_in(text, declared)
    before = text.partition(OPENING)[0]
    insides, rest = between(text, "tool_call")
    calls = [_tagged_call(inside) for inside in insides]
    if rest.strip() != before.strip() or not calls or None in calls:
        return None
    return Calling(before.rstrip(), [call for call in calls if call is not None])


def _tagged_call(text: str) -> dict[str, Any] | None:
    """The call between tags, in JSON, or whole as Python writes it; None for any other text."""
    call = call_in_text(text)
    if call is None:
        call = python_value(text)
        is_whole = isinstance(call, dict) and call.keys() == CALL_KEYS and isinstance(call["name"], str)
        return call if is_whole and isinstance(call["arguments"], dict) else None
    return call if not set(call) - CALL_KEYS and _is_object(call.get("arguments")) else None


def _with_calls(message: Message, calling: Calling) -> Message:
    """An answer with its text and its calls apart."""
    functions = [
        {"name": call["name"], "arguments": as_text(call.get("arguments"))} for call in calling.calls
    ]
    return {
        **message,
        "content": calling.text or None,
        "tool_calls": [{"type": "function", "function": function} for function in functions],
    }


def _is_object(arguments: Any) -> bool:
    if isinstance(arguments, str):
        try:
            arguments = parse_json(arguments)
        except (ValueError, RecursionError):
            return False
    return arguments is None or isinstance(arguments, dict)


def _results(message: Message, waiting: Sequence[str]) -> list[Message] | None:
    """The results that a message is: its blocks, or the text of a tool; None for any other message."""
    role, content = message.get("role"), message.get("content")
    if role not in ("tool", "user") or not isinstance(content, str):
        return None
    results, others = between(content, "tool_response")
    rest = {key: value for key, value in message.items() if key not in ("role", "content")}
    if results and not others.strip():
        return [{"role": "tool", "content": result.strip(), **rest} for result in results]
    if role != "tool":
        return None
    return [{**message, "content": result} for result in split_results(content, waiting)]
