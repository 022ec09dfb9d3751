"""From charts to SVG that stands in a page: drawn when the page is made, in the colours of its style sheet."""

import html
import re
from typing import TYPE_CHECKING, Any

from ftlint.errors import UsageError

if TYPE_CHECKING:
    from ftlint.picture.charts import Drawing

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
NARROW, HALF, FULL = 310, 470, 980
"""Pixels: for phones, for two drawings beside one another, for one alone."""
LACKING = 'the report needs charts and templates: pip install "ftlint[report]"'
# Nobody needs these: the drawing as a whole has a name, and its numbers stand in a table.
NOISE = re.compile(r' (?:role|aria-[a-z]+|class|xmlns(?::\w+)?|pointer-events|version)="[^"]*"')
EMPTY = re.compile(r'<path d=""[^>]*/>|<path d="M0,0h0v0h0Z"/>|<path(?: d="")? display="none"/>')
BACKGROUND = re.compile(r'<path d="M0\.5,0\.5h[\d.]+v[\d.]+h-[\d.]+Z" stroke="transparent"/>')
ID = re.compile(r' id="(\w+)"')
NUMBER = re.compile(r"(-?\d+\.\d{2})\d+")


def theme(width: int) -> dict[str, Any]:
    """How all charts look: no frames, quiet lines, and colours that the page's style sheet decides."""
    axis = {
        "labelColor": "var(--dim)",
        "titleColor": "var(--dim)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line-strong)",
        "tickColor": "var(--line-strong)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "labelPadding": 5,
        "tickSize": 4,
    }
    return {
        "aria": False,
        "background": None,
        "font": FONT,
        "view": {"stroke": "transparent"},
        "axis": axis,
        "axisY": {"domain": False, "ticks": False},
        "text": {"fontSize": 12},
        "legend": {
            "labelColor": "var(--ink)",
            "labelFontSize": 12,
            "orient": "top",
            "symbolType": "square",
            "symbolStrokeWidth": 0,
            "offset": 4,
            "title": None,
        },
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 14 if width > 400 else 10, "top": 4, "bottom": 2},
    }


def drawn(chart: "Drawing", name: str, label: str, width: int) -> str:
    """A chart as an ``<svg>`` element. ``name`` is the page's own, in lower case; ``label`` says what it shows.

    Texts of the chart come from data: Vega escapes them for XML.
    """
    import vl_convert

    spec = chart.properties(width=width).to_dict()
    spec["config"] = theme(width)
    svg: str = vl_convert.vegalite_to_svg(spec)
    svg = NOISE.sub("", svg)
    svg = NUMBER.sub(r"\1", BACKGROUND.sub("", EMPTY.sub("", EMPTY.sub("", svg))))
    svg = _with_own_names(svg, name)
    named = f'<svg role="img" aria-label="{html.escape(label)}" focusable="false"'
    return svg.replace("<svg", named, 1)


def _with_own_names(svg: str, name: str) -> str:
    """The drawing with ids that no other drawing of the page has; Vega counts its own from run to run."""
    ids = list(dict.fromkeys(ID.findall(svg)))
    for number, known in enumerate(ids):
        svg = svg.replace(f'id="{known}"', f'id="{name}-{number}"').replace(
            f"(#{known})", f"(#{name}-{number})"
        )
    return svg


def check_extra() -> None:
    """Raise UsageError, with what to install, where what the page is made with is not there."""
    try:
        import altair
        import jinja2
        import vl_convert
    except ImportError as error:
        raise UsageError(f"{LACKING} ({error.name} is missing)") from None
    del altair, jinja2, vl_convert
