"""``ftlint target``: a target's page for the terminal, and the list of all targets. Plain text, built from the
facts.
"""

import json
from collections.abc import Iterable, Mapping
from textwrap import fill
from typing import Annotated

import typer
from typer import Argument, Option

from ftlint.cli.command import Command, new_app
from ftlint.cli.completers import complete_target
from ftlint.errors import UsageError
from ftlint.report.terminal import aligned
from ftlint.targets.facts import KNOWN_FACTS
from ftlint.targets.target import Fact, Model, Target, load_target, target_names

WIDTH = 100
GROUPS = {
    "live": "Live: take jobs, or run on your own machines",
    "winding-down": "Winding down: still take jobs, but not for long or not for everybody",
    "unsupported": "Not looked after any more: may still work",
    "retired": "Retired: take no jobs any more, but their files can be checked and converted",
}
DOUBT = "(unverified)"


app = new_app()


@app.command(cls=Command, epilog="Example: ftlint target openai-chat")
def target(
    name: Annotated[str | None, Argument(metavar="[NAME]", autocompletion=complete_target)] = None,
    listing: Annotated[bool, Option("--all", help="One line for every target.")] = False,
) -> None:
    """Print what a target demands, with sources and dates."""
    if name is None and not listing:
        raise UsageError("name a target, or say --all")
    typer.echo(target_page(load_target(name)) if name else target_list(), nl=False)


def target_page(target: Target) -> str:
    """The facts of a target with their sources, and its models with their prices."""
    numbers: dict[str, int] = {}
    facts = _facts(target)
    for source in [fact.source for fact in facts.values()] + [model.source for model in target.models]:
        numbers.setdefault(source, len(numbers) + 1)
    parts = [
        f"{target.name}: {target.title}",
        _wrapped(target.summary, ""),
        f"Status   {_status(target)}\nRecords  {_shapes(target)}",
        f"Facts [source, the day it was read]; {DOUBT} where no primary source says so",
        *(_fact(name, fact, numbers) for name, fact in facts.items()),
    ]
    if target.models:
        parts.append("Models (limit in tokens of one example, price in USD of a million trained tokens)")
        parts.append(_models(target.models, numbers))
    sources = [_wrapped(f"[{number}] {source}", "  ") for source, number in numbers.items()]
    parts.append("\n".join(["Sources", "", *sources]))
    return "\n\n".join(parts) + "\n"


def target_list() -> str:
    """All targets by status, one line each: first those that accept new jobs."""
    targets = [load_target(name) for name in target_names()]
    widest = max(len(target.name) for target in targets)
    groups = []
    for status, heading in GROUPS.items():
        lines = [f"  {t.name.ljust(widest)}  {t.title}" for t in targets if t.status == status]
        if lines:
            groups.append("\n".join([heading, *lines]))
    return "\n\n".join(groups) + "\n"


def _facts(target: Target) -> dict[str, Fact]:
    return {name: target.facts[name] for name in KNOWN_FACTS if name in target.facts}


def _shapes(target: Target) -> str:
    return "\n         ".join(
        f"{shape} (rules/schemas/{schema}.json)" for shape, schema in target.shapes.items()
    )


def _status(target: Target) -> str:
    last, retired = target.value("no_new_jobs"), target.value("retired")
    if target.status == "live":
        return "live: takes new jobs"
    if target.status == "winding-down":
        for_whom = ", and only of those who trained before" if target.fact("closed_to_newcomers") else ""
        return f"winding down: takes new jobs until {last or 'a day not known'}{for_whom}"
    if target.status == "unsupported":
        notice = target.text("notice") or "not looked after any more"
        since = target.value("unsupported_since")
        return f"unsupported{f' since {since}' if since else ''} ({notice}): it may still work"
    since = f" since {retired or last}" if retired or last else ""
    return f"retired{since}: takes no new jobs; its files can still be checked and converted"


def _fact(name: str, fact: Fact, numbers: Mapping[str, int]) -> str:
    source = f"[{numbers[fact.source]}, {fact.checked}]"
    lines = [
        f"  {name} = {_value(name, fact.value)}  {source}{'' if fact.verified else f' {DOUBT}'}",
        _wrapped(KNOWN_FACTS[name], "      "),
    ]
    if fact.note:
        lines.append(_wrapped(f"Note: {fact.note}.", "      "))
    return "\n".join(lines)


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}{_size(value) if name.endswith('_bytes') else ''}"
    if isinstance(value, list):
        return ", ".join(_value(name, item) for item in value) or "none"
    if isinstance(value, str):
        # Spaces and line breaks are significant in separators, so texts other than plain words are quoted.
        plain = value.replace("_", "").replace("-", "").isalnum()
        return value if plain else json.dumps(value, ensure_ascii=False)
    return str(value)


def _size(number: int) -> str:
    for unit, size in (("GiB", 2**30), ("MiB", 2**20)):
        if number >= size:
            return f" ({number / size:g} {unit})"
    return ""


def _models(models: Iterable[Model], numbers: Mapping[str, int]) -> str:
    rows = [("model", "also", "limit", "vocabulary", "price", "status", "source")]
    notes: list[str] = []
    for model in models:
        until = (
            f" {'since' if model.status == 'retired' else 'until'} {model.retired}" if model.retired else ""
        )
        rows.append(
            (
                model.name,
                ", ".join(model.aliases),
                f"{model.limit:,}",
                model.encoding,
                "" if model.price is None else f"{model.price:.2f}",
                f"{model.status.replace('-', ' ')}{until}",
                f"[{numbers[model.source]}, {model.checked}]{'' if model.verified else f' {DOUBT}'}",
            )
        )
        if model.note:
            notes.append(_wrapped(f"{model.name}: {model.note}.", "  "))
    table = "\n".join(f"  {line}" for line in aligned(rows, left=range(len(rows[0]))))
    return "\n\n".join([table, "\n".join(notes)] if notes else [table])


def _wrapped(text: str, indent: str) -> str:
    return fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
