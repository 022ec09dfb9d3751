"""Arguments held against the parameters of the tool that they are for: one fault, one sentence.

A quick look at arguments: most fit, and most schemas say no more than names, types and choices.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftlint.batch.tool_schema.complexity import Schema, extent
from ftlint.batch.tool_schema.metaschema import Flaw
from ftlint.batch.tool_schema.schema import Parameters, understand
from ftlint.display import did_you_mean, escape, quote
from ftlint.json_values import as_json, found, literal, options, tame, type_words
from ftlint.path import Steps, format_path

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

NOTES = frozenset({"description", "title", "default", "format"})
SAID = NOTES | {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "enum",
    "items",
    "minimum",
    "maximum",
}
NUMBERS = (int, float)
ONE_TYPE: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
TYPES: dict[Any, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def surely_fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits a schema, as far as can be seen at once. False means no more than: look closely."""
    if not SAID.issuperset(schema):
        return False
    kind = schema.get("type")
    if kind is None and "type" not in schema:
        return schema.keys() <= NOTES or (
            type(value) is dict and "enum" not in schema and _fields_fit(schema, value)
        )
    if not isinstance(kind, str) or type(value) not in TYPES.get(kind, ()):
        return False
    if "enum" in schema and not _is_choice(schema["enum"], value):
        return False
    if ("minimum" in schema or "maximum" in schema) and not _is_within(schema, value):
        return False
    if kind == "object":
        return _fields_fit(schema, value)
    if kind != "array" or "items" not in schema:
        return True
    items = schema["items"]
    return isinstance(items, dict) and all(surely_fits(items, item) for item in value)


def _is_choice(choices: Any, value: Any) -> bool:
    """Whether a text is one of the choices; other values are equal to what they are not (true is 1)."""
    return isinstance(choices, list) and isinstance(value, str) and value in choices


def _is_within(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a number is within its bounds; bounds say nothing of a text, and of what else there is ask later."""
    least, most = schema.get("minimum", value), schema.get("maximum", value)
    if type(value) not in NUMBERS or type(least) not in NUMBERS or type(most) not in NUMBERS:
        return type(value) is str
    return bool(least <= value <= most)


def _says_a_type_only(schema: dict[str, Any], value: Any) -> bool:
    """Whether a schema has a type, which the value is of, and at most a description: most are no more than that."""
    kind = schema.get("type")
    if type(kind) is not str or len(schema) > 2 or type(value) is not ONE_TYPE.get(kind):
        return False
    return len(schema) == 1 or "description" in schema


def _fields_fit(schema: Mapping[str, Any], value: dict[str, Any]) -> bool:
    properties, required = schema.get("properties", {}), schema.get("required", ())
    if not isinstance(properties, dict) or not isinstance(required, list | tuple):
        return False
    closed = schema.get("additionalProperties", True) is not True
    for key, item in value.items():
        below = properties.get(key)
        if type(below) is not dict:
            if below is not None or closed or key in properties:
                return False
        elif not (_says_a_type_only(below, item) or surely_fits(below, item)):
            return False
    return all(isinstance(key, str) and key in value for key in required)


DEEPEST = 100
MOST_FAULTS = 100
MOST_ERRORS = 1_000
# Nobody knows how many schemas there are; compiled, they take some ten times the room of their text.
MOST_KNOWN_CHARACTERS = 1_000_000
TOO_DEEP = Parameters((Flaw((), "nested too deep to be read"),))
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
    try:
        if surely_fits(schema, arguments):
            return []
    except RecursionError:
        return []
    understood, validator = schemas.known(schema)
    if validator is None or not understood.weight.allows(arguments, characters):
        return []
    try:
        if validator.is_valid(arguments):
            return []
        errors = list(islice(validator.iter_errors(arguments), MOST_ERRORS))
    except (ValueError, RecursionError):
        # Text or numbers that are no JSON for others: looked at in a copy, unless it nests too deeply for one.
        copy = tame(arguments, DEEPEST + 1)
        if extent(copy)[1] > DEEPEST:
            return []
        try:
            errors = list(islice(validator.iter_errors(copy), MOST_ERRORS))
        except (ValueError, RecursionError):
            return []
    return list(islice(_one_a_place(errors, understood.schema or {}), MOST_FAULTS))


# Of several things that are wrong with one value the first of these says most.
FIRST = ("type", "enum", "const", "oneOf", "anyOf")


def _one_a_place(errors: Iterable["ValidationError"], schema: Schema) -> Iterator[str]:
    """The words for each fault: of a value's faults the first only, but every key that is missing or too much."""
    by_place: dict[tuple[Steps, str | None], str] = {}
    ranked = sorted(errors, key=lambda error: _rank(error.kind.name))
    broken = set()
    for error in ranked:
        place: Steps = tuple(error.instance_path)
        for key, words in _told(error, place, schema):
            if key is None and place in broken:
                continue
            if key is None:
                broken.add(place)
            by_place.setdefault((place, key), words)
    yield from (words for _, words in sorted(by_place.items(), key=lambda entry: _in_order(entry[0])))


def _told(error: "ValidationError", place: Steps, schema: Schema) -> Iterator[tuple[str | None, str]]:
    """The key that is missing or too much, or None, and the words, for every fault in one error."""
    kind: Any = error.kind
    match kind.name:
        case "required":
            inside = f" in {_name(place)}" if place else ""
            yield kind.property, f"required {quote(kind.property)} is missing{inside}"
        case "additionalProperties" | "unevaluatedProperties":
            known = _properties(schema, error.schema_path[:-1])
            for key in kind.unexpected:
                name = _name((*place, key))
                yield key, f"{name} is not among the parameters{did_you_mean(str(key), known)}"
        case "falseSchema":
            yield None, f"{_name(place)} is not allowed"
        case "pattern" if not hasattr(kind, "pattern"):
            return  # The engine gave up.
        case _:
            yield None, _wrong(kind, place, error.instance)


def _wrong(kind: Any, place: Steps, value: object) -> str:
    """What is wrong with one value."""
    name = _name(place)
    is_found = f"{name} is {found(value)}"
    shown = f"{name} is {literal(value)}"
    match kind.name:
        case "type":
            return f"{is_found}; expected {type_words(kind.types)}"
        case "enum":
            return f"{shown}; allowed: {options(kind.options)}"
        case "const":
            return f"{shown}; allowed: {literal(kind.expected_value)}"
        case "anyOf" | "oneOf" if hasattr(kind, "context") and not _fits_some(kind):
            return f"{is_found}; it fits none of the {len(kind.context)} allowed forms{_nearest(kind, place)}"
        case "oneOf":
            return f"{is_found}; it fits more than one of the forms of which one is allowed"
        case "pattern":
            return f"{shown}; it has to match {escape(kind.pattern, 60)}"
        case "not":
            return f"{is_found}, which its schema rules out"
        case "uniqueItems":
            return f"{name} holds the same entry twice"
        case bound if bound in BOUNDS:
            return f"{_measured(bound, name, value)}; expected {BOUNDS[bound]} {literal(_limit(kind))}"
        case "propertyNames":
            return f"{literal(kind.error.instance)} is no name that {name} may have inside"
        case "contains":
            return f"{name} holds too few, or too many, of the entries that it has to hold"
        case _:
            return f"{is_found}; it breaks the schema's {escape(kind.name)}"


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


def _limit(kind: Any) -> object:
    return kind.multiple_of if kind.name == "multipleOf" else kind.limit


def _measured(bound: str, name: str, value: object) -> str:
    """``"days" is 0``, or ``"tags" has 3 entries`` where a size is limited."""
    units = COUNTED.get(bound[3:])
    if units is None or not isinstance(value, str | list | dict):
        return f"{name} is {literal(value)}"
    return f"{name} has {len(value)} {units[len(value) != 1]}"


def _fits_some(kind: Any) -> bool:
    return any(not branch for branch in kind.context)


def _nearest(kind: Any, place: Steps) -> str:
    """What breaks the one form that is not altogether of another type."""
    other = [
        branch
        for branch in kind.context
        if not any(error.kind.name == "type" and tuple(error.instance_path) == place for error in branch)
    ]
    return "" if len(other) != 1 or not other[0] else f" ({_first_words(other[0])})"


def _first_words(errors: list["ValidationError"]) -> str:
    by_rank = sorted(errors, key=lambda error: _rank(error.kind.name))
    return next((words for _, words in _told(by_rank[0], tuple(by_rank[0].instance_path), {})), "")


def _rank(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)


def _name(place: Steps) -> str:
    return quote(format_path(place)) if place else "the arguments object"


def _properties(schema: Schema, steps: Iterable[str | int]) -> list[str]:
    """The names that a part of the schema knows."""
    part: Any = schema
    for step in steps:
        try:
            part = part[step]
        except (KeyError, IndexError, TypeError):
            return []
    properties = part.get("properties") if isinstance(part, dict) else None
    return list(properties) if isinstance(properties, dict) else []


def _in_order(place: tuple[Steps, str | None]) -> tuple[list[tuple[int, int, str]], str]:
    steps, key = place
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in steps], key or ""
