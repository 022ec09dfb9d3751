"""What a person sees of a job that is followed: a line for each thing that happens, and one that stays alive."""

import os
import sys
import time
from dataclasses import dataclass

from ftlint.cli.provided import WIPE, watched
from ftlint.provider import Event, ProviderError, TuningJob
from ftlint.report.colour import as_line, shown, width_of
from ftlint.report.statistics import time_in_words
from ftlint.submitting.following import Figures


@dataclass(slots=True)
class Terminal:
    """Writes to standard error; the living line only where somebody watches."""

    living: bool
    last: str = ""
    drawn: bool = False

    @classmethod
    def usual(cls) -> "Terminal":
        """As standard error is."""
        return cls(watched())

    def happened(self, event: Event) -> None:
        """See Watcher."""
        mark = {"warn": "warning: ", "error": "error: "}.get(event.level, "")
        self.say(f"{_clock(event.created)}  {mark}{event.message}")

    def stands(self, job: TuningJob, figures: Figures) -> None:
        """See Watcher."""
        line = line_of(job, figures)
        if self.living and not job.ended:
            # A line that is broken into two could not be written over.
            room = width_of(os.environ, sys.stderr) - 1
            sys.stderr.write(f"{WIPE}{shown(line)[:room]}")
            sys.stderr.flush()
            self.drawn = True
        elif line != self.last:
            self.say(line)
        self.last = line

    def lost(self, error: ProviderError, seconds: float) -> None:
        """See Watcher."""
        self.say(f"{error}; looking again in {seconds:.0f} s")

    def say(self, text: str) -> None:
        """A line of its own; the living one makes room."""
        if self.drawn:
            sys.stderr.write(WIPE)
            self.drawn = False
        sys.stderr.write(as_line(shown(text)))
        sys.stderr.flush()


def line_of(job: TuningJob, figures: Figures) -> str:
    """``running · step 120 of 300 · loss 0.412 · accuracy 87.1 %``."""
    told, parts = figures.told, [job.status.replace("_", " ")]
    if "step" in told:
        total = f" of {told['total']:,.0f}" if "total" in told else ""
        parts.append(f"step {told['step']:,.0f}{total}")
    for name, words in (("loss", "loss"), ("valid_loss", "validation loss"), ("reward", "reward")):
        if name in told:
            parts.append(f"{words} {told[name]:.3f}")
    for name, words in (("accuracy", "accuracy"), ("valid_accuracy", "validation accuracy")):
        if name in told:
            parts.append(f"{words} {told[name]:.1%}".replace("%", " %"))
    if job.expected is not None and not job.ended:
        left = job.expected - time.time()
        parts += [f"about {time_in_words(left)} left"] if left > 0 else []
    return " · ".join(parts)


def _clock(seconds: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds)) if seconds else "--:--:--"
