"""Where a fix writes, and which files it must not overwrite."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from ftlint.errors import UsageError
from ftlint.execution.part_folder import check_folder, is_folder
from ftlint.io.container import split_name
from ftlint.io.source import Source
from ftlint.io.write.atomic import (
    free_name,
    is_line_name,
    named_after,
    validate_output_path,
)

STDOUT = Path("-")


class OutputOptions(Struct, frozen=True, kw_only=True):
    """Where a fixing run writes. Neither ``output`` nor ``in_place``: next to the input, as ``…_fixed.jsonl``."""

    output: Path | None = None
    in_place: bool = False
    overwrite: bool = False
    rejects: Path | None = None
    keep_lost: bool = True
    """Whether values that fixes remove are stored in a file next to the new one."""
    unsafe: bool = False
    diff: int = 0
    """Write nothing; store this many changes for display."""


def validate_output(sources: Sequence[Source], options: OutputOptions) -> None:
    """Refuse, before anything is read, an output that is impossible or would destroy something."""
    if options.diff:
        return
    inputs = [source.path for source in sources if source.path is not None]
    if options.output is not None and len(sources) != 1:
        raise UsageError(
            f"-o takes one input, not {len(sources)}; without it each file gets its own …_fixed.jsonl"
        )
    if options.output is not None and options.in_place:
        raise UsageError("-o and --in-place say two different things; choose one")
    if options.output is not None and is_folder(options.output):
        check_folder(options.output, overwrite=options.overwrite)
    elif options.output is not None and options.output != STDOUT:
        if split_name(options.output.name)[0] not in (None, "jsonl"):
            raise UsageError(
                f"-o {options.output}: --fix writes JSON lines, so name it .jsonl; ftlint convert writes others"
            )
        validate_output_path(options.output, inputs, overwrite=options.overwrite)
    if options.rejects is not None:
        validate_output_path(options.rejects, inputs, overwrite=options.overwrite)
    for source in sources if options.in_place else ():
        if source.remote is not None:
            raise UsageError(f"{source.name}: --in-place writes to this machine only; give -o FILE")
        if source.path is None or source.is_stdin:
            raise UsageError("--in-place needs a file, not standard input; use -o")
        if not is_line_name(source.path):
            raise UsageError(
                f"{source.name}: --in-place writes JSON lines; for other files use -o NAME.jsonl"
            )


def output_path_for(source: Source, options: OutputOptions, stack: ExitStack) -> Path:
    """The file to write for one source; output for standard output is written to a temporary file first."""
    if options.in_place and source.path is not None:
        return source.path
    if options.output == STDOUT:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ftlint-"))
        return Path(folder) / "fixed.jsonl"
    if options.output is not None:
        if is_folder(options.output):
            options.output.parent.mkdir(exist_ok=True)
        return options.output
    if source.remote is not None:
        raise UsageError(f"{source.name} is not on this machine: give -o FILE, or -o - for standard output")
    if source.path is None or source.is_stdin:
        raise UsageError("what comes from standard input needs -o FILE, or -o - for standard output")
    return free_name(named_after(str(source.path), "_fixed"))
