"""Run a submission: upload the files, create the job, and log each step at once."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ftlint.errors import UsageError
from ftlint.result import FileReport
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import CANCELLED, FAILED, StoredFile, TuningJob
from ftlint.training.provider.retry import retry_from_environment
from ftlint.training.submit import create_job
from ftlint.training.submit.failure_reasons import SubmittedFiles
from ftlint.training.submit.gate import Gate, PreviousTraining, SubmitEstimate
from ftlint.training.submit.job_log import JobEntry, JobLog, UsedFile
from ftlint.training.submit.parameters import JobParameters
from ftlint.training.submit.trainer import Trainer
from ftlint.training.submit.upload import (
    INVALID_FILE,
    Advance,
    FileToUpload,
    Notice,
    Uploader,
    UploadSizes,
    wait_processed,
)

MAX_SEARCHED_JOBS = 100
# The API's names for the files of a job.
PARAMS = ("training_file", "validation_file")


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission, checked and ready to run."""

    trainer: Trainer
    parameters: JobParameters
    gate: Gate
    estimate: SubmitEstimate
    manifest: Path | None = None

    @property
    def files(self) -> list[FileReport]:
        """The training file and, if there is one, the validation file."""
        return self.gate.report.files

    @property
    def bytes(self) -> int:
        """The total size of the files."""
        return sum(file.bytes for file in self.files)

    @property
    def sent(self) -> SubmittedFiles:
        """The files as they will be logged."""
        validation = self.gate.validation
        return SubmittedFiles(
            Path(self.gate.training.path),
            self.trainer.target.name,
            Path(validation.path) if validation is not None else None,
            self.manifest,
            {Path(file.path): file.sha256 for file in self.files},
        )

    @property
    def request(self) -> str:
        """The digest of the request; equal for equal submissions."""
        validation = self.gate.validation
        return create_job.request_of(
            self.gate.training.sha256,
            validation.sha256 if validation is not None else None,
            self.trainer.name,
            self.trainer.target.name,
            self.parameters,
        )


def verify_unchanged(job_log: JobLog, provider: Provider, submission: Submission, *, again: bool) -> None:
    """Raise UsageError if an equal job exists and has not failed, unless ``again`` is set."""
    jobs, _ = job_log.same(submission.request, provider.url)
    ends = job_log.ends()
    for job in jobs:
        end = ends.get(job.job)
        if end is not None and end.status in (FAILED, CANCELLED):
            continue
        if not again and _is_usable(provider, job.job):
            raise UsageError(
                f"the very same was submitted before: {job.job} ({job.when}); ftlint job follow {job.job},"
                " or say --again to train once more"
            )


def _is_usable(provider: Provider, id: str) -> bool:
    """Whether a job is running or succeeded, as far as the provider reports it."""
    try:
        return provider.job(id).status not in (FAILED, CANCELLED)
    except ProviderError as error:
        if error.status == 404:
            return False
        raise


def run_submission(
    submission: Submission,
    provider: Provider,
    job_log: JobLog,
    sizes: UploadSizes,
    *,
    advance: Advance,
    notice: Notice,
    wait: float | None = None,
) -> TuningJob:
    """Upload the missing files, and create the job; with ``wait`` (seconds between polls) once they are
    processed.

    Raises UsageError if a file changed since it was checked, ProviderError if the provider refuses.
    """
    unfinished = create_job.find_unfinished(job_log, provider, submission.request)
    key, job = unfinished or ("", None)
    if job is not None:
        notice(f"the job was created by a run that did not hear of it: {job.id}")
    store = Uploader(provider, job_log, sizes, notice)
    stored = [
        _stored(store, file, param, advance, notice)
        for param, file in zip(PARAMS, submission.files, strict=False)
    ]
    if wait is not None:
        notify = _notify_once(notice)
        stored = [
            _attribute_errors(param, lambda file=file: wait_processed(provider, file, wait, notify))  # type: ignore[misc]
            for param, file in zip(PARAMS, stored, strict=False)
        ]
    used = [_used(job_log, file, there) for file, there in zip(submission.files, stored, strict=True)]
    key = key or create_job.record_intent(job_log, provider.url, submission.request)
    if job is None:
        name, (training, *validation) = submission.trainer.name, [file.id for file in stored]
        held_out = validation[0] if validation else None
        request = create_job.job_request(name, training, held_out, submission.parameters, key)
        job = create_job.create(provider, request, retry_from_environment(notice))
    try:
        job_log.add(_entry(job_log, provider, submission, job, key, used))
    except UsageError as error:
        # The job exists and costs money: its id must be shown even if it cannot be logged.
        notice(f"{error}; remember {job.id} yourself")
    return job


def _entry(
    job_log: JobLog,
    provider: Provider,
    submission: Submission,
    job: TuningJob,
    key: str,
    used: list[UsedFile],
) -> JobEntry:
    parameters = submission.parameters
    return JobEntry(
        url=provider.url,
        job=job.id,
        key=key,
        request=submission.request,
        provider=provider.name,
        model=job.model,
        method=parameters.method,
        target=submission.trainer.target.name,
        training=used[0],
        validation=used[1] if len(used) > 1 else None,
        manifest=job_log.relative_path(submission.manifest) if submission.manifest is not None else None,
        parameters=dict(parameters.hyperparameters),
        suffix=parameters.suffix,
        seed=parameters.seed,
        metadata=dict(parameters.metadata),
    )


def _attribute_errors(param: str, action: Callable[[], StoredFile]) -> StoredFile:
    """Run the action; an error of the provider is attributed to the file of that parameter."""
    try:
        return action()
    except ProviderError as error:
        if error.param is None and (error.status == 400 or error.code == INVALID_FILE):
            error.param = param
        raise


def _stored(store: Uploader, file: FileReport, param: str, advance: Advance, notice: Notice) -> StoredFile:
    sending = FileToUpload(Path(file.path), file.sha256, file.bytes)
    stored = store.known(sending)
    if stored is not None:
        notice(f"{file.path} is there already: {stored.id}")
        advance(file.bytes)
        return stored
    return _attribute_errors(param, lambda: store.send(sending, advance))


def _used(job_log: JobLog, file: FileReport, stored: StoredFile) -> UsedFile:
    return UsedFile(
        path=job_log.relative_path(Path(file.path)),
        sha256=file.sha256,
        bytes=file.bytes,
        examples=file.examples,
        file=stored.id,
    )


def _notify_once(notice: Notice) -> Callable[[StoredFile], None]:
    shown: set[str] = set()

    def notify(file: StoredFile) -> None:
        if file.id not in shown:
            shown.add(file.id)
            notice(f"waiting until {file.id} is processed")

    return notify


def previous_training(job_log: JobLog, provider: Provider, trainer: Trainer) -> PreviousTraining | None:
    """The previous training of a tuned model, from the job log and from the provider; None for a base model."""
    if not trainer.continued:
        return None
    entry = job_log.of_model(trainer.name)
    examples = entry.training.examples if entry is not None else None
    for job in islice(provider.jobs(), MAX_SEARCHED_JOBS):
        if job.tuned == trainer.name or (entry is not None and job.id == entry.job):
            rate = job.parameters.get("learning_rate_multiplier")
            number = rate if isinstance(rate, int | float) else None
            return PreviousTraining(examples, job.trained_tokens, number)
    return PreviousTraining(examples)
