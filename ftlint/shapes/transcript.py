"""A conversation in one text of a column.

- ``{"conversation": "<start_of_turn>user …"}``: a text as a chat template writes it (``ftlint.shapes.rendered``), or
  the JSON text of messages.
- ``{"system": "SYSTEM: … {…}", "chat": "USER: … ASSISTANT: … <|endoftext|> FUNCTION RESPONSE: …"}``: Glaive's function
  calling, with the tools as JSON behind the system prompt.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.display import quote
from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.shapes.call_notations import FUNCTIONCALL
from ftlint.shapes.chat import Chat
from ftlint.shapes.rendered import SPEAKERS, read_rendered
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    Record,
    Shape,
    lost_keys,
)
from ftlint.shapes.sharegpt import ShareGPT
from ftlint.shapes.text_calls import with_real_calls, without_tools
from ftlint.shapes.tools import as_object, by_order, declared_tools, read_tools, tool_steps
from ftlint.shapes.write_blocks import text_of

TURN = re.compile(r"(?:\A|\n)\s*(USER|ASSISTANT|FUNCTION RESPONSE):")
ROLES = {"USER": "user", "ASSISTANT": "assistant", "FUNCTION RESPONSE": "tool"}
START = re.compile(r"\s*(?:USER|ASSISTANT):")
SYSTEM = re.compile(r"\s*SYSTEM:\s*")
END = "<|endoftext|>"
UNKNOWN = "cannot read who speaks in this text; --turns names the speakers (--turns 'Customer=user,Agent=assistant')"


class Transcript(Shape):
    """The view is the text as it is, as one message of the assistant; a conversion reads its turns."""

    name = "transcript"
    required = ("conversation",)
    optional = ("system", "tools")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {
        "conversation": ("chat", "conversations", "dialogue", "dialog", "transcript")
    }
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {"system": SYSTEM_NAMES}
    raw_text = True
    tool_fields = ("tools",)
    identity_fields = ("tools",)
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        return isinstance(record[names["conversation"]], str)

    def view(self, record: Record, names: Names) -> list[Message]:
        system = record.get(names.get("system", "system"))
        begin = [{"role": "system", "content": system}] if system else []
        return [*begin, {"role": "assistant", "content": record[names["conversation"]]}]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        key = names.get("system", "system")
        return (key,) if at == 0 and record.get(key) else (names["conversation"],)

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        # The roles are in the text.
        if field != "role":
            super().put(record, names, at, field, part, text)

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, names.get("tools", "tools"))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names.get("tools", "tools"), nth)

    def read(self, record: Record, names: Names) -> Conversation:
        text = record[names["conversation"]]
        conversation = _of_json(text) or _of_text(text)
        conversation.extra = self.extra(record, names)
        tools = read_tools(record.get(names.get("tools", "tools")))
        if system := record.get(names.get("system", "system")):
            if not isinstance(system, str):
                raise CannotHold("cannot take a system message that is no text")
            prompt, listed = without_tools(
                system[found.end() :] if (found := SYSTEM.match(system)) else system
            )
            if prompt:
                conversation.messages.insert(0, {"role": "system", "content": prompt})
            conversation.reread[system] = [prompt, listed]
            tools = tools or listed
        conversation.tools = tools
        return with_real_calls(conversation)

    def write(self, conversation: Conversation) -> Record:
        """The messages as ChatML; with calls as Glaive writes them."""
        messages = conversation.messages
        conversation.lost.extend(lost_keys(messages, ("role", "content", "tool_calls", "tool_call_id")))
        if any(message.get("role") == "tool" or message.get("tool_calls") for message in messages):
            return _with_calls(by_order(messages), conversation.tools or [])
        tools = {"tools": conversation.tools} if conversation.tools else {}
        return {"conversation": "".join(map(_chatml, messages)), **tools}


def _chatml(message: Message) -> str:
    role, text = message.get("role"), text_of(message)
    if role not in SPEAKERS:
        raise CannotHold(f"has no place for the role {quote(str(role))}")
    if message.get("function_call"):
        raise CannotHold("has no place for tool calls")
    if "<|im_start|>" in text or "<|im_end|>" in text:
        raise CannotHold("cannot take a text with the marks of a chat template")
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"


def _with_calls(messages: Sequence[Message], tools: Sequence[Any]) -> Record:
    """A system prompt with the tools, and the turns with their speakers."""
    texts = [text_of(message) for message in messages]
    has_system = messages[0].get("role") == "system"
    declared = [json.dumps(tool.get("function", tool), ensure_ascii=False, indent=4) for tool in tools]
    system = "\n".join([f"SYSTEM: {texts[0]}" if has_system else "SYSTEM:", *declared])
    found = SYSTEM.match(system)
    prompt, listed = without_tools(system[found.end() :] if found else system)
    if prompt.strip() != (texts[0].strip() if has_system else "") or len(listed or ()) != len(tools):
        raise CannotHold("cannot take a system message that reads as tools")
    turns = []
    for message, text in list(zip(messages, texts, strict=True))[has_system:]:
        speaker = next((word for word, role in ROLES.items() if role == message.get("role")), None)
        if speaker is None:
            raise CannotHold(f"has no place for the role {quote(str(message.get('role')))}")
        if TURN.search(text) or END in text or (FUNCTIONCALL in text):
            raise CannotHold("cannot take a text with the marks of its turns")
        turns.append(f"{speaker}: {_call_of(message, text)}{f' {END}' if speaker == 'ASSISTANT' else ''}\n")
    return {"system": f"{system}\n", "chat": "\n\n".join(turns)}


def _call_of(message: Message, text: str) -> str:
    """The text of a message, with its call behind it. Raises CannotHold for several calls."""
    calls = message.get("tool_calls") or []
    if not calls:
        return text
    function = calls[0].get("function") or {}
    if len(calls) > 1 or '"' in str(function.get("name")):
        raise CannotHold("holds one call in a message")
    arguments = write_json(as_object(function.get("arguments")))
    call = f'{FUNCTIONCALL} {{"name": "{function.get("name")}", "arguments": \'{arguments}\'}}'
    return f"{text} {call}" if text else call


def _of_json(text: str) -> Conversation | None:
    """The conversation that a text is the JSON of; None if it is no list of messages."""
    if not text.lstrip().startswith("["):
        return None
    try:
        turns = parse_json(text)
    except (ValueError, RecursionError):
        return None
    for shape in (Chat(), ShareGPT()):
        field = shape.required[0]
        if (
            turns
            and all(isinstance(turn, dict) for turn in turns)
            and shape.recognise({field: turns}, {field: field})
        ):
            return shape.read({field: turns}, {field: field})
    return None


def _of_text(text: str) -> Conversation:
    """The conversation in a text. Raises CannotHold if nothing says who speaks."""
    messages = _turns(text) if START.match(text) else read_rendered(text)
    if messages is None:
        raise CannotHold(UNKNOWN)
    return Conversation(messages, reread={text: [message["content"] for message in messages]})


def _turns(text: str) -> list[Message]:
    """The turns of a text whose speakers are named at the begin of lines."""
    pieces = TURN.split(text)
    turns = zip(pieces[1::2], pieces[2::2], strict=True)
    return [
        {"role": ROLES[speaker], "content": said.strip().removesuffix(END).rstrip()}
        for speaker, said in turns
    ]
