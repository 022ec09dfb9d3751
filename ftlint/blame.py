"""A rule that raises is a bug in ftlint or in a plug-in: it is told with the rule's file and line."""

from collections.abc import Sequence
from typing import Any

from ftlint.errors import UsageError
from ftlint.rule_base import Rule


class blaming:
    """Turn a rule's own exception into a UsageError that names the rule's file and line."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or not isinstance(error, Exception) or isinstance(error, UsageError):
            return
        import sys
        import traceback

        files = {sys.modules[type(rule).__module__].__file__: rule for rule in self.rules}
        for frame in reversed(traceback.extract_tb(trace)):
            if frame.filename in files:
                rule = files[frame.filename]
                place = f"{frame.filename}:{frame.lineno}: rule {rule.code} failed"
                raise RuleFailed(f"{place}: {type(error).__name__}: {error}") from error
        names = ", ".join(rule.code for rule in self.rules)
        raise RuleFailed(f"one of the rules {names} failed: {type(error).__name__}: {error}") from error


class RuleFailed(Exception):
    """A rule raised: a bug in ftlint or in a plug-in, told with its file and line."""
