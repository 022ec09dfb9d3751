"""Which fields a target takes: what the schema of its records names, and what becomes of all others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ftlint.schema.violations import load_schema
from ftlint.shapes.shape import CannotHold, Record, Shape
from ftlint.targets.target import Target

# Messages lie in a list of a record, or in a list of an object of it.
DEEPEST = 4
Path = tuple[str, ...]
"""Keys, with ``[]`` behind that of a list."""
CALLS = ("tool_calls", "function_call")


@dataclass(slots=True)
class Known:
    """The fields of an object; None where it may have any. ``inside`` are objects in it that are limited, too."""

    names: frozenset[str] | None = None
    inside: dict[str, "Known"] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.names is not None or bool(self.inside)

    def take_off(self, record: Record) -> list[tuple[Path, Any]]:
        """Take everything from a record that is not known: the path and the value of each.

        Raises CannotHold where a message would lose what it says.
        """
        return list(self._taken(record, ())) if self else []

    def _strange(self, value: Record) -> list[str]:
        if self.names is None or value.keys() <= self.names:
            return []
        return [name for name in value if name not in self.names]

    def _taken(self, value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
        if isinstance(value, list):
            path = (*path[:-1], f"{path[-1]}[]") if path else path
            for item in value:
                yield from self._taken(item, path)
        elif isinstance(value, dict):
            for name in self._strange(value):
                # A call without its name and arguments would be an empty answer.
                if path and name in CALLS and value[name]:
                    raise CannotHold("has no place for tool calls")
                yield (*path, name), value.pop(name)
            for name, known in self.inside.items():
                if name in value:
                    yield from known._taken(value[name], (*path, name))


def known_fields(target: Target | None, shape: Shape) -> Known:
    """What a target takes in a record of a shape; without a target, or where its schema is open, any field may stay."""
    if target is None or shape.name not in target.shapes:
        return Known()
    schema = load_schema(target.shapes[shape.name])
    known = _known(schema, schema, 0)
    if known.names is not None:
        also = [other for name, others in shape.synonyms.items() if name in known.names for other in others]
        known.names |= frozenset(also)
    return known


def _known(node: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Known:
    node = _resolved(node, schema)
    if "items" in node and isinstance(node["items"], dict):
        return _known(node["items"], schema, depth)
    names: dict[str, Any] = node.get("properties", {})
    found = Known()
    # Only records and messages are limited: parts, calls and tools hold what their makers define.
    whole = depth == 0 or "role" in names or "from" in names
    if names and whole and node.get("additionalProperties") is False:
        found.names = frozenset(names)
    if depth < DEEPEST:
        for name, below in names.items():
            if isinstance(below, dict) and (known := _known(below, schema, depth + 1)):
                found.inside[name] = known
    return found


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    path = node.get("$ref")
    if not isinstance(path, str) or not path.startswith("#/"):
        return node
    found: Any = schema
    for step in path[2:].split("/"):
        found = found[step]
    return _resolved(found, schema)
