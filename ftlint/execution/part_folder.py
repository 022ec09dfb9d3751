"""A new file as a folder of parts, as workers write them: ``part-00012.jsonl``, a manifest with hashes,
``_SUCCESS``.

A folder without ``_SUCCESS`` is not complete: that file is written last.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from ftlint.errors import UsageError
from ftlint.execution.staging import Checksum, StagedFile, checksum_of
from ftlint.io.source import Source
from ftlint.io.write.atomic import refuse_elsewhere, replacing, sync
from ftlint.version import __version__

PARTS = "part-*.jsonl"
PART = re.compile(r"part-\d{5,}\.jsonl")
MANIFEST, SUCCESS = "manifest.json", "_SUCCESS"
ASIDE = ".ftlint-"


def output_path(text: str) -> Path:
    """The path of an output. A name that ends in a slash is a folder; its path is that of its parts."""
    ends = ("/", os.sep)
    return Path(text) / PARTS if text.endswith(ends) else Path(text)


def is_folder(path: Path) -> bool:
    """Whether a path is that of the parts in a folder."""
    return path.name == PARTS


def check_folder(path: Path, *, overwrite: bool) -> None:
    """Refuse a folder that contains other files, or, without ``overwrite``, any file."""
    folder = path.parent
    refuse_elsewhere(folder)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder that is new or empty")
    if not folder.parent.is_dir():
        raise UsageError(f"{folder}: there is no folder {folder.parent}")
    there = [entry.name for entry in folder.iterdir()] if folder.exists() else []
    ours = (MANIFEST, SUCCESS)
    others = [n for n in there if not (PART.fullmatch(n) or n in ours or n.startswith(ASIDE))]
    if others:
        raise UsageError(f"{folder} holds other files ({others[0]}); name a folder that is new or empty")
    if there and not overwrite:
        raise UsageError(f"{folder} is not empty; nothing is overwritten unless you say --overwrite")


def parts_in(path: Path) -> Source:
    """The parts in a folder as one source."""
    names = sorted(entry.name for entry in path.parent.iterdir() if PART.fullmatch(entry.name))
    return Source(str(path), None, None, pieces=tuple(path.parent / name for name in names))


class PartFolder:
    """The parts of a new file, in order. They are renamed together, when all of them are complete."""

    def __init__(self, path: Path, **about: Any) -> None:
        self._folder = path.parent
        self._about = about
        self._parts: list[tuple[Path, Checksum]] = []
        # Within the folder, so that a part can be renamed without being copied.
        self._aside = tempfile.TemporaryDirectory(prefix=ASIDE, dir=self._folder, ignore_cleanup_errors=True)

    def __enter__(self) -> "PartFolder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._aside:
            if error is None:
                self._finish()

    file = None

    def append(self, staged: StagedFile) -> None:
        """Move the next part into the folder. Raises UsageError if it is not visible on this machine."""
        if staged.path is None or not staged.path.exists():
            raise UsageError(f"{self._folder}: a part that a worker has written there is not seen from here")
        hidden = Path(self._aside.name) / str(len(self._parts))
        staged.path.replace(hidden)
        self._parts.append((hidden, staged.checksum or checksum_of(hidden)))

    def _finish(self) -> None:
        """Rename the parts, then mark the folder complete."""
        (self._folder / SUCCESS).unlink(missing_ok=True)
        for entry in list(self._folder.iterdir()):
            if PART.fullmatch(entry.name):
                entry.unlink()
        listed = []
        for number, (path, checksum) in enumerate(self._parts):
            name = f"part-{number:05}.jsonl"
            sync(path)
            path.replace(self._folder / name)
            listed.append({"name": name, **msgspec.structs.asdict(checksum)})
        total = {key: sum(part[key] for part in listed) for key in ("rows", "bytes")}
        manifest = {"ftlint": __version__, **self._about, **total, "parts": listed}
        data = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
        with replacing(self._folder / MANIFEST) as out:
            out.write(data)
        with replacing(self._folder / SUCCESS) as out:
            out.write(hashlib.sha256(data).hexdigest().encode() + b"\n")
