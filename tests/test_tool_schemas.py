"""Schemas of tools that nobody vouches for: they end soon, fetch nothing, and a quick look is as good as a close one."""

import http.server
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_tool_calls import BONN, PARAMETERS, codes

from ftlint.batch.tool_schema.errors import faults, surely_fits
from ftlint.batch.tool_schema.frames import flaws
from ftlint.batch.tool_schema.schema import understand


def doubling(depth: int, keyword: str = "allOf") -> dict:
    """A schema of a few kilobytes that takes 2 to the power of its depth looks."""
    parts = {f"a{n}": {keyword: [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(depth)}
    return {"$defs": {**parts, f"a{depth}": {"type": "object"}}, "$ref": "#/$defs/a0"}


def nested(depth: int) -> dict:
    """A schema inside a schema inside …"""
    found: dict = {"type": "object"}
    for _ in range(depth):
        found = {"type": "object", "properties": {"a": found}, "allOf": []}
    return found


def deep(depth: int) -> dict:
    """Arguments inside arguments."""
    found: dict = {}
    for _ in range(depth):
        found = {"a": found}
    return found


HOSTILE = {
    "refers to itself": ({"$ref": "#"}, {}, True),
    "refers to itself in two steps": (
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        {},
        True,
    ),
    "doubles thirty times": (doubling(40), {"a": 1}, True),
    "doubles thirty times, any of": (doubling(40, "anyOf"), [], True),
    "doubles with every level of the arguments": (
        {"type": "object", "allOf": [{"properties": {"a": {"$ref": "#"}}}] * 3},
        deep(60),
        False,
    ),
    "nested deeply": (nested(150), deep(90), True),
    "nested too deeply for anybody": (nested(5000), {"a": 1}, True),
    "deep arguments of a recursive schema": (
        {"properties": {"a": {"$ref": "#"}}, "minProperties": 0},
        deep(900),
        False,
    ),
    "a hundred thousand properties": (
        {
            "type": "object",
            "properties": {f"p{n}": {"type": "string", "minLength": 1} for n in range(100_000)},
        },
        {"p1": 1},
        True,
    ),
    "ten megabytes": ({"type": "object", "description": "x" * 10_000_000}, {"a": 1}, True),
    "many things required": (
        {"type": "object", "required": [f"p{n}" for n in range(50_000)]},
        {},
        False,
    ),
    "an expression that backtracks for ever": (
        {"properties": {"a": {"pattern": r"^(?=a)(a|aa)+\1$"}}},
        {"a": "a" * 5000 + "!"},
        False,
    ),
    "an expression that compiles to gigabytes": (
        {"properties": {"a": {"pattern": "((a{1000}){1000}){1000}"}}},
        {"a": "a"},
        False,
    ),
    "half a surrogate pair": (
        {"properties": {"a": {"type": "string", "minLength": 1}}},
        {"a": "\ud83d"},
        False,
    ),
    "huge numbers": ({"properties": {"a": {"multipleOf": 1e-300}}}, {"a": 10**400}, False),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_schema_ends_soon(name: str) -> None:
    parameters, arguments, is_flawed = HOSTILE[name]
    started = time.process_time()
    assert bool(flaws(parameters)) == is_flawed
    found = faults(parameters, arguments, 5000)
    assert time.process_time() - started < 5
    assert not (is_flawed and found), "what is told of the schema is not told of the call"


def test_nothing_is_ever_fetched() -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"type": "string"}')

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/schema.json"
        for parameters in (
            {"type": "object", "properties": {"location": {"$ref": url}}},
            {"$schema": url, **PARAMETERS},
            {"$id": url, "type": "object", "properties": {"location": {"$ref": "other.json"}}},
            {"type": "object", "properties": {"location": {"$dynamicRef": url}}},
        ):
            tool = {"type": "function", "function": {"name": "f", "parameters": parameters}}
            call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": BONN}}
            ask = {"role": "user", "content": "How is the weather?"}
            codes({"messages": [ask, {"role": "assistant", "tool_calls": [call]}], "tools": [tool]})
            faults(parameters, {"location": 5}, 20)
        server.shutdown()
    assert asked == []


def test_rules_about_tools_load_nothing_before_they_are_needed() -> None:
    code = "import sys, ftlint.batch; print('jsonschema_rs' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.sampled_from(["a", "b", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    max_leaves=4,
)
SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(
                ["string", "integer", "number", "boolean", "null", "array", "object", "str"]
            ),
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "description": st.just("x"),
            "minimum": st.just(0),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string"]),
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
            "items": inner,
            "additionalProperties": st.booleans() | inner,
        },
    ),
    max_leaves=4,
)


@given(SCHEMAS, VALUES)
def test_a_quick_look_never_passes_what_a_close_look_would_not(parameters: dict, value: object) -> None:
    if surely_fits(parameters, value):
        validator = understand(parameters, 100).validator()
        assert validator is None or validator.is_valid(value)


@given(st.dictionaries(st.text(max_size=3), VALUES | SCHEMAS, max_size=3) | SCHEMAS, VALUES)
def test_nothing_raises(parameters: dict, value: object) -> None:
    flaws(parameters)
    if isinstance(value, dict):
        faults(parameters, value, 100)
