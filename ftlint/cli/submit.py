"""``ftlint submit``: check the files, estimate the cost, ask for confirmation, upload them and create a job."""

import re
import sys
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, field, replace
from pathlib import Path
from typing import Annotated

from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.exit_codes import INTERRUPTED
from ftlint.cli.job_progress import follow
from ftlint.cli.option import option
from ftlint.cli.options import (
    ConfigOptions,
    ConfirmOptions,
    FollowOptions,
    ListingOptions,
    ProviderOptions,
    ReportOptions,
)
from ftlint.cli.prompts import confirmed
from ftlint.cli.provider import notice, poll_interval, provider_from_options, same_provider
from ftlint.cli.report_output import SHOWN_PER_RULE, write_report
from ftlint.cli.settings_from_options import settings_from_options
from ftlint.cli.submit_text import as_json, created, request_text, submission_text
from ftlint.cli.terminal import progress_bar, render_options
from ftlint.commands.stats.cost import CostOptions
from ftlint.config.panels import JOB, REPORT, RULES, TARGET, UPLOAD
from ftlint.display import check_known
from ftlint.errors import UsageError
from ftlint.io.find import find_sources
from ftlint.io.source import Source
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import JobError, TuningJob
from ftlint.training.submit.failure_reasons import about_file, referenced_files
from ftlint.training.submit.gate import estimate, gate, manifest_of, rate_advice
from ftlint.training.submit.job_log import JobLog
from ftlint.training.submit.parameters import JobParameters, parameters_of
from ftlint.training.submit.run import Submission, previous_training, run_submission, verify_unchanged
from ftlint.training.submit.trainer import Trainer, provider_for, trainer_of
from ftlint.training.submit.upload import UploadSizes

UNITS = {"": 1, "B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
SIZE = re.compile(r"(\d+)\s*([kmg]?b?)", re.IGNORECASE)

app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class SubmitArguments(ConfirmOptions, FollowOptions, ProviderOptions, ConfigOptions, ListingOptions):
    train: Annotated[str, Argument(metavar="TRAIN")]
    model: str = option("The model to train, or a tuned one to train further.", default=MISSING)
    validation: str | None = option("What to validate with; never trained on.", "FILE")
    follow: bool = option("Stay until the job ends; the exit code tells how.", default=False)
    wait: bool = option("Create the job only when the files are processed.", default=False)
    dry_run: bool = option("Check, estimate and show the request; send nothing.", default=False)
    force: bool = option("Submit although something is in the way; says what is ignored.", default=False)
    again: bool = option("Submit what was submitted before once more.", default=False)
    method: str | None = option("supervised, dpo or reinforcement; as the target says.", "METHOD", panel=JOB)
    epochs: str | None = option("1 to 50, or auto.", "N", panel=JOB)
    batch_size: str | None = option("1 to 256, or auto.", "N", panel=JOB)
    lr_multiplier: str | None = option("Of the learning rate; above 0, or auto.", "X", panel=JOB)
    beta: str | None = option("Of --method dpo; above 0 to 2, or auto.", "X", panel=JOB)
    grader: str | None = option("Of --method reinforcement; a JSON object.", "FILE", panel=JOB)
    seed: int | None = option("For equal results of equal jobs.", "N", panel=JOB)
    suffix: str | None = option("Into the tuned model's name; at most 64 characters.", "TEXT", panel=JOB)
    metadata: list[str] = option("Kept with the job; at most 15.", "KEY=VALUE", panel=JOB, default=list)
    wandb: str | None = option("Send the figures to this project of Weights & Biases.", "PROJECT", panel=JOB)
    parts_above: str | None = option("Upload larger files in parts; 512MB as usual.", "SIZE", panel=UPLOAD)
    part_size: str | None = option("Of such parts; 64MB as usual, and at most.", "SIZE", panel=UPLOAD)
    target: str | None = option(
        "What the files are checked for; as provider, method and model say.", "NAME", panel=TARGET
    )
    price: float | None = None
    select: list[str] = field(default_factory=list)
    ignore: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    fail_on: str | None = option("error, warning or info: what keeps a file back.", "SEVERITY", panel=RULES)
    color: str = "auto"
    no_progress: bool = False
    quiet: bool = option("Only the job's id.", flags="-q", panel=REPORT, default=False)


@command(app, "ftlint submit train.jsonl --model gpt-4.1-mini --suffix support --follow")
def submit(options: SubmitArguments) -> int:
    """Check a file, tell what training on it costs, upload it and start a job.

    The key is read from the environment. What was submitted is remembered in .ftlint/jobs.jsonl.
    """
    check_known(options.output_format, ("text", "json"), "no output format")
    sizes = _sizes(options)
    interval = poll_interval(options)
    training, validation = _files(options)
    manifest = manifest_of(training.path) if training.path is not None else None
    target = options.target or (manifest.target if manifest is not None and not options.method else None)
    if manifest is not None and validation is None and "valid" in manifest.parts:
        notice(f"the manifest has a file to validate with: --validation {manifest.parts['valid']}")
    name = provider_for(options.provider, options.base_url, target)
    trainer = trainer_of(options.model, provider=name, target=target, method=options.method)
    _refuse(trainer.obstacles, options)
    parameters = parameters_of(vars(options), trainer.method)
    # A missing key is reported before a large file is checked.
    provider = None if options.dry_run else provider_from_options(options, default=name)
    submission = _checked(options, training, validation, trainer, parameters)
    if submission is None:
        return 1
    submission = replace(submission, manifest=manifest.path if manifest is not None else None)
    return _go(options, submission, provider, sizes, interval)


def _sizes(options: SubmitArguments) -> UploadSizes:
    sizes = UploadSizes()
    if options.parts_above is not None:
        sizes = replace(sizes, whole=_bytes("--parts-above", options.parts_above))
    if options.part_size is not None:
        sizes = replace(sizes, part=_bytes("--part-size", options.part_size))
    return sizes


def _files(options: SubmitArguments) -> tuple[Source, Source | None]:
    paths = [options.train, *([options.validation] if options.validation else [])]
    sources = []
    for path in paths:
        if path == "-" or Path(path).is_dir():
            raise UsageError(f"{path}: submit takes a file")
        matches = find_sources([path])
        if matches[0].remote is not None:
            raise UsageError(f"{matches[0].name}: submit takes a file on this machine; download it first")
        if len(matches) != 1 or matches[0].path is None:
            raise UsageError(f"{path}: submit takes one file, not {len(matches)}")
        sources.append(matches[0])
    return sources[0], sources[1] if len(sources) > 1 else None


def _checked(
    options: SubmitArguments,
    training: Source,
    validation: Source | None,
    trainer: Trainer,
    parameters: JobParameters,
) -> Submission | None:
    """The checked submission, after its description was printed; None if it must not be sent."""
    settings = settings_from_options(options, target=None, model=None)
    settings = replace(settings, max_per_rule=settings.max_per_rule or SHOWN_PER_RULE["text"])
    sources = [training, *([validation] if validation is not None else [])]
    size = sum(source.size or 0 for source in sources)
    with progress_bar(2 * size, "checking", options.no_progress, options.quiet) as advance:
        passed = gate(training, validation, trainer, settings, advance)
        terms = CostOptions(price=options.price, epochs=parameters.epochs)
        broken = any(not file.examples for file in passed.report.files)
        counted = None if broken else estimate(training, trainer, settings, terms, advance)
    obstacles = [*passed.obstacles, *(counted.obstacles if counted is not None else ())]
    if obstacles and not options.force:
        write_report(passed.report, ReportOptions(color=options.color, quiet=options.quiet))
    _print_submission(
        options, submission_text(passed, counted, trainer, parameters, render_options(options.color))
    )
    for obstacle in obstacles:
        notice(f"{'IGNORED with --force: ' if options.force else 'not submitted: '}{obstacle}")
    if counted is None or (obstacles and not options.force):
        return None
    return Submission(trainer, parameters, passed, counted)


def _go(
    options: SubmitArguments,
    submission: Submission,
    provider: Provider | None,
    sizes: UploadSizes,
    interval: float,
) -> int:
    if provider is None:
        sys.stdout.write(request_text(submission))
        return 0
    job_log = JobLog.here()
    verify_unchanged(job_log, provider, submission, again=options.again)
    rate = submission.parameters.hyperparameters.get("learning_rate_multiplier")
    before = previous_training(job_log, provider, submission.trainer)
    all = submission.estimate.stats.all
    advice = rate_advice(before, all.examples, all.training.tokens, rate) if before is not None else None
    if advice is not None:
        notice(advice)
    question = f"Upload and train {submission.trainer.name}?"
    remedy = "-y submits without a question, --dry-run only looks"
    if not confirmed(question, yes=options.yes, remedy=remedy, look=render_options(options.color)):
        notice("nothing was sent")
        return 1
    job = _create(options, submission, provider, job_log, sizes, interval if options.wait else None)
    if isinstance(job, int):
        return job
    same = same_provider(options)
    if options.output_format == "json":
        sys.stdout.write(as_json(job))
    elif options.quiet:
        sys.stdout.write(f"{job.id}\n")
    else:
        sys.stdout.writelines(created(job, same, follows=options.follow))
    sys.stdout.flush()
    if not options.follow:
        return 0
    # Machine-readable output on standard output stays one line.
    out = sys.stderr if options.output_format == "json" else sys.stdout
    return follow(provider, job.id, interval, same, out)


def _create(
    options: SubmitArguments,
    submission: Submission,
    provider: Provider,
    job_log: JobLog,
    sizes: UploadSizes,
    wait: float | None,
) -> TuningJob | int:
    """The job; or the exit code if the provider rejects a file, or after Ctrl-C."""
    try:
        with progress_bar(submission.bytes, "uploading", options.no_progress, options.quiet) as advance:
            return run_submission(
                submission, provider, job_log, sizes, advance=advance, notice=notice, wait=wait
            )
    except ProviderError as error:
        fault = JobError(error.code, str(error), error.param)
        if not about_file(fault):
            raise
        for line in (str(error), *referenced_files(fault, submission.sent)):
            notice(line)
        return 1
    except KeyboardInterrupt:
        notice("interrupted; the same command goes on from here: what arrived is remembered")
        return INTERRUPTED


def _refuse(obstacles: tuple[str, ...], options: SubmitArguments) -> None:
    for obstacle in obstacles:
        if not options.force:
            raise UsageError(f"{obstacle} (--force submits all the same)")
        notice(f"IGNORED with --force: {obstacle}")


def _print_submission(options: SubmitArguments, lines: Iterable[str]) -> None:
    stream = sys.stderr if options.output_format == "json" else sys.stdout
    if not options.quiet:
        stream.writelines(lines)
        stream.flush()


def _bytes(option: str, text: str) -> int:
    """Parse ``64MB`` as bytes. Raises UsageError for an invalid size."""
    match = SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{option} {text}: a size is wanted, e.g. 64MB")
    unit = match[2].upper()
    return int(match[1]) * UNITS[unit if unit in UNITS else f"{unit}B"]
