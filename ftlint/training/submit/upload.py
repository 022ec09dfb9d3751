"""Upload a file once: in one request, or in parts that can be resumed."""

import contextlib
import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ftlint.errors import SourceChanged, UsageError
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import StoredFile
from ftlint.training.submit.job_log import FileEntry, JobLog, PartEntry, UploadEntry

MEGABYTE = 1 << 20
# Limits of the API description (openai/openai-openapi at f85dbe2): files to 512 MB, uploads of parts to 64 MB
# each.
WHOLE, PART, LARGEST_PART = 512 * MEGABYTE, 64 * MEGABYTE, 64 * MEGABYTE
# An upload that expires this soon is not resumed.
MARGIN = 60
# When an upload expires that is never resumed.
FORGOTTEN = 0
NOT_THERE = (400, 404)
INVALID_FILE = "invalid_file"
"""The error code for a file that the provider processed and rejected."""

Advance = Callable[[int], None]
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class UploadSizes:
    """Files of more than ``whole`` bytes are sent in parts of ``part`` bytes."""

    whole: int = WHOLE
    part: int = PART

    def __post_init__(self) -> None:
        if not 0 < self.part <= LARGEST_PART:
            raise UsageError(f"--part-size: 1 byte to {LARGEST_PART // MEGABYTE} MB")


@dataclass(frozen=True, slots=True)
class FileToUpload:
    """A file to upload: its path, and its size and digest when it was checked."""

    path: Path
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Uploader:
    """Uploads files to a provider and logs them."""

    provider: Provider
    memory: JobLog
    sizes: UploadSizes
    notice: Notice

    def known(self, file: FileToUpload) -> StoredFile | None:
        """The file at the provider with the same bytes from an earlier upload, if it still exists."""
        for id in self.memory.stored(file.sha256, self.provider.url):
            try:
                stored = self.provider.file(id)
            except ProviderError as error:
                if error.status not in NOT_THERE:
                    raise
                continue
            if stored.status != "error" and stored.bytes == file.bytes:
                return stored
        return None

    def send(self, file: FileToUpload, advance: Advance) -> StoredFile:
        """Upload a file. Raises SourceChanged if it changed since it was checked, ProviderError if it is
        refused.
        """
        if file.bytes > self.sizes.whole:
            stored = self._in_parts(file, advance, again=True)
        else:
            stored = self._upload_entire(file, advance)
        if stored.bytes and stored.bytes != file.bytes:
            raise ProviderError(
                f"{file.path} arrived with {stored.bytes:,} bytes of {file.bytes:,} (file {stored.id})"
            )
        self.memory.add(
            FileEntry(
                url=self.provider.url,
                file=stored.id,
                sha256=file.sha256,
                bytes=file.bytes,
                name=file.path.name,
            )
        )
        return stored

    def _upload_entire(self, file: FileToUpload, advance: Advance) -> StoredFile:
        with _opened(file.path) as raw:
            watched = HashingReader(raw, advance)
            stored = self.provider.upload(file.path.name, watched)  # type: ignore[arg-type]
            _check(file, watched.digest.hexdigest())
        return stored

    def _in_parts(self, file: FileToUpload, advance: Advance, *, again: bool) -> StoredFile:
        url, size = self.provider.url, self.sizes.part
        upload, parts = self.memory.begun(file.sha256, url, size, time.time() + MARGIN)
        resumed = bool(upload)
        if upload:
            self.notice(f"going on with the upload of before: {len(parts)} parts are there already")
        else:
            created = self.provider.begin_parts(file.path.name, file.bytes)
            upload = created.id
            self.memory.add(
                UploadEntry(
                    url=url,
                    upload=upload,
                    sha256=file.sha256,
                    part_bytes=size,
                    expires=created.expires,
                )
            )
        try:
            return self._parts_of(file, upload, parts, advance)
        except SourceChanged:
            # It will never be resumed.
            with contextlib.suppress(ProviderError):
                self.provider.cancel_parts(upload)
            self._log_upload(file, upload, FORGOTTEN)
            raise
        except ProviderError as error:
            if not (resumed and again and error.status in NOT_THERE):
                raise
            # The provider has deleted the upload, or completed it with the response lost: start again, once.
            self.notice(f"the upload of before cannot be gone on with ({error}); beginning anew")
            self._log_upload(file, upload, FORGOTTEN)
            return self._in_parts(file, advance, again=False)

    def _log_upload(self, file: FileToUpload, upload: str, expires: int) -> None:
        self.memory.add(
            UploadEntry(
                url=self.provider.url,
                upload=upload,
                sha256=file.sha256,
                part_bytes=self.sizes.part,
                expires=expires,
            )
        )

    def _parts_of(
        self, file: FileToUpload, upload: str, received: dict[int, PartEntry], advance: Advance
    ) -> StoredFile:
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        ids: list[str] = []
        with _opened(file.path) as raw:
            while data := raw.read(self.sizes.part):
                sha256.update(data)
                md5.update(data)
                digest = hashlib.sha256(data).hexdigest()
                before = received.get(len(ids))
                if before is None or before.sha256 != digest:
                    before = self._part(upload, len(ids), data, digest)
                ids.append(before.part)
                advance(len(data))
        _check(file, sha256.hexdigest())
        try:
            return self.provider.join_parts(upload, ids, md5.hexdigest())
        except ProviderError as error:
            if error.status not in NOT_THERE:
                raise
            completed = self._find_completed(file)
            if completed is None:
                raise
            return completed

    def _part(self, upload: str, number: int, data: bytes, digest: str) -> PartEntry:
        id = self.provider.add_part(upload, data)
        entry = PartEntry(url=self.provider.url, upload=upload, number=number, part=id, sha256=digest)
        self.memory.add(entry)
        return entry

    def _find_completed(self, file: FileToUpload) -> StoredFile | None:
        """The file, if the parts were joined by a request whose response was lost: the newest with the same
        name and size.
        """
        logged = set(self.memory.stored(file.sha256, self.provider.url))
        newest = next(iter(self.provider.files()), None)
        if newest is None or newest.id in logged:
            return None
        same = newest.bytes == file.bytes and newest.name == file.path.name
        return newest if same else None


class HashingReader(io.RawIOBase):
    """A file object that reports how much was read, and computes the SHA-256."""

    def __init__(self, raw: BinaryIO, advance: Advance) -> None:
        super().__init__()
        self.raw, self.advance = raw, advance
        self.digest = hashlib.sha256()
        self.at = self.furthest = 0

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true: for callers that determine the size and for retries."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read, count and digest."""
        data = self.raw.read(len(buffer))
        buffer[: len(data)] = data
        self.digest.update(data)
        self.at += len(data)
        if self.at > self.furthest:
            self.advance(self.at - self.furthest)
            self.furthest = self.at
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Seek; seeking to the beginning resets the digest."""
        self.at = self.raw.seek(offset, whence)
        if self.at == 0:
            self.digest = hashlib.sha256()
        return self.at

    def tell(self) -> int:
        """The current position."""
        return self.raw.tell()

    def fileno(self) -> int:
        """The file descriptor, from which callers determine the size."""
        return self.raw.fileno()


def wait_processed(
    provider: Provider, file: StoredFile, every: float, notify: Callable[[StoredFile], None]
) -> StoredFile:
    """Poll a file until the provider has processed it. Raises ProviderError if it is rejected."""
    while file.status == "uploaded":
        notify(file)
        time.sleep(every)
        file = provider.file(file.id)
    if file.status == "error":
        raise ProviderError(
            f"the file {file.id} was refused: {file.details or 'nothing more is said'}", code=INVALID_FILE
        )
    return file


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None


def _check(file: FileToUpload, digest: str) -> None:
    if digest != file.sha256:
        raise SourceChanged(
            f"{file.path} is not the file that was checked: it changed meanwhile; no job was created"
        )
