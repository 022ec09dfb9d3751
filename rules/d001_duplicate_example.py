"""The same example stands in the dataset more than once.

Duplicates weigh double in training, hide how little data there really is, and end up on both sides of a split.
Two examples are the same when their conversations are, with their tools and calls; ids, key order, escapes,
Unicode composition and blanks around a text do not count.

The fix keeps the first and drops the others. It is unsafe, because some people repeat examples on purpose.
"""

from __future__ import annotations

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    LazyViolations,
    RuleContext,
    Violation,
    pl,
    sorted_rows,
)


class DuplicateExample(DatasetRule):
    """Compares 128-bit digests of the canonical conversation."""

    code, name, severity, fix = "D001", "duplicate-example", "warning", "unsafe"
    keys = ("high", "low")

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return batch.digests.select("row", "line", "high", "low")

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        # Half a digest rules out nearly all; only what is left is sorted and compared as a whole.
        first = (
            observed.filter(pl.col("high").is_duplicated())
            .sort("row")
            .with_columns(
                first=pl.col("line").first().over("high", "low"),
                nth=pl.col("row").cum_count().over("high", "low"),
            )
        )
        return first.filter(pl.col("nth") > 1).select("row", "line", "first")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        again = observed.sort("row")
        return Conclusion(LazyViolations(again, _told), drop=sorted_rows(again["row"]))

    cases = (
        Case(
            wrong=[
                {"prompt": "a", "completion": " b"},
                {"prompt": "c", "completion": " d"},
                {"completion": " b", "prompt": "a "},
            ],
            found=[(3, None)],
            fixed=[{"prompt": "a", "completion": " b"}, {"prompt": "c", "completion": " d"}],
        ),
        Case(
            why="composed and decomposed é are the same letter",
            wrong=[{"prompt": "a", "completion": "caf\u00e9"}, {"prompt": "a", "completion": "cafe\u0301"}],
            found=[(2, None)],
            fixed=[{"prompt": "a", "completion": "caf\u00e9"}],
        ),
        Case(
            why="ids of calls do not count",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "hi"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {"id": i, "type": "function", "function": {"name": "f", "arguments": "{}"}}
                            ],
                        },
                    ]
                }
                for i in ("call_1", "call_2")
            ],
            found=[(2, None)],
            fixed=[
                {
                    "messages": [
                        {"role": "user", "content": "hi"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "call_1",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": "{}"},
                                }
                            ],
                        },
                    ]
                }
            ],
        ),
        Case(
            why="whatever stands between them",
            wrong=[
                {"prompt": "a", "completion": " b"},
                {
                    "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "b"}],
                    "tools": [{"type": "function", "function": {"name": "f"}}],
                },
                {"prompt": "a", "completion": " b"},
            ],
            found=[(3, None)],
            fixed=[
                {"prompt": "a", "completion": " b"},
                {
                    "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "b"}],
                    "tools": [{"type": "function", "function": {"name": "f"}}],
                },
            ],
        ),
        Case(
            why="the arguments of calls do",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": "hi"},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "c",
                                    "type": "function",
                                    "function": {"name": "f", "arguments": arguments},
                                }
                            ],
                        },
                    ]
                }
                for arguments in ('{"a": 1}', '{"a": 2}')
            ],
        ),
        Case(
            why="the same words in other roles are another example",
            right=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "user", "content": "b"}, {"role": "assistant", "content": "a"}]},
                {"messages": [{"role": "system", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "wizard", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "witch", "content": "a"}, {"role": "assistant", "content": "b"}]},
            ],
        ),
        Case(
            why="the same prompt with another answer is no duplicate",
            right=[{"prompt": "a", "completion": " b"}, {"prompt": "a", "completion": " c"}],
        ),
        Case(
            why="pairs with another answer that is not wanted, in texts, turns and messages",
            right=[
                {"prompt": "a", "chosen": "b", "rejected": "c"},
                {"prompt": "a", "chosen": "b", "rejected": "d"},
                {"instruction": "e", "chosen": "b", "rejected": "c"},
                {"instruction": "e", "chosen": "b", "rejected": "d"},
                *(
                    {
                        "conversations": [{"from": "human", "value": "f"}],
                        "chosen": {"from": "gpt", "value": "b"},
                        "rejected": {"from": "gpt", "value": text},
                    }
                    for text in ("c", "d")
                ),
                *(
                    {
                        "input": {"messages": [{"role": "user", "content": "g"}], "tools": tools},
                        "preferred_output": [{"role": "assistant", "content": "b"}],
                        "non_preferred_output": [{"role": "assistant", "content": text}],
                    }
                    for text in ("c", "d")
                    for tools in ([], [{"type": "function", "function": {"name": "f"}}])
                ),
            ],
        ),
        Case(
            why="labels that say otherwise",
            right=[
                {"prompt": "a", "completion": "b", "label": True},
                {"prompt": "a", "completion": "b", "label": False},
                {
                    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}],
                    "label": True,
                },
                {
                    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}],
                    "label": False,
                },
                {"prompt": "d", "completions": ["e"], "labels": [True]},
                {"prompt": "d", "completions": ["e"], "labels": [False]},
            ],
        ),
        Case(
            why="the prompt beside the answers or in both of them is the same pair",
            wrong=[
                {
                    "prompt": [{"role": "user", "content": "a"}],
                    "chosen": [{"role": "assistant", "content": "b"}],
                    "rejected": [{"role": "assistant", "content": "c"}],
                },
                {
                    "chosen": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
                    "rejected": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}],
                },
            ],
            found=[(2, None)],
            fixed=[
                {
                    "prompt": [{"role": "user", "content": "a"}],
                    "chosen": [{"role": "assistant", "content": "b"}],
                    "rejected": [{"role": "assistant", "content": "c"}],
                }
            ],
        ),
    )


def _told(row: int, line: int, first: int) -> Violation:
    return Violation(f"the same example as line {first}", None, row, line)
