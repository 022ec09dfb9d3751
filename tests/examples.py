"""How many examples a property test draws, and which cases of a long list are quick."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def some(count: int) -> int:
    """As many as the profile of this run makes of ``count``: a tenth by default, half of them under ``ci``."""
    return max(1, count * settings.default.max_examples // 100)


def few_quick(cases: Iterable[Any], quick: int) -> list[Any]:
    """The cases of a parametrized test: ``quick`` of them, spread over the list; the others are marked slow."""
    cases = list(cases)
    kept = {nth * len(cases) // quick for nth in range(quick)}
    return [case if nth in kept else slow(case) for nth, case in enumerate(cases)]


def slow(case: Any) -> Any:
    """A case of a parametrized test that is marked slow; a tuple is its arguments."""
    if hasattr(case, "values") and hasattr(case, "marks"):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.slow])
    arguments = case if isinstance(case, tuple) else (case,)
    return pytest.param(*arguments, marks=pytest.mark.slow)
