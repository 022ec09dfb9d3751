"""One version of a dataset: its findings, its figures, and what its examples are known by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ftlint._polars import pl
from ftlint.analysis import near_duplicates
from ftlint.batch.batch import Batch
from ftlint.batch.digest import stable_digests
from ftlint.commands.check.run import check_files
from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.run import BLOCK_BYTES, stats
from ftlint.commands.stats.survey import StatsState
from ftlint.config.settings import Settings
from ftlint.engine.excerpts import Said, excerpts
from ftlint.engine.passes import Advance, Visit, first_pass
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.engine.state import ScanState
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.result import Report

if TYPE_CHECKING:
    from polars import DataFrame

MOST_KEPT = 20_000
"""Findings of a rule that are told apart; of more only the totals are compared."""
MOST_OF_A_TEXT = 4_000
EMPTY = {"digest": "UInt64", "prompt": "UInt64", "row": "UInt64", "line": "UInt64", "file": "UInt32"}


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """What one side of a comparison is. ``examples`` has a row per record: digest, prompt, row, line, file."""

    sources: Sequence[Source]
    plan: Plan
    read: ReadOptions
    report: Report
    stats: Stats
    examples: "DataFrame"

    @property
    def figures(self) -> Figures:
        """The figures of all files together."""
        return self.stats.all

    def place(self, at: int) -> tuple[str, int, int]:
        """File, row and line of an example."""
        file, row, line = self.examples.select("file", "row", "line").row(at)
        return self.sources[file].name, row, line

    def said(self, places: Iterable[int]) -> dict[int, list[Said]]:
        """What some examples say, shortened."""
        found: dict[int, list[Said]] = {}
        for file, rows in self._by_file(places).items():
            asked: dict[int, Sequence[str]] = dict.fromkeys(rows, ())
            told = excerpts(self.sources[file], asked, self.plan, self.read, MOST_OF_A_TEXT, whole=True)
            found |= {rows[row]: said for row, said in told.items()}
        return found

    def sketches(self, places: Iterable[int]) -> "DataFrame":
        """The shingles of some examples, by ``place``."""
        frames = []
        for file, rows in self._by_file(places).items():
            for batch in self._batches(file, rows):
                found = near_duplicates.shingle_sets(batch)
                mine = pl.Series([rows[row] for row in found["row"]], dtype=pl.UInt32)
                frames.append(found.with_columns(place=mine))
        return pl.concat(frames) if frames else pl.DataFrame()

    def _batches(self, file: int, rows: Mapping[int, int]) -> Iterable[Batch]:
        for block in open_reader(self.sources[file], self.read).blocks():
            places = [k for k, row in enumerate(block.rows) if row in rows]
            if places:
                yield Batch(
                    [block.records[k] for k in places],
                    [block.rows[k] for k in places],
                    [block.lines[k] for k in places],
                    self.plan.record_reader,
                    self.plan.context,
                )

    def _by_file(self, places: Iterable[int]) -> dict[int, dict[int, int]]:
        chosen = sorted(set(places))
        by_file: dict[int, dict[int, int]] = {}
        rows = self.examples.select("file", "row")[chosen].rows() if chosen else []
        for place, (file, row) in zip(chosen, rows, strict=True):
            by_file.setdefault(file, {})[row] = place
        return by_file


def version_of(sources: Sequence[Source], settings: Settings, advance: Advance) -> DatasetVersion:
    """Check and count one version."""
    told = replace(settings, fingerprints=True, max_per_rule=MOST_KEPT)
    report = check_files(sources, told, advance)
    plan = make_plan(settings)
    read = replace(
        settings.read,
        block_bytes=min(settings.read.block_bytes, BLOCK_BYTES),
        heal=frozenset(),
        keep_raw=False,
    )
    frames: list[DataFrame] = []
    surveys: list[StatsState] = []
    files: list[Figures] = []
    for number, source in enumerate(sources):
        survey = StatsState(plan.context)
        seen = first_pass(source, replace(plan, rules={}), read, _visit(survey, frames, number), advance)
        surveys.append(survey)
        name, rows = seen.source.name, seen.partial.rows
        files.append(
            conclude(survey, CostOptions(), name=name, container=seen.container, size=seen.bytes, rows=rows)
        )
    schema = {name: getattr(pl, kind) for name, kind in EMPTY.items()}
    examples = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    return DatasetVersion(
        sources, plan, read, report, stats(files, surveys, plan.context, CostOptions()), examples
    )


def _visit(survey: StatsState, frames: "list[DataFrame]", number: int) -> Visit:
    def visit(block: RecordBlock, batch: Batch, partial: ScanState) -> None:
        del block, partial
        survey.see(batch)
        if len(batch):
            found = stable_digests(batch)
            lines = pl.Series(batch.lines, dtype=pl.UInt64)
            frames.append(
                found.select("digest", "prompt", "row", line=lines, file=pl.lit(number, dtype=pl.UInt32))
            )

    return visit
