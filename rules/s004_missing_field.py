"""A required field is missing.

A message without a role, a message without content that calls no tool, a turn without a value: the target
refuses the file, or the trainer stops in the middle of an epoch. The path says where the field should stand.

It is also reported where no example can be made of a record: a template names a column that the record does not
have, or a text begins with none of the names of `--turns`.

Where another field of the same object is probably it under another name, such as the `text` of a message without a
`content`, the message names that field, and the fix renames it. That is a guess, so it is unsafe. Otherwise nobody
but you knows what belongs there.

Silent where the field may be left out: an assistant message that calls a tool needs no content. A field that
is there but null or of another type is reported as wrong-type. A call without arguments is arguments-not-json, one
without an id bad-call-id.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftlint.rule import Case, Example, MatchedRow, RuleContext, SchemaRule, pl

CALL = {"id": "call_1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
# What a call lacks is reported by the rules for calls, some of which mend it.
OF_CALLS = r"/(?:tool_calls/\d+/(?:id|function/arguments)|function_call/arguments)$"


class MissingField(SchemaRule):
    """What the shape's schema requires and the record lacks."""

    code, name, severity, fix = "S004", "missing-field", "error", "unsafe"
    explained_by = {"message": ("call-in-wrong-role",)}
    violation = "missing"

    def when(self, context: RuleContext) -> pl.Expr:
        return super().when(context) & ~pl.col("pointer").str.contains(OF_CALLS).fill_null(False)

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return str(match["message"]).endswith(" is probably meant")

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            *parents, missing = example.resolve_pointer(match["pointer"])
            holder = example.get(tuple(parents))
            key = example.likely_field(tuple(parents), str(missing))
            if key is not None and isinstance(holder, dict) and missing not in holder:
                renamed = {missing if name == key else name: value for name, value in holder.items()}
                holder.clear()
                holder.update(renamed)

    cases = (
        Case(
            why="another field is probably meant",
            wrong=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "text": "b"}]},
                {"messages": [{"role": "user", "value": "a"}, {"speaker": "assistant", "contnet": "b"}]},
                {"conversations": [{"from": "human", "content": "a"}, {"speaker": "gpt", "value": "b"}]},
            ],
            found=[
                (1, "messages[1].content"),
                (2, "messages[0].content"),
                (2, "messages[1].content"),
                (2, "messages[1].role"),
                (3, "conversations[0].value"),
                (3, "conversations[1].from"),
            ],
            fixed=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]},
                {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
            ],
        ),
        Case(
            why="the same under another name of the field",
            wrong=[{"conversations": [{"role": "user", "content": "a"}, {"role": "assistant", "text": "b"}]}],
            found=[(1, "conversations[1].content")],
            fixed=[
                {"conversations": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            ],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="a time is no content",
            wrong=[{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "time": 3}]}],
            found=[(1, "messages[1].content")],
            fixed=[{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "time": 3}]}],
        ),
        Case(
            why="a message without a role, another without content",
            wrong=[{"messages": [{"content": "a"}, {"role": "user"}, {"role": "assistant", "content": "b"}]}],
            found=[(1, "messages[0].role"), (1, "messages[1].content")],
        ),
        Case(
            why="a turn without a value",
            wrong=[{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt"}]}],
            found=[(1, "conversations[1].value")],
        ),
        Case(
            why="a call without the name of its function",
            wrong=[
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "tool_calls": [{**CALL, "function": {"arguments": "{}"}}]},
                    ]
                }
            ],
            found=[(1, "messages[1].tool_calls[0].function.name")],
        ),
        Case(
            why="a text without turns among transcripts",
            wrong=[{"text": "Customer: a\nAgent: b"}, {"text": "A call on Monday."}],
            found=[(2, "text")],
            settings={"turns": "Customer=user,Agent=assistant"},
        ),
        Case(
            why="a message that calls a tool needs no content",
            right=[
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [CALL]}]}
            ],
        ),
        Case(why="an input may be left out", right=[{"instruction": "a", "output": "b"}]),
    )
