"""Arguments checked against the parameters of the tool that they are for: one fault, one sentence."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftlint.batch.tool_schema.complexity import Schema, extent
from ftlint.batch.tool_schema.metaschema import SchemaError
from ftlint.batch.tool_schema.schema import Parameters, understand
from ftlint.display import did_you_mean, escape, quote
from ftlint.json_values import as_json, found, literal, options, tame, type_words
from ftlint.path import Steps, format_path
from ftlint.schema.explain import Explainer
from ftlint.schema.failure import ALTERNATIVES, Failure, failure_of, simplified

if TYPE_CHECKING:
    from jsonschema_rs import Validator

DEEPEST = 100
MAX_FAULTS = 100
MAX_ERRORS = 1_000
# Nobody knows how many schemas there are; compiled, they take some ten times the room of their text.
MOST_KNOWN_CHARACTERS = 1_000_000
TOO_LARGE = "the arguments break their schema; they are too large to say where"
TOO_DEEP = Parameters((SchemaError((), "nested too deep to be read"),))
Known = tuple[Parameters, "Validator | None"]


class Schemas:
    """Parameters by their JSON text, each understood and compiled once, as long as there is room."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._characters = 0

    def known(self, schema: Schema) -> Known:
        """What is understood of parameters, and the compiled schema, or None where nothing can be checked."""
        text = as_json(schema)
        if text is None:
            return TOO_DEEP, None
        seen = self._known.get(text)
        if seen is None:
            understood = understand(schema, len(text))
            seen = understood, understood.validator()
            if self._characters + len(text) > MOST_KNOWN_CHARACTERS:
                self._known.clear()
                self._characters = 0
            self._known[text] = seen
            self._characters += len(text)
        return seen


schemas = Schemas()


def faults(schema: Schema, arguments: Mapping[str, Any], characters: int) -> list[str]:
    """Everything in the arguments, ``characters`` long as JSON text, that breaks the parameters' schema.

    Nothing where the parameters are no schema, or where checking would take too long.
    """
    understood, validator = schemas.known(schema)
    if validator is None or not understood.allows(arguments, characters):
        return []
    try:
        if validator.is_valid(arguments):
            return []
    except (ValueError, RecursionError):
        # Text or numbers that are no JSON for others: looked at in a copy, unless it nests too deeply for one.
        arguments = tame(arguments, DEEPEST + 1)
        if extent(arguments)[1] > DEEPEST:
            return []
    if not understood.explains(characters):
        return [TOO_LARGE]
    try:
        errors = [
            failure_of(error, arguments) for error in islice(validator.iter_errors(arguments), MAX_ERRORS)
        ]
    except (ValueError, RecursionError):
        return []
    return list(islice(_one_a_place(errors, understood.explainer), MAX_FAULTS))


# Of several things that are wrong with one value the first of these says most.
FIRST = ("type", "enum", "const", *ALTERNATIVES)


def _one_a_place(errors: Iterable[Failure], explainer: Explainer) -> Iterator[str]:
    """The words for each fault: of a value's faults the first only, but every key that is missing or too much."""
    by_place: dict[tuple[Steps, str | None], str] = {}
    broken = set()
    for failure in sorted(map(simplified, errors), key=_rank):
        for key, words in _told(failure, explainer):
            if key is None and failure.steps in broken:
                continue
            if key is None:
                broken.add(failure.steps)
            by_place.setdefault((failure.steps, key), words)
    yield from (words for _, words in sorted(by_place.items(), key=lambda entry: _in_order(entry[0])))


def _told(failure: Failure, explainer: Explainer) -> Iterator[tuple[str | None, str]]:
    """The key that is missing or too much, or None, and the words, for every fault in one error."""
    place = failure.steps
    match failure.keyword:
        case "required":
            inside = f" in {_name(place)}" if place else ""
            yield failure.expected, f"required {quote(failure.expected)} is missing{inside}"
        case "additionalProperties" | "unevaluatedProperties":
            known = explainer.known_properties(failure)
            for key in failure.expected:
                name = _name((*place, key))
                yield key, f"{name} is not among the parameters{did_you_mean(str(key), known)}"
        case "backtracking":
            return  # Whether the text matches is not known.
        case keyword if keyword in ALTERNATIVES:
            words = explainer.alternatives(failure, lambda below: _first_words(below, explainer))
            yield None, f"{_name(place)} is {found(failure.value)}; it {words}"
        case _:
            yield None, _wrong(failure)


def _first_words(failure: Failure, explainer: Explainer) -> str:
    return next((words for _, words in _told(failure, explainer)), "it cannot be checked")


def _wrong(failure: Failure) -> str:
    """What is wrong with one value."""
    name, value, expected = _name(failure.steps), failure.value, failure.expected
    is_found = f"{name} is {found(value)}"
    shown = f"{name} is {literal(value)}"
    match failure.keyword:
        case "falseSchema":
            return f"{name} is not allowed"
        case "type":
            return f"{is_found}; expected {type_words(expected)}"
        case "enum":
            return f"{shown}; allowed: {options(expected)}"
        case "const":
            return f"{shown}; allowed: {literal(expected)}"
        case "pattern":
            return f"{shown}; it has to match {escape(expected, 60)}"
        case "not":
            return f"{is_found}, which its schema rules out"
        case "uniqueItems":
            return f"{name} holds the same entry twice"
        case bound if bound in BOUNDS:
            return f"{_measured(bound, name, value)}; expected {BOUNDS[bound]} {literal(expected)}"
        case "propertyNames":
            return f"{literal(expected.instance)} is no name that {name} may have inside"
        case "contains":
            return f"{name} holds too few, or too many, of the entries that it has to hold"
        case _:
            return f"{is_found}; it breaks the schema's {escape(failure.keyword)}"


BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
    "minLength": "at least",
    "maxLength": "at most",
    "minItems": "at least",
    "maxItems": "at most",
    "minProperties": "at least",
    "maxProperties": "at most",
}
COUNTED = {
    "Length": ("character", "characters"),
    "Items": ("entry", "entries"),
    "Properties": ("key", "keys"),
}


def _measured(bound: str, name: str, value: object) -> str:
    """``"days" is 0``, or ``"tags" has 3 entries`` where a size is limited."""
    units = COUNTED.get(bound[3:])
    if units is None or not isinstance(value, str | list | dict):
        return f"{name} is {literal(value)}"
    return f"{name} has {len(value)} {units[len(value) != 1]}"


def _rank(failure: Failure) -> int:
    return FIRST.index(failure.keyword) if failure.keyword in FIRST else len(FIRST)


def _name(place: Steps) -> str:
    return quote(format_path(place)) if place else "the arguments object"


def _in_order(place: tuple[Steps, str | None]) -> tuple[list[tuple[int, int, str]], str]:
    steps, key = place
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in steps], key or ""
