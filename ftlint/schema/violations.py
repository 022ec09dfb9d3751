"""Where a record breaks its JSON Schema, told in plain words, one misfit a fault.

Every record is first decided by jsonschema-rs, which takes about a microsecond. Only records that fail are
looked at again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ftlint import plugins
from ftlint.display import did_you_mean, quote
from ftlint.errors import UsageError
from ftlint.json_values import tame
from ftlint.path import Steps, format_path
from ftlint.schema.explain import Explainer
from ftlint.schema.failure import Failure, failure_of, simplified
from ftlint.schema.wording import wording
from ftlint.shapes.shape import Record

if TYPE_CHECKING:
    from jsonschema_rs import Validator

# jsonschema-rs gives up on deeper values; what lies deeper is not part of any shape.
DEEPEST = 100
# A package that offers these may have a folder ``schemas`` for them, with a file for each shape and each target.
WITH_SCHEMAS = (plugins.SHAPES, plugins.TARGETS)

Fault = tuple[str, Steps, str]
"""Kind, path and message."""


class CompiledSchema:
    """A schema, ready to judge and to explain. Raises what jsonschema-rs does where it is no schema."""

    def __init__(self, schema: Any) -> None:
        import jsonschema_rs

        self.validator: Validator = jsonschema_rs.validator_for(schema, offline=True)
        self.explainer = Explainer(schema)


def misfits(
    records: Sequence[Record], schema_name: str, names: Mapping[str, str] | None = None
) -> Iterator[tuple[int, str, str, str, str]]:
    """What the schema forbids in each record, as (index, kind, pointer, path, message).

    Kind is "missing", "wrong" or "unknown". ``names`` maps the schema's fields to the file's own keys;
    paths and JSON pointers spell the file's.
    """
    yield from judged(records, compiled(schema_name), names)


def judged(
    records: Sequence[Record], schema: CompiledSchema, names: Mapping[str, str] | None = None
) -> Iterator[tuple[int, str, str, str, str]]:
    """The same for a compiled schema."""
    is_valid = schema.validator.is_valid
    names = {field: key for field, key in (names or {}).items() if field != key}
    for i, record in enumerate(records):
        view, own = _renamed(record, names) if names else (record, {})
        try:
            if is_valid(view):
                continue
        except (ValueError, RecursionError):
            # Keys or values that are no JSON, such as half a surrogate pair: looked at in a tame copy.
            pass
        for kind, steps, message in _faults(view, own, schema):
            yield i, kind, _pointer(steps), format_path(steps), message


@cache
def compiled(schema_name: str) -> CompiledSchema:
    """The compiled schema of that name in ``rules/schemas``, for records as parsed from JSON."""
    return CompiledSchema(load_schema(schema_name))


def load_schema(schema_name: str) -> dict[str, Any]:
    """The schema of that name in ``rules/schemas``. Raises UsageError that names the nearest."""
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
    """The record with the schema's names for its fields, and the way back to the file's own keys.

    A key that is also the name of a field that another key stands for stays, under a name that no schema has.
    """
    fields = {key: field for field, key in names.items()}
    view: Record = {}
    own: dict[str, str] = {}
    for key, value in record.items():
        field = fields.get(key) or (f"\0{key}" if key in names else key)
        view[field] = value
        if field != key:
            own[field] = key
    return view, own


def _faults(record: Record, own: Mapping[str, str], schema: CompiledSchema) -> list[Fault]:
    errors = schema.validator.iter_errors
    try:
        broken = list(errors(record))
    except (ValueError, RecursionError):
        record = tame(record, DEEPEST)
        broken = list(errors(record))
    by_steps: dict[Steps, Fault] = {}
    for error in broken:
        for kind, steps, message in _told(simplified(failure_of(error, record)), own, schema.explainer):
            by_steps.setdefault(steps, (kind, steps, message))
    return [by_steps[steps] for steps in sorted(by_steps, key=_in_order)]


def _told(failure: Failure, own: Mapping[str, str], explainer: Explainer) -> Iterator[Fault]:
    first, *rest = failure.steps or [""]
    steps: Steps = (own.get(str(first), first), *rest) if failure.steps else ()
    match failure.keyword:
        case "required":
            yield "missing", (*steps, failure.expected), wording(failure, explainer)
        case "additionalProperties" | "unevaluatedProperties":
            for key in failure.expected:
                key = key if steps else own.get(key, key)
                yield "unknown", (*steps, key), f"unknown field {quote(key)}"
        case _:
            yield "wrong", steps, wording(failure, explainer)


def _pointer(steps: Steps) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _in_order(steps: Steps) -> list[tuple[int, int, str]]:
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in steps]
