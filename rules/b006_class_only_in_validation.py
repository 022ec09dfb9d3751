"""A class stands in a dataset that the file is held against, but never in the file.

A classifier answers with what it has been shown. Every example of a class that training never shows is answered
wrongly, so the figures say less about the model than about the split. Most often the class is rare and fell to one
side by chance, or is spelt in another way there.

There is no fix: `ftlint split` sees to it that every class is on both sides.

Silent where the checked file is no classification (see `--task`) or its labels are letters of options, and where the
held examples are not either.
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, CompareRule, Conclusion, RuleContext, Violation, pl, quote, task_type


def _rows(labels: str) -> list[dict[str, str]]:
    names = {"p": " positive", "n": " negative", "P": " Positive", "m": " mixed", "s": " It is a sentence."}
    return [
        {"prompt": f"{i} ->", "completion": names.get(letter, f" {letter}")}
        for i, letter in enumerate(labels)
    ]


class ClassOnlyInValidation(CompareRule):
    """Compares the labels of both sides."""

    code, name, severity = "B006", "class-only-in-validation", "error"
    uses_answers = True

    def observe_reference(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return batch.answer_counts.with_columns(pl.col("label") + pl.lit(""))

    def compare(
        self, observed: pl.DataFrame | None, reference: pl.DataFrame, context: RuleContext
    ) -> Conclusion:
        task = task_type.conclude(observed, context)
        if not task.is_classification or task.options:
            return Conclusion()
        known = {label for label, *_ in task.classes}
        violations = []
        for (file,), rows in sorted(reference.group_by("file"), key=lambda entry: str(entry[0][0])):
            there = task_type.combine([rows.drop("file")])
            labels = there.filter(pl.col("label").is_not_null())
            if int(labels["n"].sum()) < int(there["n"].sum()) * task_type.MIN_LABEL_SHARE:
                continue
            unknown = labels.filter(~pl.col("label").is_in(known)).sort(
                ["n", "label"], descending=[True, False]
            )
            violations += [
                self._reported(str(file), label, n, known) for label, n in unknown.select("label", "n").rows()
            ]
        return Conclusion(violations)

    @staticmethod
    def _reported(file: str, label: str, n: int, known: set[str]) -> Violation:
        other = next((name for name in sorted(known) if name.casefold() == label.casefold()), None)
        spelt = f"; here it is written {quote(other)}" if other is not None else ""
        examples = "1 example" if n == 1 else f"{n:,} examples"
        return Violation(
            f"no example is of class {quote(label)}, which {quote(file)} has {examples} of{spelt}"
        )

    cases = (
        Case(
            why="a class that is only there, and one that is spelt otherwise there",
            wrong=_rows("pnpnpnpnpnpn"),
            reference=_rows("pnmP"),
            found=[(None, None), (None, None)],
        ),
        Case(
            why="told to be a classification",
            wrong=_rows("pn"),
            reference=_rows("pnm"),
            found=[(None, None)],
            settings={"task": "classification"},
        ),
        Case(
            why="a letter of an option is no class",
            right=_rows("ABCABCABCABC"),
            reference=_rows("ABCD"),
        ),
        Case(why="all classes are known", right=_rows("pnpnpnpnpnpn"), reference=_rows("ppp")),
        Case(why="held texts that are no labels", right=_rows("pnpnpnpnpnpn"), reference=_rows("ssss")),
        Case(why="no classification", right=_rows("ssssssssssss"), reference=_rows("ppnn")),
    )
