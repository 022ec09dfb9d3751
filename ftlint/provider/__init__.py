"""Providers of training: who stores files, trains models on them and answers with the models."""

from ftlint.provider.built_in import Address
from ftlint.provider.failure import ProviderError
from ftlint.provider.known import find_provider, provider_names
from ftlint.provider.patience import Patience, patience
from ftlint.provider.provider import Provider
from ftlint.provider.records import (
    CANCELLED,
    ENDED,
    FAILED,
    PAUSED,
    SUCCEEDED,
    Answer,
    Checkpoint,
    Event,
    Fault,
    PartialUpload,
    Question,
    StoredFile,
    Token,
    TuningJob,
    Wanted,
)

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
    "Fault",
    "PartialUpload",
    "Patience",
    "Provider",
    "ProviderError",
    "Question",
    "StoredFile",
    "Token",
    "TuningJob",
    "Wanted",
    "find_provider",
    "patience",
    "provider_names",
]
