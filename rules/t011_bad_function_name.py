"""The name of a function is not one that can be called.

Names are of letters, digits, `_` and `-`, and 64 characters at most. With a blank, a dot or an umlaut in one name
OpenAI and others refuse the whole file. A target may have a rule of its own; then that counts. Gemini's names may have
dots, too.

An error without a target and where the target states its rule; for a target that states none, such as a trainer whose
chat template writes any name, a warning.

There is no fix: the function has its name elsewhere, too, where your calls are run.

Silent for a name that is missing or no text (missing-field, wrong-type), and for calls where functions are declared:
the declaration is reported, and a call of another name is undeclared-tool.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, Severity, pl, quote

DEFAULT = "^[a-zA-Z0-9_-]{1,64}$"
OF_SHAPE = dict.fromkeys(("gemini", "gemini-preference"), "^[a-zA-Z0-9_.:-]{1,128}$")


def _row(name: object, called: object = None) -> dict[str, object]:
    calls = [{"id": "call_1", "type": "function", "function": {"name": called or name, "arguments": "{}"}}]
    return {
        "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": calls}],
        "tools": [{"type": "function", "function": {"name": name}}],
    }


def _gemini(name: str) -> dict[str, object]:
    call = {"functionCall": {"name": name, "args": {}}}
    return {
        "contents": [
            {"role": "user", "parts": [{"text": "a"}]},
            {"role": "model", "parts": [call]},
        ],
        "tools": [{"functionDeclarations": [{"name": name}]}],
    }


class BadFunctionName(FrameRule):
    """Names of declared tools and of calls that do not match the target's pattern, or the usual one."""

    code, name, severity = "T011", "bad-function-name", "error"
    frame = "function_names"
    field = "call_name"
    tool_field = "name"
    columns = ("name", "shape")

    def severity_for(self, context: RuleContext) -> Severity | None:
        unstated: Severity = "error" if context.target is None else "warning"
        return context.severity_of_fact("function_name_pattern") or unstated

    def when(self, context: RuleContext) -> pl.Expr:
        # A call by a declared name repeats it; one by another name is undeclared-tool.
        repeats = pl.col("nth").is_null() & pl.col("nth").is_not_null().any().over("i")
        return self._is_bad(context) & ~repeats

    def _is_bad(self, context: RuleContext) -> pl.Expr:
        bad = ~pl.col("name").str.contains(_pattern(context))
        if isinstance(context.fact("function_name_pattern"), str):
            return bad
        for shape, pattern in OF_SHAPE.items():
            bad = pl.when(pl.col("shape") == shape).then(~pl.col("name").str.contains(pattern)).otherwise(bad)
        return bad

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        name, pattern = match["name"], _pattern(context, match["shape"])
        if not name:
            return "the name of the function is empty"
        if pattern != DEFAULT:
            return f"{quote(name)} does not match {pattern}"
        if len(name) > 64:
            return f"{quote(name)} has {len(name)} characters; 64 are allowed"
        return f"{quote(name)} is not only of letters, digits, _ and -"

    cases = (
        Case(
            why="a blank, a dot, an umlaut, nothing, too much; where it is declared, and not once more where it is called",
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
            found=[*[(line, "tools[0].function.name") for line in range(1, 6)], (6, "functions[0].name")],
        ),
        Case(
            why="called where nothing is declared",
            wrong=[{"messages": _row("get weather")["messages"]}],
            found=[(1, "messages[1].tool_calls[0].function.name")],
        ),
        Case(why="as it should be", right=[_row("get_weather"), _row("get-Weather-2"), _row("f" * 64)]),
        Case(
            why="a trainer that writes any name into its template",
            wrong=[_row("Market Trends API")],
            found=[(1, "tools[0].function.name")],
            severity="warning",
            settings={"target": "axolotl"},
        ),
        Case(why="Gemini's dots", right=[_gemini("math.find")]),
        Case(why="Vertex AI's, too", right=[_gemini("math.find")], settings={"target": "vertex-gemini"}),
        Case(
            why="a blank is none of them",
            wrong=[_gemini("math find")],
            found=[(1, "tools[0].functionDeclarations[0].name")],
            settings={"target": "vertex-gemini"},
        ),
        Case(why="a name that is no text is reported elsewhere", right=[_row(7), _row(None)]),
    )


def _pattern(context: RuleContext, shape: str | None = None) -> str:
    pattern = context.fact("function_name_pattern")
    return pattern if isinstance(pattern, str) else OF_SHAPE.get(shape or "", DEFAULT)
