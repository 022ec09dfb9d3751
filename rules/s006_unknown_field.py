"""A field that the target does not know.

Some targets refuse a file for one field too many, such as an id beside `messages` or a timestamp in a
message. Others take no notice, and then what stands in the field is not trained on. How bad it is, the target
says: an error where it refuses, a warning where nobody knows, a note where it ignores.

Each field is reported once, at the first record that has it, with the number of records.

The fix removes the field. It is unsafe: what stood in it is gone from the new file. It leaves fields where a required
field of the same object is missing, because one of them is probably it (missing-field), fields without which an object
would be empty, such as a part that is a call, and columns that are part of the example, such as a system message beside
a prompt, which `ftlint convert` writes where the target reads it.

Silent without a target, and for records of another shape than the target's (wrong-shape).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ftlint.rule import (
    Batch,
    Case,
    Conclusion,
    DatasetRule,
    Example,
    RuleContext,
    Severity,
    Violation,
    pl,
)

LEFT = (", where ", ", which is part of the example")
MESSAGES = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
FIRST = ("row", "line", "path")
KINDS = ("field", "message", "removable")
# The depth of a field of a part: /messages/0/content/1/image.
IN_PARTS = 5


class UnknownField(DatasetRule):
    """Counts the records with each field that the target's schema has no place for."""

    code, name, severity, fix = "S006", "unknown-field", "warning", "unsafe"
    local_decision: ClassVar[Mapping[str, Any]] = {"apply": True}

    def severity_for(self, context: RuleContext) -> Severity | None:
        if context.target is None:
            return None
        match context.fact("unknown_fields"):
            case "rejected":
                return "error" if context.target.verified("unknown_fields") else "warning"
            case "unsure":
                return "warning"
            case "ignored":
                return "info"
        return None

    def observe(self, batch: Batch, context: RuleContext) -> pl.DataFrame | None:
        unknown = _with_removable(batch)
        if not unknown.height:
            return None
        numbered = unknown.with_columns(
            # Messages of a record differ by their numbers only.
            field=pl.col("path").str.replace_all(r"\[\d+\]", "[]"),
            row=pl.Series(batch.rows, dtype=pl.UInt64).gather(unknown["i"]),
            line=pl.Series(batch.lines, dtype=pl.UInt64).gather(unknown["i"]),
        )
        # A field that the fix leaves in some records has another message there.
        by_record = numbered.group_by(*KINDS, "i", maintain_order=True).agg(pl.col(FIRST).first())
        return _by_field(by_record.with_columns(n=pl.lit(1, dtype=pl.UInt64)))

    def combine(self, frames: list[pl.DataFrame], context: RuleContext) -> pl.DataFrame:
        return _by_field(pl.concat(frames))

    def conclude(self, observed: pl.DataFrame | None, context: RuleContext) -> Conclusion:
        if observed is None:
            return Conclusion()
        found = observed.sort("row", *KINDS).select("n", *FIRST, "message", "removable")
        violations = [
            Violation(
                f"{message} in {n:,} records, first here" if n > 1 else message,
                path,
                row,
                line,
                fixable=removable,
            )
            for n, row, line, path, message, removable in found.rows()
        ]
        is_fixable = any(violation.fixable for violation in violations)
        return Conclusion(violations, decision={"apply": True} if is_fixable else None)

    def affected_rows(self, batch: Batch, decision: dict[str, Any], context: RuleContext) -> Sequence[int]:
        return sorted(set(_with_removable(batch).filter("removable")["i"]))

    def apply_decision(self, example: Example, decision: dict[str, Any], context: RuleContext) -> None:
        example.remove_unknown_fields(context)

    cases = (
        Case(
            why="beside prompt and completion nothing is allowed",
            wrong=[{"prompt": "a ->", "completion": " b", "id": 1, "a/b": 2}],
            found=[(1, "a/b"), (1, "id")],
            fixed=[{"prompt": "a ->", "completion": " b"}],
            settings={"target": "openai-completions"},
        ),
        Case(
            why="in the record and in a message",
            wrong=[{"messages": [{**MESSAGES[0], "time": "12:00"}, MESSAGES[1]], "model": "gpt-4o"}],
            found=[(1, "messages[0].time"), (1, "model")],
            fixed=[{"messages": MESSAGES}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="legacy functions that declare nothing",
            wrong=[{"messages": MESSAGES, "functions": None}, {"messages": MESSAGES, "functions": []}],
            found=[(1, "functions")],
            fixed=[{"messages": MESSAGES}] * 2,
            settings={"target": "together"},
        ),
        Case(
            why="in many records and messages it is reported once",
            wrong=[{"messages": [{**message, "time": 1} for message in MESSAGES], "id": i} for i in range(3)],
            found=[(1, "id"), (1, "messages[0].time")],
            fixed=[{"messages": MESSAGES}] * 3,
            settings={"target": "openai-chat"},
        ),
        Case(
            why="where the content is missing, nobody but you knows which field it is",
            wrong=[{"messages": [MESSAGES[0], {"role": "assistant", "text": "b", "time": "12:00"}]}],
            found=[(1, "messages[1].time")],
            fixed=[{"messages": [MESSAGES[0], {"role": "assistant", "text": "b", "time": "12:00"}]}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="removed from the messages that lack nothing, and told apart",
            wrong=[
                {"messages": [MESSAGES[0], {"role": "assistant", "time": "12:00"}]},
                {"messages": [MESSAGES[0], {**MESSAGES[1], "time": "12:00"}]},
            ],
            found=[(1, "messages[1].time"), (2, "messages[1].time")],
            fixed=[
                {"messages": [MESSAGES[0], {"role": "assistant", "time": "12:00"}]},
                {"messages": MESSAGES},
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="a system message beside a prompt is part of the example",
            wrong=[{"prompt": "a", "completion": " b", "system": "c", "id": 1}],
            found=[(1, "id"), (1, "system")],
            fixed=[{"prompt": "a", "completion": " b", "system": "c"}],
            settings={"target": "openai-completions"},
        ),
        Case(
            why="without its only field a part would say nothing",
            wrong=[
                {
                    "contents": [
                        {
                            "role": "user",
                            "parts": [{"text": "a"}, {"inlineData": {"mimeType": "image/png", "data": "a"}}],
                        },
                        {"role": "model", "parts": [{"text": "b"}]},
                    ]
                }
            ],
            found=[(1, "contents[0].parts[1].inlineData")],
            fixed=[
                {
                    "contents": [
                        {
                            "role": "user",
                            "parts": [{"text": "a"}, {"inlineData": {"mimeType": "image/png", "data": "a"}}],
                        },
                        {"role": "model", "parts": [{"text": "b"}]},
                    ]
                }
            ],
            settings={"target": "vertex-gemini"},
        ),
        Case(
            why="fields that the target knows",
            right=[{"messages": MESSAGES, "tools": [], "parallel_tool_calls": False}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="a record of another shape is reported once, as such",
            right=[{"prompt": "a", "completion": "b", "id": 1}],
            settings={"target": "openai-chat"},
        ),
        Case(why="no target, no unknown field", right=[{"messages": MESSAGES, "id": 1}]),
    )


def _with_removable(batch: Batch) -> pl.DataFrame:
    """The unknown fields, and whether the fix removes them."""
    unknown = batch.schema_violations.filter(pl.col("kind") == "unknown")
    explained = pl.any_horizontal(pl.col("message").str.contains(reason, literal=True) for reason in LEFT)
    deep = unknown.filter(pl.col("pointer").str.count_matches("/") >= IN_PARTS)
    by_record: dict[int, list[str]] = {}
    for i, pointer in deep.select("i", "pointer").rows():
        by_record.setdefault(i, []).append(pointer)
    bare = [
        (i, pointer)
        for i, pointers in by_record.items()
        for parent in batch.example(i).bare_objects(pointers)
        for pointer in pointers
        if pointer.rpartition("/")[0] == parent
    ]
    only = pl.DataFrame(bare, schema={"i": unknown.schema["i"], "pointer": pl.String}, orient="row")
    only = only.with_columns(only=True)
    marked = unknown.join(only, on=["i", "pointer"], how="left", maintain_order="left")
    return marked.with_columns(removable=~explained & pl.col("only").is_null()).drop("only")


def _by_field(found: pl.DataFrame) -> pl.DataFrame:
    """One row a field and message: the number of records that have it, and the first of them."""
    return (
        found.sort("row", maintain_order=True)
        .group_by(*KINDS, maintain_order=True)
        .agg(pl.col("n").sum(), pl.col(FIRST).first())
    )
