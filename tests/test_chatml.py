"""ChatML and other templates: a text that is a whole conversation is read as one; any other stays a text."""

import json
from pathlib import Path

import pytest

import ftlint
from ftlint.shapes.rendered import read_rendered

SYSTEM = "<|im_start|>system\nBe brief.<|im_end|>\n"
USER = "<|im_start|>user\nWhy is\nthe sky blue?<|im_end|>\n"
ANSWER = "<|im_start|>assistant\nIt scatters.<|im_end|>"
MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Why is\nthe sky blue?"},
    {"role": "assistant", "content": "It scatters."},
]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (SYSTEM + USER + ANSWER, MESSAGES),
        (USER + ANSWER + "\n", MESSAGES[1:]),
        ((USER + ANSWER).replace("\n<", "<"), MESSAGES[1:]),
        ("<|im_start|>human\nHi<|im_end|><|im_start|>gpt\n<|im_end|>",
         [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": ""}]),
        (USER + "<|im_start|>assistant\n", None),
        (USER + ANSWER + "<|endoftext|>", None),
        ("Look: " + USER + ANSWER, None),
        (USER + "<|im_start|>tool\n12:05<|im_end|>" + ANSWER, None),
        (USER + "<|im_start|>narrator\nNight fell.<|im_end|>", None),
        ("<|im_start|>user\nHi<|im_start|>assistant\nHello<|im_end|>", None),
        ("<|im_start|>user<|im_end|>", None),
        ("Once upon a time.", None),
        ("", None),
        (None, None),
    ],
    ids=["with a system message", "without one", "nothing between the turns", "other words for the roles",
         "an answer that is still to come", "a mark after it", "words before it", "a tool", "an unknown role",
         "a turn without an end", "a role without a text", "a story", "nothing", "no text"],
)  # fmt: skip
def test_what_is_a_conversation(text: str | None, messages: list | None) -> None:
    assert read_rendered(text) == messages


TALK = [
    {"role": "user", "content": "Why?"},
    {"role": "assistant", "content": "It scatters."},
    {"role": "user", "content": "How?"},
    {"role": "assistant", "content": "By waves."},
]
OTHERS = {
    "Llama 3": (
        "<|begin_of_text|>"
        + "".join(
            f"<|start_header_id|>{m['role']}<|end_header_id|>\n\n{m['content']}<|eot_id|>"
            for m in [MESSAGES[0], *TALK]
        ),
        [MESSAGES[0], *TALK],
    ),
    "Gemma": (
        "<bos><start_of_turn>user\nWhy?<end_of_turn>\n<start_of_turn>model\nIt scatters.<end_of_turn>\n",
        TALK[:2],
    ),
    "Llama 2": (
        "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nWhy? [/INST] It scatters. </s><s>[INST] How? [/INST] By waves. </s>",
        [MESSAGES[0], *TALK],
    ),
    "Guanaco": ("### Human: Why?### Assistant: It scatters.### Human: How?### Assistant: By waves.", TALK),
    "hh-rlhf": ("\n\nHuman: Why?\n\nAssistant: It scatters.", TALK[:2]),
    "usr and bot": ("<sys>Be brief.\n<usr> Why?\n<bot> It scatters.", [MESSAGES[0], *TALK[:2]]),
}


@pytest.mark.parametrize(("text", "messages"), OTHERS.values(), ids=OTHERS)
def test_texts_of_other_templates_become_chats(tmp_path: Path, text: str, messages: list) -> None:
    written, report = convert(tmp_path, [text, "Once."], "chat")
    assert written[0] == {"messages": messages}
    assert not any(note.startswith("lost") for note in report.notes)
    for other in (f"Look: {text}", text + "<|end_of_text|> and more", "[INST] alone", "### Human:", "<usr>"):
        new, _ = convert(tmp_path, [other], "chat")
        assert "".join(m["content"] for m in new[0]["messages"]).count("scatters") == other.count("scatters")


def convert(tmp_path: Path, texts: list[str], to: str):
    """The converted records and the report."""
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    report = ftlint.convert(source, out, to, overwrite=True).files[0]
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()], report


def test_chatml_becomes_a_chat_and_a_story_one_answer(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [SYSTEM + USER + ANSWER, "Once."], "chat")
    assert written == [{"messages": MESSAGES}, {"messages": [{"role": "assistant", "content": "Once."}]}]
    assert not report.dropped


def test_a_text_stays_the_text_it_is(tmp_path: Path) -> None:
    written, report = convert(tmp_path, [USER + ANSWER, "Once."], "text")
    assert written == [{"text": USER + ANSWER}, {"text": "Once."}]
    assert not report.dropped


def test_several_messages_are_no_text(tmp_path: Path) -> None:
    chats = [{"messages": MESSAGES[1:]}, {"messages": [{"role": "assistant", "content": "Once."}]}]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(chat) + "\n" for chat in chats), encoding="utf-8")
    report = ftlint.convert(source, out, "text").files[0]
    assert [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] == [{"text": "Once."}]
    assert any("text holds one text without roles" in note for note in report.notes)
