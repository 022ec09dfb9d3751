"""How many examples a property test draws."""

from hypothesis import settings


def some(count: int) -> int:
    """As many as the profile of this run makes of ``count``: a fifth by default, all of them under ``ci``."""
    return max(1, count * settings.default.max_examples // 100)
