"""All settings of a run, from the command line, Python and the configuration file: each is one field of Settings.

To add a setting:
1. Write its field in Settings with a Setting: its help, the type of its key in the configuration file, the panel of
   its option, its conversions.
2. Declare there what depends on it (``is_path``, ``changes_findings``, ``names_data``), for cache, shards and workers.
3. Add it to ftlint/config/keywords.py, which has the keyword arguments of Python for type checkers.
4. If it has an option, name it in the options class of the commands that take it (ftlint/cli/options.py).
5. Run ``ftlint config --schema > ftlint/config.schema.json``; tests/test_config.py reports a missed step.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Unpack

from msgspec import Meta

from ftlint.batch.record_makers import SpeakerRoles, Templates
from ftlint.batch.task_type import TASKS
from ftlint.config import convert, panels
from ftlint.config.conversion import CONVERSION_SETTINGS, ConversionOptions
from ftlint.config.execution import ExecutionConfig
from ftlint.config.keywords import SettingsKeywords
from ftlint.config.setting import Codes, Setting, Text, Values, members, settings_in
from ftlint.config.splits import Splits
from ftlint.display import check_known, did_you_mean
from ftlint.errors import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.source import Source
from ftlint.result import SEVERITIES, Severity

code_list = partial(Setting, schema=Codes, convert=convert.codes, panel=panels.RULES, metavar="CODES")
file_path = partial(Setting, schema=Text, convert=convert.path, is_path=True, metavar="FILE")
reading = partial(Setting, panel=panels.READING)
execution = partial(Setting, panel=panels.EXECUTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a run. ``max_per_rule`` 0 reports all findings; the totals are exact with any limit.

    The order of the fields is the order of the keys in the configuration file.
    """

    target: Annotated[
        str | None, Setting("Who the files are for: ftlint target --all.", Text, panel=panels.TARGET)
    ] = None
    model: Annotated[
        str | None, Setting("The model to train: its limit and vocabulary.", Text, panel=panels.TARGET)
    ] = None
    task: Annotated[
        str | None,
        Setting("classification or generation, instead of what it looks like.", Text, panel=panels.TARGET),
    ] = None
    select: Annotated[tuple[str, ...], code_list("Only these rules: codes, prefixes, names.")] = ()
    ignore: Annotated[tuple[str, ...], code_list("Not these rules.", is_added=True)] = ()
    extend_select: Annotated[tuple[str, ...], code_list("These rules as well.", is_added=True)] = ()
    per_file_ignores: Annotated[
        Mapping[str, Sequence[str]],
        Setting("Patterns of paths, and the rules that are off there.", dict[str, Codes]),
    ] = field(default_factory=dict)
    severity: Annotated[
        Mapping[str, Severity],
        Setting("How bad what a rule finds is, by code or name.", dict[str, Severity]),
    ] = field(default_factory=dict)
    fail_on: Annotated[
        Severity,
        Setting(
            "error, warning or info: what makes the exit code 1.",
            Severity,
            panel=panels.RULES,
            metavar="SEVERITY",
            parse=convert.typed_name,
        ),
    ] = "error"
    max_per_rule: Annotated[
        int,
        Setting(
            "Findings shown per rule and file; 0 shows all.",
            Annotated[int, Meta(ge=0)],
            panel=panels.REPORT,
            metavar="N",
        ),
    ] = 0
    exclude: Annotated[
        tuple[str, ...],
        Setting(
            "What folders and globs leave out, written as in .gitignore.", list[Text], convert=convert.texts
        ),
    ] = ()
    baseline: Annotated[
        Path | None, file_path("Findings that are known and do not count.", panel=panels.BASELINE)
    ] = None
    record_ignores: Annotated[
        bool, Setting("Obey _ftlint in records and _ftlint_ignore in tables.", bool)
    ] = False
    """Whether ``_ftlint`` in a record, or ``_ftlint_ignore`` in a table, suppresses findings of rules there."""
    rule_folders: Annotated[
        tuple[Path, ...],
        Setting(
            "A folder with rules of your own.",
            list[Text],
            panel=panels.RULES,
            parameter="rules",
            metavar="FOLDER",
            convert=convert.paths,
            is_path=True,
            is_code=True,
        ),
    ] = ()
    map: Annotated[
        Mapping[str, str],
        reading(
            "What a column is, e.g. prompt=Question.",
            dict[str, str],
            metavar="FIELD=COLUMN",
            convert=convert.pairs,
        ),
    ] = field(default_factory=dict)
    read: Annotated[
        ReadOptions,
        Setting(
            members=members(
                ReadOptions,
                encoding=reading("Read as this encoding, e.g. cp1252.", Text),
                sheet=reading("The XLSX sheet to read.", metavar="NAME"),
                join_rows=reading(
                    "One message a row: rows with the same value here are a conversation.", metavar="COLUMN"
                ),
            )
        ),
    ] = field(default_factory=ReadOptions)
    templates: Annotated[
        Templates,
        Setting(
            members=members(
                Templates,
                prompt=reading('The prompt of each row: "{question} ({topic})".', metavar="TEMPLATE"),
                completion=reading('The completion of each row: "{answer}".', metavar="TEMPLATE"),
                system=reading("A system message; with templates a template, too."),
            )
        ),
    ] = field(default_factory=Templates)
    separator: Annotated[
        str | None,
        reading(r"The end of every prompt; \n is a line break.", str, parse=convert.unescaped),
    ] = None
    stop: Annotated[
        str | None,
        reading(r"The end of every completion; \n is a line break.", str, parse=convert.unescaped),
    ] = None
    conversion: Annotated[ConversionOptions, Setting(members=CONVERSION_SETTINGS)] = field(
        default_factory=ConversionOptions
    )
    tokenizer: Annotated[
        Path | None,
        file_path("Count tokens with this tokenizer.json of an open model.", panel=panels.TARGET),
    ] = None
    """The ``tokenizer.json`` for counting tokens, or the folder that contains it."""
    chat_template: Annotated[
        Path | None,
        file_path(
            "The model's chat template: chat_template.jinja, tokenizer_config.json, or their folder.",
            panel=panels.TARGET,
        ),
    ] = None
    turns: Annotated[
        SpeakerRoles,
        reading(
            'Who speaks in a text: "Customer=user,Agent=assistant".',
            str | dict[str, str],
            metavar="NAMES",
            convert=convert.turns,
        ),
    ] = field(default_factory=SpeakerRoles)
    json_schema: Annotated[
        Path | None, file_path("A JSON Schema of your own that every record must fit.")
    ] = None
    sql_rules: Annotated[
        Mapping[str, Mapping[str, str]],
        Setting(
            "Rules as one line of SQL: on, when, message …",
            dict[str, dict[str, str]],
            key="sql",
            source_field="sql_source",
        ),
    ] = field(default_factory=dict)
    datasets: Annotated[
        Splits,
        Setting(
            "Named datasets: splits and their files.",
            dict[str, dict[str, str | list[str]]],
            load=convert.datasets,
            names_data=True,
            root_field="root",
        ),
    ] = field(default_factory=dict)
    """Named datasets and the paths of their splits, relative to ``root``."""
    rule_options: Annotated[
        Mapping[str, Mapping[str, Any]],
        Setting(
            "Options of rules, and max-rate, by code or name.",
            dict[str, dict[str, Any]],
            key="rules",
            source_field="source",
        ),
    ] = field(default_factory=dict)
    # The following fields have no key in the configuration file.
    source: str = "the settings"
    """The source of the rule options, for error messages."""
    sql_source: str = "sql_rules"
    """The source of the SQL rules, for error messages."""
    template_text: str | None = None
    """The text of a chat template, in place of its file."""
    fingerprints: bool = False
    """Whether findings get a fingerprint of their record, which requires another read of the file."""
    against: Annotated[tuple[Source, ...], Setting(convert=convert.sources, names_data=True)] = ()
    """The reference datasets of every file."""
    root: Annotated[Path, Setting(convert=Path, names_data=True)] = Path()
    held_out: Annotated[Mapping[str, Sequence[Source]], Setting(names_data=True)] = field(
        default_factory=dict
    )
    """Additional reference datasets of single files, by the identity of the file."""
    today: date | None = None
    """The date of the run for rules on announced shutdowns; None for the current date."""
    cache: Annotated[Path | None, Setting(convert=convert.path, is_path=True, changes_findings=False)] = None
    """The folder of cached reports of unchanged files; None for no cache."""
    staff: Annotated[
        ExecutionConfig,
        Setting(
            changes_findings=False,
            members=members(
                ExecutionConfig,
                jobs=execution("Processes for large files; 0 (the default): one a core.", metavar="N"),
                engine=execution(
                    "local, or ray: the tasks of a Ray cluster.", metavar="NAME", parse=convert.typed_name
                ),
                address=execution("The Ray cluster's; without it one is begun on this machine."),
            ),
        ),
    ] = field(default_factory=ExecutionConfig)
    """The execution of the run. It does not change any result."""

    def for_written(self) -> "Settings":
        """The settings for a file written by ftlint: without those for reading the records of the input."""
        read = replace(self.read, join_rows=None)
        return replace(
            self,
            map={},
            templates=Templates(),
            conversion=ConversionOptions(),
            turns=SpeakerRoles(),
            json_schema=None,
            read=read,
        )

    def for_keys(self) -> "Settings":
        """The settings that two runs must share to report the same findings for the same data; for cache and shards."""
        return self._reset(*(n for n, about in FIELDS.items() if about.names_data))

    def for_workers(self) -> "Settings":
        """The settings for workers: paths are absolute, and settings of the execution have their defaults."""
        paths = {name: getattr(self, name) for name, about in FIELDS.items() if about.is_path}
        return replace(self, **{name: _absolute(value) for name, value in paths.items()})._reset()

    def _reset(self, *names: str) -> "Settings":
        """The settings with the defaults of these fields and of all fields that do not change findings."""
        defaults = Settings()
        more = [name for name, about in FIELDS.items() if not about.changes_findings]
        return replace(self, **{name: getattr(defaults, name) for name in (*names, *more)})


FIELDS = settings_in(Settings)
"""The fields, each with its metadata."""
GROUPS = {name: about.members for name, about in FIELDS.items() if about.members}
"""The fields that group several settings: the members of each, by their names in it."""
SETTINGS = {
    name: about
    for field_name, own in FIELDS.items()
    for name, about in (own.members or {field_name: own}).items()
}
"""All settings by their Python names, in the order of the configuration file."""


def settings_from(options: Mapping[str, object], config: Values) -> Settings:
    """The settings of a command: its options, by parameter name, take precedence over the configuration.

    An option that is None or missing was not given. Names without a setting are ignored.
    """
    given: dict[str, Any] = {}
    for name, about in SETTINGS.items():
        value = about.from_option(options.get(about.parameter)) if about.parameter is not None else None
        if value is not None:
            given[name] = value
    settings = _with(Settings(), given)
    if not settings.templates:
        # A system message alone is not a template: the command uses it directly.
        settings = replace(settings, templates=Templates())
    return with_config(config, check(settings), given)


def from_python(**given: Unpack[SettingsKeywords]) -> Settings:
    """The settings from keyword arguments; an unknown one is an error with the nearest name."""
    for name in given:
        if name not in SETTINGS:
            raise UsageError(f'no setting "{name}"{did_you_mean(name, SETTINGS)}')
    values_by_name = {name: SETTINGS[name].convert(value) for name, value in given.items()}
    return check(_with(Settings(), values_by_name))


def with_config(values: Values, settings: Settings, given: Collection[str] = ()) -> Settings:
    """The settings with the values of the configuration for those that are not ``given`` and have their default.

    For rules to ignore and to add, the values of both are merged.
    """
    defaults = Settings()
    values_by_name: dict[str, Any] = {}
    for name, about in SETTINGS.items():
        entry = values.get(about.key) if about.key is not None else None
        if entry is None:
            continue
        value, own = about.from_file(entry), _get(settings, name)
        if about.is_added:
            values_by_name[name] = (*value, *own)
        elif name not in given and own == _get(defaults, name):
            values_by_name[name] = value
        if about.source_field is not None:
            values_by_name[about.source_field] = entry.source
        if about.root_field is not None:
            values_by_name[about.root_field] = entry.root
    return check(_with(settings, values_by_name))


def check(settings: Settings) -> Settings:
    """Validate and complete the settings. Raises UsageError for the first invalid one."""
    check_known(settings.fail_on, SEVERITIES, "fail-on: no severity")
    if settings.task is not None:
        check_known(settings.task, TASKS, "--task: no task")
    for name, severity in settings.severity.items():
        check_known(severity, SEVERITIES, f"severity of {name}: no severity")
    if settings.max_per_rule < 0:
        raise UsageError("--max-per-rule: 0 for all, or how many to show")
    settings.templates.check()
    settings.conversion.check()
    if settings.turns and settings.templates:
        raise UsageError("--turns and --completion both say what an example is made of; choose one")
    return replace(settings, read=replace(settings.read, speakers=settings.turns.names))


def _with(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """The settings with these values, by their Python names."""
    grouped = {
        group: replace(getattr(settings, group), **{n: values[n] for n in names if n in values})
        for group, names in GROUPS.items()
    }
    known = {name: value for name, value in values.items() if name in FIELDS}
    return replace(settings, **known, **grouped)


def _get(settings: Settings, name: str) -> Any:
    group = next((group for group, names in GROUPS.items() if name in names), None)
    return getattr(settings if group is None else getattr(settings, group), name)


def _absolute(value: Any) -> Any:
    if isinstance(value, Path):
        return value.absolute()
    return value if value is None else tuple(path.absolute() for path in value)
