"""The arguments of a call are an object where the target wants their JSON text, or the other way round.

A model writes its calls as text, and so most targets take `arguments` as text: `"{\\"city\\": \\"Bonn\\"}"` and not
`{"city": "Bonn"}`. Programs that parse the answer of a model and write it down again get this wrong, and the whole
file is refused for it.

Trainers that hand messages to a model's chat template want the object: most templates write JSON text once more as
text, with backslashes that the model then learns, and others raise an error. So it is for TRL, Unsloth, MLX LM and
LLaMA-Factory's messages.

The fix writes the one as the other. Nothing is lost, keys stay in their order, so it is safe. It leaves an object with
padding nulls alone (null-padding): as text the model would learn to say them.

A warning where the template alone decides. Silent without a target, and where the target takes both. Silent too for
shapes with a spelling of their own for calls, such as ShareGPT, Gemini and Nova: there the object is right. Null, text
that is no JSON and values that are no object are arguments-not-json.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ftlint.rule import (
    Case,
    Example,
    FrameRule,
    MatchedRow,
    RuleContext,
    Severity,
    parse_json,
    pl,
    write_json,
)

QUESTION = {"role": "user", "content": "How is the weather in Bonn?"}


def _row(arguments: object) -> dict[str, Any]:
    function = {"name": "get_weather", "arguments": arguments}
    calls = [{"id": "call_1", "type": "function", "function": function}]
    return {"messages": [QUESTION, {"role": "assistant", "tool_calls": calls}]}


def _padded(arguments: object) -> dict[str, object]:
    parameters = {"type": "object", "properties": {"city": {"type": ["string", "null"]}}}
    tool = {"type": "function", "function": {"name": "get_weather", "parameters": parameters}}
    return {**_row(arguments), "tools": [tool]}


def _legacy(arguments: object) -> dict[str, object]:
    call = {"name": "get_weather", "arguments": arguments}
    return {"messages": [QUESTION, {"role": "assistant", "content": None, "function_call": call}]}


class ArgumentsNotText(FrameRule):
    """Objects for text, or text for objects, by the target's fact ``arguments``."""

    code, name, severity, fix = "T001", "arguments-not-text", "error", "safe"
    frame = "calls"
    field = "arguments"
    columns = ("padded",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        return context.severity_of_fact("arguments")

    def when(self, context: RuleContext) -> pl.Expr:
        if context.fact("arguments") == "object":
            given = (pl.col("kind") == "text") & (pl.col("state") == "object")
        else:
            given = pl.col("kind") == "object"
        return given & pl.col("own")

    def message_for(self, match: MatchedRow, context: RuleContext) -> str:
        if context.fact("arguments") == "object":
            return "the arguments are JSON text, which would be written as text once more; the object itself is wanted"
        return "the arguments are an object; the target wants its JSON text"

    def is_fixable(self, match: MatchedRow, context: RuleContext) -> bool:
        return not match["padded"]

    def apply_fix(self, example: Example, matches: Sequence[MatchedRow], context: RuleContext) -> None:
        for match in matches:
            steps = example.path_to(self.location(match, context))
            value = example.get(steps)
            if isinstance(value, dict):
                example.set(steps, write_json(value))
            elif isinstance(value, str):
                # An escaped half of a surrogate pair is text, but no character.
                with suppress(ValueError):
                    example.set(steps, parse_json(value))

    cases = (
        Case(
            why="an object for text, also in the legacy form",
            wrong=[_row({"city": "Köln", "days": [1, 2]}), _legacy({})],
            found=[
                (1, "messages[1].tool_calls[0].function.arguments"),
                (2, "messages[1].function_call.arguments"),
            ],
            fixed=[_row('{"city": "Köln", "days": [1, 2]}'), _legacy("{}")],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="nulls that the called tool does not declare stay what they are",
            wrong=[_padded({"city": "Bonn", "query": None}), _padded({"city": None})],
            found=[
                (1, "messages[1].tool_calls[0].function.arguments"),
                (2, "messages[1].tool_calls[0].function.arguments"),
            ],
            fixed=[_padded({"city": "Bonn", "query": None}), _padded('{"city": null}')],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="text is text, be it empty, broken or null, which is reported elsewhere",
            right=[_row('{"city": "Bonn"}'), _row("{}"), _row(""), _row("{"), _row(None), _row([1])],
            settings={"target": "openai-chat"},
        ),
        Case(
            why="in ShareGPT's turns the arguments are an object",
            right=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather in Bonn?"},
                        {
                            "from": "function_call",
                            "value": '{"name": "get_weather", "arguments": {"city": "Bonn"}}',
                        },
                    ]
                }
            ],
            settings={"target": "openai-chat"},
        ),
        *(
            Case(
                why=f"text for objects, which chat templates want: {target}",
                wrong=[_row('{"city": "Köln", "days": [1, 2]}'), _row("{}")],
                found=[(n, "messages[1].tool_calls[0].function.arguments") for n in (1, 2)],
                severity=severity,
                fixed=[_row({"city": "Köln", "days": [1, 2]}), _row({})],
                settings={"target": target},
            )
            for target, severity in (
                ("trl-sft", "error"),
                ("llamafactory", "error"),
                ("unsloth", "warning"),
                ("mlx-lm", "warning"),
            )
        ),
        Case(
            why="in the prompt and both answers of a pair",
            wrong=[
                {
                    "prompt": _row("{}")["messages"],
                    "chosen": [{"role": "assistant", "content": "a"}],
                    "rejected": [_row('{"city": "Bonn"}')["messages"][1]],
                }
            ],
            found=[
                (1, "prompt[1].tool_calls[0].function.arguments"),
                (1, "rejected[0].tool_calls[0].function.arguments"),
            ],
            fixed=[
                {
                    "prompt": _row({})["messages"],
                    "chosen": [{"role": "assistant", "content": "a"}],
                    "rejected": [_row({"city": "Bonn"})["messages"][1]],
                }
            ],
            settings={"target": "trl-dpo"},
        ),
        Case(
            why="objects for templates; what is no JSON object is reported elsewhere",
            right=[_row({"city": "Bonn"}), _row({}), _row("")],
            settings={"target": "trl-sft"},
        ),
        Case(
            why="in the turns of LLaMA-Factory the text of a call holds an object",
            right=[
                {
                    "conversations": [
                        {"from": "human", "value": "How is the weather in Bonn?"},
                        {
                            "from": "function_call",
                            "value": '{"name": "get_weather", "arguments": {"city": "Bonn"}}',
                        },
                    ]
                }
            ],
            settings={"target": "llamafactory"},
        ),
        Case(why="either will do", right=[_row({"city": "Bonn"}), _row("{}")], settings={"target": "nemo"}),
        Case(why="no target, no opinion", right=[_row({"city": "Bonn"}), _row('{"city": "Bonn"}')]),
    )
