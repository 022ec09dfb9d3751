"""``ftlint prepare --output-format json``: schema version 1.

``input`` is the file that was read, ``remedies`` the proposed fixes and whether they were accepted, ``files``
the written files by subset, ``findings``, ``counts`` and ``summary`` the remaining findings, as ``ftlint
check`` reports them.
"""

import json
from typing import Any

from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.result import Prepared
from ftlint.report import json_report
from ftlint.report.terminal import RenderOptions


def render(prepared: Prepared) -> str:
    """Render the result as one JSON document that ends with a newline."""
    checked = json.loads("".join(json_report.render(prepared.report, RenderOptions())))
    summary, advice = prepared.outlook, prepared.advice
    document = {
        **{key: checked[key] for key in ("schema", "tool", "target", "model")},
        "input": {
            "path": summary.name,
            **json_report.attributes(summary, "container", "rows"),
            "shapes": dict(summary.shapes),
            "task": summary.task,
            "classes": dict(summary.classes),
            "scripts": list(summary.scripts),
            "tokens": summary.tokens,
        },
        "remedies": [_remedy(proposal, agreed) for proposal, agreed in prepared.remedies],
        "files": [
            {**file, "part": part or None, "written": file["path"], "kept": prepared.kept[part]}
            for part, file in zip(prepared.files, checked["files"], strict=False)
        ],
        "manifest": str(prepared.manifest) if prepared.manifest is not None else None,
        "findings": checked["findings"],
        "counts": checked["counts"],
        "summary": {
            **checked["summary"],
            "read": summary.rows,
            "kept": prepared.kept.total(),
            "changed": prepared.changed,
            "fixed": prepared.fixed.total(),
            "dropped": prepared.dropped.total(),
        },
        "fixed": dict(sorted(prepared.fixed.items())),
        "dropped": dict(sorted(prepared.dropped.items())),
        "next": {name: list(getattr(advice, name, ())) for name in ("commands", "asking", "notes")},
        "notes": checked["notes"],
    }
    return json_report.as_document(document, indent=2)


def _remedy(proposal: ProposedFix, agreed: bool) -> dict[str, Any]:
    changes = [json_report.attributes(one, "line", "path", "before", "after") for one in proposal.examples]
    about = json_report.attributes(proposal, "code", "name", "found", "question", "rows", "drops")
    return {**about, "accepted": agreed, "examples": changes}
