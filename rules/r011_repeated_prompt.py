"""Both answers of a pair begin with the prompt that stands beside them.

The prompt may stand in a field of its own or at the start of both answers. Where it stands in both places, TRL puts
one behind the other: the model reads each question twice, and learns to write it once more before it answers.

The fix takes the prompt off both answers. What is trained on changes, so it is unsafe.

Silent without a target and for targets that want the prompt in both places (Axolotl's `ultra`); where the answers
are of another form than the prompt (mixed-forms); and for a prompt of one word, with which an answer may well begin.
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
    """Pairs whose answers both begin with the prompt."""

    code, name, severity, fix = "R011", "repeated-prompt", "error", "unsafe"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("repeated_prompt")

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("shape") == "trl-preference"

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        if _is_repeated(*_fields(example)):
            who = context.target.name if context.target is not None else "the target"
            yield Violation(
                f"both answers begin with the prompt, which {who} puts before them once more",
                example.sighting.fields["chosen"],
            )

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        prompt, chosen, rejected = _fields(example)
        if _is_repeated(prompt, chosen, rejected):
            names, size = example.sighting.fields, len(prompt)
            example.record[names["chosen"]] = chosen[size:]
            example.record[names["rejected"]] = rejected[size:]

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
    if not (isinstance(prompt, list) and isinstance(chosen, list) and isinstance(rejected, list) and prompt):
        return False
    size = len(prompt)
    return min(len(chosen), len(rejected)) > size and chosen[:size] == prompt == rejected[:size]
