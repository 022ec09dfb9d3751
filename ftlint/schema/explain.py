"""Why a value breaks its JSON Schema: what jsonschema-rs found, and of several alternatives the nearest.

jsonschema-rs alone decides what fits. Its errors are put into those of jsonschema, whose ``best_match`` picks the one
that says most about an ``anyOf`` or ``oneOf``. Nothing is validated twice, so no pattern is matched and nothing is
fetched here. jsonschema is imported for values that fit none of several alternatives, and for nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftlint.display import quote
from ftlint.json_values import literal
from ftlint.path import Steps
from ftlint.shapes.shape import follow

if TYPE_CHECKING:
    from jsonschema import ValidationError as Ranked
    from jsonschema_rs import ValidationError

MAX_COMPARED = 1_000
"""Errors of one ``anyOf`` that are compared; the rest cannot make another alternative the nearest."""
MAX_REFERENCES = 10
ALTERNATIVES = ("anyOf", "oneOf")
CHOICES = ("const", "enum")
Rank = tuple[bool, int, bool, int]
"""How far an alternative is from fitting: another type, other constants in fields, none the same, errors."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One error: the keyword, the place in the value, and what the keyword wants there."""

    keyword: str
    steps: Steps
    expected: Any
    record: Any
    error: "ValidationError"

    @property
    def value(self) -> Any:
        """What is there instead."""
        return follow(self.record, self.steps)

    @property
    def branches(self) -> "list[list[Failure]]":
        """The errors of each alternative; an alternative that fits has none."""
        context = getattr(self.error.kind, "context", ())
        return [
            [failure_of(error, self.record) for error in islice(branch, MAX_COMPARED)] for branch in context
        ]

    @property
    def location(self) -> str:
        """Where the schema has the keyword, as a reference from its root."""
        pointer = "".join(f"/{_escaped(step)}" for step in self.error.schema_path)
        return self.error.absolute_keyword_location or f"#{pointer}"


def failure_of(error: "ValidationError", record: Any) -> Failure:
    """An error of jsonschema-rs about a record in the words of JSON Schema."""
    keyword, steps, kind = error.kind.name, tuple(error.instance_path), error.kind
    expected = None if keyword in ALTERNATIVES else kind.value
    last = list(error.schema_path[-2:])
    if keyword == "falseSchema" and last[-1:] == ["additionalProperties"] and last[:1] != ["properties"]:
        # Where a schema names no properties, that is what jsonschema-rs calls it.
        keyword, expected = "additionalProperties", list(follow(record, steps))
    elif keyword == "pattern" and not hasattr(kind, "pattern"):
        keyword = "backtracking"
    return Failure(keyword, steps, expected, record, error)


@dataclass(frozen=True)
class Explainer:
    """What a schema says where it is broken."""

    schema: Any

    def known_properties(self, failure: Failure) -> list[str]:
        """The names of the fields beside the keyword that is broken."""
        properties = self._around(failure).get("properties")
        return list(properties) if isinstance(properties, Mapping) else []

    def alternatives(self, failure: Failure, words: Callable[[Failure], str]) -> str:
        """``fits none of 2 alternatives; nearest is the 2nd ("type": "date"): "from" is missing``."""
        branches = failure.branches
        fitting = [number for number, branch in enumerate(branches, 1) if not branch]
        if fitting:
            which = " and ".join(f"the {ordinal(number)}" for number in fitting[:2])
            more = f" and {len(fitting) - 2} more" if len(fitting) > 2 else ""
            return f"fits {which}{more} of {len(branches)} alternatives, but may fit only one"
        near = self._nearest(failure, branches)
        told = [
            f"the {ordinal(number)}{self._label(failure, number)}: {words(why)}"
            for number, why in near
            if why.keyword not in ALTERNATIVES
        ]
        verb = "is" if len(told) == 1 else "are"
        return f"fits none of {len(branches)} alternatives" + (
            f"; nearest {verb} {', and '.join(told)}" if told else ""
        )

    def _nearest(self, failure: Failure, branches: Sequence[Sequence[Failure]]) -> list[tuple[int, Failure]]:
        """The alternative that is nearly met and what is wrong there; both where two are equally near."""
        from jsonschema.exceptions import best_match

        ranking = _Ranking(self)
        found = best_match([ranking.ranked(failure, 0)], key=ranking.key)
        if found.parent is not None:
            why = found
            while found.parent.parent is not None:
                found = found.parent
            return [(found.schema_path[0] + 1, failure_of(why.cause, failure.record))]
        ranks = [self.rank(failure, number, branch) for number, branch in enumerate(branches, 1)]
        tied = [number for number, rank in enumerate(ranks, 1) if rank == min(ranks)]
        return [(number, branches[number - 1][0]) for number in tied] if len(tied) == 2 else []

    def rank(self, failure: Failure, number: int, branch: Sequence[Failure]) -> Rank:
        """How far a value is from one of the alternatives."""
        constants = sum(len(inner.steps) == len(failure.steps) + 1 for inner in _choices(branch))
        same = self._shared_constant(failure, self._alternative(failure, number)) is not None
        return _of_type(branch, failure.steps) is not None, constants, not same, len(branch)

    def _label(self, failure: Failure, number: int) -> str:
        """`` ("type": "date")``, the constant of an alternative that the value has; else its title, if any."""
        part = self._alternative(failure, number)
        constant = self._shared_constant(failure, part)
        if constant is not None:
            return f" ({quote(constant)}: {literal(failure.value[constant])})"
        title = part.get("title")
        return f" ({quote(title)})" if isinstance(title, str) and title else ""

    @staticmethod
    def _shared_constant(failure: Failure, part: Mapping[str, Any]) -> str | None:
        """The field of a value that has the constant which an alternative wants there."""
        properties = part.get("properties")
        if not isinstance(properties, Mapping) or not isinstance(failure.value, dict):
            return None
        return next(
            (key for key, value in failure.value.items() if _is_constant(properties.get(key), value)), None
        )

    def _alternative(self, failure: Failure, number: int) -> Mapping[str, Any]:
        alternatives = self._around(failure).get(failure.keyword)
        part = alternatives[number - 1] if isinstance(alternatives, list) else None
        return self._followed(part, f"{failure.location}/{number - 1}")

    def _around(self, failure: Failure) -> Mapping[str, Any]:
        """The part of the schema that has the keyword."""
        return self._followed({"$ref": failure.location.rpartition("/")[0] or "#"}, "")

    def _followed(self, part: Any, location: str) -> Mapping[str, Any]:
        """A part of the schema, or the one that it refers to."""
        from referencing.exceptions import Unresolvable

        resolver = self._resolver
        try:
            if location.partition("#")[0]:
                resolver = resolver.lookup(location).resolver
            for _ in range(MAX_REFERENCES):
                if not isinstance(part, Mapping) or not isinstance(part.get("$ref"), str):
                    break
                found = resolver.lookup(part["$ref"])
                part, resolver = found.contents, found.resolver
        except (Unresolvable, ValueError, LookupError, TypeError):
            return {}
        return part if isinstance(part, Mapping) else {}

    @cached_property
    def _resolver(self) -> Any:
        """It follows references within the schema. There is nothing that could fetch others."""
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        root = DRAFT202012.create_resource(self.schema)
        registry: Registry[Any] = Registry().with_resource(root.id() or "", root)
        return registry.resolver(root.id() or "")


class _Ranking:
    """Errors for jsonschema's ``best_match``, and how near each of them is to a value that fits."""

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer
        self._left = MAX_COMPARED
        self._keys: dict[int, tuple[Any, ...]] = {}

    def key(self, error: "Ranked") -> tuple[Any, ...]:
        """What is wrong with the nearest alternative first. Two are equal only where two alternatives are as near."""
        return self._keys[id(error)]

    def ranked(self, failure: Failure, above: int) -> "Ranked":
        """The error with those of its alternatives. Its path begins ``above`` steps below the record."""
        from jsonschema.exceptions import ValidationError, relevance

        below: list[Ranked] = []
        simple = simplified(failure)
        for number, branch in enumerate(failure.branches if simple is failure else ()):
            if self._left <= 0:
                break
            rank = self._explainer.rank(failure, number + 1, branch)
            for nth, inner in enumerate(branch):
                if self._left <= 0:
                    break
                self._left -= 1
                error = self.ranked(inner, len(failure.steps))
                error.schema_path.appendleft(number)
                self._keys[id(error)] = (rank, relevance(error), inner.keyword != "required", nth)
                below.append(error)
        ranked = ValidationError(
            "",
            validator=failure.keyword,
            path=failure.steps[above:],
            schema_path=[failure.keyword],
            context=below,
            cause=failure.error,
        )
        self._keys.setdefault(id(ranked), ())
        return ranked


def simplified(failure: Failure) -> Failure:
    """Alternatives that differ in one thing only, as that: a type, or the constant of one place."""
    if failure.keyword not in ALTERNATIVES:
        return failure
    branches = failure.branches
    if not branches or not all(branches):
        return failure
    types = [_of_type(branch, failure.steps) for branch in branches]
    if all(types):
        names = [name for each in types if each is not None for name in each.expected]
        return Failure("type", failure.steps, list(dict.fromkeys(names)), failure.record, failure.error)
    branches = [branch for branch, other in zip(branches, types, strict=True) if other is None]
    for first in _choices(branches[0]) if len(branches) > 1 else ():
        same = [next((c for c in _choices(b) if c.steps == first.steps), None) for b in branches]
        if all(same) and all(len(b) == 1 or first.steps != failure.steps for b in branches):
            options = _options(choice for choice in same if choice is not None)
            return Failure("enum", first.steps, options, failure.record, first.error)
    return failure


def _of_type(branch: Sequence[Failure], steps: Steps) -> Failure | None:
    """The error that says that the value is of another type altogether."""
    return next((inner for inner in branch if inner.keyword == "type" and inner.steps == steps), None)


def _choices(branch: Sequence[Failure]) -> Iterator[Failure]:
    return (inner for inner in branch if inner.keyword in CHOICES)


def _options(choices: Iterator[Failure]) -> list[Any]:
    options: list[Any] = []
    for choice in choices:
        options += choice.expected if choice.keyword == "enum" else [choice.expected]
    return options


def _is_constant(schema: Any, value: Any) -> bool:
    """Whether a text is the only one that a schema allows."""
    if not isinstance(schema, Mapping) or not isinstance(value, str):
        return False
    options = schema.get("enum")
    return bool(
        (options[0] if isinstance(options, list) and len(options) == 1 else schema.get("const")) == value
    )


def ordinal(number: int) -> str:
    """``2nd``."""
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _escaped(step: str | int) -> str:
    """A step of a JSON pointer in a fragment."""
    from urllib.parse import quote as percent

    return percent(str(step).replace("~", "~0").replace("/", "~1"), safe="")
