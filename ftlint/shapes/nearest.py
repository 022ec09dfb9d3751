"""The shape that a record nearly has, and which fields ``--map`` may name."""

from collections.abc import Mapping

from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import fold, known_names
from ftlint.shapes.shape import Record


def check_map(wanted: Mapping[str, str]) -> None:
    """Refuse a ``--map`` to a field that no shape has."""
    known = {name for shape in SHAPES.values() for name in (*shape.required, *shape.optional)}
    for name in wanted:
        if name not in known:
            raise UsageError(
                f'--map: no field "{name}"{did_you_mean(name, known)} (fields: {", ".join(sorted(known))})'
            )


def nearest_shape(record: Record) -> tuple[str, list[str]]:
    """The shape with the fewest missing and most present fields, and its missing fields."""
    folded = {fold(key) for key in record}
    flat = not any(isinstance(value, dict | list) for value in record.values())
    ranked = sorted(
        (
            # Tables of texts are most likely a prompt and a completion.
            (
                flat and bool(record) and shape.turns,
                len(missing),
                -len(folded.intersection(shape.required)),
                -len(has),
                -len(shape.required),
                name,
                missing,
            )
            for name, shape in SHAPES.items()
            if not shape.on_request and shape.whole is None
            for has in [
                {
                    n
                    for n in (*shape.required, *shape.optional)
                    if not folded.isdisjoint(known_names(shape, n))
                }
            ]
            for missing in [[n for n in shape.required if n not in has]]
            if not shape.late
        ),
        key=lambda entry: entry[:6],
    )
    *_, name, missing = ranked[0]
    return name, missing
