"""List the data files of a folder: those with known suffixes, without hidden folders and files that git ignores."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftlint.errors import UsageError
from ftlint.io.container import split_name
from ftlint.io.formats import FORMATS, format_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# Files that prepare writes next to the data.
MANIFEST = ".manifest.json"
SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})


def is_data(name: str, *, in_folder: bool) -> bool:
    """Whether a file is data by its name. In a folder ambiguous suffixes do not count: a .txt may be anything."""
    container, _ = split_name(name)
    return container is not None and (not in_folder or format_of(container).in_folders)


def matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A predicate for paths that match one of some patterns, written as in a ``.gitignore``."""
    if not patterns:
        return lambda path: False
    import pathspec

    try:
        spec = pathspec.GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise UsageError(f"a pattern to exclude cannot be read: {error}") from None

    def matches(path: str) -> bool:
        return spec.match_file(_relative_path(path)) or spec.match_file(Path(path).as_posix())

    return matches


def _relative_path(path: str) -> str:
    """The path relative to the current folder, if it is below it."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive on Windows
        return Path(path).as_posix()


class Folder:
    """A folder to search for data files, with counts of the excluded ones by reason."""

    def __init__(self, root: Path, excluded: Callable[[str], bool]) -> None:
        self.root = root
        self.excluded = excluded
        self.ignored_count = 0
        self.excluded_count = 0
        self.text_count = 0

    def files(self) -> Iterator[Path]:
        """The data files sorted by name, those of a folder before those of its subfolders."""
        yield from self._walk(self.root, self._specs_above())

    def left_out_in_words(self) -> str:
        """Why there are no files: what was excluded, or which suffixes are known."""
        why = []
        if self.ignored_count:
            why.append(f"ignored by .gitignore: {self.ignored_count}")
        if self.excluded_count:
            why.append(f"excluded: {self.excluded_count}")
        if self.text_count:
            why.append(f".txt, read only when named: {self.text_count}")
        if why:
            return f" ({'; '.join(why)}; a file that you name is always read)"
        found = (suffix for known in FORMATS.values() if known.in_folders for suffix in known.suffixes)
        endings = ", ".join(f".{suffix}" for suffix in found)
        return f" (looked for {endings}, also with .gz or .zst)"

    def _walk(self, folder: Path, specs: list[tuple[Path, "GitIgnoreSpec"]]) -> Iterator[Path]:
        specs = [*specs, *_spec_of(folder)]
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return
        folders = []
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file() and self._is_included(path, specs):
                yield path
        for path in folders:
            hidden = path.name.startswith(".") or path.name in SKIPPED_FOLDERS
            if not hidden and not self.excluded(str(path)):
                yield from self._walk(path, specs)

    def _is_included(self, path: Path, specs: list[tuple[Path, "GitIgnoreSpec"]]) -> bool:
        if path.name.startswith(".") or path.name.endswith(MANIFEST):
            return False
        if not is_data(path.name, in_folder=False):
            return False
        if not is_data(path.name, in_folder=True):
            self.text_count += 1
        elif self.excluded(str(path)):
            self.excluded_count += 1
        elif _ignored(path, specs):
            self.ignored_count += 1
        else:
            return True
        return False

    def _specs_above(self) -> list[tuple[Path, "GitIgnoreSpec"]]:
        """The ``.gitignore`` files above, up to the repository's root.

        Empty if they ignore the folder itself: a user who names an ignored folder intends to read it.
        """
        root = self.root.resolve()
        if (root / ".git").exists():
            return []
        top = next((folder for folder in root.parents if (folder / ".git").exists()), None)
        if top is None:
            return []
        above = [folder for folder in reversed(root.parents) if folder.is_relative_to(top)]
        specs = [found for folder in above for found in _spec_of(folder)]
        return [] if _ignored(root / "any", specs) else specs


def _spec_of(folder: Path) -> list[tuple[Path, "GitIgnoreSpec"]]:
    try:
        lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    import pathspec

    try:
        return [(folder.resolve(), pathspec.GitIgnoreSpec.from_lines(lines))]
    except ValueError:
        return []


def _ignored(path: Path, specs: list[tuple[Path, "GitIgnoreSpec"]]) -> bool:
    """Whether the nearest ``.gitignore`` with a matching pattern ignores the path."""
    if not specs:
        return False
    full = Path(os.path.realpath(path.parent)) / path.name
    for folder, spec in reversed(specs):
        verdict = spec.check_file(full.relative_to(folder).as_posix()).include
        if verdict is not None:
            return verdict
    return False
