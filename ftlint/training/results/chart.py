"""Draw training curves as HTML, SVG, PNG, or a sparkline of text."""

import html
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlint.display import did_you_mean, escape
from ftlint.errors import UsageError
from ftlint.html_report.charts import check_extra, draw_chart, labelled_lines, theme
from ftlint.io.write.atomic import replacing
from ftlint.training.provider.records import Checkpoint
from ftlint.training.results.assess import Assessment, assess, moving_average, sentences, value_in_words
from ftlint.training.results.read import Curve, Point, TrainingResults

if TYPE_CHECKING:
    import altair as alt
    from altair import Chart, LayerChart, VConcatChart

    Drawing = Chart | LayerChart
else:
    from ftlint.lazy_module import LazyModule

    alt = LazyModule("altair")

ENDINGS = (".html", ".png", ".svg")
MISSING_EXTRA = 'a picture of the curves needs the extra report: pip install "ftlint[report]"'
WIDTH, HEIGHT = 640, 200
PANELS = {
    "loss": "loss",
    "accuracy": "accuracy",
    "reward": "reward",
    "class": "classes",
}
# The colours of the report's style sheet; an SVG or PNG has no style sheet, and uses the light ones.
COLOURS = {
    "paper": ("#fbfaf8", "#161719"),
    "ink": ("#1d1c1a", "#e9e7e3"),
    "dim": ("#66625b", "#a29e96"),
    "line": ("#e9e5de", "#2c2f33"),
    "line-strong": ("#cfc9bf", "#464a50"),
    "c1": ("#4a7fb5", "#6ea3d8"),
    "c2": ("#d08a3a", "#e0a45c"),
    "c3": ("#5b8c5a", "#84cf9f"),
    "c4": ("#8a5fa8", "#c39be0"),
    "c5": ("#7a746a", "#b5aea2"),
    "limit": ("#b3372c", "#ff8e82"),
}
LINES = ("c1", "c2", "c3", "c4", "c5")
FAINT = 0.35
FEW_POINTS = 30
MAX_POINTS = 2_000


def validate_chart_path(path: Path) -> None:
    """Raise UsageError if a chart cannot be written: unknown file extension, missing extra, missing folder."""
    if path.suffix.lower() not in ENDINGS:
        guess = did_you_mean(path.suffix.lower(), ENDINGS)
        raise UsageError(f"--picture {path}: the name has to end in {', '.join(ENDINGS)}{guess}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--picture {path}: there is no folder {path.parent}")
    check_extra(MISSING_EXTRA)


def write_chart(results: TrainingResults, path: Path, checkpoints: Sequence[Checkpoint] = ()) -> None:
    """Draw the curves to a file in the format of its extension. Raises UsageError if that fails."""
    validate_chart_path(path)
    panels = list(_panels(results, assess(results, checkpoints)))
    if not panels:
        raise UsageError(f"{escape(results.name)}: there is no curve to draw")
    ending = path.suffix.lower()
    if ending == ".html":
        content = _page(results, panels, checkpoints).encode("utf-8", errors="backslashreplace")
    else:
        content = _image(panels, ending)
    with replacing(path) as out:
        out.write(content)


def _panels(results: TrainingResults, verdict: Assessment) -> "Iterator[tuple[str, Drawing]]":
    for kind, title in PANELS.items():
        curves = [curve for curve in results.curves if curve.metric.kind == kind]
        if curves:
            yield title, _panel(curves, verdict.best.step if verdict.best is not None else None)


def _panel(curves: Sequence[Curve], best: int | None) -> "Drawing":
    """The curves of one kind: as measured, and averaged if measured on batches."""
    names = [escape(curve.metric.label, 60) for curve in curves]
    colours = [f"var(--{LINES[at % len(LINES)]})" for at in range(len(curves))]
    legend = alt.Legend(symbolType="stroke", symbolStrokeWidth=3, symbolOpacity=1, labelLimit=260)
    colour = alt.Color("of:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    format = "%" if curves[0].metric.kind == "accuracy" else "~g"
    y = alt.Y("value:Q", title=None, axis=alt.Axis(tickCount=4, format=format), scale=alt.Scale(zero=False))
    layers: list[Drawing] = []
    for name, curve in zip(names, curves, strict=True):
        line, smooth = list(curve.points), moving_average(curve)
        drawn = _chart(_values(name, line)).encode(x=_steps(), y=y, color=colour)
        # A curve with few points needs markers to be visible.
        few = alt.OverlayMarkDef(size=28) if len(line) <= FEW_POINTS else False
        layers.append(drawn.mark_line(strokeWidth=2, point=few, opacity=1 if smooth == line else FAINT))
        if smooth != line:
            layers.append(_chart(_values(name, smooth)).mark_line().encode(x=_steps(), y=y, color=colour))
    if best is not None:
        layers += _best(best)
    drawing: Drawing = alt.LayerChart(layer=layers).properties(height=HEIGHT)
    return drawing


def _best(step: int) -> "list[Chart]":
    """A dashed line at the best step, with its label at the top."""
    return labelled_lines(_chart([{"step": step, "text": f"best step {step:,}"}]).encode(x=_steps()))


def _chart(values: Iterable[dict[str, Any]]) -> "Chart":
    return alt.Chart(alt.InlineData(values=list(values)))


def _steps() -> Any:
    return alt.X("step:Q", title="step", axis=alt.Axis(format=",d", tickMinStep=1, grid=False))


def _values(name: str, points: Sequence[Point]) -> Iterator[dict[str, Any]]:
    """The points, thinned out to as many as a line can show, the last one included."""
    every = -(-len(points) // MAX_POINTS)
    thinned = [*points[:-1:every], points[-1]]
    return ({"step": step, "value": value, "of": name} for step, value in thinned)


def _image(panels: "Sequence[tuple[str, Drawing]]", ending: str) -> bytes:
    import vl_convert

    charts = [chart.properties(width=WIDTH, title=title) for title, chart in panels]
    stacked: VConcatChart = alt.vconcat(*charts).resolve_scale(color="independent")
    spec = stacked.to_dict()
    # Stacked charts cannot be fitted into one frame.
    config = {name: value for name, value in theme(WIDTH).items() if name != "autosize"}
    title = {"anchor": "start", "color": "var(--ink)", "fontSize": 14, "offset": 8}
    spec["config"] = {**config, "background": "var(--paper)", "padding": 16, "title": title}
    spec = _coloured(spec)
    if ending == ".png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=2))
    return str(vl_convert.vegalite_to_svg(spec)).encode()


def _coloured(value: Any) -> Any:
    """Replace the CSS colour variables with the light theme's colours."""
    if isinstance(value, dict):
        return {key: _coloured(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_coloured(inner) for inner in value]
    if isinstance(value, str) and value.startswith("var(--"):
        return COLOURS[value.removeprefix("var(--").removesuffix(")")][0]
    return value


def _page(
    results: TrainingResults, panels: "Sequence[tuple[str, Drawing]]", checkpoints: Sequence[Checkpoint]
) -> str:
    """An HTML page without scripts and external resources."""
    title = html.escape(f"{escape(results.name)}: results")
    paragraphs = [
        f"<p>{html.escape(text)}.</p>" for _, text in sentences(results, assess(results, checkpoints))
    ]
    figures = [_figure(name, chart) for name, chart in panels]
    names = "; ".join(f"--{name}: light-dark({day}, {night})" for name, (day, night) in COLOURS.items())
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{title}</title>",
            f"<style>:root {{ color-scheme: light dark; {names} }}{STYLE}</style>",
            f"<main><h1>{title}</h1>",
            *paragraphs,
            *figures,
            _table(results),
            "</main></html>\n",
        ]
    )


def _figure(name: str, chart: "Drawing") -> str:
    svg = draw_chart(chart, name, f"{name} by step", WIDTH)
    return f"<h2>{html.escape(name)}</h2>\n<figure>{svg}</figure>"


def _table(results: TrainingResults) -> str:
    rows = []
    for curve in results.curves:
        best = curve.best
        cells = [value_in_words(curve.metric, point[1]) for point in (curve.first, curve.last)]
        best_text = f"{value_in_words(curve.metric, best[1])} at step {best[0]:,}" if best is not None else ""
        name = html.escape(escape(curve.metric.label))
        rows.append(f"<tr><th>{name}</th><td>{cells[0]}</td><td>{cells[1]}</td><td>{best_text}</td></tr>")
    head = "<tr><th></th><th>first</th><th>last</th><th>best</th></tr>"
    return f"<h2>numbers</h2>\n<table>{head}\n" + "\n".join(rows) + "\n</table>"


STYLE = """
body { margin: 0; background: var(--paper); color: var(--ink); }
body { font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 44rem; margin: auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin-top: 2rem; }
figure { margin: 0; } svg { width: 100%; height: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 0.25rem 0 0.25rem 1.25rem; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; padding-left: 0; font-weight: normal; }
"""


BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(points: Sequence[Point], width: int) -> str:
    """A sparkline of the curve from its first step to its last, at most ``width`` characters wide.

    Each character shows the mean over an equal range of steps; a blank means no value.
    """
    if not points or width < 1:
        return ""
    start, end = points[0][0], points[-1][0]
    cells: list[list[float]] = [[] for _ in range(max(1, min(width, end - start + 1, len(points))))]
    for step, value in points:
        cells[(step - start) * len(cells) // (end - start + 1)].append(value)
    heights = [sum(cell) / len(cell) if cell else None for cell in cells]
    levels = [height for height in heights if height is not None]
    low, span = min(levels), max(levels) - min(levels)
    return "".join(" " if height is None else _block(height - low, span) for height in heights)


def _block(height: float, span: float) -> str:
    # Numbers at the limits of floats have no finite difference.
    risen = height / span if span > 0 else 0.0
    return BLOCKS[round(risen * (len(BLOCKS) - 1)) if isfinite(risen) else 0]
