"""Rows that ftlint has itself: the vendors' examples of a target, and the cases of the rules on its shapes."""

import json
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from vendor_examples import EXAMPLES
from vendor_examples import HOME as EXAMPLE_TARGETS

from ftlint.rule.registry import all_rules
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import ShapeDetector
from ftlint.targets.target import load_target, target_names

FAMILIES = ("S", "C", "T", "R")


def own_rows(target: str, only: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
    """Each row with its name; rows of other shapes than the target's own, or than these, are left out."""
    shapes = set(load_target(target).shapes if target in target_names() else ())
    if only:
        shapes &= set(only)
    for name, record in EXAMPLES.items():
        if target in EXAMPLE_TARGETS[name].split() and (not only or _shape(record) in shapes):
            yield f"example: {name}", record
    on_request = tuple(name for name in sorted(shapes) if SHAPES[name].on_request)
    for name, shape, row in _cases(on_request):
        if shape in shapes:
            yield name, row


DETECTOR = ShapeDetector()


def _shape(row: Any, detector: ShapeDetector = DETECTOR) -> str | None:
    detected = detector.detect(row) if isinstance(row, dict) and row else None
    return detected.shape.name if detected is not None else None


@cache
def _cases(on_request: tuple[str, ...]) -> list[tuple[str, str, Any]]:
    """The rows of all cases with their shapes; some shapes are detected only where the target accepts them."""
    found: dict[str, tuple[str, str, Any]] = {}
    detector = ShapeDetector(first=on_request)
    for code, rule in all_rules().items():
        if not code.startswith(FAMILIES):
            continue
        for nth, case in enumerate(rule.cases):
            rows = case.rows
            for line, row in enumerate(rows[:12] if isinstance(rows, list) else [], start=1):
                shape = _shape(row, detector)
                if shape is not None:
                    name = f"{code} case {nth}: row {line}"
                    found.setdefault(json.dumps(row, sort_keys=True), (name, shape, lengthened(row)))
    return list(found.values())


# Fields whose texts are trained on.
TEXTS = {
    "content", "value", "text", "prompt", "completion", "chosen", "rejected", "instruction", "input", "output",
    "question", "answer", "response", "query", "history", "system", "reasoning_content",
}  # fmt: skip


def lengthened(value: Any, field: str = "") -> Any:
    """The same row with words for texts of one letter, which stand in every prompt: equal ones stay equal."""
    if isinstance(value, dict):
        return {key: lengthened(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [lengthened(item, field) for item in value]
    if field in TEXTS and isinstance(value, str) and len(value) == 1 and value.isalpha():
        return f"{value * 3} is a text."
    return value
