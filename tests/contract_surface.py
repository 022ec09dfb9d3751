"""What users see of ftlint before it reads any data, one fact a line: functions, results, commands, rules, targets."""

import inspect
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from command_line import ftlint
from contract_files import FIXTURES

import ftlint as package

FUNCTIONS = ("check", "convert", "diff", "fix", "prepare", "split", "stats", "write_report")
TARGETS = Path(__file__).parent.parent / "rules" / "targets"
# An option or argument begins its line in a help page; what is said of it stands farther to the right.
OPTION = re.compile(r"^[\s│|]{1,4}(-\w|--\w[\w-]*)(?=[\s,/=\[]|$)")
NAMES = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)")
GAP = re.compile(r"\s{2,}")
GENERAL = ("OPTIONS", "COMMAND", "ARGS")
RULE = re.compile(r"^\s*([A-Z]\d{3})\s+([a-z0-9-]+)\s+(error|warning|info)(?:\s+fix: (safe|unsafe))?\s")


def python() -> list[str]:
    """The functions of ``ftlint``: the kind, name and default of each parameter, and the public names."""
    lines = [f"name {name}" for name in sorted(package.__all__)]
    for name in FUNCTIONS:
        for parameter in inspect.signature(getattr(package, name)).parameters.values():
            default = "" if parameter.default is inspect.Parameter.empty else f" = {parameter.default!r}"
            lines.append(f"{name}: {parameter.kind.description} {parameter.name}{default}")
    return lines


def _public(value: object) -> Iterator[str]:
    return (name for name in dir(value) if not name.startswith("_") and not callable(getattr(value, name)))


def _attributes(title: str, value: object) -> list[str]:
    return [f"{title}.{name}" for name in _public(value)]


def results() -> list[str]:
    """The attributes of what the functions return, and of what they hand to ``accept``."""
    with tempfile.TemporaryDirectory() as name:
        return list(_results(Path(name)))


def _results(folder: Path) -> Iterator[str]:
    messy, asked = FIXTURES / "messy.csv", []
    report = package.check(messy)
    yield from _attributes("Report", report)
    yield from _attributes("Report.files[]", report.files[0])
    yield from _attributes("Report.findings[]", report.findings[0])
    yield from (f"Report.{name}()" for name in ("total", "worst") if callable(getattr(report, name)))
    fixed = package.fix(messy, folder / "fixed.jsonl", unsafe=True)
    yield f"Report.files[].written of fix: {type(fixed.files[0].written).__name__}"
    prepared = package.prepare(messy, folder / "prepared.jsonl", accept=lambda one: asked.append(one) or True)
    yield from _attributes("Prepared", prepared)
    yield from _attributes("accept(fix)", asked[0])
    changed = next(one for one in asked if one.examples)
    yield from _attributes("accept(fix).examples[]", changed.examples[0])
    parts = package.split(messy, folder / "part", valid=3)
    yield from _attributes("SplitReport", parts)
    yield from _attributes("SplitReport.files[]", parts.files[0])
    figures = package.stats(messy, target="openai-completions")
    yield from _attributes("Stats", figures)
    yield from _attributes("Stats.all", figures.all)
    yield from _attributes("Stats.all.per_example", figures.all.per_example)
    yield from _attributes("Stats.all.cuts[]", figures.all.cuts[0])
    yield from _attributes("Stats.all.training", figures.all.training)
    yield from _attributes("Stats.all.training.costs[]", figures.all.training.costs[0])
    difference = package.diff(messy, folder / "prepared.jsonl")
    yield from _attributes("Difference", difference)
    yield from _attributes("Difference.rules[]", difference.rules[0])
    yield from _attributes("Difference.listed_removed[]", difference.listed_removed[0])
    yield from _attributes("Difference.listed_changed[]", difference.listed_changed[0])


def commands() -> list[str]:
    """Every command with its options, as its help page names them."""
    return sorted(set(_commands(())))


def _commands(command: tuple[str, ...]) -> Iterator[str]:
    called = " ".join(("ftlint", *command))
    with patch.dict(os.environ, {"COLUMNS": "120"}):
        said = ftlint(*command, "--help").out.partition("Example:")[0]
    yield called
    for names in _options(said):
        yield f"{called} {names}"
    usage = said[said.index("Usage:") :].split("\n\n")[0].split()
    words = [word.strip("[].") for word in usage]
    yield from (f"{called} argument {word}" for word in words if word.isupper() and word not in GENERAL)
    for inner in _inner(said):
        yield from _commands((*command, inner))


def _options(said: str) -> Iterator[str]:
    """The names of each option, its shortest spelling first: ``-o --output``."""
    for line in said.splitlines():
        if OPTION.match(line):
            head = " ".join(piece for piece in GAP.split(line.strip(" │|")) if piece.startswith("-"))
            yield " ".join(sorted(set(NAMES.findall(head)), key=lambda name: (len(name), name)))


def _inner(said: str) -> Iterator[str]:
    """The commands that a help page lists."""
    _, found, listed = said.partition("Commands")
    if found:
        yield from re.findall(r"^[\s│|]{1,4}([a-z][a-z-]*)\s{2,}", listed.split("\n\n")[0], re.MULTILINE)


def rules() -> list[str]:
    """Every rule: code, name, severity, and whether its fix is safe."""
    lines = ftlint("rule", "--all").out.splitlines()
    found = [match for line in lines if (match := RULE.match(f"{line} "))]
    return [" ".join((*match.groups()[:3], match[4] or "-")) for match in found]


def targets() -> list[str]:
    """Every target with the shapes that it takes, and every key that the files of targets use."""
    keys: set[str] = set()
    lines = []
    for path in sorted(TARGETS.glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        lines.append(f"target {path.stem}: {' '.join(told['shapes'])}")
        keys.update(_keys(told))
    return lines + sorted(keys)


def _keys(told: dict[str, Any]) -> Iterator[str]:
    yield from (f"key {key}" for key in told)
    yield from (f"fact {fact}" for fact in told["facts"])
    yield from (f"key facts.*.{key}" for fact in told["facts"].values() for key in fact)
    yield from (f"key models[].{key}" for model in told.get("models", []) for key in model)


def configuration() -> list[str]:
    """Every key of the configuration file with its type, from its JSON Schema."""
    schema = json.loads(ftlint("config", "--schema").out)
    return sorted(set(_properties("", schema, schema["$defs"])))


def _properties(place: str, schema: Any, known: dict[str, Any]) -> Iterator[str]:
    """The keys below a place. Definitions are followed, so that nothing hangs on what they are called."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    kind = schema.get("type", "any")
    yield f"{place or '(file)'}: {kind if isinstance(kind, str) else '|'.join(kind)}"
    for name, inner in schema.get("properties", {}).items():
        if place == "rules" and name.islower():
            # A rule is called by its code or its name; what it may be told is the same.
            continue
        yield from _properties(f"{place}.{name}" if place else name, inner, known)
    for key, mark in (("additionalProperties", ".*"), ("items", "[]")):
        if isinstance(schema.get(key), dict):
            yield from _properties(place + mark, schema[key], known)
    for inner in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        yield from _properties(place, inner, known)
