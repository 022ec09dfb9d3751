"""Tokens: exact, without a network, whatever the text."""

import hashlib
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftlint.errors import UsageError
from ftlint.target import load_target
from ftlint.tokens import (
    FOLDER,
    MARK,
    MOST_BLANKS,
    PART_CHARACTERS,
    VOCABULARIES,
    count,
    count_all,
    count_conversation,
    count_conversations,
    encoding,
)

each_vocabulary = pytest.mark.parametrize("name", VOCABULARIES)
CHAT = load_target("openai-chat")
COMPLETIONS = load_target("openai-completions")

# Run where every way to the network and to another cache is shut.
ALONE = """
import os, socket, sys
def refuse(*args, **kwargs):
    raise OSError("the network was tried")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
os.environ["TIKTOKEN_CACHE_DIR"] = "nowhere"
from ftlint import tokens
assert "tiktoken" not in sys.modules, "importing ftlint.tokens must not import tiktoken"
print(tokens.count("hello world", sys.argv[1]), os.environ["TIKTOKEN_CACHE_DIR"], os.path.exists("nowhere"))
"""


@each_vocabulary
def test_a_vocabulary_loads_without_a_network_and_leaves_the_environment_as_it_was(name, tmp_path):
    path = os.pathsep.join([str(FOLDER.parent.parent), *sys.path])
    run = subprocess.run(
        [sys.executable, "-c", ALONE, name],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert (run.stdout.split(), run.stderr) == (["2", "nowhere", "False"], "")


@pytest.mark.parametrize(("file", "checksum"), set(VOCABULARIES.values()))
def test_each_vocabulary_file_is_the_public_one(file, checksum):
    assert hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() == checksum


@pytest.mark.parametrize(
    ("text", "name", "tokens"),
    [
        ("", "cl100k_base", 0),
        ("hello world", "r50k_base", 2),
        ("hello world", "p50k_base", 2),
        ("hello world", "cl100k_base", 2),
        ("hello world", "o200k_base", 2),
        ("tiktoken is great!", "cl100k_base", 6),
        ("antidisestablishmentarianism", "r50k_base", 5),
        ("antidisestablishmentarianism", "cl100k_base", 6),
        ("2 + 2 = 4", "r50k_base", 5),
        ("2 + 2 = 4", "cl100k_base", 7),
        ("お誕生日おめでとう", "r50k_base", 14),
        ("お誕生日おめでとう", "cl100k_base", 9),
        ("お誕生日おめでとう", "o200k_base", 8),
    ],
)
def test_known_counts(text, name, tokens):
    """Published in the vocabularies' own cookbook, or plain to see."""
    assert count(text, name) == tokens


@each_vocabulary
def test_tokens_spell_the_text_again(name):
    text = "Ünïcødé 中文 😀\r\n\ttabs  and   blanks <|fim_suffix|> 1234567"
    vocabulary = encoding(name)
    ids = vocabulary.encode_ordinary(text)
    assert vocabulary.decode(ids) == text
    assert count(text, name) == len(ids)


@each_vocabulary
@pytest.mark.parametrize(
    "text", ["<|endoftext|>", "a<|endoftext|>b", "<|fim_suffix|>", "<|im_end|>", "<|start|>"]
)
def test_a_special_token_in_data_is_ordinary_text(name, text):
    assert count(text, name) >= 5
    assert count_all([text, "x"], name) == [count(text, name), 1]


def test_half_a_surrogate_pair_is_counted_as_the_replacement_character():
    assert count("a\ud83db", "o200k_base") == count("a\ufffdb", "o200k_base")
    assert count("\ud83d\ude00", "o200k_base") == count("😀", "o200k_base")


@pytest.mark.parametrize("name", ["r50k_base", "cl100k_base", "o200k_base"])
@pytest.mark.parametrize("run", [" ", "\u3000", "x", "中"])
def test_a_megabyte_of_one_character_neither_crashes_nor_hangs(name, run):
    text = "a" + run * (1_200_000 // len(run)) + "b"
    assert 1_000 < count(text, name) <= len(text.encode())


@pytest.mark.parametrize("name", ["r50k_base", "cl100k_base", "o200k_base"])
@pytest.mark.parametrize("run", [" ", "\n", "\t \n"])
def test_cutting_a_long_run_of_blanks_costs_at_most_two_tokens_a_cut(name, run):
    text = "a." + run * (MOST_BLANKS // len(run) + 1_000) + "b"
    whole = len(encoding(name).encode_ordinary(text))
    assert whole <= count(text, name) <= whole + 2


@pytest.fixture(scope="module")
def many_texts():
    """More than fits one part, with all that must stand alone: long texts, the mark, broken text."""
    short = [f"text {i} of {i % 7}\n" + "word " * (i % 50) for i in range(8_000)]
    return [
        *short,
        "",
        "x" * (PART_CHARACTERS + 1),
        f"{MARK}{MARK}",
        "a\ud83d",
        "  ",
        " \n",
        "it",
        "'s",
        *short[:10],
    ]


@each_vocabulary
def test_counting_many_texts_at_once_changes_no_count(name, many_texts):
    assert sum(map(len, many_texts)) > 5 * PART_CHARACTERS
    assert count_all(many_texts, name) == [count(text, name) for text in many_texts]


@given(
    st.lists(
        st.text(st.sampled_from("a 1\n\r\t'st<|endofx>é中\u0301\u200d\ud83d/!"), max_size=30), max_size=20
    )
)
@settings(max_examples=60, deadline=None)
def test_no_neighbour_changes_a_count(texts):
    filler = ["filler " * 4_000 + str(i) for i in range(20)]
    assert count_all([*texts, *filler], "o200k_base")[: len(texts)] == [
        count(text, "o200k_base") for text in texts
    ]


def test_nothing_has_no_tokens():
    assert count_all([], "o200k_base") == []


def test_an_unknown_vocabulary_names_the_nearest():
    with pytest.raises(UsageError, match=r'no vocabulary "cl100k_bse"; did you mean "cl100k_base"\?'):
        count("x", "cl100k_bse")


SAY_HELLO = [{"role": "user", "content": "hello world"}, {"role": "assistant", "content": "hello"}]


@pytest.mark.parametrize(
    ("messages", "tokens"),
    [
        ([], 3),
        ([{"role": "user", "content": "hello world"}], 3 + (3 + 1 + 2)),
        (SAY_HELLO, 3 + (3 + 1 + 2) + (3 + 1 + 1)),
        ([{"role": "user", "name": "world", "content": "hello"}], 3 + (3 + 1 + 1 + 1 + 1)),
        ([{"role": "assistant", "content": None, "weight": 0}], 3 + (3 + 1)),
        ([{"role": "assistant", "content": "hello", "name": None}], 3 + (3 + 1 + 1)),
        ([{"role": "user", "content": [{"type": "text", "text": "hello world"}]}], 3 + (3 + 1 + 2)),
        (
            [
                {
                    "role": "user",
                    "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}],
                }
            ],
            3 + (3 + 1),
        ),
        (
            [
                {
                    "role": "assistant",
                    "tool_calls": [{"id": "call_1", "function": {"name": "hello", "arguments": "{}"}}],
                }
            ],
            3 + (3 + 1 + 1 + 1),
        ),
        ([{"role": "assistant", "function_call": {"name": "hello", "arguments": {}}}], 3 + (3 + 1 + 1 + 1)),
        ([{"role": 7, "content": {"a": "b"}}, "no message", None], 3 + 3 * 3),
        (
            [{"tool_calls": ["x", None, {"function": "y"}, {"function": {"name": 3}}], "content": ["x", 5]}],
            3 + 3,
        ),
    ],
)
def test_a_chat_conversation_costs_its_texts_and_a_few_tokens_around_them(messages, tokens):
    assert count_conversation(messages, "o200k_base", CHAT) == tokens
    assert count_conversation(messages, "o200k_base") == tokens


def test_a_prompt_and_its_completion_cost_nothing_more():
    assert count_conversation(SAY_HELLO, "cl100k_base", COMPLETIONS) == 3


def test_conversations_counted_together_cost_the_same():
    conversations = [SAY_HELLO, [], SAY_HELLO[:1], SAY_HELLO]
    assert count_conversations(conversations, "o200k_base", CHAT) == [
        count_conversation(messages, "o200k_base", CHAT) for messages in conversations
    ]
