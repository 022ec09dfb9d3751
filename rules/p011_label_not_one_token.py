"""A label is more than one token, or begins with the same token as another label.

A classifier is best asked with `max_tokens=1`: one step, one class, and with `logprobs` (as many as there are
classes, if the API gives so many) the probability of each. That takes labels of which the first token says all.
A label of several tokens is cut after the first, and two labels that begin with the same one cannot be
distinguished.

Tokens are counted as they will be generated: with the space that the completion begins with, unless the target
trains chats, which do without. ` positive` is one token, ` extremely positive` two. Short common words do, and
so do numbers of up to three digits, but without a space: in the newer vocabularies (cl100k, o200k) ` 17` is two
tokens, of which the first is the space.

The finding is about the whole dataset and is a note: ask for more tokens, and longer labels work, too.

There is no fix: the names are yours. Shorter ones, or numbers, are easily put back afterwards.

Silent where the answers are not labels (see `--task`), and where the vocabulary is not known: vocabularies
differ in just this, so a target that trains models of all kinds gets no guess. Name the model (`--model`), or
give its own `tokenizer.json` (`--tokenizer`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    RuleContext,
    Severity,
    Violation,
    pl,
    quote,
    task_type,
)

NAMED = 5
BASE = {"target": "openai-completions"}


class LabelNotOneToken(DatasetRule):
    """Counts the tokens of each label as most examples write it."""

    code, name, severity = "P011", "label-not-one-token", "info"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return self.severity if context.counts_exactly else None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return batch.label_spellings

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        return group.with_records(task_type.fewest(context))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return task_type.combine(frames)

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if (
            observed is None
            or not task_type.conclude(task_type.answers_of(observed), context).is_classification
        ):
            return Conclusion()
        tokens = {text: context.token_ids(text) for text in _generated(observed, context)}
        long = [f"{quote(text)} ({len(ids):,})" for text, ids in tokens.items() if len(ids) > 1]
        by_first: dict[int, list[str]] = {}
        for text, ids in tokens.items():
            by_first.setdefault(ids[0] if ids else -1, []).append(quote(text))
        alike = [_some(texts, " and ") for texts in by_first.values() if len(texts) > 1]
        said = []
        if long:
            said.append(
                f"{len(long):,} of {len(tokens):,} labels are more than one token: {_some(long, ', ')}"
            )
        if alike:
            said.append(f"labels that begin with the same token: {_some(alike, ', ')}")
        return Conclusion([Violation("; ".join(said))] if said else [])

    cases = (
        Case(
            why="labels of several tokens",
            wrong=[
                {"prompt": f"{i} ->", "completion": (" positive", " extremely negative")[i % 2]}
                for i in range(20)
            ],
            found=[(None, None)],
            settings=BASE,
        ),
        Case(
            why="labels that begin alike, in a chat and in another script",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": f"{i}"},
                        {"role": "assistant", "content": ("очень хорошо", "очень плохо")[i % 2]},
                    ]
                }
                for i in range(20)
            ],
            found=[(None, None)],
            settings={"model": "gpt-4o-mini-2024-07-18"},
        ),
        Case(
            why="without its space a label is another one",
            wrong=[{"prompt": f"{i} ->", "completion": ("neutral", "unrelated")[i % 2]} for i in range(20)],
            found=[(None, None)],
            settings=BASE,
        ),
        Case(
            why="with it, and a stop behind it, it is one token",
            right=[
                {"prompt": f"{i} ->", "completion": (" neutral END", " unrelated END")[i % 2]}
                for i in range(20)
            ],
            settings=BASE,
        ),
        Case(
            why="a number is not joined with its space",
            wrong=[{"prompt": f"{i} ->", "completion": (" 1", " 2")[i % 2]} for i in range(20)],
            found=[(None, None)],
            settings=BASE,
        ),
        Case(
            why="in the oldest vocabulary it was",
            right=[{"prompt": f"{i} ->", "completion": (" 1", " 12")[i % 2]} for i in range(20)],
            settings={"model": "ada"},
        ),
        Case(
            why="numbers, and words of other scripts, as a chat writes them",
            right=[
                {"prompt": f"{i} ->", "completion": (" 是", " 不", " 1", " 12")[i % 4]} for i in range(40)
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="nobody knows the vocabulary",
            right=[{"prompt": f"{i} ->", "completion": (" a b c", " a b d")[i % 2]} for i in range(20)],
        ),
        Case(
            why="a trainer of any model",
            right=[{"prompt": f"{i} ->", "completion": (" a b c", " a b d")[i % 2]} for i in range(20)],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="answers that are no labels",
            right=[{"prompt": f"{i} ->", "completion": f" The answer is {i}, or so."} for i in range(20)],
            settings=BASE,
        ),
    )


def _generated(observed: pl.DataFrame, context: RuleContext) -> Iterable[str]:
    """What will be generated for each label, as most examples write it; the most frequent label first."""
    labels = observed.filter(pl.col("label").is_not_null()).sort(["n", "row"], descending=[True, False])
    generated: dict[str, str] = {}
    for label, written, form in labels.select("label", "written", "form").rows():
        spaced = form == "completion" and context.checks_markers
        before = written[: len(written) - len(written.lstrip())] if spaced else ""
        generated.setdefault(label, before + label)
    return generated.values()


def _some(named: Sequence[str], between: str) -> str:
    more = len(named) - NAMED
    return between.join(named[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
