"""Data URLs: their size without decoding, and what is wrong with them."""

import base64

import pytest

from ftlint.analysis.data_url import image_type
from ftlint.rule import data_fault, is_data_url, read_data_url

PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
JPEG = b"\xff\xd8\xff\xe0" + bytes(30)
GIF = b"GIF89a" + bytes(30)
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(30)


def url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize("n", range(10))
def test_the_size_is_told_from_the_length(n: int) -> None:
    assert read_data_url(url("image/png", bytes(n))).size == n


def test_line_breaks_do_not_count() -> None:
    broken = base64.encodebytes(bytes(1000)).decode()
    assert read_data_url(f"data:image/png;base64,{broken}").size == 1000
    assert data_fault(f"data:;base64,{broken}") is None


@pytest.mark.parametrize(
    ("kind", "data"),
    [("png", PNG), ("jpeg", JPEG), ("gif", GIF), ("webp", WEBP)],
    ids=lambda value: str(value)[:8],
)
def test_a_type_is_told_by_its_first_bytes(kind: str, data: bytes) -> None:
    assert image_type(data) == kind
    assert data_fault(url(f"image/{kind}", data)) is None


@pytest.mark.parametrize(
    "sound",
    [
        url("image/jpg", JPEG),
        url("image/svg+xml", b"<svg/>"),
        url("image/heic", PNG),
        url("video/mp4", bytes(3)),
        url("image/png;name=a.png", PNG),
        url("", PNG),
        url("Image/PNG", PNG),
        url("image/png", PNG[:8]),
    ],
    ids=lambda text: text[:24],
)
def test_what_is_sound(sound: str) -> None:
    assert data_fault(sound) is None


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("data:", "is a data URL without base64"),
        ("data:image/png;base64", "is a data URL without data"),
        ("data:image/png;base64, \n", "is a data URL without data"),
        ("data:image/svg+xml,<svg/>", "is a data URL without base64"),
        ("data:image/png;base64,iVBO_w0K", 'is no base64: character "_" at 5 of the data'),
        ("data:image/png;base64,iV\ud800O", 'is no base64: character "\\ud800" at 3 of the data'),
        (
            "data:image/png;base64,iVBORw0",
            "is base64 that was cut: 7 characters are no whole number of bytes",
        ),
        ("data:image/png;base64,iVBORw==iVBORw==", 'is no base64: "=" at 7 of the data, in the middle'),
        ("data:image/png;base64,iVBORw0K====", 'is no base64: it ends in too many "="'),
        (url("image/png", JPEG), "says image/png, but the data is a JPEG image"),
        (url("image/jpg", b"<html>" + bytes(30)), "says image/jpg, but the data is no JPEG image"),
    ],
    ids=lambda text: text[:36],
)
def test_what_is_wrong(bad: str, why: str) -> None:
    assert data_fault(bad) == why


def test_what_is_a_data_url() -> None:
    assert is_data_url("DATA:,a")
    assert not is_data_url("database")
    assert not is_data_url("https://example.com/data:")
