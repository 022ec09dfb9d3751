"""Base classes of rules in Python over one record, or over one file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from ftlint._polars import pl
from ftlint.batch.example import Example
from ftlint.context import RuleContext
from ftlint.rule.base import FileInfo, Rule, Violation


class RecordRule(Rule):
    """A rule in Python over the records that a cheap expression selects."""

    fields: ClassVar[Sequence[str]] = ()
    """Fields of which some record of a batch must have one, so that the rule runs on it; none: it always runs."""

    def candidates(self, context: RuleContext) -> pl.Expr:
        """An expression on ``examples``: true for the records to check."""
        raise NotImplementedError

    def check(self, example: Example, context: RuleContext) -> Iterable[Violation]:
        """The violations in one record."""
        raise NotImplementedError

    def apply_fix(self, example: Example, violations: Sequence[Violation], context: RuleContext) -> None:
        """Change the example so that the violations are gone; ``example.drop()`` drops it."""
        raise NotImplementedError


class FileRule(Rule):
    """A rule on a file's name, its size and the date of the run. It runs once per file."""

    def check_file(self, file: FileInfo, context: RuleContext) -> Iterable[Violation]:
        """The violations of the file."""
        raise NotImplementedError
