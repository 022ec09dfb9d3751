"""ms-swift's query and response with a rejected response beside them.

``{"query": …, "response": …, "rejected_response": …, "system": …, "history": [["…", "…"]]}``, also under the other
names that its ResponsePreprocessor takes for a query and a response.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from ftlint.shapes.answers import two_messages
from ftlint.shapes.shape import SYSTEM_NAMES, CannotHold, Conversation, Names, Record, lost_keys
from ftlint.shapes.spans import MessageSpan, SpanShape, prompt_spans, unread_around
from ftlint.shapes.write_blocks import text_of, without_system


class QueryPair(SpanShape):
    """Texts, with the system message and earlier turns beside them."""

    name = "query-preference"
    required = ("query", "response", "rejected_response")
    optional: ClassVar[Sequence[str]] = ("system", "history", "input")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {
        "query": ("prompt", "instruction", "question", "problem"),
        "response": ("answer", "output", "target", "targets", "solution", "completion"),
        "system": SYSTEM_NAMES[:1],
    }
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "system": SYSTEM_NAMES[1:],
        "history": ("chat_history",),
    }
    is_preference = True
    tool_fields = ()
    identity_fields = ()

    def recognise(self, record: Record, names: Names) -> bool:
        return not any(isinstance(record[names[name]], list | dict | bool) for name in self.required)

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        asked = prompt_spans(record, names, "query")
        return [*asked, MessageSpan((names["response"],), "assistant")]

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [MessageSpan((names["rejected_response"],), "assistant")]

    def extra(self, record: Record, names: Names) -> Record:
        return super().extra(record, names) | unread_around(record, names, "query")

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_messages(conversation)
        texts, turns = without_system(prompt, conversation.lost)
        roles = [message.get("role") for message in turns]
        if not roles or roles != [*["user", "assistant"] * (len(roles) // 2), "user"]:
            raise CannotHold("holds questions and answers in turn, nothing else")
        if any(message.get("tool_calls") for message in (*turns, chosen, rejected)):
            raise CannotHold("has no place for tool calls")
        conversation.lost.extend(lost_keys([*turns, chosen, rejected]))
        if conversation.tools:
            conversation.lost.append("tools")
        said = [text_of(message) for message in turns]
        record: Record = {"system": "\n".join(texts)} if texts else {}
        record |= {"query": said[-1], "response": text_of(chosen), "rejected_response": text_of(rejected)}
        history = [said[at : at + 2] for at in range(0, len(said) - 1, 2)]
        return record | ({"history": history} if history else {})
