"""Pairs of answers, labels and TRL's types: what of them is prompt, answer and other answer, and how they are written."""

import copy
from typing import Any

import pytest

from ftlint.batch.records import RecordReader
from ftlint.rule import SHAPES, Batch, Location, RuleContext
from ftlint.schema.violations import record_violations
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.shape import CannotHold, Conversation

ASKED = {"role": "user", "content": "a"}
SYSTEM = {"role": "system", "content": "s"}
WANTED = {"role": "assistant", "content": "b"}
OTHER = {"role": "assistant", "content": "c"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"n": 1}'}}
CALLED = [
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "1"},
    WANTED,
]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
PAIR = Conversation([SYSTEM, ASKED, WANTED], rejected=[OTHER])
LABELLED = Conversation([SYSTEM, ASKED, WANTED], label=False)


def read(record: Any) -> Conversation:
    seen = ShapeDetector(SHAPES).detect(record)
    assert seen is not None
    return seen.shape.read(record, seen.fields)


def seen(record: Any) -> Batch:
    return Batch([record], [1], [1], RecordReader(ShapeDetector(SHAPES)), RuleContext())


@pytest.mark.parametrize(
    ("record", "prompt"),
    [
        ({"prompt": "a", "chosen": "b", "rejected": "c"}, [ASKED]),
        ({"chosen": "b", "rejected": "c"}, []),
        ({"prompt": "", "chosen": "b", "rejected": "c"}, []),
        ({"prompt": None, "chosen": "b", "rejected": "c"}, []),
        ({"system": "s", "question": "a", "chosen": "b", "rejected": "c"}, [SYSTEM, ASKED]),
        ({"instruction": "a", "chosen_response": "b", "rejected_response": "c"}, [ASKED]),
        ({"prompt": [SYSTEM, ASKED], "chosen": [WANTED], "rejected": [OTHER]}, [SYSTEM, ASKED]),
        ({"prompt": "a", "chosen": [WANTED], "rejected": [OTHER]}, [ASKED]),
        ({"chosen": [SYSTEM, ASKED, WANTED], "rejected": [SYSTEM, ASKED, OTHER]}, [SYSTEM, ASKED]),
        ({"prompt": "a", "chosen": [ASKED, WANTED], "rejected": [ASKED, OTHER]}, [ASKED]),
        ({"chosen": [WANTED], "rejected": [OTHER], "messages": [ASKED, WANTED]}, []),
        ({"instruction": "a", "chosen": "b", "rejected": "c", "system": "s"}, [SYSTEM, ASKED]),
        ({"messages": [ASKED], "chosen": WANTED, "rejected": OTHER, "system": "s"}, [SYSTEM, ASKED]),
        (
            {
                "context": "a",
                "completions": [{"rank": 3, "completion": [OTHER]}, {"rank": 2, "completion": [WANTED]}],
            },
            [ASKED],
        ),
        (
            {
                "conversations": [{"from": "human", "value": "a"}],
                "chosen": {"from": "gpt", "value": "b"},
                "rejected": {"from": "gpt", "value": "c"},
            },
            [ASKED],
        ),
        (
            {"input": {"messages": [ASKED]}, "preferred_output": [WANTED], "non_preferred_output": [OTHER]},
            [ASKED],
        ),
    ],
)
def test_a_pair_is_a_prompt_and_two_answers(record: Any, prompt: list) -> None:
    conversation = read(record)
    assert (conversation.messages, conversation.rejected) == ([*prompt, WANTED], [OTHER])
    sides = seen(record).preference_pairs.row(0, named=True)
    assert (sides["n_wanted"], sides["n_rejected"], sides["wanted_characters"]) == (1, 1, 1)


def test_a_prompt_that_the_answers_do_not_hold_goes_along() -> None:
    record = {"prompt": "Another one", "chosen": [ASKED, WANTED], "rejected": [ASKED, OTHER]}
    assert read(record).extra == {"prompt": "Another one"}
    assert read({**record, "prompt": "a"}).extra == {}


def test_what_both_answers_begin_with_stays_the_same_in_both() -> None:
    record = {"chosen": [SYSTEM, ASKED, WANTED], "rejected": [SYSTEM, ASKED, OTHER]}
    example = seen(copy.deepcopy(record)).example(0)
    example.set_text(Location(1), "new")
    example.set_text(Location(2), "wanted")
    example.set_text(Location(3), "other")
    asked = {"role": "user", "content": "new"}
    assert example.record["chosen"] == [SYSTEM, asked, {**WANTED, "content": "wanted"}]
    assert example.record["rejected"] == [SYSTEM, asked, {**OTHER, "content": "other"}]
    example.remove(0)
    assert [message["role"] for message in example.record["chosen"]] == ["user", "assistant"]
    assert [message["role"] for message in example.record["rejected"]] == ["user", "assistant"]


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        ("trl-preference", {"prompt": [SYSTEM, ASKED], "chosen": [WANTED], "rejected": [OTHER]}),
        ("chat-preference", {"messages": [SYSTEM, ASKED], "chosen": WANTED, "rejected": OTHER}),
        (
            "preference",
            {
                "input": {"messages": [SYSTEM, ASKED]},
                "preferred_output": [WANTED],
                "non_preferred_output": [OTHER],
            },
        ),
        (
            "ranked-preference",
            {
                "context": [SYSTEM, ASKED],
                "completions": [{"rank": 0, "completion": [WANTED]}, {"rank": 1, "completion": [OTHER]}],
            },
        ),
        (
            "alpaca-preference",
            {"instruction": "a", "input": "", "system": "s", "chosen": "b", "rejected": "c"},
        ),
        (
            "sharegpt-preference",
            {
                "system": "s",
                "conversations": [{"from": "human", "value": "a"}],
                "chosen": {"from": "gpt", "value": "b"},
                "rejected": {"from": "gpt", "value": "c"},
            },
        ),
    ],
)
def test_a_pair_is_written(shape: str, written: Any) -> None:
    conversation = copy.deepcopy(PAIR)
    assert SHAPES[shape].write(conversation) == written
    assert conversation.lost == []
    with pytest.raises(CannotHold, match="needs a rejected answer"):
        SHAPES[shape].write(copy.deepcopy(LABELLED))


@pytest.mark.parametrize(
    ("shape", "written"),
    [
        ("kto", {"prompt": [SYSTEM, ASKED], "completion": [WANTED], "label": False}),
        ("chat-kto", {"messages": [SYSTEM, ASKED, WANTED], "label": False}),
        ("alpaca-kto", {"instruction": "a", "input": "", "output": "b", "system": "s", "kto_tag": False}),
        (
            "sharegpt-kto",
            {
                "system": "s",
                "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}],
                "kto_tag": False,
            },
        ),
    ],
)
def test_a_labelled_answer_is_written(shape: str, written: Any) -> None:
    conversation = copy.deepcopy(LABELLED)
    assert SHAPES[shape].write(conversation) == written
    assert conversation.lost == []
    assert read(written).label is False
    with pytest.raises(CannotHold, match="needs a label"):
        SHAPES[shape].write(copy.deepcopy(PAIR))


def test_calls_and_results_belong_to_the_completion() -> None:
    conversation = Conversation([SYSTEM, ASKED, *CALLED], [TOOL])
    written = SHAPES["trl-completion"].write(conversation)
    assert written == {"prompt": [SYSTEM, ASKED], "completion": CALLED, "tools": [TOOL]}


@pytest.mark.parametrize(
    ("shape", "field", "reference"),
    [("prompt", "prompt", "solution"), ("reinforcement", "messages", "reference_answer")],
)
def test_an_answer_becomes_the_reference_that_graders_read(shape: str, field: str, reference: str) -> None:
    conversation = Conversation([SYSTEM, ASKED, WANTED])
    assert SHAPES[shape].write(conversation) == {field: [SYSTEM, ASKED]}
    assert (conversation.extra, conversation.lost) == ({reference: WANTED["content"]}, [])
    taken = Conversation([SYSTEM, ASKED, WANTED], extra={reference: "4"})
    SHAPES[shape].write(taken)
    assert (taken.extra, taken.lost) == ({reference: "4"}, ["the answer"])
    calling = Conversation([ASKED, CALLED[0]])
    SHAPES[shape].write(calling)
    assert (calling.extra, calling.lost) == (
        ({}, ["the answer"]) if shape == "prompt" else ({reference: [CALLED[0]]}, [])
    )


def test_trl_spells_calls_without_ids_and_arguments_as_objects() -> None:
    call = {"function": {"name": "f", "arguments": {"n": 1}}}
    record = {
        "prompt": [ASKED],
        "completion": [
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "name": "f", "content": "1"},
            WANTED,
        ],
    }
    called, result = read(record).messages[1:3]
    assert called["tool_calls"][0]["function"] == CALL["function"]
    assert called["tool_calls"][0]["id"] == result["tool_call_id"]
    one = seen(record)
    assert one.calls["state"].to_list() == ["object"]
    assert one.results["call"].to_list() == [True]


@pytest.mark.parametrize(
    ("shape", "conversation", "reason"),
    [
        ("chat-preference", Conversation([ASKED, *CALLED], rejected=[OTHER], answer=3), "one message"),
        ("alpaca-preference", Conversation([ASKED, WANTED], rejected=CALLED[:1]), "tool calls"),
        ("preference", Conversation([WANTED], rejected=[OTHER]), "before the answers"),
        ("kto", Conversation([ASKED], label=True), "an answer at the end"),
        ("trl-completion", Conversation([WANTED]), "before the answer"),
        ("prompt", Conversation([WANTED]), "asks for an answer"),
        ("stepwise", Conversation([ASKED, WANTED]), "a label for every step"),
    ],
)
def test_what_a_shape_has_no_place_for_is_refused(
    shape: str, conversation: Conversation, reason: str
) -> None:
    with pytest.raises(CannotHold, match=reason):
        SHAPES[shape].write(conversation)


@pytest.mark.parametrize("ranks", [[1], [1, 2, 3]])
def test_more_or_fewer_than_two_ranked_answers_are_no_pair(ranks: list) -> None:
    record = {"context": "a", "completions": [{"rank": rank, "completion": [WANTED]} for rank in ranks]}
    assert [misfit[3] for misfit in record_violations([record], "ranked-preference")] == ["completions"]
    with pytest.raises(CannotHold, match="one wanted answer and one other"):
        read(record)


WITHOUT_LABEL = [
    {"prompt": "a", "completion": "b"},
    {"messages": [ASKED, WANTED]},
    {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
    {"instruction": "a", "output": "b"},
]


@pytest.mark.parametrize(("label", "meant"), [("true", True), (1, True), ("False", False), (0, False)])
@pytest.mark.parametrize("record", WITHOUT_LABEL, ids=lambda record: next(iter(record)))
def test_a_kto_tag_as_a_number_or_a_text_is_a_wrong_type_that_can_be_read(
    record: Any, label: Any, meant: bool
) -> None:
    one = seen({**record, "kto_tag": label})
    assert one.schema_violations.select("kind", "path").rows() == [("wrong", "kto_tag")]
    assert read(one.records[0]).label is meant


@pytest.mark.parametrize("label", ["good", 2, None, [True]])
@pytest.mark.parametrize("record", WITHOUT_LABEL, ids=lambda record: next(iter(record)))
def test_a_kto_tag_that_is_neither_true_nor_false_is_a_wrong_type(record: Any, label: Any) -> None:
    one = seen({**record, "kto_tag": label})
    assert one.schema_violations.select("kind", "path").rows() == [("wrong", "kto_tag")]
    assert len(one.views[0]) == 2
    with pytest.raises(CannotHold, match="neither true nor false"):
        read(one.records[0])
