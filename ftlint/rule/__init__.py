"""The public rule API: everything a rule file needs, and all it may import from ftlint.

A rule is one class in one file. Its module docstring is the manual page, its cases are the examples and
the tests. Choose the base class by what the rule reads:

- :class:`FrameRule`: a polars expression (``when``) on one frame of a batch, which ``frame`` names: ``examples``,
  ``messages``, ``texts``, ``calls``, ``results``, ``tools``, ``media``, ``preference_pairs`` and others, with the
  columns that are listed at :class:`Batch`,
- :class:`TextRule`: a frame rule on texts, whose fix changes them; :class:`SpanRule`: a text rule for spans that
  need Python to detect,
- :class:`FaultRule`: a fault that the reader detected in the bytes, :class:`SchemaRule`: a violation of the record's
  schema, :class:`MessageFrameRule`: any frame of faults with a message column,
- :class:`RecordRule`: Python (``check``) over the records that a cheap expression (``candidates``) selects,
- :class:`DatasetRule`: a property of the entire dataset (``observe``, ``combine``, ``conclude``; ``suspects`` makes it
  fast on many small files),
- :class:`CompareRule`: a property of two datasets compared with each other,
- :class:`FileRule`: a check of a file's name, its size and the date of the run.

One fault is one finding: ``explained_by`` names the rules whose findings explain one of this rule's, and how near these
must be (see :class:`Rule`).

A frame rule reports a :class:`MatchedRow`: ``match["column"]`` for each of the rule's ``columns``, and
``match.location`` in the record. ``message_for`` returns the message, ``apply_fix`` changes the :class:`Example`. Rules
of the other kinds return a :class:`Violation` for each finding. Every method gets the :class:`RuleContext`: the
target, the model and the task that the user named.

``--rules FOLDER`` loads the rule files of a folder, and a package offers rules by the entry point group
``ftlint.rules``; ``fixtures/plugin`` in ftlint's repository is an example, and its README describes the other groups.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from ftlint._polars import pl

if TYPE_CHECKING:
    from ftlint import secrets
    from ftlint.analysis import (
        code_topic,
        common_prefix,
        legacy_markers,
        mojibake,
        near_duplicates,
        ngrams,
        openapi_schema,
        phrases,
        scripts,
        special_tokens,
    )
    from ftlint.analysis.data_url import data_fault, is_data_url, read_data_url
    from ftlint.batch import json_types, null_padding, task_type
    from ftlint.batch.answers import AssistantTurns
    from ftlint.batch.batch import Batch
    from ftlint.batch.example import Example, Legacy, Location
    from ftlint.batch.file_group import FileGroup
    from ftlint.batch.tool_calls import why_not_json
    from ftlint.batch.tool_pairing import fresh_ids
    from ftlint.context import RuleContext
    from ftlint.display import escape, quote
    from ftlint.json_values import JSON_TEXT, parse_json, write_json
    from ftlint.rule import marker_outliers, pending
    from ftlint.rule.base import (
        Case,
        Conclusion,
        FileInfo,
        LazyViolations,
        Options,
        Rule,
        Severity,
        Violation,
        sorted_rows,
    )
    from ftlint.rule.dataset import CompareRule, DatasetRule
    from ftlint.rule.frame import (
        BLANK,
        FaultRule,
        FrameRule,
        MessageFrameRule,
        SchemaRule,
        SpanRule,
        TextRule,
        TextSpan,
        says_nothing,
    )
    from ftlint.rule.matched import MatchedRow
    from ftlint.rule.record import FileRule, RecordRule
    from ftlint.shapes import COMPATIBLE, SHAPES
    from ftlint.shapes.answers import truth_of

__all__ = [
    "BLANK",
    "COMPATIBLE",
    "JSON_TEXT",
    "SHAPES",
    "Annotated",
    "AssistantTurns",
    "Batch",
    "Case",
    "CompareRule",
    "Conclusion",
    "DatasetRule",
    "Example",
    "FaultRule",
    "FileGroup",
    "FileInfo",
    "FileRule",
    "FrameRule",
    "LazyViolations",
    "Legacy",
    "Location",
    "MatchedRow",
    "MessageFrameRule",
    "Meta",
    "Options",
    "RecordRule",
    "Rule",
    "RuleContext",
    "SchemaRule",
    "Severity",
    "SpanRule",
    "TextRule",
    "TextSpan",
    "Violation",
    "code_topic",
    "common_prefix",
    "data_fault",
    "escape",
    "fresh_ids",
    "is_data_url",
    "json_types",
    "legacy_markers",
    "marker_outliers",
    "mojibake",
    "near_duplicates",
    "ngrams",
    "null_padding",
    "openapi_schema",
    "parse_json",
    "pending",
    "phrases",
    "pl",
    "quote",
    "read_data_url",
    "says_nothing",
    "scripts",
    "secrets",
    "sorted_rows",
    "special_tokens",
    "task_type",
    "truth_of",
    "why_not_json",
    "write_json",
]

# Loaded at first use: the page of a rule needs few of them.
SUBMODULES = (
    "ftlint.secrets",
    "ftlint.analysis.code_topic",
    "ftlint.analysis.common_prefix",
    "ftlint.analysis.legacy_markers",
    "ftlint.analysis.mojibake",
    "ftlint.analysis.near_duplicates",
    "ftlint.analysis.ngrams",
    "ftlint.analysis.openapi_schema",
    "ftlint.analysis.phrases",
    "ftlint.analysis.scripts",
    "ftlint.analysis.special_tokens",
    "ftlint.batch.json_types",
    "ftlint.batch.null_padding",
    "ftlint.batch.task_type",
    "ftlint.rule.marker_outliers",
    "ftlint.rule.pending",
)
NAMES: dict[str, tuple[str, ...]] = {
    "ftlint.analysis.data_url": ("data_fault", "is_data_url", "read_data_url"),
    "ftlint.batch.answers": ("AssistantTurns",),
    "ftlint.batch.batch": ("Batch",),
    "ftlint.batch.example": ("Example", "Legacy", "Location"),
    "ftlint.batch.file_group": ("FileGroup",),
    "ftlint.batch.tool_calls": ("why_not_json",),
    "ftlint.batch.tool_pairing": ("fresh_ids",),
    "ftlint.context": ("RuleContext",),
    "ftlint.display": ("escape", "quote"),
    "ftlint.json_values": ("JSON_TEXT", "parse_json", "write_json"),
    "ftlint.shapes.answers": ("truth_of",),
    "ftlint.rule.base": (
        "Case",
        "Conclusion",
        "FileInfo",
        "LazyViolations",
        "Options",
        "Rule",
        "Severity",
        "Violation",
        "sorted_rows",
    ),
    "ftlint.rule.dataset": ("CompareRule", "DatasetRule"),
    "ftlint.rule.frame": (
        "BLANK",
        "FaultRule",
        "FrameRule",
        "MessageFrameRule",
        "SchemaRule",
        "SpanRule",
        "TextRule",
        "TextSpan",
        "says_nothing",
    ),
    "ftlint.rule.matched": ("MatchedRow",),
    "ftlint.rule.record": ("FileRule", "RecordRule"),
    "ftlint.shapes": ("COMPATIBLE", "SHAPES"),
}


def __getattr__(name: str) -> Any:
    for module in SUBMODULES:
        if module.rpartition(".")[2] == name:
            return import_module(module)
    for module, names in NAMES.items():
        if name in names:
            globals()[name] = value = getattr(import_module(module), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
