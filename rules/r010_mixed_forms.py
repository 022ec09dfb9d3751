"""A text stands beside messages: a prompt as text with answers as messages, or the other way round.

TRL looks at one field of a record to know whether it holds texts or messages, and treats all of its fields so. A
text beside messages stops the run, or is put into the chat as if its letters were messages. A prompt that is null
stops it, too: the field is there, and so nothing is taken for the prompt.

The fix writes texts as messages: a prompt as the user's, an answer as the assistant's. Where both answers begin with
the prompt already, it becomes the prompt by itself (or the text beside it goes, if it is the same). No text changes,
so it is safe.

An error where the trainer's code stops. Axolotl's types for preferences take a text with messages: a warning there where
the text is another question than the one that the messages begin with. Silent without a target.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, pl

SHAPES = ("trl-preference", "kto", "trl-completion")
FIELDS = ("prompt", "chosen", "rejected", "completion")
QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER, RULES = {"role": "assistant", "content": "c"}, {"role": "system", "content": "s"}
DPO = {"target": "trl-dpo"}


class MixedForms(RecordRule):
    """Fields of both forms in one record, and prompts that are null."""

    code, name, severity, fix = "R010", "mixed-forms", "error", "safe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        is_read = context.fact("mixed_forms") == "allowed"
        return "warning" if is_read else context.severity_of_fact("mixed_forms")

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("shape").is_in(SHAPES)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        forms = _forms(example)
        who = context.target.name if context.target is not None else "the target"
        texts = [field for field, form in forms.items() if form == "text"]
        lists = [field for field, form in forms.items() if form == "messages"]
        if context.fact("mixed_forms") == "allowed":
            if _asks_otherwise(example):
                message = f"the answers begin with another question than the prompt, of which {who} reads one"
                yield Violation(message, example.sighting.fields["prompt"], fixable=False)
            return
        if texts and lists:
            are = "is a text" if len(texts) == 1 else "are texts"
            yield Violation(
                f"{' and '.join(texts)} {are}, {' and '.join(lists)} messages; {who} wants all of one form",
                example.sighting.fields[texts[0]],
                fixable=_can_fix(example, forms),
            )
        elif forms.get("prompt") == "null":
            yield Violation(
                f"the prompt is null; {who} takes it for the prompt all the same",
                example.sighting.fields["prompt"],
                fixable=bool(_shared(example)),
            )

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        if context.fact("mixed_forms") == "allowed":
            return
        names, record, shared = example.sighting.fields, example.record, _shared(example)
        if shared:
            record[names["prompt"]] = record[names["chosen"]][:shared]
            for answer in ("chosen", "rejected"):
                record[names[answer]] = record[names[answer]][shared:]
            return
        for field, form in _forms(example).items():
            if form == "text":
                role = "user" if field == "prompt" else "assistant"
                record[names[field]] = [{"role": role, "content": record[names[field]]}]

    cases = (
        Case(
            why="a text as prompt of messages",
            wrong=[{"prompt": "a", "chosen": [ANSWER], "rejected": [OTHER]}],
            found=[(1, "prompt")],
            severity="error",
            fixed=[{"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]}],
            settings=DPO,
        ),
        Case(
            why="messages as prompt of texts, and one answer of each form",
            wrong=[
                {"prompt": [QUESTION], "chosen": "b", "rejected": "c"},
                {"prompt": [RULES, QUESTION], "chosen": [ANSWER], "rejected": "c"},
            ],
            found=[(1, "chosen"), (2, "rejected")],
            fixed=[
                {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]},
                {"prompt": [RULES, QUESTION], "chosen": [ANSWER], "rejected": [OTHER]},
            ],
            settings=DPO,
        ),
        Case(
            why="a text beside answers that begin with it as a message, as in UltraFeedback",
            wrong=[{"prompt": "a", "chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]}],
            found=[(1, "prompt")],
            fixed=[{"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]}],
            settings=DPO,
        ),
        Case(
            why="answers that begin with another prompt are left to you",
            wrong=[{"prompt": "z", "chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]}],
            found=[(1, "prompt")],
            fixed=[{"prompt": "z", "chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]}],
            settings=DPO,
        ),
        Case(
            why="null for a prompt that both answers begin with",
            wrong=[{"prompt": None, "chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]}],
            found=[(1, "prompt")],
            fixed=[{"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]}],
            settings=DPO,
        ),
        Case(
            why="of a completion with a label, and of one without",
            wrong=[{"prompt": "a", "completion": [ANSWER], "label": True}],
            found=[(1, "prompt")],
            fixed=[{"prompt": [QUESTION], "completion": [ANSWER], "label": True}],
            settings={"target": "trl-kto"},
        ),
        Case(
            why="a text that completes messages",
            wrong=[{"prompt": [QUESTION], "completion": "b"}],
            found=[(1, "completion")],
            fixed=[{"prompt": [QUESTION], "completion": [ANSWER]}],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="texts alone, messages alone, a prompt in both answers",
            right=[
                {"prompt": "a", "chosen": "b", "rejected": "c"},
                {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]},
                {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]},
            ],
            settings=DPO,
        ),
        Case(
            why="Axolotl reads a text with messages",
            right=[{"prompt": "a", "chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]}],
            settings={"target": "axolotl"},
        ),
        Case(
            why="Axolotl reads the prompt or the question, and here they differ",
            wrong=[{"prompt": "z", "chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]}],
            found=[(1, "prompt")],
            severity="warning",
            settings={"target": "axolotl"},
        ),
        Case(
            why="without a target nobody knows",
            right=[{"prompt": "a", "chosen": [ANSWER], "rejected": [OTHER]}],
        ),
    )


def _forms(example: Example) -> dict[str, str]:
    """The form of each field that the record has: text, messages or null; other values are reported elsewhere."""
    names, forms = example.sighting.fields, {}
    for field in FIELDS:
        value = example.record.get(names[field]) if field in names else ""
        if isinstance(value, str) and value:
            forms[field] = "text"
        elif isinstance(value, list) and value:
            forms[field] = "messages"
        elif value is None and field == "prompt":
            forms[field] = "null"
    return forms


def _asks_otherwise(example: Example) -> bool:
    """Whether a text stands beside answers that begin with a question of the user which is another text."""
    names, record = example.sighting.fields, example.record
    if "chosen" not in names or not isinstance(record.get(names.get("prompt", "")), str):
        return False
    chosen = record[names["chosen"]]
    asked = [
        message.get("content")
        for message in (chosen[:-1] if isinstance(chosen, list) else [])
        if isinstance(message, dict) and message.get("role") == "user"
    ]
    return bool(asked) and record[names["prompt"]] not in asked


def _can_fix(example: Example, forms: dict[str, str]) -> bool:
    if _shared(example):
        return True
    answers = [example.record[example.sighting.fields[name]] for name in forms if name != "prompt"]
    begins = [answer[0] for answer in answers if isinstance(answer, list)]
    return all(isinstance(message, dict) and message.get("role") == "assistant" for message in begins)


def _shared(example: Example) -> int:
    """How many messages both answers begin with, if they are the prompt beside them, or that is null."""
    names, record = example.sighting.fields, example.record
    if "prompt" not in names or "chosen" not in names:
        return 0
    prompt, chosen, rejected = (record.get(names[field]) for field in ("prompt", "chosen", "rejected"))
    if not isinstance(chosen, list) or not isinstance(rejected, list) or isinstance(prompt, list):
        return 0
    pairs = list(zip(chosen[:-1], rejected[:-1], strict=False))
    shared = next((n for n, (one, other) in enumerate(pairs) if one != other), len(pairs))
    said: list[Any] = [message.get("content") for message in chosen[:shared] if isinstance(message, dict)]
    return shared if prompt is None or prompt in said else 0
