"""A JSON Schema validation error of jsonschema-rs, in a uniform form."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct

from ftlint.path import Steps
from ftlint.shapes.shape import follow

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

MAX_COMPARED = 1_000
"""The greatest number of errors of one ``anyOf`` that are compared; more do not change the nearest alternative."""
ALTERNATIVES = ("anyOf", "oneOf")
CHOICES = ("const", "enum")


class SchemaFailure(Struct, frozen=True):
    """One validation error: the keyword, the path in the record, and the value of the keyword."""

    keyword: str
    steps: Steps
    expected: Any
    record: Any
    error: "ValidationError"

    @property
    def value(self) -> Any:
        """The invalid value."""
        return follow(self.record, self.steps)

    @property
    def branches(self) -> "list[list[SchemaFailure]]":
        """The errors of each alternative; empty for an alternative that matches."""
        context = getattr(self.error.kind, "context", ())
        return [
            [failure_of(error, self.record) for error in islice(branch, MAX_COMPARED)] for branch in context
        ]

    @property
    def location(self) -> str:
        """The location of the keyword in the schema, as a reference from its root."""
        pointer = "".join(f"/{_escaped(step)}" for step in self.error.schema_path)
        return self.error.absolute_keyword_location or f"#{pointer}"


def failure_of(error: "ValidationError", record: Any) -> SchemaFailure:
    """Convert an error of jsonschema-rs about a record, with JSON Schema's names of keywords."""
    keyword, steps, kind = error.kind.name, tuple(error.instance_path), error.kind
    expected = None if keyword in ALTERNATIVES else kind.value
    last = list(error.schema_path[-2:])
    if keyword == "falseSchema" and last[-1:] == ["additionalProperties"] and last[:1] != ["properties"]:
        # jsonschema-rs reports additionalProperties in this way where a schema has no properties.
        keyword, expected = "additionalProperties", list(follow(record, steps))
    elif keyword == "pattern" and not hasattr(kind, "pattern"):
        keyword = "backtracking"
    return SchemaFailure(keyword, steps, expected, record, error)


def simplified(failure: SchemaFailure) -> SchemaFailure:
    """Simplify alternatives that differ only in a type, or in the constant at one path, to a single error."""
    if failure.keyword not in ALTERNATIVES:
        return failure
    branches = failure.branches
    if not branches or not all(branches):
        return failure
    types = [of_type(branch, failure.steps) for branch in branches]
    if all(types):
        names = [name for each in types if each is not None for name in each.expected]
        return SchemaFailure("type", failure.steps, list(dict.fromkeys(names)), failure.record, failure.error)
    branches = [branch for branch, other in zip(branches, types, strict=True) if other is None]
    for first in choices(branches[0]) if len(branches) > 1 else ():
        same = [next((c for c in choices(b) if c.steps == first.steps), None) for b in branches]
        if all(same) and all(len(b) == 1 or first.steps != failure.steps for b in branches):
            options = _options(choice for choice in same if choice is not None)
            return SchemaFailure("enum", first.steps, options, failure.record, first.error)
    return failure


def of_type(branch: Sequence[SchemaFailure], steps: Steps) -> SchemaFailure | None:
    """The error about the type of the value itself, if any."""
    return next((inner for inner in branch if inner.keyword == "type" and inner.steps == steps), None)


def choices(branch: Sequence[SchemaFailure]) -> Iterator[SchemaFailure]:
    return (inner for inner in branch if inner.keyword in CHOICES)


def _options(choices: Iterator[SchemaFailure]) -> list[Any]:
    options: list[Any] = []
    for choice in choices:
        options += choice.expected if choice.keyword == "enum" else [choice.expected]
    return options


def _escaped(step: str | int) -> str:
    """A step of a JSON pointer, escaped for a URL fragment."""
    return quote(str(step).replace("~", "~0").replace("/", "~1"), safe="")
