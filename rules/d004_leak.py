"""The example also stands in a dataset that it is held against.

What is held out measures how well the model does with what it has not seen. An example that stands on both sides
measures only its memory: the figure is too good, and nobody notices. OpenAI's documentation asks for training and
validation files that have nothing in common.

Datasets are held against one another by `--against FILE`, by names that differ in nothing but the word for the split
(`train.jsonl` and `valid.jsonl` in one run), and by `[datasets]` with `--project`. Two examples are the same as
duplicate-example has it: ids, key order, Unicode composition and blanks around a text do not count.

The fix drops the example from the checked file and leaves the held one as it is. It is unsafe, because the example may
be meant for training, and then it has to leave the other side.

Silent where nothing is held against the file, for examples that are the same on one side only (duplicate-example
tells those), and for the same question with another answer (prompt-leak).
"""

from __future__ import annotations

from ftlint.rule import Batch, Case, CompareRule, Conclusion, RuleContext, Violation, pl, quote

WHOLE = ("high", "low")


class Leak(CompareRule):
    """Looks up digests of whole examples."""

    code, name, severity, fix = "D004", "leak", "error", "unsafe"

    def observe_reference(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return batch.digests.select("line", *WHOLE)

    def observe_against(
        self, batch: Batch, reference: pl.DataFrame, context: RuleContext
    ) -> pl.DataFrame | None:
        return batch.digests.select("row", "line", *WHOLE).join(reference.select(WHOLE), on=WHOLE, how="semi")

    def compare(
        self, observed: pl.DataFrame | None, reference: pl.DataFrame, context: RuleContext
    ) -> Conclusion:
        if observed is None:
            return Conclusion()
        first = reference.unique(WHOLE, keep="first", maintain_order=True).rename({"line": "there"})
        both = observed.join(first, on=WHOLE, how="left").sort("row")
        violations = [
            Violation(f"also in {quote(file)}, line {there:,}", None, row, line)
            for row, line, file, there in both.select("row", "line", "file", "there").rows()
        ]
        return Conclusion(violations, drop=both["row"].to_list())

    cases = (
        Case(
            wrong=[
                {"prompt": "a", "completion": " b"},
                {"prompt": "c", "completion": " d"},
                {"prompt": "a", "completion": " b"},
            ],
            reference=[{"prompt": "x", "completion": " y"}, {"completion": " b ", "prompt": "a", "id": 7}],
            found=[(1, None), (3, None)],
            fixed=[{"prompt": "c", "completion": " d"}],
        ),
        Case(
            why="another shape with the same conversation, other ids, decomposed letters",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "caf\u00e9?"},
                        {"role": "assistant", "content": "yes"},
                    ]
                },
                {"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "您好"}]},
            ],
            reference=[
                {"prompt": "cafe\u0301?", "completion": " yes"},
                {"prompt": "你好", "completion": "您好"},
            ],
            found=[(1, None), (2, None)],
            fixed=[],
        ),
        Case(
            why="calls count",
            right=[
                {
                    "messages": [
                        {"role": "user", "content": "Book it."},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {"name": "book", "arguments": '{"city": "Rome"}'},
                                }
                            ],
                        },
                    ]
                }
            ],
            reference=[
                {
                    "messages": [
                        {"role": "user", "content": "Book it."},
                        {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "id": "1",
                                    "type": "function",
                                    "function": {"name": "book", "arguments": '{"city": "Oslo"}'},
                                }
                            ],
                        },
                    ]
                }
            ],
        ),
        Case(
            why="the same question with another answer, and twice the same on one side",
            right=[{"prompt": "a", "completion": " b"}, {"prompt": "a", "completion": " b"}],
            reference=[{"prompt": "a", "completion": " c"}],
        ),
        Case(why="nothing is held against it", right=[{"prompt": "a", "completion": " b"}]),
        Case(
            why="held texts that are no examples",
            right=[{"prompt": "a", "completion": " b"}],
            reference=[{"q": 1}],
        ),
    )
