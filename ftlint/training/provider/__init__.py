"""The plug-in API of training providers: they store files, train models on them and run the models."""

from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import (
    CANCELLED,
    ENDED,
    FAILED,
    PAUSED,
    SUCCEEDED,
    Answer,
    Checkpoint,
    Event,
    JobError,
    JobRequest,
    PartialUpload,
    Question,
    StoredFile,
    Token,
    TuningJob,
)
from ftlint.training.provider.registry import Address, find_provider, provider_names
from ftlint.training.provider.retry import Retry, retry_from_environment

__all__ = [
    "CANCELLED",
    "ENDED",
    "FAILED",
    "PAUSED",
    "SUCCEEDED",
    "Address",
    "Answer",
    "Checkpoint",
    "Event",
    "JobError",
    "JobRequest",
    "PartialUpload",
    "Provider",
    "ProviderError",
    "Question",
    "Retry",
    "StoredFile",
    "Token",
    "TuningJob",
    "find_provider",
    "provider_names",
    "retry_from_environment",
]
