"""``{"messages": […], "chosen": {…}, "rejected": {…}}``: chats with two answers, for Axolotl and LLaMA-Factory."""

from ftlint.shapes import marks
from ftlint.shapes.answers import two_messages
from ftlint.shapes.chat import Chat
from ftlint.shapes.shape import CannotHold, Conversation, Names, Record
from ftlint.shapes.spans import Span, Spans, optional_spans


class ChatPair(Spans):
    """Each answer is one message."""

    name = "chat-preference"
    required = ("messages", "chosen", "rejected")
    optional = ("system", "tools", *marks.FIELDS)
    aliases = {"messages": Chat.aliases["messages"]}
    sides = True
    turns = True
    call_ids = True
    beyond = ("tools", *marks.FIELDS)

    def recognise(self, record: Record, names: Names) -> bool:
        # Lists of messages are TRL's, with or without messages beside them.
        answers = (record[names["chosen"]], record[names["rejected"]])
        return not any(isinstance(answer, list) for answer in answers) and Chat().recognise(record, names)

    def spans(self, record: Record, names: Names) -> list[Span]:
        begin = optional_spans(record, names, [("system", "system")])
        return [*begin, Span((names["messages"],), "user"), Span((names["chosen"],), "assistant")]

    def against(self, record: Record, names: Names) -> list[Span]:
        return [Span((names["rejected"],), "assistant")]

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        marks.take_media(conversation, record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, wanted, rejected = two_messages(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        record: Record = {"messages": prompt, "chosen": wanted, "rejected": rejected}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
