"""ShareGPT: ``{"conversations": [{"from": "human", "value": …}, …]}`` as LLaMA-Factory reads it, and its pairs.

Pairs are ``{"conversations": […], "chosen": {…}, "rejected": {…}}``.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.display import quote
from ftlint.json_values import write_json
from ftlint.path import Steps
from ftlint.shapes import media
from ftlint.shapes.answers import two_messages
from ftlint.shapes.around import (
    BESIDE,
    JOINED,
    begins_with,
    earlier_turns,
    joined_beside,
    lead,
    texts_beside,
    turn_steps,
    unread_beside,
    with_texts_beside,
)
from ftlint.shapes.chat import in_message
from ftlint.shapes.modernize import modernized
from ftlint.shapes.roles import FUNCTION_CALL, chat_role
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    Record,
    Shape,
    follow,
    unkept_keys,
)
from ftlint.shapes.tools import (
    THOUGHT,
    by_order,
    changed_beside_calls,
    changed_call,
    declared_tools,
    parsed_calls,
    read_tools,
    text_beside_calls,
    tool_steps,
    write_calls,
)

ROLES = {
    "system": "system",
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "function_call": "assistant",
    "observation": "tool",
    "tool": "tool",
}
ROLE_SPELLINGS = {
    "system": "system",
    "developer": "system",
    "user": "human",
    "assistant": "gpt",
    "tool": "observation",
}
WRITTEN_ROLES = frozenset({*ROLE_SPELLINGS.values(), "function_call"})
"""The words for speakers in written turns."""
CALL_FIELDS = ("call", "call_id", "call_name", "arguments")
# The first turn of heegyu/open-korean-instructions-v20231020.
INPUT = "input"
SUPPORTED_KEYS = ("role", "content", "tool_calls", "tool_call_id")


class ShareGPT(Shape):
    """Turns with from and value; ``tools`` is JSON text, calls are the JSON text of a ``function_call`` turn."""

    name = "sharegpt"
    required: ClassVar[Sequence[str]] = ("conversations",)
    optional: ClassVar[Sequence[str]] = ("system", "history", *BESIDE, "tools", *media.FIELDS)
    aliases = {
        "conversations": ("conversation", "messages", "dialogue"),
        "system": SYSTEM_NAMES,
        "history": ("chat_history",),
    }
    folded_fields: ClassVar[Sequence[str]] = ("history", *BESIDE)
    roles = ROLES
    notation: ClassVar[Mapping[str, Collection[Any]]] = {"conversations[].from": (INPUT,)}
    turns = True
    tool_fields = ("tools",)
    identity_fields: ClassVar[Sequence[str]] = ("tools", "label", "kto_tag", *media.FIELDS)

    def recognise(self, record: Record, names: Names) -> bool:
        turns = record[names["conversations"]]
        first = (
            next((turn for turn in turns if isinstance(turn, dict)), {}) if isinstance(turns, list) else {}
        )
        return "from" in first or "value" in first

    def view(self, record: Record, names: Names) -> list[Message]:
        return self._messages(record, names)

    def _messages(self, record: Record, names: Names, *, lenient: bool = False) -> list[Message]:
        turns = with_texts_beside(record, names, record[names["conversations"]])
        messages = [read_turn(turn, lenient=lenient) for turn in turns]
        if lenient and _begins_with_input(messages):
            messages[0] = {**messages[0], "role": "system"}
        system = _system(record, names)
        if system:
            messages.insert(0, {"role": "system", "content": system})
        if earlier := _earlier(record, names):
            at = lead(messages)
            messages[at:at] = [{"role": role, "content": text} for role, text, _ in earlier]
        return messages

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if turns := _earlier(record, names):
            first = (
                1
                if _system(record, names)
                else lead([read_turn(turn) for turn in record[names["conversations"]]])
            )
            if first <= at < first + len(turns):
                return turn_steps(turns[at - first][2], field)
            at -= len(turns) if at >= first else 0
        if _system(record, names):
            if at == 0:
                return (names.get("system", "system"),)
            at -= 1
        question, beside = texts_beside(record, names, record[names["conversations"]])
        if at == question and part is not None and 0 <= part < len(beside):
            return beside[part]
        turn: Steps = (names["conversations"], at)
        return (*turn, *path_in_turn(follow(record, turn), field, part))

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        spelt = self._spelt(record, names, at, field, part)
        if spelt is None:
            return super().text(record, names, at, field, part)
        calls = parsed_calls(spelt)
        if field == "content":
            return (text_beside_calls(spelt) or None) if calls else spelt
        found = follow(calls or [], (part or 0, "function", "name" if field == "call_name" else field))
        return found if isinstance(found, str) else None

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field == "role" and self.steps(record, names, at, field, part)[-1] not in ("role", "from"):
            return
        spelt = self._spelt(record, names, at, field, part)
        if spelt is not None and parsed_calls(spelt):
            if field == "content":
                text = changed_beside_calls(spelt, text)
            else:
                text = changed_call(spelt, part or 0, field, text)
        super().put(record, names, at, field, part, text)

    def remove(self, record: Record, names: Names, at: int) -> None:
        # Half of a pair of earlier turns cannot be removed.
        if not isinstance(self.steps(record, names, at, "content", None)[-1], int):
            super().remove(record, names, at)

    def extra(self, record: Record, names: Names) -> Record:
        return super().extra(record, names) | unread_beside(record, names, record[names["conversations"]])

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, names.get("tools", "tools"), "")

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names.get("tools", "tools"), nth)

    def read(self, record: Record, names: Names) -> Conversation:
        if (joined := joined_beside(record, names, "conversations")) is not record:
            conversation = self.read(joined, names)
            conversation.lost.append(JOINED)
            return conversation
        messages = self._messages(record, names, lenient=True)
        if any(message["role"] == "function_call" and not message.get("tool_calls") for message in messages):
            raise CannotHold("cannot take a function_call turn that is not the JSON of a call")
        tools = read_tools(record.get(names.get("tools", "tools")))
        conversation = Conversation(modernized(messages), tools, extra=self.extra(record, names))
        media.take_media(conversation, record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        marked = media.MarkedContent()
        ordered = by_order(conversation.messages)
        if ordered != conversation.messages:
            conversation.lost.append("the order of tool results")
        turns = [written_turn(message, marked) for message in ordered]
        record: Record = {"conversations": turns}
        if turns and turns[0]["from"] == "system" and turns[0]["value"]:
            record["system"] = turns.pop(0)["value"]
        if conversation.tools:
            declared = [
                tool.get("function", tool) if isinstance(tool, dict) else tool for tool in conversation.tools
            ]
            record["tools"] = write_json(declared)
        record |= marked.fields()
        conversation.lost += [*marked.lost, *unkept_keys(conversation.messages, SUPPORTED_KEYS)]
        return record

    def is_written(self, record: Record, names: Names) -> bool:
        turns = record[names["conversations"]]
        beside = _earlier(record, names) or texts_beside(record, names, turns)[1]
        read = [read_turn(turn) for turn in turns] if isinstance(turns, list) else []
        is_other = bool(beside) or media.is_single(record, names) or _begins_with_input(read)
        return not is_other and all(
            isinstance(turn, dict)
            and isinstance(turn.get("value"), str | None)
            and read_turn(turn) == read_turn(turn, lenient=True)
            for turn in turns
        )

    def _spelt(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        """The text of a ``function_call`` turn, if its calls or what is said beside them are requested."""
        if field not in (*CALL_FIELDS, "content"):
            return None
        turn = follow(record, self.steps(record, names, at, "content", None)[:-1])
        spelt = turn.get("value") if isinstance(turn, dict) and turn.get("from") == "function_call" else None
        return spelt if isinstance(spelt, str) else None


def _begins_with_input(messages: list[Any]) -> bool:
    """Whether the first turn is an input before the first question: instructions, or the text that it is about."""
    ends = [message.get("role") if isinstance(message, dict) else None for message in messages[:2]]
    return len(ends) == 2 and ends[0] == INPUT and chat_role(ends[1]) == "user"


def _earlier(record: Record, names: Names) -> list[tuple[str, str, Steps]]:
    """The turns in a column of their own."""
    return earlier_turns(record, names, record[names["conversations"]]) if "history" in names else []


def read_turn(turn: Any, *, lenient: bool = False) -> Any:
    """A turn as a message: calls if it has any, else its text; other keys are retained. ``lenient`` as in ``tools``."""
    if not isinstance(turn, dict):
        return turn
    said = turn.get("value")
    message = {"role": turn.get("from"), "content": said}
    if len(turn) > 2:
        message = {**{key: item for key, item in turn.items() if key not in ("from", "value")}, **message}
    if said is None and "value" not in turn:
        del message["content"]
    if lenient and message["role"] == FUNCTION_CALL:
        message["role"] = "function_call"
    if message["role"] == "function_call" and (calls := parsed_calls(said, lenient=lenient)):
        beside = text_beside_calls(said) if isinstance(said, str) else None
        return {**message, "content": beside or None, "tool_calls": calls}
    return message


def path_in_turn(turn: Any, field: str, part: int | None) -> Steps:
    """The path in a turn of a field of its message (see ``Shape.steps``)."""
    calling = field in CALL_FIELDS and isinstance(turn, dict) and turn.get("from") == "function_call"
    if calling or field in ("content", "part"):
        return ("value",)
    return ("from",) if field == "role" else in_message(turn, field, part)


def written_turn(message: Message, marked: media.MarkedContent) -> Message:
    """A message as a turn; media are added to ``marked``, and losses are listed there."""
    role, calls = message.get("role"), message.get("tool_calls")
    if isinstance(calls, list) and calls:
        value, said = write_calls(calls), message.get("content")
        if isinstance(said, str) and THOUGHT.fullmatch(said.strip()):
            value = f"{said.strip()}\n\n{value}"
        elif said:
            marked.lost.append("text beside tool calls")
        return {"from": "function_call", "value": value}
    if not isinstance(role, str) or role not in ROLE_SPELLINGS:
        raise CannotHold(f"has no place for the role {quote(str(role))}")
    if role == "developer":
        marked.lost.append("the role developer (system now)")
    return {"from": ROLE_SPELLINGS[role], "value": marked.text(message)}


def _system(record: Record, names: Names) -> Any:
    """The system prompt beside the turns, unless they begin with it."""
    system = record.get(names.get("system", "system"))
    return None if begins_with(record[names["conversations"]], system) else system


class ShareGPTPair(ShareGPT):
    """Each answer is one turn."""

    name = "sharegpt-preference"
    required = ("conversations", "chosen", "rejected")
    identity_fields = ("tools", *media.FIELDS)
    is_preference = True

    def recognise(self, record: Record, names: Names) -> bool:
        answers = (record[names["chosen"]], record[names["rejected"]])
        if all(isinstance(answer, dict) and ("from" in answer or "value" in answer) for answer in answers):
            return True
        return super().recognise(record, names)

    def _messages(self, record: Record, names: Names, *, lenient: bool = False) -> list[Message]:
        answer = read_turn(_turn(record[names["chosen"]]), lenient=lenient)
        return [*super()._messages(record, names, lenient=lenient), answer]

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        return [read_turn(_turn(record[names["rejected"]]))]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        beyond = at - len(self.view(record, names)) + 1
        if beyond < 0:
            return super().steps(record, names, at, field, part)
        answer = names["rejected" if beyond else "chosen"]
        return (answer, *path_in_turn(record[answer], field, part))

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        prompt = super()._messages(record, names, lenient=True)
        rejected = [read_turn(_turn(record[names["rejected"]]), lenient=True)]
        if rejected[0].get("role") == "function_call" and not rejected[0].get("tool_calls"):
            raise CannotHold("cannot take a function_call turn that is not the JSON of a call")
        conversation.rejected = modernized([*prompt, *rejected])[len(prompt) :]
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, _, rejected = two_messages(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        record = super().write(conversation)
        aside = media.MarkedContent()
        turns = record.pop("conversations")
        pair = {"chosen": turns.pop(), "rejected": written_turn(rejected, aside)}
        aside.lost += ["images and other media"] if aside.media else []
        conversation.lost += [*aside.lost, *unkept_keys([rejected], SUPPORTED_KEYS)]
        return {"conversations": turns, **pair, **record}


def _turn(answer: object) -> object:
    """An answer that is a turn. Raises TypeError if it is not one."""
    if not isinstance(answer, dict):
        raise TypeError("an answer is a turn")
    return answer
