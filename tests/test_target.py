"""Targets: every fact has its source, a misspelt name never passes, and models are found by any of their names."""

import subprocess
import sys
from datetime import date

import pytest

from ftlint import UsageError
from ftlint.cli.target import target_list, target_page
from ftlint.rule import SHAPES
from ftlint.schema.violations import compiled
from ftlint.targets.facts import KNOWN_FACTS
from ftlint.targets.target import find_model, load_target, parse_target, target_names
from ftlint.tokens.vocabulary import VOCABULARIES

SMALL = """
title = "A small one"
status = "live"
summary = "For tests."
[shapes]
chat = "chat"
[sources]
manual = "The manual"
[facts]
min_examples = { value = 10, source = "manual", checked = 2026-01-02, verified = true }
over_length = { value = "cut", source = "manual", checked = 2026-01-02, verified = false, note = "perhaps" }
leading_space = { value = true, source = "manual", checked = 2026-01-02, verified = true }
separator = { value = "\\n\\n###", source = "manual", checked = 2026-01-02, verified = true }
[[models]]
name = "small-1"
limit = 4096
encoding = "o200k_base"
source = "manual"
checked = 2026-01-02
verified = true
"""

everywhere = pytest.mark.parametrize("name", target_names())


@everywhere
def test_every_fact_is_known_and_has_a_source_and_a_day(name):
    for fact_name, fact in load_target(name).facts.items():
        assert fact_name in KNOWN_FACTS
        assert len(fact.source) > 12, f"{fact_name}: a source must be understood without a key list"
        assert date(2020, 1, 1) < fact.checked < date(2100, 1, 1)


@everywhere
def test_every_model_has_a_source_a_day_and_a_vocabulary_that_is_here(name):
    for model in load_target(name).models:
        assert len(model.source) > 12
        assert model.encoding in VOCABULARIES
        assert model.status != "retired" or model.retired


@everywhere
def test_a_target_names_shapes_and_schemas_that_exist(name):
    for shape, schema in load_target(name).shapes.items():
        assert shape in SHAPES
        assert compiled(schema)


@everywhere
def test_no_two_models_of_a_target_share_a_name(name):
    names = [known for model in load_target(name).models for known in (model.name, *model.aliases)]
    assert len(names) == len(set(names))


@everywhere
def test_an_end_that_was_announced_has_a_day(name):
    target = load_target(name)
    if target.status in ("winding-down", "retired"):
        assert target.value("no_new_jobs")
    assert (target.status == "unsupported") == (target.value("notice") is not None)


@everywhere
def test_every_source_of_a_file_is_used(name):
    import tomllib
    from importlib.resources import files

    text = (files("ftlint.rules") / "targets" / f"{name}.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    used = {entry["source"] for entry in [*table["facts"].values(), *table.get("models", [])]}
    assert used == set(table["sources"])


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("min_examples", 10),
        ("tokens", 65536),
        ("weights", [0, 1]),
        ("over_length", "cut"),
        ("file_bytes", 512 * 1024**2),
        ("no_new_jobs", date(2027, 1, 6)),
        ("max_examples", None),
    ],
)
def test_openai_chat_says(fact, value):
    assert load_target("openai-chat").value(fact) == value


def test_what_only_users_reported_is_not_verified():
    target = load_target("openai-chat")
    assert target.verified("min_examples")
    assert not target.verified("last_role")
    assert not target.verified("special_tokens")
    assert not target.verified("max_examples")


def test_a_fact_of_another_type_is_not_taken_for_a_number_or_a_text():
    target = parse_target("small", SMALL)
    assert (target.number("min_examples"), target.text("min_examples")) == (10, None)
    assert (target.number("leading_space"), target.text("separator")) == (None, "\n\n###")
    assert target.number("max_examples") is None


def test_asking_for_a_fact_nobody_knows_names_the_nearest():
    with pytest.raises(UsageError, match='no fact "min_exmaples"; did you mean "min_examples"'):
        parse_target("small", SMALL).value("min_exmaples")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "min_examples",
            "min_exmaples",
            r'facts: unknown name "min_exmaples"; did you mean "min_examples"\?',
        ),
        ('10, source = "manual"', '10, sorce = "manual"', r'unknown name "sorce"; did you mean "source"\?'),
        (
            '10, source = "manual"',
            '10, source = "manul"',
            r'no source "manul" in \[sources\]; did you mean "manual"\?',
        ),
        (
            '10, source = "manual", checked = 2026-01-02',
            '10, source = "manual"',
            r"facts\.min_examples: Object missing required field `checked`",
        ),
        ('10, source = "manual"', "10", r'facts\.min_examples: no source ""'),
        ('"cut"', '"cuts"', r'no value "cuts"; did you mean "cut"\? \(cut, dropped, rejected\)'),
        ('status = "live"', 'status = "alive"', "Invalid enum value 'alive'"),
        ("[shapes]", "[shape]", r'unknown name "shape"; did you mean "shapes"\?'),
        ("limit = 4096", "limt = 4096", r'models\[0\]: unknown name "limt"; did you mean "limit"\?'),
        ("limit = 4096", "limit = 0", r"models\[0\]: Expected `int` >= 1"),
        ("limit = 4096", 'limit = "4k"', r"models\[0\]: Expected `int`, got `str`"),
        ("[[models]]", "[[models]", "rules/targets/small.toml: "),
        ("[facts]", "facts = 3\n[facts2]", "rules/targets/small.toml: "),
    ],
)
def test_a_mistake_in_a_target_file_is_named_with_its_place(old, new, message):
    assert old in SMALL
    with pytest.raises(UsageError, match=message) as caught:
        parse_target("small", SMALL.replace(old, new))
    assert str(caught.value).startswith("rules/targets/small.toml: ")


def test_an_unknown_target_names_the_nearest_and_the_command_that_lists_all():
    with pytest.raises(UsageError) as caught:
        load_target("openai-chatt")
    assert str(caught.value) == 'no target "openai-chatt"; did you mean "openai-chat"? (ftlint target --all)'


@pytest.mark.parametrize("name", ["", "..", "../targets/openai-chat", "openai-chat.toml", "\x00"])
def test_a_path_is_no_target_name(name):
    with pytest.raises(UsageError, match="no target"):
        load_target(name)


@pytest.mark.parametrize(
    ("written", "target", "model", "encoding"),
    [
        ("gpt-4o-mini", None, "gpt-4o-mini-2024-07-18", "o200k_base"),
        ("gpt-4.1-mini-2025-04-14", None, "gpt-4.1-mini-2025-04-14", "o200k_base"),
        (" GPT-4o ", None, "gpt-4o-2024-08-06", "o200k_base"),
        ("ft:gpt-4.1-mini-2025-04-14:org::a1b2", None, "gpt-4.1-mini-2025-04-14", "o200k_base"),
        ("ft:gpt-4.1-mini", None, "gpt-4.1-mini-2025-04-14", "o200k_base"),
        (
            "ft:gpt-3.5-turbo-0613:org:name:id:ckpt-step-90",
            "openai-chat",
            "gpt-3.5-turbo-0613",
            "cl100k_base",
        ),
        ("gpt-4o-2024-08-06.ft-0123", None, "gpt-4o-2024-08-06", "o200k_base"),
        ("babbage-002", "openai-completions", "babbage-002", "cl100k_base"),
        ("ft:davinci-002:org::id", "openai-completions", "davinci-002", "cl100k_base"),
        ("davinci:ft-org-2023-01-02-03-04-05", "openai-completions", "davinci", "r50k_base"),
        ("ada", "openai-completions", "ada", "r50k_base"),
    ],
)
def test_a_model_is_found_by_any_of_its_names(written, target, model, encoding):
    found_target, found = find_model(written)
    # Where several targets train a model, its name alone names none of them.
    assert (found_target.name if found_target else None, found.name, found.encoding) == (
        target,
        model,
        encoding,
    )
    assert load_target(target or "openai-chat").model(written) == found


@pytest.mark.parametrize("written", ["gpt-4.1-mnii", "ft:gpt-4.1-mnii:org::id"])
def test_an_unknown_model_names_the_nearest(written):
    with pytest.raises(UsageError, match=r'did you mean "gpt-4\.1-mini"'):
        find_model(written)
    with pytest.raises(UsageError, match=r'did you mean "gpt-4\.1-mini"'):
        load_target("openai-chat").model(written)


def test_a_model_of_another_target_is_sent_there():
    with pytest.raises(
        UsageError, match='openai-chat trains no model "babbage-002"; it belongs to openai-comp'
    ):
        load_target("openai-chat").model("babbage-002")


@everywhere
def test_a_page_tells_every_fact_model_and_doubt(name):
    target = load_target(name)
    page = target_page(target)
    assert page.startswith(f"{name}: ") and page.endswith("\n")
    for fact_name, fact in target.facts.items():
        line = next(line for line in page.splitlines() if line.startswith(f"  {fact_name} = "))
        assert str(fact.checked) in line
        assert line.endswith("(unverified)") is not fact.verified
    for model in target.models:
        assert f"{model.limit:,}" in next(
            line for line in page.splitlines() if line.startswith(f"  {model.name} ")
        )


def test_a_page_shows_blanks_and_line_breaks_of_a_separator():
    assert r'separator = "\n\n###"  [1, 2026-01-02]' in target_page(parse_target("small", SMALL))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        (
            "openai-chat",
            "winding down: takes new jobs until 2027-01-06, and only of those who trained before",
        ),
        ("openai-completions", "retired since 2026-10-23: takes no new jobs"),
        ("torchtune", "unsupported since 2025-07-15 (active development has stopped): it may still work"),
        ("mistral-platform", "unsupported (deprecated and no longer actively supported): it may still work"),
    ],
)
def test_a_page_says_whether_jobs_can_still_be_started(name, status):
    assert f"\nStatus   {status}" in target_page(load_target(name))


def test_the_list_has_one_line_a_target_in_groups_and_those_without_jobs_last():
    groups = [group.splitlines() for group in target_list().split("\n\n")]
    named = [[line.split()[0] for line in group[1:]] for group in groups]
    assert sorted(name for group in named for name in group) == list(target_names())
    order = ["live", "winding-down", "unsupported", "retired"]
    states = [[load_target(name).status for name in group] for group in named]
    assert [set(group) for group in states] == [{state} for state in order]
    assert [group[0][0].isspace() for group in groups] == [False] * 4
    assert all(len(line) <= 110 for line in target_list().splitlines())


def test_targets_load_without_polars_and_without_a_tokenizer():
    code = "import sys, ftlint.targets.target as t; t.load_target('openai-chat'); print({'polars', 'tiktoken'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("code", "target", "severity"),
    [
        ("F003", None, "warning"),
        ("F003", "openai-chat", "warning"),
        ("U011", "openai-chat", "warning"),
        ("L001", "openai-chat", "warning"),
        ("C004", "openai-chat", "warning"),
        ("C001", "openai-chat", "error"),
        ("B001", None, None),
        ("L002", None, None),
    ],
)
def test_what_nobody_verified_is_at_most_a_warning(
    code: str, target: str | None, severity: str | None
) -> None:
    from ftlint.config.settings import from_python
    from ftlint.engine.plan import make_context
    from ftlint.rule.registry import find_rule

    assert find_rule(code)().severity_for(make_context(from_python(target=target))) == severity
