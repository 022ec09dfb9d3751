"""Determine the nearest alternative of an ``anyOf`` or ``oneOf`` for an invalid value, and why it does not match.

Only jsonschema-rs validates. Its errors are converted to those of jsonschema, whose ``best_match`` selects the most
relevant one. Nothing is validated twice, so no pattern is matched and nothing is fetched here. jsonschema is imported
only for values that match none of several alternatives.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftlint.display import quote
from ftlint.json_values import literal
from ftlint.schema.failure import (
    ALTERNATIVES,
    MAX_COMPARED,
    SchemaFailure,
    choices,
    failure_of,
    of_type,
    simplified,
)

if TYPE_CHECKING:
    from jsonschema import ValidationError as Ranked

MAX_REFERENCES = 10
Rank = tuple[bool, int, bool, int]
"""Distance from an alternative: wrong type, number of wrong constants, no equal constant, number of errors."""


@dataclass(frozen=True)
class Explainer:
    """Explains errors by the schema around them."""

    schema: Any
    _parts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Cache of alternatives by their location in the schema."""

    def known_properties(self, failure: SchemaFailure) -> list[str]:
        """The names of the properties in the schema of the violated keyword."""
        properties = self._around(failure).get("properties")
        return list(properties) if isinstance(properties, Mapping) else []

    def alternatives(self, failure: SchemaFailure, words: Callable[[SchemaFailure], str]) -> str:
        """``fits none of 2 alternatives; nearest is the 2nd ("type": "date"): "from" is missing``."""
        branches = failure.branches
        fitting = [number for number, branch in enumerate(branches, 1) if not branch]
        if fitting:
            which = " and ".join(f"the {ordinal(number)}" for number in fitting[:2])
            more = f" and {len(fitting) - 2} more" if len(fitting) > 2 else ""
            return f"fits {which}{more} of {len(branches)} alternatives, but may fit only one"
        nearest = self._nearest(failure, branches)
        nearest_phrases = [
            f"the {ordinal(number)}{self._label(failure, number)}: {words(why)}"
            for number, why in nearest
            if why.keyword not in ALTERNATIVES
        ]
        verb = "is" if len(nearest_phrases) == 1 else "are"
        return f"fits none of {len(branches)} alternatives" + (
            f"; nearest {verb} {', and '.join(nearest_phrases)}" if nearest_phrases else ""
        )

    def _nearest(
        self, failure: SchemaFailure, branches: Sequence[Sequence[SchemaFailure]]
    ) -> list[tuple[int, SchemaFailure]]:
        """The nearest alternative and its error; both of two that are equally near."""
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

    def rank(self, failure: SchemaFailure, number: int, branch: Sequence[SchemaFailure]) -> Rank:
        """The distance of a value from one of the alternatives."""
        constants = sum(len(inner.steps) == len(failure.steps) + 1 for inner in choices(branch))
        same = self._shared_constant(failure, self._alternative(failure, number)) is not None
        return of_type(branch, failure.steps) is not None, constants, not same, len(branch)

    def _label(self, failure: SchemaFailure, number: int) -> str:
        """`` ("type": "date")``, a constant of the alternative that the value has; else its title, if any."""
        part = self._alternative(failure, number)
        constant = self._shared_constant(failure, part)
        if constant is not None:
            return f" ({quote(constant)}: {literal(failure.value[constant])})"
        title = part.get("title")
        return f" ({quote(title)})" if isinstance(title, str) and title else ""

    @staticmethod
    def _shared_constant(failure: SchemaFailure, part: Mapping[str, Any]) -> str | None:
        """The field of a value that equals the constant of an alternative."""
        properties = part.get("properties")
        if not isinstance(properties, Mapping) or not isinstance(failure.value, dict):
            return None
        return next(
            (key for key, value in failure.value.items() if _is_constant(properties.get(key), value)), None
        )

    def _alternative(self, failure: SchemaFailure, number: int) -> Mapping[str, Any]:
        place = f"{failure.location}/{number - 1}"
        if place not in self._parts:
            alternatives = self._around(failure).get(failure.keyword)
            part = alternatives[number - 1] if isinstance(alternatives, list) else None
            self._parts[place] = self._followed(part, place)
        return self._parts[place]

    def _around(self, failure: SchemaFailure) -> Mapping[str, Any]:
        """The subschema that contains the keyword."""
        return self._followed({"$ref": failure.location.rpartition("/")[0] or "#"}, "")

    def _followed(self, part: Any, location: str) -> Mapping[str, Any]:
        """A subschema, or the target of its reference."""
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
        """Resolver of references within the schema; it cannot fetch anything else."""
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        root = DRAFT202012.create_resource(self.schema)
        registry: Registry[Any] = Registry().with_resource(root.id() or "", root)
        return registry.resolver(root.id() or "")


class _Ranking:
    """Converts errors for jsonschema's ``best_match``, with a sort key for each."""

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer
        self._left = MAX_COMPARED
        self._keys: dict[int, tuple[Any, ...]] = {}

    def key(self, error: "Ranked") -> tuple[Any, ...]:
        """The sort key: errors of the nearest alternative first. Equal only for alternatives of equal distance."""
        return self._keys[id(error)]

    def ranked(self, failure: SchemaFailure, above: int) -> "Ranked":
        """The converted error with the errors of its alternatives. Its path omits the first ``above`` steps."""
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


def _is_constant(schema: Any, value: Any) -> bool:
    """Whether a text is the only value that a schema allows."""
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
