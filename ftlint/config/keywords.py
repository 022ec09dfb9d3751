"""Keyword arguments of the Python functions for settings, for type checkers.

The class of a function depends on which of these keywords it declares itself.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import date
from typing import Any, TypedDict

from ftlint.batch.record_makers import SpeakerRoles
from ftlint.config.conversion import Media, Reasoning, SystemMessages, TextCalls, ToolArguments, Untrained
from ftlint.io.block import FaultKind
from ftlint.io.source import Source
from ftlint.result import Severity

StrPath = str | os.PathLike[str]


class CommonKeywords(TypedDict, total=False):
    """The keywords of all functions except target, model and system message."""

    # Rules and the severity of their findings.
    task: str | None
    select: str | Iterable[str]
    ignore: str | Iterable[str]
    extend_select: str | Iterable[str]
    rule_folders: StrPath | Iterable[StrPath]
    rule_options: Mapping[str, Mapping[str, Any]]
    per_file_ignores: Mapping[str, Sequence[str]]
    severity: Mapping[str, Severity]
    sql_rules: Mapping[str, Mapping[str, str]]
    json_schema: StrPath | None
    baseline: StrPath | None
    record_ignores: bool
    fingerprints: bool
    fail_on: Severity
    max_per_rule: int
    tokenizer: StrPath | None
    chat_template: StrPath | None
    template_text: str | None
    today: date | None
    # Finding and reading files.
    exclude: str | Iterable[str]
    encoding: str | None
    sheet: str | None
    join_rows: str | None
    delimiter: str | None
    container: str | None
    block_bytes: int
    speakers: tuple[str, ...]
    heal: frozenset[FaultKind]
    left_out: tuple[str, ...]
    keep_raw: bool
    # Building examples from records.
    map: Mapping[str, str]
    turns: str | Mapping[str, str] | SpeakerRoles | None
    prompt: str | None
    completion: str | None
    separator: str | None
    stop: str | None
    # Writing records in another shape.
    tool_arguments: ToolArguments | None
    system_messages: SystemMessages | None
    merge_consecutive: str | bool | None
    reasoning: Reasoning | None
    media: Media | None
    untrained: Untrained | None
    text_calls: TextCalls | None
    # Reference data.
    against: StrPath | Iterable[StrPath]
    datasets: Mapping[str, Mapping[str, Sequence[str]]]
    root: StrPath
    held_out: Mapping[str, Sequence[Source]]
    # Execution.
    cache: StrPath | None
    jobs: int | None
    engine: str
    address: str | None
    executor: Executor | None
    part_bytes: int | None
    # Sources for error messages.
    source: str
    sql_source: str


class ConvertKeywords(CommonKeywords, total=False):
    """The settings of a function that declares the system message itself."""

    target: str | None
    model: str | None


class CheckKeywords(CommonKeywords, total=False):
    """The settings of a function that declares target and model itself."""

    system: str | None


class PrepareKeywords(CheckKeywords, total=False):
    """The settings of a function that declares the target itself."""

    model: str | None


class SettingsKeywords(PrepareKeywords, total=False):
    """All settings."""

    target: str | None
