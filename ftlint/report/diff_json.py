"""``ftlint diff --output-format json``: a contract for scripts, schema version 1.

    {"schema": 1, "tool": {"name": "ftlint", "version": "…"}, "command": "diff", "differs": true,
     "old": SIDE, "new": SIDE, "same": 9, "moved": 0, "changed": 2, "removed": 1, "added": 1,
     "rules": [{"code": "A001", "name": "some-fault", "severity": "error", "old": 0, "new": 1,
                "appeared": 1, "went": 0}, …],
     "classes": [{"label": "yes", "old": 30, "new": 28}, …],
     "changes": [{"old": PLACE, "new": PLACE, "who": "assistant", "before": "…", "after": "…"}, …],
     "removals": [PLACE, …], "additions": [PLACE, …]}

SIDE is {"path", "rows", "examples", "bytes", "tokens", "trained", "median", "p95", "max"}; PLACE is {"file", "row",
"line"}, for removed or added examples with "text", an excerpt. The numbers are complete totals; each list is
limited by ``--max-shown``. ``appeared`` and ``went`` are null if there are too many findings to match them.
``moved`` examples are equal but in another order, which is no difference. ``who``, ``before`` and ``after`` are of
the first message that differs, and null if only other fields do.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ftlint.commands.diff.run import ChangedExample, DiffEntry, Difference
from ftlint.commands.stats.figures import Figures
from ftlint.display import escape
from ftlint.report.diff_words import first_difference, one_line
from ftlint.report.json_report import as_json, attributes, header
from ftlint.report.terminal import RenderOptions


def render(difference: Difference, options: RenderOptions) -> Iterator[str]:
    """Render the comparison as one JSON document that ends with a newline."""
    del options
    document = {
        **header("diff"),
        "differs": difference.differs,
        "old": _side(difference.old),
        "new": _side(difference.new),
        **attributes(difference, "same", "moved", "changed", "removed", "added"),
        "rules": [asdict(rule) for rule in difference.rules],
        "classes": [{**asdict(one), "label": escape(one.label)} for one in difference.classes],
        "changes": [_change(changed) for changed in difference.listed_changed],
        "removals": [{**_place(entry), "text": one_line(entry)} for entry in difference.listed_removed],
        "additions": [{**_place(entry), "text": one_line(entry)} for entry in difference.listed_added],
    }
    yield as_json(document) + "\n"


def _side(figures: Figures) -> dict[str, Any]:
    spread = figures.per_example
    return {
        "path": figures.name,
        **attributes(figures, "rows", "examples", "bytes", "tokens", "trained"),
        "median": spread.median if spread is not None else None,
        "p95": spread.p95 if spread is not None else None,
        "max": spread.most if spread is not None else None,
    }


def _change(changed: ChangedExample) -> dict[str, Any]:
    first, names = first_difference(changed), ("who", "before", "after")
    texts = attributes(first, *names) if first is not None else dict.fromkeys(names)
    return {"old": _place(changed.old), "new": _place(changed.new), **texts}


def _place(entry: DiffEntry) -> dict[str, Any]:
    return attributes(entry, "file", "row", "line")
