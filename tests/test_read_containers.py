"""What a file is: by name and by content, packed or not, in whatever encoding."""

import gzip
import hashlib
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from test_read_jsonl import read

from ftlint import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.compression import zstd
from ftlint.io.reader import open_reader
from ftlint.io.source import Source

LINE = b'{"prompt": "a", "completion": "b"}\n'
TABLE = b"prompt,completion\na,b\n"
RECORD = {"prompt": "a", "completion": "b"}


def zipped(name: str) -> bytes:
    """A zip archive with one file in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, LINE)
    return out.getvalue()


READ_AS = {
    "by name": ("x.jsonl", LINE, "jsonl", None, []),
    "by name in capitals": ("X.JSONL", LINE, "jsonl", None, []),
    "ndjson": ("x.ndjson", LINE, "jsonl", None, []),
    "gzip by name": ("x.jsonl.gz", gzip.compress(LINE), "jsonl", "gzip", []),
    "two gzip members": ("x.jsonl.gz", gzip.compress(LINE) + gzip.compress(b"\n")[:0], "jsonl", "gzip", []),
    "zstd by name": ("x.csv.zst", zstd.compress(TABLE), "csv", "zstd", []),
    "gzip under a plain name": ("x.jsonl", gzip.compress(LINE), "jsonl", "gzip", ["not-data"]),
    "a plain file named .gz": ("x.jsonl.gz", LINE, "jsonl", None, ["not-data"]),
    "zstd named .gz": ("x.jsonl.gz", zstd.compress(LINE), "jsonl", "zstd", ["not-data"]),
    "JSON Lines named .csv": ("x.csv", LINE, "jsonl", None, ["not-data"]),
    "JSON Lines named .txt": ("x.txt", LINE, "jsonl", None, ["not-data"]),
    "a table named .xlsx": ("x.xlsx", TABLE, "csv", None, ["not-data"]),
    "no ending at all, JSON inside": ("data", LINE, "jsonl", None, []),
    "no ending at all, a list inside": ("data", b"[" + LINE + b"]", "json", None, []),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "container", "compression", "kinds"), READ_AS.values(), ids=READ_AS)
def test_a_file_is_read_as_what_it_is(
    name: str, data: bytes, container: str, compression: Any, kinds: list[str]
) -> None:
    seen = read(data, name)
    assert (seen.container, seen.compression, seen.kinds) == (container, compression, kinds)
    assert seen.records == [RECORD]
    assert seen.sha256 == hashlib.sha256(data).hexdigest()


NOT_READ = {
    "a web page": (b"\n<!doctype HTML>\n<html>", "not-data", "an HTML page"),
    "XML": (b'<?xml version="1.0"?><a/>', "not-data", "an XML document"),
    "a zip archive": (zipped("train.jsonl"), "not-data", "a zip archive"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not-data", "old Excel workbook"),
    "a PDF": (b"%PDF-1.7\n", "not-data", "a PDF"),
    "an Arrow file": (b"ARROW1\0\0" + b"\0" * 600, "not-data", "an Arrow"),
    "anything binary": (bytes(range(256)) * 8, "not-data", "binary data"),
    "gzip in gzip": (gzip.compress(gzip.compress(LINE)), "not-data", "gzip data"),
    "an LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1234567\n", "lfs-pointer", "git lfs pull"),
    "UTF-16 with a mark": (LINE.decode().encode("utf-16"), "not-utf8", "--encoding utf-16 reads it"),
    "UTF-16 without one": (LINE.decode().encode("utf-16-le"), "not-utf8", "--encoding utf-16-le"),
    "UTF-16, big end first": (LINE.decode().encode("utf-16-be"), "not-utf8", "--encoding utf-16-be"),
    "UTF-32": (LINE.decode().encode("utf-32"), "not-utf8", "--encoding utf-32"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.json", "x.parquet"])
@pytest.mark.parametrize(("data", "kind", "words"), NOT_READ.values(), ids=NOT_READ)
def test_what_is_no_data_is_said_once_and_not_read(name: str, data: bytes, kind: str, words: str) -> None:
    seen = read(data, name)
    assert seen.records == []
    last = seen.faults[-1]
    assert (last.kind, last.row, last.healable) == (kind, None, False)
    assert words in last.message
    assert len(seen.faults) == (2 if seen.compression else 1)


def test_a_text_that_begins_like_a_signature_is_a_text() -> None:
    for text in (b"ORC and elves\n", b"BZh is a magic\n", b"PAR1 text\n"):
        assert len(read(text, "x.txt").records) == 1


@pytest.mark.parametrize("cut", [5, 20, 200, 4000])
def test_a_packed_file_that_is_cut_off_is_read_as_far_as_it_goes(cut: int) -> None:
    data = b"".join(b'{"n": %d, "x": "%d"}\n' % (n, n * 7919 % 10007) for n in range(3000))
    for name, packed in (("x.jsonl.gz", gzip.compress(data)), ("x.jsonl.zst", zstd.compress(data))):
        seen = read(packed[:-cut], name)
        assert seen.kinds[-1] == "not-data"
        assert "cut off" in seen.faults[-1].message
        assert seen.records == [{"n": n, "x": str(n * 7919 % 10007)} for n in range(len(seen.records))]
        if name.endswith(".gz"):
            assert len(seen.records) >= 3000 - cut


def test_a_wrong_checksum_costs_no_record() -> None:
    packed = gzip.compress(LINE * 10)
    broken = packed[:-8] + bytes(byte ^ 1 for byte in packed[-8:-4]) + packed[-4:]
    seen = read(broken, "x.jsonl.gz")
    assert len(seen.records) == 10
    assert "damaged" in seen.faults[-1].message


def test_what_follows_packed_data_is_told() -> None:
    assert read(gzip.compress(LINE) + b"\0" * 512, "x.jsonl.gz").faults == []
    assert read(gzip.compress(LINE) + b"garbage", "x.jsonl.gz").kinds == ["not-data"]
    assert len(read(gzip.compress(LINE) + gzip.compress(LINE), "x.jsonl.gz").records) == 2
    assert len(read(zstd.compress(LINE) + zstd.compress(LINE), "x.jsonl.zst").records) == 2


TEXT = '{"a": "It’s 5 €"}\n'


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-32", "gb18030"])
@pytest.mark.parametrize("name", ["x.jsonl", "x.json"])
def test_a_named_encoding_is_read_and_told_once(encoding: str, name: str) -> None:
    seen = read(TEXT.encode(encoding), name, encoding=encoding, keep_raw=True)
    assert seen.records == [{"a": "It’s 5 €"}]
    assert [(fault.kind, fault.line, fault.healable) for fault in seen.faults] == [("not-utf8", None, True)]
    if name == "x.jsonl":
        assert seen.written == TEXT.encode()


def test_bytes_that_the_named_encoding_does_not_know_cost_their_row_and_are_kept() -> None:
    seen = read(b'{"a": "\xe9"}\n{"a": "\x81"}\n', encoding="cp1252", keep_raw=True)
    assert seen.records == [{"a": "é"}]
    assert [(fault.kind, fault.line, fault.row) for fault in seen.faults] == [
        ("not-utf8", None, None),
        ("not-utf8", 2, 2),
    ]
    assert seen.written == '{"a": "é"}\n'.encode() + b'{"a": "\x81"}\n'


def test_a_file_that_is_utf8_already_is_not_spoiled_by_a_named_encoding() -> None:
    for data in (TEXT.encode(), LINE):
        seen = read(data, encoding="cp1252", keep_raw=True)
        assert seen.faults == []
        assert seen.written == data


def test_an_encoding_that_hides_in_ascii_is_read_all_the_same() -> None:
    data = '{"a": "日本"}\n'.encode("iso2022_jp")
    seen = read(data, encoding="iso2022_jp")
    assert seen.records == [{"a": "日本"}]
    assert seen.kinds == ["not-utf8"]


MISTAKES = {
    "an encoding": ({"encoding": "cp1253x"}, 'no such encoding; did you mean "cp1252"?'),
    "an encoding of no text": ({"encoding": "base64"}, "no such encoding"),
    "a container": ({"container": "jsnl"}, 'no such container; did you mean "jsonl"?'),
    "a delimiter": ({"delimiter": "commma"}, 'did you mean "comma"?'),
}


@pytest.mark.parametrize(("options", "words"), MISTAKES.values(), ids=MISTAKES)
def test_an_option_that_names_nothing_is_the_users_mistake(options: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        read(LINE, **options)


def test_the_users_container_is_believed() -> None:
    assert read(TABLE, "x.dat", container="csv").records == [RECORD]
    assert read(LINE, "x.txt", container="txt").records == [
        {"prompt": "", "completion": LINE.decode().strip()}
    ]


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.jsonl"):
        with pytest.raises(UsageError, match=re.escape(str(path))):
            open_reader(Source(str(path), path, None), ReadOptions())


def test_a_change_while_reading_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(LINE)
    reading = open_reader(Source("x.jsonl", path, None), ReadOptions())
    assert not reading.changed()
    path.write_bytes(LINE * 2)
    assert reading.changed()


def test_the_position_grows_to_the_size_on_disk() -> None:
    data = gzip.compress(LINE * 1000)
    reading = open_reader(Source("x.jsonl.gz", None, data), ReadOptions(block_bytes=1000))
    positions = []
    for _ in reading.blocks():
        positions.append(reading.position)
    assert positions == sorted(positions)
    assert reading.position == reading.bytes == len(data)
