"""The frame of faults in calls that are written in the texts of answers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.batch.tool_calls import BROKEN_JSON, frame_of, value_of, why_not_json
from ftlint.display import quote
from ftlint.shapes.roles import RESULT_ROLES, chat_role
from ftlint.shapes.text_calls import OPENING, SYSTEM_ROLES, between, call_in_text, system_tools

if TYPE_CHECKING:
    from polars import DataFrame

    from ftlint.batch.batch import Batch

COLUMNS = {"i": "UInt32", "at": "UInt32", "part": "Int32", "kind": "String", "message": "String"}
SHOWN = 5


def text_call_faults(batch: "Batch") -> "DataFrame":
    """One row per fault of a call in a text of an answer: i, at, part, kind (broken, undeclared), message.

    Only in records that declare tools, or that have a result: elsewhere an answer may speak of the tags.
    """
    texts = batch.texts
    sizes = batch.examples["n_messages"]
    calling = texts.filter(
        (pl.col("role") == "assistant")
        & pl.col("field").is_in(["content", "part"])
        & pl.col("text").str.contains(OPENING, literal=True)
    )
    declared = {i: _declared(batch, i) for i in calling["i"].unique()}
    rows: list[tuple[Any, ...]] = []
    for i, at, part, text in calling.select("i", "at", "part", "text").rows():
        if at < sizes[i] and (names := declared[i]) is not None:
            rows += [(i, at, part, kind, message) for kind, message in _faults(text, names)]
    return frame_of(rows, COLUMNS)


def _faults(text: str, declared: list[str]) -> Iterator[tuple[str, str]]:
    for inside in map(str.strip, between(text, "tool_call")[0]):
        # Other models have other forms between the same tags.
        if not inside.startswith(("{", "[")):
            continue
        value = value_of(inside)
        call = call_in_text(inside)
        if value is BROKEN_JSON:
            why = why_not_json(inside).removeprefix("not JSON: ")
            yield "broken", f"the call in the text is not JSON: {why}"
        elif call is None and isinstance(value, dict):
            yield "broken", "the call in the text has no name"
        elif call is not None and declared and call["name"] not in declared:
            shown = ", ".join(map(quote, declared[:SHOWN]))
            more = f" and {len(declared) - SHOWN} more" if len(declared) > SHOWN else ""
            yield "undeclared", f"{quote(call['name'])} is not declared (declared: {shown}{more})"


def _declared(batch: "Batch", i: int) -> list[str] | None:
    """The names of the tools that a record declares, in a field or in its system message; None if it has no calls."""
    view = batch.views[i]
    tools = list(batch.declared_tools.get(i, ([], 0))[0])
    others = [m for m in view if isinstance(m, dict) and m.get("role") != "assistant"]
    texts = [(m.get("role"), m["content"]) for m in others if isinstance(m.get("content"), str)]
    for role, text in texts:
        tools += (system_tools(text) or []) if role in SYSTEM_ROLES else []
    has_results = any(chat_role(m.get("role")) in RESULT_ROLES for m in others) or any(
        "<tool_response>" in text for _, text in texts
    )
    if not tools and not has_results:
        return None
    functions = [tool.get("function") for tool in tools if isinstance(tool, dict)]
    names = [function.get("name") for function in functions if isinstance(function, dict)]
    return [name for name in names if isinstance(name, str)]
