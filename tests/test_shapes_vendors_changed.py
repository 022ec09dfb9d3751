"""The vendors' own shapes: changed texts are put back where the file has them."""

import copy
from typing import Any

import pytest
from vendor_records import GEMINI_TALK, NOVA_TALK, call, model, result, returned, seen_in, text, user

from ftlint.rule import Location


@pytest.mark.parametrize(
    ("place", "new", "changed"),
    [
        ((1, "arguments", 0), '{"town": "Graz"}', call("sky", town="Graz")),
        ((1, "arguments", 0), "Graz", call("sky", town="Ulm")),
        ((2, "content", -1), "sun", returned("sky", output="sun")),
        ((2, "content", -1), '{"sky": "sun"}', returned("sky", sky="sun")),
        ((3, "content", -1), "no idea", returned("sky", output="no idea")),
        ((3, "role", None), "function", None),
    ],
)
def test_a_change_in_gemini(place: Any, new: str, changed: Any) -> None:
    record = copy.deepcopy(GEMINI_TALK)
    at, field, part = place
    example = seen_in(record).example(0)
    steps = example.path_to(Location(at, field, part))
    example.set_text(Location(at, field, part), new)
    if changed is None:
        assert record == GEMINI_TALK
    else:
        assert example.get(steps[:4]) == changed


def test_a_change_in_a_result_of_nova_keeps_its_kind_where_it_can() -> None:
    record = copy.deepcopy(NOVA_TALK)
    example = seen_in(record).example(0)
    place = Location(2, "content", -1)
    example.set_text(place, '{"sky": "dark"}')
    assert record["messages"][2]["content"][0] == result("u2", {"json": {"sky": "dark"}})
    example.set_text(place, "dark")
    assert record["messages"][2]["content"][0] == result("u2", text("dark"))


def test_a_change_of_several_thoughts_makes_one_of_them() -> None:
    record = {"contents": [model({"text": "a", "thought": True}, {"text": "b", "thought": True}, text("c"))]}
    example = seen_in(record).example(0)
    place = Location(0, "reasoning_content", -1)
    assert example.text(place) == "a\nb"
    example.set_text(place, "A\nb")
    assert record["contents"][0]["parts"] == [{"text": "A\nb", "thought": True}, text("c")]


def test_a_change_of_an_address() -> None:
    medium = {"fileData": {"mimeType": "image/png", "fileUri": "gs://x/7"}, "videoMetadata": {}}
    record = {"contents": [user(medium)]}
    example = seen_in(record).example(0)
    example.set_text(Location(0, "media", 0), "gs://x/8")
    assert record["contents"][0]["parts"][0]["fileData"] == {"mimeType": "image/png", "fileUri": "gs://x/8"}
    assert record["contents"][0]["parts"][0]["videoMetadata"] == {}
