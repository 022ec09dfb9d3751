"""What to convert to: the target or shape that was named, and of several shapes the one that suits the file."""

from collections.abc import Mapping

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.shapes import SHAPES, Shape
from ftlint.sight import majority
from ftlint.target import Target, load_target, target_names


def goal_of(to: str) -> tuple[Shape, Target | None]:
    """The shape to write as far as is known before the file is read, and the target if one was named."""
    if to in target_names():
        target = load_target(to)
        return SHAPES[target.shape], target
    if to in SHAPES:
        return SHAPES[to], None
    known = [*target_names(), *SHAPES]
    raise UsageError(f'--to: no target or shape "{to}"{did_you_mean(to, known)} ({", ".join(known)})')


def shape_for(target: Target, seen: Mapping[str, int]) -> Shape:
    """The shape in which to write a file for a target that takes several. ``seen`` counts the file's own.

    It is the file's own if the target takes it; else the first with a rejected answer, or with a label, or with
    neither, as the file has it; else the target's first.
    """
    own = majority([(name, count) for name, count in seen.items() if count])
    if own is None or own in target.shapes:
        return SHAPES[own or target.shape]
    kind = SHAPES[own].sides, SHAPES[own].labelled
    fitting = (name for name in target.shapes if (SHAPES[name].sides, SHAPES[name].labelled) == kind)
    return SHAPES[next(fitting, target.shape)]
