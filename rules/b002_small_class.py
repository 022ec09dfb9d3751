"""A class has fewer than about a hundred examples.

A classifier learns a class from its examples. With a handful of them it guesses the bigger classes instead. The
usual advice is a hundred or more for each class.

There is no fix but more examples of that class; leaving the class out or joining it with another helps, too.
Labels of one token are learnt and asked most easily: with `max_tokens=1`, and `logprobs` for the probability of
each class.

Silent where the answers are not labels (see `--task`), or letters of options, which mean something else in every
question; and for a file that is held out from training (few-examples
says which those are): nothing is learnt from it.
"""

from __future__ import annotations

from ftlint.rule import (
    Annotated,
    Case,
    Conclusion,
    DatasetRule,
    Meta,
    RuleContext,
    Violation,
    pl,
    quote,
    task_type,
)
from ftlint.rule import Options as RuleOptions

USUAL = 100


class SmallClass(DatasetRule):
    """One finding a class, the smallest first."""

    code, name, severity = "B002", "small-class", "warning"
    training_only = True
    uses_answers = True

    class Options(RuleOptions):
        """How small is small."""

        least: Annotated[
            Annotated[int, Meta(ge=1)] | None,
            Meta(description="examples that a class should have, instead of the target's number or 100"),
        ] = None

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        task = task_type.conclude(observed, context)
        advised = context.fact("examples_per_class")
        least = self.options.least or (advised if isinstance(advised, int) else USUAL)
        small = [(n, label) for label, n, _, _ in task.balanced_classes if n < least]
        return Conclusion(
            [
                Violation(
                    f"class {quote(label)} has {n:,} of {task.examples:,} examples; {least} or more are advised"
                )
                for n, label in sorted(small)
            ]
        )

    cases = (
        Case(
            wrong=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i > 100]} for i in range(110)],
            found=[(None, None)],
        ),
        Case(
            why="letters of options are no classes",
            right=[{"prompt": f"{i}? A) x B) y C) z ->", "completion": " ABC"[i % 3 + 1]} for i in range(60)],
        ),
        Case(
            why="unless you say so",
            wrong=[{"prompt": f"{i} ->", "completion": "AB"[i % 2]} for i in range(60)],
            found=[(None, None), (None, None)],
            settings={"task": "classification"},
        ),
        Case(
            why="the threshold is yours",
            right=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(20)],
            options={"least": 10},
        ),
        Case(
            why="sentences are no classes, however few there are",
            right=[
                {"prompt": f"{i} ->", "completion": f" This is the one of the {i % 3} long answers."}
                for i in range(60)
            ],
        ),
        Case(
            why="told to be generation",
            right=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i % 2]} for i in range(20)],
            settings={"task": "generation"},
        ),
    )
