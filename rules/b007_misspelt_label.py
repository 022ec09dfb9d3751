"""A rare label is one letter away from a frequent one: it is mostly a misspelling.

`positve` among a thousand `positive`: to the model it is a class of its own, which it learns to guess now and then, and
whoever counts the answers counts one class more.

There is no fix: look at the examples and write what was meant, or tell ftlint that both are classes by ignoring this.

Reported for labels of five letters or more of which one letter is missing, added, changed or has changed places with the
next, if the other label is at least ten times as frequent. Silent where the first letter or a digit differs (`typical`
and `atypical`, `class1` and `class2`), for case, blanks and Unicode form (label-variants), and where the answers are no
labels (see `--task`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ftlint.rule import Case, Conclusion, DatasetRule, RuleContext, Violation, pl, quote, task_type

SHORTEST, TIMES, MOST_CLASSES = 5, 10, 1_000


class MisspeltLabel(DatasetRule):
    """Pairs of classes, one rare and one frequent, whose labels are one edit apart."""

    code, name, severity = "B007", "misspelt-label", "warning"
    uses_answers = True

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        task = task_type.conclude(observed, context)
        counts: dict[str, int] = {}
        shown: dict[str, str] = {}
        for label, n, _, _ in task.classes[:MOST_CLASSES]:
            folded = label.strip().casefold()
            counts[folded] = counts.get(folded, 0) + n
            shown.setdefault(folded, label.strip())
        pairs = [
            (counts[rare], rare, frequent)
            for rare in counts
            for frequent in _one_edit_away(rare, counts)
            if counts[rare] * TIMES <= counts[frequent]
        ]
        return Conclusion(
            [
                Violation(
                    f"class {quote(shown[rare])} ({n:,}) is one letter away from "
                    f"{quote(shown[frequent])} ({counts[frequent]:,})"
                )
                for n, rare, frequent in sorted(pairs)
            ]
        )

    cases = (
        Case(
            why="a letter missing, two exchanged",
            wrong=[{"prompt": f"{i} ->", "completion": (" positive", " negative")[i % 2]} for i in range(40)]
            + [{"prompt": "a ->", "completion": " positve"}, {"prompt": "b ->", "completion": " negatvie"}],
            found=[(None, None), (None, None)],
            severity="warning",
        ),
        Case(
            why="as frequent as the other, another first letter, digits, short words",
            right=[{"prompt": f"{i} ->", "completion": (" accept", " except")[i % 2]} for i in range(40)]
            + [{"prompt": f"a{i} ->", "completion": (" typical", " class1")[i % 2]} for i in range(40)]
            + [
                {"prompt": "b ->", "completion": " atypical"},
                {"prompt": "c ->", "completion": " class2"},
            ],
        ),
        Case(
            why="names, which are no labels",
            right=[{"prompt": f"{i} ->", "completion": f" Anna number {i} of the list"} for i in range(40)],
        ),
    )


def _one_edit_away(label: str, labels: dict[str, int]) -> Iterator[str]:
    """The other labels that differ in one letter, but not the first."""
    if len(label) < SHORTEST:
        return
    for other in labels:
        if other != label and len(other) >= SHORTEST and _is_one_edit(label, other):
            yield other


def _is_one_edit(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return long[at].isalpha() and short[at:] == long[at + 1 :]
    if not (one[at].isalpha() and other[at].isalpha()):
        return False
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped
