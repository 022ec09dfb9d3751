"""All prompts begin with the same long text.

A tuned model knows its task from the examples. An instruction that stands before every prompt teaches nothing
more, is paid for with every example and every request, and leaves less room for the rest. But a model that was
trained with the instruction wants to see it each time, and with few examples (below about a hundred) it helps:
tuning builds on what the model makes of it. Both ways work; what you use must be what you trained.

The fix takes the text off the prompts of the completion shape. It is offered, and never made unless you ask for it:
sometimes the shared text *is* the task. In other shapes it may be better off as a system message; there the finding
is only a note.

Silent for text of up to 12 characters (the option `characters`), for the beginning of data, markup, lists and
programs, for the name of the first of several fields (`Company: …`, `Product: …`), where a prompt has nothing more,
and below ten examples (the option `examples`) unless the text ends as a label does, with a colon or an arrow.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    Meta,
    RuleContext,
    Violation,
    common_prefix,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

ASK = "Translate into French: "
FEW = {"examples": 2}
DONE = [{"prompt": "cat ->", "completion": " chat"}, {"prompt": "dog ->", "completion": " chien"}]


class SharedPrefix(DatasetRule):
    """Keeps the least and the greatest prompt: what they begin with, all begin with."""

    code, name, severity, fix = "P006", "shared-prefix", "info", "unsafe"
    opt_in = True
    opt_in_fix = True
    fix_prompt = "Take {prefix} off every prompt?"

    class Options(RuleOptions):
        """How long is long, and from how many examples on it is no chance."""

        characters: Annotated[int, Meta(ge=1, description="longest shared text that is not reported")] = 12
        examples: Annotated[int, Meta(ge=2, description="fewest examples, if the text is no label")] = 10

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return common_prefix.observe(batch.exchanges, "prompt")

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return common_prefix.files_sharing(group, "prompt", self.options.characters + 1)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return common_prefix.combine(frames)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        violations, decision = [], None
        for form in common_prefix.FORMS:
            shared = common_prefix.conclude(observed, form)
            by_chance = shared.n < self.options.examples and not shared.is_label
            if len(shared.text) <= self.options.characters or by_chance:
                continue
            said = f"all {shared.n:,} prompts begin with {quote(shared.text)}"
            if form == "completion":
                violations.append(Violation(said))
                decision = {"apply": True, "rows": shared.n, "prefix": shared.text}
            else:
                violations.append(Violation(f"{said}; it could be the system message", fixable=False))
        return Conclusion(violations, decision=decision)

    def rewrite_columns(self, decision: dict[str, Any], context: RuleContext) -> dict[str, pl.Expr]:
        begins, _, rest = common_prefix.split("prompt", decision["prefix"])
        return {"prompt": pl.when(begins).then(rest).otherwise(pl.col("prompt"))}

    cases = (
        Case(
            why="an instruction that ends in a colon",
            wrong=[{**row, "prompt": ASK + row["prompt"]} for row in DONE],
            found=[(None, None)],
            fixed=DONE,
        ),
        Case(
            why="in Chinese, and blanks before it",
            wrong=[
                {"prompt": "请把下面的句子准确地翻译成英文：猫 ->", "completion": " cat"},
                {"prompt": " 请把下面的句子准确地翻译成英文：狗 ->", "completion": " dog"},
            ],
            found=[(None, None)],
            fixed=[{"prompt": "猫 ->", "completion": " cat"}, {"prompt": "狗 ->", "completion": " dog"}],
        ),
        Case(
            why="a phrase, cut where a word ends",
            wrong=[{"prompt": f"Tell me a story about s{n} ->", "completion": f" s{n}"} for n in range(10)],
            found=[(None, None)],
            fixed=[{"prompt": f"s{n} ->", "completion": f" s{n}"} for n in range(10)],
        ),
        Case(
            why="a phrase that few prompts share may be chance",
            right=[{"prompt": f"Tell me a story about s{n} ->", "completion": f" s{n}"} for n in range(9)],
        ),
        Case(
            why="in a chat it is only a note",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": ASK + text},
                        {"role": "assistant", "content": text},
                    ]
                }
                for text in ("cat", "dog")
            ],
            found=[(None, None)],
        ),
        Case(
            why="a short label",
            right=[{"prompt": f"Question: {n} ->", "completion": " x"} for n in range(12)],
        ),
        Case(
            why="the first of several fields",
            right=[
                {"prompt": f"Product description: {n}\nColour: {n}\n\n###\n\n", "completion": " x"}
                for n in range(12)
            ],
        ),
        Case(
            why="data",
            right=[
                {"prompt": text, "completion": " x"}
                for text in ('{"customer": "name one", "a": 1}', '{"customer": "name two", "a": 2}')
            ],
            options=FEW,
        ),
        Case(
            why="all the same is another rule's", right=[{"prompt": ASK + "cat ->", "completion": " x"}] * 2
        ),
        Case(
            why="nothing but the instruction in one of them",
            right=[{"prompt": ASK, "completion": " a"}, {"prompt": ASK + "cat", "completion": " b"}],
        ),
    )
