"""``{"messages": [{"role": "user", "content": …}], "answer": …}``: prompts with what their grader needs."""

from ftlint.shapes.called import read_tools
from ftlint.shapes.chat import Chat
from ftlint.shapes.modern import modern
from ftlint.shapes.shape import CannotHold, Conversation, Names, Record


class Reinforcement(Chat):
    """A chat in which the grader may read every other field, whatever its name."""

    name = "reinforcement"
    optional = ("tools",)
    aliases = {}
    declares = ("tools",)
    answered = False
    all_beyond = True
    on_request = True

    def read(self, record: Record, names: Names) -> Conversation:
        tools = read_tools(record.get(names.get("tools", "tools")))
        return Conversation(modern(record[names["messages"]]), tools, extra=self.extra(record, names))

    def write(self, conversation: Conversation) -> Record:
        messages = list(conversation.messages)
        while messages and messages[-1].get("role") == "assistant":
            messages.pop()
        if not messages:
            raise CannotHold("needs a message that asks for an answer")
        if len(messages) < len(conversation.messages):
            conversation.lost.append("the answer")
        record: Record = {"messages": messages}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
