"""A curve in one line of text."""

from collections.abc import Sequence
from math import isfinite

from ftlint.results.reading import Point

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(points: Sequence[Point], width: int) -> str:
    """The curve from its first step to its last in at most ``width`` characters.

    Each stands for an equal part of the steps, as high as the mean of what is measured there; a blank where nothing is.
    """
    if not points or width < 1:
        return ""
    start, end = points[0][0], points[-1][0]
    cells: list[list[float]] = [[] for _ in range(max(1, min(width, end - start + 1, len(points))))]
    for step, value in points:
        cells[(step - start) * len(cells) // (end - start + 1)].append(value)
    heights = [sum(cell) / len(cell) if cell else None for cell in cells]
    known = [height for height in heights if height is not None]
    low, span = min(known), max(known) - min(known)
    return "".join(" " if height is None else _block(height - low, span) for height in heights)


def _block(height: float, span: float) -> str:
    # Numbers at the end of what floats can hold have no finite distance.
    risen = height / span if span > 0 else 0.0
    return BLOCKS[round(risen * (len(BLOCKS) - 1)) if isfinite(risen) else 0]
