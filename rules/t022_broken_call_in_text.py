"""A call that is written in the text of an answer cannot be read.

Hermes, Qwen and others write calls into the text: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`. No trainer
reads what stands there, so a fault goes unseen; whoever runs the model's calls reads it as JSON, and finds none.
Mostly a program has written a dict Python's way, or cut it off.

There is no fix: what the call was meant to be, only you know.

Reported for texts between the tags that begin with a brace or a bracket: other models write other forms there. Silent in
records without tools and without results, whose answers may speak of the tags; in lists of calls; and in an answer that
is not wanted.
"""

from __future__ import annotations

from ftlint.rule import Case, MessageFrameRule, RuleContext, pl

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}
RESULT = {"role": "tool", "content": "<tool_response>\nrain\n</tool_response>"}
ANSWER = {"role": "assistant", "content": "It rains."}
DECLARED = {"role": "system", "content": '<tools>\n{"name": "get_weather"}\n{"name": "get_time"}\n</tools>'}


def _row(call: str, *before: object) -> dict[str, object]:
    said = {"role": "assistant", "content": f"<tool_call>\n{call}\n</tool_call>"}
    return {"messages": [*before, QUESTION, said, RESULT, ANSWER]}


class BrokenCallInText(MessageFrameRule):
    """Texts between the tags of a call that are not the JSON of a call."""

    code, name, severity = "T022", "broken-call-in-text", "warning"
    frame = "text_call_faults"

    def when(self, context: RuleContext) -> pl.Expr:
        return pl.col("kind") == "broken"

    cases = (
        Case(
            why="Python's way, cut off, no name",
            wrong=[
                _row("{'name': 'get_weather', 'arguments': {'city': 'Bonn'}}"),
                _row('{"name": "get_weather", "arguments": {"city": "Bo', DECLARED),
                _row('{"arguments": {}}'),
            ],
            found=[(1, "messages[1].content"), (2, "messages[2].content"), (3, "messages[1].content")],
        ),
        Case(
            why="in ShareGPT's turns",
            wrong=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather?"},
                        {"from": "gpt", "value": "<tool_call>{'name': 'f'}</tool_call>"},
                        {"from": "tool", "value": "<tool_response>rain</tool_response>"},
                        {"from": "gpt", "value": "It rains."},
                    ]
                }
            ],
            found=[(1, "conversations[1].value")],
        ),
        Case(
            why="a call, and the forms of other models",
            right=[
                _row('{"name": "get_weather", "arguments": {"city": "Bonn"}}', DECLARED),
                _row('[{"name": "get_weather", "arguments": {}}]'),
                _row("<function=get_weather>\n<parameter=city>\nBonn\n</parameter>\n</function>"),
                _row("get_weather\n<arg_key>city</arg_key>\n<arg_value>Bonn</arg_value>"),
            ],
        ),
        Case(
            why="an answer that speaks of the tags, and one that is not wanted",
            right=[
                {
                    "messages": [
                        QUESTION,
                        {"role": "assistant", "content": "Write <tool_call>{name, arguments}</tool_call>."},
                    ]
                },
                {
                    "prompt": [DECLARED, QUESTION],
                    "chosen": [ANSWER],
                    "rejected": [{"role": "assistant", "content": "<tool_call>{x}</tool_call>"}],
                },
            ],
        ),
    )
