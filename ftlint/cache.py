"""Reports of files that did not change: kept by the content of the file and all that the report depends on.

Whatever is damaged, foreign or out of date is passed over, and where nothing can be written nothing is kept: a cache is
never a reason to fail.
"""

import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

from ftlint.cache_folder import CacheFolder, Contents
from ftlint.cache_key import digest, run_key
from ftlint.read import Source
from ftlint.result import FileReport, Report, Tally
from ftlint.settings import Settings
from ftlint.splits import known_held, partners

MAGIC = b"ftlint1\n"
DIGEST_BYTES = 20
MOST_FINDINGS = 50_000


class Kept(msgspec.Struct):
    """What is kept for one file: its report, and what the report of a run says beside those of its files."""

    key: str
    file: FileReport
    target: str | None
    model: str | None
    names: dict[str, str]
    pages: dict[str, str]
    notes: list[str]


@dataclass(slots=True)
class Cache:
    """The kept reports of one run's files."""

    sources: Sequence[Source]
    settings: Settings
    folder: CacheFolder
    found: list[Kept | None] = field(default_factory=list)
    """For each source what is kept of it."""
    _contents: Contents = field(init=False)
    _run: str = field(init=False)

    def __post_init__(self) -> None:
        self._contents = Contents(self.folder)
        self._run = run_key(self.settings)
        keys = [self._key(known) for known in self._known()]
        self.found = [self._read(key) if key is not None else None for key in keys]

    @property
    def missing(self) -> list[int]:
        """The places of the sources of which nothing is kept."""
        return [place for place, kept in enumerate(self.found) if kept is None]

    def joined(self, fresh: Report | None) -> Report:
        """The report of the run: what is kept, and between it the report of those files of which nothing was."""
        kept = [one for one in self.found if one is not None]
        pages = {code: page for one in kept for code, page in one.pages.items()}
        files = iter(fresh.files if fresh is not None else ())
        return Report(
            files=[one.file if one is not None else next(files) for one in self.found],
            target=fresh.target if fresh is not None else kept[0].target,
            model=fresh.model if fresh is not None else kept[0].model,
            names=fresh.names if fresh is not None else kept[0].names,
            pages=dict(sorted({**pages, **(fresh.pages if fresh is not None else {})}.items())),
            max_per_rule=self.settings.max_per_rule,
            notes=fresh.notes if fresh is not None else kept[0].notes,
        )

    def keep(self, report: Report) -> None:
        """Keep the report of the files that were missing."""
        if not self.folder.prepare():
            return
        for place, file in zip(self.missing, report.files, strict=True):
            self._contents.learn(self.sources[place], file.sha256)
        known = self._known(read=True)
        for place, file in zip(self.missing, report.files, strict=True):
            key = self._key(known[place])
            # A rule that raised may have been mended since.
            if (
                key is not None
                and not file.failed
                and len(file.findings) + len(file.suppressed) <= MOST_FINDINGS
            ):
                codes = {tally.code for tally in file.tallies} | {gone.code for gone in file.suppressed}
                pages = {code: page for code, page in report.pages.items() if code in codes}
                self._write(Kept(key, file, report.target, report.model, report.names, pages, report.notes))
        self.folder.make_room()

    def _known(self, *, read: bool = False) -> list[list[str | None]]:
        """For each source its name, its bytes, whether it is held out, and all else that its report depends on."""
        held, settings = partners(self.sources), self.settings
        out = known_held(self.sources, settings.held_out, settings.against, settings.datasets, settings.root)
        known = []
        for source in self.sources:
            beside = [*settings.against, *held.get(source.identity, ())]
            beside += settings.held_out.get(source.identity, ())
            if settings.baseline is not None:
                # Which finding uses up an entry of the baseline depends on all files.
                beside += self.sources
            files = (source, *beside)
            parts = [part for one in files for part in (one.name, one.identity, self._contents.of(one, read))]
            known.append(["held out" if source.identity in out else "", *parts])
        return known

    def _key(self, known: Sequence[str | None]) -> str | None:
        parts = [part for part in known if part is not None]
        return digest(self._run, *parts) if len(parts) == len(known) else None

    def _read(self, key: str) -> Kept | None:
        data = self.folder.read(f"r-{key}")
        start = len(MAGIC) + DIGEST_BYTES
        if data[:start] != MAGIC + _check_sum(data[start:]):
            return None
        try:
            kept = msgspec.msgpack.decode(data[start:], type=Kept, dec_hook=_counter)
        except (ValueError, TypeError):
            return None
        return kept if kept.key == key else None

    def _write(self, kept: Kept) -> None:
        # Half a surrogate pair in a path cannot be written down; then it is not.
        with contextlib.suppress(UnicodeEncodeError):
            data = msgspec.msgpack.encode(kept)
            self.folder.write(f"r-{kept.key}", MAGIC + _check_sum(data) + data)


def _check_sum(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


def _counter(kind: Any, found: Any) -> Any:
    """A counter of what was written as a plain mapping."""
    if getattr(kind, "__origin__", kind) is not Counter:
        raise TypeError(f"no way to read {kind}")
    return Counter({Tally(*key) if isinstance(key, tuple) else key: n for key, n in found.items()})
