"""``ftlint init``: write a configuration file for existing data, with what was detected as comments."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.option import option
from ftlint.commands.check.run import check_files
from ftlint.commands.prepare.options import DEFAULT_TARGET
from ftlint.config.panels import TARGET
from ftlint.config.settings import Settings
from ftlint.config.splits import partners
from ftlint.errors import UsageError
from ftlint.io.address import shown_text
from ftlint.io.find import find_sources
from ftlint.io.source import Source
from ftlint.io.write.atomic import replacing
from ftlint.result import FileReport, Report
from ftlint.targets.target import Target, load_target, target_names

MAX_LISTED = 20
# Rules whose thresholds are most often configured.
OPTION_HINT = (
    "# [rules.small-class]\n# least = 50           # examples of a class (ftlint rule small-class)\n"
)


app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class InitArguments:
    paths: Annotated[list[str], Argument()] = field(default_factory=list)
    target: str | None = option("Who the files are for: ftlint target --all.", "NAME", panel=TARGET)
    output: str = option("The file to write.", "FILE", flags="-o", default="ftlint.toml")
    stdout: bool = option("Print it instead.", default=False)


@command(app, "ftlint init data --target openai-chat")
def init(options: InitArguments) -> None:
    """Look at the data and write a configuration file for it.

    PATHS are files, folders and globs; the current folder unless named. Nothing is overwritten.
    """
    typer.echo(_written(options), nl=False)


def _written(options: InitArguments) -> str:
    """Write the file; returns the text to print."""
    output = Path(options.output)
    if output.exists() and not options.stdout:
        raise UsageError(f"{output} exists; nothing is overwritten (-o names another, --stdout prints it)")
    target = load_target(options.target) if options.target else None
    sources = find_sources(options.paths or ["."])
    report = check_files(sources, Settings(target=target.name if target else None, max_per_rule=1))
    text = "".join(_lines(report, sources, target, output.absolute().parent))
    if options.stdout:
        return text
    with replacing(output) as out:
        out.write(text.encode())
    counts = f"{report.total('error'):,} errors, {report.total('warning'):,} warnings, {report.total('info'):,} notes"
    return f"wrote {output}; {len(sources):,} data files, {counts}\nnow: ftlint check {_what(sources, options)}\n"


def _what(sources: Sequence[Source], options: InitArguments) -> str:
    return "--project" if partners(sources) else shown_text(" ".join(options.paths)) or "."


def _lines(report: Report, sources: Sequence[Source], target: Target | None, root: Path) -> Iterator[str]:
    yield "# What ftlint is to do here; `ftlint config` shows every key. Written by `ftlint init` after a look at:\n"
    for file in report.files[:MAX_LISTED]:
        yield f"#   {_detected(file)}\n"
    if len(report.files) > MAX_LISTED:
        yield f"#   … and {len(report.files) - MAX_LISTED:,} more\n"
    yield "\n"
    yield from _target_lines(report, target)
    yield '\n# What makes the exit code 1: "error", "warning" or "info".\nfail-on = "error"\n'
    yield from _ignore_lines(report)
    yield from _dataset_lines(sources, root)
    yield f"\n{OPTION_HINT}"


def _detected(file: FileReport) -> str:
    task = f", {file.task}" if file.task == "classification" else ""
    return f"{file.path}: {file.shape or 'no known shape'}{task}, {file.examples:,} examples"


def _target_lines(report: Report, target: Target | None) -> Iterator[str]:
    if target is not None:
        yield f"# Who the files are for; `ftlint target {target.name}` tells what that demands.\n"
        yield f"target = {json.dumps(target.name)}\n"
        return
    shapes = {file.shape for file in report.files if file.shape}
    takes = [name for name in target_names() if shapes & set(load_target(name).shapes)]
    takes.sort(key=lambda name: (name != DEFAULT_TARGET, name))
    yield "# Who the files are for. Without one only what holds for every target is checked.\n"
    yield f'# target = "{takes[0] if takes else DEFAULT_TARGET}"'
    yield f"       # or {', '.join(takes[1:6])} … (ftlint target --all)\n" if len(takes) > 1 else "\n"


def _ignore_lines(report: Report) -> Iterator[str]:
    """The rules with findings, as comments to choose from: nothing is ignored by default."""
    fired = sorted(report.counts.items(), key=lambda entry: (-entry[1], entry[0]))
    if fired:
        yield "\n# Found today; put here what you do not mind.\nignore = [\n"
        for code, n in fired:
            yield f'  # "{code}",  # {report.names[code]}: {n:,}\n'
        yield "]\n"


def _dataset_lines(sources: Sequence[Source], root: Path) -> Iterator[str]:
    """Files whose names differ only in the split, as named datasets."""
    for number, source in enumerate(one for one in sources if one.identity in partners(sources)):
        partner_sources = partners(sources)[source.identity]
        if not number:
            yield "\n# What `ftlint check --project` compares.\n"
        yield f"[datasets.dataset-{number + 1}]\n" if number else "[datasets.main]\n"
        yield f"train = {json.dumps(_beside(source, root), ensure_ascii=False)}\n"
        files = [json.dumps(_beside(other, root), ensure_ascii=False) for other in partner_sources]
        yield f"held = {files[0]}\n" if len(files) == 1 else f"held = [{', '.join(files)}]\n"


def _beside(source: Source, root: Path) -> str:
    if source.remote is not None:
        return source.name
    path = (source.path or Path(source.name)).absolute()
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()
