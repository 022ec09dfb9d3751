"""The arguments of a call are not the JSON of an object.

Whoever runs the call has to read its arguments, and a model that learns broken ones writes broken ones. Mostly a
program has cut them off, written a dict Python's way, or left them empty. A call without arguments says `{}`.

There is no fix: what the arguments were meant to be, only you know.

Silent for `"{}"`, and for an object where the target wants text, or text that is JSON text once more: those are
arguments-not-text and arguments-twice-encoded. Silent in an answer that is not wanted, which may be wrong on purpose.
"""

from __future__ import annotations

from ftlint.rule import Case, FrameRule, MatchedRow, RuleContext, pl, quote, why_not_json

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
NO_ARGUMENTS = "a call without arguments says {}"
NO_CALLS: list[object] = ["get_weather(Bonn)", {"arguments": {}}, '{"name": "get_weather"}']


def _row(*arguments: object) -> dict[str, object]:
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": "get_weather", "arguments": given}}
        for n, given in enumerate(arguments)
    ]
    return {"messages": [QUESTION, {"role": "assistant", "content": None, "tool_calls": calls}]}


class ArgumentsNotJson(FrameRule):
    """Arguments that are absent, null, empty, broken, or another value than an object."""

    code, name, severity = "T002", "arguments-not-json", "error"
    frame = "calls"
    field = "arguments"
    columns = ("kind", "state", "arguments", "name")

    def when(self, context: RuleContext) -> pl.Expr:
        # A call without a name, too, has no function to speak of: missing-field and wrong-type tell of that.
        no_function = (pl.col("kind") == "absent") & pl.col("name").is_null()
        faulty = pl.col("state").is_in(["empty", "broken", "value", "unread"])
        return faulty & ~no_function & ~pl.col("rejected")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        text = match["arguments"] or ""
        match match["kind"], match["state"]:
            case "absent", _:
                return f"the call has no arguments; {NO_ARGUMENTS}"
            case _, "empty":
                given = "null" if text.strip() else "empty"
                return f"the arguments are {'null' if match['kind'] == 'null' else given}; {NO_ARGUMENTS}"
            case _, "broken":
                return f"the arguments are not JSON: {why_not_json(text).removeprefix('not JSON: ')}"
            case _, "unread":
                return "the turn is not the JSON of a call with a name and arguments"
        return f"the arguments are {quote(text, 40)}; expected an object"

    cases = (
        Case(
            why="cut off, Python's way, empty, null in two ways, no object in three",
            wrong=[
                _row('{"city": "Bo', "{'city': 'Bonn'}", "", " "),
                _row("null", None, "[1]", "7", ["Bonn"], '"Bonn"'),
            ],
            found=[
                *[(1, f"messages[1].tool_calls[{n}].function.arguments") for n in range(4)],
                *[(2, f"messages[1].tool_calls[{n}].function.arguments") for n in range(6)],
            ],
        ),
        Case(
            why="missing, also in the legacy form",
            wrong=[
                {
                    "messages": [
                        QUESTION,
                        {
                            "role": "assistant",
                            "tool_calls": [{"id": "a", "type": "function", "function": {"name": "now"}}],
                        },
                    ]
                },
                {"messages": [QUESTION, {"role": "assistant", "function_call": {"name": "now"}}]},
            ],
            found=[
                (1, "messages[1].tool_calls[0].function.arguments"),
                (2, "messages[1].function_call.arguments"),
            ],
        ),
        Case(
            why="a turn of ShareGPT that is no call",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather in Bonn?"},
                        {"from": "function_call", "value": "get_weather(city='Bonn')"},
                    ]
                }
            ],
            found=[(1, "conversations[1].value")],
        ),
        Case(
            why="an empty object is an object, whoever writes it and however",
            right=[_row("{}", " {\n} ", '{"city": "Bonn"}', '{"half": "\\ud83d"}', {})],
        ),
        Case(why="JSON text of JSON text is reported elsewhere", right=[_row('"{\\"city\\": \\"Bonn\\"}"')]),
        Case(
            why="turns of ms-swift that are no call, or a call without arguments",
            wrong=[{"messages": [QUESTION, {"role": "tool_call", "content": said}]} for said in NO_CALLS],
            found=[(line, "messages[1].content") for line in (1, 2, 3)],
        ),
    )
