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

from ftlint.rule import Annotated, Batch, Case, DatasetRule, Job, Meta, Spot, Verdict, pl, quote, tasks
from ftlint.rule import Options as RuleOptions

SORRY = {"completion": " I'm sorry, I don't know that."}


class OneAnswer(DatasetRule):
    """Counts answers by a 64-bit digest; only the most frequent one of each batch is kept as a text."""

    code, name, severity = "B005", "one-answer", "warning"

    class Options(RuleOptions):
        """From how many examples on a share says anything."""

        examples: Annotated[int, Meta(ge=2, description="fewest examples")] = 20

    def observe(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        texts = batch.exchanges.select(text="completion").filter(pl.col("text") != "")
        keyed = texts.with_columns(key=pl.col("text").hash(17))
        counted = keyed.group_by("key").agg(times=pl.len().cast(pl.UInt64))
        # What makes up half of the whole makes up half of a batch, so that its text is kept.
        frequent = counted.filter(pl.col("times") * 2 >= keyed.height)["key"]
        others = batch.examples.filter(pl.col("shape") != "completion").height
        return _one_row(
            counted=counted,
            texts=keyed.filter(pl.col("key").is_in(frequent.implode()))
            .unique("key")
            .select("key", pl.col("text") + pl.lit("")),
            # Only how many labels there are matters, not which.
            answers=batch.answers.select(
                pl.when(pl.col("label").is_not_null()).then(pl.col("label").hash(17)), "n"
            ),
            others=pl.DataFrame({"n": [others]}, schema={"n": pl.UInt64}),
        )

    def combine(self, frames: list[pl.DataFrame], job: Job) -> pl.DataFrame:
        seen = pl.concat(frames)
        return _one_row(
            counted=_rows(seen, "counted").group_by("key").agg(pl.col("times").sum()),
            texts=_rows(seen, "texts").unique("key"),
            answers=_rows(seen, "answers").group_by("label").agg(pl.col("n").sum()),
            others=_rows(seen, "others").sum(),
        )

    def conclude(self, seen: pl.DataFrame | None, job: Job) -> Verdict:
        if seen is None:
            return Verdict()
        answers = _rows(seen, "answers").with_columns(row=pl.lit(0), line=pl.lit(0))
        n = int(answers["n"].sum())
        most = _rows(seen, "counted").filter(pl.col("times") * 2 > n).join(_rows(seen, "texts"), on="key")
        if n < self.options.examples or not most.height or tasks.conclude(answers, job).is_classification:
            return Verdict()
        times, text = most.select("times", "text").row(0)
        if not text.strip() or (times == n and not _rows(seen, "others")["n"].sum()):
            return Verdict()
        return Verdict([Spot(f"{times:,} of {n:,} answers are the same: {quote(text)}")])

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


def _one_row(**frames: pl.DataFrame) -> pl.DataFrame:
    """Several frames as one row of lists, so that what one has does not make the others longer."""
    return pl.DataFrame({name: [frame.to_struct()] for name, frame in frames.items()})


def _rows(seen: pl.DataFrame, name: str) -> pl.DataFrame:
    """One of those frames, of all rows."""
    return seen.select(pl.col(name).explode()).drop_nulls().unnest(name)
