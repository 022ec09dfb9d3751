"""Starting a job once more that failed or was cancelled: the same files and parameters, under a key of its own."""

from ftlint.errors import UsageError
from ftlint.provider import CANCELLED, FAILED, Patience, Provider, ProviderError, TuningJob
from ftlint.submitting import creating
from ftlint.submitting.memory import JobEntry, Memory
from ftlint.submitting.parameters import AUTO, KEY, Parameters


def retry(
    provider: Provider, memory: Memory, old: TuningJob, patience: Patience, *, force: bool
) -> TuningJob:
    """Create the job again. Raises UsageError where that makes no sense, unless ``force`` says that it does."""
    entry = memory.job(old.id)
    if not force:
        _check(old, entry)
    for id in (old.training_file, old.validation_file):
        if id is not None:
            _still_there(provider, id)
    parameters = _parameters(old, entry)
    request = entry.request if entry is not None else f"retry of {old.id}"
    # A retry that ended before it heard of its job may have created it.
    found = creating.left_behind(memory, provider, request)
    key, job = found if found is not None else (creating.begin(memory, provider.url, request), None)
    if job is None:
        wanted = creating.wanted_job(old.model, old.training_file, old.validation_file, parameters, key)
        job = creating.create(provider, wanted, patience)
    if entry is not None:
        creating.remember(
            memory,
            provider,
            job,
            key=key,
            request=request,
            target=entry.target,
            files=(entry.training, entry.validation),
            manifest=entry.manifest,
            parameters=parameters,
        )
    return job


def _check(old: TuningJob, entry: JobEntry | None) -> None:
    if old.status not in (FAILED, CANCELLED):
        raise UsageError(
            f"{old.id} is {old.status.replace('_', ' ')}, not failed or cancelled (--force starts another)"
        )
    fault = old.error
    if fault is not None and (
        fault.param in ("training_file", "validation_file") or "file" in (fault.code or "")
    ):
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


def _parameters(old: TuningJob, entry: JobEntry | None) -> Parameters:
    """As they were asked for, where that is remembered; else as the job tells them."""
    hyperparameters = (
        entry.parameters
        if entry is not None
        else {name: value for name, value in old.parameters.items() if value != AUTO}
    )
    projects = [one.get("wandb", {}).get("project") for one in old.integrations if one.get("type") == "wandb"]
    return Parameters(
        method=old.method or "supervised",
        hyperparameters=hyperparameters,
        suffix=entry.suffix if entry is not None else old.suffix,
        seed=entry.seed if entry is not None else old.seed,
        metadata={key: value for key, value in old.metadata.items() if key != KEY},
        grader=old.grader,
        wandb=projects[0] if projects else None,
    )
