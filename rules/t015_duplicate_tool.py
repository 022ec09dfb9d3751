"""Two declared tools have the same name.

A call says which function it means by its name alone. With two of one name, which of them the arguments have to fit
is anybody's guess, and some targets refuse the record.

There is no fix: they may be the same by mistake, or two functions that need two names.

A warning for trainers whose chat template writes the declarations as they are, such as TRL and MLX LM.

Silent for tools without a name (missing-field), and for the same tool in another record.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl, quote

CHAT = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]


def _row(*names: object) -> dict[str, object]:
    return {"messages": CHAT, "tools": [{"type": "function", "function": {"name": name}} for name in names]}


class DuplicateTool(FrameRule):
    """Tools whose name an earlier one has."""

    code, name, severity = "T015", "duplicate-tool", "error"
    frame = "tools"
    tool_field = "name"
    columns = ("name",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_calls

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("earlier") > 0

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        return f"{quote(match['name'])} is declared already"

    cases = (
        Case(
            why="a trainer that compares nothing trains on it as it is",
            wrong=[_row("f", "f")],
            found=[(1, "tools[1].function.name")],
            severity="warning",
            settings={"target": "trl-sft"},
        ),
        Case(
            why="twice, and three times",
            wrong=[_row("f", "g", "f"), _row("f", "f", "f")],
            found=[
                (1, "tools[2].function.name"),
                (2, "tools[1].function.name"),
                (2, "tools[2].function.name"),
            ],
        ),
        Case(
            why="as a tool and as a function, and as JSON text",
            wrong=[
                {**_row("f"), "functions": [{"name": "f"}]},
                {
                    "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
                    "tools": '[{"name": "f"}, {"name": "f"}]',
                },
            ],
            found=[(1, "functions[0].name"), (2, "tools")],
        ),
        Case(why="different names, and none", right=[_row("f", "F", "f_"), _row("f"), _row(None, None)]),
    )
