"""``{"prompt": …, "chosen": …, "rejected": …}``: TRL's preference pairs, and Axolotl's under their own names."""

from collections.abc import Sequence

from ftlint.path import Steps
from ftlint.shapes.answers import two_answers
from ftlint.shapes.chat import Chat
from ftlint.shapes.shape import Conversation, Message, Names, Record, follow
from ftlint.shapes.spans import Span, Spans, is_messages, optional_spans

PROMPTS = ("prompt", "instruction", "question", "input")
MESSAGES = ("messages", *Chat.aliases["messages"])


class TrlPreference(Spans):
    """Texts or messages. Lists of messages that begin alike hold the prompt, unless it is a list beside them."""

    name = "trl-preference"
    required = ("chosen", "rejected")
    optional = ("prompt", "system", "tools")
    aliases = {"prompt": PROMPTS[1:], "chosen": ("chosen_response",), "rejected": ("rejected_response",)}
    sides = True

    def recognise(self, record: Record, names: Names) -> bool:
        if "prompt" in names:
            return True
        # A prompt under another name is found once other names are tried. Messages are no prompt of this shape,
        # but they may stand beside answers that hold their own.
        answers = (record[names["chosen"]], record[names["rejected"]])
        whole = all(isinstance(answer, list) for answer in answers)
        unread = PROMPTS if whole else PROMPTS + MESSAGES
        return not any(key.strip().casefold() in unread for key in record) and not any(
            isinstance(answer, dict) for answer in answers
        )

    def spans(self, record: Record, names: Names) -> list[Span]:
        shared = self._shared(record, names)
        chosen = (names["chosen"],)
        if shared:
            begin = [*optional_spans(record, names, [("system", "system")]), Span(chosen, "user", 0, shared)]
        else:
            begin = optional_spans(record, names, [("system", "system"), ("prompt", "user")])
        return [*begin, Span(chosen, "assistant", shared)]

    def against(self, record: Record, names: Names) -> list[Span]:
        return [Span((names["rejected"],), "assistant", self._shared(record, names))]

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        twin = self._twin(record, names, self.steps(record, names, at, field, part))
        super().put(record, names, at, field, part, text)
        if twin:
            follow(record, twin[:-1])[twin[-1]] = text

    def remove(self, record: Record, names: Names, at: int) -> None:
        twin = self._twin(record, names, self.steps(record, names, at, "content", None)[:-1])
        size = len(record[names["chosen"]])
        super().remove(record, names, at)
        if twin and len(record[names["chosen"]]) < size:
            del follow(record, twin[:-1])[twin[-1]]

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        key = names.get("prompt", "prompt")
        said = [message.get("content") for message in conversation.messages]
        if record.get(key) and self._shared(record, names) and record[key] not in said:
            conversation.extra[key] = record[key]
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, wanted, rejected = two_answers(conversation)
        record: Record = {"prompt": prompt} if prompt else {}
        record |= {"chosen": wanted, "rejected": rejected}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record

    def _twin(self, record: Record, names: Names, steps: Steps) -> Steps:
        """Where the other answer has the same, if both begin with it: there it has to stay the same."""
        shared = self._shared(record, names)
        twice = steps[:1] == (names["chosen"],) and len(steps) > 1 and steps[1] in range(shared)
        return (names["rejected"], *steps[1:]) if twice else ()

    @staticmethod
    def _shared(record: Record, names: Names) -> int:
        """How many messages both answers begin with, which are then the prompt; of each something is left."""
        chosen, rejected = record[names["chosen"]], record[names["rejected"]]
        beside = is_messages(record.get(names["prompt"])) if "prompt" in names else False
        if beside or not (is_messages(chosen) and is_messages(rejected)):
            return 0
        return _alike(chosen[:-1], rejected[:-1])


def _alike(some: Sequence[Message], others: Sequence[Message]) -> int:
    """How many elements two lists begin with in common."""
    pairs = zip(some, others, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))
