"""The names of the files that a preparation writes: never one that is taken, and one number for all of a run."""

from collections.abc import Iterable
from pathlib import Path

from ftlint.errors import UsageError
from ftlint.read import Source
from ftlint.write import check_goal, named_after


def free_names(wanted: Path, parts: Iterable[str]) -> tuple[dict[str, Path], Path]:
    """The files by part (``""`` where nothing is divided) and the manifest; numbered where any of them is taken."""
    parts = tuple(parts)
    stem, number = wanted.name.removesuffix(".jsonl"), 0
    while True:
        ending = f" ({number})" if number else ""
        files = {part: wanted.with_name(f"{stem}{'_' if part else ''}{part}{ending}.jsonl") for part in parts}
        manifest = wanted.with_name(f"{stem}{ending}.manifest.json")
        if not any(path.exists() for path in (*files.values(), manifest)):
            return files, manifest
        number += 1


def wanted_name(source: Source, output: Path | None) -> Path:
    """The file to write unless its name is taken. Raises UsageError where nothing can be written there."""
    if output is None:
        if source.remote is not None:
            raise UsageError(f"{source.name} is not on this machine: give -o FILE.jsonl")
        wanted = named_after(str(source.path) if source.path is not None else source.name, "_prepared")
    else:
        wanted = output
    if not wanted.name.endswith(".jsonl"):
        raise UsageError(f"-o {wanted}: a prepared file is JSON lines, so name it .jsonl")
    check_goal(wanted, [], overwrite=True)
    return wanted
