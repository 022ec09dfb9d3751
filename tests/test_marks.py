"""Media beside texts: marks and lists become parts, and parts become marks and lists."""

from typing import Any

import pytest

from ftlint.rule import SHAPES
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.shape import CannotHold, Conversation


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def image(url: str, **more: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, **more}}


VIDEO = {"type": "video_url", "video_url": {"url": "v.mp4"}}
ANSWER = {"role": "assistant", "content": "A mill."}


def read(record: dict[str, Any]) -> Conversation:
    sighting = ShapeDetector(SHAPES).detect(record)
    return sighting.shape.read(record, sighting.fields)


def chat(content: Any, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content}, ANSWER], **more}


@pytest.mark.parametrize(
    ("content", "lists", "parts"),
    [
        ("<image>What?", {"images": ["a.png"]}, [image("a.png"), text("What?")]),
        ("What?<image>", {"images": "a.png"}, [text("What?"), image("a.png")]),
        ("<image><image>\nWhich?", {"images": ["a", "b"]}, [image("a"), image("b"), text("\nWhich?")]),
        ("<video>or<image>?", {"images": ["a"], "videos": ["v.mp4"]}, [VIDEO, text("or"), image("a"), text("?")]),
        ([text("See"), text("<image>")], {"images": ["a"]}, [text("See"), image("a")]),
        ([{"type": "image"}, text("What?")], {"images": ["a"]}, [image("a"), text("What?")]),
        ([{"type": "image", "text": None}], {"images": ["a"]}, [image("a")]),
    ],
)  # fmt: skip
def test_marks_are_read_as_parts(content: Any, lists: Any, parts: Any) -> None:
    conversation = read(chat(content, **lists))
    assert conversation.messages[0]["content"] == parts
    assert conversation.extra == {}


@pytest.mark.parametrize(
    ("content", "images"),
    [
        ("<image>What?", ["a", "b"]),
        ("<image><image>", ["a"]),
        ("What?", ["a"]),
        ("<image>", [{"bytes": None, "path": "a"}]),
        ("<image>", 7),
    ],
)
def test_lists_that_do_not_fit_the_marks_stay_lists(content: str, images: Any) -> None:
    conversation = read(chat(content, images=images))
    assert conversation.messages[0]["content"] == content
    assert conversation.extra == {"images": images}


def test_a_kind_that_fits_is_read_beside_one_that_does_not() -> None:
    conversation = read(chat("<image><video>", images=["a"], videos=[]))
    assert conversation.messages[0]["content"] == [image("a"), text("<video>")]


def test_marks_in_instructions_are_words() -> None:
    record = {
        "conversations": [{"from": "human", "value": "<image>"}],
        "system": "No <image>.",
        "images": ["a"],
    }
    assert [m["content"] for m in read(record).messages] == ["No <image>.", [image("a")]]


def test_marks_over_all_turns_of_an_alpaca_record() -> None:
    record = {
        "instruction": "And <image>?",
        "input": "<image>",
        "output": "Bees.",
        "history": [["<image>", "A wasp."]],
        "images": ["a", "b", "c"],
    }
    contents = [message["content"] for message in read(record).messages]
    assert contents == [[image("a")], "A wasp.", [text("And "), image("b"), text("?\n"), image("c")], "Bees."]


@pytest.mark.parametrize("name", ["sharegpt", "alpaca"])
def test_parts_are_written_as_marks_and_lists(name: str) -> None:
    messages = [
        {"role": "user", "content": [text("One"), text("Two"), image("a"), text("!"), VIDEO]},
        {"role": "assistant", "content": [text("A"), image("b", detail="low")]},
    ]
    conversation = Conversation(messages)
    written = SHAPES[name].write(conversation)
    assert written["images"] == ["a", "b"] and written["videos"] == ["v.mp4"]
    values = written.values() if name == "alpaca" else [turn["value"] for turn in written["conversations"]]
    assert {"One\nTwo<image>!<video>", "A<image>"} <= {value for value in values if isinstance(value, str)}
    assert conversation.lost == ["messages[].content[].image_url.detail"]


def test_a_text_that_spells_a_mark_beside_media_is_refused() -> None:
    with pytest.raises(CannotHold, match="the text <image>"):
        SHAPES["sharegpt"].write(Conversation([{"role": "user", "content": [text("<image>"), image("a")]}]))
    written = SHAPES["sharegpt"].write(Conversation([{"role": "user", "content": "<image>"}]))
    assert written == {"conversations": [{"from": "human", "value": "<image>"}]}


def test_media_in_instructions_are_named_as_lost() -> None:
    conversation = Conversation(
        [{"role": "system", "content": [text("a"), image("b")]}, {"role": "user", "content": "c"}]
    )
    assert "images" not in SHAPES["sharegpt"].write(conversation)
    assert conversation.lost == ["images and other media"]


def test_from_turns_to_a_chat_and_back() -> None:
    record = {
        "conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A mill."}],
        "images": ["mill.png"],
    }
    there = SHAPES["chat"].write(read(record))
    assert there == {"messages": [{"role": "user", "content": [image("mill.png"), text("\nWhat?")]}, ANSWER]}
    assert SHAPES["sharegpt"].write(read(there)) == record
