"""The laws again, on conversations with tools, calls and pairs of answers that may be broken in any way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_laws import ANYTHING, check, fix, laws

from ftlint.targets.target import target_names

NAMES = st.sampled_from(["f", "g", "get weather", None, 5, ""])
IDS = st.sampled_from(["a", "a", "b", "", None, 7, "call_1", "a1B2c3D4e", {}, ["x"]])
ARGUMENTS = st.sampled_from(
    ["{}", '{"a": 1}', '{"a": "x"}', "", None, {}, {"a": 1}, "null", "[1]", '"{}"', '"\\"{}\\""', "{", [1], 5]
)
FUNCTION = st.fixed_dictionaries({}, optional={"name": NAMES, "arguments": ARGUMENTS})
CALL = (
    st.fixed_dictionaries({}, optional={"id": IDS, "type": st.just("function"), "function": FUNCTION})
    | ANYTHING
)
PARTS = st.lists(
    st.sampled_from(
        [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "x"}}, {"text": "b"}, 5]
    ),
    max_size=2,
)
SAID = st.fixed_dictionaries(
    {"role": st.sampled_from(["assistant", "assistant", "user", "gpt", "system"])},
    optional={
        "content": st.sampled_from([None, "", "x"]) | PARTS,
        "tool_calls": st.lists(CALL, max_size=3) | st.none(),
        "function_call": FUNCTION | st.none() | ANYTHING,
        "weight": st.sampled_from([0, 1, 0.5]),
    },
)
RESULT = st.fixed_dictionaries(
    {"role": st.sampled_from(["tool", "tool", "function", "Tool", "observation"])},
    optional={"content": st.sampled_from([None, "", "x", {}]) | PARTS, "tool_call_id": IDS, "name": NAMES},
)
MESSAGES = st.lists(SAID | RESULT | st.just({"role": "user", "content": "q"}), min_size=1, max_size=6)
SCHEMAS = st.sampled_from(
    [
        {"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "properties": {"a": None, "b": {"type": "string"}}},
        {"type": "object", "required": ["b"], "additionalProperties": False},
        {"type": "dict"},
        {"$ref": "#"},
        {},
        None,
        "x",
    ]
)
DECLARED = st.fixed_dictionaries({}, optional={"name": NAMES, "parameters": SCHEMAS, "strict": st.booleans()})
TOOL = (
    st.fixed_dictionaries({"type": st.just("function")}, optional={"function": DECLARED})
    | DECLARED
    | ANYTHING
)
TOOLS = st.lists(TOOL, max_size=3) | st.sampled_from([None, "[]", "x", '[{"name": "f"}]', '{"a": 1}'])
TURN = st.fixed_dictionaries(
    {
        "from": st.sampled_from(["human", "gpt", "function_call", "observation"]),
        "value": st.sampled_from(
            [
                "x",
                "",
                '{"name": "f", "arguments": {}}',
                '{"name": "f"}',
                '[{"name": "f", "arguments": {"a": 1}}]',
                "[]",
            ]
        ),
    }
)
RECORD = st.one_of(
    st.fixed_dictionaries(
        {"messages": MESSAGES},
        optional={"tools": TOOLS, "functions": st.lists(DECLARED | ANYTHING, max_size=2)},
    ),
    st.fixed_dictionaries(
        {"conversations": st.lists(TURN, min_size=1, max_size=5)},
        optional={"tools": TOOLS, "images": ANYTHING},
    ),
    st.fixed_dictionaries(
        {
            "input": st.fixed_dictionaries({"messages": MESSAGES}, optional={"tools": TOOLS}),
            "preferred_output": MESSAGES,
            "non_preferred_output": MESSAGES,
        }
    ),
    st.fixed_dictionaries({"prompt": MESSAGES, "chosen": MESSAGES, "rejected": MESSAGES}),
)
DATA = st.lists(RECORD, min_size=1, max_size=3).map(
    lambda records: b"".join(json.dumps(record).encode() + b"\n" for record in records)
)
TARGETS = st.sampled_from([None, *target_names()])


@laws
@given(DATA, TARGETS)
@pytest.mark.slow
def test_cutting_the_rows_anywhere_changes_no_finding(data: bytes, target: str | None) -> None:
    whole, cut = check(data, target=target), check(data, target=target, block_bytes=1)
    assert cut.findings == whole.findings
    assert (cut.counts, cut.fixable) == (whole.counts, whole.fixable)


@laws
@given(DATA, TARGETS, st.booleans())
@pytest.mark.slow
def test_fixing_twice_is_fixing_once(data: bytes, target: str | None, unsafe: bool) -> None:
    once, first = fix(data, target=target, unsafe=unsafe)
    again, report = fix(once, target=target, unsafe=unsafe)
    assert again == once
    assert not report.fixed and not report.dropped
    assert not (unsafe and first.fixable)
