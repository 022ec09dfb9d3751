"""Classification or generation: told from the answers, and set by the user."""

import json

import pytest
from public import check


def task_of(rows: list[dict], **settings) -> str | None:
    """The task that ftlint sees in the rows."""
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return check(data, **settings).task


def rows(*answers: str) -> list[dict]:
    return [{"prompt": f"text {n}", "completion": answer} for n, answer in enumerate(answers)]


CHAT = [
    {
        "messages": [
            {"role": "user", "content": f"{n}"},
            {"role": "assistant", "content": ("yes", "no")[n % 2]},
        ]
    }
    for n in range(20)
]


@pytest.mark.parametrize(
    ("data", "task"),
    [
        pytest.param(rows(*[" yes", " no"] * 10), "classification", id="two labels, ten rows each"),
        pytest.param(rows(*["yes END", "no END"] * 10), "classification", id="labels with a stop"),
        pytest.param(
            rows(*["sehr gut", "gut", "nicht gut"] * 10), "classification", id="labels of two words"
        ),
        pytest.param(rows(*["正面", "负面"] * 10), "classification", id="labels in Chinese"),
        pytest.param(CHAT, "classification", id="labels in a chat"),
        pytest.param(
            rows(*["I will. ", "You won't.", "Who knows?"] * 20), "generation", id="three sentences"
        ),
        pytest.param(
            rows(*[f"answer number {n % 3} to a long question about things" for n in range(60)]),
            "generation",
            id="sixty rows with three long answers",
        ),
        pytest.param(rows(*[f"word{n}" for n in range(60)]), "generation", id="short answers, all different"),
        pytest.param(rows("yes", "no", "yes"), "generation", id="too few rows to tell"),
        pytest.param(rows(*["yes"] * 20), "generation", id="one answer is no choice"),
        pytest.param(rows(*[" yes", " no"] * 30, ""), "classification", id="one hole does not change it"),
    ],
)
def test_the_task(data: list[dict], task: str) -> None:
    assert task_of(data) == task


def test_the_user_knows_better() -> None:
    assert task_of(rows(*["yes", "no"] * 10), task="generation") == "generation"
    assert task_of(rows("x1", "x2"), task="classification") == "classification"
