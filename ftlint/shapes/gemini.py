"""Gemini: ``{"contents": [{"role": "user", "parts": [{"text": …}]}, …]}``, tuning data of Google Vertex AI.

Both systemInstruction and system_instruction are read; the first is written. Preference data is
``{"contents": […], "completions": [{"score": 1, "completion": {…}}, …]}``.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from ftlint.json_values import parse_json
from ftlint.path import Steps
from ftlint.shapes.answers import two_answers
from ftlint.shapes.content_blocks import (
    BlockMessage,
    BlockPart,
    BlockShape,
    Kind,
    json_arguments,
    json_text,
)
from ftlint.shapes.media import as_part, data_url, from_part, split_data
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, NoBetterAnswer, Record, follow
from ftlint.shapes.tools import ARGUMENTS
from ftlint.shapes.write_blocks import declared_functions, parts_of, turns_of, without_system

CALL = dict.fromkeys(("id", "name", "args", *ARGUMENTS))
RESULT = {"id": None, "name": None, "response": None}
FILE = {"mimeType": None, "fileUri": None}
BYTES = {"mimeType": None, "data": None}
PART = {"text": None, "thought": None, "functionCall": CALL, "functionResponse": RESULT}
TURN = {"role": None, "parts": [PART | {"fileData": FILE, "inlineData": BYTES}]}
FUNCTION = ("name", "description", "parameters")
TOOL = {"functionDeclarations": [dict.fromkeys((*FUNCTION, "parametersJsonSchema"))]}
# Types as OpenAPI's enumeration spells them; JSON Schema has the same in lower case.
TYPES = frozenset({"STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"})
# Keys of a schema whose values are not schemas.
VALUES = frozenset({"enum", "const", "default", "example", "examples", "required"})


class Gemini(BlockShape):
    """Calls have no ids: a result belongs to the first unanswered call of its name."""

    name = "gemini"
    required: ClassVar[Sequence[str]] = ("contents",)
    optional = ("systemInstruction", "tools")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {"systemInstruction": ("system_instruction",)}
    roles = {"user": "user", "model": "assistant"}
    words: ClassVar[Mapping[str, str]] = {"user": "user", "assistant": "model"}
    identity_fields: ClassVar[Sequence[str]] = ("tools", "toolConfig", "references")
    notation: ClassVar[Mapping[str, Collection[Any]]] = {"contents[].parts[].thought": (True,)}
    tool_fields = ("tools",)
    field = "contents"
    holder = "parts"
    said: ClassVar[Record] = {"systemInstruction": TURN, "contents": [TURN], "tools": [TOOL]}

    def recognise(self, record: Record, names: Names) -> bool:
        contents = record[names["contents"]]
        first = contents[0] if isinstance(contents, list) and contents else None
        if "completions" in record and not self.is_preference:
            return False
        return isinstance(first, dict) and ("parts" in first or "role" in first)

    def system(self, record: Record, names: Names) -> list[BlockMessage]:
        key = names.get("systemInstruction", "systemInstruction")
        if not record.get(key):
            return []
        return self.split(record[key], (key,), ("system", (key,)))

    def spelling(self, key: str) -> str:
        return camel(key)

    def block_parts(self, block: Record, at: int) -> Iterator[BlockPart]:
        for key, value in block.items():
            name = camel(key)
            if name == "text" and isinstance(value, str):
                kind: Kind = "thought" if block.get("thought") is True else "text"
                yield BlockPart(kind, at, key, value)
            elif not isinstance(value, dict):
                continue
            elif name == "functionCall":
                yield BlockPart("call", at, key, _call(value))
            elif name == "functionResponse":
                yield BlockPart("result", at, key, _result(value))
            elif name in ("fileData", "inlineData"):
                yield BlockPart("media", at, key, _medium(value, inline=name == "inlineData"))

    def inside(self, block: Record, block_part: BlockPart, field: str, part: int | None) -> Steps:
        key = block_part.key
        if block_part.kind == "media":
            return (key, spelt(block[key], "data" if camel(key) == "inlineData" else "fileUri"))
        if block_part.kind == "call":
            inner = {"call_id": ("id",), "call_name": ("name",), "arguments": ("args",)}
            return (key, *inner.get(field, ()))
        if block_part.kind != "result":
            return (key,)
        if field in ("tool_call_id", "name"):
            return (key, "id" if field == "tool_call_id" else "name")
        return (key, "response", *(("output",) if _is_output(block[key].get("response")) else ()))

    def put_result(self, block: Record, block_part: BlockPart, part: int | None, text: str) -> None:
        block[block_part.key]["response"] = as_response(text)

    def tools(self, record: Record, names: Names) -> list[Any]:
        return [_declared(record, names, steps) for steps in self._tools_at(record, names)]

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return self._tools_at(record, names)[nth]

    def text_block(self, text: str) -> Record:
        return {"text": text}

    def thought_block(self, text: str) -> Record:
        return {"text": text, "thought": True}

    def part_block(self, part: dict[str, Any], lost: list[str]) -> Record:
        return (
            {"text": part["text"]} if part.get("type") == "text" else self.media_block(*from_part(part, lost))
        )

    def media_block(self, url: str, kind: str) -> Record:
        if url.startswith("data:"):
            kind, data = split_data(url)
            return {"inlineData": {"mimeType": kind, "data": data}}
        return {"fileData": {"mimeType": kind, "fileUri": url}}

    def call_block(self, name: str, arguments: dict[str, Any], identifier: str) -> Record:
        return {"functionCall": {"name": name, "args": arguments}}

    def result_block(self, content: Any, name: str | None, identifier: str | None, lost: list[str]) -> Record:
        if name is None:
            raise CannotHold("needs the name of the function that a result comes from")
        parts = parts_of({"content": content})
        if any(part.get("type") != "text" for part in parts):
            raise CannotHold("has no place for images and other media in a result")
        response = as_response("\n".join(part["text"] for part in parts))
        return {"functionResponse": {"name": name, "response": response}}

    def write(self, conversation: Conversation) -> Record:
        texts, messages = without_system(conversation.messages, conversation.lost)
        record = self.written(texts, messages, conversation)
        if not record["contents"]:
            raise CannotHold("needs a message that is not the system's")
        return record

    def written(self, system: list[str], messages: list[Any], conversation: Conversation) -> Record:
        """The record of these messages, with the tools of the conversation."""
        record: Record = {}
        if system:
            record["systemInstruction"] = {"parts": [{"text": text} for text in system]}
        record["contents"] = turns_of(self, messages, conversation.lost)
        functions = declared_functions(conversation.tools, FUNCTION, conversation.lost)
        if functions:
            record["tools"] = [{"functionDeclarations": functions}]
        return record

    def _tools_at(self, record: Record, names: Names) -> list[Steps]:
        """The paths of the declared functions, and of the tools that declare none."""
        key = names.get("tools", "tools")
        found: list[Steps] = []
        tools = record.get(key)
        for at, tool in enumerate(tools if isinstance(tools, list) else ()):
            inner = spelt(tool, "functionDeclarations") if isinstance(tool, dict) else ""
            functions = tool.get(inner) if isinstance(tool, dict) else None
            if isinstance(functions, list):
                found += [(key, at, inner, nth) for nth in range(len(functions))]
            else:
                found.append((key, at))
        return found


@cache
def camel(key: str) -> str:
    """``functionCall`` for ``function_call``; a name without underscores is unchanged."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), key)


def spelt(holder: Mapping[str, Any], name: str) -> str:
    """The spelling of a name in an object, camel case or snake case."""
    return next((key for key in holder if camel(key) == name), name)


def as_response(text: str) -> Record:
    """A result in Gemini's form: the object in its JSON text, or ``{"output": text}``."""
    try:
        value = parse_json(text)
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return {"output": text}
    return value if isinstance(value, dict) and not _is_output(value) else {"output": text}


def small_types(schema: Any) -> Any:
    """A schema with its types in lower case, as in JSON Schema."""
    if isinstance(schema, list):
        return [small_types(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.lower()
        if key == "type" and isinstance(value, str) and value in TYPES
        else value
        if key in VALUES
        else small_types(value)
        for key, value in schema.items()
    }


def _is_output(response: Any) -> bool:
    return isinstance(response, dict) and list(response) == ["output"] and isinstance(response["output"], str)


def _call(call: Record) -> Record:
    function = {"name": call.get("name"), "arguments": json_arguments(call, "args")}
    return _with_id("id", call) | {"type": "function", "function": function}


def _result(result: Record) -> Record:
    response: Any = result.get("response")
    text = response["output"] if _is_output(response) else None if response is None else json_text(response)
    return {"role": "tool", **_with_id("tool_call_id", result), "name": result.get("name"), "content": text}


def _with_id(key: str, holder: Record) -> Record:
    return {key: holder["id"]} if holder.get("id") is not None else {}


def _medium(holder: Record, *, inline: bool) -> Record:
    kind = holder.get(spelt(holder, "mimeType"))
    if inline:
        return as_part(data_url(kind, holder.get("data")), kind)
    return as_part(holder.get(spelt(holder, "fileUri")), kind)


def _declared(record: Record, names: Names, steps: Steps) -> Any:
    """A declared function in the chat form; any other value is unchanged."""
    value = follow(record, steps)
    if len(steps) == 2 or not isinstance(value, dict):
        return value
    schema = value.get(spelt(value, "parametersJsonSchema"))
    function = {key: value[key] for key in FUNCTION if key in value}
    if schema is not None:
        function.setdefault("parameters", schema)
    if "parameters" in function:
        function["parameters"] = small_types(function["parameters"])
    return {"type": "function", "function": function}


class GeminiPair(Gemini):
    """The completion with the higher score is the chosen one, in any order."""

    name = "gemini-preference"
    required: ClassVar[Sequence[str]] = ("contents", "completions")
    notation: ClassVar[Mapping[str, Collection[Any]]] = {
        **Gemini.notation,
        "completions[].completion.parts[].thought": (True,),
        "completions[].score": (0, 1, 0.0, 1.0),
    }
    is_preference = True
    has_verdict = True
    # Their scores, too, are read.
    identity_fields: ClassVar[Sequence[str]] = (*Gemini.identity_fields, "completions")
    said: ClassVar[Record] = {
        "systemInstruction": TURN,
        "contents": [TURN],
        "completions": [{"score": None, "completion": TURN}],
        "tools": [TOOL],
    }

    def recognise(self, record: Record, names: Names) -> bool:
        completions = record[names["completions"]]
        first = completions[0] if isinstance(completions, list) and completions else None
        has_scores = not isinstance(first, dict) or "completion" in first or "score" in first
        return has_scores and super().recognise(record, names)

    def block_messages(self, record: Record, names: Names) -> list[BlockMessage]:
        return super().block_messages(record, names) + self._chosen(record, names)

    def rejected_block_messages(self, record: Record, names: Names) -> list[BlockMessage]:
        best = _best(record[names["completions"]])
        places = range(len(record[names["completions"]]))
        return [laid for at in places if at != best for laid in self._completion(record, names, at)]

    def answer_size(self, record: Record, names: Names) -> int:
        return len(self._chosen(record, names))

    def read(self, record: Record, names: Names) -> Conversation:
        completions = record[names["completions"]]
        scores = sorted(_score(completion) for completion in completions)
        if len(scores) < 2 or scores[-1] == scores[-2]:
            raise NoBetterAnswer("has no two completions with different scores")
        conversation = super().read(record, names)
        if len(completions) > 2:
            best = _best(completions)
            second = next(at for at in range(len(completions)) if at != best)
            conversation.rejected = (conversation.rejected or [])[
                : len(self._completion(record, names, second))
            ]
            conversation.lost.append("further completions")
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_answers(conversation)
        texts, prompt = without_system(prompt, conversation.lost)
        if not prompt:
            raise CannotHold("needs a question before the answers")
        record = self.written(texts, prompt, conversation)
        record["completions"] = [
            {"score": score, "completion": self._answer(answer, conversation)}
            for score, answer in ((1, chosen), (0, rejected))
        ]
        return record

    def _answer(self, messages: list[Message], conversation: Conversation) -> Message:
        turns = turns_of(self, messages, conversation.lost)
        if len(turns) != 1 or turns[0]["role"] != "model":
            raise CannotHold("holds one message of the model on each side")
        return turns[0]

    def _chosen(self, record: Record, names: Names) -> list[BlockMessage]:
        return self._completion(record, names, _best(record[names["completions"]]))

    def _completion(self, record: Record, names: Names, at: int) -> list[BlockMessage]:
        key = names["completions"]
        return self.split(record[key][at].get("completion"), (key, at, "completion"))


def _best(completions: Sequence[Any]) -> int:
    """The index of the completion with the highest score, the first of equals."""
    return max(range(len(completions)), key=lambda at: (_score(completions[at]), -at))


def _score(completion: Any) -> float:
    score = completion.get("score") if isinstance(completion, dict) else None
    return score if isinstance(score, int | float) and not isinstance(score, bool) else -1
