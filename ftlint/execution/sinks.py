"""Destinations of the outputs of a pass."""

from typing import Any

from msgspec import Struct

from ftlint.execution.staging import StagedFile
from ftlint.io.write.jsonl import entries_of
from ftlint.io.write.writer import Writer


class FileSink(Struct, frozen=True):
    """A new file: written to directly, or joined from the staged files of workers."""

    file: Any

    def append(self, staged: StagedFile) -> None:
        """Append the next part."""
        staged.append_to(self.file)


class EntrySink(Struct, frozen=True):
    """A writer that must process all records: workers stage them as entries."""

    file: Writer

    def append(self, staged: StagedFile) -> None:
        """Write the records of the next part."""
        with staged.opened() as entries:
            for entry in entries_of(entries):
                self.file.add(entry)
