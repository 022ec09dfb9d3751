"""The registry of containers: every entry can be loaded, and none takes what is another's."""

from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import IO, Any

import pytest

from ftlint import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.container import content_of, split_name
from ftlint.io.find import find_sources
from ftlint.io.format_reader import FormatReader
from ftlint.io.formats import FORMATS, SUFFIXES, Format, format_of, writable_suffixes
from ftlint.io.reader import open_reader
from ftlint.io.rows import Row
from ftlint.io.stream import Stream, whole_file
from ftlint.io.write.writer import Entry, Refused, container_of, writer_for


class PairsReader(FormatReader):
    """Reads a container of this test: prompt and completion with ``=>`` between, one pair a line."""

    columns = ["prompt", "completion"]

    def rows(self, stream: Stream) -> Iterator[Row]:
        file = whole_file(stream)
        for number, line in enumerate(file, 1):
            prompt, _, completion = line.decode().rstrip().partition(" => ")
            record = {"prompt": prompt, "completion": completion}
            yield Row(number, record, size=len(line), lines=number)


class PairsWriter:
    """Writes them; a prompt must not have the arrow in it."""

    def __init__(self, out: IO[bytes], folder: Path) -> None:
        self.out, self.notes, self.refused = out, list[str](), list[Refused]()

    def add(self, entry: Entry) -> None:
        if "=>" in entry.record["prompt"]:
            self.refused.append(Refused(entry, "an arrow in the prompt"))
        else:
            self.out.write("{prompt} => {completion}\n".format(**entry.record).encode())

    def finish(self) -> Iterator[Refused]:
        return iter(self.refused)


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> Format:
    """One entry more in the registry."""
    known = Format(
        label="pairs",
        description="pairs with arrows",
        suffixes=("pairs", "prs"),
        content="text",
        reader=f"{__name__}:PairsReader",
        writer=f"{__name__}:PairsWriter",
    )
    monkeypatch.setitem(FORMATS, "pairs", known)  # type: ignore[arg-type]
    for suffix in known.suffixes:
        monkeypatch.setitem(SUFFIXES, suffix, "pairs")  # type: ignore[arg-type]
    return known


def read(path: Path, **options: Any) -> tuple[str, list[dict[str, Any]], list[str]]:
    """Container, records and faults of a file."""
    (source,) = find_sources([str(path)])
    reading = open_reader(source, ReadOptions(**options))
    blocks = list(reading.blocks())
    records = [record for block in blocks for record in block.records]
    return reading.container, records, [fault.message for block in blocks for fault in block.faults]


def test_one_entry_is_all_that_a_container_needs(pairs: Format, tmp_path: Path) -> None:
    path = tmp_path / "a.prs"
    records = [{"prompt": "Why?", "completion": "So."}, {"prompt": "a => b", "completion": "c"}]
    with path.open("wb") as out:
        writer = writer_for(path, out)
        for number, record in enumerate(records, 1):
            writer.add(Entry(record, number, number))
        refused = list(writer.finish())
    assert [(one.entry.row, one.reason) for one in refused] == [(2, "an arrow in the prompt")]
    assert container_of(path.with_suffix(".pairs.gz")) == "pairs"
    assert read(path) == ("pairs", records[:1], [])
    assert [source.name for source in find_sources([str(tmp_path)])] == [str(path)]
    named_otherwise = path.rename(tmp_path / "b.txt")
    assert read(named_otherwise, container="prs") == ("pairs", records[:1], [])


def test_the_words_about_containers_know_of_it(pairs: Format, tmp_path: Path) -> None:
    path = tmp_path / "a.pairs"
    path.write_text('{"prompt": "a", "completion": "b"}\n', encoding="utf-8")
    container, _, (fault,) = read(path)
    assert container == "jsonl"
    assert "is JSON Lines, not pairs with arrows; it was read as what it is" in fault
    with pytest.raises(UsageError, match=r"\.tsv, \.pairs or \.prs \(each also"):
        container_of(tmp_path / "a.txt")
    with pytest.raises(UsageError, match=r"no such container.*txt, pairs, prs"):
        read(path, container="nothing")
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError, match=r"\.parquet, \.pairs, \.prs, also with"):
        find_sources([str(tmp_path / "none")])


@pytest.mark.parametrize("container", FORMATS)
def test_reader_and_writer_are_there(container: str) -> None:
    known = FORMATS[container]
    assert callable(resolve_name(known.reader))
    assert known.writer is None or callable(resolve_name(known.writer))
    assert known.suffixes[0] == container
    for suffix in known.suffixes:
        assert split_name(f"some/train.{suffix.upper()}") == (container, None)
        assert split_name(f"train.{suffix}.gz") == (container, "gzip")


def test_no_two_share_a_suffix_or_a_signature() -> None:
    assert len(SUFFIXES) == sum(len(known.suffixes) for known in FORMATS.values())
    binary = {name: known for name, known in FORMATS.items() if known.content == "binary"}
    for name, known in binary.items():
        head = known.signature + b"\0\x01" + b"".join(known.markers[:1])
        assert content_of(head).container == name
    assert all(bool(known.signature) == (name in binary) for name, known in FORMATS.items())


def test_a_reader_class_names_its_interface() -> None:
    readers = {resolve_name(known.reader) for known in FORMATS.values()}
    classes = {reader for reader in readers if isinstance(reader, type)}
    assert all(issubclass(reader, FormatReader) for reader in classes)
    assert resolve_name(format_of("of-a-plug-in").reader)


def test_the_names_of_new_files_in_words() -> None:
    assert writable_suffixes() == (
        ".jsonl, .ndjson, .json, .csv or .tsv (each also with .gz or .zst behind it), .xlsx or .parquet"
    )


def test_what_can_only_be_read_is_not_written(tmp_path: object) -> None:
    read_only = Format(label="X", description="x", suffixes=("x",), content="text", reader="a:b")
    with pytest.raises(ValueError, match="X cannot be written"):
        read_only.create(None, tmp_path)  # type: ignore[arg-type]
