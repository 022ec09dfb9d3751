"""The job log ``.ftlint/jobs.jsonl``: append-only, one line per event.

It links jobs, file ids, the SHA-256 of files and manifests, so that no file is uploaded and no job created twice,
and so that a job's model can be asked as it was trained. It holds no secrets.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ftlint.errors import UsageError

FOLDER, NAME = ".ftlint", "jobs.jsonl"
# Windows would write other line ends.
FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


class LogEntry(msgspec.Struct, kw_only=True, frozen=True, tag_field="kind"):
    """One line. ``when`` is the UTC time in ISO 8601, ``url`` the provider's address."""

    when: str
    url: str


class UsedFile(msgspec.Struct, kw_only=True, frozen=True):
    """A file of a job: where it lies (seen from the folder that ``.ftlint`` is in), and its id at the provider."""

    path: str
    sha256: str
    bytes: int
    examples: int
    file: str


class FileEntry(LogEntry, kw_only=True, frozen=True, tag="file"):
    """A file was uploaded as a whole."""

    file: str
    sha256: str
    bytes: int
    name: str


class UploadEntry(LogEntry, kw_only=True, frozen=True, tag="upload"):
    """An upload in parts was begun; it can be gone on with until ``expires`` (seconds since 1970)."""

    upload: str
    sha256: str
    part_bytes: int
    expires: int


class PartEntry(LogEntry, kw_only=True, frozen=True, tag="part"):
    """Part ``number`` (from 0) of an upload arrived."""

    upload: str
    number: int
    part: str
    sha256: str


class IntentEntry(LogEntry, kw_only=True, frozen=True, tag="intent"):
    """A job is about to be created, and will be known at the provider by ``key``. ``request`` tells equal ones."""

    key: str
    request: str


class JobEntry(LogEntry, kw_only=True, frozen=True, tag="job"):
    """A job was created. ``parameters`` are the hyperparameters that were asked for."""

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
    """A job ended; ``tuned`` is its model, where it succeeded."""

    job: str
    status: str
    tuned: str | None = None


Line = FileEntry | UploadEntry | PartEntry | IntentEntry | JobEntry | EndEntry


@dataclass(frozen=True, slots=True)
class JobLog:
    """The file of what was submitted; it need not exist yet."""

    path: Path

    @classmethod
    def here(cls, start: Path | None = None) -> "JobLog":
        """The memory of this folder, or of the nearest folder above it that has one."""
        folder = (start or Path.cwd()).resolve()
        for place in (folder, *folder.parents):
            if (place / FOLDER / NAME).is_file():
                return cls(place / FOLDER / NAME)
        return cls(folder / FOLDER / NAME)

    @property
    def root(self) -> Path:
        """The folder that paths are seen from."""
        return self.path.parent.parent

    def entries(self) -> Iterator[Line]:
        """All lines, oldest first; those that this version does not understand are left out."""
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
        """Add a line, whole or not at all. Raises UsageError where that cannot be done."""
        try:
            self.path.parent.mkdir(exist_ok=True)
            whole = msgspec.json.encode(entry) + b"\n"
            handle = os.open(self.path, FLAGS, 0o644)
            try:
                # A line that was torn off, by a full disk say, must not spoil the next one.
                size = os.fstat(handle).st_size
                if size and _last_byte(handle, size) != b"\n":
                    whole = b"\n" + whole
                os.write(handle, whole)
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror or error}") from None

    def jobs(self) -> dict[str, JobEntry]:
        """The jobs by id, oldest first."""
        return {entry.job: entry for entry in self.entries() if isinstance(entry, JobEntry)}

    def job(self, id: str) -> JobEntry | None:
        """The job of that id."""
        return self.jobs().get(id)

    def ends(self) -> Mapping[str, EndEntry]:
        """How jobs ended, by id."""
        return {entry.job: entry for entry in self.entries() if isinstance(entry, EndEntry)}

    def of_model(self, name: str) -> JobEntry | None:
        """The job that a tuned model, or a checkpoint of one, came out of."""
        base = name.partition(":ckpt-step-")[0]
        for entry in reversed(list(self.ends().values())):
            if entry.tuned == base:
                return self.job(entry.job)
        return None

    def stored(self, sha256: str, url: str) -> list[str]:
        """The ids of a file that was uploaded there, newest first."""
        found = [
            entry.file
            for entry in self.entries()
            if isinstance(entry, FileEntry) and entry.sha256 == sha256 and entry.url == url
        ]
        return found[::-1]

    def begun(self, sha256: str, url: str, part_bytes: int, now: float) -> tuple[str, dict[int, PartEntry]]:
        """The newest upload of a file that can be gone on with, and its parts; "" where there is none."""
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
                # It was joined.
                id, parts = "", {}
        return id, parts

    def same(self, request: str, url: str) -> tuple[Sequence[JobEntry], str | None]:
        """The jobs that were created by an equal request, and the key of one that may have been, newest first."""
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

    def as_seen(self, path: Path) -> str:
        """The path as the memory keeps it."""
        absolute = path.resolve()
        try:
            return absolute.relative_to(self.root).as_posix()
        except ValueError:
            return str(absolute)

    def found(self, path: str) -> Path:
        """A kept path as the current folder sees it."""
        whole = self.root / path
        try:
            return whole.relative_to(Path.cwd())
        except ValueError:
            return whole


def _last_byte(handle: int, size: int) -> bytes:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1)
