"""LLaMA-Factory's own messages (v1): contents of blocks with a type and a value, and a weight of the loss.

``{"messages": [{"role": "user", "content": [{"type": "text", "value": …}], "loss_weight": 0.0}, …]}``; pairs are
``{"chosen_messages": […], "rejected_messages": […]}``. Tools are JSON text.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.json_values import write_json
from ftlint.path import Steps
from ftlint.shapes.answers import two_answers
from ftlint.shapes.content_blocks import CALLS, BlockMessage, BlockPart, BlockShape, chosen
from ftlint.shapes.media import as_part, from_part, type_by_name
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, follow, unkept_keys
from ftlint.shapes.tools import by_order, changed_call, declared_tools, parsed_calls, tool_steps, write_calls
from ftlint.shapes.write_blocks import calls_of, parts_of

TURN = {"role": None, "content": [{"type": None, "value": None}], "loss_weight": None}
MEDIA = {"image_url": "image", "video_url": "video", "audio_url": "audio"}
SUPPORTED_KEYS = ("role", "content", "reasoning_content", "tool_calls", "tool_call_id", "weight")


class FactoryChat(BlockShape):
    """Blocks of text, reasoning, calls as JSON text, and media. Results belong to calls by their order."""

    name = "factory-chat"
    required: ClassVar[Sequence[str]] = ("messages",)
    optional = ("tools",)
    roles: ClassVar[Mapping[str, str]] = {role: role for role in ("system", "user", "assistant", "tool")}
    identity_fields = ("tools",)
    tool_fields = ("tools",)
    field = "messages"
    holder = "content"
    said: ClassVar[Record] = {"messages": [TURN], "tools": None}

    def recognise(self, record: Record, names: Names) -> bool:
        return has_blocks(record[names["messages"]])

    def system(self, record: Record, names: Names) -> list[BlockMessage]:
        return []

    def block_parts(self, block: Record, at: int) -> Iterator[BlockPart]:
        kind, value = block.get("type"), block.get("value")
        if not isinstance(value, str):
            return
        if kind == "text":
            yield BlockPart("text", at, "value", value)
        elif kind == "reasoning":
            yield BlockPart("thought", at, "value", value)
        elif kind == "tool_call":
            for call in parsed_calls(value) or ():
                yield BlockPart("call", at, "value", call)
        elif kind in MEDIA:
            yield BlockPart("media", at, "value", as_part(value, None, MEDIA[str(kind)]))

    def inside(self, block: Record, block_part: BlockPart, field: str, part: int | None) -> Steps:
        return ("value",)

    def view(self, record: Record, names: Names) -> list[Message]:
        return [
            self._weighed(record, block_message, message)
            for block_message, message in zip(
                self.block_messages(record, names), super().view(record, names), strict=True
            )
        ]

    def beside_view(self, record: Record, names: Names) -> Any:
        turns = [turn for side in self.required for turn in record[names[side]]]
        weights = [turn.get("loss_weight") for turn in turns]
        return weights if any(weight is not None for weight in weights) else None

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        path = super().steps(record, names, at, field, part)
        return (*path[:-1], "loss_weight") if field == "weight" else path

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field in CALLS:
            block_message = self._block_message_at(record, names, at)
            block_part = chosen(block_message, field, part)
            if block_part is not None:
                block = follow(record, (*block_message.blocks, block_part.at))
                block["value"] = changed_call(block["value"], 0, field, text)
            return
        super().put(record, names, at, field, part, text)

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record, names.get("tools", "tools"), "")

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names.get("tools", "tools"), nth)

    def media_block(self, url: str, kind: str) -> Record:
        return {"type": next((t for t, f in MEDIA.items() if kind.startswith(f)), "image_url"), "value": url}

    def write(self, conversation: Conversation) -> Record:
        record: Record = {"messages": self._turns(conversation.messages, conversation.lost)}
        return record | self._tools_text(conversation)

    @staticmethod
    def _tools_text(conversation: Conversation) -> Record:
        declared = [t.get("function", t) if isinstance(t, dict) else t for t in conversation.tools or ()]
        return {"tools": write_json(declared)} if declared else {}

    def _turns(self, messages: list[Message], lost: list[str]) -> list[Message]:
        ordered = by_order(messages)
        if ordered != messages:
            lost.append("the order of tool results")
        return [self._turn(message, lost) for message in ordered]

    def _turn(self, message: Message, lost: list[str]) -> Message:
        role = message.get("role")
        if role not in self.roles:
            raise CannotHold(f"has no place for the role {role}")
        lost += unkept_keys([message], SUPPORTED_KEYS)
        blocks: list[Record] = []
        if isinstance(message.get("reasoning_content"), str):
            blocks.append({"type": "reasoning", "value": message["reasoning_content"]})
        for part in parts_of(message):
            if part.get("type") == "text":
                blocks.append({"type": "text", "value": part["text"]})
            else:
                url, kind = from_part(part, lost)
                if type_by_name(url) != kind:
                    lost.append(f"messages[].content[].{part['type']}.mime_type")
                blocks.append({"type": part["type"], "value": url})
        blocks += [{"type": "tool_call", "value": write_calls([call])} for call in calls_of(message)]
        trained = role == "assistant" and message.get("weight") != 0
        return {
            "role": role,
            "content": blocks or [{"type": "text", "value": ""}],
            "loss_weight": float(trained),
        }

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        blocks = self.block_messages(record, names)
        conversation.messages = [
            self._weighed(record, b, m) for b, m in zip(blocks, conversation.messages, strict=True)
        ]
        if conversation.rejected is not None:
            blocks = self.rejected_block_messages(record, names)
            conversation.rejected = [
                self._weighed(record, b, m) for b, m in zip(blocks, conversation.rejected, strict=True)
            ]
        return conversation

    def _weighed(self, record: Record, block_message: BlockMessage, message: Message) -> Message:
        weight = follow(record, (*block_message.blocks[:-1], "loss_weight"))
        if message.get("role") == "assistant" and weight == 0 and not isinstance(weight, bool):
            return {**message, "weight": 0}
        return message


class FactoryPair(FactoryChat):
    """Two whole conversations, of which the beginning is the same."""

    name = "factory-preference"
    required = ("chosen_messages", "rejected_messages")
    is_preference = True
    field = "chosen_messages"
    said: ClassVar[Record] = {"chosen_messages": [TURN], "rejected_messages": [TURN], "tools": None}

    def recognise(self, record: Record, names: Names) -> bool:
        return all(has_blocks(record[names[side]]) for side in self.required)

    def rejected_block_messages(self, record: Record, names: Names) -> list[BlockMessage]:
        key = names["rejected_messages"]
        shared = self._shared(record, names)
        turns = record[key]
        return [m for at in range(shared, len(turns)) for m in self.split(turns[at], (key, at))]

    def answer_size(self, record: Record, names: Names) -> int:
        return len(record[names["chosen_messages"]]) - self._shared(record, names)

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        shared = self._shared(record, names)
        super().put(record, names, at, field, part, text)
        sides = [record[names[side]] for side in self.required]
        sides[1][:shared] = copy.deepcopy(sides[0][:shared])

    def remove(self, record: Record, names: Names, at: int) -> None:
        shared = self._shared(record, names)
        sides = [record[names[side]] for side in self.required]
        size = len(sides[0])
        super().remove(record, names, at)
        gone = size - len(sides[0])
        if at < shared:
            sides[1][:shared] = copy.deepcopy(sides[0][: shared - gone])

    def write(self, conversation: Conversation) -> Record:
        prompt, wanted, rejected = two_answers(conversation)
        sides = {"chosen_messages": [*prompt, *wanted], "rejected_messages": [*prompt, *rejected]}
        record: Record = {side: self._turns(messages, conversation.lost) for side, messages in sides.items()}
        if self._shared(record, {side: side for side in sides}) > len(self._turns(prompt, [])):
            conversation.lost.append("where the two answers begin (they begin alike)")
        return record | self._tools_text(conversation)

    @staticmethod
    def _shared(record: Record, names: Names) -> int:
        """The number of turns with which both begin; each answer retains one."""
        sides = [record[names[side]][:-1] for side in ("chosen_messages", "rejected_messages")]
        pairs = enumerate(zip(*sides, strict=False))
        return next((at for at, (one, other) in pairs if one != other), min(map(len, sides)))


def has_blocks(messages: Any) -> bool:
    """Whether the first message has blocks with a value."""
    first = messages[0] if isinstance(messages, list) and messages else None
    content = first.get("content") if isinstance(first, dict) else None
    block = content[0] if isinstance(content, list) and content else None
    return isinstance(block, dict) and "type" in block and "value" in block
