"""The largest class has more than ten times as many examples as the smallest.

A classifier learns how frequent a class is as well as what it is, and so answers with the large classes where
it is not sure. That is right if the same shares are met in use. If not, even the classes out: collect more of
the small ones, or leave out examples of the large ones. Judge the tuned model by each class (F1 or recall),
since the share of right answers hides the small ones.

The finding is about the whole dataset and is a note; the option `times` says how uneven is too uneven.

There is no fix: which shares are met in use, only you know.

Silent where the answers are not labels (see `--task`), and for a file that is held out from training (few-examples
says which those are): it should be as uneven as what is met in use. Small classes are reported by small-class, too,
however even.
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


class Imbalance(DatasetRule):
    """Compares the largest class with the smallest."""

    code, name, severity = "B003", "imbalance", "info"
    training_only = True
    uses_answers = True

    class Options(RuleOptions):
        """How uneven is too uneven."""

        times: Annotated[int, Meta(ge=2, description="most examples of a class for one of another")] = 10

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        classes = task_type.conclude(observed, context).balanced_classes
        if len(classes) < 2 or classes[0][1] <= self.options.times * classes[-1][1]:
            return Conclusion()
        (largest, many, _, _), (smallest, few, _, _) = classes[0], classes[-1]
        times = f"{many / few:,.0f} times" if many / few >= 20 else f"{many / few:.1f} times"
        examples = "example" if few == 1 else "examples"
        said = f"class {quote(largest)} has {many:,} examples, {times} as many as {quote(smallest)} ({few:,} {examples})"
        return Conclusion([Violation(said)])

    cases = (
        Case(
            wrong=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i > 10]} for i in range(122)],
            found=[(None, None)],
        ),
        Case(
            why="ten times as many, and no more",
            right=[{"prompt": f"{i} ->", "completion": (" yes", " no")[i > 9]} for i in range(110)],
        ),
        Case(
            why="in a chat, in Chinese, with a threshold of your own",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": f"{i}"},
                        {"role": "assistant", "content": ("正面", "负面", "中性")[min(i // 5, 2)]},
                    ]
                }
                for i in range(30)
            ],
            found=[(None, None)],
            options={"times": 3},
        ),
        Case(
            why="answers that are no labels",
            right=[{"prompt": f"{i} ->", "completion": (" Yes, it is.", " No.")[i > 3]} for i in range(122)],
        ),
    )
