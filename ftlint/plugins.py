"""Entry points of other packages: rules, targets, shapes, outputs, readers and providers.

No package is imported before it is needed. A name that is defined twice, or is one of ftlint's own, is an error that
names both. ``fixtures/plugin`` is an example package.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ftlint.errors import UsageError

RULES, TARGETS, SHAPES = "ftlint.rules", "ftlint.targets", "ftlint.shapes"
OUTPUTS, READERS = "ftlint.outputs", "ftlint.readers"
PROVIDERS = "ftlint.providers"
GROUPS = (RULES, TARGETS, SHAPES, OUTPUTS, READERS, PROVIDERS)
MARK = "[ftlint."
INFO = (".dist-info", ".egg-info")


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry point: ``name = value`` in a group, and the package that defines it."""

    group: str
    name: str
    value: str
    package: str

    @property
    def module(self) -> str:
        """The module that the entry point loads."""
        return self.value.partition(":")[0].strip()

    def __str__(self) -> str:
        return f"plug-in {self.name} ({self.value}) of {self.package}"

    def load(self) -> Any:
        """Import the object that the entry point names. Raises UsageError if it cannot be imported."""
        from importlib.metadata import EntryPoint

        try:
            return EntryPoint(self.name, self.value, self.group).load()
        except UsageError:
            raise
        except Exception as error:
            raise UsageError(f"{self}: {type(error).__name__}: {error}") from error


def offers(group: str) -> list[Offer]:
    """The entry points of a group, sorted by name."""
    return sorted((offer for offer in _all() if offer.group == group), key=lambda offer: offer.name)


def offered(group: str, own: Collection[str] = ()) -> Mapping[str, Offer]:
    """The entry points of a group by name. Raises UsageError for a duplicate or a name among ftlint's ``own``."""
    found: dict[str, Offer] = {}
    for offer in offers(group):
        if offer.name in own:
            raise UsageError(f"{offer}: the name {offer.name} is taken by ftlint's own ({group})")
        if offer.name in found:
            raise UsageError(f"{offer}: the name {offer.name} is taken by {found[offer.name]} ({group})")
        found[offer.name] = offer
    return found


@cache
def installed() -> tuple[Path, ...]:
    """The metadata folders of installed packages, named after their versions, in the order of Python's path."""
    found = []
    for place in dict.fromkeys(sys.path):
        try:
            found += sorted(path for path in Path(place).iterdir() if path.name.endswith(INFO))
        except OSError:
            continue
    return tuple(found)


@cache
def _all() -> tuple[Offer, ...]:
    known: set[str] = set()
    found: list[Offer] = []
    for info in installed():
        name, _, version = info.stem.partition("-")
        # If a package is installed twice, Python uses the first.
        if name.casefold() not in known:
            known.add(name.casefold())
            found += _of(info, f"{name} {version}".strip())
    return tuple(found)


def _of(info: Path, package: str) -> Iterator[Offer]:
    try:
        text = (info / "entry_points.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if MARK not in text:
        return
    import configparser

    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise UsageError(f"{info / 'entry_points.txt'}: {error}") from None
    for group in parser.sections():
        if group in GROUPS:
            for name, value in parser.items(group):
                yield Offer(group, name, value, package)
