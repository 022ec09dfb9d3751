"""``{"messages": [{"role": "user", "content": …}], "answer": …}``: prompts with what their grader needs."""

from ftlint.shapes.answers import unanswered
from ftlint.shapes.called import read_tools
from ftlint.shapes.chat import Chat
from ftlint.shapes.modern import modern
from ftlint.shapes.shape import Conversation, Names, Record


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
        record: Record = {"messages": unanswered(conversation)}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
