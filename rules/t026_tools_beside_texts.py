"""Tools are declared beside texts, to which the trainer applies no chat template.

A trainer writes declared tools into the prompt by the chat template, and uses the template for lists of messages alone.
Beside a prompt that is a text the tools are left out without a word: the model learns calls of functions that it has
never been shown, or answers as if there were none.

There is no fix: give the prompt and its answers as messages (`ftlint convert`), or write the tools into the text.

A warning. Silent without a target, and where the target is not known to leave tools out.
"""

from __future__ import annotations

from collections.abc import Iterable

from ftlint.rule import Case, Example, RecordRule, RuleContext, Severity, Violation, pl

TOOL = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}},
}
ASK, ANSWER = [{"role": "user", "content": "a"}], [{"role": "assistant", "content": "b"}]
REJECTED = [{"role": "assistant", "content": "c"}]


class ToolsBesideTexts(RecordRule):
    """Records with tools whose prompts and answers are texts."""

    code, name, severity = "T026", "tools-beside-texts", "warning"
    fields = ("tools",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.fact("tools_beside_texts") == "ignored" else None

    def candidates(self, context: RuleContext) -> pl.Expr:
        return pl.lit(value=True)

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        names = example.sighting.fields
        if not example.record.get(names.get("tools", "tools")):
            return
        given = [
            example.record.get(names.get(name, name))
            for name in ("prompt", "completion", "chosen", "rejected")
        ]
        texts = [value for value in given if value is not None]
        if texts and all(isinstance(value, str) for value in texts):
            yield Violation(
                "the tools are left out: no chat template is applied to a prompt that is a text", "tools"
            )

    cases = (
        Case(
            why="a pair of texts; a pair of messages",
            wrong=[
                {"prompt": "a", "chosen": "b", "rejected": "c", "tools": [TOOL]},
                {"prompt": ASK, "chosen": ANSWER, "rejected": REJECTED, "tools": [TOOL]},
            ],
            found=[(1, "tools")],
            settings={"target": "trl-dpo"},
        ),
        Case(
            why="a prompt with a completion",
            wrong=[{"prompt": "a", "completion": "b", "tools": [TOOL]}, {"prompt": "a", "completion": "b"}],
            found=[(1, "tools")],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="messages",
            right=[{"messages": [*ASK, *ANSWER], "tools": [TOOL]}],
            settings={"target": "trl-sft"},
        ),
        Case(why="no target", right=[{"prompt": "a", "chosen": "b", "rejected": "c", "tools": [TOOL]}]),
    )
