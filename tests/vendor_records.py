"""Records in the vendors' own shapes, built from their pieces, and what tests look at them with."""

import copy
from typing import Any

from ftlint.batch.records import RecordReader
from ftlint.rule import SHAPES, Batch, RuleContext
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.shape import Conversation

VERSION = "bedrock-conversation-2024"
ASKED = {"role": "user", "content": "a"}
SAID = {"role": "assistant", "content": "b"}
CHAT = {"messages": [ASKED, SAID]}


def user(*parts: Any) -> Any:
    return {"role": "user", "parts": list(parts)}


def model(*parts: Any) -> Any:
    return {"role": "model", "parts": list(parts)}


def blocks(role: str, *content: Any) -> Any:
    return {"role": role, "content": list(content)}


def text(words: str) -> Any:
    return {"text": words}


def call(name: str, **arguments: Any) -> Any:
    return {"functionCall": {"name": name, "args": arguments}}


def returned(name: str, **response: Any) -> Any:
    return {"functionResponse": {"name": name, "response": response}}


def used(identifier: str, name: str, **arguments: Any) -> Any:
    return {"toolUse": {"toolUseId": identifier, "name": name, "input": arguments}}


def result(identifier: str, *content: Any) -> Any:
    return {"toolResult": {"toolUseId": identifier, "content": list(content)}}


def asks(identifier: str | None, name: str, arguments: str = "{}") -> Any:
    own = {} if identifier is None else {"id": identifier}
    return own | {"type": "function", "function": {"name": name, "arguments": arguments}}


def nova(*messages: Any, **more: Any) -> Any:
    return {"schemaVersion": VERSION, "messages": list(messages), **more}


def seen_in(record: Any, *first: str) -> Batch:
    return Batch([record], [1], [1], RecordReader(ShapeDetector(SHAPES, first=first)), RuleContext())


def written(shape: str, *messages: Any, **more: Any) -> tuple[Any, list[str]]:
    conversation = Conversation(list(copy.deepcopy(messages)), **more)
    return SHAPES[shape].write(conversation), conversation.lost


def read(record: Any, *first: str) -> Conversation:
    seen = ShapeDetector(SHAPES, first=first).detect(record)
    assert seen is not None
    return seen.shape.read(record, seen.fields)


def scored(score: Any, words: str) -> Any:
    return {"score": score, "completion": model(text(words))}


def candidate(label: str, words: str) -> Any:
    return {"content": [text(words)], "preferenceLabel": label}


def gemini_pair(*completions: Any) -> Any:
    return {"contents": [user(text("a"))], "completions": list(completions)}


def nova_pair(*candidates: Any) -> Any:
    return nova(blocks("user", text("a")), {"role": "assistant", "candidates": list(candidates)})


GEMINI_TALK = {
    "contents": [
        user(text("Rain?")),
        model(
            {"text": "two towns", "thought": True}, text("Let me see."), call("sky", town="Ulm"), call("sky")
        ),
        user(returned("sky", output="rain"), returned("sky", degrees=9), text("Well?")),
        model(text("In Ulm."), text("Nowhere else.")),
    ]
}
NOVA_TALK = nova(
    blocks("user", text("Rain?")),
    blocks("assistant", used("u1", "sky", town="Ulm"), used("u2", "sky")),
    blocks("user", result("u2", {"json": {"sky": "clear"}}), result("u1", text("rain"), text("and wind"))),
    blocks("assistant", text("In Ulm.")),
)
