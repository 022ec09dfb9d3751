"""From settings to a plan: target, model, rules with their severities, and how records are seen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ftlint.batch import Seer
from ftlint.engine import Plan
from ftlint.errors import UsageError
from ftlint.job import Job
from ftlint.nearest import did_you_mean
from ftlint.read import ReadOptions
from ftlint.registry import all_rules, make
from ftlint.result import Severity
from ftlint.rule import DatasetRule, FaultRule, Rule
from ftlint.selection import choose
from ftlint.settings import Settings
from ftlint.sight import Eye, check_map
from ftlint.target import find_model, load_target
from ftlint.vocabulary import tokenizer_file


def make_job(settings: Settings) -> Job:
    """The job that the settings describe. A model without a target names its target."""
    target = load_target(settings.target) if settings.target else None
    model = None
    if settings.model is not None:
        if target is None:
            target, model = find_model(settings.model)
        else:
            model = target.model(settings.model)
    job = Job(target, model, settings.task, settings.separator, settings.stop)
    if settings.tokenizer is not None:
        job = replace(job, tokenizer=tokenizer_file(settings.tokenizer))
    return job if settings.today is None else replace(job, today=settings.today)


def make_seer(settings: Settings, job: Job) -> Seer:
    """How the settings make examples of records; the shapes of the job's target are tried first."""
    check_map(settings.map)
    first = tuple(job.target.shapes) if job.target is not None else ()
    return Seer(Eye(wanted=dict(settings.map), first=first), settings.templates, settings.turns)


def make_plan(settings: Settings, job: Job | None = None) -> Plan:
    """The plan of a checking run."""
    job = job or make_job(settings)
    seer = make_seer(settings, job)
    known = all_rules(tuple(folder.resolve() for folder in settings.rule_folders))
    by_code = _options_by_code(settings, known)
    chosen = choose(known, settings.select, settings.ignore, settings.extend_select)
    rules: dict[Rule, Severity] = {}
    for kind in _with_always(chosen, known, settings):
        rule = make(kind, by_code.get(kind.code, {}), settings.source)
        severity = rule.severity_for(job)
        if severity is not None:
            rules[rule] = severity
    return Plan(rules, job, seer, settings.max_per_rule)


def fixing(plan: Plan, *, unsafe: bool) -> Plan:
    """The plan with only the rules whose fix is wanted."""
    wanted = ("safe", "unsafe") if unsafe else ("safe",)
    return replace(plan, rules={rule: s for rule, s in plan.rules.items() if rule.fix in wanted})


def healing(plan: Plan, options: ReadOptions) -> ReadOptions:
    """Reading options under which the reader heals what the plan's rules fix."""
    kinds = set()
    for rule in plan.rules:
        if isinstance(rule, FaultRule):
            kinds.add(rule.fault)
        elif isinstance(rule, DatasetRule):
            kinds.update(rule.heals)
    return replace(options, heal=frozenset(kinds), keep_raw=True)


def _with_always(
    chosen: list[type[Rule]], known: Mapping[str, type[Rule]], settings: Settings
) -> list[type[Rule]]:
    """An empty dataset is never clean, whatever was selected; only naming the rule in --ignore says otherwise."""
    extra = [
        rule
        for rule in known.values()
        if rule.always and rule not in chosen and not {rule.code, rule.name} & set(settings.ignore)
    ]
    return sorted([*chosen, *extra], key=lambda rule: rule.code)


def _options_by_code(settings: Settings, known: Mapping[str, type[Rule]]) -> dict[str, Mapping[str, Any]]:
    codes = {name: rule.code for rule in known.values() for name in (rule.code, rule.code.lower(), rule.name)}
    for name in settings.rule_options:
        if name not in codes:
            raise UsageError(f'{settings.source}: no rule "{name}"{did_you_mean(name, codes)}')
    return {codes[name]: options for name, options in settings.rule_options.items()}
