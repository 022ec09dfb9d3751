"""A file that was written for a trainer: its shape, and its fields with the types of their values."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from ftlint.shapes.shape import Record
from ftlint.shapes.weights import detail_field, weight_field


class WrittenFile(Struct):
    """The written file: its path, its shape, and its fields with the types of their values."""

    path: Path
    shape: str
    fields: Mapping[str, set[str]]

    def are_texts(self, name: str) -> bool:
        """Whether the field is a text in every record that has it."""
        return self.fields.get(name) == {"text"}


class FieldKinds(Struct):
    """Collects from written records the types of fields that a trainer configuration depends on."""

    fields: dict[str, set[str]] = field(default_factory=dict)

    def observe(self, record: Record) -> None:
        """Add one record."""
        for name, value in record.items():
            self.fields.setdefault(name, set()).add("text" if isinstance(value, str) else "other")
        messages = record.get("messages", record.get("conversations"))
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict):
                for key in ("tool_calls", weight_field(message), detail_field(message)):
                    if key is not None and message.get(key) not in (None, []):
                        self.fields.setdefault(f"messages[].{key}", set()).add("other")

    def join(self, fields: Mapping[str, set[str]]) -> None:
        """Merge the fields of other records."""
        for name, kinds in fields.items():
            self.fields.setdefault(name, set()).update(kinds)


class NoTrainerConfig(Exception):
    """The trainer cannot be configured for such a file; the reason as a sentence without its full stop."""
