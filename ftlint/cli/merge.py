"""``ftlint merge``: merge the results of shards into one report."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.option import option
from ftlint.cli.options import ExecutionOptions, ReportFileOptions
from ftlint.cli.report_output import error_code, exit_code, extra_reports, findings_needed, write_report
from ftlint.cli.settings_from_options import execution_from_options
from ftlint.commands.check.shards import merge_shards, settings_of_shards
from ftlint.config.panels import REPORT
from ftlint.config.settings import check

app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class MergeArguments(ExecutionOptions, ReportFileOptions):
    folder: Annotated[str, Argument(metavar="FOLDER")]
    fail_on: str | None = None
    exit_zero: bool = option("Exit with 0 whatever was found.", panel=REPORT, default=False)


@command(app, "ftlint merge parts --output-format json")
def merge(options: MergeArguments) -> int:
    """Put together what ``check --shard I/N --save FOLDER`` has kept: the report of one run over everything.

    All N shards must be there, made by one version of ftlint with the same options from the same files.
    """
    extra = extra_reports(options, inputs=())
    folder = Path(options.folder)
    settings = settings_of_shards(folder)
    limit = findings_needed(options) if options.max_per_rule is None else options.max_per_rule
    # Any text, until it is validated by ``check``.
    fail_on: Any = options.fail_on or settings.fail_on
    settings = replace(
        settings,
        # The shards contain no more findings than their limit.
        max_per_rule=min(limit or settings.max_per_rule, settings.max_per_rule or limit),
        fail_on=fail_on,
        staff=execution_from_options(options),
    )
    report = merge_shards(folder, check(settings))
    write_report(report, options, extra)
    return error_code(report) or (0 if options.exit_zero else exit_code(report, settings))
