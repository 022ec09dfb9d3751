"""Tools' ``parameters`` and the arguments of their calls: what is wrong with a schema, and what breaks it."""

from ftlint.batch.tool_schema.errors import faults
from ftlint.batch.tool_schema.frames import breaches_frame, flaws, flaws_frame

__all__ = ["breaches_frame", "faults", "flaws", "flaws_frame"]
