"""A section of the page: figures, charts (wide and narrow) and tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftlint.html_report.charts import FULL, HALF, NARROW, draw_chart
from ftlint.html_report.tables import ReportTable

if TYPE_CHECKING:
    from ftlint.html_report.charts import Drawing

MAX_BARS = 16


@dataclass(frozen=True, slots=True)
class RenderedChart:
    """A rendered chart, in versions for screens and for phones, and the table of its numbers."""

    title: str
    wide: str
    narrow: str
    table: ReportTable
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One section of the page. ``sentences`` stand below its title."""

    anchor: str
    title: str
    sentences: Sequence[str] = ()
    figures: Sequence[RenderedChart] = ()
    listed: Sequence[tuple[str, ReportTable]] = ()


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A chart to be rendered."""

    anchor: str
    title: str
    table: ReportTable
    draw: "Callable[[], Drawing]"
    note: str = ""


def draw_all(plans: Sequence[ChartPlan]) -> list[RenderedChart]:
    """Render the charts, in widths that depend on their number."""
    wide = HALF if len(plans) > 1 else FULL
    return [
        RenderedChart(
            title=plan.title,
            wide=draw_chart(plan.draw(), f"{plan.anchor}-wide", plan.title, wide),
            narrow=draw_chart(plan.draw(), f"{plan.anchor}-narrow", plan.title, NARROW),
            table=plan.table,
            note=plan.note,
        )
        for plan in plans
    ]
