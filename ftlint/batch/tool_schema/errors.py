"""Check the arguments of calls against the parameters of their tools, with one message per error."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftlint.batch.tool_schema.complexity import Schema, extent
from ftlint.batch.tool_schema.metaschema import SchemaError
from ftlint.batch.tool_schema.schema import Parameters, understand
from ftlint.display import did_you_mean, escape, quote
from ftlint.json_values import as_json, found, literal, options, tame, type_words, with_plain_numbers
from ftlint.path import Steps, format_path
from ftlint.schema.explain import Explainer
from ftlint.schema.failure import ALTERNATIVES, SchemaFailure, failure_of, simplified

if TYPE_CHECKING:
    from jsonschema_rs import Validator

MAX_DEPTH = 100
MAX_FAULTS = 100
MAX_ERRORS = 1_000
# The number of schemas is unlimited; compiled, they take about ten times the memory of their text.
MAX_CACHED_CHARACTERS = 1_000_000
TOO_LARGE = "the arguments break their schema; they are too large to say where"
TOO_DEEP = Parameters((SchemaError((), "nested too deep to be read"),))
Known = tuple[Parameters, "Validator | None"]


class Schemas:
    """Cache of parameters by their JSON text, each analyzed and compiled once; it is cleared when it is full."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._characters = 0

    def known(self, schema: Schema) -> Known:
        """The analyzed parameters and the compiled schema, or None where arguments cannot be checked."""
        text = as_json(schema)
        if text is None:
            return TOO_DEEP, None
        entry = self._known.get(text)
        if entry is None:
            parameters = understand(schema, len(text))
            entry = parameters, parameters.validator()
            if self._characters + len(text) > MAX_CACHED_CHARACTERS:
                self._known.clear()
                self._characters = 0
            self._known[text] = entry
            self._characters += len(text)
        return entry


schemas = Schemas()


def faults(schema: Schema, arguments: Mapping[str, Any], characters: int) -> list[str]:
    """Messages for all violations of the parameters' schema in arguments that are ``characters`` long as JSON text.

    Empty where the parameters are not a valid schema, or where checking would take too long.
    """
    return known_faults(schemas.known(schema), arguments, characters)


def known_faults(known: Known, arguments: Mapping[str, Any], characters: int) -> list[str]:
    """The same for parameters that are analyzed and compiled."""
    parameters, validator = known
    if validator is None or not parameters.allows(arguments, characters):
        return []
    try:
        if validator.is_valid(arguments) or validator.is_valid(arguments := with_plain_numbers(arguments)):
            return []
    except (ValueError, RecursionError):
        # Text or numbers that are not valid JSON: checked in a cleaned copy, unless it is nested too deeply.
        arguments = tame(arguments, MAX_DEPTH + 1)
        if extent(arguments)[1] > MAX_DEPTH:
            return []
    if not parameters.explains(characters):
        return [TOO_LARGE]
    try:
        errors = [
            failure_of(error, arguments) for error in islice(validator.iter_errors(arguments), MAX_ERRORS)
        ]
    except (ValueError, RecursionError):
        return []
    return list(islice(_one_per_path(errors, parameters.explainer), MAX_FAULTS))


# Of several errors about one value the first of these is the most specific.
MOST_SPECIFIC = ("type", "enum", "const", *ALTERNATIVES)


def _one_per_path(errors: Iterable[SchemaFailure], explainer: Explainer) -> Iterator[str]:
    """The message for each error: the first error of each value, and all missing or unknown keys."""
    by_path: dict[tuple[Steps, str | None], str] = {}
    broken = set()
    for failure in sorted(map(simplified, errors), key=_rank):
        for key, words in _messages(failure, explainer):
            if key is None and failure.steps in broken:
                continue
            if key is None:
                broken.add(failure.steps)
            by_path.setdefault((failure.steps, key), words)
    yield from (words for _, words in sorted(by_path.items(), key=lambda entry: _sort_key(entry[0])))


def _messages(failure: SchemaFailure, explainer: Explainer) -> Iterator[tuple[str | None, str]]:
    """For every fault in one error: the missing or unknown key, or None, and the message."""
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
            yield None, _value_message(failure)


def _first_words(failure: SchemaFailure, explainer: Explainer) -> str:
    return next((words for _, words in _messages(failure, explainer)), "it cannot be checked")


def _value_message(failure: SchemaFailure) -> str:
    """The message for an error about one value."""
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


def _rank(failure: SchemaFailure) -> int:
    return MOST_SPECIFIC.index(failure.keyword) if failure.keyword in MOST_SPECIFIC else len(MOST_SPECIFIC)


def _name(place: Steps) -> str:
    return quote(format_path(place)) if place else "the arguments object"


def _sort_key(place: tuple[Steps, str | None]) -> tuple[list[tuple[int, int, str]], str]:
    steps, key = place
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in steps], key or ""
