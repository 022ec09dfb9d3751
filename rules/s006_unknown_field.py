"""A field that the target does not know.

Some targets refuse a file for one field too many, such as an id beside `messages` or a timestamp in a
message. Others take no notice, and then what stands in the field is not trained on. How bad it is, the target
says: an error where it refuses, a warning where nobody knows, a note where it ignores.

The fix removes the field. It is unsafe: what stood in it is gone from the new file.

Silent without a target, and for records of another shape than the target's (wrong-shape).
"""

from collections.abc import Sequence

from ftlint.rule import Case, Example, MatchedRow, RuleContext, SchemaRule, Severity

MESSAGES = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]


class UnknownField(SchemaRule):
    """What the target's schema has no place for."""

    code, name, severity, fix = "S006", "unknown-field", "warning", "unsafe"
    violation = "unknown"

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

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            steps = example.resolve_pointer(match["pointer"])
            holder = example.get(steps[:-1])
            if isinstance(holder, dict):
                holder.pop(steps[-1], None)

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
            why="fields that the target knows",
            right=[{"messages": MESSAGES, "tools": [], "parallel_tool_calls": False}],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="a record of another shape is told once, as such",
            right=[{"prompt": "a", "completion": "b", "id": 1}],
            settings={"target": "openai-chat"},
        ),
        Case(why="no target, no unknown field", right=[{"messages": MESSAGES, "id": 1}]),
    )
