"""Render the page: one HTML file without external resources that runs only its own script."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from ftlint.display import sanitize
from ftlint.html_report.charts import check_extra
from ftlint.html_report.collect import CHANGES_A_RULE, MOST_A_RULE, MOST_ROWS, DatasetReport
from ftlint.html_report.embedded import data_of, embedded_script
from ftlint.html_report.sections import sections
from ftlint.html_report.tables import files_table
from ftlint.report.words import NOUNS, amount, counted, found_in_words
from ftlint.result import SEVERITIES, Report
from ftlint.version import __version__

STYLES = ("base.css", "findings.css", "figures.css")
SCRIPTS = ("theme.js", "records.js", "findings.js", "changes.js")
MOST_NAMES = 3
MADE_BY = '<meta name="generator" content="ftlint '
"""The marker that identifies a page of ftlint."""


def as_page(picture: DatasetReport) -> str:
    """Render the report as HTML. Raises UsageError if the extra ``report`` is not installed."""
    check_extra()
    from markupsafe import Markup

    style, script = _joined(STYLES), _joined(SCRIPTS)
    text: str = _template().render(
        title=title(picture),
        version=__version__,
        target=sanitize(picture.report.target or ""),
        model=sanitize(picture.report.model or ""),
        several=len(picture.report.files) > 1,
        codes=_codes(picture),
        picture=picture,
        verdict=verdict(picture.report),
        found=found_in_words(picture.report),
        tiles=tiles(picture),
        files=files_table(picture),
        groups=_groups(picture),
        severities=[(s, NOUNS[s], picture.report.total(s)) for s in SEVERITIES],
        sections=list(sections(picture)),
        notes=_notes(picture),
        caps={"rule": MOST_A_RULE, "rows": MOST_ROWS, "changes": CHANGES_A_RULE},
        data=Markup(embedded_script(data_of(picture))),
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
    )
    return text


def title(picture: DatasetReport) -> str:
    """The title: the names of the files, or their number."""
    names = [picture.name(file.path) for file in picture.report.files]
    if not names:
        return "no file"
    return ", ".join(names) if len(names) <= MOST_NAMES else f"{names[0]} and {len(names) - 1:,} more files"


def verdict(report: Report) -> tuple[str, str]:
    """The severity that sets the colour (or "good"), and the summary sentence."""
    who = f" for {sanitize(report.target)}" if report.target else ""
    worst = report.worst()
    if worst == "error":
        return "error", f"Not ready{who}"
    if worst == "warning":
        return "warning", f"Ready{who}, with warnings"
    return "good", f"Ready{who}" if report.target else "No faults found"


def tiles(picture: DatasetReport) -> list[tuple[str, str, str]]:
    """The numbers at the top: (number, label, details)."""
    report, measured = picture.report, picture.measured
    rows = sum(file.rows for file in report.files)
    unread = rows - report.examples
    told = [(f"{report.examples:,}", "examples", f"{counted(unread, 'row')} unreadable" if unread else "")]
    if measured is None:
        return told
    figures, about = measured.whole.figures, "" if measured.stats.exact else "estimated, "
    told.append((amount(figures.tokens), "tokens", f"{about}{amount(figures.trained)} trained"))
    if figures.per_example is not None:
        longest = f"longest {figures.per_example.most:,}"
        told.append((f"{figures.per_example.median:,.0f}", "median tokens", longest))
    extra = measured.exact.extra
    told.append((f"{extra:,}", "duplicate" if extra == 1 else "duplicates", ""))
    costs = [cost for cost in figures.training.costs if cost.dollars is not None]
    if costs:
        least = min(costs, key=lambda cost: cost.dollars or 0)
        from ftlint.report.words import money

        told.append((money(least.dollars or 0), "to train", sanitize(least.model or "")))
    return told


def _groups(picture: DatasetReport) -> list[dict[str, Any]]:
    """The findings by rule, dataset-level findings last."""
    told = []
    for nth, group in enumerate(picture.groups):
        total = group.total
        lead, rest = _page(picture.report.pages.get(total.code, ""))
        told.append(
            {
                "nth": nth,
                "code": sanitize(total.code),
                "name": sanitize(total.name),
                "severity": total.severity,
                "noun": NOUNS[total.severity],
                "count": total.count,
                "listed": len(group.listed),
                "fix": ", ".join(total.fixes),
                "dataset": total.about_dataset,
                "lead": lead,
                "rest": rest,
            }
        )
    return told


def _page(text: str) -> tuple[str, Sequence[str]]:
    """The page of a rule: its first sentence, and its other paragraphs."""
    first, *rest = [sanitize(" ".join(part.split())) for part in text.split("\n\n") if part.strip()] or [""]
    return first, rest


def _codes(picture: DatasetReport) -> list[tuple[str, str]]:
    """The rules whose fixes would change something: (code, name)."""
    if picture.mended is None:
        return []
    codes = sorted({code for code in (*picture.mended.fixed, *picture.mended.dropped) if code})
    return [(sanitize(code), sanitize(picture.report.names.get(code, ""))) for code in codes]


def _notes(picture: DatasetReport) -> list[str]:
    report = picture.report
    several = len(report.files) > 1
    told = [*report.notes]
    for file in report.files:
        notes = [*file.notes]
        if file.suppressed:
            notes.append(f"{counted(len(file.suppressed), 'finding')} suppressed")
        told += [f"{picture.name(file.path)}: {note}" if several else note for note in notes]
    return [sanitize(note) for note in told]


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("ftlint.html_report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        # Everything that is not our own markup is sanitized and escaped here, unless it was already.
        finalize=lambda value: sanitize(value) if type(value) is str else value,
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda number: f"{number:,}"
    environment.filters["counted"] = counted
    return environment.get_template("report.html")


@cache
def _joined(names: tuple[str, ...]) -> str:
    folder = files("ftlint.html_report") / "page"
    return "\n".join((folder / name).read_text(encoding="utf-8").replace("\r\n", "\n") for name in names)


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows nothing but this style and this script, by their hashes."""
    allowed: Mapping[str, str] = {"style-src": style, "script-src": script}
    hashes = [f"{name} 'sha256-{_sha256(text)}'" for name, text in allowed.items()]
    return "; ".join(["default-src 'none'", *hashes, "base-uri 'none'", "form-action 'none'"])


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
