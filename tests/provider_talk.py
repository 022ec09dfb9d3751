"""How the loopback provider's models answer: whole or in a stream, with log probabilities where they are wanted."""

import re
from collections.abc import Mapping
from typing import Any

from provider_world import World

SURE, UNSURE = -0.1, -2.5


def answer(world: World, body: Mapping[str, Any], text: str, chat: bool) -> dict[str, Any]:
    """The whole answer, ended at a stop or by the limit as the API does it."""
    text, finish = _ended(body, text)
    tokens = _tokens(text)
    usage = {"prompt_tokens": 10, "completion_tokens": len(tokens), "total_tokens": 10 + len(tokens)}
    if chat:
        choice: dict[str, Any] = {"message": {"role": "assistant", "content": text, "refusal": None}}
        wanted = body.get("logprobs")
        top = body.get("top_logprobs") or 0
        choice["logprobs"] = {"content": [_sure(t, top) for t in tokens], "refusal": None} if wanted else None
    else:
        choice = {"text": text, "logprobs": _legacy(tokens, body.get("logprobs"))}
    choice |= {"index": 0, "finish_reason": finish}
    kind = "chat.completion" if chat else "text_completion"
    return _head(world, body, kind, chat) | {"choices": [choice], "usage": usage}


def chunks(world: World, body: Mapping[str, Any], text: str, chat: bool) -> list[dict[str, Any]]:
    """The answer token by token; the last piece says why it ended."""
    text, finish = _ended(body, text)
    pieces = [*_tokens(text), None]
    head = _head(world, body, "chat.completion.chunk" if chat else "text_completion", chat)
    found = []
    for piece in pieces:
        said = {"delta": {"content": piece} if piece else {}} if chat else {"text": piece or ""}
        choice = {"index": 0, "logprobs": None, "finish_reason": None if piece else finish, **said}
        found.append(head | {"choices": [choice]})
    return found


def _head(world: World, body: Mapping[str, Any], kind: str, chat: bool) -> dict[str, Any]:
    id = world.new("chatcmpl-" if chat else "cmpl-")
    return {"id": id, "object": kind, "created": world.clock, "model": body["model"]}


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)


def _ended(body: Mapping[str, Any], text: str) -> tuple[str, str]:
    stop = body.get("stop") or []
    for end in [stop] if isinstance(stop, str) else stop:
        text = text.partition(end)[0]
    most = body.get("max_completion_tokens") or body.get("max_tokens")
    tokens = _tokens(text)
    if most is not None and len(tokens) > most:
        return "".join(tokens[:most]), "length"
    return text, "stop"


def _sure(token: str, top: int) -> dict[str, Any]:
    others = [(token, SURE), *((f"other{n}", UNSURE - n) for n in range(top))][:top]
    listed = [{"token": t, "logprob": p, "bytes": None} for t, p in others]
    return {"token": token, "logprob": SURE, "bytes": None, "top_logprobs": listed}


def _legacy(tokens: list[str], top: int | None) -> dict[str, Any] | None:
    if top is None:
        return None
    return {
        "tokens": tokens,
        "token_logprobs": [SURE] * len(tokens),
        "top_logprobs": [{e["token"]: e["logprob"] for e in _sure(t, top)["top_logprobs"]} for t in tokens],
        "text_offset": [0] * len(tokens),
    }
