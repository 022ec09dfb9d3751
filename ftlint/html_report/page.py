"""Render the page: one HTML file without external resources that runs only its own script."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from ftlint.display import sanitize
from ftlint.html_report.charts import check_extra
from ftlint.html_report.collect import CHANGES_PER_RULE, MAX_PER_RULE, MAX_ROWS, DatasetReport
from ftlint.html_report.embedded import data_of, embedded_script
from ftlint.html_report.sections import sections
from ftlint.html_report.tables import files_table
from ftlint.report.words import NOUNS, amount, counted, found_in_words
from ftlint.result import SEVERITIES, Report
from ftlint.version import __version__

STYLES = ("base.css", "findings.css", "figures.css")
SCRIPTS = ("theme.js", "records.js", "findings.js", "changes.js")
MAX_NAMES = 3
MADE_BY = '<meta name="generator" content="ftlint '
"""The marker that identifies a page of ftlint."""


def as_page(dataset: DatasetReport) -> str:
    """Render the report as HTML. Raises UsageError if the extra ``report`` is not installed."""
    check_extra()
    from markupsafe import Markup

    style, script = _read_parts(STYLES), _read_parts(SCRIPTS)
    text: str = _template().render(
        title=title(dataset),
        version=__version__,
        target=sanitize(dataset.report.target or ""),
        model=sanitize(dataset.report.model or ""),
        several=len(dataset.report.files) > 1,
        codes=_codes(dataset),
        picture=dataset,
        verdict=verdict(dataset.report),
        found=found_in_words(dataset.report),
        tiles=tiles(dataset),
        files=files_table(dataset),
        groups=_groups(dataset),
        severities=[(s, NOUNS[s], dataset.report.total(s)) for s in SEVERITIES],
        sections=list(sections(dataset)),
        notes=_notes(dataset),
        caps={"rule": MAX_PER_RULE, "rows": MAX_ROWS, "changes": CHANGES_PER_RULE},
        data=Markup(embedded_script(data_of(dataset))),
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
    )
    return text


def title(dataset: DatasetReport) -> str:
    """The title: the names of the files, or their number."""
    names = [dataset.name(file.path) for file in dataset.report.files]
    if not names:
        return "no file"
    return ", ".join(names) if len(names) <= MAX_NAMES else f"{names[0]} and {len(names) - 1:,} more files"


def verdict(report: Report) -> tuple[str, str]:
    """The severity that sets the colour (or "good"), and the summary sentence."""
    who = f" for {sanitize(report.target)}" if report.target else ""
    worst = report.worst()
    if worst == "error":
        return "error", f"Not ready{who}"
    if worst == "warning":
        return "warning", f"Ready{who}, with warnings"
    return "good", f"Ready{who}" if report.target else "No faults found"


def tiles(dataset: DatasetReport) -> list[tuple[str, str, str]]:
    """The numbers at the top: (number, label, details)."""
    report, measured = dataset.report, dataset.measured
    rows = sum(file.rows for file in report.files)
    unread = rows - report.examples
    entries = [(f"{report.examples:,}", "examples", f"{counted(unread, 'row')} unreadable" if unread else "")]
    if measured is None:
        return entries
    figures, about = measured.whole.figures, "" if measured.stats.exact else "estimated, "
    entries.append((amount(figures.tokens), "tokens", f"{about}{amount(figures.trained)} trained"))
    if figures.per_example is not None:
        longest = f"longest {figures.per_example.most:,}"
        entries.append((f"{figures.per_example.median:,.0f}", "median tokens", longest))
    extra = measured.exact.extra
    entries.append((f"{extra:,}", "duplicate" if extra == 1 else "duplicates", ""))
    costs = [cost for cost in figures.training.costs if cost.dollars is not None]
    if costs:
        least = min(costs, key=lambda cost: cost.dollars or 0)
        from ftlint.report.words import money

        entries.append((money(least.dollars or 0), "to train", sanitize(least.model or "")))
    return entries


def _groups(dataset: DatasetReport) -> list[dict[str, Any]]:
    """The findings by rule, dataset-level findings last."""
    entries = []
    for nth, group in enumerate(dataset.groups):
        total = group.total
        lead, rest = _page(dataset.report.pages.get(total.code, ""))
        entries.append(
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
    return entries


def _page(text: str) -> tuple[str, Sequence[str]]:
    """The page of a rule: its first sentence, and its other paragraphs."""
    first, *rest = [sanitize(" ".join(part.split())) for part in text.split("\n\n") if part.strip()] or [""]
    return first, rest


def _codes(dataset: DatasetReport) -> list[tuple[str, str]]:
    """The rules whose fixes would change something: (code, name)."""
    if dataset.mended is None:
        return []
    codes = sorted({code for code in (*dataset.mended.fixed, *dataset.mended.dropped) if code})
    return [(sanitize(code), sanitize(dataset.report.names.get(code, ""))) for code in codes]


def _notes(dataset: DatasetReport) -> list[str]:
    report = dataset.report
    several = len(report.files) > 1
    entries = [*report.notes]
    for file in report.files:
        notes = [*file.notes]
        if file.suppressed:
            notes.append(f"{counted(len(file.suppressed), 'finding')} suppressed")
        entries += [f"{dataset.name(file.path)}: {note}" if several else note for note in notes]
    return [sanitize(note) for note in entries]


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
def _read_parts(names: tuple[str, ...]) -> str:
    folder = files("ftlint.html_report") / "page"
    return "\n".join((folder / name).read_text(encoding="utf-8").replace("\r\n", "\n") for name in names)


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows nothing but this style and this script, by their hashes."""
    allowed: Mapping[str, str] = {"style-src": style, "script-src": script}
    hashes = [f"{name} 'sha256-{_sha256(text)}'" for name, text in allowed.items()]
    return "; ".join(["default-src 'none'", *hashes, "base-uri 'none'", "form-action 'none'"])


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
