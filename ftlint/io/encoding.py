"""Text encodings: detecting UTF-16 and UTF-32, explaining bytes that are not UTF-8, decoding a stream."""

import codecs
import contextlib
import re
from encodings.aliases import aliases

from ftlint.display import did_you_mean, quote
from ftlint.errors import UsageError
from ftlint.io.compression import Read

BOM = b"\xef\xbb\xbf"
# The longer marks first: UTF-16's is a prefix of UTF-32's.
MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
UTF8_NAMES = ("utf-8", "utf-8-sig", "ascii")
KNOWN = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1252",
    "latin-1",
    "gb18030",
    "gbk",
    "big5",
    "shift_jis",
    "euc-kr",
)
HANDLER = "ftlint.keep"


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, detected by the byte order mark or the positions of zero bytes; None for anything else."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    sample = head[:4096]
    if len(sample) < 8 or sample.count(0) < len(sample) // 4:
        return None
    zeros = [sample[k::4].count(0) * 4 / len(sample) for k in range(4)]
    if min(zeros[1:]) > 0.9 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:3]) > 0.9 and zeros[3] < 0.1:
        return "utf-32-be"
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if odd > 0.45 and even < 0.05:
        return "utf-16-le"
    if even > 0.45 and odd < 0.05:
        return "utf-16-be"
    return None


def check_encoding(name: str) -> str:
    """Python's name of an encoding that text can be read with. Raises UsageError for any other."""
    try:
        codecs.getincrementaldecoder(name)()
        with contextlib.suppress(UnicodeDecodeError):
            b"a".decode(name)
        return codecs.lookup(name).name
    except (LookupError, UnicodeError, ValueError, TypeError):
        near = did_you_mean(name, {*KNOWN, *aliases} - {name})
        raise UsageError(
            f"--encoding {name}: no such encoding{near} (for example {', '.join(KNOWN[:6])})"
        ) from None


class Transcoded:
    """A stream converted to UTF-8. Bytes that are invalid in the encoding are passed through, so they become faults."""

    def __init__(self, read: Read, encoding: str) -> None:
        self._read = read
        self._decoder = codecs.getincrementaldecoder(encoding)(HANDLER)
        self._out = b""
        self._ended = False
        self._first = True

    def read(self, size: int) -> bytes:
        """The next bytes of UTF-8, at most ``size``; none at the end."""
        while len(self._out) < size and not self._ended:
            data = self._read(max(size, 1 << 16))
            self._ended = not data
            self._out += self._decode(data)
        chunk, self._out = self._out[:size], self._out[size:]
        return chunk

    def _decode(self, data: bytes) -> bytes:
        try:
            text = self._decoder.decode(data, self._ended)
        except (UnicodeError, ValueError, IndexError):
            # Some codecs (IDNA, Punycode) ignore error handlers.
            return data
        if self._first and text:
            self._first = False
            text = text.removeprefix("\ufeff")
        return text.encode("utf-8", "surrogateescape")


def _replace_with_surrogates(error: UnicodeError) -> tuple[str, int]:
    """Surrogates for undecodable bytes that encode to the same bytes, which are never valid UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    surrogates = "".join(chr(0xDC00 + byte) if byte >= 0x80 else chr(byte) for byte in bad)
    return (surrogates if any(byte >= 0x80 for byte in bad) else "\udcff" + surrogates), error.end


codecs.register_error(HANDLER, _replace_with_surrogates)


def not_utf8_in_words(line: bytes, error: UnicodeDecodeError, line_offset: int, encoding: str | None) -> str:
    """A description of the invalid bytes of a line: where they are, and what they probably mean."""
    at, byte = error.start, line[error.start]
    if encoding:
        return f"byte 0x{byte:02x} (byte {at + 1} of the line) is not {encoding} either; the row is not used"
    place = f"byte 0x{byte:02x} at offset {line_offset + at} (byte {at + 1} of the line) is not UTF-8"
    if _cut_character(line, error):
        return f"{place}: a character of several bytes is cut in two"
    if byte == 0xED:
        return f"{place}: half a surrogate pair written as bytes (CESU-8)"
    guess = guess_encoding(line)
    if guess is None:
        return f"{place}; the line fits no common encoding"
    name, words = guess
    context = line[max(0, at - 20) : at + 20].decode(name, "replace")
    return f"{place}; it looks like {words}, which reads {quote(context, 40)}: --encoding {name}"


def _cut_character(line: bytes, error: UnicodeDecodeError) -> bool:
    """A lead byte without its continuation bytes, in a line that otherwise is UTF-8 with such characters."""
    lead = line[error.start]
    if not 0xC2 <= lead <= 0xF4 or error.reason == "invalid start byte":
        return False
    followers = error.end - error.start - 1
    return followers > 0 or error.reason == "unexpected end of data"


# Compiled at first use: most files are UTF-8.
LATIN = "[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ“”‘’‚„–—…€£¥§©®°²³µ·«»¿¡™•º ]"
CYRILLIC = "[А-яЁё№«»—–“”ЇїІіЄєҐґ]"
KANA = "[ぁ-んァ-ヶー。、「」！？・]"
CJK_MARKS = "[，。！？、；：“”‘’（）《》「」…—]"
HANGUL = "[가-힣]"


def guess_encoding(line: bytes) -> tuple[str, str] | None:
    """Codec and plain name of the most plausible encoding of the line; None if there is none."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", line)]
    if not runs:
        return None
    short = sum(runs) / len(runs) < 2
    order = ("cp1252", *EAST, "cp1251") if short else (*EAST, "cp1251", "cp1252")
    scored = [(_plausible(line, codec), -place, codec) for place, codec in enumerate(order)]
    best, _, codec = max(scored)
    return (codec, NAMES[codec]) if best >= 0.6 else None


EAST = ("shift_jis", "gb18030", "big5", "euc_kr")
NAMES = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "gb18030": "GB18030 or GBK (simplified Chinese)",
    "big5": "Big5 (traditional Chinese)",
    "shift_jis": "Shift-JIS (Japanese)",
    "euc_kr": "EUC-KR (Korean)",
}


def _plausible(line: bytes, codec: str) -> float:
    """The share of non-ASCII characters that are common in this encoding's languages."""
    try:
        beyond = [c for c in line.decode(codec) if c > "\x7f"]
    except UnicodeDecodeError:
        return 0.0
    if not beyond:
        return 0.0
    if codec == "cp1252":
        good = sum(1 for c in beyond if re.match(LATIN, c))
    elif codec == "cp1251":
        good = sum(1 for c in beyond if re.match(CYRILLIC, c))
    else:
        good = sum(1 for c in beyond if _common_in_east(c, codec))
    # Hangul is where Chinese has its most frequent characters; a text of Hangul only is Korean.
    sure = codec == "euc_kr" and good == len(beyond) >= 5
    return good / len(beyond) + (0.1 if sure else 0.0)


def _common_in_east(character: str, codec: str) -> bool:
    """Whether a character is a frequent one, which these encodings have in their first half."""
    if codec == "shift_jis" and re.match(KANA, character):
        return True
    if codec == "euc_kr":
        return re.match(HANGUL, character) is not None
    if re.match(CJK_MARKS, character):
        return True
    try:
        code = character.encode("gb2312" if codec == "gb18030" else codec)
    except UnicodeEncodeError:
        return False
    first, last = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6), "shift_jis": (0x88, 0x97)}[codec]
    return len(code) == 2 and first <= code[0] <= last
