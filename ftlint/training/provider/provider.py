"""The Provider protocol: what ftlint needs from a training provider. Plug-ins implement it."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

from ftlint.training.provider.records import (
    Answer,
    Checkpoint,
    Event,
    JobRequest,
    PartialUpload,
    Question,
    StoredFile,
    TuningJob,
)


class Provider(Protocol):
    """A service that stores files, trains models on them and runs the models.

    Every method raises only ``ftlint.provider.ProviderError``, whose text is for users. Methods retry requests
    that were rejected as busy or lost, except for ``create``: the caller must first check whether the job
    exists already.
    """

    name: str
    """The registered name: ``openai``."""
    title: str
    """The name in a sentence: ``OpenAI``."""
    url: str
    """The base URL without secrets; distinguishes accounts in the job log."""

    def upload(self, name: str, content: BinaryIO) -> StoredFile:
        """Upload an entire training file. ``content`` can be rewound and read again."""
        ...

    def begin_parts(self, name: str, size: int) -> PartialUpload:
        """Begin a multipart upload of a file with this many bytes."""
        ...

    def add_part(self, upload: str, data: bytes) -> str:
        """Upload one part; returns its id."""
        ...

    def join_parts(self, upload: str, parts: Sequence[str], md5: str) -> StoredFile:
        """Complete the upload from these parts, in this order. ``md5`` is that of the entire file, in
        hexadecimal digits.
        """
        ...

    def cancel_parts(self, upload: str) -> None:
        """Cancel the upload and discard its parts."""
        ...

    def file(self, id: str) -> StoredFile:
        """The current state of a file."""
        ...

    def files(self) -> Iterator[StoredFile]:
        """The stored training files, newest first."""
        ...

    def content(self, id: str) -> bytes:
        """The content of a file, for instance the results of a job."""
        ...

    def create(self, request: JobRequest) -> TuningJob:
        """Create a job, once; never retried here."""
        ...

    def jobs(self) -> Iterator[TuningJob]:
        """All jobs, newest first, fetched lazily."""
        ...

    def job(self, id: str) -> TuningJob:
        """The current state of a job."""
        ...

    def cancel(self, id: str) -> TuningJob:
        """Cancel a running job."""
        ...

    def pause(self, id: str) -> TuningJob:
        """Pause a job."""
        ...

    def resume(self, id: str) -> TuningJob:
        """Resume a paused job."""
        ...

    def events(self, id: str) -> Iterator[Event]:
        """The events of a job, newest first, fetched lazily."""
        ...

    def checkpoints(self, id: str) -> Iterator[Checkpoint]:
        """The checkpoints of a job, newest first."""
        ...

    def models(self) -> Iterator[str]:
        """The names of the available models."""
        ...

    def delete_model(self, name: str) -> None:
        """Delete a tuned model permanently."""
        ...

    def ask(self, question: Question) -> Answer:
        """Ask a model once."""
        ...

    def stream(self, question: Question) -> Iterator[str]:
        """Ask a model and yield its answer as it arrives. Raises if the stream breaks off."""
        ...
