"""``ftlint convert``: one file in another shape."""

import os
import sys
from pathlib import Path

from ftlint.cli.settings_from_options import (
    Given,
    exit_code,
    failure_code,
    give,
    reports_of,
    settings_of,
    sources_of,
)
from ftlint.commands.convert.run import Wish, convert_file
from ftlint.commands.fix.output import STDOUT
from ftlint.errors import UsageError
from ftlint.execution.part_folder import output_path
from ftlint.io.source import Source
from ftlint.io.write.atomic import check_goal, replacing
from ftlint.report.progress import progress, wanted
from ftlint.result import Report

# In these formats the recipe is printed below the report; in JSON it is a part of it.
BELOW = ("text", "full")


def run(given: Given) -> int:
    """Convert; 1 where rows could not be carried or the new file has findings, else 0."""
    reports = reports_of(given)
    settings = settings_of(given)
    sources = sources_of([given["path"]], given)
    if len(sources) != 1:
        raise UsageError(f"convert takes one file, not the {len(sources)} in {given['path']}")
    wish = Wish(
        to=given["to"],
        output=output_path(given["output"]),
        overwrite=given["overwrite"],
        rejects=Path(given["rejects"]) if given["rejects"] else None,
        keep_lost=not given["no_lost"],
        keep_endings=given["keep_endings"],
        system=given["system"] if not settings.templates else None,
        recipe=given["recipe"] is not None,
    )
    recipe = _recipe_goal(given, sources[0], wish)
    size = sources[0].size
    with progress(
        size, "converting", wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    ) as advance:
        report = convert_file(sources[0], settings, wish, advance)
    give(report, given, reports, data_on_stdout=wish.output == STDOUT)
    _give_recipe(report, recipe, given)
    return failure_code(report) or (1 if report.dropped else exit_code(report, settings))


def _recipe_goal(given: Given, source: Source, wish: Wish) -> Path | None:
    """The file for the recipe; None where it is printed or nobody asked for one."""
    if given["recipe"] is None:
        return None
    goal = Path(given["recipe"])
    if goal == STDOUT:
        if given["output_format"] not in (*BELOW, "json"):
            raise UsageError(f"--recipe: name a file for it beside --output-format {given['output_format']}")
        return None
    if goal in (wish.output, wish.rejects):
        raise UsageError(f"--recipe {goal}: that file is for something else already")
    check_goal(goal, [source.path] if source.path is not None else [], overwrite=given["overwrite"])
    return goal


def _give_recipe(report: Report, goal: Path | None, given: Given) -> None:
    for file in report.files:
        if file.recipe is None:
            continue
        if goal is not None:
            with replacing(goal) as out:
                out.write(file.recipe.encode("utf-8", errors="backslashreplace"))
        elif given["output_format"] in BELOW:
            sys.stdout.write(f"\n{file.recipe}")
            sys.stdout.flush()
