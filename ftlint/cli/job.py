"""``ftlint job …``: what is at the provider, with what is remembered of it here."""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from ftlint.cli.job_progress import follow as follow_job
from ftlint.cli.job_progress import remember_end, why
from ftlint.cli.prepare import Terminal
from ftlint.cli.provider_options import every, notice, provider_of, same_provider
from ftlint.cli.settings_from_options import Given
from ftlint.display import shown
from ftlint.errors import UsageError
from ftlint.report.terminal import Look, as_line, is_terminal
from ftlint.secrets import mask_all
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import Checkpoint, TuningJob
from ftlint.training.provider.retry import patience
from ftlint.training.submit.create_job import retry as create_again
from ftlint.training.submit.failure_reasons import sent_by
from ftlint.training.submit.job_log import JobEntry, Memory

FORMATS = ("text", "json")


def list_jobs(given: Given) -> int:
    """One line a job, the newest first."""
    machine = _machine(given)
    if given["limit"] < 1:
        raise UsageError(f"--limit {given['limit']}: 1 or more")
    memory, provider = Memory.here(), provider_of(given)
    known = memory.jobs()
    jobs = list(islice(provider.jobs(), given["limit"]))
    for job in jobs:
        remember_end(memory, provider, job)
    if machine:
        return _give([_joined(job, known.get(job.id)) for job in jobs])
    rows = [_row(job, known.get(job.id), memory) for job in jobs]
    widths = [max((len(row[k]) for row in rows), default=0) for k in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)]
        sys.stdout.write(as_line("  ".join(cells).rstrip()))
    if not jobs:
        notice(f"there are no jobs at {provider.url}")
    return 0


def _row(job: TuningJob, entry: JobEntry | None, memory: Memory) -> list[str]:
    made = job.tuned or f"{job.model} …"
    file = str(memory.found(entry.training.path)) if entry is not None else job.training_file
    return [shown(text) for text in (job.id, job.status, _day(job.created), made, file)]


def _joined(job: TuningJob, entry: JobEntry | None) -> dict[str, Any]:
    import msgspec

    return {**asdict(job), "remembered": msgspec.to_builtins(entry) if entry is not None else None}


def get(given: Given) -> int:
    """Everything about a job."""
    machine, memory = _machine(given), Memory.here()
    provider = _provider(given, memory)
    job, entry = provider.job(given["id"]), memory.job(given["id"])
    remember_end(memory, provider, job)
    if machine:
        return _give(_joined(job, entry))
    sent = sent_by(entry, memory) if entry is not None else None
    lines: list[tuple[str, object]] = [
        ("job", f"{job.id} · {job.status.replace('_', ' ')}"),
        ("model", job.model),
        ("tuned", job.tuned),
        ("method", job.method),
        ("parameters", " · ".join(f"{name} {value}" for name, value in job.parameters.items())),
        ("seed", job.seed),
        ("train", _file(job.training_file, sent.training if sent else None)),
        ("validation", _file(job.validation_file, sent.validation if sent else None)),
        ("results", ", ".join(job.result_files)),
        ("manifest", sent.manifest if sent is not None else None),
        ("trained", f"{job.trained_tokens:,} tokens" if job.trained_tokens is not None else None),
        ("created", _moment(job.created)),
        ("finished", _moment(job.finished)),
        ("expected", _moment(job.expected) if not job.ended else None),
        ("metadata", " · ".join(f"{key}={value}" for key, value in job.metadata.items())),
    ]
    for name, value in lines:
        if value not in (None, ""):
            sys.stdout.write(as_line(f"{name:<12}{shown(str(value))}"))
    sys.stdout.writelines(as_line(f"  {line}") for line in why(memory, job))
    return 0


def follow(given: Given) -> int:
    """Until it ends."""
    return follow_job(_provider(given, Memory.here()), given["id"], every(given), same_provider(given))


def events(given: Given) -> int:
    """The newest events, oldest first."""
    machine, limit = _machine(given), given["limit"]
    if limit < 0:
        raise UsageError(f"--limit {limit}: how many, or 0 for all")
    found = _provider(given, Memory.here()).events(given["id"])
    newest = list(islice(found, limit) if limit else found)[::-1]
    if machine:
        return _give([asdict(event) for event in newest])
    for event in newest:
        mark = f"{event.level}: " if event.level != "info" else ""
        sys.stdout.write(as_line(f"{_moment(event.created)}  {mark}{shown(event.message)}"))
    return 0


def cancel(given: Given) -> int:
    """End it, after a question."""
    if not _sure(given, f"End {given['id']} for good?"):
        return 1
    return _changed(_provider(given, Memory.here()).cancel(given["id"]))


def pause(given: Given) -> int:
    """Let it wait."""
    return _changed(_provider(given, Memory.here()).pause(given["id"]))


def resume(given: Given) -> int:
    """Let it go on."""
    return _changed(_provider(given, Memory.here()).resume(given["id"]))


def checkpoints(given: Given) -> int:
    """One line a checkpoint, the newest first."""
    machine = _machine(given)
    found = list(_provider(given, Memory.here()).checkpoints(given["id"]))
    if machine:
        return _give([asdict(one) for one in found])
    for one in found:
        figures = " · ".join(f"{n.replace('_', ' ')} {v:.4g}" for n, v in one.metrics.items() if n != "step")
        sys.stdout.write(as_line(f"step {one.step:>7,}  {shown(one.model)}  {shown(figures)}".rstrip()))
    if not found:
        notice("there are no checkpoints yet")
    return 0


def results(given: Given) -> int:
    """How the training went."""
    from ftlint.cli.results import run

    def fetch(id: str) -> tuple[str, bytes, list[Checkpoint]]:
        provider = _provider({**given, "id": id}, Memory.here())
        job = provider.job(id)
        if not job.result_files:
            raise UsageError(f"{id} has no results yet; it is {job.status.replace('_', ' ')}")
        return id, provider.content(job.result_files[0]), list(provider.checkpoints(id))

    return run(given["what"], given, fetch)


def delete_model(given: Given) -> int:
    """Delete it, after a question."""
    name, memory = given["name"], Memory.here()
    provider = provider_of(given)
    if memory.job(name) is not None or name.startswith("ftjob-"):
        tuned = provider.job(name).tuned
        if tuned is None:
            raise UsageError(f"{name} has no tuned model")
        name = tuned
    if not _sure(given, f"Delete {name} for good?"):
        return 1
    provider.delete_model(name)
    sys.stdout.write(as_line(f"deleted {shown(name)}"))
    return 0


def retry(given: Given) -> int:
    """The same once more."""
    memory = Memory.here()
    provider = _provider(given, memory)
    old = provider.job(given["id"])
    if not _sure(given, f"Train {old.model} once more, as {old.id} did?"):
        return 1
    job = create_again(provider, memory, old, patience(notice), force=given["force"])
    sys.stdout.write(as_line(f"{'job':<12}{shown(job.id)} · {shown(job.status.replace('_', ' '))}"))
    sys.stdout.flush()
    return follow_job(provider, job.id, every(given), same_provider(given)) if given["follow"] else 0


def _provider(given: Given, memory: Memory) -> Provider:
    """The provider of a job: as the options say, else the one that it was submitted to if that needs no address."""
    entry = memory.job(given["id"])
    default = "azure" if entry is not None and entry.provider == "azure" else None
    provider: Provider = provider_of(given, default=default)
    if entry is not None and entry.url != provider.url:
        # An address out of a file is not followed: a key would go there.
        notice(f"{entry.job} was submitted to {entry.url}; --base-url {entry.url} asks there")
    return provider


def _sure(given: Given, question: str) -> bool:
    if given["yes"]:
        return True
    if not is_terminal(sys.stdin):
        raise UsageError("nobody is there to be asked; -y does it without a question")
    if Terminal(Look(), sys.stderr, None).confirms(question):
        return True
    notice("nothing was done")
    return False


def _changed(job: TuningJob) -> int:
    sys.stdout.write(as_line(f"{shown(job.id)} is {shown(job.status.replace('_', ' '))}"))
    return 0


def _machine(given: Mapping[str, Any]) -> bool:
    if given["output_format"] not in FORMATS:
        raise UsageError("--output-format: text or json")
    return bool(given["output_format"] == "json")


def _give(found: dict[str, Any] | list[Any]) -> int:
    for one in found if isinstance(found, list) else [found]:
        sys.stdout.write(json.dumps(mask_all(one), ensure_ascii=True, default=list) + "\n")
    return 0


def _file(id: str | None, path: Path | None) -> str | None:
    return f"{path} ({id})" if id and path else id


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds)) if seconds else ""


def _moment(seconds: int | None) -> str | None:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)) if seconds else None
