"""Amazon Nova on Bedrock: ``{"schemaVersion": …, "messages": [{"role": "user", "content": [{"text": …}]}, …]}``.

Preference data ends in candidates: ``{"messages": […, {"role": "assistant", "candidates": […]}]}``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.json_values import parse_json
from ftlint.path import Steps
from ftlint.shapes.answers import two_answers
from ftlint.shapes.content_blocks import BlockMessage, BlockPart, BlockShape, json_arguments, json_text
from ftlint.shapes.media import as_part, data_url, from_part, split_data
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, follow
from ftlint.shapes.tools import ARGUMENTS
from ftlint.shapes.write_blocks import declared_functions, parts_of, turns_of, without_system

VERSION = "bedrock-conversation-2024"
FAMILIES = ("image", "video", "audio", "document")
# Formats whose media type is not family/format.
FORMATS = {"mov": "video/quicktime", "mkv": "video/x-matroska", "pdf": "application/pdf", "mp3": "audio/mpeg"}
PLACE = {"s3Location": {"uri": None}, "bytes": None}
MEDIA = {family: {"format": None, "source": PLACE} for family in FAMILIES}
CALL = dict.fromkeys(("toolUseId", "name", *ARGUMENTS))
RESULT = {"toolUseId": None, "content": [{"text": None, "json": None} | MEDIA]}
THOUGHT = {"reasoningText": {"text": None}}
BLOCK = {"text": None, "toolUse": CALL, "toolResult": RESULT, "reasoningContent": THOUGHT} | MEDIA
TURN: Record = {"role": None, "content": [BLOCK]}
SPEC = {"name": None, "description": None, "inputSchema": {"json": None}}
TOOLS = {"tools": [{"toolSpec": SPEC}]}


class Nova(BlockShape):
    """The messages of Bedrock's Converse API, one record per line."""

    name = "nova"
    required: ClassVar[Sequence[str]] = ("messages",)
    optional = ("schemaVersion", "system", "toolConfig")
    roles = {"user": "user", "assistant": "assistant"}
    words: ClassVar[Mapping[str, str]] = {"user": "user", "assistant": "assistant"}
    call_ids = True
    identity_fields = ("toolConfig",)
    notation: ClassVar[Mapping[str, Collection[Any]]] = {"schemaVersion": (VERSION,)}
    tool_fields = ("toolConfig",)
    distinguishing: ClassVar[Sequence[str]] = ("schemaVersion", "toolConfig", "system")
    field = "messages"
    holder = "content"
    said: ClassVar[Record] = {"system": [{"text": None}], "messages": [TURN], "toolConfig": TOOLS}

    def recognise(self, record: Record, names: Names) -> bool:
        messages = record[names["messages"]]
        if in_several_ways(messages) != self.is_preference:
            return False
        system = record.get(names.get("system", "system"))
        if "schemaVersion" in names or "toolConfig" in names:
            return True
        if system is not None and not (isinstance(system, list) and all(map(is_block, system[:1]))):
            return False
        first = messages[0] if isinstance(messages, list) and messages else None
        return (
            isinstance(first, dict)
            and "role" in first
            and (self.is_preference or _has_layout(first.get("content")))
        )

    def system(self, record: Record, names: Names) -> list[BlockMessage]:
        key = names.get("system", "system")
        pieces = list(self.all_block_parts(record.get(key)))
        return [BlockMessage("system", (key,), (key,), pieces)] if pieces else []

    def block_parts(self, block: Record, at: int) -> Iterator[BlockPart]:
        for key, value in block.items():
            if key == "text" and isinstance(value, str):
                yield BlockPart("text", at, key, value)
            elif not isinstance(value, dict):
                continue
            elif key in FAMILIES:
                yield BlockPart("media", at, key, _medium(key, value))
            elif key == "reasoningContent" and isinstance(follow(value, ("reasoningText", "text")), str):
                yield BlockPart("thought", at, key, value["reasoningText"]["text"])
            elif key == "toolUse":
                yield BlockPart("call", at, key, _call(value))
            elif key == "toolResult":
                yield BlockPart("result", at, key, _result(value))

    def inside(self, block: Record, block_part: BlockPart, field: str, part: int | None) -> Steps:
        key = block_part.key
        if block_part.kind == "media":
            return _address(block, (key,))
        if block_part.kind == "thought":
            return (key, "reasoningText", "text")
        if block_part.kind == "call":
            inner = {"call_id": ("toolUseId",), "call_name": ("name",), "arguments": ("input",)}
            return (key, *inner.get(field, ()))
        if block_part.kind != "result" or field == "name":
            return (key,)
        if field == "tool_call_id":
            return (key, "toolUseId")
        content = block[key].get("content")
        if not isinstance(content, list) or (
            field == "content" and isinstance(block_part.value["content"], list)
        ):
            return (key, "content")
        place = (key, "content", max(part or 0, 0))
        said = _text_blocks(follow(block, place))
        if said in FAMILIES:
            return _address(block, (*place, said))
        return (*place, said) if said else place

    def put_result(self, block: Record, block_part: BlockPart, part: int | None, text: str) -> None:
        content = block[block_part.key]["content"]
        nth = max(part or 0, 0)
        if not isinstance(content, list):
            block[block_part.key]["content"] = text
            return
        if _text_blocks(content[nth]) == "json":
            try:
                content[nth] = {"json": parse_json(text)}
                return
            except (ValueError, RecursionError):
                pass
        content[nth] = {"text": text}

    def tools(self, record: Record, names: Names) -> list[Any]:
        tools = follow(record, (names.get("toolConfig", "toolConfig"), "tools"))
        return [_declared(tool) for tool in tools] if isinstance(tools, list) else []

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return (names.get("toolConfig", "toolConfig"), "tools", nth)

    def text_block(self, text: str) -> Record:
        return {"text": text}

    def thought_block(self, text: str) -> Record:
        return {"reasoningContent": {"reasoningText": {"text": text}}}

    def part_block(self, part: dict[str, Any], lost: list[str]) -> Record:
        return (
            {"text": part["text"]} if part.get("type") == "text" else self.media_block(*from_part(part, lost))
        )

    def media_block(self, url: str, kind: str) -> Record:
        family = kind.partition("/")[0]
        family = family if family in FAMILIES else "document"
        form = next((name for name, known in FORMATS.items() if known == kind), kind.partition("/")[2])
        if url.startswith("data:"):
            return {family: {"format": form, "source": {"bytes": split_data(url)[1]}}}
        if not url.startswith("s3://"):
            raise CannotHold("has no place for an image or another file that is not in S3")
        return {family: {"format": form, "source": {"s3Location": {"uri": url}}}}

    def call_block(self, name: str, arguments: dict[str, Any], identifier: str) -> Record:
        return {"toolUse": {"toolUseId": identifier, "name": name, "input": arguments}}

    def result_block(self, content: Any, name: str | None, identifier: str | None, lost: list[str]) -> Record:
        if identifier is None:
            raise CannotHold("needs the call that a result belongs to")
        blocks = [self.part_block(part, lost) for part in parts_of({"content": content})]
        return {"toolResult": {"toolUseId": identifier, "content": blocks or [{"text": ""}]}}

    def write(self, conversation: Conversation) -> Record:
        texts, messages = without_system(conversation.messages, conversation.lost)
        if not messages:
            raise CannotHold("needs a message that is not the system's")
        return self.written(texts, turns_of(self, messages, conversation.lost), conversation)

    def written(self, system: list[str], turns: list[Any], conversation: Conversation) -> Record:
        """The record of these messages, with the system's texts and the tools of the conversation."""
        record: Record = {"schemaVersion": VERSION}
        if system:
            record["system"] = [{"text": text} for text in system]
        record["messages"] = turns
        known = ("name", "description", "parameters")
        functions = declared_functions(conversation.tools, known, conversation.lost)
        if functions:
            record["toolConfig"] = {"tools": [{"toolSpec": _spec(function)} for function in functions]}
        return record


def in_several_ways(messages: Any) -> bool:
    """Whether the last message has several candidates, as in a preference pair."""
    last = messages[-1] if isinstance(messages, list) and messages else None
    return isinstance(last, dict) and "candidates" in last


def is_block(value: Any) -> bool:
    """Whether a value is a block of text in Nova's form; Anthropic's blocks have a type."""
    return isinstance(value, dict) and "text" in value and "type" not in value


def _has_layout(content: Any) -> bool:
    """Whether a content is a list of blocks, judging by its first one."""
    return isinstance(content, list) and all(
        isinstance(block, dict) and "type" not in block for block in content[:1]
    )


def _spec(function: Record) -> Record:
    schema = function.pop("parameters", {"type": "object"})
    return {**function, "inputSchema": {"json": schema}}


def _declared(tool: Any) -> Any:
    """A declared tool in the chat form; any other value is unchanged."""
    spec = tool.get("toolSpec") if isinstance(tool, dict) else None
    if not isinstance(spec, dict):
        return tool
    function = {key: spec[key] for key in ("name", "description") if key in spec}
    schema = follow(spec, ("inputSchema", "json"))
    return {"type": "function", "function": function | ({} if schema is None else {"parameters": schema})}


def _call(call: Record) -> Record:
    arguments = json_text(call["input"]) if "input" in call else json_arguments(call, "input")
    function = {"name": call.get("name"), "arguments": arguments}
    named = {} if call.get("toolUseId") is None else {"id": call["toolUseId"]}
    return named | {"type": "function", "function": function}


def _result(result: Record) -> Record:
    content = result.get("content")
    parts = [_result_part(item) for item in content] if isinstance(content, list) else []
    texts: Any = parts[0]["text"] if len(parts) == 1 and "text" in parts[0] else parts
    identifier = result.get("toolUseId")
    named = {} if identifier is None else {"tool_call_id": identifier}
    return {"role": "tool", **named, "content": texts if isinstance(content, list) else content}


def _result_part(item: Any) -> Record:
    """An item of a result as a part; an unknown one becomes a part of its own type."""
    said = _text_blocks(item)
    value = item[said] if said else item
    if said in FAMILIES:
        return _medium(said, value)
    if said in ("text", "json"):
        return {"type": "text", "text": value if said == "text" else json_text(value)}
    key = next(iter(item), "?") if isinstance(item, dict) else "?"
    return {"type": key, key: item.get(key) if isinstance(item, dict) else item}


def _text_blocks(item: Any) -> str:
    """The key of an item's data in a result; None for an unknown item."""
    for key, value in item.items() if isinstance(item, dict) else ():
        known = isinstance(value, str) if key == "text" else isinstance(value, dict) and key in FAMILIES
        if known or key == "json":
            return str(key)
    return ""


def _medium(family: str, medium: Record) -> Record:
    form = medium.get("format")
    prefix = "application" if family == "document" else family
    kind = FORMATS.get(form, f"{prefix}/{form}") if isinstance(form, str) else None
    uri = follow(medium, ("source", "s3Location", "uri"))
    data = follow(medium, ("source", "bytes"))
    if uri is None and data is not None:
        return as_part(data_url(kind, data), kind, family)
    return as_part(uri, kind, family)


def _address(holder: Any, steps: Steps) -> Steps:
    """The path of a medium's address."""
    in_s3 = (*steps, "source", "s3Location", "uri")
    return in_s3 if follow(holder, in_s3) is not None else (*steps, "source", "bytes")


CANDIDATE = {"content": TURN["content"], "preferenceLabel": None}


class NovaPair(Nova):
    """The first preferred candidate is the chosen answer; candidates that are not preferred are rejected."""

    name = "nova-preference"
    notation: ClassVar[Mapping[str, Collection[Any]]] = {
        **Nova.notation,
        "messages[].candidates[].preferenceLabel": ("preferred", "non-preferred"),
    }
    is_preference = True
    distinguishing = ()
    said: ClassVar[Record] = {
        "system": [{"text": None}],
        "messages": [TURN | {"candidates": [CANDIDATE]}],
        "toolConfig": TOOLS,
    }

    def block_messages(self, record: Record, names: Names) -> list[BlockMessage]:
        messages = record[names["messages"]]
        prompt = super().block_messages({**record, names["messages"]: messages[:-1]}, names)
        return prompt + self._chosen(record, names)

    def rejected_block_messages(self, record: Record, names: Names) -> list[BlockMessage]:
        candidates = _candidates(record, names)
        chosen_at = _best(candidates)
        rejected_at = [
            at for at in range(len(candidates)) if at != chosen_at and not _preferred(candidates[at])
        ]
        return [laid for at in rejected_at for laid in self._candidate(record, names, at)]

    def answer_size(self, record: Record, names: Names) -> int:
        return len(self._chosen(record, names))

    def read(self, record: Record, names: Names) -> Conversation:
        candidates = _candidates(record, names)
        labels = [_preferred(candidate) for candidate in candidates]
        if True not in labels or False not in labels:
            raise CannotHold("has no preferred candidate and one that is not")
        conversation = super().read(record, names)
        if len(candidates) > 2:
            first = self._candidate(record, names, labels.index(False))
            conversation.rejected = (conversation.rejected or [])[: len(first)]
            conversation.lost.append("further candidates")
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_answers(conversation)
        texts, prompt = without_system(prompt, conversation.lost)
        if not prompt:
            raise CannotHold("needs a question before the answers")
        candidates = [
            {"content": self._answer(answer, conversation), "preferenceLabel": label}
            for answer, label in ((chosen, "preferred"), (rejected, "non-preferred"))
        ]
        turns = turns_of(self, prompt, conversation.lost)
        turns.append({"role": "assistant", "candidates": candidates})
        return self.written(texts, turns, conversation)

    def _answer(self, messages: list[Message], conversation: Conversation) -> Any:
        turns = turns_of(self, messages, conversation.lost)
        if len(turns) != 1 or turns[0]["role"] != "assistant":
            raise CannotHold("holds one message of the assistant on each side")
        return turns[0]["content"]

    def _chosen(self, record: Record, names: Names) -> list[BlockMessage]:
        return self._candidate(record, names, _best(_candidates(record, names)))

    def _candidate(self, record: Record, names: Names, at: int) -> list[BlockMessage]:
        key = names["messages"]
        last = len(record[key]) - 1
        where = (key, last, "candidates", at)
        role = (record[key][last].get("role"), (key, last, "role"))
        return self.split(_candidates(record, names)[at], where, role)


def _candidates(record: Record, names: Names) -> Sequence[Any]:
    candidates: Sequence[Any] = record[names["messages"]][-1]["candidates"]
    return candidates


def _preferred(candidate: Any) -> bool:
    label = candidate.get("preferenceLabel") if isinstance(candidate, dict) else None
    return isinstance(label, str) and label.strip().casefold() == "preferred"


def _best(candidates: Sequence[Any]) -> int:
    """The index of the first preferred candidate; 0 if there is none."""
    return next((at for at, candidate in enumerate(candidates) if _preferred(candidate)), 0)
