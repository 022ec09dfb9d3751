"""Follow a job until it ends, through dropped connections."""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import PAUSED, Event, TuningJob
from ftlint.training.provider.retry import Retry

# OpenAI's event messages if an event has no structured metrics: "Step 12/300: training loss=0.41".
STEP = re.compile(r"Step (?P<step>\d+)(?:/(?P<total>\d+))?: training loss=(?P<loss>[\d.]+)", re.IGNORECASE)
# The provider's metric names by ftlint's name.
NAMES: Mapping[str, tuple[str, ...]] = {
    "step": ("step",),
    "total": ("total_steps",),
    "loss": ("train_loss", "training_loss"),
    "accuracy": ("train_mean_token_accuracy", "train_accuracy"),
    "valid_loss": ("full_valid_loss", "valid_loss"),
    "valid_accuracy": ("full_valid_mean_token_accuracy", "valid_mean_token_accuracy", "valid_accuracy"),
    "reward": ("train_mean_reward", "train_reward_mean"),
}
# The number of consecutive connection failures after which following a job ends.
MAX_FAILURES = 20


@dataclass(frozen=True, slots=True)
class LatestMetrics:
    """The latest metrics of a training, by the names above; without those never reported."""

    values: Mapping[str, float] = field(default_factory=dict)

    def with_event(self, event: Event) -> "LatestMetrics":
        """The metrics updated with an event."""
        new = {}
        for name, names in NAMES.items():
            for one in names:
                value = event.data.get(one)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    new[name] = float(value)
                    break
        if not new and (match := STEP.search(event.message)):
            new = {name: float(value) for name, value in match.groupdict().items() if value is not None}
        return LatestMetrics({**self.values, **new}) if new else self


class Watcher(Protocol):
    """Receives the progress of a job."""

    def happened(self, event: Event) -> None:
        """An event worth a line."""
        ...

    def stands(self, job: TuningJob, figures: LatestMetrics) -> None:
        """The state of the job at this poll."""
        ...

    def lost(self, error: ProviderError, seconds: float) -> None:
        """The provider cannot be reached; it is retried."""
        ...


@dataclass(slots=True)
class JobFollower:
    """Polls one job at an interval."""

    provider: Provider
    every: float
    patience: Retry
    seen: set[str] = field(default_factory=set)
    figures: LatestMetrics = field(default_factory=LatestMetrics)
    failures: int = 0

    def follow(self, id: str, watcher: Watcher) -> TuningJob:
        """Poll until the job has ended or is paused, and return its last state.

        Raises ProviderError if there is no such job, or if the provider does not answer for too long.
        """
        while True:
            try:
                job = self.provider.job(id)
                self._report(id, watcher)
            except ProviderError as error:
                self._sleep(error, watcher)
                continue
            self.failures = 0
            watcher.stands(job, self.figures)
            if job.ended or job.status == PAUSED:
                return job
            time.sleep(self.every)

    def _report(self, id: str, watcher: Watcher) -> None:
        for event in self._new(id):
            self.seen.add(event.id)
            self.figures = self.figures.with_event(event)
            if event.kind != "metrics" and not STEP.search(event.message):
                watcher.happened(event)

    def _new(self, id: str) -> Iterator[Event]:
        """The new events since the last poll, oldest first."""
        new = []
        for event in self.provider.events(id):
            if event.id in self.seen:
                break
            new.append(event)
        yield from reversed(new)

    def _sleep(self, error: ProviderError, watcher: Watcher) -> None:
        self.failures += 1
        if not error.again or self.failures >= MAX_FAILURES:
            raise error
        seconds = max(self.patience.wait(self.failures, error.wait), self.every)
        watcher.lost(error, seconds)
        time.sleep(seconds)
