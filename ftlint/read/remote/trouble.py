"""What can go wrong with a file elsewhere, in one line: the address and the cause."""

from collections.abc import Iterator
from contextlib import contextmanager

from ftlint.errors import SourceChanged, UsageError
from ftlint.quote import escape
from ftlint.read.remote.address import shown, shown_text

# By name: which packages they come from depends on the file system, and none of them is loaded for this.
LATE = {"ConnectTimeoutError", "ReadTimeoutError", "ServerTimeoutError", "ReadTimeout", "ConnectTimeout"}
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
MOST_SHOWN = 200


class Replaced(Exception):
    """The storage has another version of the file than the one that was found."""


class Broken(ConnectionError):
    """Fewer bytes came than were asked for."""


@contextmanager
def told(url: str) -> Iterator[None]:
    """Whatever is raised inside, as a UsageError of one line that names the address and the cause."""
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
    """The cause of a failure, as a sentence that goes on after the address."""
    names = {kind.__name__ for kind in type(error).__mro__}
    said = _said(error)
    if names & NO_CREDENTIALS:
        return "no credentials were found (set them as for the storage's own programs)"
    if isinstance(error, TimeoutError) or names & LATE:
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


def _said(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return escape(shown_text(text.strip().partition("\n")[0]), MOST_SHOWN)
