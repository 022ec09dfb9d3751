"""Limits of time and memory for one rendering: a chat template is a program by a stranger."""

import re
import time
from collections.abc import Mapping, Sequence, Sized
from typing import Any

from jinja2.exceptions import SecurityError

MAX_STEPS = 2_000_000
"""Iterations of loops and calls of macros."""
MAX_SECONDS = 5.0
MAX_GROWTH = 100
"""Characters written, or values made, for each character of the input."""
MIN_SIZE = 4 << 20
"""Characters written, or values made, that are allowed for any input."""
MAX_NUMBER = 100_000
"""The largest whole number passed to a filter or method, as the sandbox limits ``range``."""
MAX_BITS = 4096
"""The size of a whole number."""
MAX_QUADRATIC = 20_000
"""Characters of a text for filters that take quadratic time."""
WIDE = re.compile(r"\d{6}|\*")
QUADRATIC = ("urlize", "striptags", "wordwrap")


class Endless(SecurityError):
    """The template takes too many steps or too much time."""


class Budget:
    """What a rendering may still use. Raises SecurityError when it is used up."""

    def __init__(self, size: int) -> None:
        """``size`` is the number of characters of the input."""
        self.steps = 0
        self.size = MIN_SIZE + MAX_GROWTH * size
        self._end = time.monotonic() + MAX_SECONDS

    def step(self) -> str:
        """Count one iteration of a loop or call of a macro; the result is written by the template: nothing."""
        self.steps += 1
        if self.steps > MAX_STEPS or time.monotonic() > self._end:
            raise Endless("the template does not come to an end")
        return ""

    def take(self, size: int) -> None:
        """Count characters that are about to be made."""
        self.size -= size
        if self.size < 0:
            raise SecurityError("the template writes too much")

    def value(self, made: Any) -> Any:
        """Count the size of a value that the template made, and return it."""
        if isinstance(made, str):
            self.take(len(made))
        elif isinstance(made, list | tuple | dict):
            self.take(_expanded_size(made, {}))
        return made


def _expanded_size(value: Any, known: dict[int, int]) -> int:
    """How many values a value contains, where one that is contained twice counts twice: its size as JSON text.

    ``known`` has the sizes of objects by id, so this takes linear time even where the size is exponential.
    """
    if not isinstance(value, list | tuple | dict):
        return 1
    if id(value) not in known:
        known[id(value)] = 0
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_expanded_size(item, known) for item in inner)
    return known[id(value)]


def check_arguments(
    name: str, subject: Any, args: Sequence[Any], named: Mapping[str, Any], budget: Budget
) -> None:
    """Refuse a filter or method whose result would be far larger than what it is given."""
    given = [*args, *named.values()]
    numbers = [abs(arg) for arg in given if isinstance(arg, int) and not isinstance(arg, bool)]
    if any(number > MAX_NUMBER for number in numbers):
        raise SecurityError(f"{name}: a number above {MAX_NUMBER}")
    if name == "tojson":
        budget.take(_expanded_size(subject, {}) * (1 + 8 * max(numbers, default=0)))
    elif not isinstance(subject, str):
        longest = max((len(arg) for arg in given if isinstance(arg, str)), default=0)
        if name == "join" and isinstance(subject, Sized):
            budget.take(len(subject) * longest)
        if isinstance(subject, list | tuple | dict):
            budget.take(_expanded_size(subject, {}))
    elif name in QUADRATIC and len(subject) > MAX_QUADRATIC:
        raise SecurityError(f"{name}: a text of more than {MAX_QUADRATIC} characters")
    elif name in ("format", "format_map"):
        if WIDE.search(subject):
            raise SecurityError(f"{name}: a width of six digits")
    elif name == "replace" and len(given) > 1 and isinstance(given[0], str) and isinstance(given[1], str):
        budget.take(len(subject) + subject.count(given[0]) * len(given[1]))
    elif name in ("indent", "expandtabs", "wordwrap"):
        width = max([*numbers, *(len(arg) for arg in given if isinstance(arg, str))], default=8)
        budget.take(len(subject) + (subject.count("\n") + subject.count("\t") + 1) * width)
    elif name == "join" and given and isinstance(given[0], Sized):
        budget.take(len(given[0]) * len(subject))


def check_operator(operator: str, left: Any, right: Any, budget: Budget) -> None:
    """Refuse an operator whose result would be too large."""
    if operator == "*":
        for value, times in ((left, right), (right, left)):
            if isinstance(value, str | list | tuple) and isinstance(times, int):
                budget.take(len(value) * max(times, 0))
    if isinstance(left, int) and isinstance(right, int) and _bits(operator, left, right) > MAX_BITS:
        raise SecurityError("a number that is too large")
    if operator == "%" and isinstance(left, str) and WIDE.search(left):
        raise SecurityError("format: a width of six digits")


def _bits(operator: str, left: int, right: int) -> int:
    """At most as many bits has the result of an operator."""
    if operator == "**":
        return left.bit_length() * abs(right)
    return left.bit_length() + right.bit_length()
