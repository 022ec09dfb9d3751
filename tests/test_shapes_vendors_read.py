"""The vendors' own shapes: records as conversations, and what is named as lost."""

from typing import Any

import pytest
from vendor_records import (
    ASKED,
    GEMINI_TALK,
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
    used,
    user,
)

from ftlint.rule import SHAPES
from ftlint.rule.matched import MatchedRows
from ftlint.shapes.shape import CannotHold

TYPED = {"type": "OBJECT", "properties": {"type": {"type": "STRING", "enum": ["STRING"]}}}
SMALL = {"type": "object", "properties": {"type": {"type": "string", "enum": ["STRING"]}}}


def test_calls_of_gemini_get_ids_from_their_places() -> None:
    messages = read(GEMINI_TALK).messages
    assert [call["id"] for call in messages[1]["tool_calls"]] == ["call_1_0", "call_1_1"]
    assert [message["tool_call_id"] for message in messages[2:4]] == ["call_1_0", "call_1_1"]
    assert not any("name" in message for message in messages)


@pytest.mark.parametrize(
    ("record", "part"),
    [
        (
            {"fileData": {"mimeType": "image/png", "fileUri": "gs://x/a.PNG?v=1"}},
            {"type": "image_url", "image_url": {"url": "gs://x/a.PNG?v=1"}},
        ),
        (
            {"fileData": {"mimeType": "image/png", "fileUri": "gs://x/a.jpg"}},
            {"type": "image_url", "image_url": {"url": "gs://x/a.jpg", "mime_type": "image/png"}},
        ),
        (
            {"fileData": {"mimeType": "audio/mpeg", "fileUri": "gs://x/7"}},
            {"type": "audio_url", "audio_url": {"url": "gs://x/7", "mime_type": "audio/mpeg"}},
        ),
        (
            {"fileData": {"mimeType": "application/pdf", "fileUri": "gs://x/a.pdf"}},
            {"type": "document_url", "document_url": {"url": "gs://x/a.pdf"}},
        ),
        (
            {"inlineData": {"mimeType": "image/webp", "data": "UklGRg=="}},
            {"type": "image_url", "image_url": {"url": "data:image/webp;base64,UklGRg=="}},
        ),
        (
            {"image": {"format": "jpeg", "source": {"s3Location": {"uri": "s3://x/a.jpg"}}}},
            {"type": "image_url", "image_url": {"url": "s3://x/a.jpg"}},
        ),
        (
            {"video": {"format": "mkv", "source": {"s3Location": {"uri": "s3://x/a"}}}},
            {"type": "video_url", "video_url": {"url": "s3://x/a", "mime_type": "video/x-matroska"}},
        ),
        (
            {"image": {"format": "gif", "source": {"bytes": "R0lGODlh"}}},
            {"type": "image_url", "image_url": {"url": "data:image/gif;base64,R0lGODlh"}},
        ),
    ],
)
def test_media_are_parts_and_come_back_as_they_were(record: Any, part: Any) -> None:
    vendor = "nova" if {"image", "video"} & set(record) else "gemini"
    whole = nova(blocks("user", record)) if vendor == "nova" else {"contents": [user(record)]}
    assert seen_in(whole).views == [[{"role": "user", "content": [part]}]]
    conversation = read(whole)
    assert SHAPES[vendor].write(conversation) == whole
    assert conversation.lost == []


@pytest.mark.parametrize(
    ("record", "paths", "functions"),
    [
        (
            {
                "contents": [user(text("a"))],
                "tools": [
                    {"functionDeclarations": [{"name": "f", "parameters": TYPED}, {"name": "g"}]},
                    {"googleSearch": {}},
                    {"function_declarations": [{"name": "h", "parametersJsonSchema": SMALL}]},
                ],
            },
            [
                "tools[0].functionDeclarations[0]",
                "tools[0].functionDeclarations[1]",
                "tools[1]",
                "tools[2].function_declarations[0]",
            ],
            [{"name": "f", "parameters": SMALL}, {"name": "g"}, {"name": "h", "parameters": SMALL}],
        ),
        (
            nova(
                blocks("user", text("a")),
                toolConfig={
                    "tools": [
                        {"toolSpec": {"name": "f", "description": "d", "inputSchema": {"json": SMALL}}}
                    ],
                    "toolChoice": {"any": {}},
                },
            ),
            ["toolConfig.tools[0]"],
            [{"name": "f", "description": "d", "parameters": SMALL}],
        ),
        (
            {"interactions": [ASKED], "available_tools": [{"type": "function", "function": {"name": "f"}}]},
            ["available_tools[0]"],
            [{"name": "f"}],
        ),
    ],
    ids=["gemini", "nova", "mistral"],
)
def test_declared_tools_are_in_the_chat_form(record: Any, paths: Any, functions: Any) -> None:
    one = seen_in(record)
    assert [one.example(0).tool_path(nth) for nth in one.tools["nth"]] == paths
    assert not one.tools["legacy"].any()
    assert read(record).tools == [{"type": "function", "function": function} for function in functions]


@pytest.mark.parametrize(
    ("record", "lost"),
    [
        (
            {
                "contents": [
                    {"role": "user", "parts": [text("a"), {"executableCode": {}}], "weight": 1},
                    model({"text": "b", "thoughtSignature": "x"}, {"functionCall": {"name": "f", "n": 1}}),
                ],
                "tools": [{"googleSearch": {}}],
            },
            [
                "contents[].parts[].executableCode",
                "contents[].weight",
                "contents[].parts[].thoughtSignature",
                "contents[].parts[].functionCall.n",
                "tools[].googleSearch",
            ],
        ),
        (
            nova(
                blocks("user", {"cachePoint": {"type": "default"}}, text("a")),
                blocks("assistant", used("u", "f"), text("after")),
                blocks("user", {"toolResult": {"toolUseId": "u", "content": [text("b")], "status": "error"}}),
                toolConfig={"tools": [], "toolChoice": {"any": {}}},
            ),
            [
                "messages[].content[].cachePoint",
                "messages[].content[].toolResult.status",
                "toolConfig.toolChoice",
                "the order within a message",
            ],
        ),
        ({"segments": [{"text": "a", "label": True, "id": 7}]}, ["segments[].id"]),
    ],
    ids=["gemini", "nova", "segments"],
)
def test_what_a_conversation_cannot_say_is_named_when_it_is_read(record: Any, lost: Any) -> None:
    assert read(record).lost == lost


@pytest.mark.parametrize(
    ("record", "paths"),
    [
        (gemini_pair(scored(0, "worse"), scored(1, "better")), (1, 0)),
        (gemini_pair(scored(0.8, "better"), scored(0.2, "worse")), (0, 1)),
        (nova_pair(candidate("non-preferred", "worse"), candidate("preferred", "better")), (1, 0)),
        (nova_pair(candidate("preferred", "better"), candidate("non-preferred", "worse")), (0, 1)),
    ],
)
def test_the_wanted_answer_is_told_by_its_mark_and_not_by_its_place(record: Any, paths: Any) -> None:
    one = seen_in(record)
    assert [message["content"] for message in one.views[0] + one.rejected_views[0]] == [
        "a",
        "better",
        "worse",
    ]
    form = "completions[{}].completion.parts[0].text" if "completions" in record else None
    form = form or "messages[1].candidates[{}].content[0].text"
    found = [one.example(0).path(match.location) for match in MatchedRows(one.texts)]
    assert found[1:] == [form.format(path) for path in paths]
    conversation = read(record)
    assert conversation.messages[-1]["content"] == "better"
    assert [message["content"] for message in conversation.rejected or []] == ["worse"]


def test_of_several_candidates_the_first_that_is_not_preferred_goes_on() -> None:
    record = nova_pair(*(candidate(label, label[0]) for label in ("non-preferred", "preferred")))
    record["messages"][1]["candidates"].append(candidate("non-preferred", "x"))
    assert [message["content"] for message in seen_in(record).rejected_views[0]] == ["n", "x"]
    conversation = read(record)
    assert conversation.rejected == [{"role": "assistant", "content": "n"}]
    assert conversation.lost == ["further candidates"]


@pytest.mark.parametrize(
    "record",
    [
        gemini_pair(scored(1, "x"), scored(1, "y")),
        nova_pair(candidate("preferred", "x"), candidate("preferred", "y")),
    ],
)
def test_two_answers_of_one_kind_are_no_pair(record: Any) -> None:
    with pytest.raises(CannotHold):
        read(record)


def test_what_a_grader_needs_comes_along() -> None:
    record = {"messages": [ASKED], "reference_answer": "4", "sources": ["x"]}
    assert read(record, "reinforcement").extra == {"reference_answer": "4", "sources": ["x"]}
