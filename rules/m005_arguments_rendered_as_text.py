"""The chat template writes the arguments of a call as a JSON string inside JSON.

Where the file has arguments as JSON text and the template writes them with `tojson`, the model learns
`"arguments": "{\\"city\\": \\"Bonn\\"}"` in place of `"arguments": {"city": "Bonn"}`: with backslashes that the
parser of the inference server may not expect.

`ftlint convert --tool-arguments object` writes the arguments as objects; arguments-not-text does so in a fix where
the target wants objects.

Only with `--chat-template`, or a `--tokenizer` whose folder has a chat template.
"""

from __future__ import annotations

import json

from ftlint.rule import Case, FrameRule, RuleContext, pl

USER = {"role": "user", "content": "How is the weather in Bonn?"}
TOJSON = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}"
    "{% for c in m.tool_calls %}{{ c.function|tojson }}{% endfor %}{% endfor %}"
)
AS_THEY_ARE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}"
    "{% for c in m.tool_calls %}{{ c.function.name }} {{ c.function.arguments }}{% endfor %}{% endfor %}"
)


def _row(arguments: object) -> dict[str, object]:
    call = {"type": "function", "id": "c1", "function": {"name": "get_weather", "arguments": arguments}}
    return {"messages": [USER, {"role": "assistant", "content": "", "tool_calls": [call]}]}


OBJECT = {"city": "Bonn"}


class ArgumentsRenderedAsText(FrameRule):
    """Arguments that are JSON in the file, and escaped JSON in the rendering."""

    code, name, severity = "M005", "arguments-rendered-as-text", "error"
    frame = "rendered_parts"
    message = "the chat template writes the arguments as a string inside JSON; give them as an object"

    def when(self, context: RuleContext) -> pl.Expr:
        return (pl.col("field") == "arguments") & pl.col("is_escaped")

    cases = (
        Case(
            wrong=[_row(json.dumps(OBJECT))],
            found=[(1, "messages[1].tool_calls[0].function.arguments")],
            settings={"template_text": TOJSON},
        ),
        Case(
            why="ShareGPT's turns have an object",
            right=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather in Bonn?"},
                        {
                            "from": "function_call",
                            "value": '{"name": "get_weather", "arguments": {"city": "Bonn"}}',
                        },
                        {"from": "observation", "value": "Rain."},
                        {"from": "gpt", "value": "It rains."},
                    ]
                }
            ],
            settings={"template_text": TOJSON},
        ),
        Case(why="an object", right=[_row(OBJECT)], settings={"template_text": TOJSON}),
        Case(
            why="a text that is written as it is",
            right=[_row(json.dumps(OBJECT))],
            settings={"template_text": AS_THEY_ARE},
        ),
        Case(why="no template is known", right=[_row(json.dumps(OBJECT))]),
    )
