"""Where a tuned model came from: the manifest that its training file was written with."""

from dataclasses import dataclass
from pathlib import Path

from ftlint.errors import UsageError
from ftlint.preparing.manifest import Manifest, read_manifest
from ftlint.provider import Provider, ProviderError
from ftlint.submitting.memory import JobEntry, Memory

CHECKPOINT = ":ckpt-step-"
MOST_LOOKED_AT = 20
"""Jobs whose end is not remembered that the provider is asked for."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The model to ask, and the manifest of its training file. ``note`` says why there is none."""

    model: str
    manifest: Manifest | None = None
    note: str | None = None


def origin_of(model: str, manifest: Path | None, provider: Provider, memory: Memory) -> Origin:
    """The origin of a model or of a job's model. Raises UsageError where the job has none."""
    entry = memory.job(model)
    if entry is not None or model.startswith("ftjob-"):
        model = _tuned(model, provider, memory)
    if manifest is not None:
        return Origin(model, read_manifest(manifest))
    entry = entry or memory.of_model(model) or _looked_for(model, provider, memory)
    if entry is None:
        return Origin(model, note=f"{memory.path.parent.name}/{memory.path.name} knows nothing of this model")
    if entry.manifest is None:
        return Origin(
            model, note=f"{entry.training.path} was trained on without a manifest of ftlint prepare"
        )
    path = memory.found(entry.manifest)
    if not path.is_file():
        return Origin(model, note=f"its manifest {path} is not there any more")
    return Origin(model, read_manifest(path))


def _tuned(job: str, provider: Provider, memory: Memory) -> str:
    end = memory.ends().get(job)
    if end is not None and end.tuned is not None:
        return end.tuned
    found = provider.job(job)
    if found.tuned is None:
        raise UsageError(f"job {job} has no model: it is {found.status} (ftlint job follow {job})")
    return found.tuned


def _looked_for(model: str, provider: Provider, memory: Memory) -> JobEntry | None:
    """The job of a model whose end nobody saw: the remembered jobs are looked at, newest first."""
    base, ends = model.partition(CHECKPOINT)[0], memory.ends()
    open_ones = [job for job in memory.jobs().values() if job.job not in ends and job.url == provider.url]
    for job in open_ones[: -MOST_LOOKED_AT - 1 : -1]:
        try:
            if provider.job(job.job).tuned == base:
                return job
        except ProviderError:
            continue
    return None
