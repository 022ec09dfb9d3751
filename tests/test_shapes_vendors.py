"""The vendors' own shapes: what a record is seen as, its messages, and where the file has them."""

from typing import Any

import pytest
from vendor_records import (
    ASKED,
    CHAT,
    GEMINI_TALK,
    NOVA_TALK,
    SAID,
    asks,
    blocks,
    candidate,
    gemini_pair,
    model,
    nova,
    nova_pair,
    read,
    scored,
    seen_in,
    text,
    user,
)

from ftlint.batch.records import RecordReader
from ftlint.rule import Batch, Location, RuleContext
from ftlint.schema.violations import record_violations
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import ShapeDetector


@pytest.mark.parametrize(
    ("record", "first", "shape"),
    [
        (CHAT, (), "chat"),
        ({**CHAT, "tools": []}, (), "chat"),
        ({**CHAT, "reference_answer": "4"}, (), "chat"),
        ({**CHAT, "id": 1}, (), "chat"),
        ({"messages": [{"role": "User", "content": "a"}]}, (), "chat"),
        ({"messages": [{"role": "user", "content": [text("a")]}]}, (), "chat"),
        ({**CHAT, "system": "s", "tools": []}, (), "chat"),
        ({"system": [{"type": "text", "text": "s"}], **CHAT}, (), "chat"),
        ({**CHAT, "system": "s"}, (), "claude"),
        (CHAT, ("claude",), "claude"),
        (CHAT, ("cohere",), "cohere"),
        (CHAT, ("reinforcement",), "reinforcement"),
        (CHAT, ("chat", "mistral"), "chat"),
        (CHAT, ("mistral",), "chat"),
        ({**CHAT, "available_tools": []}, ("chat", "mistral"), "mistral"),
        ({**CHAT, "available_tools": []}, (), "mistral"),
        ({"interactions": [ASKED]}, (), "mistral"),
        ({"interactions": [{"item": 4}]}, (), None),
        (nova(blocks("user", text("a"))), (), "nova"),
        ({"system": [text("s")], "messages": [blocks("user", text("a"))]}, (), "nova"),
        ({"messages": [blocks("user", text("a"))], "toolConfig": {}}, (), "nova"),
        ({"messages": [blocks("user", text("a"))]}, ("nova",), "nova"),
        (nova_pair(candidate("preferred", "b")), (), "nova-preference"),
        (nova_pair(candidate("preferred", "b")), ("nova",), "nova-preference"),
        (GEMINI_TALK, (), "gemini"),
        (gemini_pair(scored(1, "b")), ("gemini",), "gemini-preference"),
        ({"contents": "a text"}, (), None),
        ({"contents": ["a text"]}, (), None),
        ({"segments": [{"text": "a", "start": 0.5}], "text": "a"}, (), "text"),
    ],
    ids=lambda value: str(list(value)) if isinstance(value, dict) else None,
)
def test_a_record_is_seen_as(record: Any, first: Any, shape: str | None) -> None:
    seen = ShapeDetector(SHAPES, first=first).detect(record)
    assert (seen.shape.name if seen else None) == shape


@pytest.mark.parametrize(
    "record",
    [
        {"system_instruction": {"parts": [text("s")]}, "contents": [user(text("a"))]},
        {"interactions": [ASKED], "available_tools": []},
    ],
)
def test_a_vendors_other_names_are_nothing_to_be_told_about(record: Any) -> None:
    seen = ShapeDetector(SHAPES).detect(record)
    assert seen is not None and seen.renamed == ()
    assert seen.shape.extra(record, seen.fields) == {}


@pytest.mark.parametrize(
    ("record", "view"),
    [
        (
            GEMINI_TALK,
            [
                {"role": "user", "content": "Rain?"},
                {
                    "role": "model",
                    "content": "Let me see.",
                    "reasoning_content": "two towns",
                    "tool_calls": [asks(None, "sky", '{"town": "Ulm"}'), asks(None, "sky")],
                },
                {"role": "tool", "name": "sky", "content": "rain"},
                {"role": "tool", "name": "sky", "content": '{"degrees": 9}'},
                {"role": "user", "content": "Well?"},
                {
                    "role": "model",
                    "content": [
                        {"type": "text", "text": "In Ulm."},
                        {"type": "text", "text": "Nowhere else."},
                    ],
                },
            ],
        ),
        (
            NOVA_TALK,
            [
                {"role": "user", "content": "Rain?"},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [asks("u1", "sky", '{"town": "Ulm"}'), asks("u2", "sky")],
                },
                {"role": "tool", "tool_call_id": "u2", "content": '{"sky": "clear"}'},
                {
                    "role": "tool",
                    "tool_call_id": "u1",
                    "content": [{"type": "text", "text": "rain"}, {"type": "text", "text": "and wind"}],
                },
                {"role": "assistant", "content": "In Ulm."},
            ],
        ),
        (
            {
                "interactions": [
                    {"role": "user", "text": "a"},
                    {"role": "assistant", "text": "b", "weight": 0},
                ]
            },
            [ASKED, {**SAID, "weight": 0}],
        ),
        ({"system": "s", "messages": [ASKED, SAID]}, [{"role": "system", "content": "s"}, ASKED, SAID]),
        ({"segments": [{"text": "a", "label": False}, {"text": "b", "label": True}]}, [ASKED, SAID]),
    ],
    ids=["gemini", "nova", "mistral", "claude", "segments"],
)
def test_a_record_as_messages(record: Any, view: Any) -> None:
    assert seen_in(record).views == [view]


def test_a_text_in_place_of_blocks_is_seen_though_it_is_wrong() -> None:
    one = seen_in(nova(ASKED, SAID))
    assert one.texts["text"].to_list() == ["a", "b"]
    assert one.example(0).path(Location(1, "content", -1)) == "messages[1].content"


@pytest.mark.parametrize(
    ("record", "place", "path"),
    [
        (GEMINI_TALK, (1, "arguments", 1), "contents[1].parts[3].functionCall.args"),
        (GEMINI_TALK, (1, "reasoning_content", -1), "contents[1].parts[0].text"),
        (GEMINI_TALK, (2, "content", -1), "contents[2].parts[0].functionResponse.response.output"),
        (GEMINI_TALK, (3, "content", -1), "contents[2].parts[1].functionResponse.response"),
        (GEMINI_TALK, (3, "role", None), "contents[2].role"),
        (GEMINI_TALK, (4, "content", -1), "contents[2].parts[2].text"),
        (GEMINI_TALK, (5, "part", 1), "contents[3].parts[1].text"),
        (GEMINI_TALK, (5, "content", None), "contents[3].parts"),
        (GEMINI_TALK, (5, "weight", None), "contents[3].weight"),
        (NOVA_TALK, (1, "call_id", 1), "messages[1].content[1].toolUse.toolUseId"),
        (NOVA_TALK, (2, "content", -1), "messages[2].content[0].toolResult.content[0].json"),
        (NOVA_TALK, (3, "part", 1), "messages[2].content[1].toolResult.content[1].text"),
        (NOVA_TALK, (3, "tool_call_id", None), "messages[2].content[1].toolResult.toolUseId"),
        ({"interactions": [{"role": "user", "text": "a"}]}, (0, "content", -1), "interactions[0].text"),
        ({"system": "s", **CHAT}, (0, "content", -1), "system"),
        ({"system": "s", **CHAT}, (1, "content", -1), "messages[0].content"),
    ],
)
def test_where_the_file_has_a_piece(record: Any, place: Any, path: str) -> None:
    at, field, part = place
    assert seen_in(record).example(0).path(Location(at, field, part)) == path


@pytest.mark.parametrize("record", [GEMINI_TALK, NOVA_TALK], ids=["gemini", "nova"])
def test_every_result_belongs_to_its_call(record: Any) -> None:
    one = seen_in(record)
    assert one.calls["answers"].to_list() == [1, 1]
    assert one.results["call"].to_list() == [True, True]
    assert [message["role"] for message in read(record).messages] == [
        "user",
        "assistant",
        "tool",
        "tool",
        *(["user"] if record is GEMINI_TALK else []),
        "assistant",
    ]


@pytest.mark.parametrize(
    ("shape", "record", "paths"),
    [
        ("gemini", {"contents": [{"role": "user"}]}, ["contents[0].parts"]),
        ("gemini", {"contents": [user({"text": 5})]}, ["contents[0].parts[0].text"]),
        ("gemini", {"contents": [user({"fileData": {"fileUri": "gs://x"}})]}, ["contents[0].parts[0].fileData.mimeType"]),
        ("gemini", {"contents": [user({"fileData": {"file_uri": "gs://x", "mime_type": "a/b"}})]}, []),
        ("nova", nova(ASKED), ["messages[0].content"]),
        ("nova", nova(blocks("user", {"image": {"format": "png", "source": {}}})), ["messages[0].content[0].image.source.s3Location"]),
        ("nova-preference", nova_pair(candidate("best", "b")), ["messages[1].candidates", "messages[1].candidates[0].preferenceLabel"]),
        ("gemini-preference", gemini_pair({"completion": model(text("b"))}, scored(0, "c")), ["completions[0].score"]),
        ("claude", {"messages": [{"role": "user", "content": [text("a")]}]}, ["messages[0].content"]),
        ("cohere", {"messages": [{"role": "User"}]}, ["messages[0].content"]),
        ("mistral", {"messages": [{"role": "user"}, {"role": "user", "text": "a"}]}, ["messages[0].content"]),
        ("reinforcement", {**CHAT, "tools": "[]"}, ["tools"]),
        ("segments", {"segments": [{"text": "a", "label": "yes"}]}, ["segments[0].label"]),
    ],
)  # fmt: skip
def test_what_a_schema_forbids(shape: str, record: Any, paths: Any) -> None:
    assert [path for _, _, _, path, _ in record_violations([record], shape)] == paths


@pytest.mark.parametrize(
    ("shape", "one", "other"),
    [
        ("reinforcement", {**CHAT, "answer": "4"}, {**CHAT, "answer": "5"}),
        ("mistral", {"interactions": [ASKED], "available_tools": [1]}, {"interactions": [ASKED]}),
        ("nova", nova(blocks("user", text("a")), toolConfig={"tools": [1]}), nova(blocks("user", text("a")))),
        (
            "gemini",
            {"contents": [user(text("a"))], "references": {"x": "1"}},
            {"contents": [user(text("a"))]},
        ),
    ],
)
def test_what_stands_beside_the_messages_makes_another_example(shape: str, one: Any, other: Any) -> None:
    batch = Batch(
        [one, other, one],
        [1, 2, 3],
        [1, 2, 3],
        RecordReader(ShapeDetector(SHAPES, first=(shape,))),
        RuleContext(),
    )
    digests = batch.digests.select("high", "low").rows()
    assert digests[0] == digests[2] != digests[1]
