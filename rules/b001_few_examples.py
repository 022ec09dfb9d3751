"""There are fewer examples than the target takes, or than usually help.

Below the target's own minimum the job is refused: an error. Up to about a hundred examples a tuned model is
rarely better than a good prompt: a warning. Open generation usually needs about five hundred: a note.

There is no fix but more data. Each doubling of good examples tends to bring a similar step in quality. Good are
those that somebody has read, that keep to one form, and that look like what the tuned model will be asked. A
class wants a hundred or more, a chatbot with all sorts of requests some thousands.

Silent without a target: how many are enough is the target's and the task's business. A file that is held out from
training needs no more than the target demands of validation files, if it demands anything. Held out is what
`[datasets]` says so, what `--against` names, and what is checked together with its training file (`train.jsonl`,
`valid.jsonl`); a name alone says nothing.
"""

from __future__ import annotations

from ftlint.rule import Case, Conclusion, DatasetRule, RuleContext, Severity, Violation, pl, task_type

ONE = {"prompt": "a ->", "completion": " b"}


class FewExamples(DatasetRule):
    """Counts good examples, and asks whether the answers are labels."""

    code, name, severity = "B001", "few-examples", "warning"
    uses_answers = True

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.target is not None else None

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        target = context.target
        task = task_type.conclude(observed, context)
        n = task.examples
        if target is None or not n:
            return Conclusion()
        fact = "min_validation_examples" if context.held_out else "min_examples"
        least = target.number(fact)
        if least is not None and n < least:
            severity: Severity = "error" if target.verified(fact) else "warning"
            use = " for validation" if context.held_out else ""
            return Conclusion(
                [Violation(f"{_examples(n)}{use}; {target.name} takes {least} or more", severity=severity)]
            )
        if context.held_out:
            return Conclusion()
        few, good = target.number("few_examples"), target.number("good_examples")
        if few is not None and n < few:
            return Conclusion(
                [Violation(f"{_examples(n)}; fewer than {few} seldom help", severity="warning")]
            )
        if good is not None and n < good and not task.is_classification:
            return Conclusion(
                [Violation(f"{_examples(n)}; generation usually needs {good} or more", severity="info")]
            )
        return Conclusion()

    cases = (
        Case(
            why="fewer than the target takes",
            wrong=[ONE | {"prompt": f"{i} ->"} for i in range(9)],
            found=[(None, None)],
            settings={"target": "openai-completions"},
        ),
        Case(
            why="fewer than usually help",
            wrong=[ONE | {"prompt": f"{i} ->"} for i in range(20)],
            found=[(None, None)],
            settings={"target": "openai-completions"},
        ),
        Case(why="no target, no minimum", right=[ONE]),
        Case(
            right=[
                {"prompt": f"{i} ->", "completion": f" the answer number {i}, at length."} for i in range(500)
            ],
            settings={"target": "openai-completions"},
        ),
    )


def _examples(n: int) -> str:
    return f"{n:,} example{'s' if n != 1 else ''}"
