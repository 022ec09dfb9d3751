"""Kinds of rows by their messages and answers."""

import unicodedata
from collections.abc import Callable
from typing import Any

from row_parts import ANSWERS, LISTS, ROLES, content, conversations, has_call, is_blank, messages, role


def empty_answer(row: Any) -> bool:
    """An answer that is there and says nothing."""
    said = [
        content(message)
        for message in messages(row)
        if role(message) == "assistant" and not has_call(message) and {"content", "value"} & message.keys()
    ]
    alone = [content(row[key]) if isinstance(row[key], dict) else row[key] for key in ANSWERS if key in row]
    return any(map(is_blank, (*said, *alone)))


def no_answer(row: Any) -> bool:
    """No message of the assistant in a conversation."""
    return any(
        not any(isinstance(message, dict) and role(message) == "assistant" for message in row[key])
        for key in LISTS
        if isinstance(row.get(key), list) and key != "prompt"
    )


def no_content(row: Any) -> bool:
    """A message without content, or with null, that is no call, or a prompt that is null."""
    return ("prompt" in row and row["prompt"] is None) or any(
        content(message) is None and not has_call(message) for message in messages(row)
    )


def other_content(row: Any) -> bool:
    """A content that is neither a text nor parts, as a number, an object or a list of texts."""
    texts = [content(message) for message in messages(row)] + [row.get(key) for key in ("prompt", *ANSWERS)]
    return any(
        isinstance(said, int | float | dict)
        or (isinstance(said, list) and not all(isinstance(part, dict) for part in said))
        for said in texts
    )


def no_role(row: Any) -> bool:
    """A message whose role is missing or no text."""
    return any(not isinstance(role(message), str) for message in messages(row))


def unknown_role(row: Any) -> bool:
    """A role that chat templates have no header for."""
    words = [message.get("role", message.get("from")) for message in messages(row)]
    return any(isinstance(word, str) and word not in ROLES for word in words)


def system_in_parts(row: Any) -> bool:
    """A system message whose content is a list."""
    return any(role(message) == "system" and isinstance(content(message), list) for message in messages(row))


def no_message(row: Any) -> bool:
    """A list of messages that is null or empty, or holds what is no message."""
    if "messages" in row and row["messages"] is None:
        return True
    return any(
        not c or not all(isinstance(message, dict) and message for message in c) for c in conversations(row)
    )


def answer_of_other_role(row: Any) -> bool:
    """A pair one of whose answers is not the assistant's."""
    answers = [row.get(key) for key in ("chosen", "rejected", "preferred_output", "non_preferred_output")]
    last = [answer[-1] for answer in answers if isinstance(answer, list) and answer]
    return any(isinstance(message, dict) and role(message) != "assistant" for message in last)


def order(row: Any) -> str:
    """The roles of the messages, one letter each: s, u, a, t; a blank between two lists."""
    letters = {"system": "s", "user": "u", "assistant": "a", "tool": "t"}
    return " ".join(
        "".join(letters.get(role(message), "?") for message in c if isinstance(message, dict))
        for c in conversations(row)
    )


def same_answers(row: Any) -> bool:
    """A pair of two equal answers."""
    pairs = (("chosen", "rejected"), ("preferred_output", "non_preferred_output"))
    return any(row.get(one) is not None and _said(row[one]) == _said(row.get(other)) for one, other in pairs)


def _said(answer: Any) -> Any:
    """An answer without the blanks around its texts."""
    if isinstance(answer, list):
        return [(role(m), _said(content(m))) if isinstance(m, dict) else m for m in answer]
    return unicodedata.normalize("NFC", answer.strip()) if isinstance(answer, str) else answer


def repeated_prompt(row: Any) -> bool:
    """A pair of which an answer begins with the prompt once more."""
    answers = [row[field] for field in ("chosen", "rejected", "completion") if field in row]
    return any(_repeats(row.get("prompt"), answer) for answer in answers)


def _repeats(prompt: Any, answer: Any) -> bool:
    if isinstance(prompt, str) and isinstance(answer, list) and answer and isinstance(answer[0], dict):
        return content(answer[0]) == prompt or role(answer[0]) == "user"
    return bool(prompt) and type(prompt) is type(answer) and answer[: len(prompt)] == prompt


def question_in_one_answer(row: Any) -> bool:
    """A pair without a prompt whose answers begin with no question that both have."""
    chosen, rejected = row.get("chosen"), row.get("rejected")
    if "prompt" in row or not isinstance(chosen, list) or not isinstance(rejected, list):
        return False
    shared = []
    for one, other in zip(chosen, rejected, strict=False):
        if one != other or not isinstance(one, dict):
            break
        shared.append(role(one))
    return "user" not in shared


def field_of_messages(*names: str) -> Callable[[Any], bool]:
    """Rows in which a message has one of these fields."""
    return lambda row: any(name in message for message in messages(row) for name in names)


def thought_in_earlier_answer(row: Any) -> bool:
    """An answer in ``<think>`` tags before the last message of the user."""
    found = [message for message in messages(row) if role(message) in ("user", "assistant")]
    last = max((at for at, message in enumerate(found) if role(message) == "user"), default=0)
    return any("</think>" in str(content(message)) for message in found[:last])


def last_not_an_answer(row: Any) -> bool:
    """A conversation that ends with another message than the assistant's."""
    found = row.get("messages")
    last = found[-1] if isinstance(found, list) and found else None
    return isinstance(last, dict) and role(last) != "assistant"


def has_empty_object(value: Any) -> bool:
    """An object without a field, anywhere in a value that is no text."""
    if isinstance(value, dict):
        return not value or any(map(has_empty_object, value.values()))
    return isinstance(value, list) and any(map(has_empty_object, value))
