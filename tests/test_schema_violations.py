"""Violations of a schema: records in, what it forbids out, one violation a fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schema_records import (
    RIGHT_CHAT,
    RIGHT_OTHERS,
    SCHEMAS,
    TOOL,
    USER,
    WRONG_CHAT,
    WRONG_OPENAI_CHAT,
    WRONG_OTHERS,
    chat,
    say,
    table,
)

from ftlint import UsageError
from ftlint.schema.violations import record_violations


def told(record, schema, names=None):
    return [
        f"{kind} {path}: {message}"
        for _, kind, _, path, message in record_violations([record], schema, names)
    ]


@pytest.mark.parametrize("schema", ["chat", "openai-chat"])
@pytest.mark.parametrize(("record",), **table(RIGHT_CHAT))
def test_a_good_conversation_fits(record, schema):
    assert told(record, schema) == []


@pytest.mark.parametrize("schema", ["chat", "openai-chat"])
@pytest.mark.parametrize(("record", "found"), **table(WRONG_CHAT))
def test_what_no_target_reads(record, found, schema):
    assert told(record, schema) == found


@pytest.mark.parametrize(("record", "found"), **table(WRONG_OPENAI_CHAT))
def test_what_openai_does_not_read(record, found):
    assert told(record, "openai-chat") == found


@pytest.mark.parametrize(("schema", "record", "found"), **table(WRONG_OTHERS))
def test_what_a_shape_does_not_hold(schema, record, found):
    assert told(record, schema) == [f"wrong {found}"]


@pytest.mark.parametrize(("schema", "record"), **table(RIGHT_OTHERS))
def test_a_good_record_fits(schema, record):
    assert told(record, schema) == []


@pytest.mark.parametrize("schema", ["completion", "openai-completions"])
def test_paths_spell_the_files_own_keys(schema):
    names = {"prompt": "Question", "completion": "The Answer/1"}
    records = [{"Question": "x", "The Answer/1": "y"}, {"Question": 7, "The Answer/1": 8}]
    assert [found[:4] for found in record_violations(records, schema, names)] == [
        (1, "wrong", "/Question", "Question"),
        (1, "wrong", "/The Answer~11", "The Answer/1"),
    ]


def test_a_column_that_another_stands_for_is_an_unknown_field():
    names = {"prompt": "Question", "completion": "completion"}
    record = {"Question": "x", "prompt": 7, "completion": "y"}
    assert told(record, "openai-completions", names) == ['unknown prompt: unknown field "prompt"']
    assert told(record, "completion", names) == []


def test_names_reach_into_messages():
    record = {"dialogue": [{"role": "user", "content": 7}], "id": 1}
    assert list(record_violations([record], "openai-chat", {"messages": "dialogue"})) == [
        (
            0,
            "wrong",
            "/dialogue/0/content",
            "dialogue[0].content",
            "expected text or a list, found a number (7)",
        ),
        (0, "unknown", "/id", "id", 'unknown field "id"'),
    ]


def test_the_index_is_the_records_place():
    records = [chat(USER), chat(), chat(USER), chat(), chat(USER)]
    assert [found[0] for found in record_violations(records, "chat")] == [1, 3]


def test_a_value_nested_very_deeply_is_no_crash():
    deep = {}
    for _ in range(500):
        deep = {"x": [deep]}
    assert told(chat(say(deep)), "chat") == [
        "wrong messages[0].content: expected text or a list, found an object"
    ]
    assert (
        told(chat(USER, tools=[{**TOOL, "function": {"name": "f", "parameters": deep}}]), "openai-chat") == []
    )


def test_a_long_value_is_shortened_and_escaped():
    [message] = told(chat("z" * 500 + "\x1b[0m"), "chat")
    assert len(message) < 140 and "\x1b" not in message and r"\x1b" in message
    assert told(chat(USER, **{"\x1b": 1}), "openai-chat")[0].endswith(r'unknown field "\x1b"')


def test_an_unknown_schema_names_the_nearest():
    with pytest.raises(UsageError, match=r'no schema "opneai-chat"; did you mean "openai-chat"\?'):
        list(record_violations([], "opneai-chat"))


KEYS = st.sampled_from(
    ["messages", "role", "content", "tool_calls", "function", "type", "text", "conversations", "from"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, JSON, max_size=3), st.sampled_from(sorted(SCHEMAS)))
def test_whatever_the_record_each_path_is_told_once(record, schema):
    found = list(record_violations([record], schema))
    pointers = [pointer for _, _, pointer, _, _ in found]
    assert len(pointers) == len(set(pointers))
    assert {kind for _, kind, *_ in found} <= {"missing", "wrong", "unknown"}
    assert all(message for *_, message in found)
