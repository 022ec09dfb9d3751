"""``ftlint prepare``: check, fix, convert and split one file, asking for confirmation."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.conversion_options import ConversionFormOptions
from ftlint.cli.option import option
from ftlint.cli.options import CheckingOptions, ExecutionOptions, ReadingOptions, ReportOptions, SelectOptions
from ftlint.cli.prompts import ManifestPrompter, TerminalPrompter
from ftlint.cli.report_output import (
    error_code,
    exit_code,
    extra_reports,
    report_render_options,
    write_extra_reports,
    write_report,
)
from ftlint.cli.settings_from_options import settings_from_options, source_from_options
from ftlint.cli.terminal import progress_bar, write_out
from ftlint.commands.prepare.manifest import Manifest, read_manifest
from ftlint.commands.prepare.options import DEFAULT_TARGET, PrepareOptions, PrepareOutput
from ftlint.commands.prepare.result import Prepared
from ftlint.commands.prepare.run import prepare_file
from ftlint.config.convert import codes
from ftlint.config.panels import TARGET
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.report import prepare_json, prepare_text
from ftlint.report.terminal import RenderOptions, is_terminal

FORMATS = ("text", "full", "json")

app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class PrepareArguments(
    SelectOptions, CheckingOptions, ReadingOptions, ConversionFormOptions, ExecutionOptions, ReportOptions
):
    """The arguments of ``ftlint prepare``."""

    path: Annotated[str | None, Argument(metavar="[IN]")] = None
    target: str | None = option(
        "Who the file is for; openai-chat unless said otherwise.", "NAME", panel=TARGET
    )
    yes: bool = option("Agree to every remedy.", flags="-y", default=False)
    no_input: bool = option("Ask nothing, and agree to nothing.", default=False)
    only: list[str] = option("Propose only these remedies: codes, prefixes, names.", "CODES", default=list)
    skip: list[str] = option("Do not propose these remedies.", "CODES", default=list)
    expand_turns: bool = option("Make each answer of a conversation an example of its own.", default=False)
    split: bool | None = option(
        "Keep examples for validation; as usual only of classes.", flags="--split/--no-split"
    )
    valid: str | None = option("How many examples to keep for validation: 0.1, 200.", "SHARE|N")
    seed: int = option("Which examples these are.", default=0)
    output: str | None = option("The new file, instead of …_prepared.jsonl.", "FILE", flags="-o")
    rejects: str | None = None
    no_lost: bool = False
    from_: str | None = option(
        "Do again what a manifest says, to the same bytes.", "MANIFEST", flags="--from"
    )
    no_stats: bool = option("Do not count tokens.", default=False)


@command(app, "ftlint prepare stories.csv --prompt '{dynasty},{power}' --completion '{story}'")
def prepare(options: PrepareArguments) -> int:
    """Mend, convert and divide a file for training, with questions asked.

    IN is a file; - is standard input. Nothing is ever overwritten.
    """
    extra = extra_reports(options, inputs=[options.path], taken=(options.output, options.rejects))
    if options.output_format not in FORMATS:
        raise UsageError(
            f"prepare tells its story as {', '.join(FORMATS)}; for its findings say --report FORMAT=FILE"
        )
    manifest = read_manifest(Path(options.from_)) if options.from_ else None
    settings, intent = _intent(options, manifest)
    source = _source(options, manifest)
    machine = options.output_format == "json"
    stream = sys.stderr if machine else sys.stdout
    look = report_render_options(options)
    answer = _answer(options)
    prompter = (
        ManifestPrompter(manifest) if manifest else TerminalPrompter(look, stream, answer, options.quiet)
    )
    # A progress bar and a prompt would overwrite each other.
    hidden = answer is None or options.no_progress
    with progress_bar(source.size, "reading", hidden, options.quiet) as advance:
        prepared = prepare_file(source, settings, intent, _output(options), prompter, advance, manifest)
    if machine:
        write_out([prepare_json.render(prepared)])
    else:
        _write(prepared, options, look, prompter)
    write_extra_reports(prepared.report, options, extra)
    code = 1 if prepared.unusable or not prepared.files else exit_code(prepared.report, settings)
    return error_code(prepared.report) or code


def _intent(options: PrepareArguments, manifest: Manifest | None) -> tuple[Settings, PrepareOptions]:
    """The settings and the prepare options; from the manifest if there is one."""
    if manifest is not None:
        typed = settings_from_options(options, target=None)
        settings = replace(manifest.settings, fail_on=typed.fail_on, max_per_rule=typed.max_per_rule)
        return settings, manifest.intent
    settings = settings_from_options(options)
    valid = _validation_size(options.valid)
    return settings, PrepareOptions(
        target=settings.target or DEFAULT_TARGET,
        system=options.system if not settings.templates else None,
        only=codes(options.only),
        skip=codes(options.skip),
        expand_turns=options.expand_turns,
        split=True if valid is not None and options.split is None else options.split,
        valid=valid,
        seed=options.seed,
    )


def _output(options: PrepareArguments) -> PrepareOutput:
    return PrepareOutput(
        output=Path(options.output) if options.output else None,
        rejects=Path(options.rejects) if options.rejects else None,
        keep_lost=not options.no_lost,
        stats=not options.no_stats,
    )


def _source(options: PrepareArguments, manifest: Manifest | None) -> Source:
    path = options.path or (manifest.source if manifest is not None else None)
    if path is None:
        raise UsageError("name a file to prepare, or a manifest to repeat with --from")
    return source_from_options(path, options, "prepare")


def _answer(options: PrepareArguments) -> bool | None:
    """The automatic answer to all questions; None to ask the user."""
    if options.yes and options.no_input:
        raise UsageError("-y and --no-input say two different things; choose one")
    if options.yes or options.no_input:
        return bool(options.yes)
    # Without a terminal no confirmation is possible.
    return None if is_terminal(sys.stdin) and options.path != "-" else False


def _validation_size(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not number > 0 or (number >= 1 and number != int(number)):
        raise UsageError(f"--valid {text}: a share such as 0.1, or a number of examples")
    return number


def _write(
    prepared: Prepared,
    options: PrepareArguments,
    look: RenderOptions,
    prompter: TerminalPrompter | ManifestPrompter,
) -> None:
    out = sys.stdout
    if not options.quiet:
        out.writelines(prepare_text.result(prepared, look))
        out.write("\n")
    write_report(prepared.report, options)
    if options.quiet:
        return
    if isinstance(prompter, TerminalPrompter) and prompter.refused and prompter.answer is False:
        many = "1 remedy was" if prompter.refused == 1 else f"{prompter.refused} remedies were"
        out.write(f"{many} not applied because nobody was asked: -y accepts, --only and --skip choose\n")
    out.write("\n")
    out.writelines(prepare_text.next_steps(prepared, look))
    out.flush()
