"""The Python API: what the commands do, with typed results and no terminal."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ftlint.converting import Wish, convert_file
from ftlint.fixing import fix_files
from ftlint.goal import Goal
from ftlint.read import Source, find_sources
from ftlint.result import Report
from ftlint.run import check_files
from ftlint.settings import from_python

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def check(paths: Paths, *, target: str | None = None, model: str | None = None, **settings: Any) -> Report:
    """Check files, folders or globs.

    ``settings`` are those of the command line with underscores: ``select``, ``ignore``, ``task``,
    ``encoding``, ``sheet``, ``prompt``, ``completion``, ``turns``, ``map`` …
    Raises ftlint.errors.UsageError for a wrong setting, a missing path or an unknown target.
    """
    return check_files(_sources(paths), from_python(target=target, model=model, **settings))


def fix(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    unsafe: bool = False,
    in_place: bool = False,
    overwrite: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    **settings: Any,
) -> Report:
    """Write a fixed copy, or over the file itself with ``in_place``; the report tells what is left.

    Without ``output`` the copy stands beside the input as ``…_fixed.jsonl``; ``report.files[0].written``
    names it. ``unsafe`` allows fixes that change texts or drop examples.
    """
    goal = Goal(
        output=Path(output) if output is not None else None,
        in_place=in_place,
        overwrite=overwrite,
        rejects=Path(rejects) if rejects is not None else None,
        unsafe=unsafe,
    )
    return fix_files(_sources(path), from_python(**settings), goal)


def convert(
    path: str | os.PathLike[str],
    output: str | os.PathLike[str],
    to: str,
    *,
    overwrite: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    keep_lost: bool = True,
    keep_endings: bool = False,
    system: str | None = None,
    recipe: bool = False,
    **settings: Any,
) -> Report:
    """Convert one file to a target or a shape; the report is that of the new file.

    The name of ``output`` says what is written: .jsonl, .json, .csv, .tsv, .xlsx or .parquet. What could not be
    carried is named in ``report.files[0].notes`` and, with ``keep_lost``, kept beside the output as
    ``….lost.jsonl``. With ``recipe``, ``report.files[0].recipe`` says how the target's trainer is told of the file.
    """
    if system is not None and "completion" in settings:
        # With templates the system message is one, too.
        settings["system"], system = system, None
    wish = Wish(
        to=to,
        output=Path(output),
        overwrite=overwrite,
        rejects=Path(rejects) if rejects is not None else None,
        keep_lost=keep_lost,
        keep_endings=keep_endings,
        system=system,
        recipe=recipe,
    )
    (source,) = _sources(path)
    return convert_file(source, from_python(**settings), wish)


def _sources(paths: Paths) -> list[Source]:
    several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    return find_sources([os.fspath(path) for path in several])
