"""Detect which files are splits of one dataset, by their names or by ``[datasets]`` in the configuration."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from ftlint.errors import UsageError
from ftlint.io.address import is_remote
from ftlint.io.find import find_sources
from ftlint.io.source import Source

TRAINING = frozenset({"train", "training"})
HELD_OUT = frozenset(
    {"valid", "validation", "val", "dev", "test", "testing", "eval", "evaluation", "heldout", "holdout"}
)
# The part number, as in train-00000-of-00004.parquet: all parts of two splits belong together.
PART = re.compile(r"[-_.]?\d+-of-\d+|[-_.]part[-_]?\d+", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]+")

Key = tuple[PurePath, str, str]
Splits = Mapping[str, Mapping[str, Sequence[str]]]
"""Datasets by name, each with the paths of its splits, by split name."""


def partners(sources: Sequence[Source]) -> dict[str, list[Source]]:
    """For each training file (by its identity) its held-out files: same folder, and same name except for the word of
    the split, such as ``support_train.jsonl`` and ``support_valid.jsonl``.
    """
    training: dict[Key, list[Source]] = {}
    held_out: dict[Key, list[Source]] = {}
    for source in sources:
        place = source.place
        if place is None:
            continue
        for words, files_by_key in ((TRAINING, training), (HELD_OUT, held_out)):
            for key in _keys(place, words):
                files_by_key.setdefault(key, []).append(source)
    held_out_by_file: dict[str, list[Source]] = {}
    for key, files in training.items():
        for source in files:
            if key in held_out:
                held_out_by_file.setdefault(source.identity, []).extend(held_out[key])
    return held_out_by_file


def known_holdouts(
    sources: Sequence[Source],
    named: Mapping[str, Sequence[Source]],
    against: Sequence[Source],
    datasets: Splits,
    root: Path,
) -> frozenset[str]:
    """The identities of the files that are known to be held out from training; a file's name alone is no evidence.

    These are files whose training data is among the ``sources`` (by their names, or ``named``); the references in
    ``against``, unless they include all sources; and the files of a held-out split of ``datasets`` (with paths relative
    to ``root``). A file that is also training data is not held out.
    """
    pairs = partners(sources)
    training_files = {*pairs, *named}
    held_out = {other.identity for files in (pairs, named) for others in files.values() for other in others}
    given = {source.identity for source in against}
    if not given.issuperset(source.identity for source in sources):
        held_out |= given
    for training, identity in _of_splits(datasets, root):
        (training_files if training else held_out).add(identity)
    return frozenset(held_out - training_files)


def _of_splits(datasets: Splits, root: Path) -> Iterator[tuple[bool, str]]:
    """For each local file of the datasets: whether it is training data, and its identity.

    Remote files are skipped, to avoid requests: with ``--project`` they are known already.
    """
    for name, splits in datasets.items():
        for split, paths in splits.items():
            for path in paths:
                if is_remote(path):
                    continue
                # Missing files do not affect the others.
                with suppress(UsageError):
                    for source in _files(name, split, [path], root):
                        yield is_training(split), source.identity


def _keys(path: PurePath, words: frozenset[str]) -> list[Key]:
    """The folder and the parts of the name around the word of the split, per such word in the name."""
    name = PART.sub("", path.name.casefold())
    return [
        (path.parent, name[: word.start()], name[word.end() :])
        for word in WORD.finditer(name)
        if word.group() in words
    ]


def of_datasets(datasets: Splits, root: Path) -> tuple[list[Source], dict[str, list[Source]]]:
    """All files of all named datasets, and the held-out files of each training file, by its identity.

    ``root`` is the folder that paths are relative to. Raises UsageError for a path without files.
    """
    sources: dict[str, Source] = {}
    held_out_by_file: dict[str, list[Source]] = {}
    for name, splits in datasets.items():
        files = {split: _files(name, split, paths, root) for split, paths in splits.items()}
        held_out = [
            source for split, split_files in files.items() if not is_training(split) for source in split_files
        ]
        for split, split_files in files.items():
            for source in split_files:
                sources.setdefault(source.identity, source)
                if is_training(split) and held_out:
                    held_out_by_file.setdefault(source.identity, []).extend(held_out)
    return list(sources.values()), held_out_by_file


def is_training(split: str) -> bool:
    """Whether a split of this name is training data."""
    return not TRAINING.isdisjoint(WORD.findall(split.casefold()))


def _files(dataset: str, split: str, paths: Sequence[str], root: Path) -> list[Source]:
    try:
        return find_sources([path if is_remote(path) else str(_relative(root / path)) for path in paths])
    except UsageError as error:
        raise UsageError(f"datasets.{dataset}.{split}: {error}") from None


def _relative(path: Path) -> Path:
    """The path relative to the current folder, if it is below it, for messages."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
