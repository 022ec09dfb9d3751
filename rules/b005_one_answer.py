"""One answer makes up more than half of the examples, though they are no classification.

The model learns that this answer is a good guess to anything, and gives it to questions that deserve another.
Most often it is a text for want of a better one, such as `I don't know` or an error message, or a column that
was filled in where it was empty.

There is no fix: keep as many of these examples as you want such answers, and leave the others out. If the
answers are labels, say so with `--task classification`.

Silent for classifications, whose classes imbalance compares; below 20 examples (the option `examples`); and
where all completions are the same, which identical-prompts says. Only examples of one question and one answer
are compared, by the exact text.
"""

from __future__ import annotations

from collections.abc import Collection

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
    pl,
    quote,
    task_type,
)
from ftlint.rule import Options as RuleOptions

# What a row counts: a text, a label, answers that are no labels, examples that are no completions.
TEXT, LABEL, NO_LABEL, OTHERS = range(4)
COLUMNS = ("kind", "key", "n", "text")
SORRY = {"completion": " I'm sorry, I don't know that."}


class OneAnswer(DatasetRule):
    """Counts answers by a 64-bit digest; only the most frequent one of each batch is kept as a text."""

    code, name, severity = "B005", "one-answer", "warning"
    keys = ("key",)

    class Options(RuleOptions):
        """From how many examples on a share says anything."""

        examples: Annotated[int, Meta(ge=2, description="fewest examples")] = 20

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        texts = batch.exchanges.select(text="completion").filter(pl.col("text") != "")
        keyed = texts.with_columns(key=pl.col("text").hash(17))
        counted = keyed.group_by("key").agg(n=pl.len().cast(pl.UInt64))
        # What makes up half of the whole makes up half of a batch, so that its text is kept.
        frequent = counted.filter(pl.col("n") * 2 >= keyed.height)["key"]
        own = keyed.filter(pl.col("key").is_in(frequent.implode())).unique("key")
        counted = counted.join(own.select("key", pl.col("text") + pl.lit("")), on="key", how="left")
        # Only how many labels there are matters, not which.
        is_label = pl.when(pl.col("label").is_not_null())
        labels = batch.answer_counts.select(
            "n",
            kind=is_label.then(LABEL).otherwise(NO_LABEL).cast(pl.UInt8),
            key=is_label.then(pl.col("label").hash(19)).otherwise(NO_LABEL),
        )
        others = batch.examples.filter(pl.col("shape") != "completion").height
        schema = {"kind": pl.UInt8, "key": pl.UInt64, "n": pl.UInt64}
        rest = pl.DataFrame([(OTHERS, OTHERS, others)], schema=schema, orient="row")
        return pl.concat(
            [counted.with_columns(kind=pl.lit(TEXT, pl.UInt8)).select(COLUMNS), labels, rest], how="diagonal"
        )

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return group.with_records(self.options.examples)

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        seen = pl.concat(frames)
        texts = seen.select("key", "text").drop_nulls().unique("key", keep="any")
        sums = seen.group_by("key").agg(pl.col("kind").first(), pl.col("n").sum())
        return sums.join(texts, on="key", how="left").select(COLUMNS)

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        # Of texts only one can be more than half of the whole; of labels it matters how many there are.
        texts = observed.filter(pl.col("kind") == TEXT).top_k(1, by=["n", "key"])
        labels = observed.filter(pl.col("kind") == LABEL)
        rest = observed.filter(pl.col("kind") > LABEL)
        counted = labels.select(
            pl.lit(LABEL, pl.UInt8).alias("kind"), pl.col("n").sum(), labels=pl.len().cast(pl.UInt64)
        )
        return pl.concat([texts, rest, counted], how="diagonal")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        sums = {
            kind: int(observed.filter(pl.col("kind") == kind)["n"].sum())
            for kind in (LABEL, NO_LABEL, OTHERS)
        }
        n = sums[LABEL] + sums[NO_LABEL]
        most = observed.filter(
            (pl.col("kind") == TEXT) & (pl.col("n") * 2 > n) & pl.col("text").is_not_null()
        )
        task = task_type.name_of(int(observed["labels"].sum()), sums[LABEL], n, context)
        if n < self.options.examples or not most.height or task == "classification":
            return Conclusion()
        times, text = most.select("n", "text").row(0)
        if not text.strip() or (times == n and not sums[OTHERS]):
            return Conclusion()
        return Conclusion([Violation(f"{times:,} of {n:,} answers are the same: {quote(text)}")])

    cases = (
        Case(
            why="an answer for want of a better one",
            wrong=[{"prompt": f"{i} ->", **SORRY} for i in range(11)]
            + [{"prompt": f"{i} ->", "completion": f" It is number {i}."} for i in range(9)],
            found=[(None, None)],
        ),
        Case(
            why="all the same, in a chat",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": f"{i}"},
                        {"role": "assistant", "content": "不知道。"},
                    ]
                }
                for i in range(20)
            ],
            found=[(None, None)],
        ),
        Case(
            why="told to be generation",
            wrong=[{"prompt": f"{i} ->", "completion": (" no", " yes")[i % 3 == 0]} for i in range(21)],
            found=[(None, None)],
            settings={"task": "generation"},
        ),
        Case(
            why="half of them",
            right=[{"prompt": f"{i} ->", **SORRY} for i in range(10)]
            + [{"prompt": f"{i} ->", "completion": f" It is number {i}."} for i in range(10)],
        ),
        Case(
            why="labels",
            right=[{"prompt": f"{i} ->", "completion": (" no", " yes")[i % 3 == 0]} for i in range(21)],
        ),
        Case(
            why="all completions are the same: identical-prompts says so",
            right=[{"prompt": f"{i} ->", **SORRY} for i in range(20)],
        ),
        Case(
            why="few examples",
            right=[{"prompt": f"{i} ->", **SORRY} for i in range(11)]
            + [{"prompt": f"{i} ->", "completion": f" It is number {i}."} for i in range(8)],
        ),
        Case(
            why="the last words of conversations",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": f"{i}"},
                        {"role": "assistant", "content": f"It is number {i}."},
                        {"role": "user", "content": "Thanks"},
                        {"role": "assistant", "content": "You're welcome!"},
                    ]
                }
                for i in range(30)
            ],
        ),
        Case(
            why="empty completions are another rule's",
            right=[
                {"prompt": f"{i} ->", "completion": ("", f" It is number {i}.")[i % 3 == 0]}
                for i in range(30)
            ],
        ),
    )
