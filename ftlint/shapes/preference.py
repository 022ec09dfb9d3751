"""Preference pairs: TRL, OpenAI, NeMo-RL, and chats with two answers.

- ``{"prompt": …, "chosen": …, "rejected": …}``: TRL, and Axolotl under its own names.
- ``{"input": {"messages": […]}, "preferred_output": […], "non_preferred_output": […]}``: OpenAI.
- ``{"context": …, "completions": [{"rank": 0, "completion": […]}, …]}``: NeMo-RL.
- ``{"messages": […], "chosen": {…}, "rejected": {…}}``: Axolotl and LLaMA-Factory.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes import media
from ftlint.shapes.answers import two_answers, two_messages
from ftlint.shapes.around import FIELDS_AROUND
from ftlint.shapes.chat import Chat
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    Record,
    follow,
    lost_keys,
    one_exchange,
    plain_text,
)
from ftlint.shapes.spans import (
    MessageSpan,
    SpanShape,
    gathered,
    is_messages,
    optional_spans,
    prompt_spans,
    unread_around,
)
from ftlint.shapes.tools import declared_tools, read_tools, tool_steps
from ftlint.shapes.transcripts import read_transcripts, with_transcript


class Preference(SpanShape):
    """The conversation and its tools are in ``input``, each answer in a separate list."""

    name = "preference"
    required = ("input", "preferred_output", "non_preferred_output")
    aliases = {
        "preferred_output": ("preferred_completion", "chosen"),
        "non_preferred_output": ("non_preferred_completion", "rejected"),
    }
    is_preference = True
    turns = True
    call_ids = True
    tool_fields = ("input",)
    identity_fields = ("input.tools", "input.functions", "input.parallel_tool_calls")

    def recognise(self, record: Record, names: Names) -> bool:
        # Under other names only an input that may contain messages is certainly of this shape.
        own = all(names[name] == name for name in self.required)
        return own or isinstance(record[names["input"]], dict)

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [
            MessageSpan((names["input"], "messages"), "user"),
            MessageSpan((names["preferred_output"],), "assistant"),
        ]

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [MessageSpan((names["non_preferred_output"],), "assistant")]

    def tools(self, record: Record, names: Names) -> list[Any]:
        given = record[names["input"]]
        return declared_tools(given) if isinstance(given, dict) else []

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
        prompt, chosen, rejected = two_answers(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        given: Record = {"messages": prompt}
        if conversation.tools:
            given["tools"] = conversation.tools
        if "parallel_tool_calls" in conversation.extra:
            given["parallel_tool_calls"] = conversation.extra.pop("parallel_tool_calls")
        return {"input": given, "preferred_output": chosen, "non_preferred_output": rejected}


class RankedPair(SpanShape):
    """The answer with the lowest rank is chosen, the one with the highest is rejected."""

    name = "ranked-preference"
    notation: ClassVar[Mapping[str, Collection[Any]]] = {"completions[].rank": (0, 1)}
    required = ("context", "completions")
    is_preference = True
    tool_fields = ()
    # More than two may be there, and their ranks.
    identity_fields = ("completions",)

    def recognise(self, record: Record, names: Names) -> bool:
        completions = record[names["completions"]]
        first = completions[0] if isinstance(completions, list) and completions else None
        return isinstance(first, dict) and ("rank" in first or "completion" in first)

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [MessageSpan((names["context"],), "user"), self._completion(record, names, 0)]

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [self._completion(record, names, -1)]

    def read(self, record: Record, names: Names) -> Conversation:
        if (answers := len(record[names["completions"]])) != 2:
            raise CannotHold(f"holds one wanted answer and one other, not {answers}")
        return super().read(record, names)

    def write(self, conversation: Conversation) -> Record:
        prompt, *answers = two_answers(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        if conversation.tools:
            conversation.lost.append("tools")
        completions = [{"rank": rank, "completion": answer} for rank, answer in enumerate(answers)]
        return {"context": prompt, "completions": completions}

    @staticmethod
    def _completion(record: Record, names: Names, nth: int) -> MessageSpan:
        """The span of the nth completion in order of rank, stable for equal ranks."""
        completions = record[names["completions"]]
        ranked = sorted(range(len(completions)), key=lambda place: completions[place]["rank"])
        return MessageSpan((names["completions"], ranked[nth], "completion"), "assistant")


PROMPTS = ("prompt", "instruction", "question", "input")
# Those of Argilla, of Stack Exchange's pairs, and of torchtune's example of a column_map.
CHOSEN = ("chosen_response", "response_chosen", "chosen_output", "response_j", "chosen_conversations")
REJECTED = (
    "rejected_response",
    "response_rejected",
    "rejected_output",
    "response_k",
    "rejected_conversations",
)
MESSAGES = ("messages", *Chat.aliases["messages"])


class TrlPreference(SpanShape):
    """Texts or messages. The common prefix of two lists of messages is the prompt, unless there is a separate list."""

    name = "trl-preference"
    required: ClassVar[Sequence[str]] = ("chosen", "rejected")
    optional: ClassVar[Sequence[str]] = ("prompt", "tools", *FIELDS_AROUND)
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "prompt": PROMPTS[1:],
        "chosen": CHOSEN,
        "rejected": REJECTED,
        "system": SYSTEM_NAMES,
        "history": ("chat_history",),
    }
    is_preference = True
    folded_fields: ClassVar[Sequence[str]] = FIELDS_AROUND

    def recognise(self, record: Record, names: Names) -> bool:
        if "prompt" in names:
            # An object is the input of OpenAI's pairs.
            return names["prompt"] == "prompt" or not isinstance(record[names["prompt"]], dict)
        # A prompt under another name is tried later, with other names. Messages are not a prompt of this shape,
        # but may be next to answers that contain their own prompt.
        answers = (record[names["chosen"]], record[names["rejected"]])
        are_lists = all(isinstance(answer, list) for answer in answers)
        unread = PROMPTS if are_lists else PROMPTS + MESSAGES
        return not any(key.strip().casefold() in unread for key in record) and not any(
            isinstance(answer, dict) for answer in answers
        )

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        shared = self._shared(record, names)
        chosen = self.side(record, names, "chosen")
        if shared:
            # A prompt beside messages that begin with it is said there.
            others = {name: key for name, key in names.items() if name != "prompt"}
            begin = [*prompt_spans(record, others), MessageSpan(chosen, "user", 0, shared)]
        else:
            begin = prompt_spans(record, names)
        return [*begin, MessageSpan(chosen, "assistant", shared)]

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [MessageSpan(self.side(record, names, "rejected"), "assistant", self._shared(record, names))]

    def side(self, record: Record, names: Names, side: str) -> Steps:
        """The path of the messages, or of the text, of an answer."""
        del record
        return (names[side],)

    def unviewed(self, record: Record, names: Names) -> Sequence[str]:
        return (names["prompt"],) if "prompt" in names and self._shared(record, names) else ()

    def extra(self, record: Record, names: Names) -> Record:
        shared = self._shared(record, names)
        others = {name: key for name, key in names.items() if not (shared and name == "prompt")}
        return super().extra(record, names) | unread_around(record, others)

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        twin = self._twin(record, names, self.steps(record, names, at, field, part))
        super().put(record, names, at, field, part, text)
        if twin:
            follow(record, twin[:-1])[twin[-1]] = text

    def remove(self, record: Record, names: Names, at: int) -> None:
        twin = self._twin(record, names, self.steps(record, names, at, "content", None)[:-1])
        size = len(follow(record, self.side(record, names, "chosen")))
        super().remove(record, names, at)
        if twin and len(follow(record, self.side(record, names, "chosen"))) < size:
            del follow(record, twin[:-1])[twin[-1]]

    def read(self, record: Record, names: Names) -> Conversation:
        transcripts = (
            None
            if "prompt" in names
            else read_transcripts(
                *(follow(record, self.side(record, names, side)) for side in ("chosen", "rejected"))
            )
        )
        if transcripts is not None:
            return self._read_transcripts(record, names, *transcripts)
        conversation = with_transcript(super().read(record, names))
        key = names.get("prompt", "prompt")
        said = [message.get("content") for message in conversation.messages]
        if record.get(key) and self._shared(record, names) and record[key] not in said:
            conversation.extra[key] = record[key]
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_answers(conversation)
        record: Record = {"prompt": prompt} if prompt else {}
        record |= {"chosen": chosen, "rejected": rejected}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record

    def _read_transcripts(
        self, record: Record, names: Names, chosen: list[Message], rejected: list[Message]
    ) -> Conversation:
        """The conversation of two texts with speakers, whose common beginning is the prompt."""
        begin = gathered(record, prompt_spans(record, names))
        shared = _common_prefix_length(chosen[:-1], rejected[:-1])
        return Conversation(
            messages=[*begin, *chosen],
            tools=read_tools(record.get(names.get("tools", "tools"))),
            rejected=rejected[shared:],
            answer=len(chosen) - shared,
            extra=self.extra(record, names),
        )

    def _twin(self, record: Record, names: Names, steps: Steps) -> Steps:
        """The path of the same text in the other answer if it is in the common prefix, which must stay equal."""
        shared, chosen = self._shared(record, names), self.side(record, names, "chosen")
        place, n = steps[len(chosen) :], len(chosen)
        twice = steps[:n] == chosen and bool(place) and place[0] in range(shared)
        return (*self.side(record, names, "rejected"), *place) if twice else ()

    def _shared(self, record: Record, names: Names) -> int:
        """The length of the common prefix of both answers, which is the prompt; each answer retains some messages."""
        chosen, rejected = (follow(record, self.side(record, names, side)) for side in ("chosen", "rejected"))
        has_prompt = is_messages(record.get(names["prompt"])) if "prompt" in names else False
        if has_prompt or not (is_messages(chosen) and is_messages(rejected)):
            return 0
        return _common_prefix_length(chosen[:-1], rejected[:-1])


class WholePair(TrlPreference):
    """Both answers are lists of messages that begin with the prompt, and nothing else is read."""

    name = "whole-preference"
    optional = ("tools",)
    folded_fields = ()
    on_request = True

    def recognise(self, record: Record, names: Names) -> bool:
        sides = (record[names["chosen"]], record[names["rejected"]])
        return all(map(is_messages, sides)) and not record.get("prompt")

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_answers(conversation)
        record: Record = {"chosen": [*prompt, *chosen], "rejected": [*prompt, *rejected]}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record


class TextPair(TrlPreference):
    """A question and two answers, all of them texts, as torchtune reads those of Stack Exchange."""

    name = "text-preference"
    required = ("prompt", "chosen", "rejected")
    optional = ()
    folded_fields = ()
    on_request = True

    def recognise(self, record: Record, names: Names) -> bool:
        return all(isinstance(record[names[field]], str) for field in self.required)

    def write(self, conversation: Conversation) -> Record:
        _, _, rejected = two_messages(conversation)
        prompt, chosen = one_exchange(conversation)
        if rejected.get("role") != "assistant" or rejected.get("tool_calls"):
            raise CannotHold("has no place for tool calls")
        conversation.lost.extend(lost_keys([rejected]))
        return {"prompt": prompt, "chosen": chosen, "rejected": plain_text(rejected.get("content"))}


class MessagesPair(TrlPreference):
    """Each side is an object with the messages of the whole conversation, as Fireworks' own recipes read it."""

    name = "messages-preference"
    optional = ("tools",)
    aliases = {}
    folded_fields = ()

    def extra(self, record: Record, names: Names) -> Record:
        return SpanShape.extra(self, record, names)

    def recognise(self, record: Record, names: Names) -> bool:
        sides = (record[names["chosen"]], record[names["rejected"]])
        return all(isinstance(side, dict) and "messages" in side for side in sides)

    def side(self, record: Record, names: Names, side: str) -> Steps:
        del record
        return (names[side], "messages")

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        sides = ((side, record[names[side]]) for side in ("chosen", "rejected"))
        conversation.lost += [f"{side}.{key}" for side, held in sides for key in held if key != "messages"]
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_answers(conversation)
        record: Record = {
            "chosen": {"messages": [*prompt, *chosen]},
            "rejected": {"messages": [*prompt, *rejected]},
        }
        if conversation.tools:
            record["tools"] = conversation.tools
        return record


def _common_prefix_length(some: Sequence[Message], others: Sequence[Message]) -> int:
    """The length of the common prefix of two lists."""
    pairs = zip(some, others, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))


class ChatPair(SpanShape):
    """Each answer is one message."""

    name = "chat-preference"
    required = ("messages", "chosen", "rejected")
    optional = ("system", "tools", *media.FIELDS)
    aliases = {"messages": Chat.aliases["messages"], "system": SYSTEM_NAMES}
    is_preference = True
    turns = True
    call_ids = True
    identity_fields = ("tools", *media.FIELDS)

    def recognise(self, record: Record, names: Names) -> bool:
        # Lists of messages are TRL's, with or without a messages field.
        answers = (record[names["chosen"]], record[names["rejected"]])
        return not any(isinstance(answer, list) for answer in answers) and Chat().recognise(record, names)

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        begin = optional_spans(record, names, [("system", "system")])
        return [
            *begin,
            MessageSpan((names["messages"],), "user"),
            MessageSpan((names["chosen"],), "assistant"),
        ]

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [MessageSpan((names["rejected"],), "assistant")]

    def read(self, record: Record, names: Names) -> Conversation:
        conversation = super().read(record, names)
        media.take_media(conversation, record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_messages(conversation)
        if not prompt:
            raise CannotHold("needs a message before the answers")
        record: Record = {"messages": prompt, "chosen": chosen, "rejected": rejected}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record
