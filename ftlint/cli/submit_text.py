"""The messages of ``ftlint submit``: the files, the training, its cost, and the created job."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ftlint.display import sanitize
from ftlint.report.stats_text import training, uncounted
from ftlint.report.terminal import RenderOptions, line_of_text, styled
from ftlint.report.words import counted, size_in_words
from ftlint.secrets import mask_all
from ftlint.training.provider.openai_requests import job as asked_job
from ftlint.training.provider.records import TuningJob
from ftlint.training.submit.create_job import job_request
from ftlint.training.submit.gate import Gate, SubmitEstimate
from ftlint.training.submit.parameters import JobParameters
from ftlint.training.submit.run import Submission
from ftlint.training.submit.trainer import Trainer

SEVERITIES = (("error", "error"), ("warning", "warning"), ("info", "note"))


def submission_text(
    gate: Gate,
    estimate: SubmitEstimate | None,
    trainer: Trainer,
    parameters: JobParameters,
    options: RenderOptions,
) -> Iterator[str]:
    """The description of a submission: files, parameters, and cost."""
    for part, file in zip(("train", "validation"), gate.report.files, strict=False):
        counts = [counted(n, words) for severity, words in SEVERITIES if (n := file.total(severity))]  # type: ignore[arg-type]
        parts = [
            sanitize(file.path),
            counted(file.examples, "example"),
            size_in_words(file.bytes),
            ", ".join(counts) if counts else styled("clean", "good", options),
        ]
        yield line_of_text(f"{part:<12}{' · '.join(parts)}")
    further = " (trained further)" if trainer.continued else ""
    yield line_of_text(
        f"{'model':<12}{sanitize(trainer.name)}{further} · {trainer.method} · for {trainer.target.name}"
    )
    chosen = [f"{name} {value}" for name, value in _chosen(parameters).items()]
    if chosen:
        yield line_of_text(f"{'parameters':<12}{sanitize(' · '.join(chosen))}")
    if estimate is not None:
        yield from _cost(estimate, options)
    for note in trainer.notes:
        yield line_of_text(f"note: {sanitize(note)}")


def _cost(estimate: SubmitEstimate, options: RenderOptions) -> Iterator[str]:
    figures = estimate.stats.all
    label = "estimate"
    for line in training(figures.training, options):
        yield line_of_text(f"{label:<12}{line.strip()}")
        label = ""
    for cut in figures.cuts:
        if cut.examples and cut.limit == figures.training.limit:
            lost = f", {cut.lost:,} of them without their answer" if cut.lost else ""
            yield line_of_text(
                f"{'':<12}cut at {cut.limit:,} tokens: {counted(cut.examples, 'example')}{lost}"
            )
    for note in uncounted(figures):
        yield line_of_text(f"{'':<12}not counted: {note}")


def _chosen(parameters: JobParameters) -> dict[str, Any]:
    chosen = dict(parameters.hyperparameters)
    for name in ("seed", "suffix", "wandb"):
        value = getattr(parameters, name)
        if value is not None:
            chosen[name] = value
    return mask_all({**chosen, **parameters.metadata})  # type: ignore[no-any-return]


def request_text(submission: Submission) -> str:
    """The request that would be sent, as JSON; the ids of files are not known yet."""
    files = [f"(the id of {file.path})" for file in submission.files]
    request = job_request(
        submission.trainer.name,
        files[0],
        files[1] if len(files) > 1 else None,
        submission.parameters,
        "(a new key)",
    )
    body = mask_all(asked_job(request))
    return f"\nNothing was sent. The job would be asked for with\n{json.dumps(body, indent=2, ensure_ascii=True)}\n"


def created(job: TuningJob, same: str, *, follows: bool) -> Iterator[str]:
    """The created job, and the next step unless it is followed."""
    yield line_of_text(f"{'job':<12}{sanitize(job.id)} · {sanitize(job.status.replace('_', ' '))}")
    if not follows:
        yield "\nNext\n"
        yield line_of_text(f"  ftlint job follow {sanitize(job.id)}{same}")


def as_json(job: TuningJob) -> str:
    """The job as one JSON object."""
    return json.dumps(mask_all(asdict(job)), ensure_ascii=True, default=list) + "\n"
