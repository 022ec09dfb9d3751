"""One field has different types in different records.

A text here and a list there, a number in one row and a text in the next: every record may be right by itself, and
still loaders that put the file into columns cannot hold it. Hugging Face's `datasets`, which TRL, Axolotl, Unsloth
and LLaMA-Factory read with, stopped with an error of Arrow's before version 4.7, and only newer versions keep such
a field as JSON. The usual places are a content that is text or a list of parts, and arguments of tools.

There is no fix: write one type everywhere, such as arguments as JSON text.

Every field of the file counts, in messages, in tools (down to the `properties` of their schemas) and beside them. Null
counts as no type, whole numbers and others as one. The finding stands at the first record of the later type and tells
how often each type is there.

Where the target's documentation says that such a file fails it is an error, where that is said elsewhere a warning,
as without a target; where the target says nothing about it, a note.
Silent for targets that read line by line, and for records in which a type is wrong in itself (wrong-type).
"""

from __future__ import annotations

from collections.abc import Collection

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    FileGroup,
    RuleContext,
    Severity,
    Violation,
    json_types,
    pl,
)

QUESTION, ANSWER = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
PARTS = {"role": "user", "content": [{"type": "text", "text": "a"}]}


class MixedTypes(DatasetRule):
    """Collects the types of every path, with their first records."""

    code, name, severity = "S007", "mixed-types", "warning"

    def severity_for(self, context: RuleContext) -> Severity | None:
        if context.fact("mixed_types"):
            return context.severity_of_fact("mixed_types")
        # Who takes files of lines may well read them one by one.
        return self.severity if context.target is None else "info"

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        return batch.types

    def suspects(self, group: FileGroup, context: RuleContext) -> Collection[int]:
        types = group.batch.types
        return range(len(group.sizes)) if types["path"].is_duplicated().any() else ()

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return json_types.summed(pl.concat(frames))

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        mixed = observed.filter(pl.len().over("path") > 1).sort("path", "row", "type")
        violations = []
        for (path,), types in mixed.group_by("path", maintain_order=True):
            rows = types.select("type", "n", "line", "row").rows()
            kinds = [f"{kind} {_times(n)} (first in line {line:,})" for kind, n, line, _ in rows]
            violations.append(
                Violation(f"{', '.join(kinds[:-1])} and {kinds[-1]}", str(path), rows[-1][3], rows[-1][2])
            )
        return Conclusion(
            sorted(violations, key=lambda violation: (violation.row or 0, violation.path or ""))
        )

    cases = (
        Case(
            why="a text, then parts; arguments as text, then as an object",
            wrong=[
                {"messages": [QUESTION, ANSWER]},
                {"messages": [PARTS, ANSWER]},
                *(
                    {
                        "messages": [
                            QUESTION,
                            {
                                "role": "assistant",
                                "tool_calls": [
                                    {
                                        "id": "1",
                                        "type": "function",
                                        "function": {"name": "f", "arguments": arguments},
                                    }
                                ],
                            },
                        ]
                    }
                    for arguments in ("{}", {"a": 1})
                ),
            ],
            found=[(2, "messages[].content"), (4, "messages[].tool_calls[].function.arguments")],
            severity="warning",
        ),
        Case(
            why="beside the messages, in prompts and in pairs",
            wrong=[
                {"prompt": "a", "completion": "b", "score": 1, "more": {"a": 1, "b c": "x"}},
                {"prompt": "a", "completion": "b", "score": "1", "more": {"a": True, "b c": ["x"]}},
            ],
            found=[(2, "more.a"), (2, 'more["b c"]'), (2, "score")],
        ),
        Case(
            why="where users say that it fails",
            wrong=[
                {"messages": [QUESTION, ANSWER], "id": 1},
                {"messages": [QUESTION, ANSWER], "id": "2"},
            ],
            found=[(2, "id")],
            severity="warning",
            settings={"target": "llamafactory"},
        ),
        Case(
            why="where newer versions can read it",
            wrong=[{"messages": [QUESTION, ANSWER]}, {"messages": [PARTS, ANSWER]}],
            found=[(2, "messages[].content")],
            severity="warning",
            settings={"target": "trl-sft"},
        ),
        Case(
            why="null, a missing field, whole numbers and others are no other types",
            right=[
                {"prompt": "a", "completion": "b", "score": 1, "more": {"a": []}},
                {"prompt": "a", "completion": "b", "score": 1.5, "more": None},
                {"prompt": "a", "completion": "b", "score": None, "more": {"a": ["x"], "b": {}}},
                {"prompt": "a", "completion": "b"},
            ],
        ),
        Case(
            why="a type that is wrong in itself is reported as such",
            right=[{"prompt": "a", "completion": "b"}, {"prompt": "a", "completion": 7}],
        ),
        Case(
            why="a target that reads line by line",
            right=[{"messages": [QUESTION, ANSWER]}, {"messages": [PARTS, ANSWER]}],
            settings={"target": "openai-chat"},
        ),
    )


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"
