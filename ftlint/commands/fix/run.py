"""The fixing run: a dry run that fixes and observes, a pass that fixes and writes, then a check."""

import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from ftlint.commands.fix.output import STDOUT, OutputOptions, output_path_for, validate_output
from ftlint.commands.fix.plan import FixPlan, checking_settings, fix_plan, fix_plan_for
from ftlint.commands.fix.report import (
    FixedFile,
    diff_report,
    finish_fix_report,
    recheck_source,
    why_refused,
)
from ftlint.commands.fix.step import Apply, FixCounts, Observe, plan_fixes
from ftlint.config.settings import Settings
from ftlint.engine.check import check_sources
from ftlint.engine.file_report import report_of
from ftlint.engine.handle import Handle, broadcast_settings
from ftlint.engine.inline_check import HashedFile
from ftlint.engine.pipeline import FilePass, Outputs, Progress, Sink, describe_source, no_progress, run_step
from ftlint.engine.plan import make_plan
from ftlint.engine.reference import ReferenceData
from ftlint.engine.scan import Plan
from ftlint.engine.suppress import apply_suppressions, without_finding_limit
from ftlint.engine.verdicts import send_verdicts
from ftlint.execution.choose import make_executor, part_bytes, size_of
from ftlint.execution.executor import Executor
from ftlint.execution.part_folder import PartFolder, is_folder, parts_in
from ftlint.execution.sinks import FileSink
from ftlint.io.container import split_name
from ftlint.io.source import Source
from ftlint.io.write.atomic import NothingToWrite, free_name, replacing, to_stdout
from ftlint.io.write.lost import lost_file, lost_path
from ftlint.result import FileReport, Report


def fix_files(
    sources: Sequence[Source], settings: Settings, options: OutputOptions, advance: Progress = no_progress
) -> Report:
    """Fix every file on its own. Raises UsageError before anything is written if the output is impossible.

    A file that was not read in full is left unchanged, and its report gives the reason (``refused``).
    """
    started = time.perf_counter()
    plan = without_finding_limit(make_plan(settings), settings)
    validate_output(sources, options)
    with ExitStack() as stack:
        rejects = (
            stack.enter_context(replacing(options.rejects)) if options.rejects and not options.diff else None
        )
        files = _fix_all(sources, plan, settings, options, rejects, advance)
        if rejects is not None and all(file.refused for file in files):
            raise NothingToWrite
    for file in files:
        file.rejects = str(options.rejects) if rejects is not None and not file.refused else None
    report = report_of(files, plan, settings, time.perf_counter() - started)
    report.fixing = True
    if not options.diff:
        apply_suppressions(
            report, [_remaining_source(*pair) for pair in zip(files, sources, strict=True)], plan, settings
        )
    return report


def _fix_all(
    sources: Sequence[Source],
    plan: Plan,
    settings: Settings,
    options: OutputOptions,
    rejects: IO[bytes] | None,
    advance: Progress,
) -> list[FileReport]:
    with make_executor(settings.staff, size_of(sources)) as executor:
        against = ReferenceData(sources, plan, settings, executor)
        files: list[FileReport] = []
        # A file that is overwritten may be reference data for the next one.
        for some in [[source] for source in sources] if options.in_place else [sources]:
            plans = [against.plan_for(source) for source in some]
            files += _FixRun(settings, options, rejects, executor, advance).fix(some, plans)
        return files


def _remaining_source(file: FileReport, source: Source) -> Source:
    """The file whose findings can be displayed; for standard output only the source is available."""
    if file.written is None or file.written == str(STDOUT):
        return source
    written = Path(file.written)
    return parts_in(written) if is_folder(written) else Source(file.path, written, None)


class _FixRun:
    """Options that all files of a fix share."""

    def __init__(
        self,
        settings: Settings,
        goal: OutputOptions,
        rejects: IO[bytes] | None,
        executor: Executor,
        progress: Progress,
    ) -> None:
        self.settings, self.goal, self.rejects = settings, goal, rejects
        self.executor, self.progress = executor, progress
        self.in_folder = goal.output is not None and is_folder(goal.output)
        self.blob = broadcast_settings(settings, executor)
        self.keeps_lost = goal.keep_lost and goal.output != STDOUT
        also = [("rejects", rejects is not None), ("lost", self.keeps_lost)]
        self.names = () if goal.diff else ("out", *(name for name, wanted in also if wanted))

    def fix(self, sources: Sequence[Source], plans: Sequence[Plan]) -> list[FileReport]:
        """Fix files, and report on them."""
        config, options = self.settings.staff, self.goal
        size = part_bytes(config, self.executor, size_of(sources), always_split=self.in_folder)
        handles = [self._handle(plan) for plan in plans]
        passes = [
            FilePass(
                step=Observe(handle, options.diff),
                source=source,
                read=handle.get().heal,
                hashes=bool(options.diff),
            )
            for source, handle in zip(sources, handles, strict=True)
        ]
        files: list[FixedFile] = []
        applying: list[tuple[FixedFile, Apply]] = []
        whys: list[str | None] = []
        for observed, handle in zip(
            run_step(passes, self.executor, size, self.progress), handles, strict=True
        ):
            file = FixedFile(observed.source, handle.get(), observed)
            files.append(file)
            whys.append(why_refused(file, options))
            if whys[-1] is None:
                applying.append((file, self._apply(file, handle)))
        fixes = [file for file, _ in applying]
        fixed = iter(self._dry_run(applying) if options.diff else self._written(applying) if fixes else [])
        return [
            next(fixed) if why is None else self._refused(file, why)
            for file, why in zip(files, whys, strict=True)
        ]

    def _handle(self, plan: Plan) -> Handle[FixPlan]:
        reference = self.executor.broadcast(dict(plan.reference_frames)) if plan.reference_frames else None
        codes, unsafe = frozenset(rule.code for rule in plan.rules), self.goal.unsafe
        fixes = fix_plan(plan, self.settings, unsafe=unsafe)
        return Handle(fix_plan_for, (self.blob, codes, reference, unsafe), fixes)

    def _apply(self, file: FixedFile, handle: Handle[FixPlan]) -> Apply:
        """The second pass, after the dataset rules have concluded."""
        sent = send_verdicts(plan_fixes(file.observed, file.wanted), self.executor)
        state = file.observed.state
        healed = array("Q", sorted(state.healed_rows))
        return Apply(
            handle,
            file.source.name,
            sent,
            healed,
            state.touched,
            self.goal.diff,
            self.names,
            self._checks(file),
        )

    def _checks(self, file: FixedFile) -> bool:
        """Whether the new file is checked while it is written: one file whose lines are not compressed."""
        if self.goal.diff or self.in_folder:
            return False
        path = file.source.path if self.goal.in_place else self.goal.output
        return path in (None, STDOUT) or split_name(path.name) == ("jsonl", None)

    def _dry_run(self, applying: Sequence[tuple[FixedFile, Apply]]) -> list[FileReport]:
        """The second pass of a run that writes nothing."""
        passes = (self._pass(file, step) for file, step in applying)
        for (file, _), result in zip(applying, run_step(passes, self.executor), strict=True):
            file.add(result.state)
        return [diff_report(file) for file, _ in applying]

    def _written(self, applying: Sequence[tuple[FixedFile, Apply]]) -> list[FileReport]:
        """The second pass, and the check of its output."""
        with ExitStack() as stack:
            staged = self.in_folder or not self.executor.in_process
            passes = []
            for file, step in applying:
                one = self._pass(file, step)
                one.open_outputs, one.stays = partial(self._outputs, file, stack), self.in_folder
                if staged:
                    one.folder = output_path_for(file.source, self.goal, stack).resolve().parent
                passes.append(one)
            for _ in run_step(passes, self.executor):
                pass
            return self._checked([file for file, _ in applying])

    def _pass(self, file: FixedFile, step: Apply) -> FilePass[FixCounts]:
        return FilePass(step=step, source=file.source, read=file.wanted.heal, before=file.observed)

    @contextmanager
    def _outputs(self, file: FixedFile, stack: ExitStack) -> Iterator[Outputs]:
        """The outputs: the new file, and the rejected rows."""
        # Only now: a file written before may have taken the name.
        path = output_path_for(file.source, self.goal, stack)
        with ExitStack() as opened:
            outputs = Outputs()
            if self.keeps_lost:
                file.lost = self._lost_path(path)
                outputs.sinks["lost"] = FileSink(opened.enter_context(lost_file(file.lost)))
            # Entered last: NothingToWrite ends here.
            outputs.sinks["out"] = opened.enter_context(self._new(file, path))
            if self.rejects is not None:
                outputs.sinks["rejects"] = FileSink(self.rejects)
            yield outputs
            if outputs.result is not None:
                file.add(outputs.result.state)
            if file.is_unchanged(self.goal):
                raise NothingToWrite
            file.path = path

    def _lost_path(self, path: Path) -> Path:
        """The file of removed values; with ``--in-place`` one that does not exist yet."""
        beside = lost_path(path.parent if is_folder(path) else path)
        return free_name(beside) if self.goal.in_place else beside

    @contextmanager
    def _new(self, file: FixedFile, path: Path) -> Iterator[Sink]:
        """The new file, or the folder of its parts."""
        source = file.source
        if is_folder(path):
            about = describe_source(source, self.executor)
            with PartFolder(path, fixed=source.name, source=about) as folder:
                yield folder
        else:
            with replacing(path, mode_of=source.local) as out:
                file.written = HashedFile(out)
                yield FileSink(file.written)

    def _checked(self, files: Sequence[FixedFile]) -> list[FileReport]:
        """The reports of the written files; those that were not checked while they were written are read again."""
        known = [file.report() for file in files]
        unknown = [file for file, report in zip(files, known, strict=True) if report is None]
        settings = [checking_settings(file.wanted.whole, self.settings) for file in unknown]
        plans = [file.wanted.checking for file in unknown]
        sources = [recheck_source(file) for file in unknown]
        read = iter(check_sources(sources, plans, settings[0], self.executor) if unknown else ())
        reports = [report or next(read) for report in known]
        for file, report in zip(files, reports, strict=True):
            finish_fix_report(file, report)
            if self.goal.output == STDOUT and file.path is not None:
                to_stdout(file.path)
                report.path = report.written = "-"
        return reports

    def _refused(self, file: FixedFile, why: str) -> FileReport:
        """The report of the unchanged file, with the reason for refusing it."""
        (report,) = check_sources([file.source], [file.wanted.whole], self.settings, self.executor)
        report.refused = why
        report.notes.append(why)
        return report
