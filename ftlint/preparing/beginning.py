"""How a preparation begins: its rules and its conversion, here or where a worker makes them anew."""

from dataclasses import replace

from ftlint.conversion import Conversion, conversion
from ftlint.engine import Plan
from ftlint.expansion import Expansion
from ftlint.job import Job
from ftlint.plan import make_plan
from ftlint.preparing.intent import Intent
from ftlint.read import Source
from ftlint.registry import all_rules
from ftlint.selection import choose
from ftlint.settings import Settings
from ftlint.shapes import SHAPES
from ftlint.target import load_target


def plan_for(settings: Settings, intent: Intent) -> Plan:
    """All rules as the prepared file is checked with, and those beside whose fix is only offered."""
    known = all_rules(tuple(folder.resolve() for folder in settings.rule_folders))
    # A mistyped name is told before anything is read.
    choose(known, intent.only, intent.skip)
    offered = tuple(rule.code for rule in known.values() if rule.offered)
    settings = settings.for_written()
    return make_plan(replace(settings, extend_select=(*settings.extend_select, *offered)))


def conversion_for(source: Source, settings: Settings, intent: Intent) -> Conversion:
    """The conversion to the intent's target, before anything was read."""
    target = load_target(intent.target)
    begun = conversion(
        source,
        settings,
        SHAPES[target.shape],
        target,
        system=None if settings.templates else intent.system,
        # Where the target asks for marks, putting them on is a remedy like any other.
        keep_endings=Job(target).wants_marks,
    )
    if intent.expand_turns:
        names = {role: name for name, role in settings.turns.roles.items()}
        begun.manner = replace(begun.manner, expansion=Expansion(names))
    return begun
