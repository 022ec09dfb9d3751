"""``ftlint prepare --output-format json``: schema version 1.

``input`` is the file that was read, ``remedies`` the proposed fixes and whether they were accepted, ``files``
the written files by subset, ``findings``, ``counts`` and ``summary`` the remaining findings, as ``ftlint
check`` reports them.
"""

import json
from typing import Any

import msgspec

from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import Prepared
from ftlint.report import json_report
from ftlint.report.terminal import RenderOptions
from ftlint.secrets import mask


def render(made: Prepared) -> str:
    """Render the result as one JSON document that ends with a newline."""
    checked = json.loads("".join(json_report.render(made.report, RenderOptions())))
    seen, told = made.outlook, made.advice
    document = {
        **{key: checked[key] for key in ("schema", "tool", "target", "model")},
        "input": {
            "path": seen.name,
            "container": seen.container,
            "rows": seen.rows,
            "shapes": dict(seen.shapes),
            "task": seen.task,
            "classes": dict(seen.classes),
            "scripts": list(seen.scripts),
            "tokens": seen.tokens,
        },
        "remedies": [_remedy(asked, agreed) for asked, agreed in made.remedies],
        "files": [
            {**file, "part": part or None, "written": file["path"], "kept": made.kept[part]}
            for part, file in zip(made.files, checked["files"], strict=False)
        ],
        "manifest": str(made.manifest) if made.manifest is not None else None,
        "findings": checked["findings"],
        "counts": checked["counts"],
        "summary": {
            **checked["summary"],
            "read": seen.rows,
            "kept": made.kept.total(),
            "changed": made.changed,
            "fixed": made.fixed.total(),
            "dropped": made.dropped.total(),
        },
        "fixed": dict(sorted(made.fixed.items())),
        "dropped": dict(sorted(made.dropped.items())),
        "next": {
            "commands": list(told.commands) if told is not None else [],
            "asking": list(told.asking) if told is not None else [],
            "notes": list(told.notes) if told is not None else [],
        },
        "notes": checked["notes"],
    }
    return mask(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def _remedy(asked: ProposedFix, agreed: bool) -> dict[str, Any]:
    return {
        "code": asked.code,
        "name": asked.name,
        "found": asked.found,
        "question": asked.question,
        "rows": asked.rows,
        "drops": asked.drops,
        "accepted": agreed,
        "examples": [
            {"line": c.line, "path": c.path, "before": c.before, "after": c.after} for c in asked.examples
        ],
    }
