"""A question and the calls that answer it: ``{"query": …, "tools": "[…]", "answers": "[{\\"name\\": …}]"}``.

Salesforce's xLAM: the tools and the calls are the JSON text of a list, or the list. The parameters of a tool have a
description, a type as Python names it, and a default by name; they are read as JSON Schema.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.shapes.modernize import modernized
from ftlint.shapes.schema_types import with_json_types
from ftlint.shapes.shape import CannotHold, Conversation, Message, Names, Record, Shape, follow, lost_keys
from ftlint.shapes.tools import (
    as_object,
    changed_call,
    declared_tools,
    parsed_calls,
    read_tools,
    tool_steps,
)
from ftlint.shapes.write_blocks import text_of

CALL_FIELDS = ("call", "call_id", "call_name", "arguments")


class Xlam(Shape):
    """The calls are those of one answer. No call has a result."""

    name = "xlam"
    required: ClassVar[Sequence[str]] = ("query", "tools", "answers")
    tool_fields = ("tools",)
    identity_fields = ("tools",)

    def recognise(self, record: Record, names: Names) -> bool:
        fields = ("tools", "answers")
        return all(isinstance(record[names[name]], str | list) for name in fields)

    def view(self, record: Record, names: Names) -> list[Message]:
        answers = record[names["answers"]]
        calls = parsed_calls(answers, lenient=True)
        answer = {"content": answers} if calls is None else {"content": None, "tool_calls": calls}
        return [{"role": "user", "content": record[names["query"]]}, {"role": "assistant", **answer}]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        if at == 0:
            return (names["query"],)
        call: Steps = (names["answers"], max(part or 0, 0))
        if field not in CALL_FIELDS or not isinstance(follow(record, call), dict):
            return (names["answers"],)
        key = {"call_name": "name", "arguments": "arguments"}.get(field)
        return call if key is None else (*call, key)

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        calls = self.view(record, names)[1].get("tool_calls") if at == 1 else None
        if calls is None or field == "role":
            return super().text(record, names, at, field, part)
        if field not in ("call_name", "arguments"):
            return None
        found = follow(calls, (part or 0, "function", "name" if field == "call_name" else field))
        return found if isinstance(found, str) else None

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        # The roles are those of the columns.
        if field == "role":
            return
        written = record[names["answers"]]
        if at == 1 and field in ("call_name", "arguments") and parsed_calls(written, lenient=True):
            changed = changed_call(_as_text(written), part or 0, field, text)
            record[names["answers"]] = changed if isinstance(written, str) else parse_json(changed)
        else:
            super().put(record, names, at, field, part, text)

    def tools(self, record: Record, names: Names) -> list[Any]:
        return with_json_types(declared_tools(record, names["tools"], ""))

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return tool_steps(record, names["tools"], nth)

    def read(self, record: Record, names: Names) -> Conversation:
        messages = self.view(record, names)
        if "tool_calls" not in messages[1]:
            raise CannotHold("cannot take answers that are not the JSON of a list of calls")
        tools = read_tools(record[names["tools"]])
        return Conversation(
            modernized(messages),
            with_json_types(tools) if tools else None,
            extra=self.extra(record, names),
        )

    def write(self, conversation: Conversation) -> Record:
        messages = conversation.messages
        roles = [message.get("role") for message in messages]
        if roles != ["user", "assistant"] or not messages[1].get("tool_calls"):
            raise CannotHold("holds one question and the calls that answer it")
        if messages[1].get("content"):
            raise CannotHold("has no place for a text beside calls")
        functions = [call.get("function") for call in messages[1]["tool_calls"]]
        answers = [{"name": f["name"], "arguments": as_object(f.get("arguments"))} for f in functions]
        conversation.lost.extend(lost_keys(messages, ("role", "content", "tool_calls")))
        declared = [tool.get("function", tool) for tool in conversation.tools or ()]
        return {
            "query": text_of(messages[0]),
            "tools": write_json(declared),
            "answers": write_json(answers),
        }


def _as_text(written: Any) -> str:
    return written if isinstance(written, str) else write_json(written)
