"""Convert one file: a pass that profiles it, a pass that writes it in the new shape, then a check."""

import io
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

from msgspec import Struct

from ftlint.commands.convert.conversion import Conversion, conversion, resolve_target
from ftlint.commands.convert.step import (
    Convert,
    Converted,
    Profile,
    checking_plan_for,
    checking_settings,
    conversion_for_parts,
)
from ftlint.commands.fix.output import STDOUT
from ftlint.config.settings import Settings
from ftlint.engine.check import check_sources
from ftlint.engine.file_report import add_failures, report_of
from ftlint.engine.handle import Handle, broadcast_settings
from ftlint.engine.inline_check import HashedFile
from ftlint.engine.pipeline import FilePass, Outputs, Progress, describe_source, no_progress, run_alone
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.engine.source_findings import merge_source_findings
from ftlint.engine.suppress import for_training
from ftlint.errors import UsageError
from ftlint.execution.choose import make_executor, part_bytes, size_of
from ftlint.execution.executor import Executor
from ftlint.execution.part_folder import PartFolder, check_folder, is_folder, parts_in
from ftlint.execution.sinks import EntrySink, FileSink
from ftlint.io.container import split_name
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing, to_stdout, validate_output_path
from ftlint.io.write.lost import lost_file, lost_path
from ftlint.io.write.rejects import Reject, write_rejects
from ftlint.io.write.writer import Writer, container_of, writer_for
from ftlint.result import FileReport, Report
from ftlint.targets.target import Target
from ftlint.targets.trainer_config import check_trainer_config, trainer_config
from ftlint.targets.written_file import NoTrainerConfig, WrittenFile

# Measured: unless rows are plain, every record is rebuilt as a Python object, so that a byte takes this much longer
# than in a check.
SLOWDOWN = 3


class ConvertOptions(Struct, frozen=True, kw_only=True):
    """The target or shape of the conversion, and its output. ``to`` is a target or a shape."""

    to: str
    output: Path
    overwrite: bool = False
    rejects: Path | None = None
    keep_lost: bool = True
    keep_endings: bool = False
    system: str | None = None
    recipe: bool = False
    """Whether to describe how the target's trainer is configured for the file."""

    @property
    def lost(self) -> Path | None:
        """The file next to the new one with lost values."""
        if not self.keep_lost or self.output == STDOUT:
            return None
        beside = self.output.parent if is_folder(self.output) else self.output
        return lost_path(beside)


def convert_file(
    source: Source, settings: Settings, options: ConvertOptions, advance: Progress = no_progress
) -> Report:
    """Convert one file and check the result.

    Raises UsageError if it cannot be converted, or if no record can; then nothing is written.
    """
    started = time.perf_counter()
    settings = for_training(settings)
    shape, target = resolve_target(options.to)
    _check(source, target, options)
    begun = conversion(
        source, settings, shape, target, system=options.system, keep_endings=options.keep_endings
    )
    with ExitStack() as stack:
        executor = stack.enter_context(make_executor(settings.staff, SLOWDOWN * size_of([source])))
        conversion_run = _Converting(source, begun, options, settings, executor)
        path = options.output
        if path == STDOUT:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ftlint-"))
            path = Path(folder) / "converted.jsonl"
        conversion_run.convert(path, advance)
        report, checked = conversion_run.checked(path)
        if options.output == STDOUT:
            to_stdout(path)
            report.path = report.written = "-"
    result = report_of([report], checked, settings, time.perf_counter() - started)
    result.fixing = True
    return result


class _Converting:
    """The conversion of one file."""

    def __init__(
        self,
        source: Source,
        begun: Conversion,
        options: ConvertOptions,
        settings: Settings,
        executor: Executor,
    ) -> None:
        self.source, self.begun, self.options = source, begun, options
        self.settings, self.executor = settings, executor
        blob = broadcast_settings(settings, executor)
        arguments = (blob, options.to, options.system, options.keep_endings)
        self.handle = Handle(conversion_for_parts, arguments, begun)
        self.checked_with = checking_settings(settings, options.to)
        self.checking = Handle(checking_plan_for, (blob, options.to), make_plan(self.checked_with))
        self.written: HashedFile | None = None
        """The new file, if it is checked while it is written."""
        self.done = Converted()
        self.notes: list[str] = []
        """Notes on the container."""

    def convert(self, path: Path, progress: Progress) -> None:
        """Both passes."""
        source, read, options = self.source, self.begun.read, self.options
        in_folder = is_folder(path)
        size = part_bytes(self.settings.staff, self.executor, size_of([source]), always_split=in_folder)
        first = FilePass(step=Profile(self.handle, read), source=source, read=read)
        profiled = run_alone(first, self.executor, size, progress)
        self.begun.resolve(profiled.state.scan, profiled.state.glance, self.settings)
        beside = {"rejects": options.rejects, "lost": options.lost}
        step = Convert(
            self.handle,
            source.name,
            self.begun.rewrite_options.shape.name,
            self.begun.rewrite_options.dress,
            in_lines=container_of(path) == "jsonl",
            recipe=options.recipe,
            outputs=("out", *(name for name, goal in beside.items() if goal is not None)),
            checking=self.checking if _is_plain(path) else None,
        )
        if in_folder:
            path.parent.mkdir(exist_ok=True)
        second = FilePass(
            step=step,
            source=source,
            read=read,
            before=profiled,
            open_outputs=lambda: self._outputs(path, beside),
            folder=path.resolve().parent,
            stays=in_folder,
        )
        run_alone(second, self.executor)

    @contextmanager
    def _outputs(self, path: Path, beside: Mapping[str, Path | None]) -> Iterator[Outputs]:
        """The outputs: the new file, the rejected rows, and the lost values of the others."""
        with ExitStack() as stack:
            # Output into a folder is joined as it is.
            writer: Writer = writer_for(path, io.BytesIO())
            outputs = Outputs()
            if is_folder(path):
                about = describe_source(self.source, self.executor)
                folder = PartFolder(path, converted=self.source.name, to=self.options.to, source=about)
                outputs.sinks["out"] = stack.enter_context(folder)
            else:
                out: Any = stack.enter_context(replacing(path))
                if _is_plain(path):
                    out = self.written = HashedFile(out)
                writer = writer_for(path, out)
                outputs.sinks["out"] = FileSink(out) if container_of(path) == "jsonl" else EntrySink(writer)
            files = {
                name: stack.enter_context((lost_file if name == "lost" else replacing)(goal))
                for name, goal in beside.items()
                if goal is not None
            }
            outputs.sinks |= {name: FileSink(file) for name, file in files.items()}
            yield outputs
            if outputs.result is not None:
                self._take(outputs.result.state)
            self._finish(writer, files.get("rejects"))
            # Raised here, nothing of what is open becomes a file.
            self._require_records()

    def _take(self, done: Converted) -> None:
        """Store the result of the pass."""
        self.done = done
        self.begun.account.merge(done.account)

    def _finish(self, writer: Writer, rejects: IO[bytes] | None) -> None:
        """Write the remaining output, and count the records that cannot be converted."""
        account = self.begun.account
        for refused in writer.finish():
            entry = refused.entry
            counted, record = entry.about
            account.not_carried(counted)
            account.refuse(refused.reason, entry.line)
            if rejects is not None:
                reject = Reject(entry.line, entry.row, "convert", record)
                write_rejects(rejects, self.source.name, [reject])
        self.notes = writer.notes

    def _require_records(self) -> None:
        """Raise UsageError if no record was converted."""
        account, source = self.begun.account, self.source.name
        if not account.written.total():
            why = "; ".join(account.troubles(self.begun.description, None, source)) or "there is no record"
            raise UsageError(f"{source}: no record can be converted, so nothing is written; {why}")

    def checked(self, path: Path) -> tuple[FileReport, Plan]:
        """The report of the new file, checked for its target, with the account of the conversion as notes."""
        begun, done = self.begun, self.done
        plan = self.checking.get()
        source = parts_in(path) if is_folder(path) else Source(str(path), path, None)
        known = None
        if self.written is not None and done.checker is not None:
            known = self.written.report(source, done.checker, plan)
        report = known or check_sources([source], [plan], self.checked_with, self.executor)[0]
        account = begun.account
        report.written = str(path)
        report.kept, report.changed = account.written.total(), account.changed
        report.dropped = Counter(account.unread)
        if account.refused:
            report.dropped["convert"] = account.refused.total()
        report.read = report.kept - (account.examples - account.split) + report.dropped.total()
        report.fixed = begun.healed + done.fixed + done.fitted
        merge_source_findings(report, self.source, begun.left_behind, begun.whole)
        add_failures(report, self.source, begun.whole, done.failures)
        marks = begun.rewrite_options.dress.account() if begun.rewrite_options.dress is not None else None
        notes = [*([marks] if marks else []), *begun.split_notes, *self.notes]
        report.notes += account.notes(begun.description, self.options.lost, self.source.name, notes)
        if self.options.recipe:
            try:
                own = WrittenFile(path, begun.rewrite_options.shape.name, done.fields.fields)
                report.recipe = trainer_config(self.options.to, own)
            except NoTrainerConfig as error:
                report.notes.append(f"no recipe: {error}")
        return report, plan


def _is_plain(path: Path) -> bool:
    """Whether a new file is one of lines that are not compressed."""
    return not is_folder(path) and split_name(path.name) == ("jsonl", None)


def _check(source: Source, target: Target | None, options: ConvertOptions) -> None:
    inputs = [source.path] if source.path else []
    if options.recipe and not is_folder(options.output):
        check_trainer_config(options.to, None if options.output == STDOUT else options.output)
    if is_folder(options.output):
        check_folder(options.output, overwrite=options.overwrite)
        if options.recipe:
            raise UsageError("--recipe is for one file; name one with -o")
    elif options.output != STDOUT:
        container_of(options.output)
        validate_output_path(options.output, inputs, overwrite=options.overwrite)
    for beside in (options.rejects, options.lost):
        if beside is not None:
            validate_output_path(beside, inputs, overwrite=options.overwrite)
