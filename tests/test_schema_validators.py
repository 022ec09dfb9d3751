"""The two validators of JSON Schema against each other, and what is said of whatever they find.

jsonschema-rs decides, and jsonschema ranks what it found; neither is to be believed on its word alone.
"""

import json
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from examples import some
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_specifications import REGISTRY as SPECIFICATIONS
from referencing import Registry

from ftlint.batch.tool_schema.errors import faults, schemas
from ftlint.batch.tool_schema.metaschema import draft_and_flaws, known_draft
from ftlint.schema.violations import CompiledSchema, validated

NEW = "https://json-schema.org/draft/2020-12/schema"
MIDDLE = "https://json-schema.org/draft/2019-09/schema"
OLD = "http://json-schema.org/draft-07/schema#"
COMPARED = (NEW, MIDDLE, OLD)

KEYS = st.sampled_from("abc")
# 1e308, 0.1 and the like are left out: of a float that is a multiple of another, up to rounding, opinions differ.
NUMBERS = st.integers(-3, 12) | st.sampled_from([-1.5, 0.0, 0.5, 1.0, 2.5])
SCALARS = st.none() | st.booleans() | NUMBERS | st.sampled_from(["", "a", "ab", "b1", "ä", "aaaa"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
TYPES = ["string", "integer", "number", "boolean", "null", "array", "object"]
PATTERNS = ["^a", "b", "[0-9]$", "^(a|b)+$", "^.{2}$"]
LEAF = {
    "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
    "enum": st.lists(VALUES, min_size=1, max_size=3, unique_by=json.dumps),
    "const": VALUES,
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "exclusiveMinimum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "multipleOf": st.sampled_from([1, 2, 3, 0.5]),
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 3),
    "minItems": st.integers(0, 3),
    "maxItems": st.integers(0, 3),
    "uniqueItems": st.booleans(),
    "minProperties": st.integers(0, 3),
    "maxProperties": st.integers(0, 3),
    "required": st.lists(KEYS, max_size=3, unique=True),
    "pattern": st.sampled_from(PATTERNS),
    "format": st.sampled_from(["date", "email", "uri"]),
    "title": st.just("A title"),
    "$ref": st.just("#/{defs}/leaf"),
}


def inside(inner: st.SearchStrategy[Any], draft: str) -> dict[str, st.SearchStrategy[Any]]:
    """The keywords of a draft that hold schemas. A reference to the root is only used for what lies deeper."""
    several = st.lists(inner, min_size=1, max_size=3)
    below = inner | st.just({"$ref": "#"})
    maps = st.dictionaries(KEYS, below, max_size=3)
    found: dict[str, st.SearchStrategy[Any]] = {
        "properties": maps,
        "patternProperties": st.dictionaries(st.sampled_from(PATTERNS), below, max_size=2),
        "additionalProperties": st.booleans() | below,
        "propertyNames": inner,
        "items": below,
        "contains": below,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), several),
    }
    if draft == OLD:
        names = st.lists(KEYS, max_size=2, unique=True)
        return {
            **found,
            "items": below | several,
            "additionalItems": below,
            "dependencies": st.dictionaries(KEYS, names | inner, max_size=2),
        }
    found |= {
        "dependentRequired": st.dictionaries(KEYS, st.lists(KEYS, max_size=2, unique=True), max_size=2),
        "dependentSchemas": st.dictionaries(KEYS, inner, max_size=2),
        "minContains": st.integers(0, 2),
        "maxContains": st.integers(0, 2),
    }
    if draft == MIDDLE:
        return {**found, "items": below | several, "additionalItems": below}
    return {**found, "prefixItems": several, "unevaluatedProperties": below, "unevaluatedItems": below}


def some_of(keywords: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A schema of a few keywords."""
    names = st.lists(st.sampled_from(sorted(keywords)), max_size=4, unique=True)
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries({name: keywords[name] for name in chosen}).map(comparable)
    )


def comparable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without ``additionalItems`` beside ``items`` that is true or false: jsonschema raises a TypeError."""
    if isinstance(schema.get("items"), bool):
        return {key: value for key, value in schema.items() if key != "additionalItems"}
    return schema


def schemas_of(draft: str) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas of a draft, with a definition that they may refer to."""
    defs = "definitions" if draft == OLD else "$defs"
    leaf = {**LEAF, "$ref": st.just(f"#/{defs}/leaf")}
    bare = some_of({key: value for key, value in LEAF.items() if key != "$ref"})
    parts = st.recursive(
        some_of(leaf),
        lambda inner: some_of({**leaf, **inside(inner | st.booleans(), draft)}),
        max_leaves=6,
    )
    return st.builds(
        lambda part, definition: {
            "$schema": draft,
            "properties": {"v": part},
            defs: {"leaf": definition},
        },
        parts,
        bare,
    )


CASES = st.sampled_from(COMPARED).flatmap(lambda draft: st.tuples(schemas_of(draft), VALUES))


def other(schema: Any) -> Any:
    """jsonschema's validator, with nothing that could fetch what the schema refers to."""
    return jsonschema.validators.validator_for(schema)(schema, registry=Registry())


@settings(max_examples=some(500))
@given(CASES)
def test_both_validators_say_the_same(case: tuple[dict[str, Any], Any]) -> None:
    schema, value = case
    record = {"v": value}
    decided = jsonschema_rs.validator_for(schema, offline=True, validate_formats=False)
    assert decided.is_valid(record) == other(schema).is_valid(record)


def is_there(record: Any, steps: list[str]) -> bool:
    """Whether a record has a place."""
    for step in steps:
        try:
            record = record[int(step)] if isinstance(record, list) else record[step]
        except (LookupError, TypeError, ValueError):
            return False
    return True


@settings(max_examples=some(500))
@given(CASES)
def test_whatever_does_not_fit_is_explained_at_a_place_in_the_record(
    case: tuple[dict[str, Any], Any],
) -> None:
    schema, value = case
    record = {"v": value}
    compiled = CompiledSchema(schema)
    found = list(validated([record], compiled))
    assert bool(found) != compiled.validator.is_valid(record)
    for _, kind, pointer, _, message in found:
        steps = pointer.split("/")[1:]
        assert is_there(record, steps[:-1] if kind == "missing" else steps), pointer
        assert 0 < len(message) < 600 and "\n" not in message


@settings(max_examples=some(500))
@given(CASES)
def test_arguments_that_do_not_fit_are_explained(case: tuple[dict[str, Any], Any]) -> None:
    schema, value = case
    arguments = {"v": value}
    understood, validator = schemas.known(schema)
    found = faults(schema, arguments, len(json.dumps(arguments)))
    if validator is None:
        assert not found
    else:
        assert bool(found) != validator.is_valid(arguments)
        assert validator.is_valid(arguments) == other(schema).is_valid(arguments) or understood.flaws
    assert all(0 < len(message) < 600 for message in found)


@given(
    st.sampled_from(COMPARED).flatmap(
        lambda draft: st.tuples(st.just(draft), schemas_of(draft), VALUES, KEYS)
    )
)
def test_both_know_what_a_schema_is(case: tuple[str, dict[str, Any], Any, str]) -> None:
    """Schemas, and such in which something stands where a schema should."""
    draft, schema, value, key = case
    meta = jsonschema.validators.validator_for({"$schema": draft})
    judge = meta(meta.META_SCHEMA, registry=SPECIFICATIONS)
    for candidate in (
        schema,
        {**schema, "properties": {key: value}},
        {**schema, "type": value},
        {"items": value},
    ):
        flaws = draft_and_flaws(candidate, known_draft(draft))[1]
        assert bool(flaws) != judge.is_valid(candidate)
        assert all(is_there(candidate, [str(step) for step in flaw.steps]) for flaw in flaws)


DIFFERENCES = {
    "before 2019-09 a format is an assertion; jsonschema leaves it out unless it is asked": (
        {"$schema": OLD, "properties": {"v": {"format": "date"}}}, "x", False, True,
    ),
    "digits are those of ASCII in JSON Schema's expressions, of all scripts in Python's": (
        {"properties": {"v": {"pattern": r"^\d$"}}}, "٣", False, True,
    ),
    "the end is the end in JSON Schema's expressions; Python's also end before a last line feed": (
        {"properties": {"v": {"pattern": "^a$"}}}, "a\n", False, True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", DIFFERENCES)
def test_where_the_validators_differ_jsonschema_rs_is_right(reason: str) -> None:
    schema, value, decided, said = DIFFERENCES[reason]
    assert CompiledSchema(schema).validator.is_valid({"v": value}) is decided
    assert other({"$schema": NEW, **schema}).is_valid({"v": value}) is said
