"""A field that the target does not know.

Some targets refuse a file for one field too many, such as an id beside `messages` or a timestamp in a
message. Others take no notice, and then what stands in the field is not trained on. How bad it is, the target
says: an error where it refuses, a warning where nobody knows, a note where it ignores.

The fix removes the field. It is unsafe: what stood in it is gone from the new file. It leaves fields where a required
field of the same object is missing, because one of them is probably it (missing-field), and columns that are part of
the example, such as a system message beside a prompt, which `ftlint convert` writes where the target reads it.

Silent without a target, and for records of another shape than the target's (wrong-shape).
"""

from collections.abc import Sequence

from ftlint.rule import Case, Example, MatchedRow, RuleContext, SchemaRule, Severity

LEFT = (", where ", ", which is part of the example")
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

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return not any(reason in str(match["message"]) for reason in LEFT)

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
            why="where the content is missing, nobody but you knows which field it is",
            wrong=[{"messages": [MESSAGES[0], {"role": "assistant", "text": "b", "time": "12:00"}]}],
            found=[(1, "messages[1].text"), (1, "messages[1].time")],
            fixed=[{"messages": [MESSAGES[0], {"role": "assistant", "text": "b", "time": "12:00"}]}],
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
