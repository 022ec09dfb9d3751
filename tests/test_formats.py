"""The registry of containers: every entry can be loaded, and none takes what is another's."""

from pkgutil import resolve_name

import pytest

from ftlint.io.container import content_of, split_name
from ftlint.io.format_reader import FormatReader
from ftlint.io.formats import FORMATS, SUFFIXES, Format, format_of, writable_suffixes


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
