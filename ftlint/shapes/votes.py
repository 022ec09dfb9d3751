"""Two conversations in lists of texts, and a column for each outcome: Chatbot Arena's 55k.

``{"prompt": "[…]", "response_a": "[…]", "response_b": "[…]", "winner_model_a": 1, "winner_model_b": 0}``: the lists, of
a text for each turn, are JSON texts or lists. ``winner_tie`` is 1 where neither is better.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.json_values import parse_json, write_json
from ftlint.path import Steps
from ftlint.shapes.answers import two_answers
from ftlint.shapes.compared import NO_VERDICT, ArenaPair
from ftlint.shapes.shape import (
    CannotHold,
    Conversation,
    Message,
    Names,
    NoBetterAnswer,
    Record,
    Shape,
    lost_keys,
)
from ftlint.shapes.write_blocks import text_of

SIDES = {"conversation_a": "response_a", "conversation_b": "response_b"}
OUTCOMES = ("winner_model_a", "winner_model_b", "winner_tie")
ARENA = ArenaPair()
NAMES = {name: name for name in (*SIDES, "winner")}


class VotePair(Shape):
    """Viewed as the conversations of Chatbot Arena; each list is one place."""

    name = "vote-preference"
    required: ClassVar[Sequence[str]] = (
        "prompt",
        "response_a",
        "response_b",
        "winner_model_a",
        "winner_model_b",
    )
    optional: ClassVar[Sequence[str]] = ("winner_tie",)
    roles = ArenaPair.roles
    notation: ClassVar[Mapping[str, Collection[Any]]] = dict.fromkeys(OUTCOMES, (0, 1))
    identity_fields = ("winner_model_a", "winner_model_b")
    is_preference = True
    has_verdict = True
    turns = True

    def recognise(self, record: Record, names: Names) -> bool:
        return all(isinstance(record[names[name]], str | list) for name in self.required[:3])

    def view(self, record: Record, names: Names) -> list[Message]:
        return ARENA.view(_arena(record, names), NAMES)

    def rejected_view(self, record: Record, names: Names) -> list[Message]:
        """The other answers; the questions are those of the view."""
        answers = _texts(record[names[_sides(record, names)[1]]])
        return [{"role": "assistant", "content": text} for text in answers]

    def answer_size(self, record: Record, names: Names) -> int:
        return len(self.view(record, names)) - 1

    def steps(self, record: Record, names: Names, at: int, field: str, part: int | None) -> Steps:
        key, turn = _place(record, names, at)
        return (key, turn) if isinstance(record[key], list) else (key,)

    def text(self, record: Record, names: Names, at: int, field: str, part: int | None) -> str | None:
        key, turn = _place(record, names, at)
        found = _texts(record[key])[turn]
        return found if isinstance(found, str) and field != "role" else None

    def put(self, record: Record, names: Names, at: int, field: str, part: int | None, text: str) -> None:
        # The roles are those of the columns.
        if field == "role":
            return
        key, turn = _place(record, names, at)
        texts = _texts(record[key])
        texts[turn] = text
        record[key] = texts if isinstance(record[key], list) else _written(record[key], texts)

    def remove(self, record: Record, names: Names, at: int) -> None:
        """Half of a turn cannot be removed."""

    def read(self, record: Record, names: Names) -> Conversation:
        arena = _arena(record, names)
        if arena["winner"] is None:
            raise NoBetterAnswer(NO_VERDICT)
        conversation = ARENA.read(arena, NAMES)
        conversation.extra = self.extra(record, names)
        return conversation

    def write(self, conversation: Conversation) -> Record:
        prompt, chosen, rejected = two_answers(conversation)
        sides = [[*prompt, *chosen], [*prompt, *rejected]]
        for messages in sides:
            roles = [message.get("role") for message in messages]
            if not roles or roles != ["user", "assistant"] * (len(roles) // 2):
                raise CannotHold("holds questions and answers in turn, nothing else")
            if any(message.get("tool_calls") for message in messages):
                raise CannotHold("has no place for tool calls")
            conversation.lost.extend(lost_keys(messages))
        asked, other = ([text_of(message) for message in messages[::2]] for messages in sides)
        if asked != other:
            raise CannotHold("holds one list of questions for both answers")
        if conversation.tools:
            conversation.lost.append("tools")
        answers = ([text_of(message) for message in messages[1::2]] for messages in sides)
        texts = [write_json(one) for one in (asked, *answers)]
        verdict = {"winner_model_a": 1, "winner_model_b": 0, "winner_tie": 0}
        return {"prompt": texts[0], "response_a": texts[1], "response_b": texts[2], **verdict}


def _arena(record: Record, names: Names) -> Record:
    """The record as one of Chatbot Arena's. Raises TypeError or ValueError for lists of different lengths."""
    asked = _texts(record[names["prompt"]])
    arena: Record = {}
    for side, name in SIDES.items():
        answers = _texts(record[names[name]])
        pairs = zip(asked, answers, strict=True)
        arena[side] = [
            {"role": role, "content": text}
            for pair in pairs
            for role, text in zip(("user", "assistant"), pair, strict=True)
        ]
    won = [record[names[name]] in (1, "1", True) for name in ("winner_model_a", "winner_model_b")]
    winner = None if won[0] == won[1] else "model_a" if won[0] else "model_b"
    return {**arena, "winner": winner}


def _sides(record: Record, names: Names) -> tuple[str, str]:
    """The fields of the better answers and of the others; the first go before where neither are better."""
    first, second = SIDES.values()
    return (second, first) if _arena(record, names)["winner"] == "model_b" else (first, second)


def _place(record: Record, names: Names, at: int) -> tuple[str, int]:
    """The key of the list that a message of the view, or of the other answers, is in, and its index there."""
    better, other = _sides(record, names)
    size = 2 * len(_texts(record[names["prompt"]]))
    if at >= size:
        return names[other], at - size
    return (names[better] if at % 2 else names["prompt"]), at // 2


def _texts(written: Any) -> list[Any]:
    """The texts of the turns: a list, its JSON text, or one text."""
    if isinstance(written, str) and written.lstrip().startswith("["):
        written = parse_json(written)
    texts = list(written) if isinstance(written, list) else [written]
    if not texts or not all(isinstance(text, str | None) for text in texts):
        raise TypeError("texts of turns")
    return texts


def _written(old: str, texts: list[Any]) -> str:
    return write_json(texts) if old.lstrip().startswith("[") else str(texts[0])
