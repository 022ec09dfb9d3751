"""Create a job exactly once: after a lost connection, search for it before creating it again.

``retry`` creates a failed or cancelled job again with the same files and parameters, under a new key.
"""

import hashlib
import json
import uuid
from dataclasses import replace
from itertools import islice
from typing import Any

import msgspec

from ftlint.errors import UsageError
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import CANCELLED, FAILED, JobRequest, TuningJob
from ftlint.training.provider.retry import Retry
from ftlint.training.submit.failure_reasons import about_file
from ftlint.training.submit.job_log import IntentEntry, JobEntry, JobLog, now
from ftlint.training.submit.parameters import AUTO, KEY, JobParameters

# A job that was just created is among the newest.
MAX_SEARCHED_JOBS = 100


def request_of(
    training: str, validation: str | None, model: str, target: str, parameters: JobParameters
) -> str:
    """The identity of a request: a digest of the files' SHA-256, the model and all parameters."""
    identity: dict[str, Any] = {
        "training": training,
        "validation": validation,
        "model": model,
        "target": target,
        "method": parameters.method,
        "hyperparameters": dict(parameters.hyperparameters),
        "suffix": parameters.suffix,
        "seed": parameters.seed,
        "metadata": dict(parameters.metadata),
        "grader": dict(parameters.grader) if parameters.grader is not None else None,
        "wandb": parameters.wandb,
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


def job_request(
    model: str, training_file: str, validation_file: str | None, parameters: JobParameters, key: str
) -> JobRequest:
    """Build the provider's job request; its metadata holds the key that identifies the job."""
    return JobRequest(
        model=model,
        training_file=training_file,
        validation_file=validation_file,
        method=parameters.method,
        parameters=dict(parameters.hyperparameters),
        grader=parameters.grader,
        integrations=parameters.integrations,
        seed=parameters.seed,
        suffix=parameters.suffix,
        metadata={**parameters.metadata, KEY: key},
    )


def record_intent(job_log: JobLog, url: str, request: str) -> str:
    """Log a key for a job that is about to be created, so that it is found again if this run ends now."""
    key = uuid.uuid4().hex
    job_log.add(IntentEntry(url=url, key=key, request=request))
    return key


def find_unfinished(job_log: JobLog, provider: Provider, request: str) -> tuple[str, TuningJob | None] | None:
    """Find an equal job whose creation was interrupted: its key, and the job if it was created.

    None if there is none, or if that job is of no use any more.
    """
    _, key = job_log.same(request, provider.url)
    if key is None:
        return None
    job = find(provider, key)
    return None if job is not None and job.status in (FAILED, CANCELLED) else (key, job)


def find(provider: Provider, key: str) -> TuningJob | None:
    """The job that was created with a key, if any."""
    for job in islice(provider.jobs(), MAX_SEARCHED_JOBS):
        if job.metadata.get(KEY) == key:
            return job
    return None


def create(provider: Provider, request: JobRequest, retrier: Retry) -> TuningJob:
    """Create the job once. If a response was lost, search the provider's jobs first.

    A provider that stores no metadata is asked again only if it certainly did not carry out the request.
    """
    key = request.metadata[KEY]
    before = {job.id for job in islice(provider.jobs(), MAX_SEARCHED_JOBS)}
    tried = 0
    while True:
        try:
            return provider.create(request)
        except ProviderError as error:
            if _rejects_metadata(error, request):
                request = replace(request, metadata={})
                continue
            tried += 1
            if error.unsure:
                created = _created_meanwhile(provider, request, key, before)
                if created is not None:
                    retrier.notice(f"{error}; but the job was created")
                    return created
            if not error.again or tried >= retrier.tries:
                raise
            retrier.sleep(error, tried)


def _rejects_metadata(error: ProviderError, request: JobRequest) -> bool:
    """Whether the provider rejects metadata, and the only metadata is ftlint's own."""
    about_metadata = error.param == "metadata" or "metadata" in str(error)
    return error.status in (400, 422) and about_metadata and set(request.metadata) == {KEY}


def _created_meanwhile(
    provider: Provider, request: JobRequest, key: str, before: set[str]
) -> TuningJob | None:
    for job in islice(provider.jobs(), MAX_SEARCHED_JOBS):
        if job.metadata.get(KEY) == key:
            return job
        # The model is not compared: the provider may have expanded it to its full name.
        if job.id not in before and not job.metadata and job.training_file == request.training_file:
            return job
    return None


def retry(provider: Provider, job_log: JobLog, old: TuningJob, retrier: Retry, *, force: bool) -> TuningJob:
    """Create the job again. Raises UsageError if that makes no sense, unless ``force`` is set."""
    entry = job_log.job(old.id)
    if not force:
        _check(old, entry)
    for id in (old.training_file, old.validation_file):
        if id is not None:
            _still_there(provider, id)
    parameters = _parameters(old, entry)
    request = entry.request if entry is not None else f"retry of {old.id}"
    # A retry that ended before it received a response may have created the job.
    unfinished = find_unfinished(job_log, provider, request)
    key, job = unfinished if unfinished is not None else (record_intent(job_log, provider.url, request), None)
    if job is None:
        new_request = job_request(old.model, old.training_file, old.validation_file, parameters, key)
        job = create(provider, new_request, retrier)
    if entry is not None:
        again = {"when": now(), "url": provider.url, "provider": provider.name}
        job_log.add(msgspec.structs.replace(entry, **again, job=job.id, model=job.model, key=key))
    return job


def _check(old: TuningJob, entry: JobEntry | None) -> None:
    if old.status not in (FAILED, CANCELLED):
        raise UsageError(
            f"{old.id} is {old.status.replace('_', ' ')}, not failed or cancelled (--force starts another)"
        )
    fault = old.error
    if fault is not None and about_file(fault):
        what = entry.training.path if entry is not None else "the file"
        raise UsageError(
            f"{old.id} failed because of a file, and would again: {fault.message}. Mend {what} and ftlint submit it"
            " (--force tries all the same)"
        )


def _still_there(provider: Provider, id: str) -> None:
    try:
        provider.file(id)
    except ProviderError as error:
        if error.status == 404:
            raise UsageError(
                f"the provider has the file {id} no more; ftlint submit uploads it anew"
            ) from None
        raise


def _parameters(old: TuningJob, entry: JobEntry | None) -> JobParameters:
    """The parameters as requested, from the job log; else as the job reports them."""
    hyperparameters = (
        entry.parameters
        if entry is not None
        else {name: value for name, value in old.parameters.items() if value != AUTO}
    )
    projects = [one.get("wandb", {}).get("project") for one in old.integrations if one.get("type") == "wandb"]
    return JobParameters(
        method=old.method or "supervised",
        hyperparameters=hyperparameters,
        suffix=entry.suffix if entry is not None else old.suffix,
        seed=entry.seed if entry is not None else old.seed,
        metadata={key: value for key, value in old.metadata.items() if key != KEY},
        grader=old.grader,
        wandb=projects[0] if projects else None,
    )
