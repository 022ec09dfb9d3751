"""Seeing what a record is: its shape, and which of its keys stand for the shape's fields.

The answer depends only on the keys and on the first element of lists, so it is worked out once per layout
and remembered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.shapes import SHAPES, Shape
from ftlint.shapes.shape import Record

MOST_LAYOUTS = 4096
# Values by which records with the same keys are told apart.
TELLING = frozenset({list, dict, bool})


@dataclass(frozen=True, slots=True)
class Sighting:
    """A shape and the file's own keys for its fields. ``renamed`` holds (file's key, field) pairs that differ."""

    shape: Shape
    names: Mapping[str, str]
    renamed: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Eye:
    """Sees records. ``wanted`` is the user's own ``--map``: field → key.

    ``first`` names the shapes that the target takes: what can be one of them is.
    """

    wanted: Mapping[str, str] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    known: dict[object, Sighting | None] = field(default_factory=dict)

    def see_all(self, records: Sequence[Record]) -> list[Sighting | None]:
        """What each record is; most files hold one layout, and then one look does for all."""
        if len(set(map(tuple, records))) == 1 and all(_alike(records, key) for key in records[0]):
            return [self.see(records[0])] * len(records) if records[0] else [None] * len(records)
        return [self.see(record) if record else None for record in records]

    def see(self, record: Record) -> Sighting | None:
        """What the record is, or None when it fits no shape."""
        layout: object = tuple(record)
        # Lists and objects can be told apart by what is in them, and a yes or no is a label.
        if not TELLING.isdisjoint(map(type, record.values())):
            layout = (layout, *[_kind(value) for value in record.values()])
        try:
            return self.known[layout]
        except KeyError:
            pass
        if len(self.known) >= MOST_LAYOUTS:
            self.known.clear()
        seen = self.known[layout] = self._work_out(record)
        return seen

    def _work_out(self, record: Record) -> Sighting | None:
        folded = {fold(key): key for key in reversed(record)}
        shapes = [SHAPES[name] for name in self.first]
        shapes += [shape for shape in SHAPES.values() if shape not in shapes and not shape.on_request]
        for way in (self._exactly, self._folded, self._by_alias):
            for shape in shapes:
                names = self._names(shape, record, folded, way)
                if names is None or (shape.name not in self.first and not told(shape, names)):
                    continue
                if shape.recognise(record, names):
                    # A wished-for name is the user's own word, not something to be told about.
                    renamed = tuple(
                        (key, name)
                        for name, key in names.items()
                        if key != name and self.wanted.get(name) != key
                    )
                    return Sighting(shape, names, renamed)
        return None

    def _names(
        self, shape: Shape, record: Record, folded: Mapping[str, str], way: object
    ) -> dict[str, str] | None:
        names: dict[str, str] = {}
        for name in (*shape.required, *shape.optional):
            found = self.wanted.get(name)
            if found is None:
                found = way(shape, name, record, folded)  # type: ignore[operator]
            if found is not None and found in record and found not in names.values():
                names[name] = found
            elif name in shape.required:
                return None
        return names

    @staticmethod
    def _exactly(shape: Shape, name: str, record: Record, folded: Mapping[str, str]) -> str | None:
        return name if name in record else None

    @staticmethod
    def _folded(shape: Shape, name: str, record: Record, folded: Mapping[str, str]) -> str | None:
        return name if name in record else folded.get(name)

    @staticmethod
    def _by_alias(shape: Shape, name: str, record: Record, folded: Mapping[str, str]) -> str | None:
        for candidate in (name, *shape.aliases.get(name, ())):
            if candidate in folded:
                return folded[candidate]
        return None


def told(shape: Shape, names: Mapping[str, str]) -> bool:
    """Whether the fields that are there tell this shape from others like it."""
    return not shape.telling or any(name in names for name in shape.telling)


def fold(key: str) -> str:
    """A column name without case and surrounding blanks, with inner blanks and dashes as underscores."""
    return "_".join(key.strip().casefold().replace("-", " ").split())


def check_map(wanted: Mapping[str, str]) -> None:
    """Refuse a ``--map`` to a field that no shape has."""
    known = {name for shape in SHAPES.values() for name in (*shape.required, *shape.optional)}
    for name in wanted:
        if name not in known:
            raise UsageError(
                f'--map: no field "{name}"{did_you_mean(name, known)} (fields: {", ".join(sorted(known))})'
            )


def nearest_shape(record: Record) -> tuple[str, list[str]]:
    """The shape that misses the fewest fields, and the fields that it misses."""
    folded = {fold(key) for key in record}
    flat = not any(isinstance(value, dict | list) for value in record.values())
    ranked = sorted(
        (
            # Texts in columns are a prompt and a completion, if anything.
            (flat and bool(record) and shape.turns, len(missing), -len(shape.required), name, missing)
            for name, shape in SHAPES.items()
            if not shape.on_request
            for missing in [[n for n in shape.required if not folded & {n, *shape.aliases.get(n, ())}]]
        ),
        key=lambda entry: entry[:4],
    )
    *_, name, missing = ranked[0]
    return name, missing


def majority(shapes: Sequence[tuple[str, int]]) -> str | None:
    """The shape most records have; of equals the first by name. ``shapes`` are (shape, records) pairs."""
    totals: dict[str, int] = {}
    for name, records in shapes:
        totals[name] = totals.get(name, 0) + records
    return min(totals, key=lambda name: (-totals[name], name), default=None)


def _alike(records: Sequence[Record], key: str) -> bool:
    """Whether one key's values all look alike as far as a layout goes."""
    values = [record[key] for record in records]
    types = set(map(type, values))
    if TELLING.isdisjoint(types):
        return True
    return len(types) == 1 and len(set(map(_kind, values))) == 1


def _kind(value: object) -> object:
    if isinstance(value, list):
        first = value[0] if value else None
        return (list, tuple(first) if isinstance(first, dict) else type(first))
    if isinstance(value, dict):
        return (dict, tuple(value))
    return bool if isinstance(value, bool) else None
