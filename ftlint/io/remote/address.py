"""Addresses of remote files: which path is one, and how it may be shown without secrets."""

import re
from dataclasses import dataclass

from ftlint.secrets import mask

# A scheme has two letters or more: C:// is a drive.
ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+)://")
IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^\s'\"<>]+")
# What stands before the host may be a password; in abfs://container@account it is none.
PASSWORD = re.compile(r"(?<=://)[^/?#\s@:]*:[^/\s]*@")
USER = re.compile(r"(?<=://)[^/?#\s]*@")
WEB = ("http", "https")
# A key of an object may hold a question mark; only these words after one are no part of it.
SIGNED = re.compile(r"\?[^?]*(?:sig|signature|token|credential|key|secret|password)[^?=&]*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Remote:
    """One file elsewhere, as it was when it was found: any process can open it, and sees if it was replaced.

    ``version`` is what its storage says of it: an ETag, a generation, a time. ``exact`` versions are never the same
    for other bytes. ``size`` is in bytes.
    """

    url: str
    size: int
    version: str
    exact: bool


def is_remote(given: str) -> bool:
    """Whether a path is an address of a file elsewhere."""
    return "://" in given and ADDRESS.match(given) is not None and scheme_of(given) != "file"


def scheme_of(url: str) -> str:
    """``s3`` of ``s3://bucket/key``; nothing where there is no scheme."""
    found = ADDRESS.match(url)
    return found["scheme"].lower() if found else ""


def from_file_url(given: str) -> str:
    """The path that a ``file://`` address is; any other path as it is."""
    if "://" not in given or scheme_of(given) != "file":
        return given
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return url2pathname(urlsplit(given).path)


def shown(url: str) -> str:
    """The address as it may be shown: without user, password and whatever may be a signature."""
    if scheme_of(url) in WEB:
        url = USER.sub("", url).partition("#")[0].partition("?")[0]
    else:
        url = PASSWORD.sub("", url)
        if signed := SIGNED.search(url):
            url = url[: signed.start()]
    return mask(url)


def shown_text(text: str) -> str:
    """A sentence with each address in it as it may be shown."""
    return mask(IN_TEXT.sub(lambda found: shown(found.group()), text))
