"""Write messages as lists of content blocks; pair calls with results if ids are missing.

These vendors have two alternating roles: tool results belong to the user's message, and adjacent messages of one
role are merged.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from ftlint.display import quote
from ftlint.shapes.shape import CannotHold, Message, Record, plain_text, unkept_keys
from ftlint.shapes.tools import as_object

SYSTEM = ("system", "developer")
SUPPORTED_KEYS = ("role", "content", "tool_calls", "tool_call_id", "reasoning_content")
DEVELOPER = "the role developer (system now)"
FOLD = " (--system-messages fold puts it into the user's)"
LATE_SYSTEM = f"has no place for a system message that is not the first{FOLD}"
BOUNDARY = "the boundary between two messages of one role"


class BlockWriter(Protocol):
    """The block format of a vendor."""

    holder: ClassVar[str]
    call_ids: ClassVar[bool]
    words: ClassVar[Mapping[str, str]]
    """The user's and the assistant's role, as the vendor spells them."""

    def text_block(self, text: str) -> Record:
        """A text block."""

    def thought_block(self, text: str) -> Record:
        """The reasoning before the answer."""

    def media_block(self, url: str, kind: str) -> Record:
        """An image, a video, audio or a document. Raises CannotHold if it is not supported."""

    def part_block(self, part: dict[str, Any], lost: list[str]) -> Record:
        """A part of a content. Raises CannotHold if it is not supported."""

    def call_block(self, name: str, arguments: dict[str, Any], identifier: str) -> Record:
        """A tool call."""

    def result_block(self, content: Any, name: str | None, identifier: str | None, lost: list[str]) -> Record:
        """A tool result. Raises CannotHold if required data is missing."""


class OpenCalls:
    """The unanswered calls of a conversation that is being read."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def ask(self, calls: list[Any], at: int) -> list[Any]:
        """Calls of message ``at``, each with an id: the file's own or one generated from its index."""
        named = [{"id": f"call_{at}_{n}"} | call for n, call in enumerate(calls)]
        self.calls += [(call["id"], call["function"].get("name")) for call in named]
        return named

    def answer(self, message: Message) -> None:
        """Give a result the id of its call, paired by its own id, its name or the order; else an empty one."""
        wanted, name = message.get("tool_call_id"), message.get("name")
        if wanted is not None:
            fitting = [call for call in self.calls if call[0] == wanted]
        else:
            fitting = [call for call in self.calls if call[1] == name] or self.calls
            message["tool_call_id"] = fitting[0][0] if fitting else ""
        if fitting:
            # The name is redundant unless it differs from the call's.
            if fitting[0][1] == name:
                message.pop("name", None)
            self.calls.remove(fitting[0])


def without_system(messages: Sequence[Message], lost: list[str]) -> tuple[list[str], list[Message]]:
    """The texts of a leading system message, and the messages after it. Raises CannotHold for a later one."""
    texts: list[str] = []
    rest = list(messages)
    while rest and rest[0].get("role") in SYSTEM:
        lost += [BOUNDARY] if texts else []
        message = rest.pop(0)
        lost += [DEVELOPER] if message["role"] == "developer" else []
        parts = parts_of(message)
        if any(part.get("type") != "text" for part in parts):
            raise CannotHold("has no place for images and other media in a system message")
        lost += unkept_keys([message], SUPPORTED_KEYS[:2])
        texts += [plain_text([part]) for part in parts]
    if any(message.get("role") in SYSTEM for message in rest):
        raise CannotHold(LATE_SYSTEM)
    return texts, rest


def turns_of(shape: BlockWriter, messages: Sequence[Message], lost: list[str]) -> list[Message]:
    """Messages of a chat as messages with blocks. Raises CannotHold for unsupported data."""
    for message in messages:
        if message.get("function_call") or message.get("role") == "function":
            raise CannotHold("has no place for the legacy function_call")
        # The name of a result is redundant if it is the call's.
        kept = (*SUPPORTED_KEYS, "name") if message.get("role") == "tool" else SUPPORTED_KEYS
        lost += unkept_keys([message], kept)
    messages, answered = _paired(shape, messages, lost)
    turns: list[Message] = []
    for at, message in enumerate(messages):
        word = message.get("role")
        role = shape.words.get("user" if word == "tool" else str(word))
        if role is None:
            raise CannotHold(f"has no place for the role {quote(str(word))}")
        if word == "tool":
            name, identifier = answered[at]
            blocks = [shape.result_block(message.get("content"), name, identifier, lost)]
        else:
            blocks = _blocks(shape, message, at, lost)
        if turns and turns[-1]["role"] == role:
            if "tool" not in (word, messages[at - 1].get("role")):
                lost.append(BOUNDARY)
            turns[-1][shape.holder] += blocks
        else:
            turns.append({"role": role, shape.holder: blocks})
    return turns


def parts_of(message: Message) -> list[dict[str, Any]]:
    """A content as parts, empty for no content. Raises CannotHold for a content that is neither text nor parts."""
    content = message.get("content")
    if content is None:
        return []
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise CannotHold("has no place for a content that is neither text nor parts")
    for part in content:
        if part.get("type") == "text" and not isinstance(part.get("text"), str):
            raise CannotHold("has no place for a text part without a text")
    return content


def text_of(message: Message) -> str:
    """The text of a message; its text parts are joined. Raises CannotHold as ``parts_of`` does."""
    return plain_text(parts_of(message)) if message.get("content") is not None else ""


def function_of(call: Any) -> tuple[str, dict[str, Any]]:
    """The name and the arguments of a call. Raises CannotHold if it has no name, or they are not an object."""
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise CannotHold("needs the name of every function that is called")
    given = function.get("arguments")
    arguments = {} if given is None or given == "" else as_object(given)
    if not isinstance(arguments, dict):
        raise CannotHold("has no place for tool arguments that are no object")
    return function["name"], arguments


def calls_of(message: Message) -> list[Any]:
    """The tool calls of a message."""
    calls = message.get("tool_calls")
    return calls if isinstance(calls, list) else []


def declared_functions(tools: Sequence[Any] | None, known: Sequence[str], lost: list[str]) -> list[Record]:
    """The functions among declared tools; other tools and keys that are not ``known`` are listed as lost."""
    functions = []
    for tool in tools or ():
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict):
            lost.append("tools that are no functions")
            continue
        lost += [
            f"tools[].function.{key}" for key in function if key not in known and function[key] is not None
        ]
        functions.append({key: function[key] for key in known if function.get(key) is not None})
    return functions


def _blocks(shape: BlockWriter, message: Message, at: int, lost: list[str]) -> list[Record]:
    thought = message.get("reasoning_content")
    calls = calls_of(message)
    blocks = [shape.thought_block(thought)] if isinstance(thought, str) else []
    blocks += [
        shape.part_block(part, lost) for part in parts_of(message) if part.get("text") != "" or not calls
    ]
    for nth, call in enumerate(calls):
        name, arguments = function_of(call)
        blocks.append(shape.call_block(name, arguments, call.get("id") or f"call_{at}_{nth}"))
    return blocks or [shape.text_block("")]


def _paired(
    shape: BlockWriter, messages: Sequence[Message], lost: list[str]
) -> tuple[list[Message], dict[int, tuple[str | None, str | None]]]:
    """The messages, and for each result by its index the name and the id of the call that it answers.

    If calls have no ids, consecutive results are sorted in the order of their calls.
    """
    calls = [
        (function_of(call)[0], call.get("id") or f"call_{at}_{nth}")
        for at, message in enumerate(messages)
        for nth, call in enumerate(calls_of(message))
    ]
    numbers = _numbers(messages, ids=True)
    if not shape.call_ids:
        order = _in_order_of_calls(messages, numbers)
        if order != list(range(len(messages))):
            lost.append("the order of tool results")
        messages = [messages[at] for at in order]
        numbers = _numbers(messages, ids=True)
        named = [
            {**message, "name": calls[number][0] if (number := numbers.get(at)) is not None else None}
            for at, message in enumerate(messages)
        ]
        if _numbers(named, ids=False) != numbers:
            lost.append("which call a result answers")
    answered = {
        at: calls[numbers[at]]
        if at in numbers
        else (_text(message.get("name")), _text(message.get("tool_call_id")))
        for at, message in enumerate(messages)
        if message.get("role") == "tool"
    }
    return list(messages), answered


def _numbers(messages: Sequence[Message], *, ids: bool) -> dict[int, int]:
    """The index of each result → the number of the call that it answers, counted over all messages."""
    calls: list[tuple[Any, Any]] = []
    answered: dict[int, int] = {}
    for at, message in enumerate(messages):
        if message.get("role") == "tool":
            wanted, name = message.get("tool_call_id"), message.get("name")
            open_calls = [n for n in range(len(calls)) if n not in answered.values()]
            if ids and wanted and any(call[0] for call in calls):
                fitting = [n for n in open_calls if calls[n][0] == wanted]
                fitting = fitting[-1:]
            else:
                fitting = [n for n in open_calls if calls[n][1] == name] or open_calls
            if fitting:
                answered[at] = fitting[0]
        calls += [(call.get("id"), function_of(call)[0]) for call in calls_of(message)]
    return answered


def _in_order_of_calls(messages: Sequence[Message], numbers: dict[int, int]) -> list[int]:
    """The indices of the messages, with consecutive results sorted by their calls."""
    order: list[int] = []
    run: list[int] = []
    for at in range(len(messages) + 1):
        if at < len(messages) and messages[at].get("role") == "tool":
            run.append(at)
            continue
        order += sorted(run, key=lambda place: numbers.get(place, -1))
        run = []
        order += [at] if at < len(messages) else []
    return order


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
