"""One file converted in parts by workers: all parts are looked at, the shape is chosen, and each is written alone.

JSON lines are written by the workers. What goes into a table or one JSON array comes back as records, which one writer
takes in the order of the file: it has to know all of them.
"""

import pickle
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ftlint.converting.errand import Glanced, Turned, Turning, glance_at_part, in_lines, turn_part
from ftlint.converting.run import Converting, Files
from ftlint.in_parts.errand import given_settings
from ftlint.in_parts.files import shelf
from ftlint.in_parts.folder import add_part, is_folder
from ftlint.in_parts.in_order import in_order
from ftlint.output.spool import entries_of
from ftlint.partial import Partial
from ftlint.partial_bytes import from_bytes
from ftlint.read import Reading, open_reading
from ftlint.read.part import Part
from ftlint.run import check_columns
from ftlint.settings import Settings
from ftlint.workers import Given, Workers, part_bytes, size_of

Advance = Callable[[int], None]


@dataclass(slots=True)
class ConvertingInParts:
    """One file of which parts are out. ``parts`` are numbered as soon as those before them are back."""

    work: Converting
    workers: Workers
    settings: Settings
    given: Given
    reading: Reading
    parts: list[Part]
    hashes: list[str] = field(default_factory=list)

    def look(self, advance: Advance) -> None:
        """The first pass, and what it leads to."""
        begun, whole = self.work.conversion, Partial()
        found = begun.no_glance()
        wish, source = self.work.wish, self.work.source
        pieces = [Turning(source, self.given, wish, part) for part in self.parts]
        for told in in_order(self.workers.each(glance_at_part, pieces), _glanced):
            self.parts[len(self.hashes)] = self.parts[len(self.hashes)].after(whole.rows, whole.lines)
            self.hashes.append(told.sha256)
            told.glance.left_behind = from_bytes(told.left_behind)
            begun.join(whole, found, from_bytes(told.partial), told.glance)
            advance(self.reading.bytes // len(self.parts))
        self._check_unchanged()
        begun.learn(whole, found, self.settings)

    def write(self, path: Path, files: Files) -> None:
        """The second pass: parts are written beside the new file at ``path``, and put together in order."""
        begun, work = self.work.conversion, self.work
        kinds = ["out", *(["rejects"] if files.rejects else []), *(["lost"] if files.lost else [])]
        with ExitStack() as stack:
            own = stack.enter_context(shelf(path.resolve().parent, self.workers, stays=is_folder(path)))
            manner = begun.manner
            pieces = (
                Turning(
                    work.source,
                    self.given,
                    work.wish,
                    part,
                    sha256,
                    manner.shape.name,
                    manner.dress,
                    own,
                    kinds,
                )
                for part, sha256 in zip(self.parts, self.hashes, strict=True)
            )

            def land(told: bytes) -> Turned:
                turned: Turned = pickle.loads(told)
                turned.files = {kind: own.keep(laid) for kind, laid in turned.files.items()}
                return turned

            for turned in in_order(self.workers.each(turn_part, pieces), land):
                self._add(turned, files)
            self._check_unchanged()

    def _add(self, turned: Turned, files: Files) -> None:
        """Add what was made of the next part."""
        begun = self.work.conversion
        begun.account.join(turned.account)
        begun.log.fixed.update(turned.fixed)
        begun.log.failures.update(turned.failures)
        if begun.fitting is not None:
            begun.fitting.fixed.update(turned.fitted)
        self.work.seen.join(turned.fields)
        for kind, out in (("rejects", files.rejects), ("lost", files.lost)):
            if out is not None:
                turned.files[kind].pour(out)
        if in_lines(self.work.wish):
            add_part(turned.files["out"], files.raw)
            return
        with turned.files["out"].opened() as entries:
            for entry in entries_of(entries):
                files.out.add(entry)

    def _check_unchanged(self) -> None:
        self.reading.check_unchanged()


def converting_in_parts(work: Converting, settings: Settings, workers: Workers) -> ConvertingInParts:
    """A file that is about to be converted in parts."""
    begun = work.conversion
    reading = open_reading(work.source, begun.read)
    check_columns(begun.plan, reading.columns)
    step = part_bytes(settings.staff, workers, size_of([work.source]))
    return ConvertingInParts(
        work, workers, settings, given_settings(settings, workers), reading, reading.parts(step)
    )


def _glanced(told: bytes) -> Glanced:
    glanced: Glanced = pickle.loads(told)
    return glanced
