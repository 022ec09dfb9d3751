"""Follow a job until it ends, and report its result.

The terminal shows a line for each event, and a status line that is updated.
"""

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from typing import TextIO

from ftlint.cli.exit_codes import INTERRUPTED
from ftlint.cli.provider import ERASE_LINE, notice, watched
from ftlint.display import quote, sanitize
from ftlint.errors import UsageError
from ftlint.report.terminal import line_of_text, width_of
from ftlint.report.words import time_in_words
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import PAUSED, SUCCEEDED, Event, TuningJob
from ftlint.training.provider.retry import retry_from_environment
from ftlint.training.submit.failure_reasons import explain_failure, submitted_files
from ftlint.training.submit.follow import JobFollower, LatestMetrics
from ftlint.training.submit.job_log import EndEntry, JobLog


@dataclass(slots=True)
class Terminal:
    """Writes to standard error; the status line only in a terminal."""

    living: bool
    last: str = ""
    drawn: bool = False

    @classmethod
    def usual(cls) -> "Terminal":
        """A terminal configured for standard error."""
        return cls(watched())

    def happened(self, event: Event) -> None:
        mark = {"warn": "warning: ", "error": "error: "}.get(event.level, "")
        self.say(f"{_clock(event.created)}  {mark}{event.message}")

    def stands(self, job: TuningJob, figures: LatestMetrics) -> None:
        line = line_of(job, figures)
        if self.living and not job.ended:
            # A wrapped line could not be overwritten.
            room = width_of(os.environ, sys.stderr) - 1
            sys.stderr.write(f"{ERASE_LINE}{sanitize(line)[:room]}")
            sys.stderr.flush()
            self.drawn = True
        elif line != self.last:
            self.say(line)
        self.last = line

    def lost(self, error: ProviderError, seconds: float) -> None:
        self.say(f"{error}; looking again in {seconds:.0f} s")

    def say(self, text: str) -> None:
        """Print a line; the status line is erased first."""
        if self.drawn:
            sys.stderr.write(ERASE_LINE)
            self.drawn = False
        sys.stderr.write(line_of_text(sanitize(text)))
        sys.stderr.flush()


def line_of(job: TuningJob, figures: LatestMetrics) -> str:
    """The status line: ``running · step 120 of 300 · loss 0.412 · accuracy 87.1 %``."""
    metrics, parts = figures.values, [job.status.replace("_", " ")]
    if "step" in metrics:
        total = f" of {metrics['total']:,.0f}" if "total" in metrics else ""
        parts.append(f"step {metrics['step']:,.0f}{total}")
    for name, words in (("loss", "loss"), ("valid_loss", "validation loss"), ("reward", "reward")):
        if name in metrics:
            parts.append(f"{words} {metrics[name]:.3f}")
    for name, words in (("accuracy", "accuracy"), ("valid_accuracy", "validation accuracy")):
        if name in metrics:
            parts.append(f"{words} {metrics[name]:.1%}".replace("%", " %"))
    if job.expected is not None and not job.ended:
        remaining = job.expected - time.time()
        parts += [f"about {time_in_words(remaining)} left"] if remaining > 0 else []
    return " · ".join(parts)


def _clock(seconds: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds)) if seconds else "--:--:--"


def follow(provider: Provider, id: str, every: float, same: str = "", out: TextIO | None = None) -> int:
    """Follow a job; returns 0 if it succeeded, 1 if it failed or was cancelled, 130 after Ctrl-C.

    ``same`` are the options that name the provider, for the suggested commands.
    """
    terminal = Terminal.usual()
    following = JobFollower(provider, every, retry_from_environment(notice))
    try:
        job = following.follow(id, terminal)
    except KeyboardInterrupt:
        terminal.say(
            f"the job goes on without you; ftlint job follow {id}{same} comes back,"
            f" ftlint job cancel {id}{same} ends it"
        )
        return INTERRUPTED
    except ProviderError as error:
        if error.again:
            terminal.say(f"the job is not harmed by this; ftlint job follow {id}{same} comes back to it")
        raise
    return ended(provider, job, same, out or sys.stdout)


def ended(provider: Provider, job: TuningJob, same: str, out: TextIO) -> int:
    """Print the result of a job and the next step; returns 0 if it succeeded, else 1."""
    job_log = JobLog.here()
    remember_end(job_log, provider, job)
    if job.status == SUCCEEDED:
        tuned = job.tuned or "?"
        out.write(line_of_text(f"{sanitize(job.id)} succeeded: {sanitize(tuned)}"))
        if job.trained_tokens is not None:
            out.write(line_of_text(f"{job.trained_tokens:,} tokens were trained on"))
        out.write("\nNext\n")
        if provider.name == "azure":
            out.write("  deploy the model: Azure asks by the name of a deployment\n")
        out.write(line_of_text(f"  ftlint job results {sanitize(job.id)}{same}"))
        out.write(line_of_text(f"  ftlint try {sanitize(tuned)} -p {quote('…')}{same}"))
    elif job.status == PAUSED:
        out.write(
            line_of_text(
                f"{sanitize(job.id)} is paused; ftlint job resume {sanitize(job.id)}{same} lets it go on"
            )
        )
    else:
        out.write(line_of_text(f"{sanitize(job.id)} {sanitize(job.status)}"))
        out.writelines(line_of_text(f"  {line}") for line in why(job_log, job))
    out.flush()
    return 0 if job.status == SUCCEEDED else 1


def why(job_log: JobLog, job: TuningJob) -> list[str]:
    """Why a job failed, in sentences; none if unknown."""
    if job.error is None:
        return []
    entry = job_log.job(job.id)
    sent = submitted_files(entry, job_log) if entry is not None else None
    return [sanitize(line) for line in explain_failure(job.error, sent)]


def remember_end(job_log: JobLog, provider: Provider, job: TuningJob) -> None:
    """Record the end of a logged job, once."""
    if not job.ended or job_log.job(job.id) is None:
        return
    logged = job_log.ends().get(job.id)
    if logged is None or (logged.status, logged.tuned) != (job.status, job.tuned):
        # A result that cannot be logged can be queried again.
        with contextlib.suppress(UsageError):
            job_log.add(EndEntry(url=provider.url, job=job.id, status=job.status, tuned=job.tuned))
