"""``ftlint job …``: manage jobs at the provider, with data from the job log."""

import json
import sys
import time
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
from typer import Argument

from ftlint.cli.command import CommandGroup, command, new_app
from ftlint.cli.job_progress import follow as follow_job
from ftlint.cli.job_progress import remember_end, why
from ftlint.cli.option import option
from ftlint.cli.options import ConfirmOptions, FollowOptions, ListingOptions, ProviderOptions
from ftlint.cli.prompts import confirmed
from ftlint.cli.provider import notice, poll_interval, provider_from_options, same_provider
from ftlint.cli.results import ResultsOptions, show_results
from ftlint.display import check_known, sanitize
from ftlint.errors import UsageError
from ftlint.report.terminal import aligned, line_of_text
from ftlint.secrets import mask_all
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import Checkpoint, TuningJob
from ftlint.training.provider.retry import retry_from_environment
from ftlint.training.submit.create_job import retry as create_again
from ftlint.training.submit.failure_reasons import submitted_files
from ftlint.training.submit.job_log import JobEntry, JobLog

FORMATS = ("text", "json")
JobId = Annotated[str, Argument(metavar="JOB")]

app = new_app(name="job", cls=CommandGroup, no_args_is_help=True)


@app.callback()
def job() -> None:
    """Look after jobs: list, follow, cancel, results and more."""


@dataclass(kw_only=True, eq=False, repr=False)
class JobArguments(ProviderOptions):
    """One job at a provider."""

    id: JobId


@dataclass(kw_only=True, eq=False, repr=False)
class ListArguments(ProviderOptions, ListingOptions):
    limit: int = option("How many, newest first.", "N", default=20)


@command(app, "ftlint job list --limit 50", name="list")
def list_jobs(options: ListArguments) -> int:
    """Jobs at the provider, with what is remembered of them here."""
    as_json = _wants_json(options)
    if options.limit < 1:
        raise UsageError(f"--limit {options.limit}: 1 or more")
    job_log, provider = JobLog.here(), provider_from_options(options)
    logged = job_log.jobs()
    jobs = list(islice(provider.jobs(), options.limit))
    for job in jobs:
        remember_end(job_log, provider, job)
    if as_json:
        return _print_json([_with_log_entry(job, logged.get(job.id)) for job in jobs])
    rows = [_row(job, logged.get(job.id), job_log) for job in jobs]
    sys.stdout.writelines(map(line_of_text, aligned(rows, left=range(5))))
    if not jobs:
        notice(f"there are no jobs at {provider.url}")
    return 0


def _row(job: TuningJob, entry: JobEntry | None, job_log: JobLog) -> list[str]:
    model = job.tuned or f"{job.model} …"
    file = str(job_log.found(entry.training.path)) if entry is not None else job.training_file
    return [sanitize(text) for text in (job.id, job.status, _day(job.created), model, file)]


def _with_log_entry(job: TuningJob, entry: JobEntry | None) -> dict[str, Any]:
    return {**asdict(job), "remembered": msgspec.to_builtins(entry) if entry is not None else None}


@dataclass(kw_only=True, eq=False, repr=False)
class JobListingArguments(JobArguments, ListingOptions):
    """One job, for people or for programs."""


@command(app, "ftlint job get ftjob-abc123")
def get(options: JobListingArguments) -> int:
    """A job as it is now; why it failed, if it did."""
    as_json, job_log = _wants_json(options), JobLog.here()
    provider = _provider(options, options.id, job_log)
    job, entry = provider.job(options.id), job_log.job(options.id)
    remember_end(job_log, provider, job)
    if as_json:
        return _print_json(_with_log_entry(job, entry))
    sent = submitted_files(entry, job_log) if entry is not None else None
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
            sys.stdout.write(line_of_text(f"{name:<12}{sanitize(str(value))}"))
    sys.stdout.writelines(line_of_text(f"  {line}") for line in why(job_log, job))
    return 0


@dataclass(kw_only=True, eq=False, repr=False)
class FollowArguments(FollowOptions, JobArguments):
    """The arguments of ``ftlint job follow``."""


@command(app, "ftlint job follow ftjob-abc123")
def follow(options: FollowArguments) -> int:
    """Stay until a job ends: 0 where it succeeded, 1 where not."""
    provider = _provider(options, options.id, JobLog.here())
    return follow_job(provider, options.id, poll_interval(options), same_provider(options))


@dataclass(kw_only=True, eq=False, repr=False)
class EventsArguments(JobListingArguments):
    limit: int = option("The newest; 0 for all.", "N", default=20)


@command(app, "ftlint job events ftjob-abc123 --limit 0")
def events(options: EventsArguments) -> int:
    """What happened to a job, oldest first."""
    as_json, limit = _wants_json(options), options.limit
    if limit < 0:
        raise UsageError(f"--limit {limit}: how many, or 0 for all")
    newest_first = _provider(options, options.id, JobLog.here()).events(options.id)
    newest = list(islice(newest_first, limit) if limit else newest_first)[::-1]
    if as_json:
        return _print_json([asdict(event) for event in newest])
    for event in newest:
        mark = f"{event.level}: " if event.level != "info" else ""
        sys.stdout.write(line_of_text(f"{_moment(event.created)}  {mark}{sanitize(event.message)}"))
    return 0


@dataclass(kw_only=True, eq=False, repr=False)
class CancelArguments(ConfirmOptions, JobArguments):
    """The arguments of ``ftlint job cancel``."""


@command(app, "ftlint job cancel ftjob-abc123")
def cancel(options: CancelArguments) -> int:
    """End a job for good."""
    if not _confirmed(options, f"End {options.id} for good?"):
        return 1
    return _changed(_provider(options, options.id, JobLog.here()).cancel(options.id))


@command(app, "ftlint job pause ftjob-abc123")
def pause(options: JobArguments) -> int:
    """Let a job wait."""
    return _changed(_provider(options, options.id, JobLog.here()).pause(options.id))


@command(app, "ftlint job resume ftjob-abc123")
def resume(options: JobArguments) -> int:
    """Let a job that waits go on."""
    return _changed(_provider(options, options.id, JobLog.here()).resume(options.id))


@command(app, "ftlint job checkpoints ftjob-abc123")
def checkpoints(options: JobListingArguments) -> int:
    """The checkpoints of a job, which can be asked like its model."""
    as_json = _wants_json(options)
    listed = list(_provider(options, options.id, JobLog.here()).checkpoints(options.id))
    if as_json:
        return _print_json([asdict(one) for one in listed])
    for one in listed:
        figures = " · ".join(f"{n.replace('_', ' ')} {v:.4g}" for n, v in one.metrics.items() if n != "step")
        sys.stdout.write(
            line_of_text(f"step {one.step:>7,}  {sanitize(one.model)}  {sanitize(figures)}".rstrip())
        )
    if not listed:
        notice("there are no checkpoints yet")
    return 0


@dataclass(kw_only=True, eq=False, repr=False)
class JobResultsArguments(ResultsOptions, ProviderOptions):
    what: Annotated[str, Argument(metavar="JOB|FILE")]


@command(app, "ftlint job results ftjob-abc123 --picture curves.png")
def results(options: JobResultsArguments) -> int:
    """How a training went: losses, accuracy, overfitting and the best checkpoint.

    FILE is a results file that was downloaded.
    """

    def fetch(id: str) -> tuple[str, bytes, list[Checkpoint]]:
        provider = _provider(options, id, JobLog.here())
        job = provider.job(id)
        if not job.result_files:
            raise UsageError(f"{id} has no results yet; it is {job.status.replace('_', ' ')}")
        return id, provider.content(job.result_files[0]), list(provider.checkpoints(id))

    return show_results(options.what, options, fetch)


@dataclass(kw_only=True, eq=False, repr=False)
class DeleteModelArguments(ConfirmOptions, ProviderOptions):
    name: Annotated[str, Argument(metavar="MODEL|JOB")]


@command(app, "ftlint job delete-model ft:gpt-4.1-mini:acme::abc123", name="delete-model")
def delete_model(options: DeleteModelArguments) -> int:
    """Delete a tuned model, or that of a job, for good."""
    name, job_log = options.name, JobLog.here()
    provider = provider_from_options(options)
    if job_log.job(name) is not None or name.startswith("ftjob-"):
        tuned = provider.job(name).tuned
        if tuned is None:
            raise UsageError(f"{name} has no tuned model")
        name = tuned
    if not _confirmed(options, f"Delete {name} for good?"):
        return 1
    provider.delete_model(name)
    sys.stdout.write(line_of_text(f"deleted {sanitize(name)}"))
    return 0


@dataclass(kw_only=True, eq=False, repr=False)
class RetryArguments(FollowOptions, ConfirmOptions, JobArguments):
    follow: bool = option("Stay until the new job ends.", default=False)
    force: bool = option("Also where the same will happen again, as far as anybody can tell.", default=False)


@command(app, "ftlint job retry ftjob-abc123 --follow")
def retry(options: RetryArguments) -> int:
    """Start a failed or cancelled job once more, with the same files and parameters."""
    job_log = JobLog.here()
    provider = _provider(options, options.id, job_log)
    old = provider.job(options.id)
    if not _confirmed(options, f"Train {old.model} once more, as {old.id} did?"):
        return 1
    job = create_again(provider, job_log, old, retry_from_environment(notice), force=options.force)
    sys.stdout.write(
        line_of_text(f"{'job':<12}{sanitize(job.id)} · {sanitize(job.status.replace('_', ' '))}")
    )
    sys.stdout.flush()
    return (
        follow_job(provider, job.id, poll_interval(options), same_provider(options)) if options.follow else 0
    )


def _provider(options: ProviderOptions, id: str, job_log: JobLog) -> Provider:
    """The provider of a job: from the options, else the one it was submitted to if that needs no URL."""
    entry = job_log.job(id)
    default = "azure" if entry is not None and entry.provider == "azure" else None
    provider: Provider = provider_from_options(options, default=default)
    if entry is not None and entry.url != provider.url:
        # A URL from a file is not used: the key would be sent there.
        notice(f"{entry.job} was submitted to {entry.url}; --base-url {entry.url} asks there")
    return provider


def _confirmed(options: ConfirmOptions, question: str) -> bool:
    agreed = confirmed(question, yes=options.yes, remedy="-y does it without a question")
    if not agreed:
        notice("nothing was done")
    return agreed


def _changed(job: TuningJob) -> int:
    sys.stdout.write(line_of_text(f"{sanitize(job.id)} is {sanitize(job.status.replace('_', ' '))}"))
    return 0


def _wants_json(options: ListingOptions) -> bool:
    check_known(options.output_format, FORMATS, "no output format")
    return options.output_format == "json"


def _print_json(value: dict[str, Any] | list[Any]) -> int:
    for one in value if isinstance(value, list) else [value]:
        sys.stdout.write(json.dumps(mask_all(one), ensure_ascii=True, default=list) + "\n")
    return 0


def _file(id: str | None, path: Path | None) -> str | None:
    return f"{path} ({id})" if id and path else id


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds)) if seconds else ""


def _moment(seconds: int | None) -> str | None:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds)) if seconds else None
