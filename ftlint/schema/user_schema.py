"""A JSON Schema of the user's own: every record of a file is judged by it as well as by its shape's.

It is judged as the draft that it names, else as 2020-12. What it refers to stands in the file itself: nothing else is
read, from a disk or a network.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftlint.errors import UsageError
from ftlint.schema.violations import CompiledSchema, judged
from ftlint.shapes.shape import Record


@dataclass(frozen=True, slots=True)
class OwnSchema:
    """A compiled schema and the name of its file."""

    name: str
    schema: CompiledSchema

    def misfits(self, records: Sequence[Record]) -> Iterator[tuple[int, str, None, str, str]]:
        """What the schema forbids, as (index, kind, pointer, path, message) that begins with the schema's name.

        Kind is "missing" or "wrong". There is no pointer, because nobody mends what somebody else's schema wants.
        """
        for i, kind, _, path, message in judged(records, self.schema):
            yield i, "missing" if kind == "missing" else "wrong", None, path, f"{self.name}: {message}"


def load_own_schema(path: Path) -> OwnSchema:
    """The schema of a file. Raises UsageError for a file that cannot be read, is no JSON or no schema."""
    try:
        schema: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"json-schema {path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"json-schema {path}: it is no JSON: {error}") from None
    try:
        return OwnSchema(path.name, CompiledSchema(schema))
    except (ValueError, TypeError, RecursionError) as error:
        place = "".join(f"/{step}" for step in getattr(error, "instance_path", ()))
        why = str(error).partition("\n")[0]
        raise UsageError(f"json-schema {path}: {place}{': ' if place else ''}{why}") from None
