"""``ftlint diff``: two versions of a dataset, compared."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from ftlint.cli.settings_from_options import Given, settings_of, sources_of
from ftlint.commands.diff.run import MOST_LISTED, PASSES, Difference, compare
from ftlint.config.settings import Settings
from ftlint.display import did_you_mean, shown
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.io.write.atomic import check_goal, replacing
from ftlint.report import diff_json, diff_markdown, diff_text
from ftlint.report.progress import progress, wanted
from ftlint.report.terminal import PIPED_WIDTH, Look, wants_colour, width_of

FORMATS: dict[str, Callable[[Difference, Look], Iterator[str]]] = {
    "text": diff_text.render,
    "json": diff_json.render,
    "markdown": diff_markdown.render,
}
SHOWN = {"text": 10, "markdown": 50}


def run(given: Given) -> int:
    """Print or write the comparison; 1 where the versions differ, else 0."""
    name = given["output_format"]
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(f'no output format "{shown(name)}"{did_you_mean(name, FORMATS)} (known: {known})')
    if given["old"] == given["new"] == "-":
        raise UsageError("only one of the two can come from standard input")
    most = SHOWN.get(name, MOST_LISTED) if given["max_shown"] is None else given["max_shown"]
    if most < 0:
        raise UsageError("--max-shown: how many examples of each kind to list")
    settings = settings_of({**given, "max_per_rule": 0})
    old, new = (_sources(given[side], given, settings) for side in ("old", "new"))
    paths = [source.path for source in (*old, *new) if source.path is not None]
    goal = Path(given["output_file"]) if given["output_file"] else None
    if goal is not None:
        check_goal(goal, paths, overwrite=given["overwrite"])
    bar = wanted(given["no_progress"], False, os.environ, sys.stderr)
    with progress(PASSES * sum(source.size or 0 for source in (*old, *new)), "comparing", bar) as advance:
        found = compare(old, new, settings, most, advance)
    _give(FORMATS[name], found, goal, given["color"])
    return int(found.differs)


def _sources(path: str, given: Given, settings: Settings) -> list[Source]:
    sources = sources_of([path], given, settings.exclude)
    if not sources:
        raise UsageError(f"{path}: every file is excluded, so there is nothing to compare")
    return sources


def _give(
    render: Callable[[Difference, Look], Iterator[str]], found: Difference, goal: Path | None, color: str
) -> None:
    if goal is None:
        look = Look(wants_colour(color, os.environ, sys.stdout), width_of(os.environ, sys.stdout))
        sys.stdout.writelines(render(found, look))
        sys.stdout.flush()
        return
    with replacing(goal) as out:
        look = Look(color == "always", PIPED_WIDTH)
        out.writelines(text.encode("utf-8", errors="backslashreplace") for text in render(found, look))
