"""Which files are sides of one dataset: told by their names, or by ``[datasets]`` in the configuration."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ftlint.errors import UsageError
from ftlint.read import Source, find_sources

TRAINING = frozenset({"train", "training"})
HELD = frozenset(
    {"valid", "validation", "val", "dev", "test", "testing", "eval", "evaluation", "heldout", "holdout"}
)
# The number of a part, as in train-00000-of-00004.parquet: parts of two splits belong together, whichever they are.
PART = re.compile(r"[-_.]?\d+-of-\d+|[-_.]part[-_]?\d+", re.IGNORECASE)
WORDS = re.compile(r"[A-Za-z]+")

Key = tuple[Path, str, str]
Splits = Mapping[str, Mapping[str, Sequence[str]]]
"""Datasets by name, and in each the paths of every split, by its name."""


def partners(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """For each file of training data (by its identity) the files held out from it: same folder, same name but for
    the word for the split, as ``support_train.jsonl`` and ``support_valid.jsonl``.
    """
    training: dict[Key, list[Source]] = {}
    held: dict[Key, list[Source]] = {}
    for source in sources:
        if source.path is None or source.is_stdin:
            continue
        for words, sides in ((TRAINING, training), (HELD, held)):
            for key in _keys(source.path, words):
                sides.setdefault(key, []).append(source)
    found: dict[str, list[Source]] = {}
    for key, files in training.items():
        for source in files:
            if key in held:
                found.setdefault(source.identity, []).extend(held[key])
    return found


def _keys(path: Path, words: frozenset[str]) -> list[Key]:
    """The folder and the name with the word for the split left out; none where the name has no such word."""
    name = PART.sub("", path.name.casefold())
    return [
        (path.parent, name[: word.start()], name[word.end() :])
        for word in WORDS.finditer(name)
        if word.group() in words
    ]


def of_datasets(datasets: Splits, root: Path) -> tuple[list[Source], dict[str, list[Source]]]:
    """All files of all named datasets, and for each file of training data those held out from it.

    ``root`` is the folder that paths are relative to. Raises UsageError where a path names nothing.
    """
    sources: dict[str, Source] = {}
    found: dict[str, list[Source]] = {}
    for name, splits in datasets.items():
        files = {split: _files(name, split, paths, root) for split, paths in splits.items()}
        held = [source for split, some in files.items() if not is_training(split) for source in some]
        for split, some in files.items():
            for source in some:
                sources.setdefault(source.identity, source)
                if is_training(split) and held:
                    found.setdefault(source.identity, []).extend(held)
    return list(sources.values()), found


def is_training(split: str) -> bool:
    """Whether a split of this name is trained on."""
    return not TRAINING.isdisjoint(WORDS.findall(split.casefold()))


def _files(dataset: str, split: str, paths: Sequence[str], root: Path) -> list[Source]:
    try:
        return find_sources([str(_beside(root / path)) for path in paths])
    except UsageError as error:
        raise UsageError(f"datasets.{dataset}.{split}: {error}") from None


def _beside(path: Path) -> Path:
    """The path as seen from the current folder, if it lies below it: so it is shown."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
