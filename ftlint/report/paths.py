"""Paths of findings for other programs: relative to the repository root, with ``/``."""

import os
from pathlib import Path
from urllib.parse import quote

from ftlint.display import sanitize
from ftlint.io.address import is_remote
from ftlint.result import Finding


class PathResolver:
    """Resolves paths as code hosts expect them: relative to the nearest folder with a ``.git``, else to the
    current one.

    A file outside of it keeps its absolute path, a remote one its URL. Results are cached by file.
    """

    def __init__(self) -> None:
        here = Path.cwd()
        self.root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
        self._known: dict[str, str] = {}

    def path(self, file: str) -> str:
        """``data/train.jsonl``, never with ``./``, ``..`` or a Windows backslash."""
        if file not in self._known:
            self._known[file] = file if is_remote(file) else _below(file, self.root)
        return self._known[file]

    def uri(self, file: str) -> str:
        """The same as a relative reference, percent-encoded; ``file:///…`` for files outside of it."""
        path = self.path(file)
        if is_remote(file):
            return _encoded(path, "/:@")
        if not Path(path).is_absolute():
            return _encoded(path, "/")
        return f"file://{'' if path.startswith('/') else '/'}{_encoded(path, '/:')}"


def describe(finding: Finding) -> str:
    """The message, preceded by the row for files without lines and followed by the path in the record.
    Dataset-level findings say so.

    For formats that have no fields for these. Never empty, and one line.
    """
    message = sanitize(finding.message).strip() or sanitize(finding.name or finding.code) or "?"
    row = f"row {finding.row}: " if finding.line is None and finding.row is not None else ""
    if finding.scope == "dataset":
        row = "dataset: "
    return f"{row}{message} ({sanitize(finding.path)})" if finding.path else f"{row}{message}"


def title_of(code: str, name: str) -> str:
    """``C003 empty-answer``."""
    return f"{sanitize(code)} {sanitize(name)}".rstrip()


def folder_uri(folder: Path) -> str:
    """``file:///home/me/data/``."""
    path = folder.as_posix().rstrip("/")
    return f"file://{'' if path.startswith('/') else '/'}{_encoded(path, '/:')}/".replace(
        "file:////", "file:///"
    )


def _below(file: str, root: Path) -> str:
    absolute = Path(os.path.normpath(Path(file).absolute()))
    try:
        resolved = absolute.resolve()
    except (OSError, ValueError, RuntimeError):
        # No file can have this name; it is a name of standard input, or empty.
        resolved = absolute
    for candidate, base in ((resolved, root.resolve()), (absolute, root)):
        if candidate.is_relative_to(base):
            return candidate.relative_to(base).as_posix()
    return resolved.as_posix()


def _encoded(path: str, safe: str) -> str:
    try:
        return quote(os.fsencode(path), safe=safe)
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", errors="backslashreplace"), safe=safe)
