"""``ftlint report``: the picture of datasets as an HTML page, or as Markdown for a pull request."""

import os
import sys
from pathlib import Path

from ftlint.cli.inputs import sources_and_held
from ftlint.cli.main import say
from ftlint.cli.settings_from_options import Given, settings_of
from ftlint.commands.stats.cost import Terms
from ftlint.errors import UsageError
from ftlint.html_report.charts import check_extra
from ftlint.html_report.collect import PASSES, picture_of
from ftlint.html_report.markdown import MARK, as_markdown
from ftlint.html_report.page import MADE_BY, as_page
from ftlint.io.write.atomic import check_goal, replacing
from ftlint.report.progress import progress, wanted
from ftlint.report.words import size_in_words

STDOUT = "-"
HEAD = 2_000
"""So many characters of a file tell who made it."""


def run(given: Given) -> int:
    """Write the page; 1 where nothing could be read, else 0: whether data is good, ``check`` decides."""
    if not given["markdown"]:
        check_extra()
    terms = Terms(given["limit"], given["price"], given["epochs"])
    settings = settings_of({**given, "max_per_rule": None, "output_format": "html"})
    sources, settings = sources_and_held(given, settings)
    if not sources:
        raise UsageError("every file is excluded, so there is nothing to show")
    paths = [source.path for source in (*sources, *settings.against) if source.path is not None]
    goal = _goal(given, paths)
    bar = wanted(given["no_progress"], False, os.environ, sys.stderr)
    size = sum(source.size or 0 for source in (*sources, *settings.against))
    with progress(PASSES * size, "reporting", bar) as advance:
        picture = picture_of(sources, settings, terms, advance)
        text = as_markdown(picture) if given["markdown"] else as_page(picture)
    written = text.encode("utf-8", errors="backslashreplace")
    if goal is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    else:
        with replacing(goal) as out:
            out.write(written)
        say(f"wrote {goal} ({size_in_words(len(written))})")
    return 0 if picture.report.examples else 1


def _goal(given: Given, inputs: list[Path]) -> Path | None:
    """The file to write, or None for standard output."""
    if given["output"] is None:
        if given["markdown"]:
            return None
        raise UsageError(
            "-o FILE says where the page goes, e.g. -o report.html (or --markdown for a summary)"
        )
    if given["output"] == STDOUT:
        return None
    goal = Path(given["output"])
    check_goal(goal, inputs, overwrite=given["overwrite"] or _is_ours(goal))
    return goal


def _is_ours(goal: Path) -> bool:
    """Whether a file is an earlier report, which a new one may take the place of."""
    try:
        with goal.open(encoding="utf-8", errors="replace") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return head.startswith(MARK) or MADE_BY in head
