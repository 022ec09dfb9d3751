"""The package gigatoken counts like tiktoken: the same tokens for any text, alone or among others."""

import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.tokens.counter import MAX_BLANKS, PART_BYTES, count, count_column
from ftlint.tokens.fast import MARK, MIN_BYTES, SCHEMES, load_fast
from ftlint.tokens.pool import preload
from ftlint.tokens.vocabulary import encoding

pytestmark = pytest.mark.slow
pytest.importorskip("gigatoken", reason="the extra fast-tokens is not installed")

SIGNS = "aZ é'sß中あ한กा😀👩‍👩‍👧٣ǅ0123456789 \n\r\t\x00\u00a0\u2028\u200b\ufeff.,!?-_/(){}<|>=+*#@$%&\"\\"
TEXT = st.text(st.one_of(st.sampled_from(SIGNS), st.characters(exclude_categories=["Cs"])), max_size=200)
WORDS = st.lists(
    st.sampled_from(["I'll", "WE'VE", " don't", "HTTPServer", "  ", "\n\n", "1234567", "naïve", "...", "的"])
).map("".join)


@pytest.mark.parametrize("vocabulary", SCHEMES)
@given(texts=st.lists(TEXT | WORDS, min_size=1, max_size=8))
def test_the_same_tokens(vocabulary: str, texts: list[str]) -> None:
    """Texts alone, and joined with marks as they are counted."""
    fast, known = load_fast(vocabulary), encoding(vocabulary)
    assert fast is not None
    plain = [text.replace(MARK, "") for text in texts]
    for text in plain:
        assert fast.encode(text).tolist() == known.encode_ordinary(text)
    joined = MARK.join(plain)
    assert fast.encode(joined).tolist() == known.encode(joined, allowed_special={MARK}, disallowed_special=())


def test_columns_are_counted_alike() -> None:
    """Short and long texts, texts with the mark, blanks without end, the same text twice, and no text at all."""
    chance = random.Random(4)
    words = [
        " ".join(chance.choice(["the", "of", "Straße", "数", "x1"]) for _ in range(40)) for _ in range(500)
    ]
    texts = [*words, MARK, f"a{MARK}b", "", " " * (MAX_BLANKS + 5), "word " * PART_BYTES, words[0], None]
    expected = [count(text, "o200k_base") if text is not None else 0 for text in texts]
    preload("o200k_base", MIN_BYTES)
    assert count_column(pl.Series(texts, dtype=pl.String), "o200k_base").to_list() == expected
