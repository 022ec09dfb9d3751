"""The package ftlint-flat reads JSON lines as patterns and the decoder of polars do: the same frames, or nothing."""

import json
import random
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
import polars as pl
import pytest
from examples import some
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip(
    "ftlint_flat", reason="the package ftlint-flat is not installed (pip install ./ftlint-flat)"
)

import ftlint
from ftlint.batch.records import RecordReader
from ftlint.io.columnar import LINE, PLAIN, ColumnarRecords
from ftlint.io.flat import read_flat
from ftlint.io.json.jsonl import prescan_by_patterns
from ftlint.io.json.strict import tally
from ftlint.rule import Batch, RuleContext

ROOT = Path(__file__).parent.parent
LINES = sorted((ROOT / "fixtures").rglob("*.jsonl")) + sorted((ROOT / "tests").glob("*.jsonl"))


def is_read(chunk: bytes) -> bool:
    """Whether the package reads the chunk; then it reads the same as patterns and the decoder of polars."""
    flat, scan = read_flat(chunk), prescan_by_patterns(chunk)
    if flat is None:
        return False
    assert not scan.separators
    assert flat.returns == scan.returns
    lines = chunk.decode("utf-8").removesuffix("\n").split("\n")
    records = [msgspec.json.decode(line) for line in lines]
    assert flat.columns[LINE].to_list() == lines
    assert flat.columns.drop(LINE, PLAIN).to_dicts() == records
    assert flat.columns[PLAIN].to_list() == [
        ORDINARY.fullmatch("".join(texts_of(record))) is not None for record in records
    ]
    assert tally(records) == (flat.keys, False)
    # The patterns have more doubts: a text that begins with a colon is a key to them, \\ud83d half a surrogate pair.
    if scan.columns is not None:
        assert flat.keys == scan.marks
        assert flat.columns.schema == scan.columns.schema
        assert flat.columns.drop(PLAIN).equals(scan.columns.drop(PLAIN), null_equal=False)
    return True


ORDINARY = re.compile("[\t\n\r -~]*")


def texts_of(value: object) -> Iterator[str]:
    """All texts of a record, without its keys."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_of(item)


SIGNS = [
    '"',
    "\\",
    ":",
    " ",
    ",",
    "{",
    "}",
    "[",
    "]",
    "5",
    "null",
    "a",
    "\\u",
    "d83d",
    "\\n",
    "role",
    "\t",
    "\r",
]
TEXTS = (
    st.text(max_size=30)
    | st.lists(st.sampled_from(SIGNS), max_size=6).map("".join)
    | st.sampled_from(
        ["é" * 6, "é" * 7, "水" * 4, "水" * 5, "😀" * 3, "a" * 12, "a" * 13, "\x7f", "a" * 16 + "é"]
    )
)
MESSAGES = st.lists(st.fixed_dictionaries({"role": TEXTS, "content": TEXTS}), min_size=1, max_size=3)
KEYS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='"\\'), max_size=5)
FIELDS = st.dictionaries(
    KEYS, st.booleans() | st.lists(KEYS, min_size=1, max_size=3, unique=True), min_size=1, max_size=4
)


@st.composite
def layouts(draw: st.DrawFn) -> list[dict[str, object]]:
    """Records with texts, and lists of objects of texts, under the same keys."""
    fields = {
        key: st.lists(st.fixed_dictionaries(dict.fromkeys(inner, TEXTS)), min_size=1, max_size=3)
        if isinstance(inner, list)
        else TEXTS
        for key, inner in draw(FIELDS).items()
    }
    return draw(st.lists(st.fixed_dictionaries(fields), min_size=1, max_size=4))


CHATS = st.lists(st.fixed_dictionaries({"messages": MESSAGES}), min_size=1, max_size=4)
RECORDS = CHATS | layouts()


def written(
    records: list[dict[str, object]], *, escaped: bool, blanks: bool = False, end: str = "\n"
) -> bytes:
    """Lines of JSON; blanks between all tokens if wanted."""
    separators = (" ,\t", "\t: ") if blanks else (",", ":")
    lines = [json.dumps(record, ensure_ascii=escaped, separators=separators) + end for record in records]
    return "".join(lines).encode("utf-8", "replace")


@given(RECORDS, st.booleans(), st.booleans(), st.sampled_from(["\n", "\r\n", " \n", "\t\r\n"]))
@example([{"prompt": '"\\":', "completion": "\\"}], False, False, "\n")
@example([{"prompt": "\\ud83dx", "completion": ""}], True, False, "\n")
@example([{"": ""}], True, True, "\r\n")
@settings(max_examples=some(300))
def test_any_records_are_read_alike(
    records: list[dict[str, object]], escaped: bool, blanks: bool, end: str
) -> None:
    is_read(written(records, escaped=escaped, blanks=blanks, end=end))


@given(RECORDS)
@settings(max_examples=some(50))
def test_records_of_one_layout_are_read(records: list[dict[str, object]]) -> None:
    """All whose keys have no escapes."""
    assert (
        is_read(written(records, escaped=True)) or not str(list(map(list, inner_records(records)))).isascii()
    )


def inner_records(records: list[dict[str, object]]) -> list[dict[str, object]]:
    """The records, and the objects in their lists."""
    return records + [
        item for record in records for value in record.values() if isinstance(value, list) for item in value
    ]


def damaged(chunk: bytes, chance: random.Random) -> bytes:
    """The chunk with a few bytes replaced, left out, put in or moved."""
    data = bytearray(chunk)
    for _ in range(chance.randint(1, 3)):
        at, size = chance.randrange(len(data) + 1), chance.choice((0, 0, 1, 1, 2, 8))
        new = chance.choice(
            (
                bytes(chance.randrange(256) for _ in range(chance.randint(0, 3))),
                chance.choice(SIGNS).encode(),
                chance.choice(
                    (b"\xe2\x80\xa8", b"\xc2\x85", b"\xed\xa0\x80", b"\\ud800", b"\\u00e9", b"\n", b"\x7f")
                ),
                bytes(data[at : at + size]),
            )
        )
        data[at : at + size] = new
    return bytes(data)


@given(RECORDS, st.booleans(), st.integers(0, 2**32))
@settings(max_examples=some(300))
def test_damaged_lines_are_read_alike(records: list[dict[str, object]], escaped: bool, seed: int) -> None:
    chance = random.Random(seed)
    chunk = written(records, escaped=escaped)
    for _ in range(10):
        is_read(damaged(chunk, chance))


@pytest.mark.parametrize("path", LINES, ids=lambda path: str(path.relative_to(ROOT)))
def test_fixtures_are_read_alike(path: Path) -> None:
    """The whole file, each of its lines alone, and lines with damage."""
    chunk, chance = path.read_bytes(), random.Random(8)
    is_read(chunk)
    for line in chunk.splitlines(keepends=True)[:200]:
        if is_read(line) or line.startswith(b"{"):
            for _ in range(3):
                is_read(damaged(line, chance))


@pytest.mark.parametrize("name", ["chat", "completion", "near"])
def test_the_data_of_benchmarks_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tests" / "bench")
    import generate

    rows = b"".join(islice(getattr(generate, name)(1), 300))
    assert is_read(rows)
    chance = random.Random(9)
    for line in rows.splitlines(keepends=True):
        is_read(damaged(line, chance))


@pytest.mark.parametrize("size", [0, 11, 12, 13, 15, 16, 17, 31, 32, 33, 4096, 1 << 20])
def test_texts_of_any_size(size: int) -> None:
    for text in ("a" * size, "a" * size + "é", "é" + "a" * size, "a" * size + '"', "\n" + "a" * size):
        for escaped in (False, True):
            assert is_read(written([{"text": text}, {"text": "b"}], escaped=escaped))


def test_many_keys() -> None:
    for count in (1, 2, 63, 64):
        record = {str(n): str(n) for n in range(count)}
        assert is_read(written([record, dict(reversed(record.items()))], escaped=False))
        assert is_read(written([{"x": [record, record]}], escaped=False))
    assert not is_read(written([{str(n): "" for n in range(65)}], escaped=False))
    assert not is_read(written([{"x": [{str(n): "" for n in range(65)}]}], escaped=False))


def test_many_messages_and_rows() -> None:
    message = {"role": "user", "content": "a\n"}
    records = [{"messages": [message] * (n % 50 + 1)} for n in range(2000)]
    assert is_read(written(records, escaped=False))


def test_columns_outlive_the_bytes() -> None:
    """Views into a chunk that nothing else names stay what they are, also in another thread of polars."""
    parts = []
    for n in range(50):
        flat = read_flat(written([{"text": f"{n} " * 2000}, {"text": f"\n{n}" * 2000}], escaped=False))
        assert flat is not None
        parts.append(flat.columns["text"])
        bytes(10_000)
    texts = pl.concat(parts).to_list()
    assert texts == [text for n in range(50) for text in (f"{n} " * 2000, f"\n{n}" * 2000)]


SHAPES = [
    ("messages", "role", "content", None),
    ("conversations", "from", "value", None),
    (None, None, None, ("prompt", "completion")),
    (None, None, None, ("instruction", "input", "output")),
    (None, None, None, ("prompt", "chosen", "rejected")),
    (None, None, None, ("text",)),
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@given(texts=st.lists(TEXTS, min_size=8, max_size=8))
def test_the_frames_are_the_same(shape: tuple[str | None, ...], texts: list[str]) -> None:
    """Texts, and whether they are unusual, from columns of the package, from others, and from single records."""
    key, role, content, names = shape
    if names:
        records = [dict.fromkeys(names, text) for text in texts]
    else:
        records = [
            {key: [{role: "user", content: text}, {role: "assistant", content: "a"}]} for text in texts
        ]
    chunk = written(records, escaped=True)
    flat, scan = read_flat(chunk), prescan_by_patterns(chunk)
    assert flat is not None
    sources = [ColumnarRecords(flat.columns), records]
    sources += [] if scan.columns is None else [ColumnarRecords(scan.columns)]
    numbers = range(1, len(records) + 1)
    first, *others = (Batch(source, numbers, numbers, RecordReader(), RuleContext()) for source in sources)
    for name in ("examples", "messages", "texts", "digests", "prompt_completions"):
        assert all(getattr(first, name).equals(getattr(other, name)) for other in others), name


def test_the_report_is_the_same(tmp_path: Path) -> None:
    """A check of the same rows, once with one line that another reader has to take."""
    rows = [
        {"messages": [{"role": "user", "content": f"{n}\u200b?"}, {"role": "assistant", "content": ""}]}
        for n in range(30)
    ]
    plain, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    plain.write_bytes(written(rows, escaped=True))
    other.write_bytes(written(rows, escaped=True).replace(b'"role"', b'"r\\u006fle"'))
    found = [
        [(f.code, f.row, f.path, f.message) for f in ftlint.check(path).findings] for path in (plain, other)
    ]
    assert found[0] == found[1] != []


def test_no_reference_is_left() -> None:
    chunk = written([{"text": "a" * 100}], escaped=False) * 10
    before = sys.getrefcount(chunk)
    for _ in range(20):
        flat = read_flat(chunk)
        assert flat is not None
        del flat
        read_flat(chunk[:-1])
    read_flat(b"\n")
    assert sys.getrefcount(chunk) == before
