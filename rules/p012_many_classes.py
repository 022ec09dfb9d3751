"""There are more than about five hundred classes.

With many classes their names become long, begin alike and are hard to keep apart. Numbers do better: one of up
to three digits is a single token in OpenAI's vocabularies (without a space before it in the newer ones), and
they worked well up to about five hundred classes. Beyond that even numbers get worse: join classes, or ask
twice, first for the group and then for the class in it.

The finding is about the whole dataset and is a note; the option `classes` says how many are too many.

There is no fix: keep the list of what each number stands for, and look it up in the answer.

Silent where the answers are not labels (see `--task`); without being told, ftlint takes answers for labels that
are a word or three and stand, on average, in five examples or more.
"""

from __future__ import annotations

from ftlint.rule import Annotated, Case, Conclusion, DatasetRule, Meta, RuleContext, Violation, pl, task_type
from ftlint.rule import Options as RuleOptions


class ManyClasses(DatasetRule):
    """Counts the classes."""

    code, name, severity = "P012", "many-classes", "info"
    uses_answers = True

    class Options(RuleOptions):
        """How many are too many."""

        classes: Annotated[int, Meta(ge=2, description="most classes")] = 500

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        task = task_type.conclude(observed, context)
        most: int = self.options.classes
        if len(task.classes) <= most:
            return Conclusion()
        numbers = sum(label.isdecimal() for label, _, _, _ in task.classes)
        better = (
            "fewer of them"
            if numbers * 2 > len(task.classes)
            else "numbers instead of names, or fewer of them,"
        )
        said = (
            f"{len(task.classes):,} classes in {task.examples:,} examples; above {most:,} {better} do better"
        )
        return Conclusion([Violation(said)])

    cases = (
        Case(
            why="five hundred and one",
            wrong=[{"prompt": f"{i} ->", "completion": f" kind {i}"} for i in range(501)],
            found=[(None, None)],
            settings={"task": "classification"},
        ),
        Case(
            why="told to be labels, numbers already, and fewer allowed",
            wrong=[{"prompt": f"{i} ->", "completion": f" {i}"} for i in range(30)],
            found=[(None, None)],
            options={"classes": 20},
            settings={"task": "classification"},
        ),
        Case(
            why="one more than allowed, each in five examples, so nobody has to say that they are labels",
            wrong=[{"prompt": f"{i} ->", "completion": f" kind {i}"} for i in range(13)] * 5,
            found=[(None, None)],
            options={"classes": 12},
        ),
        Case(
            why="five hundred",
            right=[{"prompt": f"{i} ->", "completion": f" kind {i}"} for i in range(500)],
            settings={"task": "classification"},
        ),
        Case(
            why="as many as allowed",
            right=[{"prompt": f"{i} ->", "completion": f" kind {i}"} for i in range(12)] * 5,
            options={"classes": 12},
        ),
        Case(
            why="many short answers are no classes",
            right=[{"prompt": f"{i} ->", "completion": f" name {i}"} for i in range(40)],
            options={"classes": 12},
        ),
    )
