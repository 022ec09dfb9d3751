"""``ftlint split``: one file in two or three, for training, validation and test."""

import os
import sys
from pathlib import Path
from typing import Any

from ftlint.cli.main import say
from ftlint.cli.settings_from_options import Given, look_of, settings_of, sources_of
from ftlint.commands.split.assign import Shares, share_of
from ftlint.commands.split.keys import Bonds
from ftlint.commands.split.run import Asked, SplitReport, split_file
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.report import split_json, split_text
from ftlint.report.progress import progress, wanted

FORMATS = ("text", "json")


def run(given: Given) -> int:
    """Split; 1 where there is nothing to split or rows could not be read, else 0."""
    given = {**given, "max_per_rule": 0}
    if given["output_format"] not in FORMATS:
        known = ", ".join(FORMATS)
        wrong = given["output_format"]
        raise UsageError(f'no output format "{wrong}"{did_you_mean(wrong, FORMATS)} (known: {known})')
    settings = settings_of(given)
    asked = _asked(given)
    sources = sources_of([given["path"]], given)
    if len(sources) != 1:
        raise UsageError(f"split takes one file, not the {len(sources)} in {given['path']}")
    size = sources[0].size
    bar = wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    with progress(size, "splitting", bar) as advance:
        report = split_file(sources[0], settings, asked, advance)
    _tell(report, given)
    return 1 if report.why_not is not None or report.unread else 0


def _asked(given: Given) -> Asked:
    shares = Shares(
        valid=share_of(given["valid"], "--valid") if given["valid"] is not None else None,
        test=share_of(given["test"], "--test") if given["test"] is not None else 0,
        seed=given["seed"],
        stratify=not given["no_stratify"],
    )
    bonds = Bonds(prompts=not given["no_prompts"], near=not given["no_near"], fields=tuple(given["group_by"]))
    return Asked(
        shares=shares,
        bonds=bonds,
        output=_output(given["output"]),
        overwrite=given["overwrite"],
        rejects=Path(given["rejects"]) if given["rejects"] else None,
    )


def _output(given: Any) -> Path | None:
    if given is None:
        return None
    if given == "-":
        raise UsageError(
            "-o -: two files do not fit on standard output; name a folder, or how the names begin"
        )
    output = Path(given)
    if given.endswith(("/", os.sep)) and not output.is_dir():
        raise UsageError(f"-o {given}: there is no such folder")
    return output


def _tell(report: SplitReport, given: Given) -> None:
    if given["output_format"] == "json":
        sys.stdout.write(split_json.render(report))
    else:
        sys.stdout.writelines(split_text.render(report, look_of(given)))
        if given["quiet"] and report.why_not is not None:
            say(f"ftlint: {report.path}: nothing to split: {report.why_not}")
    sys.stdout.flush()
