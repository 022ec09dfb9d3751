"""Clean a tool's schema for validation: remove padding nulls and regular expressions that are not safe to use."""

import re
import warnings
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from ftlint.batch.tool_schema.complexity import LISTS, MAPS, ONES, Schema, follow_pointer
from ftlint.batch.tool_schema.metaschema import SchemaError, known_draft
from ftlint.display import quote
from ftlint.json_values import found
from ftlint.path import Steps

if TYPE_CHECKING:
    from jsonschema_rs import FancyRegexOptions

MAX_PATTERN_LENGTH = 2_000
MAX_BACKTRACKS = 100_000
MAX_COMPILED_BYTES = 1 << 20


@lru_cache(maxsize=4096)
def reading(pattern: str) -> Literal["read", "unread", "broken"]:
    """Whether a regular expression is valid for ftlint's engine ("read"), only for others or too long, or invalid."""
    import jsonschema_rs

    if len(pattern) > MAX_PATTERN_LENGTH:
        return "unread"
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, offline=True, pattern_options=limits())
        return "read"
    except ValueError:
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, MemoryError):
        return "broken"
    return "unread"


@cache
def limits() -> "FancyRegexOptions":
    """Limits of matching: a pattern with too much backtracking is aborted."""
    import jsonschema_rs

    return jsonschema_rs.FancyRegexOptions(
        backtrack_limit=MAX_BACKTRACKS, size_limit=MAX_COMPILED_BYTES, dfa_size_limit=MAX_COMPILED_BYTES
    )


MAX_DEPTH = 100
MEANINGFUL_NULLS = ("const", "default")


class TooDeep(Exception):
    """The schema is nested too deeply."""


@dataclass(slots=True)
class CleanedSchema:
    """A cleaned copy of a schema, and the errors detected while copying.

    Removed are nulls, which a round trip through Arrow adds for every key of the other schemas; the name of the draft;
    and patterns that are only valid for other engines. OpenAPI's ``nullable`` becomes a type.
    """

    original: Schema
    schema: Schema = field(init=False)
    flaws: list[SchemaError] = field(default_factory=list)
    unknown: bool = False
    """Whether it has references that ftlint does not resolve, so that arguments cannot be checked."""
    _references: list[tuple[Steps, str]] = field(default_factory=list)
    _anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make the copy. Raises TooDeep."""
        self.schema = self._copy(self.original, (), 0)
        for steps, reference in [] if self.unknown else self._references:
            self._judge(steps, reference)

    def _copy(self, node: Any, steps: Steps, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise TooDeep
        if not isinstance(node, dict):
            return node
        copy: Schema = {}
        for key, value in node.items():
            if (value is None and key not in MEANINGFUL_NULLS) or key in ("$schema", "nullable"):
                continue
            if key == "pattern" and not self._reads(value, (*steps, key)):
                continue
            if key == "patternProperties" and isinstance(value, dict):
                value = {name: item for name, item in value.items() if self._reads(name, (*steps, key))}
            copy[key] = self._below(key, value, (*steps, key), depth)
        self._note(node, steps)
        return nullable(copy) if node.get("nullable") is True else copy

    def _below(self, key: str, value: Any, steps: Steps, depth: int) -> Any:
        if key in MAPS and isinstance(value, dict):
            return {
                name: self._copy(item, (*steps, name), depth + 1)
                for name, item in value.items()
                if item is not None
            }
        if (key in LISTS or key == "items") and isinstance(value, list):
            return [self._copy(item, (*steps, nth), depth + 1) for nth, item in enumerate(value)]
        return self._copy(value, steps, depth + 1) if key in ONES else value

    def _note(self, node: Schema, steps: Steps) -> None:
        """Record references, and the anchors that they may refer to."""
        reference = node.get("$ref")
        if isinstance(reference, str):
            self._references.append(((*steps, "$ref"), reference))
        elif reference is not None:
            self.flaws.append(SchemaError((*steps, "$ref"), f"expected text, found {found(reference)}"))
        for key in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(key), str):
                self._anchors.add(node[key])
        identifier = node.get("$id")
        if isinstance(identifier, str) and identifier.startswith("#"):
            self._anchors.add(identifier[1:])
        elif identifier is not None and steps:
            self.unknown = True
        if "$dynamicRef" in node or "$recursiveRef" in node:
            self.unknown = True

    def _reads(self, pattern: Any, steps: Steps) -> bool:
        if not isinstance(pattern, str):
            return True
        state = reading(pattern)
        if state == "broken":
            self.flaws.append(SchemaError(steps, f"{quote(pattern)} is no regular expression"))
        return state == "read"

    def _judge(self, steps: Steps, reference: str) -> None:
        """Report a reference that leads out of the schema, or nowhere."""
        base, _, fragment = reference.partition("#")
        own = self.original.get("$id")
        if base and base != (own.rstrip("#") if isinstance(own, str) else None):
            if known_draft(base):
                self.unknown = True
            else:
                words = f"{quote(reference)} leads out of the schema, and is never fetched"
                self.flaws.append(SchemaError(steps, words))
        elif fragment in self._anchors:
            self.unknown = True
        elif (fragment and not fragment.startswith("/")) or follow_pointer(self.original, fragment) is None:
            self.flaws.append(SchemaError(steps, f"{quote(reference)} leads nowhere"))


def nullable(schema: Schema) -> Schema:
    """The schema with null allowed, as OpenAPI's ``nullable`` means it."""
    kind, options = schema.get("type"), schema.get("enum")
    if isinstance(options, list) and None not in options:
        schema = {**schema, "enum": [*options, None]}
    if isinstance(kind, str) and kind != "null":
        return {**schema, "type": [kind, "null"]}
    if isinstance(kind, list) and "null" not in kind:
        return {**schema, "type": [*kind, "null"]}
    return schema if kind is not None or "enum" in schema else {"anyOf": [schema, {"type": "null"}]}
