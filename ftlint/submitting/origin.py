"""Where a line of a prepared file came from: the row of the file that people edit, as the manifest tells."""

import json
from pathlib import Path
from typing import Any


def origin_of(manifest: Path, file: Path, line: int) -> str | None:
    """``row 12 of stories.csv``; None where the manifest does not tell."""
    try:
        content = json.loads(manifest.read_bytes())
        outputs = {entry["path"]: entry for entry in content["outputs"]}
        nth = _nth(file, line)
        row = None if nth is None else _row(content, outputs[file.name], nth)
        name = content["input"]["path"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None if row is None else f"row {row:,} of {'the input' if name == '-' else name}"


def _nth(file: Path, line: int) -> int | None:
    """Which example stands on a line, from 0."""
    nth = -1
    with file.open("rb") as lines:
        for number, text in enumerate(lines, 1):
            filled = bool(text.strip())
            nth += filled
            if number == line:
                return nth if filled else None
    return None


def _row(content: dict[str, Any], output: dict[str, Any], nth: int) -> int | None:
    """The source's row of an example: by the runs of rows that the manifest lists, or all rows in a row."""
    runs = output.get("rows_from")
    if runs is None:
        whole = content["counts"]["read"] == output["rows"] and content["split"] is None
        return nth + 1 if whole and not content["intent"].get("expand_turns") else None
    for first, many in runs:
        if nth < many:
            return int(first) + nth
        nth -= many
    return None
