"""``{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}``: OpenAI's preference pairs."""

from typing import Any

from ftlint.path import Steps
from ftlint.shapes.answers import two_answers
from ftlint.shapes.called import declared_tools, read_tools, tool_steps
from ftlint.shapes.shape import CannotHold, Conversation, Names, Record
from ftlint.shapes.spans import Span, Spans


class Preference(Spans):
    """The conversation and its tools stand in ``input``, each answer in a list of its own."""

    name = "preference"
    required = ("input", "preferred_output", "non_preferred_output")
    aliases = {
        "preferred_output": ("preferred_completion", "chosen"),
        "non_preferred_output": ("non_preferred_completion", "rejected"),
    }
    sides = True
    turns = True
    call_ids = True
    declares = ("input",)
    beyond = ("input.tools", "input.parallel_tool_calls")

    def recognise(self, record: Record, names: Names) -> bool:
        # Under other names only an input that may hold messages is surely of this shape.
        own = all(names[name] == name for name in self.required)
        return own or isinstance(record[names["input"]], dict)

    def spans(self, record: Record, names: Names) -> list[Span]:
        return [Span((names["input"], "messages"), "user"), Span((names["preferred_output"],), "assistant")]

    def against(self, record: Record, names: Names) -> list[Span]:
        return [Span((names["non_preferred_output"],), "assistant")]

    def tools(self, record: Record, names: Names) -> list[Any]:
        return declared_tools(record[names["input"]])

    def tool_steps(self, record: Record, names: Names, nth: int) -> Steps:
        return (names["input"], *tool_steps(record[names["input"]], "tools", nth))

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        given = record[names["input"]]
        conversation.tools = read_tools(given.get("tools"), given.get("functions"))
        more = {key: value for key, value in given.items() if key not in ("messages", "tools", "functions")}
        conversation.extra = more | conversation.extra
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, wanted, rejected = two_answers(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        given: Record = {"messages": prompt}
        if conversation.tools:
            given["tools"] = conversation.tools
        if "parallel_tool_calls" in conversation.extra:
            given["parallel_tool_calls"] = conversation.extra.pop("parallel_tool_calls")
        return {"input": given, "preferred_output": wanted, "non_preferred_output": rejected}
