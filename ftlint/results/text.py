"""Results for people: every curve in a line, then what they say."""

from collections.abc import Iterator, Sequence

from ftlint.provider.records import Checkpoint
from ftlint.report.colour import Look, as_line, columns, padded, paint, shown, wrapped
from ftlint.report.statistics import counted
from ftlint.results.judging import judge
from ftlint.results.reading import Curve, Results
from ftlint.results.sparkline import sparkline
from ftlint.results.words import sentences, unknown_columns, value_in_words

INDENT = "  "
MOST_SPARKS = 40
FEWEST_SPARKS = 8
MOST_LABEL = 40
HEAD = ("", "first", "last", "best")


def render_results(results: Results, look: Look, checkpoints: Sequence[Checkpoint] = ()) -> Iterator[str]:
    """The summary in lines. ``checkpoints`` are those of the job, as a provider lists them."""
    verdict = judge(results, checkpoints)
    yield as_line(_head(results, look))
    told = [curve for curve in results.curves if curve.metric.kind != "count"]
    if told:
        yield "\n"
        yield from map(as_line, _table(told, look))
        yield "\n"
    for style, sentence in sentences(results, verdict):
        yield from _sentence(sentence, style, look)
    unknown = unknown_columns(results)
    if unknown:
        yield from _sentence(f"not known to ftlint, and kept: {', '.join(unknown)}", "faint", look)


def _head(results: Results, look: Look) -> str:
    parts = [counted(results.rows, "row"), f"up to step {results.last_step:,}"]
    for name in ("tokens", "examples"):
        seen = results.counter(f"elapsed_{name}")
        if seen is not None:
            parts.append(f"{seen:,} {name} seen")
    return f"{paint(shown(results.name), 'strong', look)}  {' · '.join(parts)}"


def _table(curves: Sequence[Curve], look: Look) -> Iterator[str]:
    rows = [_row(curve) for curve in curves]
    widths = [max(columns(cell) for cell in column) for column in zip(HEAD, *rows, strict=True)]
    yield INDENT + paint(_aligned(HEAD, widths).rstrip(), "faint", look)
    room = look.room - sum(widths) - 2 * len(INDENT) - 3 * 2
    for curve, row in zip(curves, rows, strict=True):
        line = _aligned(row, widths)
        if room >= FEWEST_SPARKS:
            line += f"  {sparkline(curve.points, min(room, MOST_SPARKS))}"
        yield INDENT + line.rstrip()


def _row(curve: Curve) -> tuple[str, str, str, str]:
    def number(value: float) -> str:
        return value_in_words(curve.metric, value)

    best = curve.best
    told = f"{number(best[1])} at {best[0]:,}" if best is not None else ""
    label = shown(curve.metric.label)
    label = label if columns(label) <= MOST_LABEL else f"{label[: MOST_LABEL - 1]}…"
    return label, number(curve.first[1]), number(curve.last[1]), told


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = cells
    # Numbers end below one another, but what is best says where, too, and begins below its heading.
    *right, best = [" " * (w - columns(n)) + n for n, w in zip(numbers, widths[1:], strict=True)]
    return "  ".join([padded(name, widths[0]), *right, padded(best.strip(), widths[-1])])


def _sentence(text: str, style: str, look: Look) -> Iterator[str]:
    indent = INDENT
    for line in wrapped(shown(text), look.room - 2 * len(INDENT)):
        yield as_line(indent + paint(line, style, look))
        indent = INDENT * 2
