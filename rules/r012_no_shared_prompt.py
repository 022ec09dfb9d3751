"""A pair has no prompt, and its two conversations have none in common.

Without a field for the prompt, what both conversations begin with is taken for it, and the rest for the answers. Where
already their first messages differ, nothing is left for the prompt: TRL stops, or trains the model to write the
question, too. Mostly the conversations are about different things, or differ in a blank or an id.

There is no fix: write the question in a `prompt` of its own, or make the beginnings equal.

Silent without a target and for targets that read no such pairs, for answers that are texts, and where a prompt stands
beside the answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
DPO = {"target": "trl-dpo"}


class NoSharedPrompt(RecordRule):
    """Pairs of messages with nothing before the answers."""

    code, name, severity = "R012", "no-shared-prompt", "error"
    explained_by = {"record": ("missing-field", "wrong-type", "unknown-role", "orphan-result")}

    def severity_for(self, context: RuleContext) -> Severity | None:
        shared = context.fact("implicit_prompt") == "shared"
        return context.severity_of_fact("implicit_prompt") if shared else None

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.col("shape") == "trl-preference"

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        names, record = example.sighting.fields, example.record
        wanted: Any = record.get(names["chosen"])
        rejected: Any = record.get(names["rejected"])
        # What is no list of messages is reported elsewhere (wrong-type), and answers that are equal, too.
        if "prompt" in names or not (_is_messages(wanted) and _is_messages(rejected)) or wanted == rejected:
            return
        start = 1 if _is_rule(wanted[0]) and wanted[0] == rejected[0] else 0
        if wanted[start : start + 1] == rejected[start : start + 1]:
            return
        if len(wanted) == len(rejected) == start + 1 and wanted[start].get("role") == "assistant":
            message = "there is no prompt, and both answers stand alone"
        else:
            message = "there is no prompt, and the two conversations differ from their first message on"
        yield Violation(message, f"{names['chosen']}[{start}].content")

    cases = (
        Case(
            why="questions that differ",
            wrong=[
                {"chosen": [QUESTION, ANSWER], "rejected": [{"role": "user", "content": "A"}, OTHER]},
            ],
            found=[(1, "chosen[0].content")],
            severity="error",
            settings=DPO,
        ),
        Case(
            why="answers without a question",
            wrong=[{"chosen": [ANSWER], "rejected": [OTHER]}],
            found=[(1, "chosen[0].content")],
            settings=DPO,
        ),
        Case(
            why="a question that both have, a prompt, and texts",
            right=[
                {"chosen": [QUESTION, ANSWER], "rejected": [QUESTION, OTHER]},
                {"prompt": [QUESTION], "chosen": [ANSWER], "rejected": [OTHER]},
                {"chosen": "The sky is blue.", "rejected": "The sky is green."},
            ],
            settings=DPO,
        ),
        Case(
            why="without a target nobody knows",
            right=[{"chosen": [QUESTION, ANSWER], "rejected": [{"role": "user", "content": "A"}, OTHER]}],
        ),
    )


def _is_messages(answer: Any) -> bool:
    return isinstance(answer, list) and bool(answer) and all(isinstance(message, dict) for message in answer)


def _is_rule(message: dict[str, Any]) -> bool:
    return message.get("role") in ("system", "developer")
