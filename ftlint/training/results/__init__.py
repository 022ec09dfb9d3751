"""Training results: read, summarise, assess and draw them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftlint.display import check_known
from ftlint.report.terminal import RenderOptions
from ftlint.training.results.assess import Assessment, assess
from ftlint.training.results.read import Curve, TrainingResults, read_results
from ftlint.training.results.render import document, render_json, render_results

if TYPE_CHECKING:
    from ftlint.training.provider.records import Checkpoint

__all__ = [
    "Assessment",
    "Curve",
    "TrainingResults",
    "assess",
    "check_format",
    "document",
    "read_results",
    "render_json",
    "render_results",
    "show",
    "validate_chart_path",
    "write_chart",
]

FORMATS = ("text", "json")


def show(
    results: TrainingResults,
    output_format: str,
    options: RenderOptions,
    checkpoints: "Sequence[Checkpoint]" = (),
) -> Iterator[str]:
    """Render the results as ``text`` or ``json``. Raises UsageError for another format."""
    check_format(output_format)
    if output_format == "json":
        return render_json(results, checkpoints)
    return render_results(results, options, checkpoints)


def check_format(output_format: str) -> None:
    """Raise UsageError for an unknown format."""
    check_known(output_format, FORMATS, "no output format", "known: ")


def validate_chart_path(path: Path) -> None:
    """Raise UsageError if a chart cannot be written: unknown file extension, missing extra, missing folder."""
    from ftlint.training.results import chart

    chart.validate_chart_path(path)


def write_chart(results: TrainingResults, path: Path, checkpoints: "Sequence[Checkpoint]" = ()) -> None:
    """Draw the curves to an HTML, PNG or SVG file. Raises UsageError if that fails."""
    from ftlint.training.results import chart

    chart.write_chart(results, path, checkpoints)
