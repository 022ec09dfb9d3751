"""Data URLs, ``data:image/png;base64,…``: how many bytes they hold, of what type, and what is wrong with them."""

import binascii
import re
from dataclasses import dataclass

from ftlint.display import escape, quote

# How the files of each image type begin.
MAGIC = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
SPELT = {"jpg": "jpeg", "pjpeg": "jpeg", "x-png": "png"}
WRITTEN = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WebP"}
BLANKS = " \t\r\n"
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
FOREIGN = re.compile(r"[^A-Za-z0-9+/=]")
# So much of the text says how a file begins: 24 characters are 18 bytes.
HEAD = 24


@dataclass(frozen=True, slots=True)
class DataUrl:
    """The pieces of a data URL: its media type in lower case, whether it is base64, and the text of the data."""

    kind: str
    in_base64: bool
    data: str

    @property
    def size(self) -> int:
        """Bytes of the data, told from the length of its base64."""
        text = _without_blanks(self.data)
        return len(text) * 3 // 4 - text[-2:].count("=")

    @property
    def subtype(self) -> str:
        """What stands behind the slash of the type; the usual word where there are several."""
        word = self.kind.partition("/")[2]
        return SPELT.get(word, word)


def is_data_url(url: str) -> bool:
    """Whether an address holds the data itself."""
    return url[:5].casefold() == "data:"


def read_data_url(url: str) -> DataUrl:
    """The pieces of a data URL, decoding nothing."""
    head, _, data = url[5:].partition(",")
    kind, *parameters = (word.strip().casefold() for word in head.split(";"))
    return DataUrl(kind, "base64" in parameters, data)


def data_fault(url: str) -> str | None:
    """What is wrong with a data URL, in words that go on after "it"; None where its base64 is sound.

    The type is compared with how the bytes begin for the image types of ``MAGIC`` only.
    """
    found = read_data_url(url)
    if not found.in_base64:
        return "is a data URL without base64"
    text = _without_blanks(found.data)
    if not text:
        return "is a data URL without data"
    # Taking out what is allowed is many times faster than looking for what is not.
    if text.encode("utf-8", "surrogatepass").translate(None, ALPHABET):
        foreign = FOREIGN.search(text)
        assert foreign is not None
        return f"is no base64: character {quote(foreign.group())} at {foreign.start() + 1:,} of the data"
    bare = text.rstrip("=")
    if "=" in bare:
        return f'is no base64: "=" at {bare.index("=") + 1:,} of the data, in the middle'
    if len(text) % 4:
        return f"is base64 that was cut: {len(text):,} characters are no whole number of bytes"
    if len(text) - len(bare) > 2:
        return 'is no base64: it ends in too many "="'
    return _other_type(found, binascii.a2b_base64(text[:HEAD]))


def image_type(data: bytes) -> str | None:
    """The type of an image by its first bytes, as in ``image/png``; None for any other."""
    return next((kind for kind, magic in MAGIC.items() if magic.match(data)), None)


def _without_blanks(data: str) -> str:
    """The data without line breaks and blanks, of which most have none."""
    for blank in BLANKS:
        data = data.replace(blank, "") if blank in data else data
    return data


def _other_type(found: DataUrl, head: bytes) -> str | None:
    if found.kind.partition("/")[0] != "image" or found.subtype not in MAGIC:
        return None
    kind = image_type(head)
    if kind == found.subtype:
        return None
    what = f"a {WRITTEN[kind]} image" if kind else f"no {WRITTEN[found.subtype]} image"
    return f"says {escape(found.kind)}, but the data is {what}"
