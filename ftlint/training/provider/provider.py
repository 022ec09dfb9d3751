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
    """Somebody who stores files, trains models on them and answers with the models.

    Every method raises ``ftlint.provider.ProviderError``, whose text is for people, and nothing else. Methods try again
    by themselves what is busy or was cut off, but for ``create``: whoever calls it has to look first whether the job is
    there already.
    """

    name: str
    """As it is registered: ``openai``."""
    title: str
    """As it is called in a sentence: ``OpenAI``."""
    url: str
    """The address that is spoken to, without anything secret; tells one account's world from another's."""

    def upload(self, name: str, content: BinaryIO) -> StoredFile:
        """Store a whole training file. ``content`` can be read from its beginning again."""
        ...

    def begin_parts(self, name: str, size: int) -> PartialUpload:
        """Begin a file of so many bytes that comes in parts."""
        ...

    def add_part(self, upload: str, data: bytes) -> str:
        """Send one part; its id."""
        ...

    def join_parts(self, upload: str, parts: Sequence[str], md5: str) -> StoredFile:
        """Make a file of the parts, in this order. ``md5`` is that of the whole, in hexadecimal digits."""
        ...

    def cancel_parts(self, upload: str) -> None:
        """Throw away what was sent."""
        ...

    def file(self, id: str) -> StoredFile:
        """A file as it is now."""
        ...

    def files(self) -> Iterator[StoredFile]:
        """The training files that are stored, newest first."""
        ...

    def content(self, id: str) -> bytes:
        """What stands in a file, for instance the results of a job."""
        ...

    def create(self, wanted: JobRequest) -> TuningJob:
        """Create a job, once; never tried again here."""
        ...

    def jobs(self) -> Iterator[TuningJob]:
        """All jobs, newest first, fetched as they are looked at."""
        ...

    def job(self, id: str) -> TuningJob:
        """A job as it is now."""
        ...

    def cancel(self, id: str) -> TuningJob:
        """End a job that has not ended."""
        ...

    def pause(self, id: str) -> TuningJob:
        """Let a job wait."""
        ...

    def resume(self, id: str) -> TuningJob:
        """Let a job that waits go on."""
        ...

    def events(self, id: str) -> Iterator[Event]:
        """What happened to a job, newest first, fetched as it is looked at."""
        ...

    def checkpoints(self, id: str) -> Iterator[Checkpoint]:
        """The checkpoints of a job, newest first."""
        ...

    def models(self) -> Iterator[str]:
        """The names of the models that can be asked."""
        ...

    def delete_model(self, name: str) -> None:
        """Delete a tuned model for good."""
        ...

    def ask(self, question: Question) -> Answer:
        """Ask a model once."""
        ...

    def stream(self, question: Question) -> Iterator[str]:
        """Ask a model and hand out its words as they come. Raises where the stream breaks off."""
        ...
