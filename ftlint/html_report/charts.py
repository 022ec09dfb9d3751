"""Build charts from data (Altair) and render them to SVG in the colours of the page's style sheet."""

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftlint.commands.stats.figures import Bar, Figures
from ftlint.display import escape, sanitize
from ftlint.errors import UsageError
from ftlint.html_report.measure import TokenCurvePoint
from ftlint.report.words import percent, share

if TYPE_CHECKING:
    import altair as alt
    from altair import Axis, Chart, FacetChart, LayerChart, Scale

    Drawing = Chart | LayerChart | FacetChart
else:
    from ftlint.lazy_module import LazyModule

    alt = LazyModule("altair")

ROW = 26
MAX_LABEL = 24
FIRST, SECOND, LIMIT = "var(--c1)", "var(--c2)", "var(--limit)"
POWERS = [2**n for n in range(24)]
# 1,024 as 1k: context lengths are commonly named in powers of two.
SHORT = (
    "datum.value >= 1048576 ? format(datum.value / 1048576, '') + 'M' :"
    " datum.value >= 1024 ? format(datum.value / 1024, '') + 'k' : datum.value"
)


def histogram(bars: Sequence[Bar], limits: Sequence[int]) -> "Drawing":
    """A histogram of the tokens of examples, with limits as lines."""
    low, high = max(bars[0].start, 1), bars[-1].end
    near = [limit for limit in limits if limit <= high * 16]
    scale = _doublings(low, max([high, *near]))
    values = [{"from": max(bar.start, low), "to": bar.end, "n": bar.examples, "zero": 0} for bar in bars]
    marks = _chart(values, 220).mark_bar(color=FIRST, binSpacing=1)
    layer = marks.encode(
        x=alt.X("from:Q", scale=scale, axis=_tokens(low, max([high, *near])), title="tokens of an example"),
        x2="to:Q",
        y2="zero:Q",
        y=alt.Y("n:Q", title=None, axis=alt.Axis(format=",d", tickCount=4, tickMinStep=1)),
    )
    return alt.layer(layer, *_limit_lines(near, scale))


def truncation(points: Sequence[TokenCurvePoint], limits: Sequence[int]) -> "Drawing":
    """The share of examples and of tokens that remain at every limit."""
    low, high = points[0].limit, points[-1].limit
    near = [limit for limit in limits if low <= limit <= high * 4]
    scale = _doublings(low, max([high, *near]))
    names = (("examples left whole", "examples"), ("tokens kept", "tokens"))
    values = [
        {"limit": point.limit, "share": getattr(point, field), "of": name}
        for point in points
        for name, field in names
    ]
    lines = _chart(values, 220).mark_line(strokeWidth=2, interpolate="monotone", clip=True)
    layer = lines.encode(
        x=alt.X("limit:Q", scale=scale, axis=_tokens(low, max([high, *near])), title="limit in tokens"),
        y=alt.Y(
            "share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=4)
        ),
        color=_two([name for name, _ in names], lines=True),
    )
    return alt.layer(layer, *_limit_lines(near, scale))


def ranked(rows: Sequence[tuple[str, int]], total: int) -> "Drawing":
    """Horizontal bars with their numbers, in the given order."""
    values = [
        {"name": _label(name, at), "n": n, "text": f"{n:,}  ({share(n, total)})"}
        for at, (name, n) in enumerate(rows)
    ]
    maximum = max((n for _, n in rows), default=1)
    base = _chart(values, alt.Step(ROW)).encode(
        y=_names(values), x=alt.X("n:Q", axis=None, scale=alt.Scale(domain=[0, maximum * 1.45]))
    )
    bars = base.mark_bar(color=FIRST, height=16)
    texts = base.mark_text(align="left", dx=6, color="var(--ink)", baseline="middle").encode(text="text:N")
    return alt.layer(bars, texts)


def grouped(rows: Sequence[tuple[str, float, float]], sides: tuple[str, str]) -> "Drawing":
    """Two horizontal bars for each name: the share in each of two subsets."""
    values: list[dict[str, Any]] = [
        {"name": _label(name, at), "of": side, "share": part, "text": percent(part)}
        for at, (name, *parts) in enumerate(rows)
        for side, part in zip(sides, parts, strict=True)
    ]
    maximum = max((row["share"] for row in values), default=1) or 1
    base = _chart(values, alt.Step(15)).encode(
        y=_names(values),
        yOffset=alt.YOffset("of:N", sort=list(sides)),
        x=alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, maximum * 1.3])),
    )
    bars = base.mark_bar(height=12).encode(color=_two(sides))
    texts = base.mark_text(align="left", dx=6, color="var(--ink)", baseline="middle", fontSize=11)
    return alt.layer(bars, texts.encode(text="text:N"))


def counts(rows: Sequence[tuple[str, int]], title: str) -> "Drawing":
    """Vertical bars for small integers, such as the number of answers in an example."""
    values = [{"name": name, "n": n} for name, n in rows]
    columns = _chart(values, 160).mark_bar(color=FIRST, width=alt.RelativeBandSize(0.7))
    drawing: Drawing = columns.encode(
        x=alt.X("name:O", sort=None, title=title, axis=alt.Axis(labelAngle=0, grid=False)),
        y=alt.Y("n:Q", title=None, axis=alt.Axis(format=",d", tickCount=4, tickMinStep=1)),
    )
    return drawing


def overlaid(one: Figures, other: Figures, sides: tuple[str, str]) -> "Drawing":
    """The token distributions of two subsets: the share of the examples of each, as two lines in one chart."""
    values: list[dict[str, Any]] = [
        {"middle": (max(bar.start, 1) * bar.end) ** 0.5, "share": bar.examples / figures.examples, "of": side}
        for figures, side in zip((one, other), sides, strict=True)
        for bar in figures.bars
    ]
    middles = [row["middle"] for row in values]
    low, high = min(middles), max(middles)
    lines = _chart(values, 200).mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=28))
    drawing: Drawing = lines.encode(
        x=alt.X(
            "middle:Q", scale=_doublings(low, high), axis=_tokens(low, high), title="tokens of an example"
        ),
        y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=4)),
        color=_two(sides),
    )
    return drawing


def _chart(values: Sequence[dict[str, Any]], height: Any) -> "Chart":
    return alt.Chart(alt.InlineData(values=list(values))).properties(height=height)


def _doublings(low: float, high: float) -> "Scale":
    return alt.Scale(type="log", base=2, domain=[low, max(high, low * 2)], nice=False)


def _tokens(low: float, high: float) -> "Axis":
    powers = [power for power in POWERS if low <= power <= high]
    every = max(1, -(-len(powers) // 8))
    return alt.Axis(values=powers[::-1][::every], labelExpr=SHORT, grid=False)


def _limit_lines(limits: Sequence[int], scale: "Scale") -> "list[Chart]":
    """A dashed line for each limit, labelled at the top."""
    if not limits:
        return []
    values = [{"limit": limit, "text": f"{limit:,}"} for limit in limits]
    return labelled_lines(_chart(values, 220).encode(x=alt.X("limit:Q", scale=scale)))


def labelled_lines(base: "Chart") -> "list[Chart]":
    """Dashed vertical lines, each with its text at the top."""
    rule = base.mark_rule(color=LIMIT, strokeDash=[4, 3], strokeWidth=1.5)
    text = base.mark_text(color=LIMIT, align="right", dx=-5, dy=8, fontWeight=600)
    return [rule, text.encode(y=alt.value(0), text="text:N")]


def _names(values: Sequence[dict[str, Any]]) -> Any:
    order = list(dict.fromkeys(row["name"] for row in values))
    # Labels are keyed by text and position, so that two that are truncated to the same text stay distinct.
    axis = alt.Axis(labelExpr="slice(datum.label, 4)", labelColor="var(--ink)", labelLimit=150, grid=False)
    return alt.Y("name:N", sort=order, title=None, axis=axis)


def _two(names: Sequence[str], *, lines: bool = False) -> Any:
    scale = alt.Scale(domain=list(names), range=[FIRST, SECOND])
    stroke = alt.Legend(symbolType="stroke", symbolStrokeWidth=3, symbolSize=160)
    return alt.Color("of:N", scale=scale, legend=stroke if lines else alt.Undefined)


def _label(name: str, at: int) -> str:
    text = sanitize(escape(name, 200))
    text = text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1]}…"
    return f"{at:04d}{text or '(nothing)'}"


FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
NARROW, HALF, FULL = 310, 470, 980
"""Widths in pixels: for phones, for two charts in a row, for a single one."""
MISSING_EXTRA = 'the report needs charts and templates: pip install "ftlint[report]"'
# Attributes to remove: the chart itself has a label, and its numbers are in a table.
REMOVED_ATTRIBUTES = re.compile(r' (?:role|aria-[a-z]+|class|xmlns(?::\w+)?|pointer-events|version)="[^"]*"')
EMPTY = re.compile(r'<path d=""[^>]*/>|<path d="M0,0h0v0h0Z"/>|<path(?: d="")? display="none"/>')
BACKGROUND = re.compile(r'<path d="M0\.5,0\.5h[\d.]+v[\d.]+h-[\d.]+Z" stroke="transparent"/>')
ID = re.compile(r' id="(\w+)"')
NUMBER = re.compile(r"(-?\d+\.\d{2})\d+")


def theme(width: int) -> dict[str, Any]:
    """The theme of all charts: no frames, thin grid lines, and colours defined by the page's style sheet."""
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


def draw_chart(chart: "Drawing", name: str, label: str, width: int) -> str:
    """Render a chart to an ``<svg>`` element. ``name`` is unique on the page, in lower case; ``label`` is the
    accessible name.

    Texts of the chart come from data: Vega escapes them for XML.
    """
    import vl_convert

    spec = chart.properties(width=width).to_dict()
    spec["config"] = theme(width)
    svg: str = vl_convert.vegalite_to_svg(spec)
    svg = REMOVED_ATTRIBUTES.sub("", svg)
    svg = NUMBER.sub(r"\1", BACKGROUND.sub("", EMPTY.sub("", EMPTY.sub("", svg))))
    svg = _with_unique_ids(svg, name)
    opening = f'<svg role="img" aria-label="{html.escape(label)}" focusable="false"'
    return svg.replace("<svg", opening, 1)


def _with_unique_ids(svg: str, name: str) -> str:
    """The SVG with ids that are unique on the page; Vega numbers its ids across renderings."""
    ids = list(dict.fromkeys(ID.findall(svg)))
    for number, id in enumerate(ids):
        svg = svg.replace(f'id="{id}"', f'id="{name}-{number}"').replace(f"(#{id})", f"(#{name}-{number})")
    return svg


def check_extra(missing: str = MISSING_EXTRA) -> None:
    """Raise UsageError, with what to install, if a dependency of the report is missing."""
    try:
        import altair
        import jinja2
        import vl_convert
    except ImportError as error:
        raise UsageError(f"{missing} ({error.name} is missing)") from None
    del altair, jinja2, vl_convert
