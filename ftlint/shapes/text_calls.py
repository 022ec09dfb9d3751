"""Calls that are written in the text of an answer, as Hermes and Qwen have them.

``<tool_call>{"name": …, "arguments": {…}}</tool_call>`` in an answer, ``<tool_response>…</tool_response>`` in the
message behind it, and the tools as JSON between ``<tools>`` and ``</tools>`` in the system message.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from ftlint.json_values import parse_json
from ftlint.shapes.modernize import modernized
from ftlint.shapes.shape import Conversation, Message
from ftlint.shapes.tools import as_text, read_tools

OPENING = "<tool_call>"
CALL_KEYS = {"name", "arguments"}
SYSTEM_ROLES = ("system", "developer")


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


def with_real_calls(conversation: Conversation) -> Conversation:
    """The conversation with the calls in its texts as tool calls, and their results as tool messages.

    The same object unless all of them can be read, nothing but text before the calls stands beside them, and each has
    a result, but for those of the last message. The system message stays as it is.
    """
    start = len(conversation.messages) - conversation.answer if conversation.rejected is not None else None
    asked, answer = conversation.messages[:start], [] if start is None else conversation.messages[start:]
    said = [asked, answer, conversation.rejected or []]
    if not any(_has_calls(message) for messages in said for message in messages):
        return conversation
    new = [_read_all(messages) for messages in said]
    if None in new:
        return conversation
    before, chosen, rejected = (messages or [] for messages in new)
    systems = [
        m["content"] for m in before if m.get("role") in SYSTEM_ROLES and isinstance(m.get("content"), str)
    ]
    tools = conversation.tools or next(filter(None, map(system_tools, systems)), None)
    whole = modernized([*before, *chosen])
    aside = modernized([*before, *rejected])[len(before) :]
    return structs.replace(
        conversation,
        messages=whole,
        tools=tools,
        rejected=None if conversation.rejected is None else aside,
        answer=conversation.answer if start is None else len(chosen),
    )


def _has_calls(message: Message) -> bool:
    content = message.get("content")
    return message.get("role") == "assistant" and isinstance(content, str) and OPENING in content


def _read_all(messages: Sequence[Message]) -> list[Message] | None:
    """Messages with real calls; None if any of those in the texts cannot be read, or has no result."""
    read: list[Message] = []
    waiting = 0
    for message in messages:
        results = _results(message) if waiting else None
        if results is not None:
            waiting -= len(results)
            read += results
            if waiting < 0:
                return None
            continue
        if waiting:
            return None
        if not _has_calls(message):
            read.append(message)
            continue
        calling = _calling(message)
        if calling is None:
            return None
        waiting = len(calling["tool_calls"])
        read.append(calling)
    # Calls at the end wait for no result, unless some of them have one.
    return None if waiting and read[-1].get("role") == "tool" else read


def _calling(message: Message) -> Message | None:
    """An answer with its text and its calls apart."""
    text: str = message["content"]
    before = text.partition(OPENING)[0]
    insides, rest = between(text, "tool_call")
    calls = list(map(call_in_text, insides))
    if rest.strip() != before.strip() or message.get("tool_calls") or not calls:
        return None
    if any(call is None or set(call) - CALL_KEYS or not _is_object(call.get("arguments")) for call in calls):
        return None
    functions = [
        {"name": call["name"], "arguments": as_text(call.get("arguments"))}
        for call in calls
        if call is not None
    ]
    return {
        **message,
        "content": before.rstrip() or None,
        "tool_calls": [{"type": "function", "function": function} for function in functions],
    }


def _is_object(arguments: Any) -> bool:
    if isinstance(arguments, str):
        try:
            arguments = parse_json(arguments)
        except (ValueError, RecursionError):
            return False
    return arguments is None or isinstance(arguments, dict)


def _results(message: Message) -> list[Message] | None:
    """The results that a message is: its blocks, or the text of a tool; None for any other message."""
    role, content = message.get("role"), message.get("content")
    if role not in ("tool", "user") or not isinstance(content, str):
        return None
    results, others = between(content, "tool_response")
    if results and not others.strip():
        rest = {key: value for key, value in message.items() if key not in ("role", "content")}
        return [{"role": "tool", "content": result.strip(), **rest} for result in results]
    return [message] if role == "tool" else None
