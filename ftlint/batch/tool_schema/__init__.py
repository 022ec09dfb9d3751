"""Validate the ``parameters`` schemas of tools, and the arguments of calls against them."""

from ftlint.batch.tool_schema.errors import faults
from ftlint.batch.tool_schema.frames import argument_errors_frame, schema_errors, schema_errors_frame

__all__ = ["argument_errors_frame", "faults", "schema_errors", "schema_errors_frame"]
