"""Whether the shards in a folder are those of one run, and all of them."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ftlint import __version__
from ftlint.errors import UsageError
from ftlint.shards.kept import ENDING, Kept


def complete(folder: Path) -> list[Kept]:
    """All shards of the one run that a folder keeps, in order.

    Raises UsageError where there are none, one is missing, stands there twice, or is of another run.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    paths = sorted(folder.glob(f"*{ENDING}"))
    if not paths:
        raise UsageError(f"{folder}: no shards here; ftlint check --shard I/N --save {folder} makes them")
    shards = sorted((Kept(path) for path in paths), key=lambda shard: shard.header.number)
    for other in shards[1:]:
        _check_alike(shards[0], other)
    _check_all_there(shards)
    if shards[0].header.version != __version__:
        made = shards[0].header.version
        raise UsageError(
            f"{shards[0].path} was made by ftlint {made}; this is {__version__}: their rules may differ"
        )
    return shards


def _check_alike(first: Kept, other: Kept) -> None:
    one, two = first.header, other.header
    both = f"{first.path.name} and {other.path.name}"
    if one.version != two.version:
        raise UsageError(f"{both} were made by two versions of ftlint, {one.version} and {two.version}")
    if one.of != two.of:
        raise UsageError(f"{both} are of two runs: one in {one.of} shards, one in {two.of}")
    names = [source["name"] for source in one.sources]
    if names != [source["name"] for source in two.sources]:
        raise UsageError(f"{both} are of different files")
    for name, mark, mark_too in zip(names, one.marks, two.marks, strict=True):
        if mark != mark_too:
            raise UsageError(
                f"{both} have seen different contents of {name}: it changed, or is another file there"
            )
    if one.key != two.key:
        raise UsageError(f"{both} were checked with different options, rules or plug-ins")


def _check_all_there(shards: Sequence[Kept]) -> None:
    of = shards[0].header.of
    for one, two in pairwise(shards):
        if one.header.number == two.header.number:
            both = f"{one.path.name} and {two.path.name}"
            raise UsageError(f"{both} are both shard {one.header.number} of {of}; take one of them away")
    missing = sorted(set(range(1, of + 1)) - {shard.header.number for shard in shards})
    if missing:
        listed = ", ".join(map(str, missing[:10])) + (" …" if len(missing) > 10 else "")
        are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
        raise UsageError(
            f"{len(missing)} of {of} shards {are} missing: {listed}; check {them} with --shard {missing[0]}/{of}"
        )
