"""Validate records by their JSON Schema, with one plain message per violation.

jsonschema-rs first decides whether a record is valid, which takes about a microsecond. Errors are collected only for
invalid records.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ftlint import plugins
from ftlint.display import did_you_mean, quote
from ftlint.errors import UsageError
from ftlint.json_values import tame, with_plain_numbers
from ftlint.path import Steps, format_path
from ftlint.schema.explain import Explainer
from ftlint.schema.failure import SchemaFailure, failure_of, simplified
from ftlint.schema.likely_field import MEANT, likely_field
from ftlint.schema.wording import wording
from ftlint.shapes.shape import Record, follow

if TYPE_CHECKING:
    from jsonschema_rs import Validator

# jsonschema-rs fails on deeper values; no shape has deeper fields.
MAX_DEPTH = 100
# A package with plug-ins of these groups may have a folder ``schemas`` with a file for each shape and target.
WITH_SCHEMAS = (plugins.SHAPES, plugins.TARGETS)

Fault = tuple[str, Steps, str]
"""Kind, path and message."""
BESIDE = ", where "
"""What precedes the name of a missing field in the message of an unknown field of the same object."""


class CompiledSchema:
    """A compiled schema with its explainer. Raises the errors of jsonschema-rs for an invalid schema."""

    def __init__(self, schema: Any) -> None:
        import jsonschema_rs

        self.validator: Validator = jsonschema_rs.validator_for(schema, offline=True)
        self.explainer = Explainer(schema)


def record_violations(
    records: Sequence[Record], schema_name: str, names: Mapping[str, str] | None = None
) -> Iterator[tuple[int, str, str, str, str]]:
    """Violations of the named schema in each record, as (index, kind, pointer, path, message).

    Kind is "missing", "wrong" or "unknown". ``names`` maps the fields of the schema to the keys of the file;
    paths and JSON pointers use the keys of the file.
    """
    yield from validated(records, compiled(schema_name), names)


def validated(
    records: Sequence[Record], schema: CompiledSchema, names: Mapping[str, str] | None = None
) -> Iterator[tuple[int, str, str, str, str]]:
    """The same for a compiled schema."""
    is_valid = schema.validator.is_valid
    names = {field: key for field, key in (names or {}).items() if field != key}
    for i, record in enumerate(records):
        view, original_keys = _renamed(record, names) if names else (record, {})
        try:
            if is_valid(view) or is_valid(view := with_plain_numbers(view)):
                continue
        except (ValueError, RecursionError):
            # Keys or values that are not valid JSON, such as a lone surrogate: ``_faults`` validates a cleaned copy.
            pass
        for kind, steps, message in _faults(view, original_keys, schema):
            yield i, kind, _pointer(steps), format_path(steps), message


def count_violations(record: Record, schema_name: str) -> int:
    """The number of violations of the named schema in a record."""
    return sum(1 for _ in record_violations([record], schema_name))


@cache
def compiled(schema_name: str) -> CompiledSchema:
    """The compiled schema of that name in ``rules/schemas``, for records as parsed from JSON."""
    return CompiledSchema(load_schema(schema_name))


def load_schema(schema_name: str) -> dict[str, Any]:
    """The schema of that name in ``rules/schemas``. Raises UsageError with the nearest name for an unknown one."""
    from importlib.resources import files

    folders = [files("ftlint.rules")]
    folders += [
        files(offer.module.partition(".")[0]) for group in WITH_SCHEMAS for offer in plugins.offers(group)
    ]
    known = {
        entry.name[:-5]: entry
        for folder in reversed(folders)
        if (folder / "schemas").is_dir()
        for entry in (folder / "schemas").iterdir()
        if entry.name.endswith(".json")
    }
    if schema_name not in known:
        raise UsageError(f'rules/schemas: no schema "{schema_name}"{did_you_mean(schema_name, known)}')
    schema: dict[str, Any] = json.loads(known[schema_name].read_text(encoding="utf-8"))
    return schema


def _renamed(record: Record, names: Mapping[str, str]) -> tuple[Record, dict[str, str]]:
    """The record with its keys renamed to the fields of the schema, and a map from these back to the keys of the file.

    A key that equals a field to which another key is mapped gets a name that is in no schema.
    """
    fields = {key: field for field, key in names.items()}
    view: Record = {}
    original_keys: dict[str, str] = {}
    for key, value in record.items():
        field = fields.get(key) or (f"\0{key}" if key in names else key)
        view[field] = value
        if field != key:
            original_keys[field] = key
    return view, original_keys


def _faults(record: Record, original_keys: Mapping[str, str], schema: CompiledSchema) -> list[Fault]:
    errors = schema.validator.iter_errors
    try:
        validation_errors = list(errors(record))
    except (ValueError, RecursionError):
        record = tame(record, MAX_DEPTH)
        validation_errors = list(errors(record))
    by_steps: dict[Steps, Fault] = {}
    of_wrong_type: set[Steps] = set()
    for error in validation_errors:
        failure = simplified(failure_of(error, record))
        for kind, steps, message in _violations_of(failure, original_keys, schema.explainer):
            by_steps.setdefault(steps, (kind, steps, message))
            if failure.keyword == "type":
                of_wrong_type.add(steps)
    # What is inside a value of the wrong type is no fault of its own.
    faults = [
        by_steps[steps]
        for steps in sorted(by_steps, key=_sort_key)
        if not any(steps[:n] in of_wrong_type for n in range(1, len(steps)))
    ]
    as_in_file = {original_keys.get(key, key): value for key, value in record.items()}
    return _with_likely(as_in_file, faults)


def _with_likely(record: Record, faults: list[Fault]) -> list[Fault]:
    """The faults; a missing field names the one that is probably meant, other unknown fields name the missing one."""
    lacking = {steps[:-1]: str(steps[-1]) for kind, steps, _ in faults if kind == "missing"}
    if not lacking:
        return faults
    meant = {
        steps: likely_field(follow(record, steps[:-1]), str(steps[-1]))
        for kind, steps, _ in faults
        if kind == "missing"
    }
    named = {(*steps[:-1], key) for steps, key in meant.items() if key is not None}
    explained: list[Fault] = []
    for kind, steps, message in faults:
        if kind == "missing" and (key := meant[steps]):
            message = f"{message}; {quote(key)} {MEANT}"
        elif kind == "unknown" and steps in named:
            continue
        elif kind == "unknown" and steps[:-1] in lacking:
            message = f"{message}{BESIDE}{quote(lacking[steps[:-1]])} is missing"
        explained.append((kind, steps, message))
    return explained


def _violations_of(
    failure: SchemaFailure, original_keys: Mapping[str, str], explainer: Explainer
) -> Iterator[Fault]:
    first, *rest = failure.steps or [""]
    steps: Steps = (original_keys.get(str(first), first), *rest) if failure.steps else ()
    match failure.keyword:
        case "required":
            yield "missing", (*steps, failure.expected), wording(failure, explainer)
        case "additionalProperties" | "unevaluatedProperties":
            for key in failure.expected:
                key = key if steps else original_keys.get(key, key)
                yield "unknown", (*steps, key), f"unknown field {quote(key)}"
        case _:
            yield "wrong", steps, wording(failure, explainer)


def _pointer(steps: Steps) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _sort_key(steps: Steps) -> list[tuple[int, int, str]]:
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in steps]
