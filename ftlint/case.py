"""A rule's examples, which are its tests at once."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

Rows = Sequence[Any] | bytes | str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in, findings out.

    Exactly one of ``wrong`` and ``right`` is given: records, or a whole file as bytes or text.
    ``found`` lists (line, path) of every finding the rule must make in ``wrong``, in file order;
    ``(None, None)`` is a finding about the whole file. ``severity`` is that of every one of them, given where the
    target decides it. ``fixed`` is what the rule's own fix makes of
    ``wrong``: records, or a whole file. ``name`` decides the container, ``why`` titles the case.
    ``held`` are the rows of the file ``held.jsonl`` that the case is held against.
    ``settings`` go to the run as they would on the command line (``target``, ``model``, ``task``,
    ``encoding``, ``sheet`` …), ``options`` to the rule.
    """

    wrong: Rows | None = None
    right: Rows | None = None
    found: Sequence[tuple[int | None, str | None]] = ()
    severity: str | None = None
    fixed: Rows | None = None
    held: Rows | None = None
    name: str = "case.jsonl"
    why: str = ""
    options: Mapping[str, Any] = {}
    settings: Mapping[str, Any] = {}

    @property
    def rows(self) -> Rows:
        """The input, whichever kind of case this is."""
        return self.wrong if self.wrong is not None else (self.right or b"")
