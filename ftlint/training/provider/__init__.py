"""Providers store files, train models on them and answer with the models. This is the plug-in API."""

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
    Fault,
    PartialUpload,
    Question,
    StoredFile,
    Token,
    TuningJob,
    Wanted,
)
from ftlint.training.provider.registry import Address, find_provider, provider_names
from ftlint.training.provider.retry import Patience, patience

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
