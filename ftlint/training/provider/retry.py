"""Retry with exponential backoff and jitter."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ftlint.errors import UsageError
from ftlint.training.provider.errors import ProviderError

FIRST = "FTLINT_RETRY_WAIT"
"""The environment variable with the seconds to wait before the first retry."""
# A provider that asks for a longer wait than this is not waited for.
MAX_REQUESTED_WAIT = 600.0
# The longest wait, and its maximum as a multiple of the first one.
LONGEST, STEPS = 30.0, 60
Result = TypeVar("Result")
Notice = Callable[[str], None]


def no_notice(text: str) -> None:
    """Report nothing."""
    del text


@dataclass(frozen=True, slots=True)
class Retry:
    """The number of attempts and the seconds between them: ``first``, then doubled, at most ``longest``."""

    tries: int = 6
    first: float = 0.5
    longest: float = LONGEST
    notice: Notice = no_notice

    def wait(self, tried: int, asked: float | None = None) -> float:
        """The seconds to wait after this many attempts; at least what the provider asked for."""
        delay = min(self.first * 2.0 ** (tried - 1), self.longest)
        return max(delay * random.uniform(0.5, 1.0), asked or 0.0)

    def call(self, action: Callable[[], Result]) -> Result:
        """Run the action, and retry it while that may help. Raises the last ProviderError."""
        tried = 0
        while True:
            try:
                return action()
            except ProviderError as error:
                tried += 1
                if not error.again or tried >= self.tries or (error.wait or 0) > MAX_REQUESTED_WAIT:
                    raise
                self.sleep(error, tried)

    def sleep(self, error: ProviderError, tried: int) -> None:
        """Report the reason and the delay, and wait."""
        pause = self.wait(tried, error.wait)
        self.notice(f"{error}; trying again in {pause:.1f} s ({tried} of {self.tries - 1})")
        time.sleep(pause)


def retry_from_environment(notice: Notice = no_notice) -> Retry:
    """The default retry policy, adjusted by the environment. Raises UsageError if the value is no number."""
    value = os.environ.get(FIRST)
    if value is None:
        return Retry(notice=notice)
    try:
        first = float(value)
    except ValueError:
        first = -1
    if not 0 <= first <= MAX_REQUESTED_WAIT:
        raise UsageError(f"{FIRST}={value}: seconds are wanted, e.g. 0.5")
    return Retry(first=first, longest=min(STEPS * first, LONGEST), notice=notice)
