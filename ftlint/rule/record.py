"""Rules in Python about one record, or about a file as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftlint._polars import pl
from ftlint.batch.example import Example
from ftlint.context import RuleContext
from ftlint.rule.base import FileInfo, Rule, Violation


class RecordRule(Rule):
    """Python over the records that a cheap expression picked."""

    def candidates(self, context: RuleContext) -> pl.Expr:
        """An expression on ``examples``: true for the records to check."""
        raise NotImplementedError

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        """The violations in one record."""
        raise NotImplementedError

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        """Change the example so that none of the violations is left; ``example.drop()`` drops it."""
        raise NotImplementedError


class FileRule(Rule):
    """What a file's name, its size and the day it is checked can tell. It runs once a file."""

    def check_file(self, file: FileInfo, context: RuleContext) -> Iterable[Violation]:
        """What is wrong with the file as a whole."""
        raise NotImplementedError
