"""What a record is seen as: its shape, and which of its keys stand for the shape's fields."""

import pytest

from ftlint.errors import UsageError
from ftlint.sight import Eye, check_map, majority

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
    seen = Eye().see(record)
    assert seen is not None
    assert (seen.shape.name, dict(seen.names)) == (shape, names)


@pytest.mark.parametrize(
    "record", [{}, {"a": 1}, {"prompt": "a"}, {"completion": "b"}, {"id": 1, "value": 2}]
)
def test_a_record_that_is_nothing_known(record: dict) -> None:
    assert Eye().see(record) is None


def test_the_user_says_which_column_is_what() -> None:
    seen = Eye(wanted={"prompt": "Frage", "completion": "Antwort"}).see(
        {"Frage": "a", "Antwort": "b", "text": "c"}
    )
    assert seen is not None
    assert dict(seen.names) == {"prompt": "Frage", "completion": "Antwort"}
    assert seen.renamed == (), "what the user said needs no telling"


def test_only_names_that_differ_are_told() -> None:
    seen = Eye().see({"Question": "a", "completion": "b"})
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
