"""The figures of a labelled file against numbers worked out by hand, and what must hold for any rows."""

from math import inf, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftlint.training.evaluate.metrics import auprc, auroc, label_metrics
from ftlint.training.evaluate.rows import chances, label_of, log_odds
from ftlint.training.provider.records import Answer, Token

# a: found once of twice; b: found twice of thrice, said once too often, once no class at all; c: as it should be.
PAIRS = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("b", None), ("c", "c")]
LABELS = ("a", "b", "c")


def test_figures_by_hand() -> None:
    figures = label_metrics(PAIRS, LABELS)
    assert figures.confusion == [[1, 1, 0, 0], [0, 2, 0, 1], [0, 0, 1, 0]]
    assert [(one.precision, one.recall, one.f1) for one in figures.classes] == [
        (1, 1 / 2, 2 / 3),
        (2 / 3, 2 / 3, 2 / 3),
        (1, 1, 1),
    ]
    assert (figures.rows, figures.right, figures.unknown, figures.accuracy) == (6, 4, 1, 4 / 6)
    # (2 · 2/3 + 3 · 2/3 + 1 · 1) / 6
    assert figures.weighted_f1 == pytest.approx(13 / 18)


def test_a_class_that_nobody_names_has_no_precision_and_an_f1_of_0() -> None:
    one = label_metrics([("a", "b"), ("b", "b")], ("a", "b")).classes[0]
    assert (one.precision, one.recall, one.f1) == (None, 0, 0)


def test_a_class_without_rows_has_no_recall() -> None:
    one = label_metrics([("a", "b")], ("a", "b")).classes[1]
    assert (one.precision, one.recall, one.f1) == (0, None, 0)


def test_truths_that_are_no_known_class_come_after_the_known_ones() -> None:
    figures = label_metrics([("z", "a"), ("b", "z"), ("a", "nonsense")], ("a",))
    assert [one.label for one in figures.classes] == ["a", "b", "z"]
    assert figures.unknown == 1


def test_no_rows() -> None:
    figures = label_metrics([], LABELS)
    assert (figures.accuracy, figures.weighted_f1, figures.unknown) == (None, None, 0)


@pytest.mark.parametrize(
    ("scores", "positive", "area"),
    [
        # 3 of the 4 pairs are in order.
        ([0.1, 0.4, 0.35, 0.8], [False, False, True, True], 3 / 4),
        # 1 pair is in order, 1 is a tie: (1 + 1/2) / 2.
        ([0.5, 0.5, 0.9], [True, False, True], 3 / 4),
        ([1.0, 1.0, 1.0, 1.0], [True, False, False, True], 1 / 2),
        ([2.0, 1.0], [False, True], 0),
        ([inf, -inf], [True, False], 1),
        ([1.0, 2.0], [True, True], None),
        ([], [], None),
    ],
)
def test_auroc_by_hand(scores: list[float], positive: list[bool], area: float | None) -> None:
    assert auroc(scores, positive) == area


@pytest.mark.parametrize(
    ("scores", "positive", "area"),
    [
        # Recall 1/2 at precision 1, then 1 at precision 2/3.
        ([0.1, 0.4, 0.35, 0.8], [False, False, True, True], 1 / 2 + 1 / 3),
        # Both at one threshold: recall 1 at precision 1/2.
        ([1.0, 1.0], [True, False], 1 / 2),
        ([2.0, 1.0], [False, True], 1 / 2),
        ([3.0, 2.0, 1.0], [True, False, False], 1),
        ([1.0], [False], None),
    ],
)
def test_auprc_by_hand(scores: list[float], positive: list[bool], area: float | None) -> None:
    assert auprc(scores, positive) == pytest.approx(area)


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.sampled_from(["a", "b", None]), st.sampled_from([-1.0, 0.0, 0.5, 2.0])
    ),
    min_size=1,
    max_size=30,
)


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows: list[tuple[str, str | None, float]], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (label_metrics([(t, a) for t, a, _ in each], ("a", "b")) for each in (rows, shuffled))
    assert one == other
    for area in (auroc, auprc):
        known, again = (area([s for *_, s in r], [t == "a" for t, *_ in r]) for r in (rows, shuffled))
        assert known == again


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_perfect_answers_give_1(truths: list[str]) -> None:
    figures = label_metrics([(truth, truth) for truth in truths], tuple(dict.fromkeys(truths)))
    assert (figures.accuracy, figures.weighted_f1, figures.unknown) == (1, pytest.approx(1), 0)
    assert all((one.precision, one.recall, one.f1) == (1, 1, 1) for one in figures.classes)
    positive = [truth == "a" for truth in truths]
    scores = [float(wanted) for wanted in positive]
    assert auroc(scores, positive) in (1, None)
    assert auprc(scores, positive) in (1, None)


@given(ROWS)
def test_swapped_classes_mirror(rows: list[tuple[str, str | None, float]]) -> None:
    other = {"a": "b", "b": "a", None: None}
    one = label_metrics([(t, a) for t, a, _ in rows], ("a", "b"))
    mirrored = label_metrics([(other[t] or "", other[a]) for t, a, _ in rows], ("b", "a"))
    assert one.confusion == mirrored.confusion
    assert isclose(one.weighted_f1 or 0, mirrored.weighted_f1 or 0)
    scores, positive = [s for *_, s in rows], [t == "a" for t, *_ in rows]
    area = auroc(scores, positive)
    turned = auroc([-s for s in scores], positive)
    both = auroc([-s for s in scores], [not wanted for wanted in positive])
    assert (area is None) == (turned is None) == (both is None)
    if area is not None and turned is not None and both is not None:
        assert isclose(area, 1 - turned, abs_tol=1e-12)
        assert isclose(area, both, abs_tol=1e-12)


@given(ROWS)
def test_areas_are_parts_of_1(rows: list[tuple[str, str | None, float]]) -> None:
    scores, positive = [s for *_, s in rows], [t == "a" for t, *_ in rows]
    assert all(
        area is None or 0 <= area <= 1 + 1e-12 for area in (auroc(scores, positive), auprc(scores, positive))
    )


def answer(text: str, finish: str = "stop", *tokens: Token) -> Answer:
    """An answer with its tokens."""
    return Answer(text, finish, tokens)


@pytest.mark.parametrize(
    ("said", "finish", "label"),
    [
        ("positive", "stop", "positive"),
        (" positive", "length", "positive"),
        ("positive\n", "stop", "positive"),
        (" positive###\n\nand so on", "length", "positive"),
        ("posi", "length", "positive"),
        ("posi", "stop", None),
        ("Positive", "stop", None),
        ("positive, I think", "stop", None),
        ("n", "length", None),
        ("", "length", None),
    ],
)
def test_which_class_an_answer_names(said: str, finish: str, label: str | None) -> None:
    assert label_of(answer(said, finish), ("positive", "negative", "neutral"), "###") == label


def test_chances_are_those_of_the_first_token_that_says_something() -> None:
    token = Token(" pos", log(0.6), {" pos": log(0.6), "pos": log(0.1), " neg": log(0.2), " x": log(0.05)})
    known = chances(answer("", "stop", Token("\n", -0.1), token), ("positive", "negative"))
    assert known == {"positive": pytest.approx(0.7), "negative": pytest.approx(0.2)}


def test_the_example_of_the_guide() -> None:
    tokens = (Token(" positive", -0.03597255, {" negative": -4.9785037, " positive": -0.03597255}),)
    assert log_odds(answer(" positive", "length", *tokens), ("positive", "negative")) == pytest.approx(
        -0.03597255 + 4.9785037
    )
    assert log_odds(answer(" positive", "length", *tokens), ("negative", "positive")) == pytest.approx(
        0.03597255 - 4.9785037
    )


def test_a_class_that_is_not_listed_has_no_more_than_the_last_one_listed() -> None:
    token = Token("yes", log(0.9), {"yes": log(0.9), "Yes": log(0.02)})
    assert log_odds(answer("yes", "stop", token), ("yes", "no")) == pytest.approx(log(0.9 / 0.02))


@pytest.mark.parametrize(
    "tokens",
    [(), (Token("\n", -0.1),), (Token("maybe", -0.1, {"maybe": -0.1}),), (Token("n", -0.1),)],
    ids=["no tokens", "only blanks", "another word", "begins both"],
)
def test_where_nothing_is_told_there_is_no_score(tokens: tuple[Token, ...]) -> None:
    assert log_odds(answer("", "stop", *tokens), ("no", "never")) is None


def test_chances_of_nothing_do_not_end_in_an_error() -> None:
    assert log_odds(answer("", "stop", Token("yes", -9999.0, {"no": -9999.0})), ("yes", "no")) is None
    token = Token("yes", 0.5, {"no": -9999.0})
    assert log_odds(answer("", "stop", token), ("yes", "no")) == inf
