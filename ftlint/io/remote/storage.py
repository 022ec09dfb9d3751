"""Access to fsspec file systems: metadata and byte ranges of files, and errors in one line with address and cause."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from msgspec import Struct

from ftlint.display import did_you_mean, escape
from ftlint.errors import SourceChanged, UsageError
from ftlint.io.address import Remote, scheme_of, shown, shown_text

# By name: their packages depend on the file system, and none of them is loaded for this.
TIMEOUT_ERRORS = {
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ServerTimeoutError",
    "ReadTimeout",
    "ConnectTimeout",
}
NO_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError"}
CONNECTION = {
    "ClientConnectionError",
    "ClientConnectorError",
    "ClientOSError",
    "ClientPayloadError",
    "ConnectError",
    "ConnectionClosedError",
    "EndpointConnectionError",
    "HTTPClientError",
    "IncompleteRead",
    "IncompleteReadError",
    "ReadError",
    "RemoteProtocolError",
    "ResponseStreamingError",
    "SSLError",
    "ServerDisconnectedError",
}
MAX_SHOWN = 200


class Replaced(Exception):
    """The storage has another version of the file than the one that was found."""


class IncompleteRead(ConnectionError):
    """Fewer bytes arrived than were requested."""


@contextmanager
def storage_errors(url: str) -> Iterator[None]:
    """Convert an exception raised inside to a UsageError of one line that names the address and the cause."""
    try:
        yield
    except UsageError:
        raise
    except Replaced:
        raise SourceChanged(f"{shown(url)} changed while it was read") from None
    except Exception as error:
        if type(error).__name__ == "FileExpired":
            raise SourceChanged(f"{shown(url)} changed while it was read") from None
        raise UsageError(f"{shown(url)}: {why(error)}") from None


def why(error: BaseException) -> str:
    """The cause of a failure, as a clause that follows the address."""
    names = {kind.__name__ for kind in type(error).__mro__}
    said = _message(error)
    if names & NO_CREDENTIALS:
        return "no credentials were found (set them as for the storage's own programs)"
    if isinstance(error, TimeoutError) or names & TIMEOUT_ERRORS:
        return "no answer in time"
    if isinstance(error, FileNotFoundError):
        return f"no such file, folder or bucket{f' ({said})' if ' ' in said and '/' not in said else ''}"
    if isinstance(error, PermissionError):
        return f"no permission to read it{f' ({said})' if said else ''}"
    if isinstance(error, IsADirectoryError):
        return "a folder; name a file in it"
    if isinstance(error, ConnectionError) or names & CONNECTION:
        return f"the connection failed{f' ({said})' if said else ''}"
    return f"cannot be read ({said or type(error).__name__})"


def _message(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return escape(shown_text(text.strip().partition("\n")[0]), MAX_SHOWN)


T = TypeVar("T")
# The packages of the most requested file systems; fsspec itself names the others.
EXTRAS = {
    "s3": "remote", "s3a": "remote", "http": "remote", "https": "remote",
    "gs": "gs", "gcs": "gs", "hf": "hf",
}  # fmt: skip
# Metadata that changes with the bytes, the most exact first; then metadata that changes with most changes only.
EXACT = ("generation", "ETag", "etag", "blob_id", "md5Hash", "md5", "content_md5", "checksum")
TIMES = ("LastModified", "last_modified", "mtime", "updated", "timeModified", "modified", "created")
# A log message that matters is reported as an error in one line; logs may contain unmasked addresses.
LOGS = ("fsspec", "s3fs", "gcsfs", "adlfs", "aiobotocore", "botocore", "aiohttp", "google")
# Public buckets are read without credentials if there are none.
_anonymous: set[str] = set()


class RemoteFileInfo(Struct, frozen=True):
    """The metadata of one path in a storage."""

    size: int | None
    version: str
    exact: bool
    is_folder: bool = False


def info_of(info: Mapping[str, Any]) -> RemoteFileInfo:
    """The metadata from fsspec's description of a path."""
    size = info.get("size")
    is_folder = info.get("type") == "directory"
    for name in (*EXACT, *TIMES):
        if (value := info.get(name)) is not None and value != "":
            exact = name in EXACT and not str(value).startswith("W/")
            return RemoteFileInfo(size, f"{name} {value}", exact, is_folder)
    return RemoteFileInfo(size, "", False, is_folder)


def on_file_system(url: str, action: Callable[[Any, str], T]) -> T:
    """The result of an action on the file system of an address, and the path there."""
    try:
        return action(*_file_system(url))
    except Exception as error:
        scheme = scheme_of(url)
        if (
            type(error).__name__ != "NoCredentialsError"
            or scheme in _anonymous
            or not scheme.startswith("s3")
        ):
            raise
        _anonymous.add(scheme)
        try:
            return action(*_file_system(url))
        except PermissionError:
            raise PermissionError("no credentials were found") from None


def _file_system(url: str) -> tuple[Any, str]:
    scheme = scheme_of(url)
    extra = EXTRAS.get(scheme)
    _be_quiet()
    try:
        from fsspec.core import url_to_fs
        from fsspec.registry import available_protocols
    except ImportError:
        raise UsageError(
            f"{shown(url)}: {scheme}:// needs fsspec: pip install 'ftlint[{extra or 'remote'}]'"
        ) from None
    if scheme not in available_protocols():
        near = did_you_mean(scheme, available_protocols())
        raise UsageError(f"{shown(url)}: no file system is called {scheme}{near}")
    try:
        found: tuple[Any, str] = url_to_fs(url, **({"anon": True} if scheme in _anonymous else {}))
    except ImportError as error:
        needs = f"pip install 'ftlint[{extra}]'" if extra else str(error).partition("\n")[0]
        raise UsageError(
            f"{shown(url)}: {scheme}:// needs a package that is not installed: {needs}"
        ) from None
    return found


@cache
def _be_quiet() -> None:
    """Suppress logs on standard error; handlers that the user installed still receive them."""
    for name in LOGS:
        logging.getLogger(name).addHandler(logging.NullHandler())


class Stored:
    """One file of an fsspec file system, opened when its first range is requested."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._file: Any = None
        # One file has one position.
        self._lock = threading.Lock()

    def info(self) -> RemoteFileInfo:
        """Query its current metadata."""

        def fetch_info(fs: Any, path: str) -> RemoteFileInfo:
            fs.invalidate_cache()
            return info_of(fs.info(path))

        return on_file_system(self._remote.url, fetch_info)

    def fetch(self, start: int, end: int) -> bytes:
        """The bytes from ``start`` up to ``end`` (exclusive), or fewer if the data ends."""
        with self._lock:
            if self._file is None:
                self._file = self._open()
            self._file.seek(start)
            chunks: list[bytes] = []
            while start < end and (chunk := self._file.read(end - start)):
                chunks.append(chunk)
                start += len(chunk)
        # S3 is asked for exactly the version found; elsewhere the end may be of another version than the beginning.
        if end == self._remote.size and chunks and not self._is_pinned() and self._differs(self.info()):
            raise Replaced
        return b"".join(chunks)

    def _open(self) -> Any:
        file = on_file_system(self._remote.url, lambda fs, path: fs.open(path, "rb", cache_type="none"))
        details = getattr(file, "details", None)
        if self._differs(info_of(details) if isinstance(details, dict) else self.info()):
            raise Replaced
        return file

    def _is_pinned(self) -> bool:
        return "IfMatch" in getattr(self._file, "read_kw", ())

    def _differs(self, info: RemoteFileInfo) -> bool:
        return (info.size, info.version) != (self._remote.size, self._remote.version)
