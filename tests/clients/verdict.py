"""What every judge shares: it reads rows from the standard input and prints one verdict a row.

A judge is a script that runs in its client's own environment, so this module imports nothing but Python's own.
A line in is ``{"target": …, "row": …}``, a line out is ``{"verdict": "accepted" | "refused" | "lost", "words": …}``.
"""

import ast
import contextlib
import io
import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Judge = Callable[[str, Any], str]
"""The text that the client makes of a row, in full; an exception is the client's refusal."""

# What is read as structure: its value need not be in the text.
STRUCTURE = {
    "role", "from", "type", "id", "tool_call_id", "call_id", "strict", "schemaVersion", "detail", "required", "format", "enum"
}  # fmt: skip
# Fields of a record that hold what is trained.
CONTENT = (
    "messages", "functions", "conversations", "conversation", "prompt", "completion", "chosen", "rejected", "text", "instruction", "input", "output",
    "history", "system", "segments", "contents", "systemInstruction", "system_instruction", "tools", "content", "interactions",
    "available_tools", "system_prompt", "preferred_output", "non_preferred_output", "chosen_conversations", "rejected_conversations",
    "completions", "response", "query", "dialogue", "rejected_response", "rejected_messages", "functions",
)  # fmt: skip
# Fields of a message that a trainer may read; what else stands there (a time, an id) is no part of the example.
MESSAGE = {
    "content", "text", "value", "parts", "tool_calls", "function_call", "refusal", "reasoning_content", "reasoning", "thinking",
    "thought", "name", "audio", "images", "tool_responses", "weight",
}  # fmt: skip
ROLES = ("system", "developer", "user", "assistant", "tool")
"""The roles that chat templates have headers for."""
SWITCHES = ("loss", "train", "training", "loss_weight")
"""Fields that say of an answer, in one trainer or another, that it is not trained on."""
NO_ROLE = "norole"
"""A role that no client can know."""
LEAST_NUMBER = 999
"""Smaller numbers stand in a prompt for many reasons."""


class Refused(Exception):
    """The client leaves the row out, or stops at it; the message has its words."""


class Lost(Exception):
    """Something of the row is lost, as the judge found out itself."""


def run(
    judge: Judge, *, roles: Sequence[str] = (), reads_weights: bool = True, weight_field: str = ""
) -> None:
    """Judge every row of the standard input.

    Of a client that writes any role into a header, ``roles`` are those that models have headers for. A client that
    reads no weights trains on every answer in full, unless what stands in its own ``weight_field`` says otherwise.
    """
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        asked = json.loads(line)
        verdict = _verdict(judge, asked["target"], asked["row"])
        if verdict["verdict"] == "accepted":
            words = unknown_role(judge, asked["target"], asked["row"], roles) if roles else ""
            words = words or unread_weight(asked["row"], "weight" if reads_weights else weight_field)
            verdict = {"verdict": "lost", "words": _short(words)} if words else verdict
        print(json.dumps(verdict), flush=True)


def _verdict(judge: Judge, target: str, row: Any) -> dict[str, str]:
    before = json.dumps(row)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            text = judge(target, json.loads(before))
    except Lost as loss:
        return {"verdict": "lost", "words": _short(str(loss))}
    except Refused as refusal:
        return {"verdict": "refused", "words": _short(str(refusal))}
    except Exception as error:
        return {"verdict": "refused", "words": _short(f"{type(error).__name__}: {error}")}
    lost = what_is_lost(row, text)
    return {"verdict": "lost", "words": _short(lost)} if lost else {"verdict": "accepted", "words": ""}


def what_is_lost(row: Any, text: str) -> str:
    """What of the row is not in the text, or stands in it as what it is not; empty if all is well."""
    record = {key: row[key] for key in CONTENT if key in row} if isinstance(row, dict) else row
    flat = _without_escapes(text)
    leaves = list(texts(record))
    for leaf in leaves:
        if leaf.strip() and _without_escapes(leaf.strip()) not in flat:
            return f"not in the text: {leaf.strip()[:60]}"
    for arguments in _arguments(record):
        # Without its quotes an empty object is in most texts.
        cut = slice(1, -1) if arguments else slice(None)
        inner = {json.dumps(arguments, ensure_ascii=form) for form in (True, False)}
        twice = {json.dumps(one, ensure_ascii=form)[cut] for one in inner for form in (True, False)}
        if any(form in text for form in twice):
            return f"JSON text inside a text: {json.dumps(arguments)[:60]}"
    for sign in ("None", "{'type'", "[{'", '[{"type": "text"'):
        if sign in text and not any(sign in leaf for leaf in leaves):
            return f"written as a value of Python: {sign}"
    return ""


def unknown_role(judge: Judge, target: str, row: Any, roles: Sequence[str]) -> str:
    """The first other role that the client writes into a header all the same; empty if there is none."""
    row = json.loads(json.dumps(row))
    for message in _messages(row):
        role = message.get("role")
        if role in roles or "role" not in message:
            continue
        message["role"] = NO_ROLE
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            if NO_ROLE in judge(target, json.loads(json.dumps(row))):
                return f"a header that no model has: {role}"
        message["role"] = role
    return ""


def unread_weight(row: Any, weight_field: str = "") -> str:
    """The first weight with which an answer is trained on as if it had none; empty if there is none.

    What stands in the ``weight_field`` is read.
    """
    for message in _messages({key: value for key, value in row.items() if key != "prompt"}):
        is_answer = message.get("role", message.get("from")) in ("assistant", "gpt")
        if is_answer and weight_field != "weight" and message.get("weight") not in (None, 1):
            return f"a weight that is not read: {message['weight']}"
        off = [name for name in SWITCHES if message.get(name) in (0, False) and name != weight_field]
        if is_answer and (off or '"train": false' in json.dumps(message.get("train_detail"))):
            return f"a switch that is not read: {off}"
    return ""


def _messages(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and ("role" in value or "from" in value):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _messages(item)


def all_texts(value: Any) -> str:
    """Every text of what a client has read, a line each, for clients that write no prompt."""
    if isinstance(value, dict):
        return "\n".join([*value, *map(all_texts, value.values())])
    if isinstance(value, list):
        return "\n".join(map(all_texts, value))
    return value if isinstance(value, str) else ""


def texts(value: Any, field: str = "") -> Iterator[str]:
    """Every text and long number of a value that a trainer would read; those inside JSON text one by one."""
    if isinstance(value, dict):
        is_call = value.get("role") in ("tool_call", "function_call")
        is_message = "role" in value or "from" in value
        for key, item in value.items():
            if key not in STRUCTURE and (not is_message or key in MESSAGE):
                yield from texts(item, "value" if is_call and key == "content" else key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, field)
    elif isinstance(value, str):
        inner = _parsed(value) if field in ("arguments", "parameters", "tools", "value") else None
        if field == "tools" and value.strip() == "null":
            return
        if isinstance(inner, dict | list):
            yield from texts(inner, field)
        elif field != "type":
            yield value
    elif type(value) is int and value > LEAST_NUMBER:
        yield str(value)


def _arguments(value: Any) -> Iterator[Any]:
    """The arguments of calls that are given as JSON text, read."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _arguments(item)
    if isinstance(value, dict) and isinstance(value.get("arguments"), str):
        arguments = _parsed(value["arguments"])
        if isinstance(arguments, dict):
            yield arguments


def _parsed(text: str) -> Any:
    with contextlib.suppress(ValueError):
        return json.loads(text)
    with contextlib.suppress(ValueError, SyntaxError):
        return ast.literal_eval(text)
    return None


def _without_escapes(text: str) -> str:
    for escape in ("\\n", "\\t", "\n", "\t", "\\", '"', "'", " "):
        text = text.replace(escape, "")
    return text


def _short(words: str) -> str:
    return " ".join(words.split())[:200]
