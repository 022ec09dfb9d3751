"""``ftlint stats``: rows, roles, tokens, what limits cut, and what training costs."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from ftlint.cli.settings_from_options import Given, settings_of, sources_of
from ftlint.commands.stats.cost import Terms
from ftlint.commands.stats.figures import Stats
from ftlint.commands.stats.run import stats_of
from ftlint.display import did_you_mean, shown
from ftlint.errors import UsageError
from ftlint.io.write.atomic import check_goal, replacing
from ftlint.report import stats_json, stats_markdown, stats_text
from ftlint.report.progress import progress, wanted
from ftlint.report.terminal import Look, wants_colour, width_of

FORMATS: dict[str, Callable[[Stats, Look], Iterator[str]]] = {
    "text": stats_text.render,
    "json": stats_json.render,
    "markdown": stats_markdown.render,
}


def run(given: Given) -> int:
    """Print or write the figures; 1 where nothing could be read, else 0."""
    name = given["output_format"]
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(f'no output format "{shown(name)}"{did_you_mean(name, FORMATS)} (known: {known})')
    terms = Terms(given["limit"], given["price"], given["epochs"])
    settings = settings_of({**given, "max_per_rule": 0})
    sources = sources_of(given["paths"], given)
    paths = [source.path for source in sources if source.path is not None]
    goal = Path(given["output_file"]) if given["output_file"] else None
    if goal is not None:
        check_goal(goal, paths, overwrite=given["overwrite"])
    bar = wanted(given["no_progress"], False, os.environ, sys.stderr)
    with progress(sum(source.size or 0 for source in sources), "counting", bar) as advance:
        stats = stats_of(sources, settings, terms, advance)
    _give(FORMATS[name], stats, goal, given["color"])
    return 0 if stats.all.examples else 1


def _give(
    render: Callable[[Stats, Look], Iterator[str]], stats: Stats, goal: Path | None, color: str
) -> None:
    if goal is None:
        look = Look(wants_colour(color, os.environ, sys.stdout), width_of(os.environ, sys.stdout))
        sys.stdout.writelines(render(stats, look))
        sys.stdout.flush()
        return
    with replacing(goal) as out:
        out.writelines(
            text.encode("utf-8", errors="backslashreplace") for text in render(stats, Look(width=100))
        )
