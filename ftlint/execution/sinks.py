"""Where the outputs of a pass go."""

from dataclasses import dataclass
from typing import IO

from ftlint.execution.staging import StagedFile


@dataclass(frozen=True, slots=True)
class FileSink:
    """A new file: written to directly, or joined from what workers have staged."""

    file: IO[bytes]

    def append(self, staged: StagedFile) -> None:
        """Append the next part."""
        staged.append_to(self.file)
