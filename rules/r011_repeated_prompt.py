"""An answer of a pair begins with the prompt that stands beside it.

The prompt may stand in a field of its own or at the start of both answers. Where it stands in both places, TRL puts
one behind the other: the model reads each question twice, and learns to write it once more before it answers.

The fix takes the prompt off the answers. What is trained on changes, so it is unsafe.

Silent without a target and for targets that want the prompt in both places (Axolotl's `ultra`); where the answers are
of another form than the prompt (mixed-forms). Of texts it is silent for a prompt of one word, with which an answer may
well begin, and where one of the two answers repeats the prompt only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER, RULES = {"role": "assistant", "content": "c"}, {"role": "system", "content": "s"}
ASKED = "What colour is the sky?"
DPO = {"target": "trl-dpo"}


class RepeatedPrompt(RecordRule):
    """Pairs whose answers begin with the prompt: both texts, or either list of messages."""

    code, name, severity, fix = "R011", "repeated-prompt", "error", "unsafe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("repeated_prompt")

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("shape") == "trl-preference"

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        prompt, chosen, rejected = _fields(example)
        if _is_repeated(prompt, chosen, rejected):
            who = context.target.name if context.target is not None else "the target"
            sides = {"chosen": chosen, "rejected": rejected}
            repeating = [side for side, answer in sides.items() if answer[: len(prompt)] == prompt]
            subject = "both answers begin" if len(repeating) == 2 else f"the {repeating[0]} answer begins"
            yield Violation(
                f"{subject} with the prompt, which {who} puts before them once more",
                example.sighting.fields[repeating[0]],
            )

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        prompt, chosen, rejected = _fields(example)
        if _is_repeated(prompt, chosen, rejected):
            names, size = example.sighting.fields, len(prompt)
            for field, answer in (("chosen", chosen), ("rejected", rejected)):
                if answer[:size] == prompt:
                    example.record[names[field]] = answer[size:]

    cases = (
        Case(
            why="messages, and texts",
            wrong=[
                {
                    "prompt": [RULES, QUESTION],
                    "chosen": [RULES, QUESTION, ANSWER],
                    "rejected": [RULES, QUESTION, OTHER],
                },
                {"prompt": ASKED, "chosen": f"{ASKED} It is blue.", "rejected": f"{ASKED} It is green."},
            ],
            found=[(1, "chosen"), (2, "chosen")],
            severity="error",
            fixed=[
                {"prompt": [RULES, QUESTION], "chosen": [ANSWER], "rejected": [OTHER]},
                {"prompt": ASKED, "chosen": " It is blue.", "rejected": " It is green."},
            ],
            settings=DPO,
        ),
        Case(
            why="in one of two lists of messages",
            wrong=[
                {"prompt": [QUESTION], "chosen": [QUESTION, ANSWER], "rejected": [OTHER]},
                {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [QUESTION, OTHER]},
            ],
            found=[(1, "chosen"), (2, "rejected")],
            fixed=[{"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]}] * 2,
            settings=DPO,
        ),
        Case(
            why="a prompt beside the answers, one in them, a word that answers begin with, one answer that repeats it",
            right=[
                {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]},
                {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]},
                {"prompt": "Yes", "chosen": "Yes, sure.", "rejected": "Yes, but no."},
                {"prompt": ASKED, "chosen": f"{ASKED} It is blue.", "rejected": "It is green."},
                {"prompt": ASKED, "chosen": "It is blue.", "rejected": "It is green."},
            ],
            settings=DPO,
        ),
        Case(
            why="without a target nobody knows",
            right=[{"prompt": [QUESTION], "chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]}],
        ),
    )


def _fields(example: Example) -> tuple[Any, Any, Any]:
    names = example.sighting.fields
    prompt, chosen, rejected = (
        example.record.get(names[field]) if field in names else None
        for field in ("prompt", "chosen", "rejected")
    )
    return prompt, chosen, rejected


def _is_repeated(prompt: Any, chosen: Any, rejected: Any) -> bool:
    if isinstance(prompt, str) and isinstance(chosen, str) and isinstance(rejected, str):
        return " " in prompt.strip() and chosen.startswith(prompt) and rejected.startswith(prompt)
    return _begins(chosen, prompt) or _begins(rejected, prompt)


def _begins(answer: Any, prompt: Any) -> bool:
    """Whether an answer is the messages of the prompt and more."""
    if not (isinstance(prompt, list) and isinstance(answer, list) and prompt):
        return False
    return len(answer) > len(prompt) and answer[: len(prompt)] == prompt
