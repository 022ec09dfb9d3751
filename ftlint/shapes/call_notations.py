"""Calls in the text of an answer in other notations than JSON between tags.

- ``[get_tide(port="Brest"), now()]``: calls as Python writes them; ToolACE, and models of Meta and Google.
- ``Thought: …``, ``Action: get_tide`` and ``Action Input: {…}`` on a line each: ReAct, as in ToolBench.
- ``<functioncall> {"name": "get_tide", "arguments": '{…}'}``: Glaive, whose arguments are in single quotes.
- ``{'name': 'get_tide', 'arguments': {…}}``: a dict as Python writes it; smolagents.
"""

import ast
import json
import re
import warnings
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from ftlint.json_values import parse_json, write_json

FUNCTIONCALL = "<functioncall>"
# Longer texts are not parsed as Python.
MAX_LENGTH = 100_000
PYTHON_STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
KEYWORD = r"(?P<keyword>\$?[^\W\d]\w*)\s*=(?!=)"
CONSTANTS = {"true": "True", "false": "False", "null": "None"}
# A text that may be a list of calls; also asked of whole columns, so without look-around.
PYTHON_CALLS = r"(?s)^\s*\[.*\)\s*\]\s*$"
REACT = re.compile(
    r"\s*(?:Thought:(?P<thought>.*?)^)?[ \t]*Action:(?P<name>[^\n]+)\n[ \t]*Action Input:(?P<arguments>.*)\Z",
    re.DOTALL | re.MULTILINE,
)
QUOTED_ARGUMENTS = re.compile(
    r"\s*\{\s*\"name\"\s*:\s*\"(?P<name>[^\"]+)\"\s*,\s*\"arguments\"\s*:\s*'(?P<arguments>.*)'\s*\}\s*",
    re.DOTALL,
)
BROKEN = (ValueError, TypeError, SyntaxError, RecursionError, MemoryError)


class Calling(NamedTuple):
    """What an answer says before its calls, and these: each a name and its arguments."""

    text: str
    calls: list[dict[str, Any]]


def calls_in(text: str, declared: Collection[str]) -> Calling | None:
    """The calls of declared functions that an answer is, with the text before them; None for any other text."""
    if FUNCTIONCALL in text:
        return _functioncall(text)
    if not declared:
        return None
    if "Action Input:" in text:
        return _react(text, declared)
    calls = python_calls(text, declared)
    return None if calls is None else Calling("", calls)


def python_calls(text: str, declared: Collection[str]) -> list[dict[str, Any]] | None:
    """The calls of declared functions that a text is, in brackets; None for any other text.

    Arguments have names, and values as Python or JSON writes them. A function's name may be any text.

    Examples:
        >>> python_calls('[Tide Table(port="Brest", days=2)]', ["Tide Table"])
        [{'name': 'Tide Table', 'arguments': {'port': 'Brest', 'days': 2}}]
    """
    if len(text) > MAX_LENGTH or re.match(PYTHON_CALLS, text) is None:
        return None
    names: dict[str, str] = {}

    def identifier(found: re.Match[str]) -> str:
        """A stand-in for a name that may be no identifier; strings stay as they are."""
        if name := found["function"]:
            return names.setdefault(f"f{name}", f"name{len(names)}")
        if name := found["keyword"]:
            return f"{names.setdefault(f'k{name}', f'name{len(names)}')}="
        return CONSTANTS.get(found[0], found[0])

    # The longest name first: another may begin like it.
    functions = "|".join(map(re.escape, sorted(declared, key=len, reverse=True)))
    pattern = (
        rf"{PYTHON_STRING}|(?P<function>(?<!\w)(?:{functions}))(?=\s*\()|{KEYWORD}|\b(?:true|false|null)\b"
    )
    source = re.sub(pattern, identifier, text.strip())
    meant = {stand_in: name for name, stand_in in names.items()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source, mode="eval").body
            if not isinstance(body, ast.List) or not body.elts:
                return None
            return [_call(call, meant) for call in body.elts]
    except (*BROKEN, KeyError):
        return None


def quoted_call(text: str) -> dict[str, Any] | None:
    """The call that a text is whose arguments are JSON in single quotes; None for any other text.

    Examples:
        >>> quoted_call('''{"name": "get_tide", "arguments": '{"port": "L'Aber"}'}''')
        {'name': 'get_tide', 'arguments': {'port': "L'Aber"}}
    """
    found = QUOTED_ARGUMENTS.fullmatch(text)
    if found is None:
        return None
    for arguments in (found["arguments"], found["arguments"].replace("\\'", "'")):
        try:
            value = parse_json(arguments)
        except (ValueError, RecursionError):
            continue
        return {"name": found["name"], "arguments": value} if isinstance(value, dict) else None
    return None


def python_value(text: str) -> Any:
    """The list or object that a text is, as JSON or as Python writes it; None for any other text."""
    try:
        return parse_json(text)
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = ast.literal_eval(text.strip()) if len(text) <= MAX_LENGTH else None
            return _plain(value) if isinstance(value, list | dict) else None
    except BROKEN:
        return None


def is_calling(text: str) -> bool:
    """Whether a text may have calls in one of these notations."""
    return FUNCTIONCALL in text or "Action Input:" in text or re.match(PYTHON_CALLS, text) is not None


def split_results(text: str, calls: Sequence[str]) -> list[str]:
    """The results of several calls, if one text is the JSON list of them with the functions' names; else the text."""
    if len(calls) < 2 or not text.lstrip().startswith("["):
        return [text]
    try:
        results = parse_json(text)
    except (ValueError, RecursionError):
        return [text]
    named = [result.get("name") if isinstance(result, dict) else None for result in results]
    return [write_json(r) for r in results] if named == list(calls) else [text]


def _functioncall(text: str) -> Calling | None:
    before, _, inside = text.partition(FUNCTIONCALL)
    call = quoted_call(inside) or python_value(inside)
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return None
    return Calling(before.strip(), [call])


def _react(text: str, declared: Collection[str]) -> Calling | None:
    found = REACT.fullmatch(text)
    if found is None or (name := found["name"].strip()) not in declared:
        return None
    written = found["arguments"].strip()
    arguments = python_value(written) if written else {}
    if not isinstance(arguments, dict):
        return None
    return Calling((found["thought"] or "").strip(), [{"name": name, "arguments": arguments}])


def _call(call: ast.expr, meant: dict[str, str]) -> dict[str, Any]:
    """A call with its own names. Raises KeyError, TypeError or ValueError for anything but a call with named values."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args:
        raise TypeError("a call has names for its arguments")
    arguments = {meant[str(word.arg)][1:]: _plain(ast.literal_eval(word.value)) for word in call.keywords}
    if len(arguments) < len(call.keywords):
        raise ValueError("an argument is there twice")
    return {"name": meant[call.func.id][1:], "arguments": arguments}


def _plain(value: Any) -> Any:
    """A value that JSON has, too. Raises ValueError or TypeError for any other."""
    value = _with_pairs_joined(value)
    if json.loads(json.dumps(value, allow_nan=False)) != value:
        raise ValueError("JSON has no such value")
    return value


def _with_pairs_joined(value: Any) -> Any:
    """The value with one character for the two halves of a surrogate pair, as in JSON. ValueError for one half."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    if isinstance(value, list):
        return [_with_pairs_joined(item) for item in value]
    if isinstance(value, dict):
        return {_with_pairs_joined(key): _with_pairs_joined(item) for key, item in value.items()}
    return value
