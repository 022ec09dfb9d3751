"""The declared tools have another form than the trainer reads: a text, a list, or a blank text.

MLX LM hands the tools to the chat template as they are, which goes through a JSON text letter by letter. LLaMA-Factory
reads the JSON text of a list beside its turns and stops at a list. TRL, Axolotl and NeMo read both, but try to parse
every text: `" "` is no JSON and stops them, though it was meant as no tools. `"null"` stops Axolotl and ms-swift.

The fix writes the list as text or the text as a list, and takes out a blank text and the text `null`, which declare
nothing. No tool changes, so it is safe.

A text that is no JSON list has no fix. It is reported where bad-tool-schema is a warning, which such a text is not: TRL
and MLX LM stop at it. So are tools that are no objects where the trainer's code reads into them (Axolotl, ms-swift).

Silent without a target, for targets that do not say, for records of another shape than the target's (wrong-shape), and
elsewhere for texts that are no JSON list (bad-tool-schema).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ftlint.rule import (
    SHAPES,
    Case,
    Example,
    RecordRule,
    RuleContext,
    Severity,
    Violation,
    parse_json,
    pl,
    write_json,
)

TALK = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
TURNS = [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
TEXT = json.dumps([TOOL])
DECLARING = [shape.name for shape in SHAPES.values() if "tools" in shape.tool_fields]


class ToolsForm(RecordRule):
    """Declarations of another form than the target's fact ``tools_form``."""

    code, name, severity, fix = "T018", "tools-form", "error", "safe"
    fields = ("tools",)

    def severity_for(self, context: RuleContext) -> Severity | None:
        if context.target is None or context.fact("tools_form") is None:
            return None
        return "error" if context.target.verified("tools_form") else "warning"

    def candidates(self, context: RuleContext) -> pl.Expr:
        shapes = context.target.shapes if context.target is not None else {}
        return pl.col("shape").is_in([name for name in DECLARING if name in shapes])

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        message, _ = _wanted(example, context)
        if message:
            yield Violation(message, _key(example))
        elif context.severity_of_calls == "warning" and _is_unreadable(example, context):
            message = "the tools are a text that is no JSON list, and the trainer stops at it"
            yield Violation(message, _key(example), fixable=False)
        else:
            for path, message in _stops(example, context):
                yield Violation(f"{message}, and the trainer stops at it", path, fixable=False)

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        message, wanted = _wanted(example, context)
        if message and wanted is None:
            del example.record[_key(example)]
        elif message:
            example.record[_key(example)] = wanted

    cases = (
        Case(
            why="a chat template goes through a list",
            wrong=[{"messages": TALK, "tools": TEXT}, {"messages": TALK, "tools": ""}],
            found=[(1, "tools"), (2, "tools")],
            severity="error",
            fixed=[{"messages": TALK, "tools": [TOOL]}, {"messages": TALK}],
            settings={"target": "mlx-lm"},
        ),
        Case(
            why="beside turns LLaMA-Factory reads a text",
            wrong=[
                {"conversations": TURNS, "tools": [TOOL]},
                {"conversations": TURNS, "tools": " "},
                {"conversations": TURNS, "tools": "null"},
            ],
            found=[(1, "tools"), (2, "tools"), (3, "tools")],
            severity="error",
            fixed=[
                {"conversations": TURNS, "tools": TEXT},
                {"conversations": TURNS},
                {"conversations": TURNS},
            ],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="a text that is none",
            wrong=[{"messages": TALK, "tools": " "}, {"messages": TALK, "tools": ""}],
            found=[(1, "tools"), (2, "tools")],
            fixed=[{"messages": TALK}, {"messages": TALK}],
            settings={"target": "trl-sft"},
        ),
        *(
            Case(
                why=f"a text that is no list: {target}",
                wrong=[
                    {"messages": TALK, "tools": "get_weather"},
                    {"messages": TALK, "tools": '{"name": "f"}'},
                ],
                found=[(1, "tools"), (2, "tools")],
                settings={"target": target},
            )
            for target in ("trl-sft", "mlx-lm")
        ),
        Case(
            why="Axolotl reads into functions and their parameters",
            wrong=[
                {"messages": TALK, "tools": [{"type": "function", "function": 7}]},
                {
                    "messages": TALK,
                    "tools": [{"type": "function", "function": {"name": "f", "parameters": "a"}}],
                },
            ],
            found=[(1, "tools[0].function"), (2, "tools[0].function.parameters")],
            severity="error",
            settings={"target": "axolotl"},
        ),
        Case(
            why="ms-swift reads the JSON text of each tool",
            wrong=[{"messages": TALK, "tools": [TEXT]}, {"messages": TALK, "tools": ["get_weather"]}],
            found=[(1, "tools[0]"), (2, "tools[0]")],
            severity="error",
            settings={"target": "ms-swift"},
        ),
        Case(
            why="one tool alone for ms-swift, and an empty text for mistral-finetune",
            right=[{"messages": TALK, "tools": json.dumps(TOOL)}],
            settings={"target": "ms-swift"},
        ),
        Case(
            why="mistral-finetune takes the length of the tools",
            right=[{"messages": TALK, "tools": ""}],
            settings={"target": "mistral-finetune"},
        ),
        Case(
            why="TRL reads lists and texts",
            right=[{"messages": TALK, "tools": tools} for tools in ([TOOL], TEXT, [], "[]", None)],
            settings={"target": "trl-sft"},
        ),
        *(
            Case(
                why="null is no list",
                wrong=[{"messages": TALK, "tools": "null"}],
                found=[(1, "tools")],
                fixed=[{"messages": TALK}],
                settings={"target": target},
            )
            for target in ("axolotl", "ms-swift")
        ),
        Case(
            why="LLaMA-Factory reads texts, also an empty one, and beside messages a list",
            right=[
                {"conversations": TURNS, "tools": TEXT},
                {"conversations": TURNS, "tools": ""},
                {"conversations": TURNS, "tools": []},
                {"messages": TALK, "tools": [TOOL]},
                {"messages": TALK, "tools": TEXT},
            ],
            settings={"target": "llamafactory"},
        ),
        Case(
            why="a list for a template",
            right=[{"messages": TALK, "tools": [TOOL]}],
            settings={"target": "mlx-lm"},
        ),
        Case(why="without a target nobody knows", right=[{"messages": TALK, "tools": " "}]),
    )


def _key(example: Example) -> str:
    return example.sighting.fields.get("tools", "tools")


def _wanted(example: Example, context: RuleContext) -> tuple[str, Any]:
    """The fault, empty for none, and what the target reads instead; None for no tools at all."""
    tools, form = example.record.get(_key(example)), context.fact("tools_form")
    who = context.target.name if context.target is not None else "the target"
    # ShareGPT's turns are read with tools as text; beside messages the same trainer reads lists, too.
    is_turns = "gpt" in SHAPES[example.shape].roles
    if isinstance(tools, list):
        if form == "text" and is_turns and tools:
            return f"the tools are a list; {who} reads their JSON text here", write_json(tools)
        return "", None
    if not isinstance(tools, str):
        return "", None
    if not tools.strip():
        empty = tools == "" and (form == "text" or context.fact("blank_tools") == "allowed")
        return ("" if empty else f"the tools are a blank text, which {who} cannot read"), None
    listed = _parsed(tools)
    if listed is None and (form != "either" or context.fact("null_tools") == "rejected"):
        return f'the tools are the text "null", which {who} cannot read', None
    if form == "list" and isinstance(listed, list):
        return f"the tools are JSON text; {who} reads a list", listed
    return "", None


def _is_unreadable(example: Example, context: RuleContext) -> bool:
    """Whether the tools are a text that is not that of a list, or of nothing where texts are parsed."""
    tools = example.record.get(_key(example))
    listed = _parsed(tools) if isinstance(tools, str) and tools.strip() else None
    if isinstance(listed, dict) and context.fact("lone_tool") == "allowed":
        return False
    is_parsed = context.fact("tools_form") == "either"
    return bool(listed if is_parsed else listed is not None) and not isinstance(listed, list)


def _stops(example: Example, context: RuleContext) -> Iterator[tuple[str, str]]:
    """The path and the fault of each part of a tool that is of another type than the target's code takes."""
    stated, tools = context.fact("tool_stops"), example.record.get(_key(example))
    stops: list[Any] = stated if isinstance(stated, list) else []
    for nth, tool in enumerate(tools if stops and isinstance(tools, list) else ()):
        path = f"{_key(example)}[{nth}]"
        function = tool.get("function") if isinstance(tool, dict) else None
        read = _parsed(tool) if isinstance(tool, str) else tool
        if not isinstance(read, dict):
            if "tool" in stops:
                yield path, "a tool that is no object"
        elif "function" in stops and isinstance(read.get("function"), int | float):
            yield f"{path}.function", "a function that is a number"
        elif "parameters" in stops and isinstance(function, dict) and _is_no_json(function.get("parameters")):
            yield f"{path}.function.parameters", "parameters that are a text and no JSON"


def _is_no_json(value: Any) -> bool:
    return isinstance(value, str) and _parsed(value) is value


def _parsed(text: str) -> Any:
    """The value of a JSON text; the text itself where it is none."""
    try:
        return parse_json(text)
    except (ValueError, RecursionError):
        return text
