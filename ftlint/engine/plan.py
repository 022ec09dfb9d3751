"""From settings to a plan: target, model, rules with their severities, and the record reader."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from msgspec import structs

from ftlint.batch.records import RecordReader
from ftlint.chat_template.files import has_chat_template, read_chat_template
from ftlint.chat_template.template import ChatTemplate
from ftlint.config.settings import Settings
from ftlint.context import RuleContext
from ftlint.display import did_you_mean
from ftlint.engine.scan import Plan
from ftlint.errors import UsageError
from ftlint.io.block import ReadOptions
from ftlint.io.discovery import matcher
from ftlint.result import Severity
from ftlint.rule.base import Rule
from ftlint.rule.dataset import DatasetRule
from ftlint.rule.frame import FaultRule
from ftlint.rule.registry import all_rules, choose, fits, make
from ftlint.rule.sql import prove, sql_rules
from ftlint.schema.user_schema import load_own_schema
from ftlint.shapes import SHAPES
from ftlint.shapes.detect import ShapeDetector
from ftlint.shapes.nearest import check_map
from ftlint.targets.target import find_model, load_target
from ftlint.tokens.vocabulary import tokenizer_file

T = TypeVar("T")


def make_context(settings: Settings) -> RuleContext:
    """The rule context of the settings. A model without a target determines the target."""
    target = load_target(settings.target) if settings.target else None
    model = None
    if settings.model is not None:
        if target is None:
            target, model = find_model(settings.model)
        else:
            model = target.model(settings.model)
    context = RuleContext(target, model, settings.task, settings.separator, settings.stop)
    if settings.tokenizer is not None:
        context = replace(context, tokenizer=tokenizer_file(settings.tokenizer))
    template = chat_template_of(settings)
    if template is not None:
        context = replace(context, chat_template=template)
    return context if settings.today is None else replace(context, today=settings.today)


def chat_template_of(settings: Settings) -> ChatTemplate | None:
    """The chat template of the settings, or the one that lies beside their tokenizer."""
    if settings.template_text is not None:
        return ChatTemplate({"default": settings.template_text}, {})
    if settings.chat_template is not None:
        return read_chat_template(settings.chat_template)
    folder = settings.tokenizer if settings.tokenizer is not None and settings.tokenizer.is_dir() else None
    return read_chat_template(folder) if folder is not None and has_chat_template(folder) else None


def make_record_reader(settings: Settings, context: RuleContext) -> RecordReader:
    """The record reader of the settings; the shapes of the context's target are tried first."""
    check_map(settings.map)
    first = tuple(context.target.shapes) if context.target is not None else ()
    return RecordReader(
        ShapeDetector(SHAPES, wanted=dict(settings.map), first=first), settings.templates, settings.turns
    )


def make_plan(settings: Settings, context: RuleContext | None = None) -> Plan:
    """The plan of a checking run."""
    context = context or make_context(settings)
    record_reader = make_record_reader(settings, context)
    if settings.json_schema is not None:
        record_reader.own_schema = load_own_schema(settings.json_schema)
    known = all_rules(tuple(folder.resolve() for folder in settings.rule_folders))
    known = sql_rules(settings.sql_rules, settings.sql_source, known)
    prove(known if settings.sql_rules else {}, settings.sql_source)
    by_code = _options_by_code(settings, known)
    rates = _rates(by_code, settings.source)
    severities = _by_code(settings.severity, known, "severity")
    chosen = choose(known, settings.select, settings.ignore, settings.extend_select)
    rules: dict[Rule, Severity] = {}
    for kind in _with_always(chosen, known, settings):
        rule = make(kind, by_code.get(kind.code, {}), settings.source)
        severity = rule.severity_for(context)
        if severity is not None:
            rules[rule] = severities.get(kind.code, severity)
    return Plan(rules, context, record_reader, settings.max_per_rule, forced=severities, rates=rates)


def for_file(plan: Plan, name: str, settings: Settings) -> Plan:
    """The plan without the rules that the configuration switches off for a file of this name."""
    off = [codes for pattern, codes in settings.per_file_ignores.items() if matcher([pattern])(name)]
    names = [code for codes in off for code in codes]
    if not names:
        return plan
    kinds = {type(rule).code: type(rule) for rule in plan.rules}
    remaining = {
        rule.code for rule in choose(kinds, ["ALL"], [name for name in names if _names_any(kinds, name)])
    }
    return structs.replace(plan, rules={rule: s for rule, s in plan.rules.items() if rule.code in remaining})


def _names_any(kinds: Mapping[str, type[Rule]], name: str) -> bool:
    return any(fits(kind, name) >= 0 for kind in kinds.values())


def fixing_plan(plan: Plan, *, unsafe: bool) -> Plan:
    """The plan with only the rules whose fixes are enabled."""
    enabled = ("safe", "unsafe") if unsafe else ("safe",)
    return structs.replace(plan, rules={rule: s for rule, s in plan.rules.items() if rule.fix in enabled})


def with_repairs(plan: Plan, options: ReadOptions) -> ReadOptions:
    """Read options under which the reader fixes the faults that the plan's rules fix."""
    kinds = set()
    for rule in plan.rules:
        if isinstance(rule, FaultRule):
            kinds.add(rule.fault)
        elif isinstance(rule, DatasetRule):
            kinds.update(rule.repairs)
    return replace(options, heal=frozenset(kinds), keep_raw=True)


def _with_always(
    chosen: list[type[Rule]], known: Mapping[str, type[Rule]], settings: Settings
) -> list[type[Rule]]:
    """An empty dataset is never clean, whatever was selected; only naming the rule in --ignore disables it."""
    extra = [
        rule
        for rule in known.values()
        if rule.always and rule not in chosen and not {rule.code, rule.name} & set(settings.ignore)
    ]
    return sorted([*chosen, *extra], key=lambda rule: rule.code)


def _options_by_code(settings: Settings, known: Mapping[str, type[Rule]]) -> dict[str, dict[str, Any]]:
    by_code = _by_code(settings.rule_options, known, settings.source)
    return {code: dict(options) for code, options in by_code.items()}


def _by_code(named: Mapping[str, T], known: Mapping[str, type[Rule]], where: str) -> dict[str, T]:
    """Values given by rule code or name, by code."""
    codes = {name: rule.code for rule in known.values() for name in (rule.code, rule.code.lower(), rule.name)}
    for name in named:
        if name not in codes:
            raise UsageError(f'{where}: no rule "{name}"{did_you_mean(name, codes)}')
    return {codes[name]: value for name, value in named.items()}


def _rates(options: Mapping[str, dict[str, Any]], source: str) -> dict[str, float]:
    """Remove ``max-rate`` from the rules' options and return it: the tolerated share of findings, by code."""
    rates = {}
    for code, own in options.items():
        rate = own.pop("max-rate", own.pop("max_rate", None))
        if rate is None:
            continue
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
            raise UsageError(f"{source}: {code}: max-rate is a share from 0 to 1, such as 0.01, not {rate!r}")
        rates[code] = float(rate)
    return rates
