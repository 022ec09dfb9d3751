"""``ftlint job results``: the training curves from a file or from a provider."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ftlint.cli.option import option
from ftlint.cli.options import ListingOptions
from ftlint.cli.terminal import echo_err, render_options, write_out
from ftlint.errors import UsageError
from ftlint.io.write.atomic import validate_output_path
from ftlint.training.provider.records import Checkpoint
from ftlint.training.results import check_format, show
from ftlint.training.results.chart import validate_chart_path, write_chart
from ftlint.training.results.read import read_results

STDIN = "-"
ENDINGS = (".csv", ".tsv", ".txt")
MAX_BYTES = 256 * 2**20

Fetch = Callable[[str], tuple[str, bytes, Sequence[Checkpoint]]]
"""From a job's id to a display name, the downloaded results file, and the checkpoints."""


@dataclass(kw_only=True, eq=False, repr=False)
class ResultsOptions(ListingOptions):
    """How results are shown."""

    picture: str | None = option("Draw the curves: .html, .png or .svg.", "FILE")
    overwrite: bool = option("Let --picture replace an existing file.", default=False)
    color: str = "auto"


def show_results(what: str, options: ResultsOptions, fetch: Fetch) -> int:
    """Print the results in a file, or of a job by ``fetch``, and draw them if requested; returns 0."""
    check_format(options.output_format)
    chart = Path(options.picture) if options.picture else None
    path = Path(what)
    if chart is not None:
        validate_chart_path(chart)
        validate_output_path(chart, [path] if path.is_file() else [], overwrite=options.overwrite)
    file_name = "standard input" if what == STDIN else path.name
    name, data, checkpoints = (file_name, _bytes_of(what), ()) if is_file(what) else fetch(what)
    results = read_results(data, name)
    write_out(show(results, options.output_format, render_options(options.color), checkpoints))
    if chart is not None:
        write_chart(results, chart, checkpoints)
        echo_err(f"ftlint: drew {chart}")
    return 0


def is_file(what: str) -> bool:
    """Whether the argument is a file, not a job: it exists, or has the name of a file."""
    return what == STDIN or what.lower().endswith(ENDINGS) or Path(what).is_file()


def _bytes_of(what: str) -> bytes:
    if what == STDIN:
        return sys.stdin.buffer.read()
    try:
        if Path(what).stat().st_size > MAX_BYTES:
            raise UsageError(f"{what} is no results file: it is larger than {MAX_BYTES // 2**20} MiB")
        return Path(what).read_bytes()
    except OSError as error:
        raise UsageError(f"{what}: {error.strerror or error}") from None
