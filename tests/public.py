"""Bytes through the functions that users call: written to a folder of their own, checked or fixed there by name."""

from contextlib import AbstractContextManager, chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ftlint
from ftlint import FileReport

NAME = "x.jsonl"


def check(data: bytes, name: str = NAME, *, reference: bytes | None = None, **settings: Any) -> FileReport:
    """The report on a file of these bytes, compared with ``reference`` if there is one."""
    with _folder(name, data, reference) as folder, chdir(folder):
        return ftlint.check(name, **_compared(reference), **settings).files[0]


def fix(
    data: bytes, name: str = NAME, *, unsafe: bool = False, reference: bytes | None = None, **settings: Any
) -> tuple[bytes, FileReport]:
    """The fixed file, and the report on it."""
    with _folder(name, data, reference) as folder, chdir(folder):
        report = ftlint.fix(name, "fixed.jsonl", unsafe=unsafe, **_compared(reference), **settings)
        return Path("fixed.jsonl").read_bytes(), report.files[0]


def _folder(name: str, data: bytes, reference: bytes | None) -> AbstractContextManager[str]:
    folder = TemporaryDirectory(prefix="ftlint-test-", ignore_cleanup_errors=True)
    path = Path(folder.name) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if reference is not None:
        (Path(folder.name) / "held.jsonl").write_bytes(reference)
    return folder


def _compared(reference: bytes | None) -> dict[str, Any]:
    return {} if reference is None else {"against": ["held.jsonl"]}
