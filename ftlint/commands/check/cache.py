"""The cache of reports: reports of unchanged files, keyed by the content of the file and everything that the
report depends on.

A folder of small files: ``r-KEY`` is the report of one file, ``s-SIZE-KEY`` is the digest of a large file,
valid as long as its modification time is unchanged, so that the file need not be read.

Damaged, foreign or outdated entries are ignored, and if nothing can be written nothing is cached: a cache is
never a reason to fail.
"""

import contextlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from ftlint.commands.check.cache_key import digest, is_file, run_key
from ftlint.config.settings import Settings
from ftlint.config.splits import known_holdouts, partners
from ftlint.io.source import Source
from ftlint.result import FileReport, Report, Tally

NAME = ".ftlint_cache"
# The tag that backup programs recognise: https://bford.info/cachedir/
TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Reports that ftlint kept. This folder may be deleted.\n"
IGNORED = "# Made by ftlint.\n*\n"
# Up to this size a file is read to compute its digest; a larger one is identified by its modification time,
# if that is reliable.
SMALL = 1 << 20
# A file may change twice within one tick of its clock.
TICK_NS = 2_000_000_000
MOST_FILES, FEWER_FILES = 4_000, 3_000
SHA256_DIGITS = 64
CHANGED = ""


def folder_for(start: Path, environ: Mapping[str, str]) -> Path | None:
    """The cache folder of a run that starts in a folder: with its configuration or repository, else with the
    user's other caches, so that nothing is written next to data that belongs to no project.

    None if the user has no cache folder, and in CI unless it is named: a cache that comes with a checkout may
    have been made to hide findings.
    """
    if named := environ.get("FTLINT_CACHE_DIR"):
        return Path(named)
    if environ.get("CI"):
        return None
    from ftlint.config.file import find_config

    config = find_config(start)
    if config is not None:
        return config.parent / NAME
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder / NAME
    own = environ.get("XDG_CACHE_HOME") or environ.get("LOCALAPPDATA")
    if own:
        return Path(own) / "ftlint"
    try:
        return Path.home() / ".cache" / "ftlint"
    except RuntimeError:
        return None


class CacheFolder(Struct, frozen=True):
    """A folder that may be missing, foreign or read-only: then it is empty and stays so."""

    path: Path

    def prepare(self) -> bool:
        """Make the folder, invisible to git and to backups; whether it can be written to."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name, text in (("CACHEDIR.TAG", TAG), (".gitignore", IGNORED)):
                if not (self.path / name).exists():
                    (self.path / name).write_text(text, encoding="ascii")
        except OSError:
            return False
        return True

    def read(self, name: str) -> bytes:
        """The content of an entry; None if it does not exist."""
        try:
            return (self.path / name).read_bytes()
        except OSError:
            return b""

    def write(self, name: str, data: bytes) -> None:
        """Write an entry atomically."""
        with contextlib.suppress(OSError):
            handle, made = tempfile.mkstemp(prefix="t-", dir=self.path)
            try:
                with os.fdopen(handle, "wb") as out:
                    out.write(data)
                Path(made).replace(self.path / name)
            except OSError:
                Path(made).unlink(missing_ok=True)

    def knows_size(self, size: int) -> bool:
        """Whether there is an entry for any file of this size."""
        return any(self.path.glob(f"s-{size}-*"))

    def make_room(self) -> None:
        """Delete the oldest entries if the cache is too large."""
        with contextlib.suppress(OSError):
            entries = [entry for entry in os.scandir(self.path) if entry.name[:2] in ("r-", "s-", "t-")]
            if len(entries) > MOST_FILES:
                entries.sort(key=lambda entry: entry.stat().st_mtime_ns)
                for entry in entries[: len(entries) - FEWER_FILES]:
                    Path(entry.path).unlink(missing_ok=True)


@dataclass(slots=True)
class Contents:
    """The SHA-256 of each file, computed on first use with as little reading as possible."""

    folder: CacheFolder
    _known: dict[Path, str | None] = field(default_factory=dict)
    _stamps: dict[Path, str] = field(default_factory=dict)

    def of(self, source: Source, read: bool = False) -> str | None:
        """The digest, or None: for a source that is not a file, and, unless it is to be read, for a new large file."""
        if source.remote is not None:
            # The version identifies the bytes only if it cannot stay the same when they change.
            return digest(source.remote.url, source.remote.version) if source.remote.exact else None
        path = source.path
        if path is None or not is_file(source):
            return None
        if path not in self._known or (read and self._known[path] is None):
            try:
                self._known[path] = self._find(path, read)
            except OSError:
                self._known[path] = None
        return self._known[path] or None

    def learn(self, source: Source, sha256: str) -> None:
        """Compare with the digest computed while reading a file.

        If it differs, the file changed: no digest is reliable.
        """
        path = source.local
        if path is None or path not in self._stamps:
            return
        try:
            about, now = path.stat(), time.time_ns()
        except OSError:
            return
        if _stamp(path, about) != self._stamps[path] or self._known.get(path) not in (None, sha256):
            self._known[path] = CHANGED
        elif len(sha256) == SHA256_DIGITS:
            self._known[path] = sha256
            self._note(path, about, sha256, now)

    def _find(self, path: Path, read: bool) -> str | None:
        about, now = path.stat(), time.time_ns()
        self._stamps[path] = _stamp(path, about)
        if about.st_size > SMALL:
            noted = self.folder.read(_note_name(path, about)).decode("ascii", "replace")
            if len(noted) == SHA256_DIGITS:
                return noted
            # If no entry has this size, the digest is not cached: the file need not be read to know that.
            if not read and not self.folder.knows_size(about.st_size):
                return None
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
        self._note(path, about, found, now)
        return found

    def _note(self, path: Path, about: os.stat_result, sha256: str, now: int) -> None:
        if about.st_size > SMALL:
            # A modification time that may occur again is no proof; the size alone is stored.
            certain = now - about.st_mtime_ns > TICK_NS
            self.folder.write(_note_name(path, about), sha256.encode() if certain else b"seen")


def _stamp(path: Path, about: os.stat_result) -> str:
    times = (about.st_size, about.st_mtime_ns, about.st_ctime_ns, about.st_ino, about.st_dev)
    return digest(os.path.realpath(path), repr(times))


def _note_name(path: Path, about: os.stat_result) -> str:
    return f"s-{about.st_size}-{_stamp(path, about)}"


MAGIC = b"ftlint1\n"
DIGEST_BYTES = 20
MOST_FINDINGS = 50_000


class CachedReport(msgspec.Struct):
    """The cached data of one file: its report, and the report of the run except its files."""

    key: str
    file: FileReport
    target: str | None
    model: str | None
    names: dict[str, str]
    pages: dict[str, str]
    notes: list[str]


@dataclass(slots=True)
class Cache:
    """The cached reports of one run's files."""

    sources: Sequence[Source]
    settings: Settings
    folder: CacheFolder
    found: list[CachedReport | None] = field(default_factory=list)
    """The cached entry of each source."""
    _contents: Contents = field(init=False)
    _run: str = field(init=False)

    def __post_init__(self) -> None:
        self._contents = Contents(self.folder)
        self._run = run_key(self.settings)
        keys = [self._key(known) for known in self._known()]
        self.found = [self._read(key) if key is not None else None for key in keys]

    @property
    def missing(self) -> list[int]:
        """The indices of the sources without a cached entry."""
        return [place for place, entry in enumerate(self.found) if entry is None]

    def joined(self, fresh: Report | None) -> Report:
        """The report of the run: cached file reports combined with the report of the other files."""
        entries = [entry for entry in self.found if entry is not None]
        pages = {code: page for entry in entries for code, page in entry.pages.items()}
        files = iter(fresh.files if fresh is not None else ())
        # What is not about a file is the same in all of them.
        common = fresh or entries[0]
        return Report(
            files=[entry.file if entry is not None else next(files) for entry in self.found],
            target=common.target,
            model=common.model,
            names=common.names,
            pages=dict(sorted({**pages, **common.pages}.items())),
            max_per_rule=self.settings.max_per_rule,
            notes=common.notes,
        )

    def keep(self, report: Report) -> None:
        """Store the reports of the files that were not cached."""
        if not self.folder.prepare():
            return
        for place, file in zip(self.missing, report.files, strict=True):
            self._contents.learn(self.sources[place], file.sha256)
        known = self._known(read=True)
        for place, file in zip(self.missing, report.files, strict=True):
            key = self._key(known[place])
            # A rule that raised may have been fixed since.
            if (
                key is not None
                and not file.failed
                and len(file.findings) + len(file.suppressed) <= MOST_FINDINGS
            ):
                codes = {tally.code for tally in file.tallies} | {gone.code for gone in file.suppressed}
                pages = {code: page for code, page in report.pages.items() if code in codes}
                self._write(
                    CachedReport(key, file, report.target, report.model, report.names, pages, report.notes)
                )
        self.folder.make_room()

    def _known(self, *, read: bool = False) -> list[list[str | None]]:
        """For each source a key of its name, its bytes, whether it is held out, and everything else that its
        report depends on.
        """
        reference, settings = partners(self.sources), self.settings
        out = known_holdouts(
            self.sources, settings.held_out, settings.against, settings.datasets, settings.root
        )
        known = []
        for source in self.sources:
            beside = [*settings.against, *reference.get(source.identity, ())]
            beside += settings.held_out.get(source.identity, ())
            if settings.baseline is not None:
                # Which finding uses an entry of the baseline depends on all files.
                beside += self.sources
            files = (source, *beside)
            parts = [
                part
                for entry in files
                for part in (entry.name, entry.identity, self._contents.of(entry, read))
            ]
            known.append(["held out" if source.identity in out else "", *parts])
        return known

    def _key(self, known: Sequence[str | None]) -> str | None:
        parts = [part for part in known if part is not None]
        return digest(self._run, *parts) if len(parts) == len(known) else None

    def _read(self, key: str) -> CachedReport | None:
        data = self.folder.read(f"r-{key}")
        start = len(MAGIC) + DIGEST_BYTES
        if data[:start] != MAGIC + _check_sum(data[start:]):
            return None
        try:
            entry = msgspec.msgpack.decode(data[start:], type=CachedReport, dec_hook=_counter)
        except (ValueError, TypeError):
            return None
        return entry if entry.key == key else None

    def _write(self, entry: CachedReport) -> None:
        # An unpaired surrogate in a path cannot be encoded; then nothing is stored.
        with contextlib.suppress(UnicodeEncodeError):
            data = msgspec.msgpack.encode(entry)
            self.folder.write(f"r-{entry.key}", MAGIC + _check_sum(data) + data)


def _check_sum(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def _counter(kind: Any, found: Any) -> Any:
    """A counter as a plain mapping."""
    if getattr(kind, "__origin__", kind) is not Counter:
        raise TypeError(f"no way to read {kind}")
    return Counter({Tally(*key) if isinstance(key, tuple) else key: n for key, n in found.items()})
