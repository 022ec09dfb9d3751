"""The fields that a target accepts, from the schema of its records, and the others in a record."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from ftlint.path import Steps
from ftlint.schema.violations import load_schema
from ftlint.shapes.shape import CannotHold, Record, Shape
from ftlint.targets.target import Target

# Messages are in a list of the record, or in a list of an object in it.
MAX_DEPTH = 4
CALL_KEYS = ("tool_calls", "function_call")


class AllowedFields(Struct):
    """The allowed fields of an object; None for any. ``inside`` are the nested objects with limits, by key."""

    names: frozenset[str] | None = None
    inside: dict[str, "AllowedFields"] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.names is not None or bool(self.inside)

    def unknown(self, record: Record) -> list[tuple[Steps, Any]]:
        """The path and the value of every field of a record that is not allowed.

        Raises CannotHold where a message would lose its content without the field.
        """
        return list(self._found(record, ())) if self else []

    def _strange(self, value: Record) -> list[str]:
        if self.names is None or value.keys() <= self.names:
            return []
        return [name for name in value if name not in self.names]

    def _found(self, value: Any, path: Steps) -> Iterator[tuple[Steps, Any]]:
        if isinstance(value, list):
            for at, item in enumerate(value):
                yield from self._found(item, (*path, at))
        elif isinstance(value, dict):
            for name in self._strange(value):
                # A call without its name and arguments would be an empty answer.
                if path and name in CALL_KEYS and value[name]:
                    raise CannotHold("has no place for tool calls")
                yield (*path, name), value[name]
            for name, known in self.inside.items():
                if name in value:
                    yield from known._found(value[name], (*path, name))


def known_fields(target: Target | None, shape: Shape) -> AllowedFields:
    """The fields that a target accepts in a record of a shape; all, without a target or for an open schema."""
    if target is None or shape.name not in target.shapes:
        return AllowedFields()
    schema = load_schema(target.shapes[shape.name])
    known = _allowed(schema, schema, 0)
    if known.names is not None:
        synonyms = [
            other for name, others in shape.synonyms.items() if name in known.names for other in others
        ]
        known.names |= frozenset(synonyms)
    return known


def _allowed(node: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> AllowedFields:
    node = _resolved(node, schema)
    if "items" in node and isinstance(node["items"], dict):
        return _allowed(node["items"], schema, depth)
    names: dict[str, Any] = node.get("properties", {})
    allowed = AllowedFields()
    # Only records and messages are limited: the fields of parts, calls and tools depend on their vendor.
    is_limited = depth == 0 or "role" in names or "from" in names
    if names and is_limited and node.get("additionalProperties") is False:
        allowed.names = frozenset(names)
    if depth < MAX_DEPTH:
        for name, below in names.items():
            if isinstance(below, dict) and (known := _allowed(below, schema, depth + 1)):
                allowed.inside[name] = known
    return allowed


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    path = node.get("$ref")
    if not isinstance(path, str) or not path.startswith("#/"):
        return node
    target: Any = schema
    for step in path[2:].split("/"):
        target = target[step]
    return _resolved(target, schema)
