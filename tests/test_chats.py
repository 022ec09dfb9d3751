"""Typed chats: their frames are those of the same records as objects, and only what is certain is read so."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ftlint.batch.records import RecordReader
from ftlint.io.block import ReadOptions
from ftlint.io.json.chats import ChatRecords
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.rule import Batch, RuleContext

FRAMES = (
    *(
        "examples",
        "messages",
        "texts",
        "media",
        "calls",
        "results",
        "tools",
        "function_names",
        "null_padding",
    ),
    *("argument_errors", "tool_schema_errors", "types", "digests", "answer_counts", "exchanges"),
    *("unread_columns", "schema_violations"),
)
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
TOOLS = [
    WEATHER,
    {"name": "bare", "parameters": {"type": "object", "properties": {"x": {"type": None}}}},
    {"type": "function", "function": {"name": "weather", "description": "e\u0301", "strict": True}},
    {"type": "function", "function": {"name": "broken", "parameters": {"type": "objekt"}}},
    *("text", {"messages": [{"role": 1}]}, {"type": "function", "function": {"parameters": []}}),
]
ARGUMENTS = [
    '{"city": "Jever"}',
    '{"city": 1, "x": null}',
    "{}",
    "",
    "{",
    "[]",
    '"{}"',
    '{"e\u0301": "\u202e"}',
]
IDS = st.sampled_from(["call_1", "call_2", "call_3", ""])
CALLS = st.fixed_dictionaries(
    {
        "id": IDS,
        "function": st.fixed_dictionaries(
            {
                "name": st.sampled_from(["weather", "bare", "broken", "unknown", ""]),
                "arguments": st.sampled_from(ARGUMENTS),
            }
        ),
    },
    optional={"type": st.just("function")},
)
CONTENTS = st.sampled_from(["Hello", " yes ", "", "e\u0301\u202e", "<think>a</think> b"])


def messages_of(role, fields, **optional):
    """Messages of one role."""
    return st.fixed_dictionaries({"role": st.just(role)} | fields, optional=optional)


MESSAGES = st.lists(
    messages_of("user", {"content": CONTENTS}, name=st.sampled_from(["Ann", "", None]))
    | messages_of("developer", {"content": CONTENTS})
    | messages_of("assistant", {"content": CONTENTS | st.none()}, tool_calls=st.none() | st.just([]))
    | messages_of(
        "assistant", {"tool_calls": st.lists(CALLS, min_size=1, max_size=3)}, content=st.none() | CONTENTS
    )
    | messages_of("tool", {"content": CONTENTS, "tool_call_id": IDS}, name=st.just("weather"))
    | messages_of(
        "tool", {"content": CONTENTS}, tool_call_id=st.none(), tool_calls=st.lists(CALLS, max_size=1)
    ),
    min_size=1,
    max_size=7,
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"messages": MESSAGES},
        optional={
            "tools": st.lists(st.sampled_from(TOOLS), max_size=3),
            "parallel_tool_calls": st.booleans() | st.none(),
        },
    ),
    min_size=1,
    max_size=5,
)


def call(call_id, name="weather", arguments='{"city": "Jever"}'):
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def record_of(*messages, tools=(WEATHER,)):
    return {"messages": [{"role": "user", "content": "Rain?"}, *messages], "tools": list(tools)}


def calls_of(*calls):
    return {"role": "assistant", "content": None, "tool_calls": list(calls)}


def result_of(call_id):
    return {"role": "tool", "tool_call_id": call_id, "content": "no"}


def block_of(lines):
    """The block of a file with these lines."""
    (block,) = open_reader(Source("x.jsonl", None, "".join(lines).encode()), ReadOptions()).blocks()
    return block


def line_of(record, *, ascii_only=False):
    return json.dumps(record, ensure_ascii=ascii_only) + "\n"


COUNTS = ("answer_counts",)


def rows_of(batch, name):
    """The rows of a frame; counts are in no order."""
    rows = getattr(batch, name).to_dicts()
    return sorted(rows, key=json.dumps) if name in COUNTS else rows


@given(RECORDS, st.booleans())
@example([record_of(calls_of(call("a"), call("b")), result_of("b"), result_of("a"))], False)
@example([record_of(calls_of(call("a")), result_of("a"), calls_of(call("a")), result_of("a"))], False)
@example(
    [record_of(result_of("a"), calls_of(call("a"))), record_of(calls_of(call("b")), result_of("b"))], True
)
@example(
    [record_of(calls_of(call("a")), result_of("a"), result_of("a")), {"messages": [result_of("c")]}], False
)
def test_the_frames_of_typed_chats_are_those_of_records(records, ascii_only):
    typed = block_of([line_of(record, ascii_only=ascii_only) for record in records]).records
    assert list(typed) == records
    numbers = range(1, len(records) + 1)
    fast, slow = (Batch(some, numbers, numbers, RecordReader(), RuleContext()) for some in (typed, records))
    for name in FRAMES:
        assert rows_of(fast, name) == rows_of(slow, name), name
    assert [*fast.odd_messages] == slow.odd_messages
    assert fast.keys == slow.keys
    assert fast.declared_tools == slow.declared_tools


CHAT = line_of(record_of(calls_of(call("a")), result_of("a")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{", "{"),
        ('"role": "user"', '"role": "user", "name": "Ann"'),
        ('"tools": [', '"parallel_tool_calls": false, "tools": [{"name": "b"}, '),
    ],
)
def test_chats_in_the_form_of_openai_are_typed(old, new):
    block = block_of([CHAT, CHAT.replace(old, new, 1)])
    assert isinstance(block.records, ChatRecords)
    assert Batch(block.records, block.rows, block.lines, RecordReader(), RuleContext()).chats is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"role": "user"', '"role": "user", "role": "user"'),
        ('"id": "a"', '"id": "a", "id": "a"'),
        ('"type": "string"', '"type": "string", "type": "string"'),
        ('"type": "string"', '"maximum": 9007199254740993'),
        ('"content": "no"', '"content": ["no"]'),
        ('"content": "no"', '"content": "no", "weight": 1'),
        ('"arguments": "', '"arguments": {}, "x": "'),
        ('"type": "string"', '"default": ' + 200 * "[" + 200 * "]"),
        ("{", '{"id": 1, '),
        ("{", '{"parallel_tool_calls": true, "parallel_tool_calls": true, '),
        ("Rain?", "Rain\\ud800"),
        ("Rain?", "Rain\u2028"),
    ],
)
def test_any_other_line_is_read_strictly(old, new):
    assert old in CHAT
    assert not isinstance(block_of([CHAT, CHAT.replace(old, new, 1)]).records, ChatRecords)


def test_lines_that_are_written_back_are_no_typed_chats():
    source = Source("x.jsonl", None, CHAT.encode())
    (block,) = open_reader(source, ReadOptions(keep_raw=True)).blocks()
    assert isinstance(block.records, list)
    assert list(block.raw) == [CHAT.encode()]
