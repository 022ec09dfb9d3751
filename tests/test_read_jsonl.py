"""JSON Lines: bytes in, records and faults out."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from ftlint.io.block import Fault, ReadOptions
from ftlint.io.reader import open_reader
from ftlint.io.source import Source


@dataclass
class Seen:
    """Everything that one reading told, blocks joined."""

    container: str
    compression: str | None
    columns: list[str] | None
    raw_lines: bool
    sha256: str = ""
    records: list[Any] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    written: bytes = b""
    row_count: int = 0
    line_count: int = 0

    @property
    def kinds(self) -> list[str]:
        """The kinds of fault in order."""
        return [fault.kind for fault in self.faults]

    @property
    def told(self) -> list[tuple[str, int | None, int | None, str | None]]:
        """(kind, line, row, path) of every fault."""
        return [(fault.kind, fault.line, fault.row, fault.path) for fault in self.faults]


def read(data: bytes, name: str = "x.jsonl", **options: Any) -> Seen:
    """Read bytes under a name."""
    options["heal"] = frozenset(options.get("heal", ()))
    reading = open_reader(Source(name, None, data), ReadOptions(**options))
    seen = Seen(reading.container, reading.compression, reading.columns, reading.raw_lines)
    for block in reading.blocks():
        for place, record in enumerate(block.records):
            if block.raw is not None:
                seen.written += b"".join(block.kept_lines.get(place, ())) + block.raw[place]
            seen.records.append(record)
        seen.written += b"".join(block.kept_lines.get(len(block.records), ()))
        seen.rows += block.rows
        seen.lines += block.lines
        seen.faults += block.faults
        seen.row_count += block.row_count
        seen.line_count += block.line_count
    seen.sha256 = reading.sha256
    return seen


GOOD = b'{"a": 1}\n'

FAULTS = {
    "clean lines have no fault": (GOOD * 3, []),
    "an empty file has no fault of its own": (b"", []),
    "a blank line is told with its line and is no row": (GOOD + b"\n \t\n" + GOOD, [("blank", 2, None, None), ("blank", 3, None, None)]),
    "a byte order mark at the start is a fault of the file": (b"\xef\xbb\xbf" + GOOD, [("bom", 1, None, None)]),
    "a byte order mark in the middle is a fault of its row": (GOOD + b"\xef\xbb\xbf" + GOOD, [("inner-bom", 2, 2, None)]),
    "a byte order mark between two objects on a line": (b'{"a": 1}\xef\xbb\xbf{"a": 2}\n', [("many-in-one", 1, 1, None), ("inner-bom", 1, 1, None)]),
    "only a byte order mark": (b"\xef\xbb\xbf", [("bom", 1, None, None)]),
    "a byte order mark inside a string is text": (b'{"a": "\xef\xbb\xbf"}\n', []),
    "a broken line has a row number": (b'{"a": \n' + GOOD, [("bad-json", 1, 1, None)]),
    "a list on a line is no object": (b"[1]\n" + GOOD, [("not-object", 1, 1, None)]),
    "lists of messages on each line are no objects": (b'[{"role": "user"}]\n' * 2, [("not-object", 1, 1, None), ("not-object", 2, 2, None)]),
    "null is no object": (b"null\n" + GOOD, [("not-object", 1, 1, None)]),
    "the last line without newline": (GOOD + b'{"a": 2}', [("no-newline", 2, None, None)]),
    "a blank last line without newline is only blank": (GOOD + b"  ", [("blank", 2, None, None)]),
    "a key twice, deep inside": (b'{"a": [{"b": {"c": 1, "c": 2}}], "d": 1}\n', [("twin-key", 1, 1, "a[0].b.c")]),
    "an empty key twice": (b'{"": 1, "": 2}\n', [("twin-key", 1, 1, '[""]')]),
    "a key twice with a blank before the colon": (b'{"a" : 1, "a"\t: 2}\n', [("twin-key", 1, 1, "a")]),
    "a key twice beside a text with a colon": (b'{"a": ": x", "a": ":"}\n', [("twin-key", 1, 1, "a")]),
    "a key twice beside escaped quotes": (b'{"a": "\\":\\\\", "a\\\\": 1, "a\\\\": 2}\n', [("twin-key", 1, 1, 'a\\')]),
    "texts that look like keys are none": (b'{"a": "\\"x\\": 1, \\"x\\": 2", ":": "x", "b\\\\": ":"}\n' * 2, []),
    "NaN is told with its path": (b'{"a": [1, NaN]}\n', [("non-finite", 1, 1, "a[1]")]),
    "a number too large is not JSON for anyone": (b'{"a": 1e999}\n', [("bad-json", 1, 1, "a")]),
    "a number of 5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}\n", [("bad-json", 1, 1, None)]),
    "an integer beyond 2^53 is used and told": (b'{"a": {"b": 9007199254740993}}\n', [("precision", 1, 1, "a.b")]),
    "a negative one too": (b'{"a": -9007199254740993}\n', [("precision", 1, 1, "a")]),
    "2^53 itself is exact": (b'{"a": 9007199254740992, "b": -9007199254740992, "c": "99999999999999999"}\n', []),
    "nesting without end": (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n" + GOOD, [("bad-json", 1, 1, None)]),
    "nesting deeper than readers go": (b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}\n" + GOOD, [("bad-json", 1, 1, None)]),
    "deep nesting that readers bear": (b'{"a": ' + b"[" * 150 + b"]" * 150 + b"}\n", []),
    "half a surrogate pair": (b'{"a": {"b": ["\\ud83d"]}}\n', [("surrogate", 1, 1, "a.b[0]")]),
    "half a surrogate pair in a key": (b'{"\\ude00": 1}\n', [("surrogate", 1, 1, "\\ude00")]),
    "a whole surrogate pair is a character": (b'{"a": "\\ud83d\\ude00"}\n', []),
    "a raw line separator": ('{"a": "\u2028"}\n'.encode(), [("separator", 1, 1, None)]),
    "a raw next line": ('{"a": "\x85"}\n'.encode(), [("separator", 1, 1, None)]),
    "an escaped line separator is fine": (b'{"a": "\\u2028"}\n', []),
    "a vertical tab or form feed never ends a line": (b'{"a": 1}\x0b\n', [("bad-json", 1, 1, None)]),
    "bytes that are not UTF-8": (GOOD + b'{"a": "\xe9"}\n', [("not-utf8", 2, 2, None)]),
    "an overlong or cut UTF-8 character": (b'{"a": "\xe4\xbd"}\n{"b": "\xc0\x80"}\n', [("not-utf8", 1, 1, None), ("not-utf8", 2, 2, None)]),
    "a surrogate written as bytes": (b'{"a": "\xed\xa0\xbd"}\n', [("not-utf8", 1, 1, None)]),
    "CRLF is told once a block": (b'{"a": 1}\r\n{"a": 2}\r\n', [("cr", 1, None, None)]),
    "a lone CR ends a record where records stand on both sides": (b'{"a": 1}\r{"a": 2}\r', [("cr", 1, None, None)]),
    "a lone CR inside an object is a blank that others split at": (b'{"a":\r1}\n', [("cr", 1, None, None)]),
    "a raw CR in a string is broken JSON": (b'{"a": "x\ry"}\n', [("bad-json", 1, 1, None)]),
    "two objects on a line are two rows": (b'{"a": 1}{"a": 2}\n' + GOOD, [("many-in-one", 1, 1, None)]),
    "two objects with a comma between them": (b'{"a": 1}, {"a": 2}\n', [("many-in-one", 1, 1, None)]),
    "an object and a piece of one are a broken line": (b'{"a": 1}{"a"\n' + GOOD, [("bad-json", 1, 1, None)]),
}  # fmt: skip


@pytest.mark.parametrize(("data", "told"), FAULTS.values(), ids=FAULTS)
def test_the_fault_and_its_place(data: bytes, told: list[Any]) -> None:
    assert read(data).told == told


@pytest.mark.parametrize(("data", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_among_many_clean_lines_is_found_and_costs_no_other_line(
    data: bytes, told: list[Any]
) -> None:
    filler = b'{"b": "' + b"x" * 1000 + b'"}\n'
    before = filler * 40
    seen = read(before + data, block_bytes=10_000)
    if b"\xef\xbb\xbf" not in data[:3]:
        moved = [(k, line and line + 40, row and row + 40, path) for k, line, row, path in told]
        assert seen.told == moved
    assert seen.records[:40] == [{"b": "x" * 1000}] * 40


def test_rows_count_records_and_lines_count_lines() -> None:
    seen = read(b'\n{"a": 1}\n{\n\n{"a": 2}{"a": 3}\n{"a": 4}\n')
    assert list(zip(seen.rows, seen.lines, seen.records, strict=True)) == [
        (1, 2, {"a": 1}),
        (3, 5, {"a": 2}),
        (4, 5, {"a": 3}),
        (5, 6, {"a": 4}),
    ]
    assert (seen.row_count, seen.line_count) == (5, 6)


def test_the_last_of_two_equal_keys_is_used() -> None:
    assert read(b'{"a": 1, "a": 2}\n').records == [{"a": 2}]


def test_a_byte_that_is_not_utf8_is_told_with_its_offset_and_a_guess() -> None:
    (fault,) = read(GOOD + 'x{"a": "It’s 5 €"}\n'[1:].encode("cp1252")).faults
    assert "byte 0x92 at offset 18 (byte 10 of the line)" in fault.message
    assert "Windows-1252" in fault.message
    assert '"It’s 5 €"' in fault.message.replace('\\"', '"')


@pytest.mark.parametrize(
    ("text", "codec", "words"),
    [
        ("café, naïve", "cp1252", "Windows-1252"),
        ("Größe über", "cp1252", "Windows-1252"),
        ("你好，世界。今天天气很好", "gb18030", "GB18030"),
        ("繁體中文測試，這是", "big5", "Big5"),
        ("日本語のテスト、こんにちは", "shift_jis", "Shift-JIS"),
        ("안녕하세요 세계", "euc_kr", "EUC-KR"),
        ("Привет, мир", "cp1251", "Windows-1251"),
    ],
)
def test_the_guess_names_what_people_use(text: str, codec: str, words: str) -> None:
    (fault,) = read(b'{"a": "' + text.encode(codec) + b'"}\n').faults
    assert words in fault.message


HEALED = {
    "bom": (b"\xef\xbb\xbf" + GOOD * 2, GOOD * 2),
    "inner-bom": (GOOD + b"\xef\xbb\xbf" + GOOD, GOOD * 2),
    "blank": (b"\n" + GOOD + b" \n\n" + GOOD, GOOD * 2),
    "cr": (b'{"a": 1}\r\n{"a": 1}\r{"a": 1}\n{"a":\r1}\n', GOOD * 4),
    "no-newline": (GOOD + b'{"a": 1}', GOOD * 2),
    "separator": ('{"a" : "\u2028\u2029\x85"}\n'.encode(), b'{"a" : "\\u2028\\u2029\\u0085"}\n'),
    "surrogate": (b'{"a" : "\\uD83D \\\\ud83d \\ud83d\\ude00"}\n', b'{"a" : "\\ufffd \\\\ud83d \\ud83d\\ude00"}\n'),
    "bad-json": (b"{'a': [1, None, 'it\"s']}\n{\"a\": [1,],}\n{\"a\": 1},\n", b'{"a": [1, null, "it\\"s"]}\n{"a": [1]}\n{"a": 1}\n'),
    "many-in-one": (b' {"a": 1} , {"b":2}\t{"c": 3}\n', b'{"a": 1}\n{"b":2}\n{"c": 3}\n'),
}  # fmt: skip


@pytest.mark.parametrize("kind", HEALED)
def test_healing_one_kind_changes_nothing_else(kind: str) -> None:
    data, healed = HEALED[kind]
    seen = read(data, heal={kind}, keep_raw=True)
    assert seen.written == healed
    assert kind in seen.kinds
    assert all(fault.healable for fault in seen.faults)
    assert len(seen.records) == seen.row_count


def test_python_is_not_read_where_that_would_lose_something() -> None:
    for line in (
        b"{'a': 1, 'a': 2}",
        b"{'a': (1, 2)}",
        b"{'a': {1, 2}}",
        b"{'a': b'x'}",
        b"{1: 2}",
        b"{'a': 'it''s'}",
    ):
        seen = read(GOOD + line + b"\n", heal={"bad-json"}, keep_raw=True)
        assert seen.written == GOOD + line + b"\n"
        assert [fault.healable for fault in seen.faults] == [False]


def test_what_cannot_be_healed_stays_where_it_was() -> None:
    data = b'{"a": 1}\n{"a": \n\n[1]\n{"a": "\xff"}\n{"a": 2}\n{"a": NaN}\n'
    seen = read(data, heal=set(HEALED) - {"blank"}, keep_raw=True)
    assert seen.written == data
    assert [record["a"] for record in seen.records] == [1, 2]


def test_a_line_longer_than_a_block_is_one_record() -> None:
    data = b'{"a": "' + b"x" * 100_000 + b'"}\n' + GOOD
    assert [len(str(record["a"])) for record in read(data, block_bytes=1000).records] == [100_000, 1]


def test_blocks_are_cut_at_about_the_asked_size() -> None:
    reading = open_reader(Source("x.jsonl", None, GOOD * 1000), ReadOptions(block_bytes=900))
    assert [len(block.records) for block in reading.blocks()] == [100] * 10
