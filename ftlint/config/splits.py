"""Which files are sides of one dataset: told by their names, or by ``[datasets]`` in the configuration."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from ftlint.errors import UsageError
from ftlint.io.find import find_sources
from ftlint.io.remote.address import is_remote
from ftlint.io.source import Source

TRAINING = frozenset({"train", "training"})
HELD = frozenset(
    {"valid", "validation", "val", "dev", "test", "testing", "eval", "evaluation", "heldout", "holdout"}
)
# The number of a part, as in train-00000-of-00004.parquet: parts of two splits belong together, whichever they are.
PART = re.compile(r"[-_.]?\d+-of-\d+|[-_.]part[-_]?\d+", re.IGNORECASE)
WORDS = re.compile(r"[A-Za-z]+")

Key = tuple[PurePath, str, str]
Splits = Mapping[str, Mapping[str, Sequence[str]]]
"""Datasets by name, and in each the paths of every split, by its name."""


def partners(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """For each file of training data (by its identity) the files held out from it: same folder, same name but for
    the word for the split, as ``support_train.jsonl`` and ``support_valid.jsonl``.
    """
    training: dict[Key, list[Source]] = {}
    held: dict[Key, list[Source]] = {}
    for source in sources:
        place = source.place
        if place is None:
            continue
        for words, sides in ((TRAINING, training), (HELD, held)):
            for key in _keys(place, words):
                sides.setdefault(key, []).append(source)
    found: dict[str, list[Source]] = {}
    for key, files in training.items():
        for source in files:
            if key in held:
                found.setdefault(source.identity, []).extend(held[key])
    return found


def known_held_out(
    sources: Sequence[Source],
    named: Mapping[str, Sequence[Source]],
    against: Sequence[Source],
    datasets: Splits,
    root: Path,
) -> frozenset[str]:
    """The files that are known to be held out from training, by their identity; a file's name alone says nothing.

    Known are those whose training data is among the ``sources``, told by their names or ``named``; those that the
    sources are held ``against``, unless all of the sources are; and those of a split of ``datasets`` (their paths
    relative to ``root``). What is also trained on is not held out.
    """
    pairs = partners(sources)
    trained = {*pairs, *named}
    held = {other.identity for found in (pairs, named) for others in found.values() for other in others}
    given = {source.identity for source in against}
    if not given.issuperset(source.identity for source in sources):
        held |= given
    for training, identity in _of_splits(datasets, root):
        (trained if training else held).add(identity)
    return frozenset(held - trained)


def _of_splits(datasets: Splits, root: Path) -> Iterator[tuple[bool, str]]:
    """For each file of the datasets that lies here whether it is trained on, and its identity.

    No store is asked for those that lie elsewhere: with ``--project`` they are known already.
    """
    for name, splits in datasets.items():
        for split, paths in splits.items():
            for path in paths:
                if is_remote(path):
                    continue
                # Those that are not there are of no importance to the others.
                with suppress(UsageError):
                    for source in _files(name, split, [path], root):
                        yield is_training(split), source.identity


def _keys(path: PurePath, words: frozenset[str]) -> list[Key]:
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
        return find_sources([path if is_remote(path) else str(_beside(root / path)) for path in paths])
    except UsageError as error:
        raise UsageError(f"datasets.{dataset}.{split}: {error}") from None


def _beside(path: Path) -> Path:
    """The path as seen from the current folder, if it lies below it: so it is shown."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
