"""Kinds of rows, by what a row contains: a reason in differences.toml names one, so that it holds for no other row.

They are worked out from the row alone, without ftlint, which is what they are to judge.
"""

import json
from collections.abc import Callable
from typing import Any

import kinds_of_calls as of_calls
import kinds_of_messages as of_messages
import row_parts

KINDS: dict[str, Callable[[Any], bool]] = {
    "empty answer": of_messages.empty_answer,
    "no answer": of_messages.no_answer,
    "no content": of_messages.no_content,
    "content of another type": of_messages.other_content,
    "no role": of_messages.no_role,
    "unknown role": of_messages.unknown_role,
    "prompt alone": lambda row: {"prompt"} == {"prompt", *row_parts.ANSWERS, *row_parts.LISTS} & row.keys(),
    "call in a turn": lambda row: any(
        "function_call" in (message.get("from"), message.get("role")) for message in row_parts.messages(row)
    ),
    "empty object": of_messages.has_empty_object,
    "answer alone": lambda row: of_messages.order(row) == "a",
    "last not an answer": of_messages.last_not_an_answer,
    "no message": of_messages.no_message,
    "answer of another role": of_messages.answer_of_other_role,
    "arguments as text": of_calls.arguments_as_text,
    "arguments as an object": of_calls.arguments_as_object,
    "null in arguments": of_calls.null_in_arguments,
    "arguments no object": of_calls.arguments_no_object,
    "arguments twice encoded": of_calls.arguments_twice,
    "arguments break the schema": of_calls.arguments_break_schema,
    "no name": of_calls.no_name,
    "result of another call": of_calls.result_of_other_call,
    "undeclared call": of_calls.undeclared_call,
    "repeated call id": of_calls.repeated_call_id,
    "broken schema": of_calls.broken_schema,
    "one tool twice": of_calls.one_tool_twice,
    "legacy functions": of_calls.legacy_functions,
    "odd tool data": of_calls.odd_tool_data,
    "tools as text": lambda row: isinstance(row.get("tools"), str),
    "call of another role": of_calls.call_of_other_role,
    "tool data": of_calls.tool_data,
    "same role twice": lambda row: any(pair in of_messages.order(row) for pair in ("uu", "aa")),
    "late system": lambda row: any(f"{letter}s" in of_messages.order(row) for letter in "suat"),
    "user after a result": lambda row: "tu" in of_messages.order(row),
    "same answers": of_messages.same_answers,
    "repeated prompt": of_messages.repeated_prompt,
    "empty tools": of_calls.empty_tools,
    "blank system prompt": lambda row: "system" in row and row_parts.is_blank(row["system"]),
    "image": lambda row: "image_url" in json.dumps(row) or bool({"images", "image"} & row.keys()),
    "system message in parts": of_messages.system_in_parts,
    "thought in tags": lambda row: any(
        "</think>" in str(row_parts.content(message)) for message in row_parts.messages(row)
    ),
    "name of a speaker": of_messages.field_of_messages("name"),
    "reasoning": of_messages.field_of_messages("reasoning_content", "reasoning", "thinking"),
    "thought in an earlier answer": of_messages.thought_in_earlier_answer,
    "reasoning of another type": lambda row: any(
        not isinstance(message.get("reasoning_content") or "", str) for message in row_parts.messages(row)
    ),
    "audio": lambda row: "input_audio" in json.dumps(row),
    "question is null": lambda row: "instruction" in row and row["instruction"] is None,
    "developer": lambda row: any(
        row_parts.role(message) == "developer" for message in row_parts.messages(row)
    ),
    "weight of the example": lambda row: "weight" in row,
    "other columns": lambda row: (
        not {"messages", "conversations", "prompt", "completion", "text"} & row.keys()
    ),
    "null": lambda row: "null" in json.dumps(row),
    "label": lambda row: bool({"label", "kto_tag"} & row.keys()),
    "question in one answer": of_messages.question_in_one_answer,
    "question of another type": lambda row: any(
        row.get(field) is not None and not isinstance(row[field], str) for field in ("instruction", "input")
    ),
    "mixed types": lambda row: row_parts.has_mixed_types(row),
    "tool with other fields": of_calls.tool_with_other_fields,
}
"""What ``holds`` may say in differences.toml."""
