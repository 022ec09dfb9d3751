"""``ftlint split --output-format json``: schema version 1.

``files`` are the written files by subset; ``decisions`` the options that reproduce them; ``classes`` the
examples of each class by subset; ``why_not`` the reason why nothing was split, else null.
"""

from ftlint.commands.split.assign import SIDES
from ftlint.commands.split.run import SplitReport
from ftlint.report.json_report import SCHEMA, TOOL, as_document, attributes


def render(report: SplitReport) -> str:
    """Render the report as one JSON document that ends with a newline."""
    unread = report.unread.total()
    parts = [file.part for file in report.files]
    document = {
        "schema": SCHEMA,
        "tool": TOOL,
        "target": report.target,
        "input": {
            **attributes(report, "path", "container", "shape", "task", "rows"),
            "examples": report.rows - unread,
            "unreadable": unread,
            **attributes(report, "bytes", "sha256"),
        },
        "files": [
            {"part": file.part, "path": str(file.path), **attributes(file, "examples", "bytes", "sha256")}
            for file in report.files
        ],
        "decisions": report.decisions or None,
        "classes": [
            {"label": one.label, **{part: one.examples[SIDES.index(part)] for part in parts}}
            for one in report.classes
        ],
        "notes": report.notes,
        "warnings": report.warnings,
        "unread": dict(sorted(report.unread.items())),
        "rejects": str(report.rejects) if report.rejects is not None else None,
        "checked": report.checked,
        "why_not": report.why_not,
    }
    return as_document(document, indent=1)
