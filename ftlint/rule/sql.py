"""Rules in SQL: an expression in the configuration file, compiled into a rule when a run starts.

    [tool.ftlint.sql.Z001]
    on = "texts"
    when = "role = 'assistant' AND text LIKE '%lorem ipsum%'"
    message = "a text that stands for another one"

``on`` is a frame of :class:`ftlint.rule.Batch` (see ``FRAMES``); its columns are listed there. ``when`` is a boolean
expression in polars SQL that is true where the fault is. It is evaluated on one row at a time. ``name``, ``severity``
(default: warning) and ``fix = "drop"`` are optional. Dropping examples is an unsafe fix.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ftlint._polars import pl
from ftlint.batch.batch import Batch
from ftlint.batch.records import RecordReader
from ftlint.context import RuleContext
from ftlint.display import did_you_mean
from ftlint.errors import UsageError
from ftlint.result import SEVERITIES
from ftlint.rule.base import Rule
from ftlint.rule.frame import FrameRule
from ftlint.rule.registry import CODE

# Values of ``on``: the frame of ``Batch``, and the field that findings point at.
FRAMES = {
    "examples": ("examples", "content"),
    "messages": ("messages", "content"),
    "texts": ("texts", "content"),
    "calls": ("calls", "arguments"),
    "results": ("results", "tool_call_id"),
    "tools": ("tools", "content"),
    "media": ("media", "media"),
    "sides": ("preference_pairs", "content"),
    "pairs": ("prompt_completions", "content"),
    "exchanges": ("exchanges", "content"),
}
REQUIRED_KEYS = ("on", "when", "message")
KEYS = (*REQUIRED_KEYS, "name", "severity", "fix")
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Nodes of polars expressions whose value in one row depends on other rows, which may be in another batch.
BEYOND_A_ROW = frozenset(
    ["Agg", "Over", "Window", "Rolling", "Len", "Explode", "Quantile", "Correlation", "Rank", "Shift"]
)

Table = Mapping[str, str]


class SqlRule(FrameRule):
    """Base class of the rules of the configuration file."""

    on: str
    sql: str
    described: str

    def when(self, context: RuleContext) -> "pl.Expr":
        """The SQL as a polars expression."""
        del context
        return pl.sql_expr(self.sql)

    @classmethod
    def page(cls) -> str:
        """The manual page: the message and the rule's SQL."""
        return cls.described


def sql_rules(
    tables: Mapping[str, Table], source: str, known: Mapping[str, type[Rule]]
) -> dict[str, type[Rule]]:
    """The known rules and the rules of the tables, by code and in order of code.

    Raises UsageError, which names the source and the rule, for an invalid rule. ``prove`` validates the SQL.
    """
    if not tables:
        return dict(known)
    rules = dict(known)
    names = {rule.name: rule.code for rule in known.values()}
    for code, table in tables.items():
        rule = _build_rule(code, table, f"{source}: sql.{code}")
        if code in rules:
            raise UsageError(f"{source}: sql.{code}: the code is taken by {rules[code].name}")
        if rule.name in names:
            raise UsageError(f"{source}: sql.{code}: the name {rule.name} is taken by {names[rule.name]}")
        rules[code], names[rule.name] = rule, code
    return dict(sorted(rules.items()))


def prove(rules: Mapping[str, type[Rule]], source: str) -> None:
    """Evaluate every SQL rule on an empty batch. Raises UsageError for the first one with invalid SQL."""
    empty_batch: Batch | None = None
    for code, rule in rules.items():
        if issubclass(rule, SqlRule):
            empty_batch = empty_batch or Batch([], [], [], RecordReader(), RuleContext())
            wrong = _sql_error(rule, getattr(empty_batch, rule.frame))
            if wrong:
                raise UsageError(f"{source}: sql.{code}: when: {wrong}")


def _build_rule(code: str, table: Table, where: str) -> type[SqlRule]:
    if not CODE.fullmatch(code):
        raise UsageError(f"{where}: the code is not letters and three digits, like Z001")
    for key in table:
        if key not in KEYS:
            raise UsageError(
                f'{where}: unknown key "{key}"{did_you_mean(key, KEYS)} (keys: {", ".join(KEYS)})'
            )
    for key in REQUIRED_KEYS:
        if not table.get(key, "").strip():
            raise UsageError(f"{where}: {key} is missing")
    severity, name = table.get("severity", "warning"), table.get("name", f"sql-{code.lower()}")
    for key, value, allowed in (
        ("on", table["on"], tuple(FRAMES)),
        ("severity", severity, SEVERITIES),
        ("fix", table.get("fix", "drop"), ("drop",)),
    ):
        if value not in allowed:
            suggestion = did_you_mean(value, allowed)
            raise UsageError(
                f'{where}: {key}: there is no "{value}"{suggestion} (known: {", ".join(allowed)})'
            )
    if not NAME.fullmatch(name):
        raise UsageError(f'{where}: name: write it small and with dashes, like lorem-ipsum, not "{name}"')
    page = f"{table['message']}\n\nA rule of the configuration file, on {table['on']}:\n\n    {table['when']}"
    frame, field = FRAMES[table["on"]]
    attributes = {
        "__module__": __name__,
        "code": code,
        "name": name,
        "severity": severity,
        "fix": "unsafe" if "fix" in table else None,
        "drops": "fix" in table,
        "on": table["on"],
        "frame": frame,
        "field": field,
        "columns": (),
        "message": table["message"],
        "sql": table["when"],
        "described": page,
    }
    return type(f"Sql{code}", (SqlRule,), attributes)


def _sql_error(rule: type[SqlRule], frame: "pl.DataFrame") -> str | None:
    """Why the SQL is invalid, determined on a frame without rows; None where it is valid."""
    import polars.exceptions as failures

    try:
        expression = pl.sql_expr(rule.sql)
        columns = expression.meta.root_names()
    except (failures.PolarsError, TypeError, ValueError) as error:
        return str(error).partition("\n")[0]
    # ``i`` is an index in a batch, which depends on where batches end.
    known = [name for name in frame.columns if name != "i"]
    for column in columns:
        if column not in known:
            suggestion = did_you_mean(column, known)
            return f'{rule.on} has no column "{column}"{suggestion} (columns: {", ".join(known)})'
    if not columns:
        return f"it names no column of {rule.on} (columns: {', '.join(known)})"
    nodes = set(_nodes(expression))
    if nodes & BEYOND_A_ROW:
        return "it looks at more than one row; a rule sees one at a time"
    if nodes & {"Strict", "Strptime"}:
        return "it fails on the first text that cannot be cast; write TRY_CAST"
    try:
        result = frame.select(expression.alias("found"))
    except failures.PolarsError as error:
        return " ".join(str(error).partition("\n\n")[0].split())
    if result["found"].dtype != pl.Boolean:
        return f"it gives {result['found'].dtype}, not true or false"
    return None


def _nodes(expression: "pl.Expr") -> Iterator[str]:
    """The names of an expression's nodes, without its literals and columns."""
    import warnings

    with warnings.catch_warnings():
        # The format is internal to polars and may change: then an expression over several rows is no longer detected.
        warnings.simplefilter("ignore")
        tree = json.loads(expression.meta.serialize(format="json"))
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield from node
            stack.extend(value for key, value in node.items() if key not in ("Literal", "Column"))
        elif isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, str):
            yield node
