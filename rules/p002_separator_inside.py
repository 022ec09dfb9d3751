"""The separator also occurs inside a prompt or a completion.

The model learns that the answer begins after the separator. Where it stands in the middle of a prompt, the
model sees the answer begin too early; where it stands in a completion, it learns to start over.

There is no fix: take the mark out of those texts (a line of `###` in an e-mail is no loss), or use another
separator for all of them.

The separator is the one that at least 95 % of the prompts end in.

Silent where the prompts share no separator, or only an ending that is part of their own text, such as a
question mark.
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


class SeparatorInside(DatasetRule):
    """Looks a second time only where the first look could not rule it out."""

    code, name, severity = "P002", "separator-inside", "warning"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.checks_markers else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        if not batch.prompt_completions.height:
            return None
        seen = legacy_markers.prompt_endings(batch)
        mark = seen["mark"][0] if seen.height else None
        hits = (
            0
            if mark is None
            else batch.prompt_completions["completion"].str.contains(mark, literal=True).sum()
        )
        return seen.with_columns(inside=pl.col("inside") + hits)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        ends = legacy_markers.conclude(observed, legacy_markers.PROMPT_CANDIDATES)
        mark = ends.strong_mark if ends is not None and ends.n > 1 and ends.distinct else None
        if ends is None or mark is None or ends.clean:
            return Conclusion()
        return Conclusion(decision={"again": True, "separator": mark})

    def second_pass(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> list[Violation]:
        mark = decision["separator"]
        violations = []
        for column, found in (
            ("prompt", legacy_markers.occurs_inside("prompt", mark)),
            ("completion", pl.col("completion").str.contains(mark, literal=True)),
        ):
            for i, line, row in batch.prompt_completions.filter(found).select("i", "line", "row").rows():
                path = batch.example(i).path(Location(int(column == "completion")))
                violations.append(
                    Violation(f"the separator {quote(mark)} also stands inside this text", path, row, line)
                )
        return violations

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
            why="a prompt without the separator of most hides nothing",
            wrong=[
                *({"prompt": f"q{n} ->", "completion": f" a{n}"} for n in range(40)),
                {"prompt": "red -> blue", "completion": " a"},
                {"prompt": "a -> b ->", "completion": " b"},
            ],
            found=[(41, "prompt"), (42, "prompt")],
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
