"""The user's own JSON Schema, by which every record is validated in addition to the schema of its shape.

The draft is the one that it names, else 2020-12. References are resolved only within the file: nothing else is read
from disk or network.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from ftlint.errors import UsageError
from ftlint.schema.violations import CompiledSchema, validated
from ftlint.shapes.shape import Record


class UserSchema(Struct, frozen=True):
    """A compiled schema and the name of its file."""

    name: str
    schema: CompiledSchema

    def violations(self, records: Sequence[Record]) -> Iterator[tuple[int, str, None, str, str]]:
        """Violations as (index, kind, pointer, path, message); messages begin with the name of the schema.

        Kind is "missing" or "wrong". The pointer is None, because violations of a user's schema have no fix.
        """
        for i, kind, _, path, message in validated(records, self.schema):
            yield i, "missing" if kind == "missing" else "wrong", None, path, f"{self.name}: {message}"


def load_own_schema(path: Path) -> UserSchema:
    """Load and compile a schema file. Raises UsageError for an unreadable file, invalid JSON or an invalid schema."""
    try:
        schema: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"json-schema {path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"json-schema {path}: it is no JSON: {error}") from None
    try:
        return UserSchema(path.name, CompiledSchema(schema))
    except (ValueError, TypeError, RecursionError) as error:
        place = "".join(f"/{step}" for step in getattr(error, "instance_path", ()))
        why = str(error).partition("\n")[0]
        raise UsageError(f"json-schema {path}: {place}{': ' if place else ''}{why}") from None
