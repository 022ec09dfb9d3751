"""Estimate the cost of checking against a schema, whose nested references can multiply exponentially.

``{"allOf": [A, A]}``, where A is ``{"allOf": [B, B]}`` and so on, thirty times, is a kilobyte and takes an hour.

Also the keywords of JSON Schema that contain subschemas, and the traversal of them.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from msgspec import Struct, field

Schema = dict[str, Any]
DEFINITIONS = frozenset({"$defs", "definitions"})
MAPS = DEFINITIONS | {"properties", "patternProperties", "dependentSchemas", "dependencies"}
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
ONES = frozenset(
    {
        *("items", "additionalItems", "unevaluatedItems", "contains", "propertyNames"),
        *("additionalProperties", "unevaluatedProperties", "not", "if", "then", "else"),
    }
)
# The subschemas of these apply to the same value, those of all others to a value inside it.
SAME_VALUE = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"}
)


def inner(key: str, value: Any) -> Iterator[tuple[str | int | None, Any]]:
    """The subschemas of one keyword, each with its key or index, or None where there is only one."""
    if key in MAPS and isinstance(value, dict):
        yield from value.items()
    elif (key in LISTS or key == "items") and isinstance(value, list):
        yield from enumerate(value)
    elif key in ONES:
        yield None, value


def follow_pointer(schema: Any, pointer: str) -> Any:
    """The value at a JSON pointer (as in a URL fragment) in a schema; None where there is none."""
    value = schema
    for token in pointer.split("/")[1:] if pointer else ():
        token = unquote(token).replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdecimal() and int(token[:9]) < len(value):
            value = value[int(token[:9])]
        else:
            return None
    return value


MAX_LOOKS = 1_000_000
"""The greatest number of subschemas that may apply to one value."""
MAX_WORK = 50_000_000
"""The greatest number of evaluations for one call: about a second."""
OBJECTS = (
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
)
ARRAYS = ("items", "prefixItems", "additionalItems", "unevaluatedItems")


class Weight(Struct, frozen=True):
    """The cost of a schema.

    ``steps``: the greatest number of subschemas applied to one value; ``branches``: the number of evaluations of the
    values inside a value for each evaluation of it; ``whole``: the number of all subschemas, each counted as often as
    it is used, None for recursive schemas. ``endless``: a schema refers to itself for the same value.
    """

    steps: int = 1
    branches: int = 1
    whole: int | None = 1
    endless: bool = False

    @property
    def is_bomb(self) -> bool:
        """Whether even the smallest value would take too long."""
        return self.steps > MAX_LOOKS

    def allows(self, value: Any, characters: int) -> bool:
        """Whether a value, ``characters`` long as JSON text, can be checked in reasonable time."""
        if self.branches <= 1 and self.steps * characters <= MAX_WORK:
            return True
        size, depth = extent(value)
        evaluations = size * self.steps * self.branches**depth
        if self.whole is not None:
            evaluations = min(evaluations, size * self.whole)
        return bool(evaluations <= MAX_WORK)


def weigh(schema: Schema) -> Weight | None:
    """The cost of a schema; None where it cannot be determined."""
    analysis = _CostAnalysis(schema, todo=[schema])
    try:
        while analysis.todo:
            analysis.measure(analysis.todo.pop())
        whole = analysis.whole(schema)
    except (RecursionError, LookupError):
        return None
    steps = max(found[0] for found in analysis.measured.values())
    branches = max(max(found[1:]) for found in analysis.measured.values())
    return Weight(steps, branches, None if analysis.circular else whole, analysis.endless)


class _CostAnalysis(Struct):
    """The measured costs of subschemas, by identity."""

    root: Schema
    todo: list[Schema]
    """The subschemas that are not measured yet."""
    measured: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    wholes: dict[int, int] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)
    endless: bool = False
    circular: bool = False

    def measure(self, schema: Any) -> tuple[int, int, int]:
        """(number of subschemas applied to a value, evaluations of its fields, evaluations of its items)."""
        if not isinstance(schema, dict):
            return 1, 0, 0
        identity = id(schema)
        if identity in self.measured:
            return self.measured[identity]
        if identity in self.busy:
            self.endless = True
            return 1, 0, 0
        self.busy.add(identity)
        applied = 1
        patterns = schema.get("patternProperties")
        n_patterns = len(patterns) if isinstance(patterns, dict) else 0
        fields = n_patterns + 1 if any(key in schema for key in OBJECTS) else 0
        items = any(key in schema for key in ARRAYS) + ("contains" in schema)
        for below in self._same_value(schema):
            found = self.measure(below)
            applied, fields, items = applied + found[0], fields + found[1], items + found[2]
        self.busy.discard(identity)
        self.measured[identity] = applied, fields, items
        return self.measured[identity]

    def whole(self, schema: Any) -> int:
        """The number of all subschemas below this one, each counted as often as it is used."""
        if not isinstance(schema, dict):
            return 1
        identity = id(schema)
        if identity in self.wholes:
            return self.wholes[identity]
        if identity in self.busy:
            self.circular = True
            return 1
        self.busy.add(identity)
        found = 1 + sum(self.whole(below) for below in self._below(schema))
        self.busy.discard(identity)
        self.wholes[identity] = found
        return found

    def _same_value(self, schema: Schema) -> list[Any]:
        below = []
        for key, value in schema.items():
            parts = [part for _, part in inner(key, value)]
            if key in SAME_VALUE:
                below += parts
            else:
                self.todo += [part for part in parts if isinstance(part, dict)]
        return below + self._target(schema)

    def _below(self, schema: Schema) -> list[Any]:
        return [
            part for key, value in schema.items() if key not in DEFINITIONS for _, part in inner(key, value)
        ] + self._target(schema)

    def _target(self, schema: Schema) -> list[Any]:
        """The target of a reference, in a list. Raises LookupError where there is none."""
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return []
        found = follow_pointer(self.root, reference.partition("#")[2])
        if found is None:
            raise LookupError(reference)
        return [found]


def extent(value: Any) -> tuple[int, int]:
    """The number of values inside a value, and the depth of nesting."""
    size, depth, level = 0, 0, [value]
    while level:
        size += len(level)
        depth += 1
        level = [
            item
            for part in level
            if isinstance(part, dict | list)
            for item in (part.values() if isinstance(part, dict) else part)
        ]
    return size, depth
