"""A text of a message is in a field that the target does not read.

Reasoning (`reasoning_content`, `reasoning`, `thinking`) and a `refusal` are texts of the answer. Trainers that take a role
and a content alone, such as mistral-finetune and torchtune, leave them out without a word: the model is trained on an
answer without its reasoning, or, where the refusal is all there is, on none.

The fix writes a refusal that stands alone as the content of its message: its text is then the answer that it is, and no
text changes, so it is safe. Reasoning has no fix; `ftlint convert --reasoning inline` writes it into the answer in
`<think>` tags, `--reasoning drop` leaves it out.

Chat templates of open models write reasoning where their model thinks, and no refusal.

A warning, because the content is trained on; where there is none, empty-answer is the error. Silent without a target, for
targets that do not list the fields of a message or refuse others (unknown-field), for records of another shape than the
target's (wrong-shape), for shapes that write reasoning in another way, and for fields that are null or empty.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ftlint.rule import SHAPES, Case, Example, FrameRule, Location, MatchedRow, RuleContext, Severity, pl

# Their messages are those of the record itself.
READ_AS_THEY_ARE = [
    name
    for name in ("chat", "mistral", "swift-chat", "llamafactory-chat", "chat-kto", "sharegpt", "oumi-chat")
    if name in SHAPES
]
TEXTS = ("reasoning_content", "reasoning", "thinking", "refusal")
QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
REFUSAL = {"role": "assistant", "content": None, "refusal": "c"}


class UnreadMessageText(FrameRule):
    """Texts in fields that are not in the target's fact ``message_fields``."""

    code, name, severity, fix = "S013", "unread-message-text", "warning", "safe"
    frame = "messages"
    columns = ("beyond", "content", "n_calls")

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.unread_texts else None

    def when(self, context: RuleContext) -> pl.Expr:
        shapes = context.target.shapes if context.target is not None else {}
        given = [pl.col("beyond").str.contains(f'"{field}": ?"[^"]*[^" ]') for field in context.unread_texts]
        return pl.col("shape").is_in(
            [name for name in READ_AS_THEY_ARE if name in shapes]
        ) & pl.any_horizontal(*given)

    def location(self, match: MatchedRow, context: RuleContext) -> Location:
        return Location(match.at, _field(match, context))

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        who = context.target.name if context.target is not None else "the target"
        field = _field(match, context)
        remedy = "" if field == "refusal" else "; convert with --reasoning inline, or leave it out"
        return f"{who} reads no {field} of a message{remedy}"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return _field(match, context) == "refusal" and not (match["content"] or match["n_calls"])

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            if self.is_fixable(match, context):
                message = example.messages()[match.at]
                message["content"] = message.pop("refusal")

    cases = (
        *(
            Case(
                why=f"reasoning beside the answer: {target}",
                wrong=[{"messages": [QUESTION, {**ANSWER, field: "c"}]} for field in TEXTS],
                found=[(nth, f"messages[1].{field}") for nth, field in enumerate(TEXTS, start=1)],
                severity="warning",
                settings={"target": target},
            )
            for target in ("mistral-finetune", "torchtune", "ms-swift", "llamafactory")
        ),
        Case(
            why="a refusal alone, beside null or without a content",
            wrong=[
                {"messages": [QUESTION, REFUSAL]},
                {"messages": [QUESTION, {"role": "assistant", "content": "", "refusal": "c"}]},
            ],
            found=[(1, "messages[1].refusal"), (2, "messages[1].refusal")],
            severity="warning",
            fixed=[{"messages": [QUESTION, {"role": "assistant", "content": "c"}]}] * 2,
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="fields that are null or empty",
            right=[
                {"messages": [QUESTION, {**ANSWER, "reasoning_content": None, "refusal": None}]},
                {"messages": [QUESTION, {**ANSWER, "reasoning_content": " "}]},
            ],
            settings={"target": "mistral-finetune"},
        ),
        *(
            Case(
                why=f"no chat template writes a refusal: {target}",
                wrong=[
                    {"messages": [QUESTION, {**ANSWER, "refusal": "c"}]},
                    {"messages": [QUESTION, REFUSAL]},
                ],
                found=[(1, "messages[1].refusal"), (2, "messages[1].refusal")],
                fixed=[
                    {"messages": [QUESTION, {**ANSWER, "refusal": "c"}]},
                    {"messages": [QUESTION, {"role": "assistant", "content": "c"}]},
                ],
                settings={"target": target},
            )
            for target in ("trl-sft", "mlx-lm", "axolotl", "oumi")
        ),
        Case(
            why="the template decides, or the field is read",
            right=[{"messages": [QUESTION, {**ANSWER, "reasoning_content": "c"}]}],
            settings={"target": "trl-sft"},
        ),
        Case(why="without a target nobody knows", right=[{"messages": [QUESTION, REFUSAL]}]),
    )


def _field(match: MatchedRow, context: RuleContext) -> str:
    """The first such field of a message."""
    message = json.loads(match["beyond"])
    given = (field for field in context.unread_texts if str(message.get(field) or "").strip())
    return next(given, "refusal")
