"""Workers do pieces of work somewhere and send back what came of them; which ones there are, the staff says."""

from ftlint.workers.done import Done, Given, InHand, OnDisk, Work, Workers
from ftlint.workers.hire import hire, part_bytes, size_of

__all__ = ["Done", "Given", "InHand", "OnDisk", "Work", "Workers", "hire", "part_bytes", "size_of"]
