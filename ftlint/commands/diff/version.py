"""One version of a dataset: its findings, its figures, and the digests of its examples."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field, structs

from ftlint._polars import pl
from ftlint.analysis import near_duplicates
from ftlint.batch.batch import Batch
from ftlint.batch.digest import stable_digests
from ftlint.commands.check.run import check_files
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.run import figures_of, reading_of, stats
from ftlint.commands.stats.survey import StatsState
from ftlint.config.settings import Settings
from ftlint.engine.excerpts import Said, excerpts
from ftlint.engine.handle import PlanStep, broadcast_settings, plan_handle
from ftlint.engine.pipeline import FilePass, PassResult, Progress, run_step
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.engine.state import shifted
from ftlint.execution.choose import make_executor, part_bytes, size_of
from ftlint.io.block import ReadOptions, RecordBlock
from ftlint.io.reader import open_reader
from ftlint.io.source import Source
from ftlint.result import Report

if TYPE_CHECKING:
    from polars import DataFrame

MOST_KEPT = 20_000
"""Limit of findings of a rule that are compared; beyond it only the totals are."""
MOST_OF_A_TEXT = 4_000
EMPTY = {"digest": "UInt64", "prompt": "UInt64", "row": "UInt64", "line": "UInt64", "file": "UInt32"}


class DatasetVersion(Struct, frozen=True):
    """One version of a comparison. ``examples`` has a row per record: digest, prompt, row, line, file."""

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

    def text_of(self, places: Iterable[int]) -> dict[int, list[Said]]:
        """The shortened texts of some examples."""
        found: dict[int, list[Said]] = {}
        for file, rows in self._by_file(places).items():
            asked: dict[int, Sequence[str]] = dict.fromkeys(rows, ())
            texts = excerpts(self.sources[file], asked, self.plan, self.read, MOST_OF_A_TEXT, whole=True)
            found |= {rows[row]: said for row, said in texts.items()}
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


def version_of(sources: Sequence[Source], settings: Settings, advance: Progress) -> DatasetVersion:
    """Check and count one version."""
    options = replace(settings, fingerprints=True, max_per_rule=MOST_KEPT)
    report = check_files(sources, options, advance)
    plan = make_plan(settings)
    read = reading_of(settings)
    results = list(_counted(sources, plan, read, settings, advance))
    surveys = [result.state.survey for result in results]
    files = [figures_of(result, result.state.survey, CostOptions()) for result in results]
    frames = [
        frame.with_columns(file=pl.lit(number, dtype=pl.UInt32))
        for number, result in enumerate(results)
        for frame in result.state.digests
    ]
    schema = {name: getattr(pl, kind) for name, kind in EMPTY.items()}
    examples = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    return DatasetVersion(
        sources, plan, read, report, stats(files, surveys, plan.context, CostOptions()), examples
    )


class CountState(Struct):
    """The figures of a file, and the digests of its examples."""

    survey: StatsState
    digests: "list[DataFrame]" = field(default_factory=list)

    def merge(self, other: "CountState", rows: int, lines: int, /) -> None:
        """Merge the state of the next part of the file."""
        self.survey.merge(other.survey, rows, lines)
        self.digests += [shifted(frame, rows, lines) for frame in other.digests]


@dataclass(frozen=True, slots=True)
class CountAndDigest(PlanStep[CountState]):
    """Count a file, and compute the digest of every example."""

    def start(self) -> CountState:
        """Nothing counted."""
        return CountState(StatsState(self.plan.context))

    def visit(self, block: RecordBlock, batch: Batch, state: CountState, outputs: Mapping[str, Any]) -> None:
        """Count a batch."""
        state.survey.observe(batch)
        if len(batch):
            lines = pl.Series(batch.lines, dtype=pl.UInt64)
            state.digests.append(stable_digests(batch).select("digest", "prompt", "row", line=lines))


def _counted(
    sources: Sequence[Source], plan: Plan, read: ReadOptions, settings: Settings, advance: Progress
) -> Iterator[PassResult[CountState]]:
    with make_executor(settings.staff, size_of(sources)) as executor:
        blob = broadcast_settings(settings, executor)
        step = CountAndDigest(plan_handle(structs.replace(plan, rules={}), blob, executor))
        passes = (FilePass(step=step, source=source, read=read) for source in sources)
        yield from run_step(passes, executor, part_bytes(settings.staff, executor, size_of(sources)), advance)
