"""A call that is written in the text of an answer is one of a function that the record does not declare.

The model reads the tools in the system message, between `<tools>` and `</tools>`, or those that its chat template
writes there. A call of something else teaches it to invent functions. Mostly the name is misspelt.

There is no fix: either the name or the declaration is wrong.

Silent where nothing is declared, for calls that are not the JSON of a call (broken-call-in-text), and in an answer that
is not wanted. Calls that are no text are reported elsewhere (undeclared-tool).
"""

from __future__ import annotations

from ftlint.rule import Case, MessageFrameRule, RuleContext, pl

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
CALL = '<tool_call>\n{"name": "get_wether", "arguments": {"city": "Bonn"}}\n</tool_call>'
SAID = {"role": "assistant", "content": CALL}
DECLARED = (
    'Functions: <tools> </tools>\n<tools>[{"type": "function", "function": {"name": "get_weather"}}]</tools>'
)


class UndeclaredCallInText(MessageFrameRule):
    """Calls in texts whose name no declared tool has."""

    code, name, severity = "T023", "undeclared-call-in-text", "warning"
    frame = "text_call_faults"

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("kind") == "undeclared"

    cases = (
        Case(
            why="declared in the system message, as a list or an object a line, or in a field",
            wrong=[
                {"messages": [{"role": "system", "content": DECLARED}, QUESTION, SAID]},
                {
                    "messages": [
                        {
                            "role": "system",
                            "content": '<tools>\n{"name": "get_weather"}\n{"name": "now"}\n</tools>',
                        },
                        QUESTION,
                        SAID,
                    ]
                },
                {
                    "messages": [QUESTION, SAID],
                    "tools": [{"type": "function", "function": {"name": "get_weather"}}],
                },
            ],
            found=[(1, "messages[2].content"), (2, "messages[2].content"), (3, "messages[1].content")],
        ),
        Case(
            why="declared, or nothing is",
            right=[
                {
                    "messages": [
                        {"role": "system", "content": DECLARED.replace("weather", "wether")},
                        QUESTION,
                        SAID,
                    ]
                },
                {"messages": [QUESTION, SAID, {"role": "tool", "content": "rain"}]},
            ],
        ),
    )
