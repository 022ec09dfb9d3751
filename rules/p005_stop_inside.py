"""The stop ending also occurs inside a completion.

Asked with `stop=` set to the common ending, the tuned model's answer is cut at the first one. A completion that
holds it in its middle teaches answers that can never be read to their end.

There is no fix: take the mark out of those completions, or use another ending for all of them, such as ` END`.

The stop is the one that at least 95 % of the completions end in.

Silent where the completions share no ending, or one that may be their own text: a full stop, a newline.
"""

from __future__ import annotations

from typing import Any

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Location,
    RuleContext,
    Severity,
    Violation,
    legacy_markers,
    pl,
    quote,
)


class StopInside(DatasetRule):
    """Looks a second time only where the first look could not rule it out."""

    code, name, severity = "P005", "stop-inside", "warning"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.checks_markers else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return legacy_markers.completion_endings(batch) if batch.prompt_completions.height else None

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        ends = legacy_markers.conclude(observed, legacy_markers.STOPS)
        mark = ends.sign if ends is not None and ends.n > 1 and ends.distinct else None
        if ends is None or mark is None or not mark.strip() or ends.clean:
            return Conclusion()
        return Conclusion(decision={"again": True, "stop": mark})

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        mark = decision["stop"]
        found = batch.prompt_completions.filter(legacy_markers.occurs_inside("completion", mark)).select(
            "i", "line", "row"
        )
        message = f"the ending {quote(mark)} also stands inside this completion"
        return [
            Violation(message, batch.example(i).path(Location(1)), row, line) for i, line, row in found.rows()
        ]

    cases = (
        Case(
            wrong=[
                {"prompt": "a ->", "completion": " One END of it END"},
                {"prompt": "b ->", "completion": " Two END"},
            ],
            found=[(1, "completion")],
        ),
        Case(
            why="a completion without the stop of most hides nothing",
            wrong=[
                *({"prompt": f"q{n} ->", "completion": f" a{n} END"} for n in range(40)),
                {"prompt": "a ->", "completion": " One END of it"},
                {"prompt": "b ->", "completion": " The END END"},
            ],
            found=[(41, "completion"), (42, "completion")],
        ),
        Case(
            why="answers of several lines that all end in a newline",
            right=[{"prompt": "a ->", "completion": " 1\n2\n"}, {"prompt": "b ->", "completion": " 3\n4\n"}],
        ),
        Case(
            right=[{"prompt": "a ->", "completion": " One END"}, {"prompt": "b ->", "completion": " Two END"}]
        ),
        Case(
            why="a full stop that all answers end in is their own",
            right=[{"prompt": "a ->", "completion": " One. Two."}, {"prompt": "b ->", "completion": " Two."}],
        ),
    )
