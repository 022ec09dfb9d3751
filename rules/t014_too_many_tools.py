"""A record declares more tools than the target takes.

The whole file is refused for it. Long before that, a model that reads a hundred declarations chooses badly among
them: give each example the tools that it is about, and a few others.

There is no fix: which tools are not needed, only you know.

Silent without a target, and where the target says nothing of it.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl


def _row(size: int, field: str = "tools") -> dict[str, object]:
    functions = [{"name": f"f{n}", "description": "Does it"} for n in range(size)]
    tools = [{"type": "function", "function": function} for function in functions]
    messages = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    return {"messages": messages, field: tools if field == "tools" else functions}


class TooManyTools(FrameRule):
    """Points at the first tool beyond the target's number."""

    code, name, severity = "T014", "too-many-tools", "error"
    frame = "tools"

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("max_tools")

    def when(self, context: RuleContext) -> pl.Expr:
        most = context.fact("max_tools")
        return pl.col("nth") == (most if isinstance(most, int) else -1)

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"more than the {context.fact('max_tools')} tools that {context.who} takes begin here"

    cases = (
        Case(
            why="more than 128",
            wrong=[_row(129), _row(300), _row(129, "functions")],
            found=[(1, "tools[128]"), (2, "tools[128]"), (3, "functions[128]")],
            settings={"target": "openai-chat"},
        ),
        Case(why="exactly 128", right=[_row(128)], settings={"target": "openai-chat"}),
        Case(why="no target, no limit", right=[_row(129)]),
    )
