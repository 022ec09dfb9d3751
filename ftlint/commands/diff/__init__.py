"""Two versions of a dataset, compared by what their examples say."""

from ftlint.commands.diff.run import (
    MOST_LISTED,
    PASSES,
    Changed,
    ClassShift,
    Difference,
    Entry,
    RuleShift,
    compare,
)

__all__ = ["MOST_LISTED", "PASSES", "Changed", "ClassShift", "Difference", "Entry", "RuleShift", "compare"]
