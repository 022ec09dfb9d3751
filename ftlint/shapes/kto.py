"""``{"prompt": …, "completion": …, "label": true}``: TRL's unpaired preferences, also under Axolotl's names."""

from ftlint.shapes.answers import label_of
from ftlint.shapes.labelled import Labelled, is_label
from ftlint.shapes.shape import Conversation, Names, Record
from ftlint.shapes.spans import Span, optional_spans
from ftlint.shapes.trl_completion import TrlCompletion


class KTO(Labelled, TrlCompletion):
    """A prompt and a completion, texts or messages, with a label."""

    name = "kto"
    required = ("prompt", "completion", "label")
    optional = ("system", "tools")
    aliases = {
        "prompt": ("instruction", "question", "query", "input"),
        "completion": ("response", "answer", "output"),
    }
    beyond = (*TrlCompletion.beyond, "label")

    def recognise(self, record: Record, names: Names) -> bool:
        return is_label(record, names)

    def spans(self, record: Record, names: Names) -> list[Span]:
        return [*optional_spans(record, names, [("system", "system")]), *super().spans(record, names)]

    def write(self, conversation: Conversation) -> Record:
        messages = conversation.messages
        if len(messages) == 1 and messages[0].keys() == {"role", "content"} and not conversation.tools:
            role, text = messages[0]["role"], messages[0]["content"]
            if role == "assistant" and isinstance(text, str):
                return {"prompt": "", "completion": text, "label": label_of(conversation)}
        return super().write(conversation)
