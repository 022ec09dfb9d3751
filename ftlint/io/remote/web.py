"""Access to files over HTTP by range requests, each checked to be of the version that was found."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import IO, Any, TypeVar

from msgspec import Struct

from ftlint.io.address import Remote
from ftlint.io.remote.storage import IncompleteRead, RemoteFileInfo, Replaced, on_file_system

T = TypeVar("T")
CONNECT_SECONDS, READ_SECONDS = 10, 30
# After a transient failure, one retry after each of these seconds.
RETRY_DELAYS = (0.5, 2.0)
CHUNK = 1 << 20
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


class Passing(ConnectionError):
    """The server could not answer; a retry may succeed."""


class ServerResponse(Struct, frozen=True):
    """The metadata that a server sends for a file; ``in_ranges``: whether it supports range requests."""

    look: RemoteFileInfo
    in_ranges: bool
    body: bytes


class OnWeb:
    """One file on a web server."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def info(self) -> RemoteFileInfo:
        """Query its current metadata."""
        return ask(self._remote.url, 0, 1).look

    def fetch(self, start: int, end: int) -> bytes:
        """The bytes from ``start`` up to ``end`` (exclusive)."""
        answer = ask(self._remote.url, start, end)
        if (answer.look.size, answer.look.version) != (self._remote.size, self._remote.version):
            raise Replaced
        if not answer.in_ranges:
            raise IncompleteRead("the server gives no pieces of it any more")
        return answer.body


def ask(url: str, start: int, end: int) -> ServerResponse:
    """A range of a file and the server's metadata. The body is skipped if ranges are not supported."""

    async def read(response: Any) -> ServerResponse:
        if response.status == 416:
            return ServerResponse(_info(response, _total(response) or 0), True, b"")
        if response.status != 206:
            # Some servers send a wrong length for compressed content.
            packed = response.headers.get("Content-Encoding", "identity") != "identity"
            length = None if packed else response.content_length
            response.close()
            return ServerResponse(_info(response, length), False, b"")
        found = RANGE.match(response.headers.get("Content-Range", ""))
        if found is None or found[1] is None or int(found[1]) != start:
            raise IncompleteRead("the server gave another piece than was asked for")
        return ServerResponse(_info(response, _total(response)), True, await response.read())

    return _request(url, {"Range": f"bytes={start}-{end - 1}"}, read)


def copy_whole(url: str, out: IO[bytes]) -> ServerResponse:
    """Write the entire file in one request, for servers without ranges; returns the server's metadata."""

    async def read(response: Any) -> ServerResponse:
        out.seek(0)
        out.truncate()
        async for chunk in response.content.iter_chunked(CHUNK):
            out.write(chunk)
        return ServerResponse(_info(response, out.tell()), False, b"")

    return _request(url, {}, read)


def _request(url: str, headers: dict[str, str], read: Callable[[Any], Awaitable[T]]) -> T:
    fs = on_file_system(url, lambda fs, _: fs)
    from aiohttp import ClientConnectionError, ClientPayloadError
    from fsspec.asyn import sync

    async def get() -> T:
        session = await _session(fs)
        # The bytes as stored, not decompressed.
        asked = {"Accept-Encoding": "identity", **headers}
        async with session.get(_encoded(url), headers=asked) as response:
            _check(response)
            return await read(response)

    for pause in (*RETRY_DELAYS, None):
        try:
            done: T = sync(fs.loop, get)
            return done
        except (ClientConnectionError, ClientPayloadError, Passing, TimeoutError):
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError


async def _session(fs: Any) -> Any:
    """One session per process: proxies and ``.netrc`` from the environment, bytes as sent."""
    if fs._session is None:
        from aiohttp import ClientTimeout

        fs.client_kwargs = {
            "auto_decompress": False,
            "trust_env": True,
            "timeout": ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS),
        }
    return await fs.set_session()


def _encoded(url: str) -> Any:
    from yarl import URL

    # An already escaped spelling must be retained: it may be signed.
    return URL(url, encoded="%" in url)


def _check(response: Any) -> None:
    status, said = response.status, f"{response.status} {response.reason or ''}".strip()
    if status in (404, 410):
        raise FileNotFoundError
    if status in (401, 403, 407):
        raise PermissionError(said)
    if status == 429 or status >= 500:
        raise Passing(f"the server said {said}")
    if status not in (200, 206, 416):
        raise OSError(f"the server said {said}")


def _info(response: Any, size: int | None) -> RemoteFileInfo:
    for name in ("ETag", "Last-Modified"):
        if value := response.headers.get(name):
            return RemoteFileInfo(size, f"{name} {value}", name == "ETag" and not value.startswith("W/"))
    return RemoteFileInfo(size, "", False)


def _total(response: Any) -> int | None:
    found = RANGE.match(response.headers.get("Content-Range", ""))
    return int(found[3]) if found and found[3] != "*" else None
