"""Near duplicates: rows in, clusters out; found wherever they stand, however the rows were cut and ordered."""

import random
import re
from itertools import combinations

import polars as pl
import pytest
from examples import some
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftlint.analysis.set_join import candidates, shared
from ftlint.analysis.shingles import MOST, PARTS
from ftlint.batch.records import RecordReader
from ftlint.rule import Batch, RuleContext, near_duplicates

WORDS = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in ("la", "mo", "ri", "ta", "nu", "se")]
HAN = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"


def sketches(rows: list[dict], cut: int = 0) -> list[pl.DataFrame]:
    """The sketches of rows, in one batch or several of ``cut`` rows."""
    size = cut or max(len(rows), 1)
    return [
        near_duplicates.shingle_sets(
            Batch(rows[at : at + size], numbers, numbers, RecordReader(), RuleContext())
        )
        for at in range(0, len(rows), size)
        if (numbers := list(range(at + 1, at + 1 + len(rows[at : at + size]))))
    ]


def clusters(rows: list[dict], cut: int = 0, threshold: float = 0.85) -> dict[int, int]:
    """The row of each near duplicate → the first row of its cluster."""
    found = near_duplicates.clusters(pl.concat(sketches(rows, cut)), threshold)
    return dict(found.select("row", "first_row").iter_rows())


def groups(rows: list[dict]) -> list[int]:
    """The group of each row."""
    return near_duplicates.near_duplicate_groups(sketches(rows))["group"].to_list()


def prose(seed: int, words: int = 80) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def pair(prompt: str | list[str], completion: str | list[str]) -> dict:
    texts = [text if isinstance(text, str) else " ".join(text) for text in (prompt, completion)]
    return dict(zip(("prompt", "completion"), texts, strict=True))


def changed(words: list[str], *places: int) -> list[str]:
    return [f"x{place}" if place in places else word for place, word in enumerate(words)]


A, B, C = prose(1), prose(2), prose(3)


def test_a_changed_word_in_a_long_text() -> None:
    rows = [pair("q", A), pair("q", B), pair("q", changed(A, 40)), pair("q", C), pair("q", changed(B, 0, 79))]
    assert clusters(rows) == {3: 1, 5: 2}


def test_what_is_said_of_a_near_duplicate() -> None:
    rows = [pair("q", A), pair("q", " ".join(A).upper() + "!"), pair("q", changed(A, 40))]
    found = near_duplicates.clusters(pl.concat(sketches(rows)))
    # Three shingles of "q" and 82 of the answer, of which one word changes three.
    assert found.to_dicts() == [
        {"row": 2, "line": 2, "first_row": 1, "first_line": 1, "similarity": 1.0},
        {"row": 3, "line": 3, "first_row": 1, "first_line": 1, "similarity": pytest.approx(82 / 88)},
    ]


def test_a_chain_is_one_cluster() -> None:
    rows = [
        pair("q", A),
        pair("q", changed(A, 9)),
        pair("q", changed(A, 9, 30)),
        pair("q", changed(A, 9, 30, 60)),
    ]
    assert clusters(rows) == {2: 1, 3: 1, 4: 1}
    assert clusters([rows[0], rows[3]]) == {}


def test_a_question_may_be_put_otherwise_but_not_answered_otherwise() -> None:
    asked, answered = A[:20], B
    other = [*asked[:10], "indeed", *asked[10:]]
    assert clusters([pair(asked, answered), pair(other, answered)]) == {2: 1}
    assert clusters([pair(A, B[:10]), pair(A, changed(B[:10], 5))]) == {}
    assert clusters([pair(A, "yes"), pair(A, "no")]) == {}
    assert clusters([pair(A, "👍"), pair(A, "👎")]) == {}


def test_groups_are_generous() -> None:
    rows = [
        pair(A, "yes"),
        pair(A, "no"),
        {**pair("q", B), "label": True},
        {**pair("q", B), "label": False},
        pair("q", C),
        pair("q", C),
    ]
    assert clusters(rows) == {6: 5}
    assert groups(rows) == [1, 1, 3, 3, 5, 5]


def test_every_row_that_says_something_has_a_group() -> None:
    assert groups([pair("a", "b"), pair("", ""), pair("c", "d"), pair("a", "b")]) == [1, 3, 1]
    assert groups([{"messages": []}]) == []
    assert near_duplicates.near_duplicate_groups([]).rows() == []


@pytest.mark.parametrize("few", [3, 10, 40])
def test_fillings_of_a_template_are_no_near_duplicates(few: int) -> None:
    rows = [pair(f"{' '.join(A)}: {word}", "yes") for word in WORDS[:few]]
    assert clusters(rows) == {}
    assert len(set(groups(rows))) == few


def test_what_is_near_within_a_template_is_found() -> None:
    texts = [prose(seed, 50) for seed in range(30)]
    rows = [pair([*A, *A, *text], "yes") for text in [*texts, changed(texts[4], 20)]]
    assert clusters(rows) == {31: 5}


@pytest.mark.parametrize("many", [3, 10, 40, 400])
def test_copies_that_each_differ_elsewhere_are_near_duplicates(many: int) -> None:
    rows = [pair("q", changed(A, place * 7 % 80, place // 80 + 3)) for place in range(many)]
    assert set(clusters(rows).values()) == {1}
    assert len(clusters(rows)) == many - 1


@pytest.mark.slow
def test_many_copies_are_not_compared_with_each_other() -> None:
    rows = [pair("q", changed(A, place % 80, place // 80)) for place in range(3000)]
    sets = pl.concat(sketches(rows)).select(PARTS)
    assert candidates(shared(sets, 0.85)).height < 10 * len(rows)
    assert len(clusters(rows)) > 0.99 * len(rows)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("cafe\u0301 " + " ".join(A), "café " + " ".join(A)),
        (" ".join(A), "  " + ",\n".join(A) + " …"),
        ("".join(random.Random(1).choices(HAN, k=90)), "、".join(random.Random(1).choices(HAN, k=90))),
        ("สวัสดีครับทุกคนวันนี้อากาศดีมาก", "สวัสดีครับ ทุกคน วันนี้ อากาศดีมาก"),
        ("Yes.", "yes"),
    ],
    ids=["composed", "punctuation", "Chinese", "Thai", "full stop"],
)
def test_the_same_words_otherwise_written(text: str, other: str) -> None:
    found = near_duplicates.clusters(pl.concat(sketches([{"text": text}, {"text": other}])))
    assert found["similarity"].to_list() == [1.0]


def test_a_character_of_many() -> None:
    text = "".join(random.Random(1).choices(HAN, k=120))
    other = f"{text[:50]}龘{text[51:]}"
    assert clusters([{"text": text}, {"text": other}]) == {2: 1}
    assert clusters([{"text": text[:40]}, {"text": f"{text[:20]}龘{text[21:40]}"}]) == {}


def test_long_texts_are_compared_by_a_sample() -> None:
    words = [f"{word}{number}" for number in range(20) for word in WORDS]
    edited = [*changed(words, *range(0, len(words), 100)), *WORDS]
    found = near_duplicates.clusters(pl.concat(sketches([pair(words, B), pair(edited, B)])))
    one, other = (shingles_of(" ".join(text)) for text in (words, edited))
    assert len(one) > 5 * MOST
    exact = (len(one & other) + 82) / (len(one | other) + 82)
    assert found["similarity"].to_list() == [pytest.approx(exact, abs=0.03)]


def test_a_short_answer_to_a_long_prompt_is_not_lost_in_the_sample() -> None:
    words = [f"{word}{number}" for number in range(20) for word in WORDS]
    assert clusters([pair(words, "yes"), pair(words, "no")]) == {}


def shingles_of(text: str) -> set[tuple[str, ...]]:
    words = ["", "", *re.findall(r"\w+", text), "\0", "\0"]
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def alike(one: str, other: str) -> float:
    a, b = shingles_of(one), shingles_of(other)
    return len(a & b) / len(a | b)


FEW = settings(max_examples=some(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.tuples(st.integers(0, 10_000), st.integers(30, 120)).map(lambda made: prose(*made))
PLANTED = st.tuples(TEXT, st.lists(st.integers(0, 119), max_size=6))


@FEW
@given(st.lists(PLANTED, min_size=1, max_size=5, unique_by=lambda made: tuple(made[0][:8])))
def test_pairs_are_found_if_and_only_if_they_are_alike(planted: list[tuple[list[str], list[int]]]) -> None:
    texts = [" ".join(text) for base, places in planted for text in (base, changed(base, *places))]
    wanted = {
        frozenset((one, other))
        for one, other in combinations(range(len(texts)), 2)
        if alike(texts[one], texts[other]) >= 0.85
    }
    found = clusters([{"text": text} for text in texts])
    assert {frozenset((row - 1, first - 1)) for row, first in found.items()} == wanted


EDITED = st.lists(
    st.tuples(st.integers(0, 3), st.lists(st.integers(0, 79), max_size=3)), min_size=2, max_size=14
)


def edited(made: list[tuple[int, list[int]]]) -> list[dict]:
    return [pair(f"question {base}", changed(prose(base), *places)) for base, places in made]


@FEW
@given(EDITED, st.integers(1, 5))
@pytest.mark.slow
def test_cutting_the_rows_anywhere_changes_nothing(made: list[tuple[int, list[int]]], cut: int) -> None:
    rows = edited(made)
    assert clusters(rows, cut) == clusters(rows)
    assert near_duplicates.near_duplicate_groups(sketches(rows, cut)).equals(
        near_duplicates.near_duplicate_groups(sketches(rows))
    )


@FEW
@given(EDITED, st.randoms(use_true_random=False))
@pytest.mark.slow
def test_the_order_of_rows_only_changes_the_names(
    made: list[tuple[int, list[int]]], chance: random.Random
) -> None:
    rows = edited(made)
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = groups([rows[place] for place in order])
    assert parts(shuffled, order) == parts(groups(rows), list(range(len(rows))))


def parts(group: list[int], places: list[int]) -> set[frozenset[int]]:
    together: dict[int, set[int]] = {}
    for place, name in zip(places, group, strict=True):
        together.setdefault(name, set()).add(place)
    return {frozenset(part) for part in together.values()}


@FEW
@given(EDITED)
@pytest.mark.slow
def test_what_is_left_is_unlike(made: list[tuple[int, list[int]]]) -> None:
    rows = edited(made)
    found = clusters(rows)
    assert clusters([row for number, row in enumerate(rows, 1) if number not in found]) == {}
