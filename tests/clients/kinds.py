"""Kinds of rows, by what a row contains: a reason in differences.toml names one, so that it holds for no other row.

They are worked out from the row alone, without ftlint, which is what they are to judge.
"""

import json
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema

Kind = Callable[[Any], bool]
LISTS = (
    "messages", "conversations", "interactions", "prompt", "completion", "chosen", "rejected", "preferred_output",
    "non_preferred_output",
)  # fmt: skip
"""Fields that hold messages."""
ANSWERS = ("completion", "output", "text", "chosen", "rejected", "answer", "response")
"""Fields that hold a text that is learnt."""
ROLES = ("system", "developer", "user", "assistant", "tool")
WORDS = {"human": "user", "gpt": "assistant", "function_call": "assistant", "observation": "tool"}


def messages(row: Any) -> Iterator[dict[str, Any]]:
    """Every message of the row, also of its pairs."""
    for conversation in conversations(row):
        yield from (message for message in conversation if isinstance(message, dict))


def conversations(row: Any) -> Iterator[list[Any]]:
    """Every list of messages of the row."""
    held = row.get("input")
    for holder in (row, held if isinstance(held, dict) else {}):
        yield from (holder[key] for key in LISTS if isinstance(holder.get(key), list))


def role(message: dict[str, Any]) -> Any:
    """The role as the chat layout calls it."""
    word = message.get("role", message.get("from"))
    return WORDS.get(word, word) if isinstance(word, str) else word


def content(message: dict[str, Any]) -> Any:
    return message.get("content", message.get("value", message.get("text")))


def calls(row: Any) -> Iterator[dict[str, Any]]:
    """Every function that is called, with its name and arguments as they stand."""
    for message in messages(row):
        listed = message.get("tool_calls")
        made = [message.get("function_call"), *(listed if isinstance(listed, list) else [])]
        for call in made:
            function = call.get("function", call) if isinstance(call, dict) else None
            if isinstance(function, dict):
                yield function


def arguments(function: dict[str, Any]) -> Any:
    """The arguments of a call; of JSON text what it says."""
    return decoded(function.get("arguments"))


def decoded(value: Any) -> Any:
    """What a JSON text says; anything else as it is."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def tools(row: Any) -> list[Any]:
    """The declared functions."""
    listed = decoded(row.get("tools")) or row.get("functions")
    return [
        tool.get("function", tool) if isinstance(tool, dict) else tool
        for tool in (listed if isinstance(listed, list) else [])
    ]


def is_blank(value: Any) -> bool:
    """Whether a content says nothing: null, blanks, or parts of blanks."""
    if isinstance(value, list):
        return all(isinstance(part, dict) and is_blank(part.get("text")) for part in value)
    return value is None or (isinstance(value, str) and not value.strip(" \n\t\u00a0\u200b"))


def has_call(message: dict[str, Any]) -> bool:
    return bool(message.get("tool_calls") or message.get("function_call"))


def empty_answer(row: Any) -> bool:
    """An answer that is there and says nothing."""
    said = [
        content(message)
        for message in messages(row)
        if role(message) == "assistant" and not has_call(message) and {"content", "value"} & message.keys()
    ]
    return any(map(is_blank, said)) or any(key in row and is_blank(row[key]) for key in ANSWERS)


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
    return any(isinstance(role(message), str) and role(message) not in ROLES for message in messages(row))


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


def arguments_as_text(row: Any) -> bool:
    """Arguments that are the JSON text of an object."""
    return any(
        isinstance(call.get("arguments"), str) and isinstance(arguments(call), dict) for call in calls(row)
    )


def arguments_as_object(row: Any) -> bool:
    """Arguments that are an object."""
    return any(isinstance(call.get("arguments"), dict) for call in calls(row))


def null_in_arguments(row: Any) -> bool:
    """Arguments in which a value is null."""
    return any(None in given.values() for given in map(arguments, calls(row)) if isinstance(given, dict))


def arguments_no_object(row: Any) -> bool:
    """Arguments that are missing, or no object, nor the JSON text of one."""
    return any(not isinstance(_innermost(call), dict) for call in calls(row))


def _innermost(call: dict[str, Any]) -> Any:
    given = arguments(call)
    while isinstance(given, str) and decoded(given) is not given:
        given = decoded(given)
    return given


def given_up(call: dict[str, Any]) -> bool:
    """Whether the arguments are a text that is no JSON."""
    given = call.get("arguments")
    return isinstance(given, str) and decoded(given) is given


def arguments_twice(row: Any) -> bool:
    """Arguments that are JSON text inside JSON text."""
    return any(isinstance(arguments(call), str) and not given_up(call) for call in calls(row))


def arguments_break_schema(row: Any) -> bool:
    """Arguments that the declared parameters of their function do not allow."""
    declared = {tool.get("name"): tool.get("parameters") for tool in tools(row) if isinstance(tool, dict)}
    for call in calls(row):
        schema = declared.get(call.get("name"))
        if isinstance(schema, dict) and isinstance(arguments(call), dict):
            try:
                jsonschema.validate(arguments(call), schema)
            except (jsonschema.ValidationError, jsonschema.SchemaError):
                return True
    return False


def no_name(row: Any) -> bool:
    """A call or a tool whose name is missing, empty or no text."""
    named = [*calls(row), *(tool if isinstance(tool, dict) else {} for tool in tools(row))]
    return any(not isinstance(one.get("name"), str) or not one["name"] for one in named)


def result_of_other_call(row: Any) -> bool:
    """A result whose id no call before it has."""
    known: list[Any] = []
    for message in messages(row):
        listed = message.get("tool_calls")
        known += (
            [call.get("id") for call in listed or () if isinstance(call, dict)]
            if isinstance(listed, list)
            else []
        )
        if "tool_call_id" in message and message["tool_call_id"] not in known:
            return True
    return False


def tool_data(row: Any) -> bool:
    """Tools, calls or results of calls."""
    return any(row.get(key) is not None for key in ("tools", "functions")) or any(
        role(message) in ("tool", "function")
        or {"tool_calls", "function_call", "tool_call_id"} & message.keys()
        for message in messages(row)
    )


def _roles(row: Any) -> str:
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
    """A pair whose answers begin with the prompt once more."""
    prompt, answer = row.get("prompt"), row.get("chosen", row.get("completion"))
    if isinstance(prompt, str) and isinstance(answer, list) and answer and isinstance(answer[0], dict):
        return content(answer[0]) == prompt or role(answer[0]) == "user"
    return bool(prompt) and type(prompt) is type(answer) and answer[: len(prompt)] == prompt


def empty_tools(row: Any) -> bool:
    """An empty text instead of tools."""
    return bool(row.get("tools") == "")


def field_of_messages(name: str) -> Kind:
    """Rows in which a message has this field."""
    return lambda row: any(name in message for message in messages(row))


def last_not_an_answer(row: Any) -> bool:
    """A conversation that ends with another message than the assistant's."""
    return any(
        isinstance(c[-1], dict) and role(c[-1]) != "assistant"
        for c in (row.get("messages"),)
        if isinstance(c, list) and c
    )


def has_empty_object(value: Any) -> bool:
    """An object without a field, anywhere in a value that is no text."""
    if isinstance(value, dict):
        return not value or any(map(has_empty_object, value.values()))
    return isinstance(value, list) and any(map(has_empty_object, value))


KINDS: dict[str, Kind] = {
    "empty answer": empty_answer,
    "no answer": no_answer,
    "no content": no_content,
    "content of another type": other_content,
    "no role": no_role,
    "unknown role": unknown_role,
    "prompt alone": lambda row: {"prompt"} == {"prompt", *ANSWERS, *LISTS} & row.keys(),
    "call in a turn": lambda row: any(
        "function_call" in (m.get("from"), m.get("role")) for m in messages(row)
    ),
    "legacy functions": lambda row: "functions" in row or any("function_call" in m for m in messages(row)),
    "empty object": has_empty_object,
    "answer alone": lambda row: _roles(row) == "a",
    "last not an answer": last_not_an_answer,
    "no message": no_message,
    "answer of another role": answer_of_other_role,
    "arguments as text": arguments_as_text,
    "arguments as an object": arguments_as_object,
    "null in arguments": null_in_arguments,
    "arguments no object": arguments_no_object,
    "arguments twice encoded": arguments_twice,
    "arguments break the schema": arguments_break_schema,
    "no name": no_name,
    "result of another call": result_of_other_call,
    "tool data": tool_data,
    "same role twice": lambda row: any(pair in _roles(row) for pair in ("uu", "aa")),
    "late system": lambda row: any(f"{letter}s" in _roles(row) for letter in "suat"),
    "user after a result": lambda row: "tu" in _roles(row),
    "same answers": same_answers,
    "repeated prompt": repeated_prompt,
    "empty tools": empty_tools,
    "blank system prompt": lambda row: "system" in row and is_blank(row["system"]),
    "image": lambda row: "image_url" in json.dumps(row),
    "name of a speaker": field_of_messages("name"),
    "reasoning": field_of_messages("reasoning_content"),
    "developer": lambda row: any(role(message) == "developer" for message in messages(row)),
    "weight of the example": lambda row: "weight" in row,
    "other columns": lambda row: (
        not {"messages", "conversations", "prompt", "completion", "text"} & row.keys()
    ),
    "null": lambda row: "null" in json.dumps(row),
}
"""What ``holds`` may say in differences.toml."""
