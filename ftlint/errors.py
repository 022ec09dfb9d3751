"""Exceptions for mistakes of the user. Faulty data is a finding, never an exception."""


class UsageError(Exception):
    """The command, the configuration, a path or a plug-in is wrong: one sentence, exit code 2."""


class NotReadWhole(UsageError):
    """Data of an input could not be read, or would be lost if it were written over: nothing was written for it."""


class SourceChanged(UsageError):
    """The input changed while it was read, so nothing was written."""
