"""Paths into a record, in the notation of findings."""

import re

Steps = tuple[str | int, ...]
"""A path into a record: keys and positions."""


def format_path(steps: Steps) -> str:
    """``messages[1].content`` for ``("messages", 1, "content")``; unusual keys are quoted in brackets."""
    out = ""
    for step in steps:
        if isinstance(step, int):
            out += f"[{step}]"
        elif step.isidentifier() or (step.replace("-", "_").replace(" ", "_").isidentifier() and not out):
            out += f".{step}" if out else step
        else:
            out += f'["{step}"]' if out or not step else step
    return out


def general_path(steps: Steps) -> str:
    """``messages[].content`` for ``("messages", 1, "content")``: the same for every position."""
    return re.sub(r"\[\d+\]", "[]", format_path(steps))
