"""How files are to be read, as the user says it."""

from dataclasses import dataclass

from ftlint.read.fault import FaultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How a file is to be read. What is None is found out from the file itself.

    ``heal`` are the kinds of fault that the reader mends on the way; they are told all the same.
    ``left_out`` are keys of records that are not read. ``speakers`` are the names before the turns of transcripts:
    plain text is read as conversations then.
    """

    encoding: str | None = None
    sheet: str | None = None
    delimiter: str | None = None
    container: str | None = None
    speakers: tuple[str, ...] = ()
    heal: frozenset[FaultKind] = frozenset()
    left_out: tuple[str, ...] = ()
    keep_raw: bool = False
    block_bytes: int = 8 << 20
