"""Schemas of tools that nobody vouches for: they end soon, fetch nothing, and a quick look is as good as a close one."""

import http.server
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_tool_calls import BONN, PARAMETERS, codes

from ftlint.batch.tool_schema.complexity import extent, weigh
from ftlint.batch.tool_schema.errors import TOO_LARGE, faults
from ftlint.batch.tool_schema.frames import schema_errors
from ftlint.batch.tool_schema.schema import is_plain


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
    assert bool(schema_errors(parameters)) == is_flawed
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


def loaded(code: str) -> str:
    """Which validators are loaded after some code."""
    code = f"import sys\n{code}\nprint([name for name in ('jsonschema_rs', 'jsonschema', 'referencing') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def test_rules_about_tools_load_nothing_before_they_are_needed() -> None:
    assert loaded("import ftlint.batch") == "[]"


@pytest.mark.parametrize(("arguments", "expected"), [({"a": "x"}, "['jsonschema_rs']"), ({"a": {}}, "['jsonschema_rs', 'jsonschema', 'referencing']")])  # fmt: skip
def test_what_explains_is_loaded_only_where_something_is_to_be_explained(
    tmp_path: Path, arguments: dict, expected: str
) -> None:
    parameters = {"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}, {"required": ["b"]}]}}}
    tool = {"type": "function", "function": {"name": "f", "parameters": parameters}}
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": json.dumps(arguments)}}
    ask = {"role": "user", "content": "How is the weather?"}
    record = {"messages": [ask, {"role": "assistant", "tool_calls": [call]}], "tools": [tool]}
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    check = f"import ftlint; r = ftlint.check({str(path)!r}, jobs=1); assert {bool('b' not in arguments and arguments['a'] != 'x')} == ('T004' in {{f.code for f in r.findings}})"
    assert loaded(check) == expected


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
def test_a_schema_without_references_is_allowed_unweighed_only_where_its_weight_allows_it(
    parameters: dict, value: object
) -> None:
    if is_plain(parameters):
        weight, size = weigh(parameters), len(json.dumps(parameters, separators=(",", ":")))
        assert weight is not None and weight.whole is not None
        assert weight.whole <= size
        assert extent(value)[0] <= len(json.dumps(value, separators=(",", ":")))


DATE = {
    "title": "On a day",
    "type": "object",
    "properties": {"type": {"const": "date"}, "from": {"type": "string"}, "to": {"type": ["string", "null"]}},
    "required": ["type", "from"],
    "additionalProperties": False,
}
TEXT = {
    "type": "object",
    "properties": {"type": {"enum": ["text"]}, "value": {"type": "string"}},
    "required": ["type", "value"],
}
NEAREST = [
    ({"type": "date"}, 'it fits none of 3 alternatives; nearest is the 2nd ("type": "date"): required "from" is missing in "filter"'),
    ({"type": "date", "from": 5}, 'it fits none of 3 alternatives; nearest is the 2nd ("type": "date"): "filter.from" is a number (5); expected text'),
    ({"type": "date", "from": "x", "form": "y"}, 'it fits none of 3 alternatives; nearest is the 2nd ("type": "date"): "filter.form" is not among the parameters; did you mean "from"?'),
    ({"from": "x"}, 'it fits none of 3 alternatives; nearest is the 2nd ("On a day"): required "type" is missing in "filter"'),
]  # fmt: skip


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize(("value", "said"), NEAREST)
def test_the_nearest_alternative_is_named(keyword: str, value: dict, said: str) -> None:
    filters = [{"$ref": "#/$defs/text"}, {"$ref": "#/$defs/date"}, {"type": "null"}]
    parameters = {"properties": {"filter": {keyword: filters}}, "$defs": {"text": TEXT, "date": DATE}}
    assert faults(parameters, {"filter": value}, 100) == [f'"filter" is an object; {said}']


SIMPLE = [
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1.5, '"a" is a number (1.5); expected text'),
    ({"anyOf": [{"type": "string"}, {"type": "array"}]}, 7, '"a" is a number (7); expected text or a list'),
    ({"oneOf": [{"const": "x"}, {"const": "y"}]}, "z", '"a" is "z"; allowed: "x", "y"'),
    ({"anyOf": [{"enum": ["x"]}, {"const": "y"}, {"type": "null"}]}, "z", '"a" is "z"; allowed: "x", "y"'),
    ({"anyOf": [TEXT, DATE, {"type": "null"}]}, {"type": "datum", "from": "x"}, '"a.type" is "datum"; allowed: "text", "date"'),
    ({"anyOf": [{"required": ["b"]}, {"required": ["c"]}]}, {}, '"a" is an object; it fits none of 2 alternatives; nearest are the 1st: required "b" is missing in "a", and the 2nd: required "c" is missing in "a"'),
    ({"oneOf": [{"type": "number"}, {"type": "integer"}]}, 3, '"a" is a number (3); it fits the 1st and the 2nd of 2 alternatives, but may fit only one'),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "value", "said"), SIMPLE)
def test_alternatives_that_differ_in_one_thing_are_told_as_that(
    schema: dict, value: object, said: str
) -> None:
    assert faults({"properties": {"a": schema}}, {"a": value}, 100) == [said]


def test_a_secret_in_a_schema_or_in_arguments_is_masked() -> None:
    key = "sk-proj-" + "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9dE1fG3"
    kinds = [
        {"properties": {"k": {"const": key}}, "required": ["k", "x"]},
        {"title": key, "required": ["y", "z"]},
    ]
    for value in ({"k": key}, {"z": 1}, key):
        [message] = faults(
            {"properties": {"a": {"anyOf": [*kinds, {"type": "null"}]}}}, {"a": value}, 100
        ) or [""]
        assert key not in message and key[12:40] not in message


def test_arguments_too_large_to_explain_are_told_in_good_time() -> None:
    parameters = {"anyOf": [{"required": [f"k{n}" for n in range(1_000)]}, {"type": "null"}]}
    arguments = {"list": ["x" * 100] * 10_000}
    started = time.process_time()
    assert faults(parameters, arguments, 1_030_000) == [TOO_LARGE]
    assert time.process_time() - started < 5


@given(st.dictionaries(st.text(max_size=3), VALUES | SCHEMAS, max_size=3) | SCHEMAS, VALUES)
def test_nothing_raises(parameters: dict, value: object) -> None:
    schema_errors(parameters)
    if isinstance(value, dict):
        faults(parameters, value, 100)
