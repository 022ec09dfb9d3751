"""The same prompt is answered in different ways.

Where the answers are labels, at least one of them is wrong, and the model learns to choose by chance. Where they are
texts, all may be right, as several jokes on one subject are; then it is only reported as an information, because it may
also be an old and a new version of one answer.

There is no fix: decide which answer is right. Each finding shows the group: what is answered, and where.

All that stands before the last answer counts as the prompt, with system messages, declared tools and references; ids,
Unicode composition and blanks around a text do not. Labels that differ only in case are said apart: they are one
class in two spellings, which label-variants can mend.

Silent for equal examples (duplicate-example), for a prompt that more than half of the examples share, which is an
instruction and no question, for empty prompts, for pairs of answers and for answers that are rated one by one.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import (
    SHAPES,
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    RuleContext,
    Violation,
    pl,
    quote,
)

LABEL_BYTES = 160
LABEL_CHARACTERS = 40
SENTENCE_END = r"[.!?。！？…]\s*$"
MOST_LINES = 5
MOST_ANSWERS = 5
FEW = 4
# Answers of these shapes are rated: several to one prompt are what they are for.
RATED = [name for name, shape in SHAPES.items() if {"label", "labels"} & {*shape.required}]


def _chat(*texts: str) -> dict[str, list[dict[str, str]]]:
    roles = ["user", "assistant"] * len(texts)
    return {"messages": [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]}


def _asked(*answers: str) -> list[dict[str, str]]:
    other = [{"prompt": f"Is {n} odd?", "completion": f" {n % 2}"} for n in range(len(answers) + 1)]
    return [*({"prompt": "Is it good?", "completion": answer} for answer in answers), *other]


class Contradiction(DatasetRule):
    """Groups examples by a digest of the prompt; the texts of short answers are kept to be shown."""

    code, name, severity = "D002", "contradiction", "warning"
    keys = ("prompt",)

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        asked = batch.digests.filter(pl.col("prompt").is_not_null())
        if any(kind is not None and kind.shape.name in RATED for kind in batch.detected_shapes):
            rated = batch.examples.filter(pl.col("shape").is_in(RATED))["i"]
            asked = asked.filter(~pl.col("i").is_in(rated.implode()))
        text = pl.col("completion")
        is_label = (
            (text.str.len_bytes() <= LABEL_BYTES)
            & (text.str.len_chars() <= LABEL_CHARACTERS)
            & ~text.str.contains(SENTENCE_END)
        )
        short = batch.exchanges.filter(is_label).select("i", label=text.str.strip_chars() + pl.lit(""))
        return asked.join(short, on="i", how="left", maintain_order="left").select(
            "row", "line", "high", "prompt", "label"
        )

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        asked = group.batch.digests.filter(pl.col("prompt").is_not_null())
        prompts = asked.select("prompt", file=group.file_of("i"))
        return prompts.filter(prompts.is_duplicated())["file"].unique().to_list()

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        groups = observed.filter(pl.col("prompt").is_duplicated())
        groups = groups.filter(pl.col("high").n_unique().over("prompt") > 1).with_columns(
            n=pl.lit(1, pl.UInt64)
        )
        # One row without a prompt stands for all others.
        others = pl.DataFrame({"n": [observed.height - groups.height]}, schema={"n": pl.UInt64})
        return pl.concat([groups, others], how="diagonal")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        asked = int(observed["n"].sum())
        groups = (
            observed.filter(pl.col("prompt").is_not_null())
            .filter((pl.len().over("prompt") * 2 <= asked) | (pl.lit(asked) <= FEW))
            .sort("row")
            .group_by("prompt", maintain_order=True)
            .agg("row", "line", "high", "label")
        )
        return Conclusion([_reported(*group) for group in groups.drop("prompt").rows()])

    cases = (
        Case(
            why="labels",
            wrong=_asked(" yes", " no", " yes"),
            found=[(1, None)],
            severity="warning",
        ),
        Case(
            why="labels that differ in case",
            wrong=_asked(" yes", " Yes"),
            found=[(1, None)],
            severity="warning",
        ),
        Case(
            why="texts may all be right",
            wrong=_asked(" It is, as far as I can say.", " I do not think so."),
            found=[(1, None)],
            severity="info",
        ),
        Case(
            why="the last turn of a conversation, in Chinese, Arabic and Russian",
            wrong=[
                *[_chat("你好", "您好", "这条评论是正面的吗？", answer) for answer in ("是", "否")],
                *[_chat("هل هذا جيد؟", answer) for answer in ("نعم", "لا")],
                *[_chat("Это хорошо?", answer) for answer in ("да", "нет")],
            ],
            found=[(1, None), (3, None), (5, None)],
        ),
        Case(
            why="the same examples",
            right=[{"prompt": "a", "completion": " b"}, {"prompt": "a", "completion": "b "}],
        ),
        Case(
            why="an instruction that most share",
            right=[{"prompt": "Write a haiku.", "completion": f" Haiku {n}"} for n in range(9)],
        ),
        Case(
            why="empty prompts, other instructions, other tools",
            right=[
                {"prompt": "", "completion": " a"},
                {"prompt": "", "completion": " b"},
                *(
                    {"messages": [{"role": "system", "content": style}, *_chat("Hi", answer)["messages"]]}
                    for style, answer in (("Be rude.", "What?"), ("Be kind.", "Hello"))
                ),
                *(
                    {
                        **_chat("Is it raining?", answer),
                        "tools": [{"type": "function", "function": {"name": name}}],
                    }
                    for name, answer in (("rain", "yes"), ("sun", "no"))
                ),
                *({"prompt": f"{n}", "completion": f" {n}"} for n in range(9)),
            ],
        ),
        Case(
            why="pairs, and answers that are rated",
            right=[
                *({"prompt": "a", "chosen": good, "rejected": "c"} for good in ("d", "e")),
                *({"prompt": "x", "completion": good, "label": True} for good in ("d", "e")),
                *({"prompt": f"{n}", "chosen": f" {n}", "rejected": "z"} for n in range(9)),
            ],
        ),
        Case(
            why="the same question after other words",
            right=[
                _chat("I am Ann.", "Hi", "Who am I?", "Ann"),
                _chat("I am Bob.", "Hi", "Who am I?", "Bob"),
            ],
        ),
    )


def _reported(rows: list[int], lines: list[int], answers: list[int], labels: list[str | None]) -> Violation:
    """The finding of one group, at its first row."""
    if None in labels:
        ways = len(set(answers))
        return Violation(
            f"this prompt is answered in {ways} ways: {_lines(lines)}",
            None,
            rows[0],
            lines[0],
            severity="info",
        )
    places: dict[str, list[int]] = {}
    for label, line in zip(labels, lines, strict=True):
        places.setdefault(str(label), []).append(line)
    reported = [f"{quote(label, 40)} ({_lines(where)})" for label, where in places.items()]
    more = f" and {len(reported) - MOST_ANSWERS} more" if len(reported) > MOST_ANSWERS else ""
    only = ", which differ only in case" if len({label.casefold() for label in places}) == 1 else ""
    said = " and ".join(reported[:MOST_ANSWERS]) if len(reported) == 2 else ", ".join(reported[:MOST_ANSWERS])
    return Violation(f"this prompt is answered {said}{more}{only}", None, rows[0], lines[0])


def _lines(lines: list[int]) -> str:
    named = ", ".join(f"{line:,}" for line in lines[:MOST_LINES])
    more = f" and {len(lines) - MOST_LINES:,} more" if len(lines) > MOST_LINES else ""
    return f"line {named}" if len(lines) == 1 else f"lines {named}{more}"
