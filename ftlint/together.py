"""Files that belong together: free names with one number for all, and all of them appear or none."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ftlint.errors import UsageError
from ftlint.read import Source
from ftlint.read.container import split_name
from ftlint.write import PACKED, SUFFIXES, named_after, refuse_elsewhere

ENDING = ".jsonl"
ENDINGS = tuple(ending + packed for ending in SUFFIXES for packed in ("", *PACKED))


def names_for(
    source: Source, output: Path | None, parts: Sequence[str], *, overwrite: bool = False
) -> list[Path]:
    """``train_valid.jsonl`` for each part, or all of them with `` (1)``, `` (2)`` … where any is taken.

    They stand beside the source, in a folder named by ``output``, or begin as it does. Raises UsageError.
    """
    folder, stem, ending = _stem(source, output)
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder")
    number = 0
    while True:
        mark = f" ({number})" if number else ""
        names = [folder / f"{stem}_{part}{mark}{ending}" for part in parts]
        for name in names:
            if name.is_dir():
                raise UsageError(f"{name} is a folder; choose another name with -o")
        if overwrite or not any(os.path.lexists(name) for name in names):
            return names
        number += 1


@contextmanager
def all_or_none(goals: Sequence[Path], *, overwrite: bool = False) -> Iterator[list[Path]]:
    """Paths to write, in a hidden folder beside the goals, whose files take the goals' places together at the end.

    Whatever is raised inside leaves nothing. Raises UsageError where the folder cannot be written or the disk is
    full, and where a goal has come to be meanwhile that may not be overwritten.
    """
    beside = goals[0].parent
    try:
        hidden = Path(tempfile.mkdtemp(prefix=".ftlint-", suffix=".tmp", dir=beside))
    except OSError as error:
        raise UsageError(f"{beside}: cannot be written ({error.strerror or error})") from None
    try:
        staged = [hidden / goal.name for goal in goals]
        yield staged
        _appear(staged, goals, overwrite=overwrite)
    except OSError as error:
        raise UsageError(f"{beside}: cannot be written ({error.strerror or error})") from None
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _appear(staged: Sequence[Path], goals: Sequence[Path], *, overwrite: bool) -> None:
    appeared: list[Path] = []
    try:
        for path, goal in zip(staged, goals, strict=True):
            if not overwrite and os.path.lexists(goal):
                raise UsageError(f"{goal} has come to be meanwhile; nothing was written")
            there = os.path.lexists(goal)
            path.replace(goal)
            if not there:
                appeared.append(goal)
    except BaseException:
        for goal in appeared:
            with suppress(OSError):
                goal.unlink()
        raise


def _stem(source: Source, output: Path | None) -> tuple[Path, str, str]:
    """Folder, how the names begin, and how they end."""
    if output is None:
        if source.remote is not None:
            raise UsageError(f"{source.name} is not on this machine: -o says where to write")
        if source.path is None or source.is_stdin:
            raise UsageError("what comes from standard input needs -o: a folder, or how the names begin")
        beside = named_after(str(source.path), "")
        return beside.parent, beside.stem, ENDING
    refuse_elsewhere(output)
    if output.is_dir():
        return output, named_after(source.name, "").stem, ENDING
    for ending in ENDINGS:
        if output.name.lower().endswith(ending) and len(output.name) > len(ending):
            stem = output.name[: -len(ending)]
            return output.parent, stem, output.name[len(stem) :]
    container, packed = split_name(output.name)
    if container is not None or packed is not None:
        raise UsageError(f"-o {output}: split writes JSON lines (.jsonl); ftlint convert writes others")
    return output.parent, output.name, ENDING
