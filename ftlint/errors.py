"""Exceptions for user errors. Faulty data is a finding, never an exception."""


class UsageError(Exception):
    """The command, the configuration, a path or a plug-in is wrong: one sentence, exit code 2."""


class NotReadWhole(UsageError):
    """An input was read incompletely, or overwriting it would lose data: nothing was written for it."""


class SourceChanged(UsageError):
    """The input changed while it was being read, so nothing was written."""
