"""Following a job to its end, and saying how it ended."""

import contextlib
import sys
from typing import TextIO

from ftlint.cli.provided import notice
from ftlint.cli.watching import Terminal
from ftlint.errors import UsageError
from ftlint.provider import PAUSED, SUCCEEDED, Provider, ProviderError, TuningJob, patience
from ftlint.quote import quote
from ftlint.report.colour import as_line, shown
from ftlint.submitting.explaining import explained, sent_by
from ftlint.submitting.following import Following
from ftlint.submitting.memory import EndEntry, Memory
from ftlint.submitting.storing import now

INTERRUPTED = 130


def follow(provider: Provider, id: str, every: float, same: str = "", out: TextIO | None = None) -> int:
    """Follow a job; 0 where it succeeded, 1 where it failed or was cancelled, 130 where somebody pressed Ctrl-C.

    ``same`` are the options that name the provider, for the commands that are told.
    """
    terminal = Terminal.usual()
    following = Following(provider, every, patience(notice))
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
    """Say how a job ended and what comes next; 0 where it succeeded, else 1."""
    memory = Memory.here()
    remember_end(memory, provider, job)
    if job.status == SUCCEEDED:
        tuned = job.tuned or "?"
        out.write(as_line(f"{shown(job.id)} succeeded: {shown(tuned)}"))
        if job.trained_tokens is not None:
            out.write(as_line(f"{job.trained_tokens:,} tokens were trained on"))
        out.write("\nNext\n")
        if provider.name == "azure":
            out.write("  deploy the model: Azure asks by the name of a deployment\n")
        out.write(as_line(f"  ftlint job results {shown(job.id)}{same}"))
        out.write(as_line(f"  ftlint try {shown(tuned)} -p {quote('…')}{same}"))
    elif job.status == PAUSED:
        out.write(
            as_line(f"{shown(job.id)} is paused; ftlint job resume {shown(job.id)}{same} lets it go on")
        )
    else:
        out.write(as_line(f"{shown(job.id)} {shown(job.status)}"))
        out.writelines(as_line(f"  {line}") for line in why(memory, job))
    out.flush()
    return 0 if job.status == SUCCEEDED else 1


def why(memory: Memory, job: TuningJob) -> list[str]:
    """Why a job failed, in sentences; none where nobody says."""
    if job.error is None:
        return []
    entry = memory.job(job.id)
    sent = sent_by(entry, memory) if entry is not None else None
    return [shown(line) for line in explained(job.error, sent)]


def remember_end(memory: Memory, provider: Provider, job: TuningJob) -> None:
    """Keep how a job of this folder ended, once."""
    if not job.ended or memory.job(job.id) is None:
        return
    known = memory.ends().get(job.id)
    if known is None or (known.status, known.tuned) != (job.status, job.tuned):
        # What cannot be kept can be asked for again.
        with contextlib.suppress(UsageError):
            memory.add(EndEntry(when=now(), url=provider.url, job=job.id, status=job.status, tuned=job.tuned))
