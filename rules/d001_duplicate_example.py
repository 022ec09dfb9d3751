"""The same example stands in the dataset more than once.

Duplicates weigh double in training, hide how little data there really is, and end up on both sides of a split.
Two examples are the same when all that is trained on or graded is: their conversations, tools, calls, media, labels
and rewards. Ids, key order, escapes, Unicode composition and blanks around a text do not count, nor do columns that
are not read (unread-column).

The fix keeps the first and drops those that are written in the same way. What differs in blanks, composition, ids of
calls or columns that are not read is reported and left to you, because a template may write them, and a grader read
them: with a target such a column is named (unread-column) and does not count. The fix is unsafe, because some people
repeat examples on purpose.
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
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
        # Of a row that has several values for a key only one is known.
        digests = batch.digests.filter(~pl.col("row").is_in(list(batch.ambiguous_rows)))
        return digests.select("row", "line", "high", "low", "exact", "columns")

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        digests = group.batch.digests.select("high", file=group.file_of("i"))
        return digests.filter(digests.is_duplicated())["file"].unique().to_list()

    def reduce(self, observed: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        # Half a digest rules out nearly all; only what is left is sorted and compared as a whole.
        first = (
            observed.filter(pl.col("high").is_duplicated())
            .sort("row")
            .with_columns(
                first=pl.col("line").first().over("high", "low"),
                nth=pl.col("row").cum_count().over("high", "low"),
                again=pl.col("row").cum_count().over("high", "low", "exact", "columns") > 1,
                unread=pl.col("columns") != pl.col("columns").first().over("high", "low"),
            )
        )
        return first.filter(pl.col("nth") > 1).select("row", "line", "first", "again", "unread")

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        found = observed.sort("row")
        again = found.filter("again")
        if again.height == found.height:
            return Conclusion(LazyViolations(found, _reported), drop=sorted_rows(found["row"]))
        return Conclusion([_reported(*row) for row in found.rows()], drop=sorted_rows(again["row"]))

    cases = (
        Case(
            wrong=[
                {"prompt": "a", "completion": " b"},
                {"prompt": "c", "completion": " d"},
                {"completion": " b", "prompt": "a", "id": 1},
            ],
            found=[(3, None)],
            fixed=[{"prompt": "a", "completion": " b"}, {"prompt": "c", "completion": " d"}],
        ),
        Case(
            why="blanks do not count, but a trainer may read them",
            wrong=[{"prompt": "a", "completion": " b"}, {"prompt": "a ", "completion": " b"}],
            found=[(2, None)],
            fixed=[{"prompt": "a", "completion": " b"}, {"prompt": "a ", "completion": " b"}],
        ),
        Case(
            why="columns that no trainer reads do not count, but a grader may read them",
            wrong=[
                {"prompt": "a", "completion": "b", "solution": "c", "row_id": 1},
                {"prompt": "a", "completion": "b", "solution": "d", "row_id": 2},
                {"prompt": "a", "completion": "b", "solution": "c", "row_id": 3},
                {"prompt": "e", "completion": "b", "mark": True},
                {"prompt": "e", "completion": "b", "mark": False},
            ],
            found=[(2, None), (3, None), (5, None)],
            fixed=[
                {"prompt": "a", "completion": "b", "solution": "c", "row_id": 1},
                {"prompt": "a", "completion": "b", "solution": "d", "row_id": 2},
                {"prompt": "e", "completion": "b", "mark": True},
                {"prompt": "e", "completion": "b", "mark": False},
            ],
        ),
        Case(
            why="another image, label, reward or value of a wrong type is another example",
            right=[
                *({"prompt": "a", "completion": "b", "image": image} for image in ("c.png", "d.png")),
                *({"prompt": "e", "completion": value} for value in (["b"], ["c"], 5, 6)),
                *({"prompt": "f", "completion": "b", "system": system} for system in ("c", "d")),
                *({"prompt": [{"role": "user", "content": "g"}], "solution": text} for text in ("b", "c")),
                *({"prompt": "h", "chosen": "b", "rejected": "c", "margin": margin} for margin in (1, 2)),
            ],
        ),
        Case(
            why="a label of a wrong type beside messages is compared where the target reads labels",
            right=[
                {
                    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
                    "label": label,
                }
                for label in ("good", "bad", 2, 3, ["c"], {"d": 1}, 1.5)
            ],
            settings={"target": "trl-kto"},
        ),
        Case(
            why="what a thought of the Responses API has beside its text is compared, also of a wrong type",
            right=[
                {
                    "model": "m",
                    "input": [
                        {"role": "user", "content": "a"},
                        {"type": "reasoning", "summary": summary, **more},
                        {"role": "assistant", "content": "b"},
                    ],
                }
                for summary, more in (
                    ([], {}),
                    (["c"], {}),
                    (["d"], {}),
                    ([{"type": "summary_text", "text": "c"}], {}),
                    ([{"type": "summary_text", "text": 5}], {}),
                    (
                        [{"type": "summary_text", "text": "c"}],
                        {"content": [{"type": "reasoning_text", "text": "e"}]},
                    ),
                    (
                        [{"type": "summary_text", "text": "d"}],
                        {"content": [{"type": "reasoning_text", "text": "e"}]},
                    ),
                )
            ],
        ),
        Case(
            why="composed and decomposed é are the same letter",
            wrong=[{"prompt": "a", "completion": "caf\u00e9"}, {"prompt": "a", "completion": "cafe\u0301"}],
            found=[(2, None)],
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


def _reported(row: int, line: int, first: int, again: bool, unread: bool) -> Violation:
    but = "columns that are not read" if unread else "blanks, ids or composed letters"
    but = "" if again else f", but for {but}"
    return Violation(f"the same example as line {first}{but}", None, row, line, fixable=again)
