"""Trainers and targets that have ended: the records their documentation shows are right, and broken ones are told.

The records are made for these tests, in the form in which each trainer's own pages write them.
"""

import json
import re

import pytest
from examples import few_quick
from trainer_rows import (
    ANSWER,
    ASK,
    BARE,
    CALL,
    CALLING,
    GPT,
    HUMAN,
    OTHER,
    PROMPT,
    RESULT,
    RIGHT,
    RULES,
    TASK,
    TRAINERS,
    WITH_TOOLS,
    say,
    turn,
)

from ftlint import convert
from ftlint.batch.records import RecordReader
from ftlint.errors import UsageError
from ftlint.rule import SHAPES, Batch, RuleContext
from ftlint.schema.violations import record_violations
from ftlint.shapes.detect import ShapeDetector
from ftlint.targets.target import load_target

UNCALLED = {**CALL, "function": {"name": "weather"}}
UNTOLD = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
WRONG = [
    (
        "litgpt",
        "an instruction that is no text",
        {"instruction": ["Name it."], "output": "Lima"},
        ["wrong instruction: expected text, found a list"],
    ),
    (
        "openrlhf",
        "a prompt without messages",
        {"prompt": [], "chosen": "Lima.", "rejected": "Cusco."},
        ["wrong prompt: the list is empty"],
    ),
    (
        "verl",
        "a prompt without a source and a truth",
        {"prompt": [ASK], "reward_model": {"style": "rule"}},
        [
            'missing data_source: "data_source" is missing',
            'missing reward_model.ground_truth: "ground_truth" is missing',
        ],
    ),
    (
        "verl",
        "tools that are null",
        {"messages": [ASK, ANSWER], "tools": None},
        ["wrong tools: expected text or a list, found null"],
    ),
    (
        "oumi",
        "a part as OpenAI writes it",
        {"messages": [say("user", [{"type": "text", "text": "Peru?"}]), ANSWER]},
        ['missing messages[0].content[0].content: "content" is missing; "text" is probably meant'],
    ),
    (
        "oumi",
        "a call without an id",
        {"messages": [ASK, {**CALLING, "tool_calls": [BARE]}]},
        ['missing messages[1].tool_calls[0].id: "id" is missing'],
    ),
    (
        "oumi",
        "an input that is null, which is read as the word None",
        {**TASK, "input": None, "output": "Lima"},
        ["wrong input: expected text, found null"],
    ),
    (
        "nemo",
        "a result without its call's id",
        {"messages": [ASK, CALLING, say("tool", "19 degrees"), ANSWER]},
        ['missing messages[2].tool_call_id: "tool_call_id" is missing'],
    ),
    (
        "nemo",
        "null for calls, which it wants to be a list",
        {"messages": [ASK, {**ANSWER, "tool_calls": None}]},
        ["wrong messages[1].tool_calls: expected a list, found null"],
    ),
    (
        "trl-sft",
        "a null text",
        {"text": None},
        ["wrong text: expected text, found null"],
    ),
    (
        "trl-dpo",
        "an answer that is a number",
        {**PROMPT, "chosen": 1, "rejected": "Cusco."},
        ["wrong chosen: expected text or a list, found a number (1)"],
    ),
    (
        "axolotl",
        "a part that is no text",
        {"segments": [{"text": "Lima", "label": True}, {"text": 7, "label": False}]},
        ["wrong segments[1].text: expected text, found a number (7)"],
    ),
    (
        "llamafactory",
        "neither content nor calls",
        {"messages": [ASK, {"role": "assistant", "tool_calls": []}]},
        ['missing messages[1].content: "content" is missing'],
    ),
    (
        "llamafactory",
        "an object for an output",
        {**TASK, "output": {"capital": "Lima"}},
        ["wrong output: expected text, found an object"],
    ),
    (
        "unsloth",
        "a turn of three keys",
        {"conversations": [HUMAN, GPT | {"weight": 1}]},
        ["wrong conversations[1]: expected an object of at most 2 fields, found 3"],
    ),
    (
        "unsloth",
        "a value that is no text",
        {"conversations": [HUMAN, turn("gpt", 7)]},
        ["wrong conversations[1].value: expected text, found a number (7)"],
    ),
    (
        "mlx-lm",
        "no content",
        {"messages": [{"role": "user"}, ANSWER]},
        ['missing messages[0].content: "content" is missing'],
    ),
    (
        "mistral-finetune",
        "a tool without a description",
        {**WITH_TOOLS, "tools": [UNTOLD]},
        ['missing tools[0].function.description: "description" is missing'],
    ),
    (
        "mistral-finetune",
        "a tool without parameters",
        {**WITH_TOOLS, "tools": [{"function": {"name": "now", "description": "The time"}}]},
        ['missing tools[0].function.parameters: "parameters" is missing'],
    ),
    (
        "mistral-finetune",
        "a call without arguments",
        {"messages": [ASK, {**CALLING, "tool_calls": [UNCALLED]}]},
        ['missing messages[1].tool_calls[0].function.arguments: "arguments" is missing'],
    ),
    (
        "mistral-finetune",
        "tools as JSON text",
        {"messages": [ASK, ANSWER], "tools": "[]"},
        ['wrong tools: expected a list, found text ("[]")'],
    ),
    (
        "nemo",
        "messages that are text",
        {"messages": "What?"},
        ['wrong messages: expected a list, found text ("What?")'],
    ),
    (
        "cohere",
        "parts",
        {"messages": [say("User", [{"type": "text", "text": "Peru?"}]), say("Chatbot", "Lima.")]},
        ["wrong messages[0].content: expected text, found a list"],
    ),
    (
        "databricks",
        "another field beside the messages",
        {"messages": [ASK, ANSWER], "id": 7},
        ['unknown id: unknown field "id"'],
    ),
    (
        "databricks",
        "a call",
        {"messages": [ASK, CALLING]},
        [
            'missing messages[1].content: "content" is missing',
            'unknown messages[1].tool_calls: unknown field "tool_calls", where "content" is missing',
        ],
    ),
    (
        "ms-swift",
        "no content",
        {"messages": [ASK, {"role": "assistant"}]},
        ['missing messages[1].content: "content" is missing'],
    ),
    (
        "ms-swift",
        "a message of the user in a rejected answer",
        {"messages": [ASK, ANSWER], "rejected_response": [ASK, OTHER]},
        ['wrong rejected_response[0].role: text ("user") may not stand here'],
    ),
    (
        "ms-swift",
        "an answer that is an object, and a null one",
        {"messages": [ASK, say("assistant", {"text": "Lima."}), say("assistant", None)]},
        [
            "wrong messages[1].content: expected text or a list, found an object",
            "wrong messages[2].content: expected text or a list, found null",
        ],
    ),
    (
        "torchtune",
        "no role",
        {"messages": [{"content": "Hi"}, ANSWER]},
        ['missing messages[0].role: "role" is missing'],
    ),
    (
        "mistral-platform",
        "an image as OpenAI writes it",
        {
            "messages": [
                say("user", [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO"}}]),
                ANSWER,
            ]
        },
        ["wrong messages[0].content[0].image_url: expected text, found an object"],
    ),
]

# target, roles that are right, roles that are not
ORDERS = [
    ("llamafactory", "ua sua uaua uata suatata uattaua ta", "a s us usa uu uua uaa uat uatu suau suas"),
    (
        "mistral-finetune",
        "ua sua usa uua aa uaua uata uattaua uaatataua uasua",
        "u ut uta uatu uat ssua uasuasua uas",
    ),
    ("mistral-platform", "ua sua uaua uata suattaua ua", "uat uatu utua"),
    (
        "ms-swift",
        "ua sua uaua uau u su a aua uua uaa uata uattaa uat uta sa autua",
        "t ta ssua uasua uatu uatua usa",
    ),
    ("databricks", "ua sua aua a uaua", "u uu uua uaa uau usua s"),
    ("torchtune", "ua sua uaua uau", "a u s sa uu uua uaa auta uata uatt usua"),
]


def batch(target: str, record) -> Batch:
    job = RuleContext(load_target(target))
    return Batch([record], [1], [1], RecordReader(ShapeDetector(first=tuple(job.target.shapes))), job)


def told(seen: Batch) -> list[str]:
    return [
        f"{kind} {path}: {message}"
        for kind, path, message in seen.schema_violations.select("kind", "path", "message").rows()
    ]


@pytest.mark.parametrize(
    ("target", "shape", "record"),
    [(t, *rest) for t, _, *rest in RIGHT],
    ids=[f"{t}: {w}" for t, w, *_ in RIGHT],
)
def test_what_a_trainers_pages_show_is_right(target, shape, record):
    seen = batch(target, record)
    assert seen.record_shapes[0] is not None
    name = seen.record_shapes[0].shape.name
    assert name == shape or (shape is None and name in load_target(target).shapes)
    assert told(seen) == []


@pytest.mark.parametrize(
    ("target", "shape", "record"),
    [(t, *rest) for t, _, *rest in RIGHT],
    ids=[f"{t}: {w}" for t, w, *_ in RIGHT],
)
def test_what_a_trainers_pages_show_keeps_to_its_order(target, shape, record):
    order = load_target(target).text("order")
    roles = batch(target, record).examples["roles"][0]
    if order is not None and shape != "text":
        assert re.search(order, roles), roles


@pytest.mark.parametrize(
    ("target", "record", "found"),
    [(t, *rest) for t, _, *rest in WRONG],
    ids=[f"{t}: {w}" for t, w, *_ in WRONG],
)
def test_what_a_trainer_does_not_read(target, record, found):
    assert told(batch(target, record)) == found


@pytest.mark.parametrize("target", TRAINERS)
def test_every_trainer_has_a_record_of_every_shape_it_takes_and_a_broken_one(target):
    shown = {
        batch(name, record).record_shapes[0].shape.name for name, _, _, record in RIGHT if name == target
    }
    assert shown >= set(load_target(target).shapes) - RARE
    assert any(name == target for name, *_ in WRONG) or target == "trl-kto"


RARE = {"ranked-preference", "mistral", "chat"}
"""Shapes that a trainer takes beside a likelier one that looks the same."""


@pytest.mark.parametrize(("target", "right", "wrong"), ORDERS, ids=[target for target, *_ in ORDERS])
def test_the_order_of_roles(target, right, wrong):
    order = load_target(target).text("order")
    assert [roles for roles in right.split() if not re.search(order, roles)] == []
    assert [roles for roles in wrong.split() if re.search(order, roles)] == []


def test_every_order_is_tested_and_a_regular_expression_of_polars():
    from ftlint._polars import pl

    targets = [name for name in TRAINERS if load_target(name).text("order")]
    assert sorted(target for target, *_ in ORDERS) == sorted(targets)
    for name in targets:
        assert pl.Series(["sua"]).str.contains(load_target(name).text("order")).dtype == pl.Boolean


TALKS = {
    "rules": {"messages": [RULES, ASK, ANSWER]},
    "turns": {"messages": [ASK, ANSWER, ASK, ANSWER]},
    "tools": {**WITH_TOOLS, "messages": [ASK, {**CALLING, "content": None}, RESULT, ANSWER]},
    "pair": {"prompt": [ASK], "chosen": [ANSWER], "rejected": [OTHER]},
    "label": {"prompt": [ASK], "completion": [ANSWER], "label": True},
}


@pytest.mark.parametrize("target", few_quick(TRAINERS, 4))
def test_what_is_converted_for_a_trainer_is_of_a_form_it_reads(target, tmp_path):
    for name, record in TALKS.items():
        talk, made = tmp_path / f"{name}.jsonl", tmp_path / f"{name}-made.jsonl"
        talk.write_text(json.dumps(record) + "\n", encoding="utf-8")
        try:
            report = convert(talk, made, to=target, select="S", ignore="S009")
        except UsageError as error:
            assert "no record can be converted" in str(error)
            continue
        assert report.findings == []
        assert report.files[0].kept == 1


@pytest.mark.parametrize("target", TRAINERS)
def test_a_targets_own_schema_demands_only_fields_of_the_shape(target):
    for shape, schema in load_target(target).shapes.items():
        missing = {path for _, kind, _, path, _ in record_violations([{}], schema) if kind == "missing"}
        assert missing <= {*SHAPES[shape].required, *SHAPES[shape].optional}


@pytest.mark.parametrize(
    ("target", "fact", "value", "verified"),
    [
        ("trl-sft", "tokens", 1024, True),
        ("trl-sft", "arguments", "object", True),
        ("trl-sft", "mixed_types", "unsure", True),
        ("axolotl", "over_length", "dropped", True),
        ("axolotl", "mixed_types", "allowed", True),
        ("ms-swift", "assistant_message", "optional", True),
        ("llamafactory", "tokens", 2048, True),
        ("llamafactory", "last_role", "assistant", True),
        ("mlx-lm", "min_examples", 4, True),
        ("mlx-lm", "min_validation_examples", 4, True),
        ("mlx-lm", "bom", "rejected", True),
        ("mistral-finetune", "call_id_pattern", "^[a-zA-Z0-9]{9}$", True),
        ("mistral-finetune", "weights", [0, 1, 0.0, 1.0, False, True], True),
        ("mistral-platform", "weights", [0, 1], False),
        ("mistral-platform", "file_bytes", 512 * 1024**2, True),
        ("cohere", "min_examples", 2, True),
        ("databricks", "repeat_roles", "rejected", True),
        ("torchtune", "images_per_example", 1, True),
        ("nemo", "call_ids", "optional", True),
        ("unsloth", "roles", ["system", "user", "assistant", "tool"], False),
    ],
)
def test_what_a_trainer_says(target, fact, value, verified):
    goal = load_target(target)
    assert (goal.value(fact), goal.verified(fact)) == (value, verified)


def test_a_limit_that_is_a_setting_names_the_setting():
    for name in TRAINERS:
        target = load_target(name)
        assert (target.fact("tokens") is None) == (target.fact("tokens_setting") is None)
