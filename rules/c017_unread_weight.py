"""An answer has another weight than 1, but the trainer reads no weights and trains on it in full.

`weight` is OpenAI's word, and a few others read it: 0 says that an answer is only there to be read. TRL, LLaMA-Factory,
MLX LM, NeMo and torchtune take a role and a content and nothing else, so that bad answers of earlier turns, which
somebody has switched off, are learnt like all others, and so is an answer that is to count half. Others have other
words: `loss` is ms-swift's, `train`, `training` and `train_detail` are Axolotl's. `ftlint convert` writes the word of
the target where it has one.

There is no fix in place; `ftlint convert --untrained drop` ends the conversation before that answer, and
`--untrained split` makes an example of each trained answer, with all turns before it. Of these the last answer alone
may be trained on: TRL gets a prompt with its completion, LLaMA-Factory and NeMo take `mask_history: true`, MLX
LM by `--mask-prompt`. For Axolotl name the field in its configuration: `message_field_training: weight` (`--recipe`
writes it).

A warning where the trainer's configuration decides. Silent without a target, for targets that read the weight or do not
say, for records of another shape than the target's (wrong-shape), for 1 and true, and where the answer is not trained
on anyway: in the prompt of a completion or a pair.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import SHAPES, Case, FrameRule, MatchedRow, RuleContext, Severity, escape, pl

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
OFF = {**ANSWER, "weight": 0}
DETAIL = {"begin_offset": 0, "end_offset": 1, "train": False}
# As JSON spells them.
OFF_VALUES, FULL_VALUES = ("0", "0.0", "-0.0", "false"), ("1", "1.0", "true", "null")
# Of these every answer is trained on, and of the others those behind the prompt.
TURNS = [s.name for s in SHAPES.values() if s.turns and s.answered and not s.is_preference]
COMPLETIONS = [s.name for s in SHAPES.values() if s.answered and not (s.turns or s.is_preference)]


class UnreadWeight(FrameRule):
    """Answers with weights that change nothing, by the target's fact ``message_weight``."""

    code, name, severity = "C017", "unread-weight", "error"
    frame = "messages"
    field = "weight"
    columns = ("weight", "untrained_field")

    def severity_for(self, context: RuleContext) -> Severity | None:
        match context.fact("message_weight"):
            case "ignored":
                return (
                    "error"
                    if context.target is not None and context.target.verified("message_weight")
                    else "warning"
                )
            case "unsure":
                return "warning"
        # Who reads weights reads them under one name.
        return "error" if isinstance(context.fact("weights"), list) else None

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        who = context.target.name if context.target is not None else "the trainer"
        if match["untrained_field"] is not None:
            return _of_other_field(match["untrained_field"], who, context)
        if context.fact("message_weight") == "unsure":
            return (
                f"weight 0: {who} reads it only where its configuration names the field, and trains on the answer "
                "otherwise; name it there, or convert with --untrained drop"
            )
        if match["weight"] in OFF_VALUES:
            remedy = "convert with --untrained drop or split"
        else:
            remedy = "leave the weight out, or the answer"
        return (
            f"weight {escape(match['weight'], 60)}: {who} reads no weights and trains on the answer; {remedy}"
        )

    def when(self, context: RuleContext) -> pl.Expr:
        shapes = context.target.shapes if context.target is not None else {}
        match context.fact("message_weight"):
            case "ignored":
                unread = pl.col("weight").is_not_null() & ~pl.col("weight").is_in(FULL_VALUES)
            case "unsure":
                unread = pl.col("weight").is_in(OFF_VALUES)
            case _:
                unread = pl.lit(value=False)
        other = pl.col("untrained_field").is_not_null() & (
            pl.col("untrained_field") != str(context.fact("weight_field"))
        )
        return (
            (pl.col("role") == "assistant")
            & (unread | other)
            & (pl.col("shape").is_in([name for name in TURNS if name in shapes]) | _is_completion(shapes))
        )

    cases = (
        *(
            Case(
                why=f"an answer of an earlier turn: {target}",
                wrong=[{"messages": [QUESTION, OFF, QUESTION, ANSWER]}],
                found=[(1, "messages[1].weight")],
                severity=severity,
                settings={"target": target},
            )
            for target, severity in (
                ("trl-sft", "error"),
                ("llamafactory", "error"),
                ("mlx-lm", "error"),
                ("nemo", "error"),
                ("torchtune", "error"),
                ("unsloth", "warning"),
                ("axolotl", "warning"),
            )
        ),
        Case(
            why="the only answer, and an answer in ShareGPT's turns",
            wrong=[
                {"messages": [QUESTION, OFF]},
                {
                    "conversations": [
                        {"from": "human", "value": "a"},
                        {"from": "gpt", "value": "b", "weight": 0},
                    ]
                },
            ],
            found=[(1, "messages[1].weight"), (2, "conversations[1].weight")],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="weights that are no switch",
            wrong=[{"messages": [QUESTION, {**ANSWER, "weight": weight}]} for weight in (0.5, 2, "0", "all")],
            found=[(line, "messages[1].weight") for line in range(1, 5)],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="the switches of other trainers",
            wrong=[
                *(
                    {"messages": [QUESTION, {**ANSWER, name: False}]}
                    for name in ("loss", "train", "training")
                ),
                {"messages": [QUESTION, {**ANSWER, "loss": 0.0}]},
                {"messages": [QUESTION, {**ANSWER, "train_detail": [DETAIL]}]},
            ],
            found=[
                (1, "messages[1].loss"),
                (2, "messages[1].train"),
                (3, "messages[1].training"),
                (4, "messages[1].loss"),
                (5, "messages[1].train_detail"),
            ],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="a target that reads weights under one name",
            wrong=[{"messages": [QUESTION, {**ANSWER, "train": False}, QUESTION, ANSWER]}],
            found=[(1, "messages[1].train")],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="ms-swift's own",
            wrong=[{"messages": [QUESTION, OFF, QUESTION, {**ANSWER, "train": False}]}],
            found=[(1, "messages[1].weight"), (1, "messages[3].train")],
            settings={"target": "ms-swift"},
        ),
        Case(
            why="what switches nothing off, and a loss that was measured",
            right=[
                {"messages": [QUESTION, {**ANSWER, "train": True}]},
                {"messages": [QUESTION, {**ANSWER, "loss": 2.34}]},
                {"messages": [QUESTION, {**ANSWER, "train_detail": [{**DETAIL, "train": True}]}]},
            ],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="ms-swift reads its own word",
            right=[{"messages": [QUESTION, {**ANSWER, "loss": False}, QUESTION, {**ANSWER, "loss": 1.0}]}],
            settings={"target": "ms-swift"},
        ),
        Case(
            why="weight 1, no weight, a weight on a question",
            right=[
                {"messages": [QUESTION, {**ANSWER, "weight": 1}, QUESTION, ANSWER]},
                {"messages": [QUESTION, {**ANSWER, "weight": 1.0}, QUESTION, {**ANSWER, "weight": True}]},
                {"messages": [{**QUESTION, "weight": 0}, ANSWER]},
            ],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="the completion after a prompt",
            wrong=[{"prompt": [QUESTION], "completion": [OFF]}],
            found=[(1, "completion[0].weight")],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="of a prompt with its completion the completion alone is trained on",
            right=[{"prompt": [QUESTION, OFF, QUESTION], "completion": [ANSWER]}],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="a target that reads weights",
            right=[{"messages": [QUESTION, OFF, QUESTION, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
        Case(why="without a target nobody knows", right=[{"messages": [QUESTION, OFF, QUESTION, ANSWER]}]),
    )


def _is_completion(shapes: Collection[str]) -> pl.Expr:
    """Whether a message is the last of a completion, which is trained on after its prompt."""
    last = pl.col("at") == pl.col("at").max().over("i")
    return last & pl.col("shape").is_in([name for name in COMPLETIONS if name in shapes])


def _of_other_field(field: str, who: str, context: RuleContext) -> str:
    """The message for a field of another trainer's."""
    if field.endswith("detail"):
        return f"{field} switches parts of the answer off: {who} does not read it and trains on all of it; leave them out"
    if context.fact("message_weight") == "ignored" and context.fact("weight_field") is None:
        remedy = "convert with --untrained drop or split"
    elif context.fact("message_weight") == "unsure":
        remedy = "name the field in its configuration, or convert with --untrained drop"
    else:
        remedy = f"ftlint convert writes {context.fact('weight_field') or 'weight'}"
    return f"{field} switches the answer off: {who} does not read it and trains on the answer; {remedy}"
