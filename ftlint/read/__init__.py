"""The reading layer: bytes in, blocks of records out, with every fault of the bytes told.

What reads is loaded when it is first used: rules and settings need only the words of this layer.
"""

from typing import TYPE_CHECKING, Any

from ftlint.read.fault import Block, Fault, FaultKind, Record
from ftlint.read.options import ReadOptions

if TYPE_CHECKING:
    from ftlint.read.reading import Reading, open_reading
    from ftlint.read.source import Source, find_sources

__all__ = [
    "Block",
    "Fault",
    "FaultKind",
    "ReadOptions",
    "Reading",
    "Record",
    "Source",
    "find_sources",
    "open_reading",
]


def __getattr__(name: str) -> Any:
    if name in ("Reading", "open_reading"):
        from ftlint.read import reading

        return getattr(reading, name)
    if name in ("Source", "find_sources"):
        from ftlint.read import source

        return getattr(source, name)
    raise AttributeError(f"module 'ftlint.read' has no attribute {name!r}")
