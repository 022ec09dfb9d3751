"""Figures of datasets: rows in, numbers out that can be reckoned by hand."""

import json
from datetime import date
from itertools import chain
from pathlib import Path

import polars as pl
import pytest
import tiktoken
from counted_rows import chat, figures, lines, measured, pair, said, words
from examples import few_quick
from hypothesis import given
from hypothesis import strategies as st
from public import check
from scans import batches_of

from ftlint import UsageError
from ftlint.batch.records import RecordReader
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Bar, Cut
from ftlint.commands.stats.survey import Distribution, StatsState
from ftlint.commands.stats.token_frames import start_counting
from ftlint.config.settings import from_python
from ftlint.engine.plan import make_plan
from ftlint.io.block import ReadOptions
from ftlint.io.find import find_sources
from ftlint.rule import SHAPES, Batch, RuleContext
from ftlint.shapes.detect import ShapeDetector
from ftlint.targets.target import load_target
from ftlint.tokens.vocabulary import FOLDER

SHAPE_FILES = sorted((Path(__file__).parent.parent / "fixtures" / "shapes").glob("*.jsonl"))
LONG = chat(said("user", 3), said("assistant", 8000))
SHORT = chat(said("user", 5), said("assistant", 9))


# What the cookbook does, in a few lines of its own.
def num_tokens_from_messages(messages, encoding, tokens_per_message=3, tokens_per_name=1):
    num_tokens = 0
    for message in messages:
        num_tokens += tokens_per_message
        for key, value in message.items():
            num_tokens += len(encoding.encode(value, disallowed_special=()))
            if key == "name":
                num_tokens += tokens_per_name
    return num_tokens + 3


def num_assistant_tokens_from_messages(messages, encoding):
    return sum(len(encoding.encode(m["content"])) for m in messages if m["role"] == "assistant")


CONVERSATIONS = [
    [
        {"role": "user", "content": "Why is the sea salt?"},
        {"role": "assistant", "content": "Because of rivers."},
    ],
    [
        {"role": "system", "content": "Antworte in einem Satz, höflich – und kurz."},
        {"role": "user", "name": "anna", "content": "2 + 2 = 4?\n\n\tif x:\r\n  pass"},
        {"role": "assistant", "content": "お誕生日おめでとう 😀"},
        {"role": "user", "name": "ben_2", "content": "<|endoftext|> and <|im_start|>"},
        {"role": "assistant", "content": "x" * 900 + " " * 70},
    ],
    [{"role": "system", "content": ""}, {"role": "assistant", "content": "Ünïcødé"}],
]


@pytest.mark.parametrize(
    ("model", "vocabulary"), [("gpt-3.5-turbo", "cl100k_base"), ("gpt-4o", "o200k_base")]
)
def test_chats_cost_what_the_cookbook_says(model, vocabulary, monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(FOLDER))
    encoding = tiktoken.get_encoding(vocabulary)
    for messages in CONVERSATIONS:
        found = figures([{"messages": messages}], model=model, target="openai-chat")
        assert found.tokens == num_tokens_from_messages(messages, encoding)
        assert found.trained == num_assistant_tokens_from_messages(messages, encoding)


def test_few_examples_are_trained_many_times_and_nothing_is_billed_beyond_the_limit():
    """The cookbook's own example: five rows, one far too long, 20 epochs, a cap of 4096 tokens."""
    rows = [SHORT, SHORT, chat(said("system", 8), said("user", 7), said("assistant", 11)), LONG, SHORT]
    tokens = [3 + (3 + 1) * 2 + 5 + 9] * 3 + [3 + (3 + 1) * 3 + 8 + 7 + 11, 3 + (3 + 1) * 2 + 3 + 8000]
    found = figures(rows, model="gpt-3.5-turbo-0613")
    assert (found.tokens, found.per_example.least, found.per_example.most) == (sum(tokens), 25, 8014)
    billed = 25 * 3 + 41 + 4096
    assert (found.training.epochs, found.training.by) == (20, "openai-chat")
    (cost,) = found.training.costs
    assert (cost.limit, cost.billed, cost.price) == (4096, billed * 20, 8.0)
    assert cost.dollars == pytest.approx(billed * 20 / 1_000_000 * 8)
    assert (cost.checked, cost.status) == (date(2026, 11, 20), "retired")


def test_quantiles_lie_between_the_examples():
    found = figures([pair(n, 1) for n in range(0, 100, 10)])
    spread = found.per_example
    # 1, 11, … 91 tokens; an empty prompt has none.
    assert (spread.least, spread.most) == (1, 91)
    assert (spread.p5, spread.median, spread.mean, spread.p95) == (5.5, 46, 46, 86.5)


def test_a_prompt_and_a_completion_have_nothing_around_them_unless_a_chat_is_made_of_them():
    assert figures([pair(4, 6)]).tokens == 10
    assert figures([pair(4, 6)], target="openai-completions").tokens == 10
    assert figures([pair(4, 6)], target="trl-sft").tokens == 10
    assert figures([pair(4, 6)], target="openai-chat").tokens == 10 + (3 + 1) * 2 + 3
    assert figures([{"text": words(7)}], target="trl-sft").tokens == 7


@pytest.mark.parametrize(
    ("row", "settings", "trained"),
    [
        (chat(said("user", 3), said("assistant", 5), said("user", 7), said("assistant", 11)), {}, 16),
        (chat(said("user", 3), said("assistant", 5, weight=0), said("user", 7), said("assistant", 11, weight=1)), {}, 11),
        (chat(said("user", 3), said("assistant", 5, weight=0)), {"target": "openai-chat"}, 0),
        (chat(said("user", 3), said("assistant", 5, weight=0)), {"target": "llamafactory"}, 5),
        (chat(said("user", 3), said("assistant", 5, weight=0)), {"target": "axolotl"}, 5),
        (chat(said("user", 3), said("assistant", 5, weight=0)), {"target": "trl-sft"}, 8),
        (chat(said("system", 2), said("user", 3), said("assistant", 5)), {"target": "trl-sft"}, 10),
        (chat(said("user", 3), said("assistant", 5)), {"target": "openai-rft"}, 0),
        (pair(4, 6), {}, 6),
        (pair(4, 6), {"target": "trl-sft"}, 6),
        ({"text": words(7)}, {}, 7),
        ({"segments": [{"text": words(4), "label": False}, {"text": words(6), "label": True}]}, {}, 6),
        ({"prompt": words(9)}, {}, 0),
    ],
)  # fmt: skip
def test_what_is_learnt_is_said_by_roles_weights_and_shapes(row, settings, trained):
    assert figures([row], **settings).trained == trained


def test_of_a_pair_both_answers_count_and_only_they_are_learnt():
    row = {
        "input": {"messages": [said("user", 3), said("assistant", 4), said("user", 5)]},
        "preferred_output": [said("assistant", 7)],
        "non_preferred_output": [said("assistant", 30)],
    }
    found = figures([row], CostOptions(limit=30))
    input_, wanted, rejected = 3 + (4 + 3) + (4 + 4) + (4 + 5), 4 + 7, 4 + 30
    assert (found.tokens, found.trained, found.pairs) == (input_ + wanted + rejected, 37, True)
    # Only one of the answers is read at a time, behind the input.
    assert found.cuts == [Cut(30, 1, 0)]
    assert figures([row], CostOptions(limit=input_ + rejected)).cuts == [Cut(input_ + rejected, 0, 0)]
    assert figures([row], CostOptions(limit=input_)).cuts == [Cut(input_, 1, 1)]


def test_calls_are_said_and_ids_only_stand_beside():
    call = {"id": "word", "type": "function", "function": {"name": "word", "arguments": "word word"}}
    row = chat(
        said("user", 2),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "word", "content": words(3)},
        said("assistant", 4),
    )
    found = figures([row])
    assert found.trained == 1 + 2 + 4
    assert found.tokens == 3 + 4 * (3 + 1) + 2 + (1 + 2) + (1 + 3) + 4


def test_a_cut_is_what_rules_find_too_long_and_what_loses_its_answer():
    rows = [pair(10, 5), pair(100, 5), pair(2040, 20), pair(3000, 5), pair(2048, 1)]
    found = figures(rows, model="davinci")
    assert found.cuts == [Cut(512, 3, 3), Cut(1024, 3, 3), Cut(2048, 3, 2, ("davinci",))]
    report = check(lines(rows), model="davinci", select=["L001", "L002"])
    assert report.counts == {"L001": 1, "L002": 2}


def test_a_limit_that_is_a_setting_names_it():
    (cut,) = figures([pair(3, 4)], target="trl-sft").cuts
    assert (cut.limit, cut.of, cut.unless) == (1024, ("trl-sft",), "max_length")


def test_bars_are_half_doublings_from_the_shortest_to_the_longest():
    found = figures([pair(n - 1, 1) for n in (1, 2, 4, 4, 5, 12)])
    assert found.bars == [Bar(1, 2, 1), Bar(2, 3, 1), Bar(3, 4, 0), Bar(4, 6, 3), Bar(6, 8, 0), Bar(8, 11, 0), Bar(11, 16, 1)]  # fmt: skip


def test_duplicates_are_those_of_the_rule():
    rows = [pair(1, 2), pair(1, 3), pair(1, 2), {"completion": " word word ", "prompt": "word"}, pair(1, 3)]
    told = [check(lines(part), select=["D001"]).counts["D001"] for part in (rows, rows[:2])]
    found = measured(rows, rows[:2])
    assert [file.duplicates for file in found.files] == told == [3, 0]
    assert (found.total.duplicates, found.total.shared) == (3, 2)


def test_classes_and_turns_and_instructions_are_counted():
    rows = [{"prompt": f"{n} is", "completion": " even" if n % 2 == 0 else " odd"} for n in range(31)]
    found = figures(rows)
    assert (found.task, found.classes) == ("classification", [("even", 16), ("odd", 15)])
    found = figures(
        [
            chat(said("system", 2), said("user", 1), said("assistant", 1)),
            chat(
                said("system", 3),
                said("user", 1),
                said("assistant", 1),
                said("user", 1),
                said("assistant", 1),
            ),
            chat(said("user", 1), said("assistant", 1)),
        ]
    )
    assert (found.systems, found.instructed, found.turns.mean) == (2, 2, pytest.approx(4 / 3))
    assert found.roles == {"assistant": 4, "user": 4, "system": 2}


def test_what_has_no_known_tokens_is_said():
    image = {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}}
    tool = {"type": "function", "function": {"name": "word"}}
    rows = [
        chat(
            {"role": "user", "content": [{"type": "text", "text": words(3)}, image, image]},
            said("assistant", 4),
        ),
        chat(said("user", 3), said("assistant", 4), tools=[tool]),
    ]
    found = figures(rows, target="openai-chat")
    assert found.tokens == 2 * (3 + 2 * 4 + 7)
    missing = found.uncounted
    assert (missing.tools, missing.media, missing.images, missing.low_images, missing.low_tokens) == (
        1,
        1,
        2,
        2,
        85,
    )


def test_broken_rows_are_counted_and_left_out():
    found = figures([SHORT, '{"messages": [', "[]", '{"a": 1}', {"messages": None}, SHORT])
    assert (found.rows, found.examples, found.tokens) == (6, 2, 50)


@pytest.mark.parametrize("data", ["", "\n", "[]", '{"messages": []}', "{", "null"])
def test_nothing_is_no_crash(data):
    found = figures([data], target="openai-chat")
    assert (found.examples, found.tokens, found.per_example, found.bars) == (0, 0, None, [])


def test_weird_messages_are_no_crash():
    odd = [
        [],
        {},
        None,
        7,
        "x",
        {"role": {}},
        {"role": "assistant", "content": 5, "name": 3, "tool_calls": "x"},
    ]
    found = figures([chat(*odd), chat(said("assistant", 3, weight="0", function_call=[1]))])
    assert found.examples == 2


@pytest.mark.parametrize("path", SHAPE_FILES, ids=lambda path: path.stem)
def test_every_shape_is_counted_as_the_rules_count_it(path):
    """By columns as one by one: tokens, and those before the last answer, but for pairs, whose answers are two."""
    records = [json.loads(line) for line in path.read_bytes().splitlines()]
    numbers = range(1, len(records) + 1)
    job = RuleContext()
    batch = Batch(records, numbers, numbers, RecordReader(ShapeDetector(SHAPES, first=(path.stem,))), job)
    counts = start_counting(batch, job)().examples
    one_by_one = [job.tokens(batch.example(i)) for i in range(len(records))]
    shape = SHAPES[path.stem]
    if shape.is_preference:
        assert all(mine > whole for mine, (whole, _) in zip(counts["tokens"], one_by_one, strict=True))
    else:
        assert counts["tokens"].to_list() == [whole for whole, _ in one_by_one]
    if shape.answered and not shape.is_preference:
        assert counts["before"].to_list() == [before for _, before in one_by_one]


@pytest.mark.parametrize("path", few_quick(SHAPE_FILES, 4), ids=lambda path: path.stem)
def test_cutting_the_rows_anywhere_changes_no_figure(path):
    settings = from_python(target="openai-chat")
    plan = make_plan(settings)
    told = []
    for size in (8 << 20, 200):
        survey = StatsState(plan.context)
        read = ReadOptions(block_bytes=size)
        for batch in batches_of(*find_sources([str(path)]), plan, read):
            survey.observe(batch)
        told.append(conclude(survey, CostOptions(), name="x"))
    assert told[0] == told[1]


def test_several_files_are_told_each_and_together():
    found = measured([SHORT], [LONG, SHORT], target="openai-chat")
    assert [file.examples for file in found.files] == [1, 2]
    assert (found.total.name, found.total.examples, found.total.tokens) == ("all 2 files", 3, 25 + 25 + 8014)
    assert found.all is found.total
    # As if they were one file: 3 examples.
    assert found.total.training.epochs == load_target("openai-chat").epochs(3) == 25


def test_a_model_that_several_targets_train_takes_its_epochs_from_the_one_for_such_records():
    found = figures([SHORT], model="gpt-4.1-mini")
    assert (found.training.by, found.training.epochs) == ("openai-chat", 25)
    rows = [{"input": {"messages": [said("user", 1)]}, "preferred_output": [said("assistant", 1)], "non_preferred_output": [said("assistant", 2)]}]  # fmt: skip
    assert figures(rows, model="gpt-4.1-mini").training.by in ("openai-dpo", None)


def test_every_model_of_a_target_has_its_cost_but_those_that_are_gone():
    settings = {"target": "openai-chat", "today": date(2026, 12, 1)}
    found = figures([SHORT] * 200, **settings).training
    assert [cost.model for cost in found.costs] == [
        "gpt-4.1-2025-04-14",
        "gpt-4.1-mini-2025-04-14",
        "gpt-4o-2024-08-06",
        "gpt-4o-mini-2024-07-18",
    ]
    assert {cost.billed for cost in found.costs} == {25 * 200 * 3}
    gone = figures([SHORT] * 200, target="openai-chat", today=date(2027, 2, 1)).training
    assert {cost.status for cost in gone.costs} == {"retired"}
    assert ("gpt-4-0613", "cl100k_base") in gone.others


def test_what_the_user_says_goes_before_the_target():
    found = figures([SHORT, LONG], CostOptions(limit=100, price=2.5, epochs=4), target="openai-chat").training
    assert (found.epochs, found.by, found.limit) == (4, None, 100)
    assert {(cost.billed, cost.price, cost.checked, cost.dollars) for cost in found.costs} == {
        (125 * 4, 2.5, None, 125 * 4 * 2.5 / 1_000_000)
    }
    (alone,) = figures([SHORT], CostOptions(price=10)).training.costs
    assert (alone.model, alone.limit, alone.billed, alone.dollars) == (None, None, 25, 0.00025)


def test_without_a_price_nothing_costs():
    found = figures([SHORT], target="azure-openai").training
    assert found.costs and {(cost.price, cost.dollars) for cost in found.costs} == {(None, None)}
    assert figures([SHORT], target="trl-sft").training.costs == []


@pytest.mark.parametrize("terms", [{"limit": 0}, {"price": -1}, {"epochs": 0}, {"price": float("nan")}])
def test_a_number_that_cannot_be_is_a_mistake_in_the_command(terms):
    with pytest.raises(UsageError, match=f"--{next(iter(terms))}"):
        CostOptions(**terms)


def test_many_equal_texts_and_long_ones_change_no_count():
    rows = [pair(n % 7, n % 3) for n in range(3000)] + [
        pair(1, 120_000),
        {"prompt": "<|endoftext|>", "completion": ""},
    ]
    found = figures(rows, model="davinci-002")
    known = sum(n % 7 + n % 3 + (n % 3 == 0) for n in range(3000))
    assert found.tokens == known + 120_001 + figures(rows[-1:], model="davinci-002").tokens


@given(st.lists(st.lists(st.integers(0, 40) | st.integers(0, 2**31), max_size=30), max_size=40))
def test_numbers_are_spread_as_if_they_were_sorted_and_kept(batches):
    numbers, other = Distribution(), Distribution()
    for n, batch in enumerate(batches):
        (numbers if n % 3 else other).observe(pl.Series(batch, dtype=pl.UInt32))
    numbers.add(other)
    known = sorted(chain.from_iterable(batches))
    totals = (numbers.size, numbers.total(), numbers.total(20))
    assert totals == (len(known), sum(known), sum(min(n, 20) for n in known))
    assert numbers.over(7) == sum(n > 7 for n in known)
    assert sum(bar.examples for bar in numbers.bars()) == len(known)
    if not known:
        assert numbers.spread() is None
        return
    kept, spread = pl.Series(known), numbers.spread()
    assert (spread.least, spread.most) == (known[0], known[-1])
    for name, share in (("p5", 0.05), ("median", 0.5), ("p95", 0.95)):
        assert getattr(spread, name) == pytest.approx(kept.quantile(share, "linear"), abs=1e-3)


def test_totals_of_all_examples_add_up():
    rows = list(chain.from_iterable([[SHORT, LONG]] * 5))
    found = figures(rows)
    assert sum(bar.examples for bar in found.bars) == found.examples == 10
    assert found.per_example.mean * 10 == found.tokens
