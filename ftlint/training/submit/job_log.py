"""The job log ``.ftlint/jobs.jsonl``: append-only, one line per event.

It links jobs, file ids, the SHA-256 of files and manifests, so that no file is uploaded twice and no job
created twice, and so that a job's model can be asked in the format it was trained on. It holds no secrets.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ftlint.errors import UsageError

FOLDER, NAME = ".ftlint", "jobs.jsonl"
# Windows would write other line endings.
FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


def now() -> str:
    """The current time in the format of the log."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class LogEntry(msgspec.Struct, kw_only=True, frozen=True, tag_field="kind"):
    """One line. ``when`` is the UTC time in ISO 8601, ``url`` the provider's base URL."""

    when: str = msgspec.field(default_factory=now)
    url: str


class UsedFile(msgspec.Struct, kw_only=True, frozen=True):
    """A file of a job: its path (relative to the folder that contains ``.ftlint``), and its id at the provider."""

    path: str
    sha256: str
    bytes: int
    examples: int
    file: str


class FileEntry(LogEntry, kw_only=True, frozen=True, tag="file"):
    """A file was uploaded in one request."""

    file: str
    sha256: str
    bytes: int
    name: str


class UploadEntry(LogEntry, kw_only=True, frozen=True, tag="upload"):
    """A multipart upload was begun; it can be resumed until ``expires`` (seconds since 1970)."""

    upload: str
    sha256: str
    part_bytes: int
    expires: int


class PartEntry(LogEntry, kw_only=True, frozen=True, tag="part"):
    """Part ``number`` (from 0) of an upload was received."""

    upload: str
    number: int
    part: str
    sha256: str


class IntentEntry(LogEntry, kw_only=True, frozen=True, tag="intent"):
    """A job is about to be created, identified at the provider by ``key``. ``request`` is equal for equal
    requests.
    """

    key: str
    request: str


class JobEntry(LogEntry, kw_only=True, frozen=True, tag="job"):
    """A job was created. ``parameters`` are the requested hyperparameters."""

    job: str
    key: str
    request: str
    provider: str
    model: str
    method: str
    target: str
    training: UsedFile
    validation: UsedFile | None = None
    manifest: str | None = None
    parameters: dict[str, Any] = {}
    suffix: str | None = None
    seed: int | None = None
    metadata: dict[str, str] = {}


class EndEntry(LogEntry, kw_only=True, frozen=True, tag="end"):
    """A job ended; ``tuned`` is its model if it succeeded."""

    job: str
    status: str
    tuned: str | None = None


Line = FileEntry | UploadEntry | PartEntry | IntentEntry | JobEntry | EndEntry


@dataclass(frozen=True, slots=True)
class JobLog:
    """The log of submitted files and jobs; the file need not exist yet."""

    path: Path

    @classmethod
    def here(cls, start: Path | None = None) -> "JobLog":
        """The log of this folder, or of the nearest parent folder that has one."""
        folder = (start or Path.cwd()).resolve()
        for place in (folder, *folder.parents):
            if (place / FOLDER / NAME).is_file():
                return cls(place / FOLDER / NAME)
        return cls(folder / FOLDER / NAME)

    @property
    def root(self) -> Path:
        """The folder that paths are relative to."""
        return self.path.parent.parent

    def entries(self) -> Iterator[Line]:
        """All entries, oldest first; without those that this version does not know."""
        if not self.path.is_file():
            return
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise UsageError(f"{self.path}: {error.strerror or error}") from None
        for line in lines:
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                yield msgspec.json.decode(line, type=Line)

    def add(self, entry: Line) -> None:
        """Append an entry atomically. Raises UsageError if that fails."""
        try:
            self.path.parent.mkdir(exist_ok=True)
            line = msgspec.json.encode(entry) + b"\n"
            handle = os.open(self.path, FLAGS, 0o644)
            try:
                # An incomplete last line, after a full disk for example, must not corrupt the next one.
                size = os.fstat(handle).st_size
                if size and _last_byte(handle, size) != b"\n":
                    line = b"\n" + line
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror or error}") from None

    def jobs(self) -> dict[str, JobEntry]:
        """The jobs by id, oldest first."""
        return {entry.job: entry for entry in self.entries() if isinstance(entry, JobEntry)}

    def job(self, id: str) -> JobEntry | None:
        """The job with this id."""
        return self.jobs().get(id)

    def ends(self) -> Mapping[str, EndEntry]:
        """The end of each job, by id."""
        return {entry.job: entry for entry in self.entries() if isinstance(entry, EndEntry)}

    def of_model(self, name: str) -> JobEntry | None:
        """The job that created a tuned model or one of its checkpoints."""
        base = name.partition(":ckpt-step-")[0]
        for entry in reversed(list(self.ends().values())):
            if entry.tuned == base:
                return self.job(entry.job)
        return None

    def stored(self, sha256: str, url: str) -> list[str]:
        """The ids of an uploaded file at this provider, newest first."""
        ids = [
            entry.file
            for entry in self.entries()
            if isinstance(entry, FileEntry) and entry.sha256 == sha256 and entry.url == url
        ]
        return ids[::-1]

    def begun(self, sha256: str, url: str, part_bytes: int, now: float) -> tuple[str, dict[int, PartEntry]]:
        """The newest resumable upload of a file, and its parts; "" if there is none."""
        id, parts = "", dict[int, PartEntry]()
        for entry in self.entries():
            if isinstance(entry, UploadEntry) and (entry.sha256, entry.url, entry.part_bytes) == (
                sha256,
                url,
                part_bytes,
            ):
                id, parts = (entry.upload, {}) if entry.expires > now else ("", {})
            elif isinstance(entry, PartEntry) and entry.upload == id:
                parts[entry.number] = entry
            elif isinstance(entry, FileEntry) and entry.sha256 == sha256 and entry.url == url:
                # It was completed.
                id, parts = "", {}
        return id, parts

    def same(self, request: str, url: str) -> tuple[Sequence[JobEntry], str | None]:
        """The jobs that were created by an equal request, and the keys of those that may have been, newest
        first.
        """
        jobs: list[JobEntry] = []
        keys: list[str] = []
        for entry in self.entries():
            if isinstance(entry, JobEntry | IntentEntry) and (entry.request, entry.url) == (request, url):
                if isinstance(entry, JobEntry):
                    jobs.append(entry)
                    keys = [key for key in keys if key != entry.key]
                else:
                    keys.append(entry.key)
        return jobs[::-1], keys[-1] if keys else None

    def relative_path(self, path: Path) -> str:
        """The path as stored in the log."""
        absolute = path.resolve()
        try:
            return absolute.relative_to(self.root).as_posix()
        except ValueError:
            return str(absolute)

    def found(self, path: str) -> Path:
        """Resolve a stored path from the current folder."""
        absolute = self.root / path
        try:
            return absolute.relative_to(Path.cwd())
        except ValueError:
            return absolute


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)
