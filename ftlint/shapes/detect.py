"""Detect the shape of a record and which of its keys are the shape's fields.

The result depends only on the keys and on the first and last element of lists, so it is computed once per layout
and cached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product

from msgspec import Struct

from ftlint.shapes.shape import Record, Shape

MAX_LAYOUTS = 4096
# Types of values that distinguish records with the same keys: a shape may ask for a text.
DISTINGUISHING_TYPES = frozenset({list, dict, bool, int, float, type(None)})
CONTAINER_TYPES = (list, dict)
# The number of levels of nested lists that matter: no shape has more.
LISTS = 4
# Fields of which more than the keys of their first and last object matter: whether a content is blocks.
DEPTHS = {"messages": 2, "interactions": 2, "system": 1, "contents": 1, "question": 1}


class DetectedShape(Struct, frozen=True):
    """A shape and the file's own keys for its fields. ``renamed`` has the (file's key, field) pairs that differ."""

    shape: Shape
    fields: Mapping[str, str]
    renamed: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class ShapeDetector:
    """Detects which of ``shapes`` a record has. ``wanted`` is the user's ``--map``: field → key.

    ``first`` names the shapes that the target accepts: they need no fields that distinguish them from similar ones.
    """

    shapes: Mapping[str, Shape]
    wanted: Mapping[str, str] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    known: dict[object, DetectedShape | None] = field(init=False, default_factory=dict)
    inside: tuple[Shape, ...] = field(init=False)

    def __post_init__(self) -> None:
        inherited = Shape.is_recognised_inside
        self.inside = tuple(
            one for one in self.shapes.values() if type(one).is_recognised_inside is not inherited
        )

    def detect_all(self, records: Sequence[Record]) -> list[DetectedShape | None]:
        """The shape of each record; most files have one layout, for which one detection suffices."""
        alike = len(set(map(tuple, records))) == 1 and all(_same_layout(records, key) for key in records[0])
        if alike and len({self._inside(record) for record in records}) == 1:
            return [self.detect(records[0])] * len(records) if records[0] else [None] * len(records)
        return [self.detect(record) if record else None for record in records]

    def detect(self, record: Record) -> DetectedShape | None:
        """The shape of the record, or None if it fits no shape."""
        layout: object = tuple(record)
        # Lists and objects differ by their content, a boolean is a label, and a number is no text.
        if not DISTINGUISHING_TYPES.isdisjoint(map(type, record.values())):
            kinds = [_kind(value, DEPTHS.get(key, 0)) for key, value in record.items()]
            layout = (layout, self._inside(record), *kinds)
        try:
            return self.known[layout]
        except KeyError:
            pass
        if len(self.known) >= MAX_LAYOUTS:
            self.known.clear()
        detected = self.known[layout] = self._work_out(record)
        return detected

    def _work_out(self, record: Record) -> DetectedShape | None:
        folded = {fold(key): key for key in reversed(record)}
        for late, way in product((False, True), (self._exactly, self._folded, self._by_alias)):
            for shape in self.shapes.values():
                if shape.late is not late or not self._may_be(shape):
                    continue
                names = self._names(shape, record, folded, way)
                # A shape that the target accepts needs no distinguishing fields.
                if names is None or not (shape.name in self.first or has_enough_fields(shape, names)):
                    continue
                if shape.recognise(record, names) or self._must_be(shape, record[names[shape.required[0]]]):
                    # A mapped name is the user's choice, and not reported as renamed.
                    renamed = tuple(
                        (key, name)
                        for name, key in names.items()
                        if key not in (name, *shape.synonyms.get(name, ())) and self.wanted.get(name) != key
                    )
                    return DetectedShape(shape, names, renamed)
        return None

    def _inside(self, record: Record) -> tuple[str, ...]:
        """The shapes that the middle of the record's lists shows; a layout has their ends only."""
        return tuple(shape.name for shape in self.inside if shape.is_recognised_inside(record))

    def _may_be(self, shape: Shape) -> bool:
        """Whether the shape is a candidate, given the shapes that the target accepts."""
        if shape.on_request:
            return shape.name in self.first
        # A record of this shape may be an incomplete record of one that the target accepts.
        return shape.whole is None or shape.whole not in self.first or shape.name in self.first

    def _must_be(self, shape: Shape, value: object) -> bool:
        """Whether the target leaves no other choice for the record, given the value of the first required field.

        It wants a label in every record that has no second answer, whatever its value is here, or its shape differs
        from a plain one in some records only. An object in the place of messages is of a shape of its own.
        """
        if shape.plain_too and shape.name in self.first:
            return not isinstance(value, dict)
        wanted = [self.shapes[name] for name in self.first]
        return (
            shape in wanted and shape.has_label and all(one.has_label or one.is_preference for one in wanted)
        )

    def _names(
        self, shape: Shape, record: Record, folded: Mapping[str, str], way: object
    ) -> dict[str, str] | None:
        names: dict[str, str] = {}
        # Where the user names the column of a field, one that is usually called like it is no part of another field.
        replaced = {
            known for name in self.wanted if name in shape.aliases for known in known_names(shape, name)
        }
        for name in (*shape.required, *shape.optional):
            found = self.wanted.get(name)
            if found is None:
                found = way(shape, name, record, folded)  # type: ignore[operator]
            if found is None and name in shape.optional:
                # The names of the required fields decide how a record is read.
                found = self._by_alias(shape, name, record, folded)
            if name in shape.optional and name not in self.wanted and fold(found or "") in replaced:
                continue
            if found is not None and found in record and found not in names.values():
                names[name] = found
            elif name in shape.required:
                return None
        return names

    @staticmethod
    def _exactly(shape: Shape, name: str, record: Record, folded: Mapping[str, str]) -> str | None:
        names = (name, *shape.synonyms.get(name, ()), *shape.foreign.get(name, ()))
        return next((key for key in names if key in record), None)

    @staticmethod
    def _folded(shape: Shape, name: str, record: Record, folded: Mapping[str, str]) -> str | None:
        return ShapeDetector._exactly(shape, name, record, folded) or folded.get(fold(name))

    @staticmethod
    def _by_alias(shape: Shape, name: str, record: Record, folded: Mapping[str, str]) -> str | None:
        return next((folded[known] for known in known_names(shape, name) if known in folded), None)


def has_enough_fields(shape: Shape, names: Mapping[str, str]) -> bool:
    """Whether the present fields distinguish this shape from similar ones."""
    return not shape.distinguishing or any(
        name in names or name in names.values() for name in shape.distinguishing
    )


def fold(key: str) -> str:
    """A column name without case and surrounding blanks, with inner blanks and dashes as underscores."""
    return "_".join(key.strip().casefold().replace("-", " ").split())


def known_names(shape: Shape, name: str) -> list[str]:
    """Every name that is read as this field, folded; the most usual first."""
    others = (kind.get(name, ()) for kind in (shape.synonyms, shape.foreign, shape.aliases))
    return [fold(known) for known in (name, *chain.from_iterable(others))]


def majority(shapes: Sequence[tuple[str, int]]) -> str | None:
    """The most frequent shape; of equally frequent ones the first by name. ``shapes`` are (shape, records) pairs."""
    totals: dict[str, int] = {}
    for name, records in shapes:
        totals[name] = totals.get(name, 0) + records
    return min(totals, key=lambda name: (-totals[name], name), default=None)


def _same_layout(records: Sequence[Record], key: str) -> bool:
    """Whether the values of one key all have the same layout."""
    values = [record[key] for record in records]
    types = set(map(type, values))
    if DISTINGUISHING_TYPES.isdisjoint(types):
        return True
    depth = DEPTHS.get(key, 0)
    return len(types) == 1 and len({_kind(value, depth) for value in values}) == 1


def _kind(value: object, depth: int = 1, lists: int = LISTS) -> object:
    """The layout of a value: of lists the first and the last element, of objects the keys."""
    if isinstance(value, list):
        if not value or not lists:
            return (list, None)
        first = _of_end(value[0], depth, lists - 1)
        # A single element is examined once: twice at every level would double the time with each level.
        return (list, first, first if len(value) == 1 else _of_end(value[-1], depth, lists - 1))
    if isinstance(value, dict):
        if not depth:
            return (dict, *value)
        below = depth - 1
        return (
            dict,
            *((k, _kind(v, below)) if isinstance(v, CONTAINER_TYPES) else k for k, v in value.items()),
        )
    if value is None or isinstance(value, bool | str):
        return type(value)
    return float


def _of_end(end: object, depth: int, lists: int) -> object:
    return _kind(end, depth, lists) if isinstance(end, CONTAINER_TYPES) else type(end)
