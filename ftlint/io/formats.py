"""The registry of containers: how each one is named, recognised, read, split into parts and written.

To add one: a reader (a ``FormatReader``), optionally a writer (``ftlint.io.write.writer.Writer``), and an entry in
``FORMATS``. Plug-ins add readers by the entry-point group ``ftlint.readers``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from pkgutil import resolve_name
from typing import IO, TYPE_CHECKING, Literal

from msgspec import Struct

from ftlint import plugins
from ftlint.io.part import Unit

if TYPE_CHECKING:
    from ftlint.io.format_reader import FormatReader, ReaderInput
    from ftlint.io.write.writer import Writer


class Format(Struct, frozen=True, kw_only=True):
    """One container. Reader and writer are ``module:name``, so that only those in use are imported."""

    label: str
    """Its name in reports."""
    description: str
    """A description of the file that follows "the file is"."""
    suffixes: tuple[str, ...]
    """The suffixes of file names, the usual one first."""
    content: Literal["text", "binary", "any"]
    """Text is decoded, and recognised if the name indicates another format; binary files are recognised by
    ``signature`` and are read with random access; files of kind "any" are recognised by the reader alone.
    """
    reader: str
    """A callable that takes a ``ReaderInput`` and returns a ``FormatReader``."""
    signature: bytes = b""
    """The first bytes of binary files."""
    markers: tuple[bytes, ...] = ()
    """One of these must also be among the first bytes if other formats have the same signature."""
    is_json: bool = False
    """Its text may begin like JSON, so such text is not interpreted as another format."""
    splittable: Unit = "whole"
    """The unit by which a file can be split into parts."""
    in_folders: bool = True
    """Whether files are read that are not named explicitly: those of a folder or a pattern."""
    writer: str | None = None
    """A callable that takes the new file and the folder for temporary files and returns a ``Writer``."""
    compressed: bool = False
    """Its files are compressed already: none is written with the suffix ``.gz`` or ``.zst``."""

    def open(self, given: "ReaderInput") -> "FormatReader":
        """A reader of one file."""
        make: Callable[[ReaderInput], FormatReader] = resolve_name(self.reader)
        return make(given)

    def create(self, out: IO[bytes], folder: Path) -> "Writer":
        """A writer of one file. Raises ValueError if the container is read-only."""
        if self.writer is None:
            raise ValueError(f"{self.label} cannot be written")
        make: Callable[[IO[bytes], Path], Writer] = resolve_name(self.writer)
        return make(out, folder)


FORMATS: Mapping[str, Format] = {
    "jsonl": Format(
        label="JSON lines",
        description="JSON Lines",
        suffixes=("jsonl", "ndjson"),
        content="text",
        is_json=True,
        reader="ftlint.io.json.jsonl:open_jsonl",
        splittable="bytes",
        writer="ftlint.io.write.jsonl:LineWriter",
    ),
    "json": Format(
        label="JSON",
        description="JSON",
        suffixes=("json",),
        content="text",
        is_json=True,
        reader="ftlint.io.json.document:JsonReader",
        writer="ftlint.io.write.jsonl:ArrayWriter",
    ),
    "csv": Format(
        label="CSV",
        description="a comma-separated table",
        suffixes=("csv",),
        content="text",
        reader="ftlint.io.table.csv:DelimitedReader",
        writer="ftlint.io.write.csv:CsvWriter",
    ),
    "tsv": Format(
        label="TSV",
        description="a tab-separated table",
        suffixes=("tsv",),
        content="text",
        reader="ftlint.io.table.csv:DelimitedReader",
        writer="ftlint.io.write.csv:TsvWriter",
    ),
    "xlsx": Format(
        label="XLSX",
        description="an Excel workbook",
        suffixes=("xlsx",),
        content="binary",
        signature=b"PK\x03\x04",
        markers=(b"[Content_Types].xml", b"xl/", b"_rels/", b"docProps/"),
        reader="ftlint.io.table.xlsx:SheetReader",
        writer="ftlint.io.write.xlsx:WorkbookWriter",
        compressed=True,
    ),
    "parquet": Format(
        label="Parquet",
        description="Parquet",
        suffixes=("parquet",),
        content="binary",
        signature=b"PAR1",
        reader="ftlint.io.table.parquet:ParquetReader",
        splittable="rows",
        writer="ftlint.io.write.parquet:ParquetWriter",
        compressed=True,
    ),
    "txt": Format(
        label="plain text",
        description="plain text",
        suffixes=("txt",),
        content="text",
        reader="ftlint.io.text:TextReader",
        in_folders=False,
    ),
}
SUFFIXES: Mapping[str, str] = {
    suffix: container for container, known in FORMATS.items() for suffix in known.suffixes
}
"""The container by the suffix of a file's name."""


def plugin_readers() -> Mapping[str, plugins.Offer]:
    """The readers of plug-ins, by file name suffix, which is also the container's name."""
    return plugins.offered(plugins.READERS, SUFFIXES)


def is_container(name: str) -> bool:
    """Whether ftlint or a plug-in reads a container of that name."""
    return name in FORMATS or name in plugin_readers()


def format_of(container: str) -> Format:
    """The container of that name, of ftlint or of a plug-in."""
    if container in FORMATS:
        return FORMATS[container]
    return Format(
        label=container.upper(),
        description=f"a .{container} file",
        suffixes=(container,),
        content="any",
        reader="ftlint.io.plugin:PluginReader",
    )


def writable_suffixes() -> str:
    """The suffixes of files that can be written, as text."""
    written = [known for known in FORMATS.values() if known.writer is not None]
    *some, last = (f".{suffix}" for known in written if not known.compressed for suffix in known.suffixes)
    packable = f"{', '.join(some)} or {last} (each also with .gz or .zst behind it)"
    *some, last = (f".{suffix}" for known in written if known.compressed for suffix in known.suffixes)
    return f"{', '.join([packable, *some])} or {last}"
