"""Two answers and a column that says which is better, in columns or as whole conversations.

- ``{"prompt": …, "response_0": …, "response_1": …, "better_response_id": 0}``: PKU-SafeRLHF.
- ``{"history": …, "human_ref_A": …, "human_ref_B": …, "labels": 1}``: SHP, where 1 is A.
- ``{"context": […], "response1": …, "response2": …, "overall_preference": -2}``: HelpSteer3, where less than 0 is the
  first; HelpSteer2's ``preference_strength`` likewise.
- ``{"conversation_a": […], "conversation_b": […], "winner": "model_a"}``: Chatbot Arena.

Other names are read, too, if the verdict names an answer by its last letter or digit: ``"winner": "B"``.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ftlint.path import Steps
from ftlint.shapes.answers import texts_of_pair
from ftlint.shapes.preference import WholePair
from ftlint.shapes.shape import Conversation, Names, NoBetterAnswer, Record
from ftlint.shapes.spans import MessageSpan, SpanShape, is_messages
from ftlint.shapes.transcripts import with_transcript

VERDICTS = ("better_response_id", "preference", "preferred", "choice", "better_response", "chosen_index")
SCALES = ("overall_preference", "preference_strength")
"""Less than 0 prefers the first answer, more the second."""
FIRST_IS_ONE = "labels"
NAMED = re.compile(r"(?:.*[ _-])?([0-9a-z])(?:\.0)?", re.DOTALL)
NO_VERDICT = "needs to know the better answer, and the record does not say (a tie, or another word)"


class ComparedPair(SpanShape):
    """A prompt, two answers, and the verdict."""

    name = "compared-preference"
    required = ("prompt", "first", "second", "better")
    synonyms: ClassVar[Mapping[str, Sequence[str]]] = {
        "prompt": ("question", "instruction", "history", "context", "query"),
        "first": (
            "response_0",
            "human_ref_A",
            "response1",
            "response_a",
            "answer_0",
            "output_1",
            "response_1",
        ),
        "second": (
            *("human_ref_B", "response2", "response_b", "answer_1", "output_2", "response_2", "response_1"),
        ),
        "better": (*VERDICTS, "winner", "safer_response_id", *SCALES, FIRST_IS_ONE),
    }
    is_preference = True
    has_verdict = True
    tool_fields = ()
    identity_fields = ("better",)
    notation: ClassVar[Mapping[str, Collection[Any]]] = {
        "better": (0, 1, 2, *"012abAB", "model_a", "model_b", "response_0", "response_1", "response_2")
    }
    late = True

    def recognise(self, record: Record, names: Names) -> bool:
        return not any(isinstance(record[names[side]], dict | bool) for side in ("first", "second"))

    def spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [
            MessageSpan((names["prompt"],), "user"),
            MessageSpan((names[_sides(record, names)[0]],), "assistant"),
        ]

    def rejected_spans(self, record: Record, names: Names) -> list[MessageSpan]:
        return [MessageSpan((names[_sides(record, names)[1]],), "assistant")]

    def extra(self, record: Record, names: Names) -> Record:
        # How much better an answer is has no other place.
        strength = {names["better"]: record[names["better"]]} if names["better"] in SCALES else {}
        return super().extra(record, names) | strength

    def read(self, record: Record, names: Names) -> Conversation:
        if better_side(record, names, "first", "second") is None:
            raise NoBetterAnswer(NO_VERDICT)
        return with_transcript(super().read(record, names))

    def write(self, conversation: Conversation) -> Record:
        question, chosen, rejected = texts_of_pair(conversation)
        return {
            "prompt": question,
            "response_0": chosen,
            "response_1": rejected,
            "better_response_id": 0,
        }


class ArenaPair(WholePair):
    """Two conversations with the same question, and the winner."""

    name = "arena-preference"
    required = ("conversation_a", "conversation_b", "winner")
    optional = ("tools",)
    aliases = {}
    notation: ClassVar[Mapping[str, Collection[Any]]] = {"winner": ("model_a", "model_b", *"abAB")}
    identity_fields = ("tools", "winner")
    on_request = False
    has_verdict = True

    def recognise(self, record: Record, names: Names) -> bool:
        return all(is_messages(record[names[side]]) for side in self.required[:2])

    def side(self, record: Record, names: Names, side: str) -> Steps:
        best = better_side(record, names, *self.required)
        chosen, rejected = self.required[:2] if best != 1 else self.required[1::-1]
        return (names[chosen if side == "chosen" else rejected],)

    def read(self, record: Record, names: Names) -> Conversation:
        if better_side(record, names, *self.required) is None:
            raise NoBetterAnswer(NO_VERDICT)
        return super().read(record, names)

    def write(self, conversation: Conversation) -> Record:
        whole = super().write(conversation)
        tools = {"tools": whole["tools"]} if "tools" in whole else {}
        sides = {"conversation_a": whole["chosen"], "conversation_b": whole["rejected"]}
        return {**sides, "winner": "model_a", **tools}


def better_side(record: Record, names: Names, first: str, second: str, verdict: str = "better") -> int | None:
    """0 if the first answer is better, 1 if the second is; None where the verdict names neither."""
    key, value = names[verdict], record[names[verdict]]
    if key in SCALES:
        scale = _number(value)
        return None if not scale else int(scale > 0)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    named = NAMED.fullmatch(str(value).strip().casefold())
    if named is None:
        return None
    if key == FIRST_IS_ONE:
        return {"1": 0, "0": 1}.get(named[1])
    ends = [names[side][-1:].casefold() for side in (first, second)]
    return ends.index(named[1]) if named[1] in ends else None


def _sides(record: Record, names: Names) -> tuple[str, str]:
    """The fields of the better answer and of the other; the first goes before where neither is better."""
    is_second = better_side(record, names, "first", "second") == 1
    return ("second", "first") if is_second else ("first", "second")


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None
