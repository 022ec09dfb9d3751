"""Layouts of data sets that are published: pairs made of verdicts, ranks and scores, trees, and nested conversations."""

import json
from pathlib import Path
from typing import Any

import public
import pytest
from casework import as_bytes
from examples import few_quick

import ftlint
from ftlint.errors import UsageError

ASKED, WANTED = {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}
AGAIN, OTHER = {"role": "user", "content": "d"}, {"role": "assistant", "content": "c"}
SYSTEM = {"role": "system", "content": "s"}
TURN = "\n\nHuman: a\n\nAssistant: "
TALK = f"{TURN}b\n\nHuman: d\n\nAssistant: "
NUMBERED = {"prompt": "a", "response_0": "b", "response_1": "c"}
ARENA = {"conversation_a": [ASKED, OTHER], "conversation_b": [ASKED, WANTED], "model_a": "x", "model_b": "y"}
HELPSTEER = {"prompt": "a", "response_1": "c", "response_2": "b"}
VOTES = {
    "prompt": '["a"]',
    "response_a": '["c"]',
    "response_b": '["b"]',
    "winner_model_a": 0,
    "winner_model_b": 1,
}
RATED = {
    "question": {"dataset": "x", "full_text": "a"},
    "answer_0": "c",
    "score_0": -0.5,
    "answer_1": "b",
    "score_1": 0.5,
}
REPLIES = [
    {"text": "c", "role": "assistant", "rank": 2, "replies": []},
    {"text": "x", "role": "assistant", "rank": 0, "deleted": True, "replies": []},
    {"text": "e", "role": "assistant", "rank": 1, "replies": []},
    {
        "text": "b",
        "role": "assistant",
        "rank": 0,
        "replies": [{"text": "y", "role": "prompter", "replies": []}],
    },
]
TREE = {"message_tree_id": "t", "prompt": {"text": "a", "role": "prompter", "replies": REPLIES}}


def shape_of(record: Any) -> str | None:
    return public.check(as_bytes([record]), select=("S001",)).shape


def convert(tmp_path: Path, record: Any, to: str, **options: Any) -> tuple[Any, list[str]]:
    """The record in another shape, and the notes of the conversion."""
    source, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(record) + "\n")
    report = ftlint.convert(source, output, to=to, overwrite=True, **options)
    (line,) = output.read_text().splitlines()
    return json.loads(line), report.files[0].notes


def check(tmp_path: Path, *records: Any, **options: Any) -> list[tuple[str, str | None]]:
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    findings = ftlint.check(path, ignore=("B001",), **options).files[0].findings
    return [(finding.code, finding.path) for finding in findings]


PAIRS: dict[str, tuple[str, Any, list[Any]]] = {
    "PKU-SafeRLHF": (
        "compared-preference",
        {**NUMBERED, "better_response_id": 0, "safer_response_id": 1},
        [ASKED],
    ),
    "SHP": (
        "compared-preference",
        {"history": "a", "human_ref_A": "c", "human_ref_B": "b", "labels": 0, "score_A": 3},
        [ASKED],
    ),
    "HelpSteer2": ("compared-preference", {**HELPSTEER, "preference_strength": 1}, [ASKED]),
    "HelpSteer3": (
        "compared-preference",
        {"context": [SYSTEM, ASKED], "response1": "b", "response2": "c", "overall_preference": -2},
        [SYSTEM, ASKED],
    ),
    "a verdict in words": (
        "compared-preference",
        {"question": "a", "response_a": "c", "response_b": "b", "winner": "model_b"},
        [ASKED],
    ),
    "AlpacaFarm": (
        "compared-preference",
        {"instruction": "a", "output_1": "c", "output_2": "b", "preference": 2},
        [ASKED],
    ),
    "Chatbot Arena": ("arena-preference", {**ARENA, "winner": "model_b"}, [ASKED]),
    "Nectar": (
        "scored-preference",
        {"prompt": TURN, "answers": [{"answer": "c", "rank": 7.0}, {"answer": "b", "rank": 1.0}]},
        [ASKED],
    ),
    "Nectar, several turns": (
        "scored-preference",
        {"prompt": TALK, "answers": [{"answer": "b", "rank": 1.0}, {"answer": "c", "rank": 2.0}]},
        [ASKED, WANTED, AGAIN],
    ),
    "Stack Exchange": (
        "scored-preference",
        {"qid": 1, "question": "a", "answers": [{"text": "c", "pm_score": 1}, {"text": "b", "pm_score": 4}]},
        [ASKED],
    ),
    "distilabel": (
        "scored-preference",
        {"instruction": "a", "generations": ["c", "b", "e"], "ratings": [1, 5, 3]},
        [ASKED],
    ),
    "UltraFeedback binarized": (
        "trl-preference",
        {
            "prompt": "a",
            "prompt_id": "p",
            "chosen": [ASKED, WANTED],
            "rejected": [ASKED, OTHER],
            "score_chosen": 8.0,
        },
        [ASKED],
    ),
    "a transcript before two answers": (
        "trl-preference",
        {"prompt": TALK, "chosen": "b", "rejected": "c"},
        [ASKED, WANTED, AGAIN],
    ),
    "Stack Exchange, paired": (
        "trl-preference",
        {"question": "a", "response_j": "b", "response_k": "c"},
        [ASKED],
    ),
    "Orca": (
        "trl-preference",
        {"system": "s", "question": "a", "chosen": "b", "rejected": "c"},
        [SYSTEM, ASKED],
    ),
    "response_chosen": (
        "trl-preference",
        {"history": [["a", "b"]], "question": "d", "response_chosen": "b", "response_rejected": "c"},
        [ASKED, WANTED, AGAIN],
    ),
    "ms-swift": (
        "query-preference",
        {"system": "s", "history": [["a", "b"]], "query": "d", "response": "b", "rejected_response": "c"},
        [SYSTEM, ASKED, WANTED, AGAIN],
    ),
    "ms-swift's other names": (
        "query-preference",
        {"instruction": "a", "output": "b", "rejected_response": "c"},
        [ASKED],
    ),
    "OpenAssistant": ("message-tree", TREE, [ASKED]),
    "Arena 55k": (
        "vote-preference",
        VOTES,
        [ASKED],
    ),
    "WebGPT": (
        "rated-preference",
        RATED,
        [ASKED],
    ),
    "summarize_from_feedback": (
        "summary-preference",
        {"info": {"post": "a", "id": "x"}, "summaries": [{"text": "c"}, {"text": "b"}], "choice": 1},
        [ASKED],
    ),
    "ELI5": (
        "thread-preference",
        {"title": "a", "selftext": "", "answers": {"text": ["c", "e", "b"], "score": [1, 2, 9]}},
        [ASKED],
    ),
}


@pytest.mark.parametrize(("shape", "record", "prompt"), few_quick(PAIRS.values(), 9), ids=PAIRS)
def test_a_pair_is_recognised_and_converted(
    tmp_path: Path, shape: str, record: Any, prompt: list[Any]
) -> None:
    assert shape_of(record) == shape
    new, _ = convert(tmp_path, record, "openai-dpo")
    assert new["input"]["messages"] == prompt
    assert new["preferred_output"] == [WANTED]
    assert new["non_preferred_output"] == [OTHER]
    trained, _ = convert(tmp_path, record, "openai-chat")
    assert trained["messages"] == [*prompt, WANTED]
    assert {code for code, _ in check(tmp_path, record)} <= {"F021"}
    written, _ = convert(tmp_path, new, shape) if prompt == [ASKED] else (record, [])
    assert shape_of(written) == shape
    assert convert(tmp_path, written, "openai-dpo")[0]["preferred_output"] == [WANTED]


TIES = {
    "a tie": {**ARENA, "winner": "tie"},
    "both bad": {**ARENA, "winner": "tie (bothbad)"},
    "as good as the other": {**HELPSTEER, "preference_strength": 0},
    "no answer of that name": {**NUMBERED, "better_response_id": 2},
    "nothing": {**NUMBERED, "better_response_id": None},
    "no winner": {**VOTES, "winner_model_b": 0, "winner_tie": 1},
}
UNRANKED = {
    "equal scores": {**RATED, "score_0": 0.5},
    "no choice": {"info": {"post": "a"}, "summaries": [{"text": "c"}, {"text": "b"}], "choice": None},
    "one answer": {"title": "a", "answers": {"text": ["b"], "score": [1]}},
}


@pytest.mark.parametrize("record", few_quick(TIES.values(), 2), ids=TIES)
def test_a_tie_is_no_pair(tmp_path: Path, record: Any) -> None:
    with pytest.raises(UsageError, match="needs to know the better answer"):
        convert(tmp_path, record, "openai-dpo")


@pytest.mark.parametrize("record", UNRANKED.values(), ids=UNRANKED)
def test_answers_without_a_better_one_are_no_pair(tmp_path: Path, record: Any) -> None:
    with pytest.raises(UsageError, match="needs two answers of which one is better"):
        convert(tmp_path, record, "openai-dpo")


def test_the_safer_answer_is_chosen_by_a_name(tmp_path: Path) -> None:
    record = {**NUMBERED, "better_response_id": 1, "safer_response_id": 0}
    new, _ = convert(tmp_path, record, "trl-dpo", map={"better": "safer_response_id"})
    assert (new["chosen"], new["rejected"]) == ([WANTED], [OTHER])


def test_other_replies_of_a_tree_are_named_and_kept(tmp_path: Path) -> None:
    _, notes = convert(tmp_path, TREE, "openai-chat")
    kept = next(tmp_path.glob("*.lost.jsonl")).read_text()
    assert any(note.startswith("lost") and "prompt.replies" in note for note in notes)
    assert all(f'"{text}"' in kept for text in "cexy")


def test_a_tree_that_nobody_answered_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no answer"):
        convert(tmp_path, {"prompt": {"text": "a", "role": "prompter", "replies": []}}, "openai-chat")


NESTED = {
    "Oumi": {"conversation": {"conversation_id": "x", "messages": [SYSTEM, ASKED, WANTED]}, "source": "zoo"},
    "ShareGPT": {
        "data": {
            "conversations": [
                {"from": "system", "value": "s"},
                {"from": "human", "value": "a"},
                {"from": "gpt", "value": "b"},
            ]
        }
    },
}


@pytest.mark.parametrize("record", NESTED.values(), ids=NESTED)
def test_a_conversation_in_a_column_is_read(tmp_path: Path, record: Any) -> None:
    assert shape_of(record) == "nested-chat"
    assert convert(tmp_path, record, "openai-chat")[0] == {"messages": [SYSTEM, ASKED, WANTED]}
    assert check(tmp_path, record) == []


def test_findings_stand_where_the_record_has_the_fault(tmp_path: Path) -> None:
    records: list[tuple[Any, str]] = [
        ({**NUMBERED, "response_1": "", "better_response_id": 0}, "response_1"),
        (
            {**ARENA, "conversation_b": [ASKED, {**WANTED, "content": ""}], "winner": "a"},
            "conversation_b[1].content",
        ),
        ({"query": "a", "response": "", "rejected_response": "c"}, "response"),
        (
            {"prompt": TURN, "answers": [{"answer": "", "rank": 2}, {"answer": "b", "rank": 1}]},
            "answers[0].answer",
        ),
        (
            {"conversation": {"messages": [ASKED, {**WANTED, "content": ""}]}},
            "conversation.messages[1].content",
        ),
    ]
    found = check(tmp_path, *[record for record, _ in records], select=("C003", "R002"))
    assert [path for _, path in found] == [path for _, path in records]


CIRCLE = [{**TREE["prompt"], "message_id": one, "parent_id": other} for one, other in ("xy", "yx")]
ROWS = [
    {
        "message_id": "1",
        "parent_id": None,
        "text": "a",
        "role": "prompter",
        "message_tree_id": "1",
        "rank": None,
    },
    {
        "message_id": "2",
        "parent_id": "1",
        "text": "c",
        "role": "assistant",
        "message_tree_id": "1",
        "rank": 1,
    },
    {
        "message_id": "9",
        "parent_id": None,
        "text": "d",
        "role": "prompter",
        "message_tree_id": "9",
        "rank": None,
    },
    {
        "message_id": "3",
        "parent_id": "1",
        "text": "b",
        "role": "assistant",
        "message_tree_id": "1",
        "rank": 0,
    },
    {
        "message_id": "8",
        "parent_id": "9",
        "text": "b",
        "role": "assistant",
        "message_tree_id": "9",
        "rank": None,
    },
    {
        "message_id": "7",
        "parent_id": "x",
        "text": "lost",
        "role": "assistant",
        "message_tree_id": "9",
        "rank": 0,
    },
]


def test_rows_of_a_tree_are_named_and_joined(tmp_path: Path) -> None:
    path, output = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    messages = [f.message for f in ftlint.check(path, select=("S001",)).files[0].findings]
    assert len(messages) == len(ROWS) and "--join-rows message_tree_id" in messages[0]
    ftlint.convert(path, output, to="openai-chat", join_rows="message_tree_id")
    made = [json.loads(line)["messages"] for line in output.read_text().splitlines()]
    assert made == [[ASKED, WANTED], [AGAIN, WANTED]]
    assert "lost" in next(tmp_path.glob("*.lost.jsonl")).read_text()
    ftlint.convert(path, output, to="trl-dpo", join_rows="message_tree_id", overwrite=True)
    (pair,) = [json.loads(line) for line in output.read_text().splitlines()]
    assert (pair["chosen"], pair["rejected"]) == ([WANTED], [OTHER])


def test_rows_that_reply_to_each_other_are_kept(tmp_path: Path) -> None:
    path, rejects = tmp_path / "in.jsonl", tmp_path / "rejects.jsonl"
    circle = [{key: value for key, value in row.items() if key != "replies"} for row in CIRCLE]
    rows = [*ROWS[:2], *({**row, "message_tree_id": "1"} for row in circle)]
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows, *ROWS[2:]]))
    ftlint.convert(
        path, tmp_path / "out.jsonl", to="openai-chat", join_rows="message_tree_id", rejects=rejects
    )
    assert '"x"' in rejects.read_text()


HELPFUL = {"prompt": "a", "response": "b", "helpfulness": 4, "verbosity": 2}


def test_one_answer_with_scores_is_named_with_what_makes_a_pair_of_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"score: \.helpfulness") as raised:
        convert(tmp_path, HELPFUL, "trl-dpo")
    assert "jq -cs 'group_by(.prompt)[]" in str(raised.value)
    joined = {"prompt": "a", "completions": [{"response": "b", "score": 4}, {"response": "c", "score": 1}]}
    assert convert(tmp_path, joined, "trl-dpo")[0]["rejected"] == [OTHER]


POSITIVE = {"messages": [ASKED], "positive_messages": [[AGAIN]], "negative_messages": [[OTHER], [WANTED]]}


def test_texts_to_compare_with_are_no_conversation(tmp_path: Path) -> None:
    assert shape_of(POSITIVE) == "contrastive"
    other = {**POSITIVE, "positive_messages": [[{**AGAIN, "content": "e"}]]}
    assert check(tmp_path, POSITIVE, other, target="ms-swift") == check(tmp_path, POSITIVE, other) == []
    assert convert(tmp_path, POSITIVE, "ms-swift")[0] == POSITIVE
    with pytest.raises(UsageError, match="has no answer to learn from"):
        convert(tmp_path, POSITIVE, "trl-sft")


@pytest.mark.parametrize("to", ["verl-prompt", "prompt", "reinforcement"])
def test_an_unwanted_answer_is_nothing_to_grade_by(tmp_path: Path, to: str) -> None:
    source, output, rejects = (tmp_path / f"{name}.jsonl" for name in ("in", "out", "rejects"))
    wanted = {"prompt": "a", "completion": "b", "label": True}
    rows = [
        wanted,
        {**wanted, "label": False},
        {"messages": [ASKED, WANTED], "label": False},
        {**wanted, "label": False, "ground_truth": "72"},
        {"prompt": "a", "chosen": "b", "rejected": "c"},
    ]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = ftlint.convert(source, output, to=to, rejects=rejects).files[0]
    graded = [json.dumps(json.loads(line)) for line in output.read_text().splitlines()]
    assert [('"b"' in line, '"72"' in line) for line in graded] == [
        (True, False),
        (False, True),
        (True, False),
    ]
    rejected = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [one["record"] for one in rejected] == rows[1:3]
    assert any("labelled as not wanted" in note for note in report.notes)
    assert not any("trains on them" in note for note in report.notes)


def test_a_column_to_grade_by_goes_before_an_answer(tmp_path: Path) -> None:
    new, _ = convert(tmp_path, {"messages": [ASKED, WANTED], "ground_truth": "72"}, "verl-prompt")
    assert (new["reward_model"]["ground_truth"], new["solution"]) == ("72", "b")
