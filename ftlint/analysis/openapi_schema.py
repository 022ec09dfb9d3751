"""JSON Schema in the selection of OpenAPI that Gemini's ``parameters`` are written in, where that loses nothing.

What is referred to is written in its place, ``const`` is an ``enum`` of one, null among the types is ``nullable``,
several types are ``anyOf``, and alternatives of ``oneOf`` that exclude each other are ``anyOf``.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

# They say nothing of a value: they may stand beside what is rewritten.
ANNOTATIONS = ("title", "description", "default", "example", "nullable")
DEFINITIONS = ("$defs", "definitions")
DEEPEST = 50


class NotRewritable(Exception):
    """A schema that the selection cannot express."""


def as_openapi(schema: Any, known: Collection[str]) -> Any:
    """The schema with the ``known`` keywords alone. Raises NotRewritable if it cannot say the same with them."""
    return _Rewriting(schema, known).schema(schema, ())


class _Rewriting:
    def __init__(self, root: Any, known: Collection[str]) -> None:
        self._root, self._known = root, known

    def schema(self, schema: Any, inside: tuple[str, ...]) -> Any:
        """A schema and those in it; ``inside`` are the references that led to it."""
        if not isinstance(schema, dict):
            # true and false are schemas, too.
            return schema
        if len(inside) > DEEPEST:
            raise NotRewritable("a schema that refers to itself")
        new = {key: value for key, value in schema.items() if key not in (*DEFINITIONS, "$schema")}
        if "$ref" in new:
            return self._referred(new, inside)
        new = _with_choices(_with_one_type(new))
        if unknown := [key for key in new if key not in self._known]:
            raise NotRewritable(unknown[0])
        choices = new.get("enum")
        if isinstance(choices, list) and not all(isinstance(one, str | None) for one in choices):
            raise NotRewritable("choices that are no texts")
        return {key: self._value(key, value, inside) for key, value in new.items()}

    def _value(self, key: str, value: Any, inside: tuple[str, ...]) -> Any:
        if key in ("items", "additionalProperties", "additional_properties"):
            return self.schema(value, inside)
        if key in ("properties", "defs") and isinstance(value, dict):
            return {name: self.schema(below, inside) for name, below in value.items()}
        if key in ("anyOf", "any_of", "prefixItems") and isinstance(value, list):
            return [self.schema(below, inside) for below in value]
        return value

    def _referred(self, schema: Mapping[str, Any], inside: tuple[str, ...]) -> Any:
        reference = schema["$ref"]
        if not isinstance(reference, str) or reference in inside:
            raise NotRewritable("a schema that refers to itself")
        found = _at(self._root, reference)
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if any(key in found and key not in ANNOTATIONS for key in beside):
            raise NotRewritable("$ref beside other demands")
        return self.schema({**found, **beside}, (*inside, reference))


def _at(root: Any, reference: str) -> dict[str, Any]:
    """What a reference within the schema points to."""
    if reference.split("/", 1)[0] != "#":
        raise NotRewritable(reference)
    found = root
    for token in reference.split("/")[1:]:
        found = found.get(token.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise NotRewritable(reference)
    return found


def _with_one_type(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with one type: null as ``nullable``, several others as ``anyOf``."""
    types = schema.get("type")
    if not isinstance(types, list):
        return schema
    others = [one for one in types if one not in ("null", "NULL")]
    nullable = {"nullable": True} if len(others) < len(types) else {}
    if len(others) == 1:
        return {**{key: others[0] if key == "type" else value for key, value in schema.items()}, **nullable}
    rest = {key: value for key, value in schema.items() if key != "type"}
    if not others or any(key not in ANNOTATIONS for key in rest):
        raise NotRewritable("a list of types beside other demands")
    return {**rest, "anyOf": [{"type": one} for one in others], **nullable}


def _with_choices(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with ``const`` as ``enum`` of one, and ``oneOf`` as ``anyOf``."""
    if isinstance(schema.get("const"), str) and "enum" not in schema:
        kind = {} if "type" in schema else {"type": "string"}
        choices = {("enum" if key == "const" else key): value for key, value in schema.items()}
        schema = {**kind, **choices, "enum": [schema["const"]]}
    alternatives = schema.get("oneOf")
    if isinstance(alternatives, list) and "anyOf" not in schema:
        if not _exclude_each_other(alternatives):
            raise NotRewritable("oneOf of alternatives that a value may fit together")
        schema = {("anyOf" if key == "oneOf" else key): value for key, value in schema.items()}
    return schema


def _exclude_each_other(alternatives: Sequence[Any]) -> bool:
    """Whether no value fits two of them: their types differ, or one text is wanted in each and it differs."""
    kinds = [one.get("type") if isinstance(one, dict) else None for one in alternatives]
    if all(isinstance(kind, str) for kind in kinds):
        # An integer is a number, too.
        named = ["number" if str(kind).lower() == "integer" else str(kind).lower() for kind in kinds]
        if len(set(named)) == len(named):
            return True
    wanted = [_texts(one) for one in alternatives]
    return all(wanted) and all(not first & second for n, first in enumerate(wanted) for second in wanted[:n])


def _texts(schema: Any) -> set[str]:
    """The texts that a schema allows; none if it allows others."""
    if not isinstance(schema, dict):
        return set()
    choices = [schema["const"]] if "const" in schema else schema.get("enum")
    fixed = isinstance(choices, list) and all(isinstance(one, str) for one in choices)
    return set(choices) if fixed and isinstance(choices, list) else set()
