"""The separator also occurs inside a prompt or a completion.

The model learns that the answer begins after the separator. Where it stands in the middle of a prompt, the
model sees the answer begin too early; where it stands in a completion, it learns to start over.

There is no fix: take the mark out of those texts (a line of `###` in an e-mail is no loss), or use another
separator for all of them.

Silent where the prompts share no separator, or only an ending that is part of their own text, such as a
question mark.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import Batch, Case, DatasetRule, Job, Severity, Spot, Verdict, legacy_markers, pl, quote


class SeparatorInside(DatasetRule):
    """Looks a second time only where the first look could not rule it out."""

    code, name, severity = "P002", "separator-inside", "warning"

    def severity_for(self, job: Job) -> Severity | None:
        return self.severity if job.minds_marks else None

    def observe(self, batch: Batch, job: Job) -> pl.DataFrame | None:
        if not batch.prompt_completions.height:
            return None
        seen = legacy_markers.observe(batch.prompt_completions["prompt"], legacy_markers.PROMPT_CANDIDATES)
        mark = legacy_markers.separator_of(seen)
        hits = (
            0
            if mark is None
            else batch.prompt_completions["completion"].str.contains(mark, literal=True).sum()
        )
        return seen.with_columns(inside=pl.col("inside") + hits)

    def conclude(self, seen: pl.DataFrame | None, job: Job) -> Verdict:
        ends = legacy_markers.conclude(seen, legacy_markers.PROMPT_CANDIDATES)
        mark = ends.strong_mark if ends is not None and ends.n > 1 and ends.distinct else None
        if ends is None or mark is None or ends.clean:
            return Verdict()
        return Verdict(decision={"again": True, "separator": mark})

    def again(self, batch: Batch, decision: dict[str, Any], job: Job) -> list[Spot]:
        mark = decision["separator"]
        spots = []
        for column, found in (
            ("prompt", legacy_markers.occurs_inside("prompt", mark)),
            ("completion", pl.col("completion").str.contains(mark, literal=True)),
        ):
            for i, line, row in batch.prompt_completions.filter(found).select("i", "line", "row").rows():
                path = batch.example(i).path({"at": int(column == "completion")})
                spots.append(
                    Spot(f"the separator {quote(mark)} also stands inside this text", path, row, line)
                )
        return spots

    cases = (
        Case(
            wrong=[
                {"prompt": "red ->", "completion": " a"},
                {"prompt": "a -> b ->", "completion": " b"},
                {"prompt": "blue ->", "completion": " c -> d"},
            ],
            found=[(2, "prompt"), (3, "completion")],
        ),
        Case(
            why="a question mark that all prompts end in is their own",
            right=[{"prompt": "Why? How?", "completion": " a"}, {"prompt": "Who?", "completion": " b"}],
        ),
        Case(
            why="JSON prompts all end in a brace",
            right=[
                {"prompt": '{"a": {"b": 1}}', "completion": " a"},
                {"prompt": '{"a": {"b": 2}}', "completion": " b"},
            ],
        ),
        Case(
            why="prompts that all end in a newline",
            right=[{"prompt": "a\nb\n", "completion": " a"}, {"prompt": "c\nd\n", "completion": " b"}],
        ),
        Case(right=[{"prompt": "red ->", "completion": " a"}, {"prompt": "blue ->", "completion": " b"}]),
    )
