"""Limits of targets: big numbers in, findings out; nothing here depends on the day or on how rows are cut."""

from datetime import date

import pytest

from ftlint.config.settings import from_python
from ftlint.engine.check import check_file
from ftlint.engine.plan import make_context, make_plan
from ftlint.io.block import ReadOptions
from ftlint.io.source import Source
from ftlint.rule import FileInfo, FileRule, RuleContext
from ftlint.rule.registry import find_rule, make
from ftlint.targets.target import load_target, parse_target

MIB, GIB = 1 << 20, 1 << 30
FACT = '{ value = %s, source = "manual", checked = 2026-01-02, verified = %s }'
PAIR = b'{"prompt": "a ->", "completion": " b"}\n'


def target(status: str = "live", verified: bool = True, **facts: object):
    """A target for tests that states these facts."""
    lines = [
        f"{name} = {FACT % (value if isinstance(value, int | date) else repr(value), str(verified).lower())}"
        for name, value in facts.items()
    ]
    text = f'title = "A"\nstatus = "{status}"\nsummary = "B"\n[shapes]\ncompletion = "completion"\n'
    return parse_target("small", "\n".join([text, '[sources]\nmanual = "The manual"', "[facts]", *lines]))


def judged(
    code: str, job: RuleContext, size: int = 0, examples: int = 0, name: str = "x.jsonl", **options: object
):
    rule = make(find_rule(code), options, "the test")
    assert isinstance(rule, FileRule)
    if rule.severity_for(job) is None:
        return []
    spots = rule.check_file(FileInfo(name, size, examples), job)
    return [(spot.severity or rule.severity_for(job), spot.message) for spot in spots]


def checked(
    code: str, job: RuleContext, data: bytes, options: dict[str, object] | None = None, block: int = 8 << 20
):
    settings = from_python(select=[code], rule_options={code: options or {}})
    report = check_file(
        Source("x.jsonl", None, data), make_plan(settings, job), ReadOptions(block_bytes=block)
    )
    return [(found.severity, found.message) for found in report.findings if found.code == code]


@pytest.mark.parametrize(
    ("size", "found"),
    [
        (512 * MIB, []),
        (
            512 * MIB + 1,
            [("warning", "512 MiB; openai-chat takes 512 MiB at once, and up to 8 GiB in parts")],
        ),
        (8 * GIB, [("warning", "8 GiB; openai-chat takes 512 MiB at once, and up to 8 GiB in parts")]),
        (9 * GIB, [("error", "9 GiB; openai-chat takes 8 GiB")]),
    ],
)
def test_a_file_for_openai_goes_at_once_or_in_parts(size, found):
    assert judged("L004", RuleContext(load_target("openai-chat")), size) == found


@pytest.mark.parametrize(
    ("facts", "size", "found"),
    [
        ({"file_bytes": 1000, "direct_bytes": 100}, 100, []),
        (
            {"file_bytes": 1000, "direct_bytes": 100},
            101,
            [("info", "101 bytes; small takes 100 bytes in one request: send it the other way")],
        ),
        (
            {"file_bytes": 1000, "direct_bytes": 100},
            1001,
            [("error", "1,001 bytes; small takes 1,000 bytes")],
        ),
        ({"total_bytes": 2048}, 2049, [("error", "2 KiB; small takes 2 KiB")]),
        ({"tokens": 100}, 1 << 50, []),
    ],
)
def test_what_a_target_takes_at_once_and_another_way(facts, size, found):
    assert judged("L004", RuleContext(target(**facts)), size) == found


def test_a_size_that_nobody_verified_is_a_warning():
    assert judged("L004", RuleContext(target(verified=False, file_bytes=10)), 11) == [
        ("warning", "11 bytes; small takes 10 bytes")
    ]


@pytest.mark.parametrize("code", ["L003", "L004", "L005", "L006", "L007"])
def test_limits_are_silent_without_a_target(code):
    assert checked(code, RuleContext(), PAIR * 3) == []


@pytest.mark.parametrize(("verified", "severity"), [(True, "error"), (False, "warning")])
@pytest.mark.parametrize("block", [1, 8 << 20])
def test_too_many_examples(verified, severity, block):
    job = RuleContext(target(verified=verified, max_examples=2, max_total_examples=3))
    assert checked("L003", job, PAIR * 2, block=block) == []
    assert checked("L003", job, PAIR * 4, block=block) == [
        (severity, "4 examples; small takes at most 2"),
        (severity, "4 examples, those for validation among them; small takes at most 3"),
    ]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, "8 examples in 3 epochs (unless you ask for others) are 24; small takes 20 in one job"),
        ({"epochs": 4}, "8 examples in 4 epochs are 32; small takes 20 in one job"),
        ({"epochs": 2.5}, None),
        ({"epochs": 1, "work": 7}, "8 examples in 1 epoch are 8; small takes 7 in one job"),
    ],
)
def test_examples_times_epochs(options, found):
    job = RuleContext(target(max_work=20, default_epochs=3))
    assert checked("L005", job, PAIR * 8, options) == ([("warning", found)] if found else [])


@pytest.mark.parametrize("block", [1, 60, 8 << 20])
@pytest.mark.slow
def test_tokens_times_epochs_are_counted_where_bytes_alone_are_too_many(block):
    job = RuleContext(target(max_token_work=100))
    line = b'{"prompt": "international ->", "completion": " institution"}\n'
    assert checked("L005", job, line * 5, block=block) == []
    found = checked("L005", job, line * 100, block=block)
    assert found == [
        ("warning", "300 tokens in 1 epoch (unless you ask for others) are 300; small takes 100 in one job")
    ]


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [(1, 25), (4, 25), (10, 10), (33, 3), (34, 3), (8333, 3), (8334, 2), (12501, 1), (50_000, 1), (0, 3)],
)
def test_default_epochs_are_those_of_openais_cookbook(examples, epochs):
    assert load_target("openai-chat").epochs(examples) == epochs


def test_default_epochs_where_a_target_names_one_number_or_none():
    assert load_target("trl-sft").epochs(10) == 3
    assert load_target("mlx-lm").epochs(10) is None


@pytest.mark.parametrize(
    ("name", "size", "examples", "found"),
    [
        (
            "data/valid.jsonl",
            MIB + 1,
            5,
            ["1,048,577 bytes for validation; mistral-platform takes 1,048,576"],
        ),
        (
            "data\\valid.jsonl",
            MIB + 1,
            5,
            ["1,048,577 bytes for validation; mistral-platform takes 1,048,576"],
        ),
        ("valid.jsonl", MIB, 5, []),
        ("valid/train.jsonl", 5 * MIB, 5, []),
    ],
)
def test_a_validation_file_is_known_by_its_name(name, size, examples, found):
    job = RuleContext(load_target("mistral-platform"))
    spots = judged("L006", job, size, examples, name, files=["valid*"])
    assert spots == [("warning", text) for text in found]


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 5, 6), ("info", "openai-chat takes new jobs until 2027-01-06")),
        (
            date(2026, 5, 7),
            (
                "info",
                "openai-chat takes new jobs until 2027-01-06, and only of organisations that trained there before",
            ),
        ),
        (
            date(2026, 7, 2),
            (
                "info",
                "openai-chat takes new jobs until 2027-01-06, and only of organisations that still use a model"
                " trained there",
            ),
        ),
        (date(2027, 1, 6), ("warning", "openai-chat takes no new jobs since 2027-01-06")),
        (date(2030, 1, 1), ("warning", "openai-chat takes no new jobs since 2027-01-06")),
    ],
)
def test_an_end_goes_by_the_day(today, found):
    assert judged("L007", RuleContext(load_target("openai-chat"), today=today)) == [found]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "openai-completions",
            ("warning", "openai-completions takes no new jobs since 2026-10-23; openai-chat is used instead"),
        ),
        ("cohere", ("warning", "cohere takes no new jobs since 2025-09-15")),
        (
            "databricks",
            (
                "warning",
                "databricks takes no new jobs since 2026-08-14; Databricks AI Runtime is used instead",
            ),
        ),
        (
            "torchtune",
            (
                "info",
                "torchtune is not looked after any more (active development has stopped) since 2025-07-15; "
                "it may still work",
            ),
        ),
        (
            "mistral-finetune",
            (
                "info",
                "mistral-finetune is not looked after any more (archived, no longer maintained); it may still work",
            ),
        ),
        ("trl-sft", None),
        ("llamafactory", None),
    ],
)
def test_what_has_ended(name, found):
    job = RuleContext(load_target(name), today=date(2026, 12, 1))
    assert judged("L007", job) == ([found] if found else [])


@pytest.mark.parametrize(
    ("name", "model", "today", "found"),
    [
        (
            "openai-chat",
            "gpt-4.1-mini",
            date(2026, 12, 1),
            "openai-chat takes new jobs until 2027-01-06",
        ),
        (
            "openai-chat",
            "gpt-4.1-mini",
            date(2027, 2, 1),
            "openai-chat takes no new jobs since 2027-01-06",
        ),
        (
            "openai-chat",
            "gpt-3.5-turbo-0125",
            date(2026, 12, 1),
            "the model gpt-3.5-turbo-0125 is shut down since 2026-10-23",
        ),
        (
            "openai-completions",
            "davinci",
            date(2026, 12, 1),
            "openai-completions takes no new jobs since 2026-10-23",
        ),
    ],
)
def test_one_finding_says_the_worst_of_target_and_model(name, model, today, found):
    goal = load_target(name)
    ((_, message),) = judged("L007", RuleContext(goal, goal.model(model), today=today))
    assert message.startswith(found)


def test_a_model_that_several_targets_train_has_no_end_of_its_own():
    model = load_target("openai-chat").model("gpt-3.5-turbo-0125")
    assert judged("L007", RuleContext(None, model, today=date(2026, 12, 1))) == []


def test_the_day_comes_from_one_place():
    assert make_context(from_python(target="trl-sft", today=date(2031, 2, 3))).today == date(2031, 2, 3)
    assert isinstance(make_context(from_python(target="trl-sft")).today, date)


LONG = b'{"prompt": "a", "completion": "' + b"word " * 1500 + b'"}\n'
WHOLE = b'{"prompt": "' + b"word " * 1500 + b'", "completion": "a"}\n'


@pytest.mark.parametrize(
    ("name", "code", "data", "options", "found"),
    [
        (
            "trl-sft",
            "L001",
            LONG,
            {},
            (
                "warning",
                "about 1,514 tokens; trl-sft trains on 1,024 unless max_length says otherwise: the end is cut off",
            ),
        ),
        ("trl-sft", "L001", LONG, {"tokens": 4096}, None),
        (
            "axolotl",
            "L001",
            b'{"instruction": "a", "output": "' + b"word " * 600 + b'"}\n',
            {},
            (
                "warning",
                "about 614 tokens; axolotl trains on 512 unless sequence_len says otherwise: the example is dropped",
            ),
        ),
        (
            "trl-sft",
            "L002",
            WHOLE,
            {},
            (
                "warning",
                "about 1,507 tokens stand before the answer; trl-sft trains on 1,024, unless max_length says "
                "otherwise, in all",
            ),
        ),
        (
            "openai-completions",
            "L002",
            WHOLE,
            {"tokens": 100},
            ("error", "1,500 tokens stand before the answer; 100 are trained on in all"),
        ),
    ],
)
def test_a_trainers_limit_is_a_setting_and_its_tokens_are_an_estimate(name, code, data, options, found):
    spots = checked(code, RuleContext(load_target(name)), data, options)
    if found is None:
        assert spots == []
    else:
        (spot,) = spots
        assert spot[0] == found[0]
        assert spot[1].split(" tokens")[1] == found[1].split(" tokens")[1]
        assert spot[1].startswith("about ") == found[1].startswith("about ")
