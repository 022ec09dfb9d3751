"""The schemas themselves: sound, one cause for a fault, one for every shape and target."""

import json

import jsonschema_rs
import pytest
from schema_records import SCHEMAS

from ftlint.rule import SHAPES
from ftlint.shapes.shape import Shape
from ftlint.targets.target import load_target, target_names


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_file_is_sound(name):
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMAS[name]["title"]
    jsonschema_rs.meta.validate(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_points_at_one_cause(name):
    """Under anyOf and oneOf every branch complains."""
    text = json.dumps(SCHEMAS[name])
    assert '"anyOf"' not in text and '"oneOf"' not in text


def test_every_shape_and_target_has_a_schema():
    assert {
        *SHAPES,
        *(schema for name in target_names() for schema in load_target(name).shapes.values()),
    } <= set(SCHEMAS)


PICKY = {"pattern", "minLength", "maxLength", "format"}
COUNTING = {"maxItems", "uniqueItems", "contains", "prefixItems"}
IN_COLUMNS = [
    (name, shape)
    for name, shapes in [("", {shape: shape for shape in SHAPES})]
    + [(target, load_target(target).shapes) for target in target_names()]
    for shape in shapes
    if type(SHAPES[shape]).columns is not Shape.columns
]


@pytest.mark.parametrize(("target", "shape"), IN_COLUMNS)
def test_where_records_are_columns_a_schema_minds_no_text_but_the_role(target, shape):
    """Of lines that are all alike only one for each role is held against the schema (``Seen._plain``)."""

    def walk(node, field):
        if isinstance(node, dict):
            words = [word for word in [*node.get("enum", ()), node.get("const")] if isinstance(word, str)]
            # Plain messages have a role and a content only.
            assert not (PICKY & node.keys() or words) or field in ("role", "type", "tool_call_id"), field
            assert not COUNTING & node.keys() or field not in ("messages", "prompt"), field
            assert node.get("minItems", 1) <= 1 or field not in ("messages", "prompt"), field
            for key, below in node.items():
                names = key in ("properties", "$defs") and isinstance(below, dict)
                for name, inner in below.items() if names else [(field, below)]:
                    walk(inner, name)
        elif isinstance(node, list):
            for inner in node:
                walk(inner, field)

    walk(SCHEMAS[load_target(target).shapes[shape] if target else shape], "")


@pytest.mark.parametrize("name", target_names())
def test_the_fields_a_target_knows_are_those_of_its_schema(name):
    target = load_target(name)
    schema = SCHEMAS[target.shapes[target.shape]]
    message = schema.get("$defs", {}).get("message", {})
    for strict, fact in ((schema, "record_fields"), (message, "message_fields")):
        if strict.get("additionalProperties") is False:
            assert set(strict["properties"]) == set(target.value(fact))
