"""The name of a function is not one that can be called.

Names are of letters, digits, `_` and `-`, and 64 characters at most. With a blank, a dot or an umlaut in one name the
whole file is refused. A target may have a rule of its own; then that counts.

There is no fix: the function has its name elsewhere, too, where your calls are run.

Silent for a name that is missing or no text (missing-field, wrong-type).
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl, quote

DEFAULT = "^[a-zA-Z0-9_-]{1,64}$"


def _row(name: object, called: object = None) -> dict[str, object]:
    calls = [{"id": "call_1", "type": "function", "function": {"name": called or name, "arguments": "{}"}}]
    return {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": calls}],
        "tools": [{"type": "function", "function": {"name": name}}],
    }


class BadFunctionName(FrameRule):
    """Names of declared tools and of calls that do not match the target's pattern, or the usual one."""

    code, name, severity = "T011", "bad-function-name", "error"
    frame = "function_names"
    field = "call_name"
    tool_field = "name"
    columns = ("name",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("function_name_pattern") or self.severity

    def when(self, context: RuleContext) -> pl.Expr:
        return ~pl.col("name").str.contains(_pattern(context))

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        name, pattern = match["name"], _pattern(context)
        if not name:
            return "the name of the function is empty"
        if pattern != DEFAULT:
            return f"{quote(name)} does not match {pattern}"
        if len(name) > 64:
            return f"{quote(name)} has {len(name)} characters; 64 are allowed"
        return f"{quote(name)} is not only of letters, digits, _ and -"

    cases = (
        Case(
            why="a blank, a dot, an umlaut, nothing, too much; where it is declared and where it is called",
            wrong=[
                _row("get weather"),
                _row("weather.get", "getWeather"),
                _row("wetter_für", "getWeather"),
                _row("", "getWeather"),
                _row("f" * 65, "getWeather"),
                {
                    "messages": [
                        {"role": "user", "content": "a"},
                        {"role": "assistant", "function_call": {"name": "get weather", "arguments": "{}"}},
                    ],
                    "functions": [{"name": "get weather"}],
                },
            ],
            found=[
                (1, "messages[1].tool_calls[0].function.name"),
                (1, "tools[0].function.name"),
                *[(line, "tools[0].function.name") for line in range(2, 6)],
                (6, "functions[0].name"),
                (6, "messages[1].function_call.name"),
            ],
        ),
        Case(why="as it should be", right=[_row("get_weather"), _row("get-Weather-2"), _row("f" * 64)]),
        Case(why="a name that is no text is told elsewhere", right=[_row(7), _row(None)]),
    )


def _pattern(context: RuleContext) -> str:
    pattern = context.fact("function_name_pattern")
    return pattern if isinstance(pattern, str) else DEFAULT
