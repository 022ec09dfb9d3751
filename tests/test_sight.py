"""What a record is seen as: its shape, and which of its keys stand for the shape's fields."""

from dataclasses import replace

import pytest

from ftlint import UsageError
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import ShapeDetector, majority
from ftlint.shapes.nearest import check_map, nearest_shape

TURN = {"role": "user", "content": "hi"}
SHARED = {"from": "human", "value": "hi"}


@pytest.mark.parametrize(
    ("record", "shape", "names"),
    [
        ({"prompt": "a", "completion": "b"}, "completion", {"prompt": "prompt", "completion": "completion"}),
        (
            {" Prompt ": "a", "COMPLETION": "b"},
            "completion",
            {"prompt": " Prompt ", "completion": "COMPLETION"},
        ),
        ({"Question": "a", "Answer": "b"}, "completion", {"prompt": "Question", "completion": "Answer"}),
        ({"input": "a", "target": "b"}, "completion", {"prompt": "input", "completion": "target"}),
        ({"input": "a", "output": "b"}, "completion", {"prompt": "input", "completion": "output"}),
        ({"text": "a", "label": "b"}, "completion", {"prompt": "text", "completion": "label"}),
        ({"text": "a"}, "text", {"text": "text"}),
        ({"instruction": "a", "output": "b"}, "alpaca", {"instruction": "instruction", "output": "output"}),
        (
            {"Instruction": "a", "Input": "", "Output": "b"},
            "alpaca",
            {"instruction": "Instruction", "input": "Input", "output": "Output"},
        ),
        ({"messages": [TURN]}, "chat", {"messages": "messages"}),
        ({"messages": "not a list"}, "chat", {"messages": "messages"}),
        ({"conversations": [SHARED]}, "sharegpt", {"conversations": "conversations"}),
        ({"conversations": [TURN]}, "chat", {"messages": "conversations"}),
        ({"messages": [SHARED]}, "sharegpt", {"conversations": "messages"}),
        (
            {"conversations": [SHARED], "chosen": SHARED, "rejected": SHARED},
            "sharegpt-preference",
            {"conversations": "conversations", "chosen": "chosen", "rejected": "rejected"},
        ),
        ({"messages": [TURN], "prompt": "a", "completion": "b"}, "chat", {"messages": "messages"}),
    ],
    ids=lambda value: str(list(value)) if isinstance(value, dict) else None,
)
def test_a_record_is_seen_as(record: dict, shape: str, names: dict) -> None:
    seen = ShapeDetector(SHAPES).detect(record)
    assert seen is not None
    assert (seen.shape.name, dict(seen.fields)) == (shape, names)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"a": 1},
        {"completion": "b"},
        {"id": 1, "value": 2},
        {"prompt": "a", "story": "b"},
        {"prompt": "a", "text": "b"},
        {"prompt": [TURN], "answers": []},
        {"prompt": {"a": 1}},
        {"prompt": ["a", "b"]},
        {"prompt": "a", "chosen": "b"},
        {"context": "a", "completions": ["b", "c"]},
    ],
    ids=lambda record: str(list(record)),
)
def test_a_record_that_is_nothing_known(record: dict) -> None:
    assert ShapeDetector(SHAPES).detect(record) is None


SAID = {"role": "assistant", "content": "b"}


@pytest.mark.parametrize(
    ("record", "shape"),
    [
        # A label that is a word is a class, and the field of one is a completion, if anything.
        ({"prompt": "a", "completion": "b", "label": True}, "kto"),
        ({"prompt": "a", "completion": "b", "label": "yes"}, "completion"),
        ({"prompt": "a", "completion": "b", "label": 1}, "completion"),
        ({"prompt": "a", "completion": "b", "kto_tag": "true"}, "kto"),
        ({"prompt": "a", "response": "b", "label": False}, "kto"),
        ({"instruction": "a", "completion": "b", "label": False}, "kto"),
        ({"instruction": "a", "output": "b", "label": False}, "alpaca-kto"),
        ({"instruction": "a", "output": "b", "label": "spam"}, "alpaca"),
        ({"text": "a", "label": True}, "completion"),
        ({"messages": [TURN], "label": True}, "chat-kto"),
        ({"messages": [TURN], "kto_tag": True}, "chat-kto"),
        ({"messages": [TURN], "label": "spam"}, "chat"),
        ({"conversations": [TURN], "label": True}, "chat-kto"),
        ({"conversations": [SHARED], "label": True}, "sharegpt-kto"),
        ({"conversations": [SHARED], "label": None}, "sharegpt"),
        ({"prompt": "a", "completions": ["b"], "labels": [True]}, "stepwise"),
        # Two answers: each shape by what the answers are, and by what holds the prompt.
        ({"input": {}, "preferred_output": [], "non_preferred_output": []}, "preference"),
        ({"input": {}, "preferred_completion": [], "non_preferred_completion": []}, "preference"),
        ({"chosen": "a", "rejected": "b"}, "trl-preference"),
        ({"prompt": "a", "chosen": "b", "rejected": "c"}, "trl-preference"),
        ({"question": "a", "chosen": "b", "rejected": "c"}, "trl-preference"),
        ({"system": "s", "input": "a", "chosen": "b", "rejected": "c"}, "trl-preference"),
        ({"Question ": "a", "chosen": "b", "rejected": "c"}, "trl-preference"),
        ({"instruction": "a", "chosen_response": "b", "rejected_response": "c"}, "trl-preference"),
        ({"prompt": "a", "chosen_response": "b", "rejected_response": "c"}, "trl-preference"),
        ({"instruction": "a", "chosen": "b", "rejected": "c"}, "alpaca-preference"),
        ({"instruction": "a", "input": "a", "chosen": "b", "rejected": "c"}, "alpaca-preference"),
        ({"instruction": "a", "chosen": [SAID], "rejected": [SAID]}, "trl-preference"),
        ({"prompt": "a", "messages": [TURN], "chosen": [SAID], "rejected": [SAID]}, "trl-preference"),
        ({"messages": [TURN], "chosen": [SAID], "rejected": [SAID]}, "trl-preference"),
        ({"messages": [TURN], "chosen": SAID, "rejected": SAID}, "chat-preference"),
        ({"messages": [TURN], "chosen": "b", "rejected": "c"}, "chat-preference"),
        ({"conversations": [TURN], "chosen": SAID, "rejected": SAID}, "chat-preference"),
        ({"conversations": [TURN], "chosen": "b", "rejected": "c"}, "chat-preference"),
        ({"conversations": [SHARED], "chosen": "b", "rejected": "c"}, "sharegpt-preference"),
        ({"context": [TURN], "completions": [{"rank": 0, "completion": [SAID]}]}, "ranked-preference"),
        # Prompts: with an answer, or alone.
        ({"prompt": [TURN], "completion": [SAID]}, "trl-completion"),
        ({"prompt": [TURN], "completion": "b"}, "trl-completion"),
        ({"prompt": "a", "response": "b"}, "completion"),
        ({"prompt": [TURN]}, "prompt"),
        ({"prompt": [TURN], "reward_model": {"style": "rule"}, "level": "hard"}, "verl-prompt"),
        ({"prompt": "a"}, "prompt"),
        ({"id": 7, "Prompt": "a", "ground_truth": "b"}, "prompt"),
    ],
    ids=lambda value: str(list(value)) if isinstance(value, dict) else None,
)
def test_answers_and_labels_tell_shapes_apart(record: dict, shape: str) -> None:
    seen = ShapeDetector(SHAPES).detect(record)
    assert seen is not None
    assert seen.shape.name == shape


@pytest.mark.parametrize("prompt", ["prompt", "question", "Question ", "input", "INSTRUCTION"])
def test_the_prompt_of_a_pair_is_found_under_its_other_names(prompt: str) -> None:
    seen = ShapeDetector(SHAPES).detect({"chosen": "b", "id": 1, prompt: "a", "rejected": "c"})
    assert seen is not None
    assert prompt in seen.fields.values()


def test_a_prompt_alone_is_half_a_pair_where_the_target_takes_pairs() -> None:
    assert ShapeDetector(SHAPES, first=("completion",)).detect({"prompt": "a"}) is None
    assert ShapeDetector(SHAPES, first=("completion", "prompt")).detect({"prompt": "a"}) is not None
    assert (
        ShapeDetector(SHAPES, first=("completion", "prompt"))
        .detect({"prompt": "a", "response": "b"})
        .shape.name
        == "completion"
    )


@pytest.mark.parametrize(
    ("record", "nearest"),
    [
        ({"title": "a"}, ("text", ["text"])),
        ({"question": "x"}, ("completion", ["completion"])),
        ({"prompt": "a", "story": "b"}, ("completion", ["completion"])),
        ({"prompt": "a", "chosen": "b"}, ("trl-preference", ["rejected"])),
        ({"prompt": "a", "completions": ["b"]}, ("stepwise", ["labels"])),
        ({"instruction": "a", "input": "b"}, ("alpaca", ["output"])),
        ({"data": [TURN]}, ("chat", ["messages"])),
    ],
    ids=lambda value: str(list(value)) if isinstance(value, dict) else None,
)
def test_the_nearest_shape_is_the_one_that_most_is_there_of(record: dict, nearest: tuple) -> None:
    assert ShapeDetector(SHAPES).detect(record) is None
    assert nearest_shape(record) == nearest


def test_the_user_says_which_column_is_what() -> None:
    seen = ShapeDetector(SHAPES, wanted={"prompt": "Frage", "completion": "Antwort"}).detect(
        {"Frage": "a", "Antwort": "b", "text": "c"}
    )
    assert seen is not None
    assert dict(seen.fields) == {"prompt": "Frage", "completion": "Antwort"}
    assert seen.renamed == (), "what the user said needs no telling"


def test_only_names_that_differ_are_told() -> None:
    seen = ShapeDetector(SHAPES).detect({"Question": "a", "completion": "b"})
    assert seen is not None
    assert seen.renamed == (("Question", "prompt"),)


def test_a_map_to_no_field_names_the_nearest() -> None:
    with pytest.raises(UsageError, match='did you mean "completion"'):
        check_map({"completoin": "x"})


@pytest.mark.parametrize(
    ("shapes", "most"),
    [([("chat", 3), ("text", 2)], "chat"), ([("text", 2), ("chat", 1), ("chat", 1)], "chat"), ([], None)],
)
def test_the_shape_of_a_dataset_is_that_of_most_records(shapes: list, most: str | None) -> None:
    assert majority(shapes) == most


def test_another_map_is_not_answered_from_the_cache() -> None:
    record = {"review": "Good.", "sentiment": "yes"}
    mapped = ShapeDetector(SHAPES, wanted={"prompt": "review", "completion": "sentiment"})
    assert mapped.detect(record) is not None
    assert replace(mapped, wanted={}).detect(record) is None


def test_a_number_in_the_place_of_a_text_is_not_answered_from_the_cache() -> None:
    text, number = ({"input": value, "model": "m", "output": [{"type": "message"}]} for value in ("a", 7))
    detector = ShapeDetector(SHAPES)
    assert detector.detect(text) is not None
    assert detector.detect(number) == ShapeDetector(SHAPES).detect(number)
