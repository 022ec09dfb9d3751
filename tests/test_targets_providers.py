"""The providers: records as their own pages write them fit, broken ones are told, and their demands are as sourced."""

import copy
import json
from datetime import date
from importlib.resources import files

import cloud_records
import pytest
import talk_records
from cloud_records import GEMINI_ASK, NOVA_ASK, NOVA_TELL, candidates, gemini, nova, scored
from examples import few_quick
from talk_records import ASK, CALLING, RESULT, SYSTEM, TELL, TOOL, chat, pair

from ftlint import check
from ftlint.batch.records import RecordReader
from ftlint.commands.convert.rewrite import RewriteOptions, rewrite
from ftlint.rule import SHAPES, Batch, RuleContext, pl
from ftlint.schema.allowed_fields import known_fields
from ftlint.schema.violations import record_violations
from ftlint.shapes.detect import ShapeDetector
from ftlint.targets.target import load_target

RIGHT = talk_records.RIGHT | cloud_records.RIGHT
WRONG = talk_records.WRONG | cloud_records.WRONG
every_provider = pytest.mark.parametrize("target", RIGHT)


def rows(table):
    return [
        pytest.param(target, *row[1:], id=f"{target}: {row[0]}")
        for target, rows in table.items()
        for row in rows
    ]


def told(target, shape, record):
    taken = load_target(target).shapes
    seen = ShapeDetector(SHAPES, first=tuple(taken)).detect(record)
    assert seen is not None and seen.shape.name == shape
    return [
        f"{kind} {path}: {message}"
        for _, kind, _, path, message in record_violations([record], taken[shape], seen.fields)
    ]


@every_provider
def test_there_are_records_for_every_shape_that_a_provider_takes(target):
    assert {shape for _, shape, _ in RIGHT[target]} == set(load_target(target).shapes)
    assert WRONG[target]


@pytest.mark.parametrize(("target", "shape", "record"), rows(RIGHT))
def test_a_record_as_the_provider_writes_it_fits(target, shape, record):
    assert told(target, shape, record) == []


@pytest.mark.parametrize(("target", "shape", "record", "found"), rows(WRONG))
def test_what_a_provider_does_not_read_is_told(target, shape, record, found):
    assert told(target, shape, record) == found


@pytest.mark.parametrize("target", few_quick(RIGHT, 5))
def test_nothing_is_wrong_with_records_as_the_provider_writes_them(target, tmp_path):
    for at, (why, _, record) in enumerate(RIGHT[target]):
        path = tmp_path / f"{at}.jsonl"
        path.write_text(json.dumps(record) + "\n", encoding="utf-8")
        findings = check(path, target=target, ignore=["few-examples"]).files[0].findings
        assert [f.message for f in findings if f.severity == "error"] == [], why


def places(value, steps=()):
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*steps, step)
        if isinstance(inner, dict | list):
            yield from places(inner, (*steps, step))


def broken(record):
    """The record with each of its values left out, and put as another type."""
    for *parents, last in list(places(record)):
        for value in (..., None, 7, "x", [], {}, [7], [{}]):
            copied = copy.deepcopy(record)
            holder = copied
            for step in parents:
                holder = holder[step]
            if value is ...:
                del holder[last]
            else:
                holder[last] = value
            yield copied


@pytest.mark.parametrize(("target", "shape", "record"), rows(RIGHT))
def test_a_provider_takes_nothing_that_its_shape_cannot_read(target, shape, record):
    """What looks into a record relies on that."""
    taken = load_target(target).shapes
    names = ShapeDetector(SHAPES, first=tuple(taken)).detect(record).fields
    if list(record_violations([record], shape, names)):
        return  # Only this provider takes parts in place of a text.
    for wrong in broken(record):
        if any(kind != "unknown" for _, kind, *_ in record_violations([wrong], shape, names)):
            assert list(record_violations([wrong], taken[shape], names)), wrong


@pytest.mark.parametrize(("target", "shape", "record"), rows(RIGHT))
def test_a_record_as_the_provider_writes_it_is_in_the_order_it_demands(target, shape, record):
    order = load_target(target).text("order")
    batch = Batch(
        [record],
        [1],
        [1],
        RecordReader(ShapeDetector(SHAPES, first=tuple(load_target(target).shapes))),
        RuleContext(),
    )
    if order is not None and shape not in ("text", "completion"):
        assert batch.examples["roles"].str.contains(order).all(), batch.examples["roles"][0]


@pytest.mark.parametrize(
    ("target", "good", "bad"),
    [
        ("together", "ua sua uau suaua uata suatata uattaua aua", "uu uaa suu uasa ssua ut tua ustua"),
        ("bedrock-nova", "ua sua ssua uaua uata uattaua uatua uauta", "a u au uau uaa uua uat usa"),
        ("bedrock-nova-dpo", "ua sua uaua", "a u uau uaa uata"),
        ("bedrock-claude", "ua sua uaua", "a u uau uaa uua ssua uata"),
    ],
)
def test_the_order_that_is_demanded(target, good, bad):
    order = load_target(target).text("order")
    assert pl.Series(good.split()).str.contains(order).all()
    assert not pl.Series(bad.split()).str.contains(order).any()


@pytest.mark.parametrize(
    ("targets", "shape", "record"),
    [
        ("openai-chat azure-openai together fireworks", "chat", chat(SYSTEM, ASK, TELL, ASK, TELL)),
        ("bedrock-nova bedrock-claude vertex-gemini", "chat", chat(SYSTEM, ASK, TELL, ASK, TELL)),
        (
            "openai-chat azure-openai together fireworks",
            "chat",
            chat(ASK, CALLING, RESULT, TELL, tools=[TOOL]),
        ),
        ("bedrock-nova vertex-gemini", "chat", chat(ASK, CALLING, RESULT, TELL, tools=[TOOL])),
        ("openai-dpo azure-openai-dpo bedrock-nova-dpo vertex-gemini-dpo", "preference", pair(SYSTEM, ASK)),
        ("openai-rft azure-openai-rft", "chat", chat(ASK, answer="Rhine")),
        ("bedrock-llama", "chat", chat(ASK, TELL)),
        ("openai-chat", "nova", nova(NOVA_ASK, NOVA_TELL)),
        ("openai-dpo", "nova-preference", nova(NOVA_ASK, candidates("preferred", "non-preferred"))),
        ("openai-dpo", "gemini-preference", gemini(GEMINI_ASK, completions=scored(0, 1))),
    ],
)
def test_what_is_converted_for_a_provider_fits(targets, shape, record):
    sighting = ShapeDetector(SHAPES, first=(shape,)).detect(record)
    for target in targets.split():
        goal = load_target(target)
        manner = RewriteOptions(SHAPES[goal.shape], known=known_fields(goal, SHAPES[goal.shape]))
        written = rewrite(copy.deepcopy(record), sighting, manner)
        written.take_off(manner.known)
        assert written.lost == []
        assert told(target, goal.shape, written.record) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("azure-openai", "openai-chat"),
        ("azure-openai-dpo", "openai-dpo"),
        ("azure-openai-rft", "openai-rft"),
    ],
)
def test_azure_reads_what_openai_reads(ours, theirs):
    folder = files("ftlint.rules") / "schemas"
    schemas = [json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in (ours, theirs)]
    assert schemas[0]["title"] != schemas[1]["title"]
    assert schemas[0] | {"title": ""} == schemas[1] | {"title": ""}


SURE, UNSURE = True, False


@pytest.mark.parametrize(
    ("fact", "value", "verified", "targets"),
    [
        ("min_examples", 10, SURE, "openai-chat azure-openai"),
        ("min_examples", 10, UNSURE, "openai-dpo openai-rft azure-openai-dpo azure-openai-rft"),
        ("min_examples", 1, SURE, "together"),
        ("min_examples", 3, SURE, "fireworks"),
        ("min_examples", 8, SURE, "bedrock-nova bedrock-nova-dpo"),
        ("min_examples", 32, SURE, "bedrock-claude"),
        ("min_examples", 100, SURE, "bedrock-llama"),
        ("min_examples", None, UNSURE, "vertex-gemini vertex-gemini-dpo"),
        ("max_examples", None, UNSURE, "openai-chat azure-openai together"),
        ("max_examples", 3_000_000, SURE, "fireworks"),
        ("max_examples", 20_000, SURE, "bedrock-nova bedrock-nova-dpo"),
        ("max_examples", 10_000, SURE, "bedrock-claude bedrock-llama"),
        ("max_examples", 10_000_000, SURE, "vertex-gemini"),
        ("max_work", 3_000_000, SURE, "fireworks"),
        ("max_token_work", 2_000_000_000, SURE, "azure-openai azure-openai-dpo azure-openai-rft"),
        ("max_validation_examples", 1000, SURE, "bedrock-claude"),
        ("max_validation_examples", 5000, SURE, "vertex-gemini"),
        ("max_validation_share", 0.3, SURE, "vertex-gemini"),
        ("min_validation", "required", SURE, "openai-rft azure-openai-rft"),
        ("tokens", 65_536, SURE, "openai-chat openai-dpo azure-openai azure-openai-dpo azure-openai-rft"),
        ("tokens", 65_536, UNSURE, "openai-rft"),
        ("tokens", None, UNSURE, "together"),
        ("tokens", 32_768, SURE, "fireworks"),
        ("tokens", 32_000, SURE, "bedrock-nova bedrock-nova-dpo bedrock-claude"),
        ("tokens", 16_000, SURE, "bedrock-llama"),
        ("tokens", 131_072, SURE, "vertex-gemini"),
        ("over_length", "cut", SURE, "openai-chat fireworks"),
        ("over_length", "rejected", UNSURE, "bedrock-nova bedrock-claude bedrock-llama vertex-gemini"),
        ("bom", "optional", SURE, "azure-openai azure-openai-dpo azure-openai-rft"),
        ("bom", "rejected", SURE, "together"),
        ("bom", "rejected", UNSURE, "openai-chat openai-dpo openai-rft bedrock-nova"),
        ("repeat_roles", "allowed", SURE, "openai-chat"),
        ("repeat_roles", "unsure", UNSURE, "azure-openai vertex-gemini"),
        ("repeat_roles", "rejected", SURE, "together bedrock-nova bedrock-claude"),
        ("late_system", "rejected", SURE, "together fireworks bedrock-nova bedrock-claude"),
        ("system_role", "developer", SURE, "openai-rft azure-openai-rft"),
        ("last_role", "user", SURE, "azure-openai-rft"),
        ("last_role", "user", UNSURE, "openai-rft"),
        ("last_role", "assistant", SURE, "bedrock-nova bedrock-claude"),
        ("last_role", "assistant", UNSURE, "openai-chat azure-openai vertex-gemini"),
        ("input_last_role", "user", SURE, "together vertex-gemini-dpo bedrock-nova-dpo"),
        ("input_last_role", "user", UNSURE, "openai-dpo azure-openai-dpo"),
        ("answer_messages", "one", SURE, "openai-dpo together fireworks vertex-gemini-dpo"),
        ("answer_messages", "several", SURE, "azure-openai-dpo"),
        ("example_weight", "allowed", SURE, "together"),
        ("example_weight", "all_or_none", SURE, "fireworks"),
        ("unknown_fields", "rejected", SURE, "together bedrock-claude"),
        ("unknown_fields", "ignored", SURE, "openai-rft azure-openai-rft"),
        ("images_per_example", 10, SURE, "openai-chat together bedrock-nova"),
        ("images_per_example", 64, SURE, "azure-openai"),
        ("images_per_example", 30, SURE, "vertex-gemini"),
        ("images_per_example", 0, SURE, "openai-dpo bedrock-claude vertex-gemini-dpo"),
        ("image_sources", ["http", "https", "data"], SURE, "openai-chat azure-openai"),
        ("image_sources", ["data"], SURE, "together fireworks"),
        ("image_sources", ["s3"], SURE, "bedrock-nova bedrock-nova-dpo"),
        ("image_sources", ["gs", "http", "https"], SURE, "vertex-gemini"),
        ("no_new_jobs", date(2027, 1, 6), SURE, "openai-chat openai-dpo"),
        ("no_new_jobs", date(2026, 10, 23), SURE, "openai-rft"),
        ("no_new_jobs", date(2026, 9, 10), UNSURE, "bedrock-claude"),
    ],
)
def test_what_the_providers_demand(fact, value, verified, targets):
    for target in map(load_target, targets.split()):
        assert (target.value(fact), target.verified(fact)) == (value, verified), target.name


def test_the_smallest_model_takes_less_at_azure():
    limits = {name: load_target(name).model("gpt-4.1-nano").limit for name in ("openai-chat", "azure-openai")}
    assert limits == {"openai-chat": 65_536, "azure-openai": 32_768}


def test_an_open_model_is_counted_with_its_own_vocabulary():
    model = load_target("together").model("openai/gpt-oss-120b")
    assert (model.limit, model.encoding) == (16_384, "o200k_harmony")
