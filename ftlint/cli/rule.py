"""``ftlint rule``: the page of a rule, the list of all rules, and the manual as Markdown."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from ftlint.cli.command import Command, new_app
from ftlint.cli.completers import complete_rule
from ftlint.errors import UsageError
from ftlint.rule.base import Rule
from ftlint.rule.registry import all_rules, find_rule

FAMILIES = {
    "F": "File and encoding",
    "S": "Shape of a record",
    "C": "Conversation",
    "T": "Tool calls",
    "P": "Prompt and completion",
    "R": "Preference and reinforcement",
    "V": "Vision",
    "U": "Unicode and text hygiene",
    "Q": "Quality",
    "D": "Duplicates and leakage",
    "B": "Balance",
    "L": "Limits of the target",
    "X": "Exposure",
}


app = new_app()


@app.command(cls=Command, epilog="Example: ftlint rule C003")
def rule(
    name: Annotated[str | None, Argument(metavar="[CODE]", autocompletion=complete_rule)] = None,
    listing: Annotated[bool, Option("--all", help="One line for every rule.")] = False,
    readme: Annotated[bool, Option("--readme", help="With --all: the manual as Markdown.")] = False,
    folders: Annotated[
        list[str] | None, Option("--rules", metavar="FOLDER", help="A folder with rules of your own.")
    ] = None,
) -> None:
    """Print a rule's page; CODE is a code or a name."""
    typer.echo(
        _page(name, tuple(Path(folder).resolve() for folder in folders or ()), listing, readme), nl=False
    )


def _page(name: str | None, extra: tuple[Path, ...], listing: bool, readme: bool) -> str:
    if readme:
        return manual(all_rules(extra).values())
    if listing:
        return "".join(f"{line_of(rule)}\n" for rule in _with_sql_rules(all_rules(extra)).values())
    if name is None:
        raise UsageError("name a rule by code or name, or say --all")
    return page_of(find_rule(name, extra, _with_sql_rules))


def _with_sql_rules(rules: Mapping[str, type[Rule]]) -> Mapping[str, type[Rule]]:
    """The known rules and the SQL rules of the nearest configuration file."""
    from ftlint.config.file import load_config
    from ftlint.rule.sql import sql_rules

    declared = load_config(()).get("sql")
    return sql_rules(declared.value, declared.source, rules) if declared is not None else rules


def line_of(rule: type[Rule]) -> str:
    """``C003  empty-answer  error  fix: unsafe  An assistant message says nothing.``"""
    fix = f"fix: {rule.fix}" if rule.fix else ""
    return f"{rule.code}  {rule.name:<22} {rule.severity:<8} {fix:<12}  {first_sentence(rule)}".rstrip()


def page_of(rule: type[Rule]) -> str:
    """The page of one rule for a terminal."""
    fix = {None: "no fix", "safe": "safe fix (--fix)", "unsafe": "unsafe fix (--fix --unsafe-fixes)"}[
        rule.fix
    ]
    state = "off unless selected" if rule.opt_in else "on by default"
    lines = [f"{rule.code} {rule.name} · {rule.severity} · {fix} · {state}", "", rule.page(), ""]
    options = list(_options(rule))
    if options:
        lines += [f"Options, in [tool.ftlint.rules.{rule.code}]:", ""]
        lines += [f"  {name} = {default}   {meaning}".rstrip() for name, default, meaning in options]
        lines.append("")
    return "\n".join(lines)


def manual(rules: Iterable[type[Rule]]) -> str:
    """All rules as one Markdown page: the content of ``rules/README.md``."""
    lines = ["# The rules", "", "Made by `ftlint rule --all --readme`; do not edit.", ""]
    family = ""
    for rule in rules:
        if rule.code.rstrip("0123456789") != family:
            family = rule.code.rstrip("0123456789")
            lines += [f"## {family}  {FAMILIES.get(family, 'Rules of your own')}", ""]
        fix = f"{rule.fix} fix" if rule.fix else "no fix"
        state = " · off unless selected" if rule.opt_in else ""
        lines += [f"### {rule.code} {rule.name}", "", f"{rule.severity} · {fix}{state}", "", rule.page(), ""]
        for name, default, meaning in _options(rule):
            lines.append(f"- `{name}` (`{default}`): {meaning}".rstrip(": "))
        if rule.Options.__struct_fields__:
            lines.append("")
    return "\n".join(lines)


def first_sentence(rule: type[Rule]) -> str:
    """The first line of the rule's page."""
    return rule.page().partition("\n")[0]


def _options(rule: type[Rule]) -> Iterable[tuple[str, str, str]]:
    import msgspec

    for field in msgspec.structs.fields(rule.Options):
        described = msgspec.inspect.type_info(field.type)
        schema = getattr(described, "extra_json_schema", None) or {}
        yield field.name.replace("_", "-"), _default(field.default), str(schema.get("description", ""))


def _default(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
