"""``ftlint convert``: one file in another shape."""

import os
import sys
from pathlib import Path

from ftlint.cli.given import Given, exit_code, give, reports_of, settings_of, sources_of
from ftlint.converting import Wish, convert_file
from ftlint.errors import UsageError
from ftlint.goal import STDOUT
from ftlint.report.progress import progress, wanted


def run(given: Given) -> int:
    """Convert; 1 where rows could not be carried or the new file has findings, else 0."""
    reports = reports_of(given)
    settings = settings_of(given)
    sources = sources_of([given["path"]], given)
    if len(sources) != 1:
        raise UsageError(f"convert takes one file, not the {len(sources)} in {given['path']}")
    wish = Wish(
        to=given["to"],
        output=Path(given["output"]),
        overwrite=given["overwrite"],
        rejects=Path(given["rejects"]) if given["rejects"] else None,
        keep_lost=not given["no_lost"],
        keep_endings=given["keep_endings"],
        system=given["system"] if not settings.templates else None,
    )
    size = sources[0].path.stat().st_size if sources[0].path is not None else None
    with progress(
        size, "converting", wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    ) as advance:
        report = convert_file(sources[0], settings, wish, advance)
    give(report, given, reports, data_on_stdout=wish.output == STDOUT)
    return 1 if report.dropped else exit_code(report, settings)
