"""The example holds a long run of words that also stands in a held text.

A benchmark measures nothing once its questions were trained on. They get into training data by way of crawled pages,
forums and models that know them by heart, mostly not as whole examples, so that leak does not see them.

Hold the benchmark against the file with `--against FILE` and select this rule; the file may be of any layout, since
every text in its records counts. Thirteen words in a row (the option `words`), whatever their case and punctuation,
are what the authors of GPT-3 took for a sign. Where a script puts no spaces between words two letters count as a word.

There is no fix: look at the passage, and drop the example if it is the benchmark's. The finding shows the words.

Silent for runs that more than ten held records have (the option `common`): those are instructions and licences. It is
opt-in, since quotations of well-known texts are no contamination.
"""

from __future__ import annotations

from ftlint.rule import (
    Annotated,
    Batch,
    Case,
    CompareRule,
    Conclusion,
    Meta,
    RuleContext,
    Violation,
    ngrams,
    pl,
    quote,
)
from ftlint.rule import Options as RuleOptions

TRAINS = (
    "A train leaves the station at nine in the morning with forty passengers and stops three times. "
    "How many passengers arrive if five get off each time?"
)
CHINESE = "一列火车早上九点带着四十名乘客离开车站，中途停靠三次，每次有五名乘客下车，请问到达终点站时车上还有多少名乘客？"
INSTRUCTION = (
    "Answer the following question with one letter and write nothing else at all, please, but that letter."
)


def _chat(*texts: str) -> dict[str, list[dict[str, str]]]:
    roles = ["user", "assistant"] * len(texts)
    return {"messages": [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]}


class BenchmarkOverlap(CompareRule):
    """Looks up hashes of runs of words."""

    code, name, severity = "D007", "benchmark-overlap", "warning"
    opt_in = True

    class Options(RuleOptions):
        """How long a run is, and in how many held records it may stand."""

        words: Annotated[int, Meta(ge=5, le=50, description="words of a run")] = ngrams.WORDS
        common: Annotated[int, Meta(ge=1, description="most held records that a run may stand in")] = 10

    def observe_reference(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        places = pl.DataFrame(
            {"i": range(len(batch)), "line": batch.lines}, schema={"i": pl.UInt32, "line": pl.UInt64}
        )
        runs = ngrams.runs(ngrams.strings(batch), self.options.words).select("i", "run").unique()
        return (
            runs.sort("i", "run")
            .join(places, on="i", how="left", maintain_order="left")
            .select("run", "line")
        )

    def observe_against(
        self, batch: Batch, reference: pl.DataFrame, context: RuleContext
    ) -> pl.DataFrame | None:
        telling = reference.group_by("run").len().filter(pl.col("len") <= self.options.common)
        runs = ngrams.runs(batch.texts.select("i", "text"), self.options.words)
        both = runs.join(telling, on="run", how="semi", maintain_order="left")
        first = both.group_by("i", maintain_order=True).agg(
            pl.col("run").first(), pl.col("said").first(), runs=pl.len()
        )
        return first.join(batch.examples.select("i", "row", "line"), on="i").select(
            "row", "line", "run", pl.col("said") + pl.lit(""), "runs"
        )

    def compare(
        self, observed: pl.DataFrame | None, reference: pl.DataFrame, context: RuleContext
    ) -> Conclusion:
        if observed is None:
            return Conclusion()
        first = reference.unique("run", keep="first", maintain_order=True).rename({"line": "there"})
        both = observed.join(first, on="run", how="left").sort("row")
        return Conclusion(
            [
                Violation(f"also in {quote(file)}, line {there:,}: {quote(said, 100)}", None, row, line)
                for row, line, said, file, there in both.select("row", "line", "said", "file", "there").rows()
            ]
        )

    cases = (
        Case(
            why="a question in the middle of another text, with other punctuation",
            wrong=[
                _chat(f"Please solve this! {TRAINS.upper().replace('.', ',')}", "25"),
                _chat("Hi", "Hello"),
            ],
            reference=[{"id": 1, "question": TRAINS, "choices": ["20", "25"]}],
            found=[(1, None)],
        ),
        Case(
            why="Chinese",
            wrong=[{"prompt": "解答：" + CHINESE, "completion": "二十五"}],
            reference=[{"题目": CHINESE}],
            found=[(1, None)],
        ),
        Case(
            why="shorter runs",
            wrong=[_chat("Boil the fresh water, then pour it.", "Yes")],
            reference=[{"text": "First boil the fresh water then wait."}],
            found=[(1, None)],
            options={"words": 5},
        ),
        Case(
            why="twelve words in common",
            right=[_chat("A train leaves the station at nine in the morning with forty people.", "25")],
            reference=[{"question": TRAINS}],
        ),
        Case(
            why="words of two texts that stand beside one another",
            right=[
                _chat("A train leaves the station at nine", "in the morning with forty passengers and stops")
            ],
            reference=[{"question": TRAINS}],
        ),
        Case(
            why="an instruction before every question",
            right=[_chat(f"{INSTRUCTION} Which is green?", "A")],
            reference=[{"question": f"{INSTRUCTION} Number {n}?"} for n in range(11)],
        ),
    )
