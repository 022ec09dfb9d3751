"""Workers do pieces of work somewhere and send back what came of them; which ones there are, the staff says."""

from ftlint.execution.choose import hire, part_bytes, size_of
from ftlint.execution.executor import Done, Given, InHand, OnDisk, Work, Workers

__all__ = ["Done", "Given", "InHand", "OnDisk", "Work", "Workers", "hire", "part_bytes", "size_of"]
