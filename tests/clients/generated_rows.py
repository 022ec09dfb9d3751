"""Rows of each form that are put together at random, the same in every run: valid ones with all that the form may hold.

Texts are of many scripts, with quotes, braces and line breaks, short and long; conversations have up to four turns, calls
alone, in parallel and in rounds, reasoning, parts and padding.
"""

import json
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

Row = dict[str, Any]
DRAWN = 20
"""How many valid rows are drawn for a form."""
WORDS = [
    "Lima", "is it", "naïve", "Straße", "北京", "сколько", "كم", "🙂", "{x}", "{{y}}", "<b>", '"quoted"', "it's", "a\\b", "3.5", "line\nbreak",
    "\ttab", "#", "%s", "${z}", "[1]", "नमस्ते", "日本語です", "e\u0301", "&amp;", "```py```", "http://a.b/c", "–",
]  # fmt: skip
LETTERS = "bcdfghklmnpqrstvwxz"


def text(chance: Random, *, long: bool = True) -> str:
    """Words with a mark among them that no other text has."""
    words = [*chance.choices(WORDS, k=chance.randrange(6)), "".join(chance.choices(LETTERS, k=7))]
    said = " ".join(words)
    return " ".join([said] * 30) if long and chance.random() < 0.1 else said


def name(chance: Random) -> str:
    return "".join(chance.choices(LETTERS, k=4)) + "_" + "".join(chance.choices(LETTERS, k=4))


def function(chance: Random) -> tuple[Row, Row]:
    """A function with its parameters, and arguments that these allow."""
    words = text(chance, long=False)
    values: dict[str, tuple[Row, Any]] = {
        "text": ({"type": "string", "description": words}, text(chance)),
        "count": ({"type": "integer", "minimum": 0}, chance.randrange(1000, 9999)),
        "share": ({"type": "number"}, chance.choice([0.5, 2.25, 1000.125])),
        "on": ({"type": "boolean"}, chance.random() < 0.5),
        "tags": ({"type": "array", "items": {"type": "string"}}, [text(chance), text(chance)]),
        "place": ({"type": "object", "properties": {"city": {"type": "string"}}}, {"city": text(chance)}),
        "unit": ({"type": "string", "enum": ["celsius", "kelvin"]}, "kelvin"),
    }
    names = chance.sample(sorted(values), chance.randrange(5))
    schema: Row = {"type": "object", "properties": {name: values[name][0] for name in names}}
    if names:
        schema["required"] = names[:1]
    declared = {"name": name(chance), "description": text(chance, long=False), "parameters": schema}
    return declared, {name: values[name][1] for name in names}


def as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def chat(
    chance: Random,
    *,
    arguments: Callable[[Any], Any] = as_text,
    ids: bool = True,
    tools: bool = True,
    extras: bool = True,
) -> Row:
    """A conversation; ``extras`` are parts, reasoning and fields that are null."""
    functions = [function(chance) for _ in range(chance.randrange(1, 4))]
    messages = [{"role": "system", "content": text(chance)}] if chance.random() < 0.5 else []
    calls = 0
    for _ in range(chance.randrange(1, 5)):
        asked: Any = text(chance)
        messages.append({"role": "user", "content": asked})
        if extras and chance.random() < 0.2:
            messages[-1]["content"] = [{"type": "text", "text": asked}]
        for _ in range(chance.choice([0, 0, 1, 2]) if tools else 0):
            made = _round(chance, functions, arguments, calls if ids else None)
            calls += len(made) - 1
            messages += made
        answer: Row = {"role": "assistant", "content": text(chance)}
        if extras and chance.random() < 0.2:
            answer["reasoning_content"] = text(chance)
        if extras and chance.random() < 0.2:
            answer |= {"tool_calls": None, "name": None}
        messages.append(answer)
    row: Row = {"messages": messages}
    if calls or (tools and chance.random() < 0.3):
        row["tools"] = [{"type": "function", "function": declared} for declared, _ in functions]
    return row


def _round(chance: Random, functions: Any, arguments: Callable[[Any], Any], first: int | None) -> list[Row]:
    """A message with one call or several at once, and their results."""
    calls: list[Row] = []
    results: list[Row] = []
    for nth, (declared, given) in enumerate(chance.choices(functions, k=chance.choice([1, 1, 2, 3]))):
        called = {"name": declared["name"], "arguments": arguments(given)}
        call: Row = {"type": "function", "function": called}
        result: Row = {"role": "tool", "content": text(chance)}
        if first is None:
            result["name"] = declared["name"]
        else:
            call["id"] = result["tool_call_id"] = f"id{first + nth:03}Xy9z"
        calls.append(call)
        results.append(result)
    message: Row = {"role": "assistant", "tool_calls": calls}
    if chance.random() < 0.5:
        message["content"] = chance.choice([None, ""])
    return [message, *results]


def plain(chance: Random) -> Row:
    return chat(chance, tools=False, extras=False)


def asked(chance: Random) -> list[Row]:
    """Messages that end with the user."""
    messages: list[Row] = plain(chance)["messages"][:-1]
    return messages


def answer(chance: Random) -> list[Row]:
    return [{"role": "assistant", "content": text(chance)}]


def turns(row: Row) -> Row:
    """The conversation as ShareGPT's turns."""
    words = {"user": "human", "assistant": "gpt"}
    said = row["messages"]
    return {"conversations": [{"from": words.get(m["role"], m["role"]), "value": m["content"]} for m in said]}


def call_turns(chance: Random, listed: str, keys: tuple[str, str], roles: tuple[str, ...]) -> Row:
    """A conversation whose calls and results are turns of their own, with its tools as JSON text."""
    (who, what), (user, assistant, call, result) = keys, roles
    declared, given = function(chance)
    made: list[Row] = []
    for _ in range(chance.randrange(1, 4)):
        made.append({who: user, what: text(chance)})
        for _ in range(chance.randrange(3)):
            made.append({who: call, what: as_text({"name": declared["name"], "arguments": given})})
            made.append({who: result, what: text(chance)})
        made.append({who: assistant, what: text(chance)})
    return {listed: made, "tools": as_text([declared])}


def swift(chance: Random) -> Row:
    if chance.random() < 0.5:
        roles = ("user", "assistant", "tool_call", "tool_response")
        return call_turns(chance, "messages", ("role", "content"), roles)
    if chance.random() < 0.5:
        return plain(chance)
    row = {"query": text(chance), "response": text(chance), "system": text(chance)}
    return row | {"history": [[text(chance), text(chance)]]}


def sharegpt(chance: Random) -> Row:
    if chance.random() < 0.5:
        return turns(plain(chance))
    roles = ("human", "gpt", "function_call", "observation")
    return call_turns(chance, "conversations", ("from", "value"), roles)


def alpaca(chance: Random) -> Row:
    row: Row = {
        "instruction": text(chance),
        "input": chance.choice(["", text(chance)]),
        "output": text(chance),
    }
    if chance.random() < 0.5:
        row |= {"system": text(chance), "history": [[text(chance), text(chance)] for _ in range(2)]}
    return row


def pair(chance: Random) -> Row:
    """A preference of texts, of messages, or with the prompt in both answers."""
    form = chance.randrange(3)
    if form == 0:
        return {"prompt": text(chance), "chosen": text(chance), "rejected": text(chance)}
    before, one, other = asked(chance), answer(chance), answer(chance)
    if form == 1:
        return {"prompt": before, "chosen": one, "rejected": other}
    return {"chosen": before + one, "rejected": before + other}


def labelled(chance: Random) -> Row:
    label = chance.random() < 0.5
    if chance.random() < 0.5:
        return {"prompt": asked(chance), "completion": answer(chance), "label": label}
    return {"prompt": text(chance), "completion": text(chance), "label": label}


def contents(messages: list[Row]) -> Row:
    """The conversation as Gemini's contents."""
    words = {"user": "user", "assistant": "model"}
    row: Row = {
        "contents": [
            {"role": words[message["role"]], "parts": [{"text": message["content"]}]}
            for message in messages
            if message["role"] != "system"
        ]
    }
    if messages[0]["role"] == "system":
        row["systemInstruction"] = {"parts": [{"text": messages[0]["content"]}]}
    return row


def gemini_pair(chance: Random) -> Row:
    answers = [
        {"score": score, "completion": {"role": "model", "parts": [{"text": text(chance)}]}}
        for score in (1.0, 0.0)
    ]
    return {**contents(asked(chance)), "completions": answers}


def verl(chance: Random) -> Row:
    model = {"style": "rule", "ground_truth": text(chance)}
    source = chance.choice(["openai/gsm8k", "forum"])
    return {
        "data_source": source,
        "prompt": asked(chance),
        "reward_model": model,
        "extra_info": {"index": 7},
    }


FORMS: dict[str, Callable[[Random], Row]] = {
    "chat": lambda chance: chat(chance, tools=False),
    "text-calls": lambda chance: chat(chance, extras=False),
    "object-calls": lambda chance: chat(chance, arguments=lambda value: value, extras=False),
    "template-chat": lambda chance: chat(chance, arguments=lambda value: value, ids=False, extras=False),
    "completion": lambda chance: {"prompt": text(chance), "completion": text(chance)},
    "trl-completion": lambda chance: {"prompt": asked(chance), "completion": answer(chance)},
    "text": lambda chance: {"text": text(chance)},
    "sharegpt": sharegpt,
    "alpaca": alpaca,
    "preference": lambda chance: {
        "input": {"messages": asked(chance)},
        "preferred_output": answer(chance),
        "non_preferred_output": answer(chance),
    },
    "trl-preference": pair,
    "kto": labelled,
    "swift": swift,
    "swift-preference": lambda chance: plain(chance) | {"rejected_response": text(chance)},
    "swift-kto": lambda chance: plain(chance) | {"label": chance.random() < 0.5},
    "prompt": lambda chance: {"prompt": asked(chance) if chance.random() < 0.5 else text(chance)},
    "verl": verl,
    "oumi": lambda chance: plain(chance) | {"metadata": {"source": text(chance)}},
    "gemini": lambda chance: contents(plain(chance)["messages"]),
    "gemini-preference": gemini_pair,
}
"""What a valid row of each form is."""


@cache
def drawn(form: str) -> tuple[Row, ...]:
    """The valid rows of a form; none of a form that is not drawn."""
    chance = Random(form)
    return tuple(FORMS[form](chance) for _ in range(DRAWN)) if form in FORMS else ()
