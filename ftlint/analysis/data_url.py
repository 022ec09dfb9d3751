"""Parse and validate data URLs, ``data:image/png;base64,…``: size, media type and faults."""

import binascii
import re

from msgspec import Struct

from ftlint.display import escape, quote

# The first bytes of the files of each image type.
MAGIC = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}
SUBTYPE_SYNONYMS = {"jpg": "jpeg", "pjpeg": "jpeg", "x-png": "png"}
TYPE_NAMES = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WebP"}
BLANKS = " \t\r\n"
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
FOREIGN = re.compile(r"[^A-Za-z0-9+/=]")
# The characters that are decoded to detect the type: 24 characters are 18 bytes.
HEAD_CHARACTERS = 24


class DataUrl(Struct, frozen=True):
    """A parsed data URL: its media type in lower case, whether it is base64, and the encoded data."""

    kind: str
    in_base64: bool
    data: str

    @property
    def size(self) -> int:
        """The size of the data in bytes, computed from the length of its base64."""
        text = _without_blanks(self.data)
        return len(text) * 3 // 4 - text[-2:].count("=")

    @property
    def subtype(self) -> str:
        """The subtype (after the slash) of the media type, with synonyms normalized."""
        word = self.kind.partition("/")[2]
        return SUBTYPE_SYNONYMS.get(word, word)


def is_data_url(url: str) -> bool:
    """Whether a URL contains the data itself."""
    return url[:5].casefold() == "data:"


def read_data_url(url: str) -> DataUrl:
    """Parse a data URL without decoding the data."""
    head, _, data = url[5:].partition(",")
    kind, *parameters = (word.strip().casefold() for word in head.split(";"))
    return DataUrl(kind, "base64" in parameters, data)


def data_fault(url: str) -> str | None:
    """What is wrong with a data URL, a clause after "it"; None where its base64 is valid.

    The type is compared with the first bytes only for the image types of ``MAGIC``.
    """
    data_url = read_data_url(url)
    if not data_url.in_base64:
        return "is a data URL without base64"
    text = _without_blanks(data_url.data)
    if not text:
        return "is a data URL without data"
    # Removing all allowed characters is many times faster than searching for one that is not allowed.
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
    return _other_type(data_url, binascii.a2b_base64(text[:HEAD_CHARACTERS]))


def image_type(data: bytes) -> str | None:
    """The subtype of an image by its first bytes, as in ``image/png``; None for any other data."""
    return next((kind for kind, magic in MAGIC.items() if magic.match(data)), None)


def _without_blanks(data: str) -> str:
    """The data without line breaks and blanks; most data has none."""
    for blank in BLANKS:
        data = data.replace(blank, "") if blank in data else data
    return data


def _other_type(data_url: DataUrl, head: bytes) -> str | None:
    if data_url.kind.partition("/")[0] != "image" or data_url.subtype not in MAGIC:
        return None
    kind = image_type(head)
    if kind == data_url.subtype:
        return None
    what = f"a {TYPE_NAMES[kind]} image" if kind else f"no {TYPE_NAMES[data_url.subtype]} image"
    return f"says {escape(data_url.kind)}, but the data is {what}"
