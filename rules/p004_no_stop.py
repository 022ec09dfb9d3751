"""Completions share no ending that tells the model where to stop.

A base model tuned on answers without a common ending does not know when it is done: it goes on until the
token limit, often with a new question of its own.

The fix adds one ending to every completion: the first of a newline, ` END`, `***` … that occurs in no
completion. It changes the text that is trained on, so it is unsafe. Ask the tuned model with `stop=` set to
the same ending.

Silent for classification (a label ends by itself, ask with `max_tokens=1`), where all completions are equal,
and for chat shapes.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import (
    Batch,
    Case,
    DatasetRule,
    Example,
    Job,
    Severity,
    Spot,
    Verdict,
    endings,
    pl,
    quote,
    tasks,
)


class NoStop(DatasetRule):
    """Needs two things of the whole: what the completions share, and whether they are labels."""

    code, name, severity, fix = "P004", "no-stop", "warning", "unsafe"

    def severity_for(self, job: Job) -> Severity | None:
        return self.severity if job.wants_marks else None

    def observe(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        if not batch.pairs.height:
            return None
        ends = endings.observe(batch.pairs["completion"], endings.STOPS)
        return pl.concat([ends, batch.answers.rename({"n": "rows"})], how="diagonal")

    def conclude(self, seen: pl.DataFrame | None, job: Job) -> Verdict:
        if seen is None:
            return Verdict()
        ends = endings.conclude(seen.filter(pl.col("shared").is_not_null()), endings.STOPS)
        answers = seen.filter(pl.col("rows").is_not_null()).select("label", "rows", "row", "line")
        task = tasks.conclude(tasks.combine([answers.rename({"rows": "n"})]), job)
        if ends is None or ends.n < 2 or not ends.distinct or ends.mark or task.is_classification:
            return Verdict()
        stop = job.stop if job.stop is not None else endings.choose_stop(ends)
        message = f"{ends.n:,} completions share no ending; end every completion with e.g. {quote(stop)}"
        return Verdict([Spot(message)], decision={"apply": True, "stop": stop})

    def touches(self, batch: Batch, decision: dict[str, Any], job: Job) -> list[int]:
        touched: list[int] = batch.pairs.filter(pl.col("completion").is_not_null())["i"].to_list()
        return touched

    def apply(self, example: Example, decision: dict[str, Any], job: Job) -> None:
        place = {"at": 1}
        example.put(place, (example.text(place) or "") + decision["stop"])

    cases = (
        Case(
            wrong=[
                {"prompt": "a ->", "completion": " Once upon a time"},
                {"prompt": "b ->", "completion": " Far away"},
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": "a ->", "completion": " Once upon a time\n"},
                {"prompt": "b ->", "completion": " Far away\n"},
            ],
        ),
        Case(
            why="an ending that occurs in no completion is chosen",
            wrong=[
                {"prompt": "a ->", "completion": " Once\nupon a time"},
                {"prompt": "b ->", "completion": " Far away"},
            ],
            found=[(None, None)],
            fixed=[
                {"prompt": "a ->", "completion": " Once\nupon a time END"},
                {"prompt": "b ->", "completion": " Far away END"},
            ],
        ),
        Case(
            why="labels end by themselves",
            right=[{"prompt": f"text {i} ->", "completion": (" yes", " no")[i % 2]} for i in range(20)],
        ),
        Case(
            why="told to be a classification",
            right=[{"prompt": "a ->", "completion": " x1"}, {"prompt": "b ->", "completion": " y2"}],
            settings={"task": "classification"},
        ),
        Case(
            right=[{"prompt": "a ->", "completion": " One END"}, {"prompt": "b ->", "completion": " Two END"}]
        ),
    )
