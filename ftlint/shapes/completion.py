"""Prompt and completion, prompt only, segments, and plain text.

- ``{"prompt": …, "completion": …}``: also the shape of most tables.
- ``{"prompt": …}``: the model in training generates the answers itself.
- ``{"segments": [{"text": …, "label": true}, …]}``: Axolotl's input_output; trained as written, without a chat
  template.
- ``{"text": …}``: plain text to continue.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftlint._polars import pl
from ftlint.display import quote
from ftlint.path import Steps
from ftlint.shapes.answers import SOLUTION, unanswered
from ftlint.shapes.around import FIELDS_AROUND, JOINED, FieldsAround, fields_around
from ftlint.shapes.chat import in_message
from ftlint.shapes.contents import is_response, texts_only, value_text
from ftlint.shapes.message_row import is_message_row
from ftlint.shapes.rendered import read_rendered
from ftlint.shapes.shape import (
    SYSTEM_NAMES,
    CannotHold,
    Conversation,
    Message,
    Names,
    PlainMessages,
    Record,
    Shape,
    follow,
    lost_keys,
    one_exchange,
    plain_text,
)
from ftlint.shapes.spans import MessageSpan, SpanShape, is_messages, optional_spans
from ftlint.shapes.write_blocks import text_of

if TYPE_CHECKING:
    from polars import DataFrame


ANSWER_NAMES = (
    "answer",
    "response",
    "output",
    "target",
    "targets",
    "label",
    "reply",
    "output_text",
    "答案",
    "回答",
    "输出",
)
# Beside a content they say that it is one message of a conversation.
MESSAGE_NAMES = ("role", "from", "speaker", "author", "turn")
# Answers in Axolotl's types of instructions. Beside messages or a plain text they may be anything.
INSTRUCTION_ANSWERS = (
    "summary",
    "generation",
    "message_2",
    "revision",
    "solution",
    "generated_solution",
    "explanation",
    "highlights",
    "answers",
)

# Beside a prompt of messages they are what a reward function compares with.
REFERENCES = ("label", "answer", "solution")


class Completion(Shape):
    """One prompt, one completion; the prompt may be empty.

    Columns beside them that belong to the example by their names are part of it: the system message, earlier turns,
    and texts before and after the prompt.
    """

    name = "completion"
    required = ("prompt", "completion")
    optional = FIELDS_AROUND
    folded_fields = FIELDS_AROUND
    aliases = {
        "prompt": (
            "question",
            "query",
            "problem",
            "input",
            "inputs",
            "text",
            "source",
            "instruction",
            "request",
            "article",
            "document",
            "dialogue",
            "message_1",
            "input_text",
            "问题",
            "提示",
            "输入",
        ),
        "completion": (*ANSWER_NAMES, *INSTRUCTION_ANSWERS),
        "system": SYSTEM_NAMES,
        "history": ("chat_history",),
    }

    def recognise(self, record: Record, names: Names) -> bool:
        # Several answers, or one with its place in the text, are no completion.
        return not (
            is_response(record[names["completion"]])
            or (names["completion"] == "answers" and isinstance(record["answers"], list | dict))
            or (names["completion"] in REFERENCES and is_messages(record[names["prompt"]]))
        )

    def view(self, record: Record, names: Names) -> list[Message]:
        if len(names) == 2:
            return [
                {"role": "user", "content": record[names["prompt"]]},
                {"role": "assistant", "content": record[names["completion"]]},
            ]
        around = fields_around(record, names)
        values = [follow(record, path) for path in _asked(record, names, around)]
        asked = values[0] if len(values) == 1 else [part for value in values for part in _parts(value)]
        return [
            *around.messages,
            {"role": "user", "content": asked},
            {"role": "assistant", "content": record[names["completion"]]},
        ]

    def columns(self, frame: "DataFrame", names: Names) -> "PlainMessages | None":
        prompts, completions = (frame[names[name]] for name in self.required)
        if prompts.dtype != pl.String or completions.dtype != pl.String or len(names) > 2:
            return None
        n = frame.height
        turns = pl.int_range(2 * n, eager=True)
        # Prompts first, then completions; they are interleaved.
        places = turns // 2 + (turns % 2) * n
        return PlainMessages(
            pl.Series([2], dtype=pl.UInt32).new_from_index(0, n),
            pl.Series(("user", "assistant"), dtype=pl.String).gather(turns % 2),
            pl.concat([prompts, completions], rechunk=True).gather(places),
        )

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        around = fields_around(record, names)
        if at < len(around.places):
            return around.places[at]
        if at > len(around.places):
            return _inside(record, (names["completion"],), field, part)
        paths = _asked(record, names, around)
        nth = part if part is not None and part >= 0 else None
        if nth is None or len(paths) == 1:
            return _inside(record, paths[0], field, part)
        for path in paths:
            n = len(_parts(follow(record, path)))
            if nth < n:
                return _inside(record, path, field, nth)
            nth -= n
        return paths[-1]

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        # The roles are those of the columns.
        if field != "role":
            super().put(record, names, at, field, part, text)

    def remove(self, record: Record, names: Names, at: int) -> None:
        # Half of a pair of earlier turns cannot be removed.
        if not isinstance(self.steps(record, names, at, "content", None)[-1], int):
            super().remove(record, names, at)

    def read(self, record: Record, names: Names) -> Conversation:
        lost: list[str] = []
        *before, asked, answer = self.view(record, names)
        around = fields_around(record, names)
        if len(paths := _asked(record, names, around)) > 1:
            texts = [value_text(follow(record, path), lost) for path in paths]
            if None in texts:
                raise CannotHold("cannot take a prompt that is no text")
            asked = {**asked, "content": plain_text([{"type": "text", "text": text} for text in texts])}
            lost.append(JOINED)
        messages = texts_only([*before, asked, answer], lost)
        if messages[-2]["content"] == "":
            del messages[-2]
        return Conversation(messages=messages, extra=self.extra(record, names), lost=lost)

    def extra(self, record: Record, names: Names) -> Record:
        return super().extra(record, names) | fields_around(record, names).unread

    def write(self, conversation: Conversation) -> Record:
        prompt, completion = one_exchange(conversation)
        return {"prompt": prompt, "completion": completion}


def _asked(record: Record, names: Names, around: FieldsAround) -> list[Steps]:
    """The paths of the texts that are the last question."""
    prompt: list[Steps] = [(names["prompt"],)]
    return [*around.before, *(prompt if record[names["prompt"]] != "" else []), *around.after] or prompt


def _parts(value: Any) -> list[Any]:
    """A text as a content part, or the parts that stand in place of a text, as Together reads them."""
    return value if isinstance(value, list) else [{"type": "text", "text": value}]


def _inside(record: Record, path: Steps, field: str, part: int | None) -> Steps:
    """The path of a part of the value at a path, or that path where the value has no parts."""
    content = follow(record, path)
    if isinstance(content, list) and part is not None and part >= 0:
        return (*path, *in_message({"content": content}, field, part)[1:])
    return path


# Fields that may contain an answer: with one of them the shape is not prompt only.
ANSWERS = {
    *(*Completion.required, *ANSWER_NAMES),
    *("completions", "labels", "answers", "chosen", "rejected", "chosen_response", "rejected_response"),
}
# Fields next to a prompt that are not an answer: metadata, and the input of a reward function.
METADATA_FIELDS = {
    *(
        "system",
        *SYSTEM_NAMES,
        "tools",
        "id",
        "idx",
        "index",
        "uid",
        "uuid",
        "prompt_id",
        "source",
        "dataset",
        "split",
    ),
    *("data_source", "ability", "reward_model", "extra_info", "ground_truth", "solution", "test_cases"),
    *("image", "images"),
    # Axolotl's questions that an article does not answer: the trainer gives the answer.
    "article",
}


class Prompt(SpanShape):
    """A text or messages, for GRPO and the like."""

    name = "prompt"
    required: ClassVar[Sequence[str]] = ("prompt",)
    optional: ClassVar[Sequence[str]] = ("system", "tools")
    aliases: ClassVar[Mapping[str, Sequence[str]]] = {
        "prompt": ("unanswerable_question", "context_messages"),
        "system": SYSTEM_NAMES,
    }
    folded_fields: ClassVar[Sequence[str]] = ("system",)
    answered = False
    whole = "completion"
    # Reward functions get every column.
    has_open_identity = True

    def recognise(self, record: Record, names: Names) -> bool:
        prompt = record[names["prompt"]]
        keys = {key.strip().casefold() for key in record if key != names["prompt"]}
        if is_messages(prompt):
            return keys.isdisjoint(ANSWERS.difference(REFERENCES))
        # With a text prompt any other text could be the answer under an unknown name.
        return not isinstance(prompt, list | dict) and keys <= METADATA_FIELDS

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [
            *optional_spans(record, names, [("system", "system")]),
            MessageSpan((names["prompt"],), "user"),
        ]

    def write(self, conversation: Conversation) -> Record:
        record: Record = {"prompt": unanswered(conversation, SOLUTION, texts=True)}
        if conversation.tools:
            record["tools"] = conversation.tools
        return record


class Segments(Shape):
    """Trained segments are the assistant's, all others the user's."""

    name = "segments"
    raw_text = True
    required = ("segments",)
    turns = True
    notation: ClassVar[Mapping[str, Collection[Any]]] = {"segments[].label": (True, False)}

    def recognise(self, record: Record, names: Names) -> bool:
        segments = record[names["segments"]]
        first = segments[0] if isinstance(segments, list) and segments else None
        return isinstance(first, dict) and "text" in first and "label" in first

    def view(self, record: Record, names: Names) -> list[Message]:
        return [
            {"role": _role(segment.get("label")), "content": segment.get("text")}
            if isinstance(segment, dict)
            else segment
            for segment in record[names["segments"]]
        ]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        return (names["segments"], at, "label" if field == "role" else "text")

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        if field != "role":
            super().put(record, names, at, field, part, text)

    def read(self, record: Record, names: Names) -> Conversation:
        key = names["segments"]
        if not all(isinstance(segment.get("label"), bool) for segment in record[key]):
            raise CannotHold("cannot take a label that is neither true nor false")
        other = {name for segment in record[key] for name in segment if name not in ("text", "label")}
        lost = [f"{key}[].{name}" for name in sorted(other)]
        messages = texts_only(self.view(record, names), lost)
        return Conversation(messages, extra=self.extra(record, names), lost=lost)

    def write(self, conversation: Conversation) -> Record:
        segments = []
        for message in conversation.messages:
            role = message.get("role")
            if role not in ("system", "developer", "user", "assistant"):
                raise CannotHold(f"has no place for the role {quote(str(role))}")
            if message.get("tool_calls") or message.get("function_call"):
                raise CannotHold("has no place for tool calls")
            learnt = role == "assistant" and message.get("weight") != 0
            if not learnt and role != "user":
                conversation.lost.append("the role of what is not learnt")
            segments.append({"text": text_of(message), "label": learnt})
        conversation.lost.extend(lost_keys(conversation.messages, ("role", "content", "weight")))
        if conversation.tools:
            conversation.lost.append("tools")
        return {"segments": segments}


def _role(label: object) -> str:
    return "assistant" if label is True else "user"


class Text(Shape):
    """Everything is trained on: the view is one assistant message. A text as a chat template writes it is read."""

    name = "text"
    raw_text = True
    required = ("text",)
    aliases = {"text": ("content",)}

    def recognise(self, record: Record, names: Names) -> bool:
        if is_message_row(record):
            return False
        # A text with a label, or a question with an answer, is a pair of them; a content with a role is a message.
        answers = {*Completion.required, *ANSWER_NAMES}
        if names["text"] != "text":
            answers.update(MESSAGE_NAMES)
        return not any(key.strip().casefold() in answers for key in record if key != names["text"])

    def view(self, record: Record, names: Names) -> list[Message]:
        return [{"role": "assistant", "content": record[names["text"]]}]

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        return (names["text"],)

    def read(self, record: Record, names: Names) -> Conversation:
        lost: list[str] = []
        text = record[names["text"]]
        rendered = read_rendered(text)
        messages = rendered or texts_only(self.view(record, names), lost)
        reread = {text: [message["content"] for message in rendered]} if rendered else {}
        return Conversation(messages=messages, extra=self.extra(record, names), lost=lost, reread=reread)

    def write(self, conversation: Conversation) -> Record:
        if [message.get("role") for message in conversation.messages] != ["assistant"]:
            raise CannotHold("holds one text without roles")
        if conversation.messages[0].get("tool_calls"):
            raise CannotHold("has no place for tool calls")
        conversation.lost += lost_keys(conversation.messages)
        if conversation.tools:
            conversation.lost.append("tools")
        return {"text": plain_text(conversation.messages[0].get("content"))}
