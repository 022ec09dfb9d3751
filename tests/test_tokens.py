"""Tokens: exact, without a network, whatever the text."""

import hashlib
import os
import subprocess
import sys

import polars as pl
import pytest
from examples import few_quick, slow, some
from hypothesis import given, settings
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from ftlint import UsageError
from ftlint.targets.target import load_target
from ftlint.tokens import counter, pool
from ftlint.tokens.conversation import count_conversation, count_conversations
from ftlint.tokens.counted import CountedTexts
from ftlint.tokens.counter import MARK, MAX_BLANKS, PART_BYTES, count, count_all, count_column, counting
from ftlint.tokens.vocabulary import FOLDER, VOCABULARIES, encoding

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
from ftlint.tokens import counter
assert "tiktoken" not in sys.modules, "importing ftlint.tokens.counter must not import tiktoken"
print(counter.count("hello world", sys.argv[1]), os.environ["TIKTOKEN_CACHE_DIR"], os.path.exists("nowhere"))
"""


@pytest.mark.parametrize("name", few_quick(VOCABULARIES, 2))
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


@pytest.mark.parametrize(("file", "checksum"), sorted(set(VOCABULARIES.values())))
def test_each_vocabulary_file_is_the_public_one(file, checksum):
    assert hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() == checksum


@pytest.mark.parametrize("name", ["r50k_base", "p50k_base", "cl100k_base", "o200k_base"])
def test_a_vocabulary_is_read_as_tiktoken_reads_it(name, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(FOLDER))
    theirs = getattr(openai_public, name)()["mergeable_ranks"]
    assert encoding(name).token_byte_values() == sorted(theirs)
    assert all(encoding(name).encode_single_token(token) == rank for token, rank in theirs.items())


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


@pytest.mark.parametrize("name", ["o200k_base", *map(slow, ["r50k_base", "cl100k_base"])])
@pytest.mark.parametrize("run", [" ", "\u3000", "x", "中"])
@pytest.mark.slow
def test_a_megabyte_of_one_character_neither_crashes_nor_hangs(name, run):
    text = "a" + run * (1_200_000 // len(run)) + "b"
    assert 1_000 < count(text, name) <= len(text.encode())


@pytest.mark.parametrize("name", ["o200k_base", *map(slow, ["r50k_base", "cl100k_base"])])
@pytest.mark.parametrize("run", [" ", "\n", "\t \n"])
def test_cutting_a_long_run_of_blanks_costs_at_most_two_tokens_a_cut(name, run):
    text = "a." + run * (MAX_BLANKS // len(run) + 1_000) + "b"
    whole = len(encoding(name).encode_ordinary(text))
    assert whole <= count(text, name) <= whole + 2


@pytest.fixture(scope="module")
def many_texts():
    """More than fits one part, with all that must stand alone: long texts, the mark, broken text."""
    short = [f"text {i} of {i % 7}\n" + "word " * (i % 50) for i in range(8_000)]
    return [
        *short,
        "",
        "x" * (PART_BYTES + 1),
        f"{MARK}{MARK}",
        "a\ud83d",
        "  ",
        " \n",
        "it",
        "'s",
        *short[:10],
    ]


@pytest.mark.parametrize("name", few_quick(VOCABULARIES, 1))
def test_counting_many_texts_at_once_changes_no_count(name, many_texts):
    assert sum(map(len, many_texts)) > 2 * PART_BYTES
    assert count_all(many_texts, name) == [count(text, name) for text in many_texts]


@given(
    st.lists(
        st.text(st.sampled_from("a 1\n\r\t'st<|endofx>é中\u0301\u200d\ud83d/!"), max_size=30), max_size=20
    )
)
@settings(max_examples=some(60), deadline=None)
def test_no_neighbour_changes_a_count(texts):
    filler = ["filler " * 4_000 + str(i) for i in range(20)]
    assert count_all([*texts, *filler], "o200k_base")[: len(texts)] == [
        count(text, "o200k_base") for text in texts
    ]


@pytest.mark.parametrize("name", few_quick(VOCABULARIES, 1))
def test_a_tiktoken_that_gives_only_lists_counts_the_same(name, many_texts, monkeypatch):
    counts = count_all(many_texts, name)
    monkeypatch.setattr(counter, "IN_BYTES", "what_is_not_there")
    assert count_all(many_texts, name) == counts


@each_vocabulary
@pytest.mark.parametrize("shift", [1, 2, 3])
def test_the_marks_bytes_stand_nowhere_between_two_tokens(name, shift):
    mark = encoding(name).encode_single_token(MARK).to_bytes(4, "little")
    least_first_token = int.from_bytes(bytes(shift) + mark[: 4 - shift], "little")
    assert least_first_token > encoding(name).max_token_value


def test_columns_are_counted_as_lists_are():
    texts = pl.Series(["a b", None, "", "a b", "<|endoftext|>", "x" * PART_BYTES * 2, "c d e"])
    assert count_column(texts, "o200k_base").to_list() == [
        0 if text is None else count(text, "o200k_base") for text in texts
    ]
    assert count_column(texts.clear(), "o200k_base").to_list() == []
    assert count_column(pl.Series([None, None], dtype=pl.String), "o200k_base").to_list() == [0, 0]


def test_counting_goes_on_beside_other_work():
    columns = [pl.Series([f"{n} {i} " + "word " * (i % 60) for i in range(3000)]) for n in range(3)]
    begun = [counting(column, "cl100k_base") for column in columns]
    assert [list(counts()) for counts in begun] == [
        count_all(column.to_list(), "cl100k_base") for column in columns
    ]


@pytest.mark.parametrize("name", few_quick(VOCABULARIES, 1))
def test_threads_with_vocabularies_of_their_own_count_the_same(name, many_texts, monkeypatch):
    texts = many_texts[:-500]
    counts = [count(text, name) for text in texts]
    monkeypatch.setattr(pool, "available_cores", lambda: 4)
    monkeypatch.setattr(pool, "MIN_BYTES_PER_VOCABULARY", 0)
    assert count_all(texts, name) == counts


def test_what_goes_wrong_in_a_thread_is_said_to_who_waits(monkeypatch):
    monkeypatch.setattr(pool, "available_cores", lambda: 2)
    texts = pl.Series([f"{n} " + "word " * 1000 for n in range(500)])
    with pytest.raises(UsageError, match='no vocabulary "cl100k"'):
        count_column(texts, "cl100k")
    assert sum(count_column(texts, "cl100k_base")) > 500_000


def test_nothing_has_no_tokens():
    assert count_all([], "o200k_base") == []


def test_an_unknown_vocabulary_names_the_nearest():
    with pytest.raises(UsageError, match=r'no vocabulary "cl100k_bse"; did you mean "cl100k_base"\?'):
        count("x", "cl100k_bse")


SAY_HELLO = [{"role": "user", "content": "hello world"}, {"role": "assistant", "content": "hello"}]


@pytest.mark.parametrize(
    ("messages", "cost"),
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
def test_a_chat_conversation_costs_its_texts_and_a_few_tokens_around_them(messages, cost):
    assert count_conversation(messages, "o200k_base", CHAT) == cost
    assert count_conversation(messages, "o200k_base") == cost


def test_a_prompt_and_its_completion_cost_nothing_more():
    assert count_conversation(SAY_HELLO, "cl100k_base", COMPLETIONS) == 3


def test_a_role_costs_what_is_meant_by_it_and_a_bare_text_nothing_more():
    spelt = [{"role": "human", "content": "hello world"}, {"role": " GPT", "content": "hello"}]
    assert count_conversation(spelt, "o200k_base") == count_conversation(SAY_HELLO, "o200k_base")
    assert count_conversation(SAY_HELLO, "o200k_base", None, "completion") == 3
    assert count_conversation(SAY_HELLO, "o200k_base", load_target("trl-sft"), "text") == 3
    # What the target does not take is counted as what it would be converted to.
    assert count_conversation(SAY_HELLO, "o200k_base", CHAT, "completion") == 3 + (3 + 1 + 2) + (3 + 1 + 1)


def test_conversations_counted_together_cost_the_same():
    conversations = [SAY_HELLO, [], SAY_HELLO[:1], SAY_HELLO]
    assert count_conversations(conversations, "o200k_base", CHAT) == [
        count_conversation(messages, "o200k_base", CHAT) for messages in conversations
    ]


def test_a_text_that_was_counted_is_not_counted_again():
    known, texts = CountedTexts(), pl.Series(["hello world", None, "hello", "new", "hello world"])
    assert counting(texts[1:3], "o200k_base", known)().to_list() == [0, 1]
    # No text has so many tokens: whoever gives this number has not counted.
    known.add(pl.Series(["hello world"]), pl.Series([99], dtype=pl.UInt32))
    known.close()
    assert counting(texts, "o200k_base", known)().to_list() == [99, 0, 1, 1, 99]
    assert counting(texts[:1], "o200k_base")().to_list() == [2]
