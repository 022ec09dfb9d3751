"""What stops ftlint: the user's mistake, never the data's. Faulty data is a finding."""


class UsageError(Exception):
    """The command, the configuration, a path or a plug-in is wrong: one sentence, exit code 2."""


class SourceChanged(UsageError):
    """The input changed while it was read, so nothing was written."""
