"""What goes to which side: rows in, parts out."""

import json

import pytest
from examples import few_quick
from splitwork import batches, labelled, many, pair, sides, split_rows

from ftlint import UsageError
from ftlint.batch.digest import stable_digests
from ftlint.commands.split.assign import SplitSizes, TargetLimits, limits_of, share_of
from ftlint.commands.split.grouping import RowGrouper
from ftlint.commands.split.keys import GroupingOptions
from ftlint.commands.split.result import NothingToSplit
from ftlint.targets.target import load_target


def together(rows: list, *places: int, **how) -> bool:
    """Whether these rows stand on one side for each of twenty seeds; nothing is proved by one draw."""
    drawn = [sides(split_rows(rows, valid=0.5, seed=seed, **how), rows) for seed in range(20)]
    return all(len({side[place] for place in places}) == 1 for side in drawn)


def test_a_share_is_about_that_share_and_a_number_is_that_number() -> None:
    rows = many(2000)
    assert 150 < split_rows(rows, valid=0.1).examples["valid"] < 250
    parts = split_rows(rows, valid=200, test=0.2)
    assert parts.examples["valid"] == 200
    assert 330 < parts.examples["test"] < 470
    assert split_rows(rows, valid=150, test=150).examples == {"train": 1700, "valid": 150, "test": 150}
    assert split_rows(rows, valid=0, test=5).examples == {"train": 1995, "test": 5}


@pytest.mark.parametrize(
    "rows",
    few_quick(
        [
            pytest.param([pair("a", "b"), pair("a ", "b")], id="outer blanks"),
            pytest.param(
                [pair("caf\u00e9", "b"), pair("cafe\u0301", "b")], id="composed and decomposed letters"
            ),
            pytest.param([pair("a", "b"), {"completion": "b", "prompt": "a"}], id="the order of keys"),
            pytest.param([pair("a", "one answer"), pair("a", "and another")], id="the same prompt"),
            pytest.param(
                [
                    {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": answer}]}
                    for answer in ("one", "another")
                ],
                id="the same question in a chat",
            ),
            pytest.param(
                [
                    {
                        "messages": [
                            {"role": "user", "content": "a"},
                            {"role": "assistant", "content": "b"},
                            {"role": "user", "content": "c"},
                            {"role": "assistant", "content": answer},
                        ]
                    }
                    for answer in ("one", "another")
                ],
                id="the same turns before the last answer",
            ),
            pytest.param(
                [
                    {"prompt": "a", "chosen": "b", "rejected": "c"},
                    {"prompt": "a", "chosen": "d", "rejected": "e"},
                ],
                id="the question of two pairs of answers",
            ),
            pytest.param(
                [
                    {
                        "prompt": [{"role": "user", "content": "a"}],
                        "chosen": [{"role": "assistant", "content": "b"}],
                        "rejected": [{"role": "assistant", "content": "c"}],
                    },
                    {
                        "chosen": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "d"}],
                        "rejected": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "c"}],
                    },
                ],
                id="a question beside the answers or in both",
            ),
            pytest.param([{"odd": [1, {"a": None}]}, {"odd": [1, {"a": None}]}], id="records of no shape"),
        ],
        3,
    ),
)
def test_what_is_the_same_stays_together(rows: list) -> None:
    assert together([*rows, *many(20)], 0, 1)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([pair("", "a story"), pair("", "another story")], id="empty prompts"),
        pytest.param([{"text": "one text"}, {"text": "another text"}], id="texts without a prompt"),
        pytest.param(
            [
                {"messages": [{"role": "system", "content": "s"}, {"role": "assistant", "content": answer}]}
                for answer in ("one", "another")
            ],
            id="instructions alone",
        ),
        pytest.param([pair("a", "b"), pair("b", "b")], id="the same answer"),
    ],
)
def test_what_asks_nothing_keeps_nothing_together(rows: list) -> None:
    assert not together([*rows, *many(20)], 0, 1)


def test_chains_are_kept_together() -> None:
    rows = [pair("a", "1"), pair("a", "2", who="x"), pair("b", "3", who="x"), pair("b", "4"), *many(20)]
    assert together(rows, 0, 1, 2, 3, fields=("who",))
    assert not together(rows, 0, 3)


def test_the_same_prompts_may_part_where_that_is_wished() -> None:
    assert not together([pair("a", "one"), pair("a", "two"), *many(20)], 0, 1, prompts=False)


def test_a_prompt_that_most_examples_have_is_no_question() -> None:
    rows = [pair("Tell a story.", f"story number {k}") for k in range(30)] + many(10)
    parts = split_rows(rows, valid=0.3)
    assert 3 < parts.examples["valid"] < 20
    assert parts.notes == ["one prompt is shared by 30 of 40 examples: it keeps none of them together"]


@pytest.mark.slow
def test_near_duplicates_stay_together() -> None:
    text = "The quick brown fox jumps over the lazy dog while the sun is shining on the old mill by the river"
    rows = [pair(f"Say it: {text} today.", text), pair(f"Say it: {text} today!", text), *many(20)]
    rows[2:] = [pair(f"{k} {row['prompt']} {k}" * 9, row["completion"]) for k, row in enumerate(rows[2:])]
    assert together(rows, 0, 1, near=True)
    assert not together(rows, 0, 1)


@pytest.mark.parametrize(
    ("field", "rows"),
    few_quick(
        [
            ("who", [pair("a", "1", who="x"), pair("b", "2", who="x")]),
            ("who", [pair("a", "1", who=7), pair("b", "2", who="7")]),
            ("who.id", [pair("a", "1", who={"id": [1, 2]}), pair("b", "2", who={"id": [1, 2]})]),
            ("who.id", [pair("a", "1", **{"who.id": 1}), pair("b", "2", **{"who.id": 1})]),
            ("who.0.id", [pair("a", "1", who=[{"id": 1}]), pair("b", "2", who=[{"id": 1}])]),
        ],
        2,
    ),
)
def test_equal_values_of_a_field_stay_together(field: str, rows: list) -> None:
    assert together([*rows, *many(20)], 0, 1, fields=(field,))


def test_a_missing_field_is_a_group_of_its_own_and_is_counted() -> None:
    rows = [
        pair("a", "1"),
        pair("b", "2", who=None),
        pair("c", "3", who=""),
        pair("d", "4", who="x"),
        *many(20),
    ]
    assert not together(rows, 0, 1, fields=("who",))
    assert not together(rows, 1, 2, fields=("who",))
    assert split_rows(rows, valid=0.5, fields=("who",)).notes == [
        "who is missing or empty in 23 of 24 examples: it bonds none of these"
    ]


def test_a_field_that_no_record_has_is_a_mistake() -> None:
    with pytest.raises(UsageError, match='has a field "promt"; did you mean "prompt"'):
        split_rows(many(5), valid=0.5, fields=("promt",))


def test_every_class_is_on_both_sides() -> None:
    rows = labelled(yes=300, no=100, perhaps=3, never=2)
    for seed in range(10):
        parts = split_rows(rows, valid=0.1, seed=seed)
        assert {one.label for one in parts.classes if one.examples[0] and one.examples[1]} == {
            "yes",
            "no",
            "perhaps",
            "never",
        }
        assert 25 < parts.examples["valid"] < 65


def test_three_sides_have_every_class_that_has_three_groups() -> None:
    parts = split_rows(labelled(yes=300, no=100, perhaps=3, never=2), valid=0.1, test=20)
    by_label = {one.label: one.examples for one in parts.classes}
    assert by_label["perhaps"] == (1, 1, 1)
    assert by_label["never"] == (1, 1, 0)
    assert parts.examples["test"] == 20
    assert any(note == 'not in the test: the class "never"' for note in parts.notes)


def test_a_number_of_examples_has_every_class_too() -> None:
    parts = split_rows(labelled(yes=300, no=100, perhaps=2), valid=10)
    assert parts.examples["valid"] == 10
    assert all(one.examples[1] for one in parts.classes)


def test_a_class_of_one_group_stays_in_training() -> None:
    rows = [*labelled(yes=200, no=100), pair("the only one", " maybe"), pair("the only one ", " maybe")]
    for seed in range(10):
        parts = split_rows(rows, valid=0.5, seed=seed)
        assert parts.classes[-1].label == "maybe"
        assert parts.classes[-1].examples == (2, 0, 0)
        assert parts.notes[0] == 'only in training: the class "maybe", whose examples all belong together'


def test_more_classes_than_room() -> None:
    counts = {f"class{k}": 10 for k in range(30)}
    parts = split_rows(labelled(**counts), valid=20)
    assert parts.examples["valid"] == 20
    assert [note for note in parts.notes if note.startswith("not in validation: 10 classes")]


def test_without_stratifying_the_draw_is_the_draw() -> None:
    rows = labelled(yes=300, no=100, perhaps=2)
    assert not split_rows(rows, valid=0.1, stratify=False).classes
    assert not split_rows(rows, valid=0.1, stratify=False).drawn.moved


@pytest.mark.slow
def test_no_side_is_empty() -> None:
    for seed in range(20):
        for n in range(3, 8):
            parts = split_rows(many(n), valid=0.1, test=0.1, seed=seed)
            assert all(parts.examples.values()), parts.examples


@pytest.mark.parametrize(
    ("rows", "how", "why"),
    [
        ([], {}, "there are no examples"),
        (many(1), {}, "there is one example"),
        ([pair("a", "b")] * 3, {}, "all 3 examples are the same"),
        (
            [pair("a", "b", w=1), pair("c", "d", w=1)],
            {"fields": ("w",)},
            "belong together; try no --group-by",
        ),
        ([pair("a", "b"), pair("c", "d")], {"test": 0.1}, "there are only 2 groups"),
        ([*many(3)] * 3, {"valid": 2}, "every group of examples that belong together has more than 2"),
        (labelled(yes=1, no=1) * 6, {}, "every class is one group that belongs together"),
    ],
)
def test_nothing_to_split(rows: list, how: dict, why: str) -> None:
    with pytest.raises(NothingToSplit, match=why):
        split_rows(rows, **how)


def test_what_belongs_together_may_miss_a_number() -> None:
    rows = [row for row in many(20) for _ in range(2)]
    parts = split_rows(rows, valid=5)
    assert parts.examples["valid"] == 4
    assert parts.notes == ["4 examples for validation instead of 5: what belongs together stays together"]


def test_more_than_half_of_everything_stays_in_training() -> None:
    rows = [pair(f"question {k}", f"answer {k}", who="x") for k in range(60)] + many(40)
    for seed in range(10):
        parts = split_rows(rows, valid=0.3, seed=seed, fields=("who",))
        assert set(sides(parts, rows)[:60]) == {"train"}
    assert "60 of 100 examples belong together and stay in training" in parts.notes


@pytest.mark.parametrize(
    ("text", "share"), [("0.1", 0.1), ("10%", 0.1), ("200", 200), ("0", 0), ("0.0", 0.0), (".5", 0.5)]
)
def test_shares_are_written(text: str, share: float) -> None:
    assert share_of(text, "--valid") == share
    assert isinstance(share_of(text, "--valid"), type(share))


@pytest.mark.parametrize(
    "text", ["", "1.0", "1.5", "-1", "-0.1", "100%", "nan", "inf", "ten", "²", "1_000", "%"]
)
def test_other_shares_are_mistakes(text: str) -> None:
    with pytest.raises(UsageError, match="a share below 1"):
        share_of(text, "--valid")


@pytest.mark.parametrize(
    "shares",
    [
        {"valid": 0.5, "test": 0.5},
        {"valid": 0},
        {"valid": 1.5},
        {"valid": -1},
        {"valid": True},
        {"valid": "0.1"},
        {"valid": 20},
        {"valid": 19, "test": 1},
    ],
)
def test_shares_that_cannot_be_had_are_mistakes(shares: dict) -> None:
    with pytest.raises(UsageError):
        split_rows(many(20), **shares)


def of(target: str, rows: list, **shares):
    """The split for a target."""
    return split_rows(rows, limits=limits_of(load_target(target)), **shares)


def test_the_usual_share_is_held_to_what_the_target_takes() -> None:
    rows = many(1000)
    parts = of("mistral-platform", rows)
    validated, trained = parts.examples["valid"], parts.examples["train"]
    assert 0.03 < validated / trained <= 0.05
    assert any("because mistral-platform takes no more for validation" in note for note in parts.notes)


def test_another_usual_share_is_held_to_the_limits_too() -> None:
    assert 100 < split_rows(many(1000), usual=0.2).examples["valid"] < 300
    assert split_rows(many(1000), usual=200).examples["valid"] == 200
    for usual in (0.2, 200):
        parts = of("mistral-platform", many(1000), usual=usual)
        assert 0 < parts.examples["valid"] / parts.examples["train"] <= 0.05


def test_a_limit_in_bytes_holds() -> None:
    parts = split_rows(many(100), limits=TargetLimits(who="them", bytes=500))
    assert 0 < parts.examples["valid"] <= 500 / 60


def test_a_limit_in_examples_holds() -> None:
    assert split_rows(many(200), limits=TargetLimits(who="them", examples=7)).examples["valid"] == 7


def test_a_limit_keeps_every_class_if_it_can() -> None:
    parts = split_rows(labelled(yes=300, no=100, perhaps=3), limits=TargetLimits(who="them", examples=5))
    assert parts.examples["valid"] == 5
    assert all(one.examples[1] for one in parts.classes)


@pytest.mark.parametrize(
    ("target", "shares", "said"),
    [
        ("bedrock-claude", {"valid": 1001}, "takes at most 1,000 for validation"),
        ("bedrock-claude", {"valid": 0.6}, "takes at most 1,000 for validation"),
        ("mistral-platform", {"valid": 0.1}, "at most 5 % of what is trained"),
        ("mistral-platform", {"valid": 100}, "at most 5 % of what is trained"),
        ("vertex-gemini", {"valid": 0.4}, "at most 30 % of what is trained"),
        ("openai-rft", {"valid": 0, "test": 0.1}, "demands a validation file"),
    ],
)
def test_an_explicit_wish_against_the_target_is_a_mistake(target: str, shares: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        of(target, many(2000), **shares)


def test_the_very_share_that_a_target_names_is_no_mistake() -> None:
    parts = of("mistral-platform", many(1000), valid=0.05)
    assert parts.examples["valid"] / parts.examples["train"] <= 0.05


def test_a_share_that_holds_only_for_many_examples_is_none_for_few() -> None:
    assert of("vertex-gemini", many(500), valid=0.4).examples["valid"] > 150


def test_what_the_target_will_not_like_is_a_warning() -> None:
    assert of("openai-chat", many(10), valid=2).warnings == [
        "8 examples are left for training; openai-chat takes no job with fewer than 10"
    ]
    assert split_rows(many(20), limits=TargetLimits(who="them", most_together=10)).warnings == [
        "20 examples for training and validation; them takes at most 10 together"
    ]


def test_records_with_one_row_number_stay_together() -> None:
    splitter = RowGrouper(GroupingOptions(near=False))
    for batch in batches(many(40)):
        batch.rows = [1 + k // 4 for k in range(40)]
        splitter.observe(batch)
    parts = splitter.parts(SplitSizes(valid=0.5))
    assert parts.examples == {
        "train": 4 * parts.examples["train"] // 4,
        "valid": 40 - parts.examples["train"],
    }
    assert not parts.leaks()


def test_the_summary_is_json_and_says_what_was_decided() -> None:
    parts = split_rows(labelled(yes=60, no=30) + labelled(yes=60), valid=0.2, seed=7)
    assert json.loads(json.dumps(parts.summary())) == parts.summary()
    assert parts.summary()["seed"] == 7
    assert parts.summary()["stratified"] is True
    assert parts.summary()["kept"]["equal"] == 120


def test_numbers_are_the_same_on_every_machine_and_in_every_version() -> None:
    """If this changes, every split changes: no row keeps its side."""
    rows = [
        pair("What is red?", " A colour."),
        {"messages": [{"role": "user", "content": "café"}, {"role": "assistant", "content": "ja"}]},
        {"odd": 1},
    ]
    (batch,) = batches(rows)
    assert stable_digests(batch)["digest"].to_list() == [
        8887737410496690417,
        3868135058213179233,
        17346824795943072341,
    ]
    drawn = "".join(side[0] for side in sides(split_rows(many(40), valid=0.3), many(40)))
    assert drawn == "ttttvtvvtttvtvtttttttttvttvttvtvttttttvv"


def test_a_share_is_kept_within_a_hundredth_where_groups_allow() -> None:
    rows = [pair(f"question {k}", f"answer {k}", who=str(k // 7)) for k in range(2000)]
    for seed in range(8):
        for how in ({"fields": ("who",)}, {}):
            parts = split_rows(rows, valid=0.1, test=0.2, seed=seed, **how)
            assert abs(parts.examples["valid"] - 200) <= 20
            assert abs(parts.examples["test"] - 400) <= 20
            assert parts.warnings == []


def test_a_share_that_groups_do_not_allow_is_a_warning() -> None:
    rows = [pair(f"question {k}", f"answer {k}", who=str(k // 30)) for k in range(90)]
    parts = split_rows(rows, valid=0.1, fields=("who",))
    assert parts.examples["valid"] == 30
    assert parts.warnings == [
        "33.3% of the examples for validation instead of 10.0%: what belongs together stays together"
    ]
