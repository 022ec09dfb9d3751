"""How many examples a property test draws, and which cases of a long list are quick."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


def some(count: int) -> int:
    """As many as the profile of this run makes of ``count``: a tenth by default, a third of them under ``ci``."""
    return max(1, count * settings.default.max_examples // 100)


def first_of_each(params: Iterable[Any], most: int = 3) -> list[Any]:
    """The first cases of every rule, whose first argument it is; all cases under ``thorough``."""
    if settings.default.max_examples >= 1000:
        return list(params)
    counts: Counter[Any] = Counter()
    chosen = []
    for param in params:
        counts[param.values[0]] += 1
        if counts[param.values[0]] <= most:
            chosen.append(param)
    return chosen


def few_quick(cases: Iterable[Any], quick: int, most: int | None = None) -> list[Any]:
    """The cases of a parametrized test: ``quick`` of them, spread over the list; the others are marked slow.

    ``most`` is how many there are at all, spread over the list; under ``thorough`` all.
    """
    cases = list(cases)
    if most is not None and most < len(cases) and settings.default.max_examples < 1000:
        cases = [cases[nth * len(cases) // most] for nth in range(most)]
    kept = {nth * len(cases) // quick for nth in range(quick)}
    return [case if nth in kept else slow(case) for nth, case in enumerate(cases)]


def slow(case: Any) -> Any:
    """A case of a parametrized test that is marked slow; a tuple is its arguments."""
    if hasattr(case, "values") and hasattr(case, "marks"):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.slow])
    arguments = case if isinstance(case, tuple) else (case,)
    return pytest.param(*arguments, marks=pytest.mark.slow)
