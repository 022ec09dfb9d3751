"""Training results: read, summarise, assess and draw them."""

from collections.abc import Iterator, Sequence

from ftlint.display import check_known
from ftlint.report.terminal import RenderOptions
from ftlint.training.provider.records import Checkpoint
from ftlint.training.results.read import TrainingResults
from ftlint.training.results.render import render_json, render_results

FORMATS = ("text", "json")


def show(
    results: TrainingResults,
    output_format: str,
    options: RenderOptions,
    checkpoints: Sequence[Checkpoint] = (),
) -> Iterator[str]:
    """Render the results as ``text`` or ``json``. Raises UsageError for another format."""
    check_format(output_format)
    if output_format == "json":
        return render_json(results, checkpoints)
    return render_results(results, options, checkpoints)


def check_format(output_format: str) -> None:
    """Raise UsageError for an unknown format."""
    check_known(output_format, FORMATS, "no output format", "known: ")
