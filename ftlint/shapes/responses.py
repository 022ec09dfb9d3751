"""OpenAI's Responses API: ``{"instructions": …, "input": [item, …], "output": [item, …], "tools": […]}``.

An item is a message (``{"role": …, "content": …}``), a call (``{"type": "function_call", "call_id": …, "name": …,
"arguments": …}``), its result (``function_call_output``) or a thought (``reasoning``). ``input`` may be one text. What
the assistant says in consecutive items, thoughts, a message and calls, is one message of the view.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from ftlint.path import Steps
from ftlint.shapes.chat import Chat
from ftlint.shapes.contents import chat_content
from ftlint.shapes.modernize import modernized
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, follow, unkept_keys
from ftlint.shapes.tools import declared_tools, read_tools, tool_steps

CALL, RESULT, THOUGHT = "function_call", "function_call_output", "reasoning"
# With any of these beside it, or in its items, ``input`` is that of a request, and not another shape's.
REQUEST_KEYS = ("instructions", "model", "output", "previous_response_id", "max_output_tokens", "reasoning")
ITEM_KEYS = ("type", "call_id")
# Calls of tools that the API runs itself: the answer behind them stands without them.
HOSTED = (
    *("web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call"),
    *("mcp_list_tools", "mcp_call"),
)
TEXT_PARTS = ("text", "input_text", "output_text", "refusal")
THOUGHT_PARTS = ("summary_text", "reasoning_text")
KEPT_KEYS = ("role", "content", "tool_calls", "tool_call_id", "reasoning_content")
FIELDS = {
    CALL: {"call_id": "call_id", "call_name": "name", "arguments": "arguments"},
    RESULT: {"tool_call_id": "call_id", "content": "output"},
}


class ResponseItem(NamedTuple):
    """An item, its kind (message, function_call, …) and its path."""

    kind: str
    value: Any
    path: Steps


class Responses(Shape):
    """The items of a request, and those of its response."""

    name = "responses"
    required = ("input",)
    optional = ("instructions", "output", "tools")
    roles: ClassVar[Mapping[str, str]] = Chat.roles
    turns = True
    parts = True
    call_ids = True
    tool_fields = ("tools",)
    identity_fields = ("tools",)
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        given = record[names["input"]]
        if names["input"] != "input" or not isinstance(record.get("output", []), list):
            return False
        if isinstance(given, str):
            return "model" in record and ("instructions" in record or "output" in record)
        ends = [
            end
            for end in (given[:1] + given[-1:] if isinstance(given, list) else [])
            if isinstance(end, dict)
        ]
        is_request = any(key in record for key in REQUEST_KEYS) or any(
            key in end for end in ends for key in ITEM_KEYS
        )
        return bool(ends) and is_request and all("role" in end or "type" in end for end in ends)

    def messages(self, record: Record, names: Names) -> list[list[ResponseItem]]:
        """The items of each message of the view."""
        groups: list[list[ResponseItem]] = []
        instructions = names.get("instructions", "instructions")
        if record.get(instructions):
            groups.append([ResponseItem("system", record[instructions], (instructions,))])
        for item in (*_items(record, names["input"]), *_items(record, names.get("output", "output"))):
            before = groups[-1] if groups else []
            joins = _speaks if item.kind == CALL else _is_thought
            if _speaks(item) and before and all(map(joins, before)):
                before.append(item)
            else:
                groups.append([item])
        return groups

    def view(self, record: Record, names: Names) -> list[Message]:
        return [_message(items) for items in self.messages(record, names)]

    def beside_view(self, record: Record, names: Names) -> Any:
        thoughts = [item for items in self.messages(record, names) for item in items if item.kind == THOUGHT]
        return [parts for item in thoughts for parts in _parts_beside(item)] or None

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        items = self.messages(record, names)[at]
        calls = [item for item in items if item.kind == CALL]
        if field in ("call", "call_id", "call_name", "arguments") and calls:
            item = calls[min(max(part or 0, 0), len(calls) - 1)]
            key = FIELDS[CALL].get(field)
            return item.path if key is None else (*item.path, key)
        if field == "reasoning_content":
            return next((_thought_path(item) for item in items if item.kind == THOUGHT), items[0].path)
        item = next((item for item in items if item.kind not in (CALL, THOUGHT)), items[0])
        if item.kind in ("system", "text"):
            return item.path
        if field == "role" and item.kind != "message":
            return (*item.path, "type")
        if item.kind == RESULT:
            key = FIELDS[RESULT].get(field, "output" if field in ("part", "media") else field)
        else:
            key = "content" if field in ("part", "media") else field
        whole = (*item.path, key)
        held = follow(item.value, (key,))
        if (
            field not in ("content", "part", "media")
            or part is None
            or part < 0
            or not isinstance(held, list)
        ):
            return whole
        return (*whole, part, "image_url" if field == "media" else _text_key(follow(held, (part,))))

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        items = self.messages(record, names)[at]
        if field == "role" and self.steps(record, names, at, field, part)[-1] != "role":
            return
        super().put(record, names, at, field, part, text)
        if field == "reasoning_content":
            for item in items:
                if item.kind == THOUGHT:
                    del item.value[_thoughts(item)[0]][1:]

    def remove(self, record: Record, names: Names, at: int) -> None:
        for item in reversed(self.messages(record, names)[at]):
            *parents, last = item.path
            del follow(record, tuple(parents))[last]

    def tools(self, record: Record, names: Names) -> list[Any]:
        return [tool for tool in declared_tools(record, names.get("tools", "tools")) if _is_function(tool)]

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        key = names.get("tools", "tools")
        own = [at for at, tool in enumerate(declared_tools(record, key)) if _is_function(tool)]
        return tool_steps(record, key, own[nth])

    def read(self, record: Record, names: Names) -> Conversation:
        groups = [items for items in self.messages(record, names) if items[0].kind not in HOSTED]
        other = next((item.kind for items in groups for item in items if not _is_known(item)), None)
        if other is not None:
            raise CannotHold(
                f"has an item of the type {other}, which is no message and no call of a function"
            )
        declared = read_tools(record.get(names.get("tools", "tools"))) or []
        conversation = Conversation(
            modernized([_with_text(_message(items), items) for items in groups]),
            [tool for tool in declared if _is_function(tool)] or None,
            extra=self.extra(record, names),
        )
        if len(conversation.tools or []) < len(declared):
            conversation.lost.append("tools that are no functions")
        return conversation

    def write(self, conversation: Conversation) -> Record:
        messages = list(conversation.messages)
        conversation.lost.extend(unkept_keys(messages, KEPT_KEYS))
        record: Record = {}
        if messages and messages[0].get("role") == "system" and isinstance(messages[0].get("content"), str):
            record["instructions"] = messages.pop(0)["content"]
        record["input"] = [item for message in messages for item in _written(message)]
        if conversation.tools:
            record["tools"] = [
                {"type": "function", **tool["function"]} if _is_function(tool) else tool
                for tool in conversation.tools
            ]
        # An input of messages only differs from other shapes by what is beside it.
        return record if "instructions" in record else {"instructions": "", **record}


def _items(record: Record, key: str) -> list[ResponseItem]:
    value = record.get(key)
    if isinstance(value, str):
        return [ResponseItem("text", value, (key,))]
    return [
        ResponseItem(_kind(item), item, (key, at))
        for at, item in enumerate(value if isinstance(value, list) else ())
    ]


def _kind(item: Any) -> str:
    kind = item.get("type") if isinstance(item, dict) else None
    return kind if isinstance(kind, str) else "message"


def _is_known(item: ResponseItem) -> bool:
    return item.kind in ("system", "text", "message", CALL, RESULT, THOUGHT)


def _speaks(item: ResponseItem) -> bool:
    """Whether an item is part of what the assistant says: a text, a call or a thought."""
    if item.kind in (CALL, THOUGHT):
        return True
    return item.kind == "message" and isinstance(item.value, dict) and item.value.get("role") == "assistant"


def _is_thought(item: ResponseItem) -> bool:
    return item.kind == THOUGHT


def _message(items: Sequence[ResponseItem]) -> Message:
    """A message of the view."""
    first = items[0]
    if first.kind in ("system", "text"):
        return {"role": "system" if first.kind == "system" else "user", "content": first.value}
    if first.kind == RESULT:
        return {
            "role": "tool",
            "tool_call_id": first.value.get("call_id"),
            "content": _content(first.value.get("output")),
        }
    if not _speaks(first):
        if first.kind != "message":
            return {"role": "assistant", "content": [first.value]}
        given = first.value if isinstance(first.value, dict) else {"content": first.value}
        return {"role": given.get("role"), "content": _content(given.get("content"))}
    message: Message = {"role": "assistant", "content": None}
    calls = [_call(item.value) for item in items if item.kind == CALL]
    thoughts = [text for item in items if item.kind == THOUGHT for text in _thoughts(item)[1]]
    for item in items:
        if item.kind == "message":
            message["content"] = _content(item.value.get("content"))
    if calls:
        message["tool_calls"] = calls
    if thoughts:
        message["reasoning_content"] = "\n".join(thoughts)
    return message


def _with_text(message: Message, items: Sequence[ResponseItem]) -> Message:
    """A message with a text in place of its only part, if the API wrote it: an answer is always in parts there."""
    content = message.get("content")
    is_own = any(
        item.kind == "message" and isinstance(item.value, dict) and "type" in item.value for item in items
    )
    only = content[0] if isinstance(content, list) and len(content) == 1 else None
    if is_own and isinstance(only, dict) and only.keys() == {"type", "text"}:
        return {**message, "content": only["text"]}
    return message


def _call(item: Message) -> Message:
    function = {key: item[key] for key in ("name", "arguments") if key in item}
    return {"id": item.get("call_id"), "type": "function", "function": function}


def _content(content: Any) -> Any:
    """A content in the chat form, its parts in their places."""
    if not isinstance(content, list):
        return content
    return [_part(part) for part in content]


def _part(part: Any) -> Any:
    if (
        isinstance(part, dict)
        and part.get("type") == "input_image"
        and isinstance(part.get("image_url"), str)
    ):
        detail = {"detail": part["detail"]} if part.get("detail") else {}
        return {"type": "image_url", "image_url": {"url": part["image_url"], **detail}}
    is_text = isinstance(part, dict) and part.get("type", "text") in TEXT_PARTS
    if is_text and isinstance(part.get(_text_key(part)), str):
        return {"type": "text", "text": part[_text_key(part)]}
    return part


def _text_key(part: Any) -> str:
    return "refusal" if isinstance(part, dict) and part.get("type") == "refusal" else "text"


def _thoughts(item: ResponseItem) -> tuple[str, list[str]]:
    """Where a thought has its texts, its content or its summary, and these texts."""
    for key in ("content", "summary"):
        parts = item.value.get(key)
        texts = (
            [part.get("text") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
        )
        if texts and all(isinstance(text, str) for text in texts):
            return key, [str(text) for text in texts]
    return "summary", []


def _parts_beside(item: ResponseItem) -> list[Any]:
    """The content and the summary of a thought, if they are not or not only the texts that are read of it."""
    read, texts = _thoughts(item)
    beside = []
    for key in ("content", "summary"):
        parts = item.value.get(key)
        is_read = key == read and texts and all(part.get("type") in THOUGHT_PARTS for part in parts)
        if parts and not is_read:
            beside.append(parts)
    return beside


def _thought_path(item: ResponseItem) -> Steps:
    return (*item.path, _thoughts(item)[0], 0, "text")


def _is_function(tool: Any) -> bool:
    return isinstance(tool, dict) and isinstance(tool.get("function"), dict)


def _written(message: Message) -> list[Record]:
    """A message as items."""
    role, content = message.get("role"), chat_content(message.get("content"))
    if role in ("tool", "function"):
        return [{"type": RESULT, "call_id": message.get("tool_call_id"), "output": _parts(content, "input")}]
    items: list[Record] = []
    if isinstance(thought := message.get("reasoning_content"), str):
        items.append({"type": THOUGHT, "summary": [{"type": "summary_text", "text": thought}]})
    calls = message.get("tool_calls") or []
    if content not in (None, "", []) or not calls:
        said = _parts(content, "output" if role == "assistant" else "input")
        items.append({"role": role, "content": "" if said is None else said})
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            raise CannotHold("cannot take a call without a function")
        items.append({"type": CALL, "call_id": call.get("id"), **function})
    return items


def _parts(content: Any, side: str) -> Any:
    if not isinstance(content, list):
        return content
    return [_written_part(part, side) for part in content]


def _written_part(part: Any, side: str) -> Any:
    if isinstance(part, dict) and part.get("type") == "text":
        return {**part, "type": f"{side}_text"}
    image = part.get("image_url") if isinstance(part, dict) else None
    if isinstance(image, dict) and side == "input":
        return {
            "type": "input_image",
            "image_url": image.get("url"),
            **{k: v for k, v in image.items() if k != "url"},
        }
    raise CannotHold("has no place for a part that is neither a text nor an image")
