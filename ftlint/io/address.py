"""Addresses of remote files: recognising them, and showing them without secrets."""

import re

from msgspec import Struct

from ftlint.secrets import mask

# A scheme has two letters or more: C:// is a drive.
ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://")
IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"<>]+")
# The part before the host may be a password; in abfs://container@account it is not one.
PASSWORD = re.compile(r"(?<=://)[^/?#\s@:]*:[^/\s]*@")
USER = re.compile(r"(?<=://)[^/?#\s]*@")
WEB = ("http", "https")
# A key of an object may contain a question mark; only after one with these words follows a query.
SIGNED = re.compile(r"\?[^?]*(?:sig|signature|token|credential|key|secret|password)[^?=&]*=", re.IGNORECASE)


class Remote(Struct, frozen=True):
    """One remote file, as it was when it was found: any process can open it and detect that it was replaced.

    ``version`` is the storage's identifier of its content: an ETag, a generation, a time. ``exact`` versions are never
    equal for different bytes. ``size`` is in bytes.
    """

    url: str
    size: int
    version: str
    exact: bool


def is_remote(given: str) -> bool:
    """Whether a path is the address of a remote file."""
    return "://" in given and ADDRESS.match(given) is not None and scheme_of(given) != "file"


def scheme_of(url: str) -> str:
    """``s3`` of ``s3://bucket/key``; empty if there is no scheme."""
    found = ADDRESS.match(url)
    return found["scheme"].lower() if found else ""


def from_file_url(given: str) -> str:
    """The local path of a ``file://`` address; any other path unchanged."""
    if "://" not in given or scheme_of(given) != "file":
        return given
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(given).path)


def shown(url: str) -> str:
    """The address in a form safe to show: without user, password and any possible signature."""
    if scheme_of(url) in WEB:
        url = USER.sub("", url).partition("#")[0].partition("?")[0]
    else:
        url = PASSWORD.sub("", url)
        if signed := SIGNED.search(url):
            url = url[: signed.start()]
    return mask(url)


def shown_text(text: str) -> str:
    """A sentence with each address in it in a form safe to show."""
    return mask(IN_TEXT.sub(lambda found: shown(found.group()), text))
