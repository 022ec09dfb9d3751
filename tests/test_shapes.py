"""Every shape: it is seen as such, its pieces are where it says, and what it cannot hold is named.

``fixtures/shapes/<shape>.jsonl`` holds records as the shape's own documentation writes them.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.batch.records import RecordReader
from ftlint.io.json.layout import RECORD_FIELDS
from ftlint.path import format_path
from ftlint.rule import SHAPES, Batch, Location, RuleContext
from ftlint.rule.matched import MatchedRows
from ftlint.schema.violations import record_violations
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.shape import CannotHold, Conversation, follow

FOLDER = Path(__file__).parent.parent / "fixtures" / "shapes"
SCHEMAS = Path(__file__).parent.parent / "rules" / "schemas"
RECORDS = [
    pytest.param(name, json.loads(line), id=f"{name} {number}")
    for name in SHAPES
    for number, line in enumerate((FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines(), 1)
]
every_record = pytest.mark.parametrize(("name", "record"), RECORDS)


def eye_for(name: str, record: Any = None) -> ShapeDetector:
    """The eye of a target that takes the shape, where nothing in the record tells it from another."""
    shape = SHAPES[name]
    telling = {also for field in shape.distinguishing for also in (field, *shape.synonyms.get(field, ()))}
    untold = record is not None and bool(telling) and telling.isdisjoint(record)
    return ShapeDetector(SHAPES, first=(name,) if shape.on_request or shape.plain_too or untold else ())


def batch(name: str, *records: Any) -> Batch:
    numbers = list(range(1, len(records) + 1))
    return Batch(list(records), numbers, numbers, RecordReader(eye_for(name, records[0])), RuleContext())


@every_record
def test_a_record_is_seen_as_what_it_is_and_fits_its_schema(name: str, record: Any) -> None:
    seen = eye_for(name, record).detect(record)
    assert seen is not None and seen.shape.name == name
    assert [
        misfit for misfit in record_violations([record], name, seen.fields) if misfit[1] != "unknown"
    ] == []


@every_record
def test_every_text_is_where_its_path_says(name: str, record: Any) -> None:
    one = batch(name, record)
    example = one.example(0)
    assert one.texts.height
    for match in MatchedRows(one.texts):
        assert example.text(match.location) == match["text"]
        assert follow(record, example.path_to(match.location)) is not None
        assert format_path(example.path_to(match.location))


@every_record
def test_every_call_tool_and_image_is_where_its_path_says(name: str, record: Any) -> None:
    one = batch(name, record)
    example = one.example(0)
    for frame, field in ((one.calls, "call"), (one.results, "content"), (one.media, "media")):
        for match in MatchedRows(frame):
            assert follow(record, example.path_to(match.location_in(field))) is not None
    for place in one.calls.to_dicts():
        assert place["name"] and place["state"] == "object"
    for place in one.tools.to_dicts():
        assert place["name"] and example.tool_path(place["nth"])
    for at in range(len(one.views[0])):
        assert follow(record, example.path_to(Location(at, "role"))) is not None or not SHAPES[name].turns


@every_record
def test_a_changed_text_is_put_back_and_nothing_else_changes(name: str, record: Any) -> None:
    for number in range(batch(name, record).texts.height):
        changed = copy.deepcopy(record)
        example = batch(name, changed).example(0)
        before = batch(name, record).texts.to_dicts()
        new = '{"changed": "yes"}' if before[number]["field"] == "arguments" else "changed"
        example.set_text(MatchedRows(batch(name, record).texts)[number].location, new)
        after = batch(name, changed).texts.to_dicts()
        assert [place["text"] for place in after] == [
            new if i == number else place["text"] for i, place in enumerate(before)
        ]


@every_record
def test_what_is_read_and_written_is_the_same_conversation(name: str, record: Any) -> None:
    shape, names = SHAPES[name], eye_for(name, record).detect(record).fields
    conversation = shape.read(copy.deepcopy(record), names)
    expected = plain(conversation)
    written = shape.write(copy.deepcopy(conversation))
    seen = eye_for(name, written).detect(written)
    assert seen is not None and seen.shape is shape, written
    assert plain(shape.read(written, seen.fields)) == expected
    assert [
        misfit for misfit in record_violations([written], name, seen.fields) if misfit[1] != "unknown"
    ] == []


@every_record
def test_reading_changes_nothing(name: str, record: Any) -> None:
    before = copy.deepcopy(record)
    SHAPES[name].read(record, eye_for(name, record).detect(record).fields)
    assert record == before


@pytest.mark.parametrize("name", SHAPES)
def test_a_list_in_a_record_is_not_taken_for_a_list_of_records(name: str) -> None:
    fields = {
        *SHAPES[name].required,
        *SHAPES[name].optional,
        *(f for a in SHAPES[name].synonyms.values() for f in a),
    }
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))["properties"]
    assert {field for field in fields if "array" in schema.get(field, {}).get("type", ())} <= RECORD_FIELDS


TEXTS = st.sampled_from(["a", "Why?", "Zürich 7°", "水", "two\nlines", '{"a": 1}', "x: y", '{"output": "a"}'])
NAMES = st.sampled_from(["find", "now", "book_table"])
ARGUMENTS = st.sampled_from(["{}", '{"city": "Bonn"}', '{"n": 2, "deep": {"list": [1, null]}}'])
IMAGE = st.sampled_from(
    [
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
        {"type": "image_url", "image_url": {"url": "s3://birds/a.jpg"}},
        {"type": "video_url", "video_url": {"url": "s3://birds/7", "mime_type": "video/quicktime"}},
    ]
)
PART = TEXTS.map(lambda text: {"type": "text", "text": text})


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """Conversations of all kinds in the one form that every shape reads into and writes from."""
    messages: list[Any] = []
    if draw(st.booleans()):
        messages.append({"role": "system", "content": draw(TEXTS)})
    called: set[str] = set()
    for _ in range(draw(st.integers(1, 2))):
        messages.append(
            {"role": "user", "content": draw(TEXTS | st.lists(PART | IMAGE, min_size=1, max_size=2))}
        )
        if draw(st.booleans()) and draw(st.booleans()):
            messages.append({"role": "user", "content": draw(TEXTS)})
        asked = len(messages)
        if draw(st.booleans()) and draw(st.booleans()):
            messages += draw(rounds(len(messages), called))
        messages.append(draw(answers()))
    tools = [
        {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in called
    ]
    conversation = Conversation(messages, tools or None)
    kind = draw(st.sampled_from(["plain", "plain", "pair", "label"]))
    if kind == "pair":
        conversation.answer = draw(st.sampled_from([1, len(messages) - asked]))
        conversation.rejected = [draw(answers())]
        if draw(st.booleans()) and draw(st.booleans()):
            called_aside = draw(rounds(len(messages) - conversation.answer, set()))
            conversation.rejected = draw(
                st.sampled_from([called_aside[:1], called_aside + conversation.rejected])
            )
    elif kind == "label":
        conversation.label = draw(st.booleans())
    return conversation


@st.composite
def answers(draw: st.DrawFn) -> Any:
    more = draw(st.sampled_from([{}, {}, {}, {"weight": 0}, {"name": "anna"}, {"reasoning_content": "so"}]))
    return {"role": "assistant", "content": draw(TEXTS), **more}


@st.composite
def rounds(draw: st.DrawFn, at: int, called: set[str]) -> list[Any]:
    """A message with calls and the results of them."""
    functions = [{"name": draw(NAMES), "arguments": draw(ARGUMENTS)} for _ in range(draw(st.integers(1, 2)))]
    called.update(function["name"] for function in functions)
    calls = [{"id": f"call_{at}_{n}", "type": "function", "function": f} for n, f in enumerate(functions)]
    content = draw(st.sampled_from([None, None, "Let me see."]))
    results = [{"role": "tool", "tool_call_id": call["id"], "content": draw(TEXTS)} for call in calls]
    if draw(st.booleans()) and draw(st.booleans()):
        results = draw(st.sampled_from([results[::-1], results[1:]]))
    return [{"role": "assistant", "content": content, "tool_calls": calls}, *results]


@pytest.mark.parametrize("name", SHAPES)
@given(conversation=conversations())
def test_whatever_is_written_comes_back_or_is_named_as_lost(name: str, conversation: Conversation) -> None:
    shape = SHAPES[name]
    expected = plain(conversation)
    carried = copy.deepcopy(conversation)
    try:
        written = shape.write(carried)
    except CannotHold as error:
        assert str(error)
        return
    assert plain(conversation) == expected, "writing must not change what it was given"
    seen = eye_for(name, written).detect(written)
    assert seen is not None and seen.shape is shape, written
    back = shape.read(written, seen.fields)
    gone = set(carried.lost)
    if conversation.rejected is not None and not shape.is_preference:
        gone.add("the rejected answer")
    if conversation.label is not None and not shape.has_label:
        gone.add("the label")
    if not shape.answered and (carried.extra != conversation.extra or "reward_model" in back.extra):
        gone.add("the answer, which is the reference now")
    assert gone or plain(back) == expected


def plain(conversation: Conversation) -> Any:
    """A conversation with what means the same spelt the same: ids by their order, no empty extras."""
    ids: dict[str, str] = {}
    called: dict[str, str] = {}
    messages = [message_of(message, ids) for message in conversation.messages]
    rejected = conversation.rejected
    return {
        "messages": messages,
        "tools": conversation.tools or None,
        # Calls of the two answers are numbered on their own.
        "rejected": None if rejected is None else [message_of(message, called) for message in rejected],
        "answer": conversation.answer if rejected is not None else 1,
        "label": conversation.label,
    }


def message_of(message: Any, ids: dict[str, str]) -> Any:
    message = {key: value for key, value in message.items() if value is not None}
    if message.get("tool_calls"):
        message["tool_calls"] = [call_of(call, ids) for call in message["tool_calls"]]
        message["content"] = message.get("content") or None
    if message["role"] == "tool":
        message["tool_call_id"] = ids.get(message.get("tool_call_id"), message.get("tool_call_id"))
        message.pop("name", None)
    content = message.get("content")
    if isinstance(content, list) and all(part["type"] == "text" for part in content):
        message["content"] = "\n".join(part["text"] for part in content)
    return message


def call_of(call: Any, ids: dict[str, str]) -> Any:
    function = {**call["function"], "arguments": json.loads(call["function"]["arguments"])}
    return {"id": ids.setdefault(call.get("id"), f"#{len(ids)}"), "function": function}


def test_the_readme_lists_every_shape() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in SHAPES if f"`{name}`" not in readme] == []
