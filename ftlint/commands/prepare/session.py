"""What a preparation asks: about lines that the reader could mend, fixes of single rows, and decisions on the whole.

How a preparation begins: its rules and its conversion, here or where a worker makes them anew.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftlint.commands.convert.conversion import Conversion, conversion
from ftlint.commands.convert.rewrite import Expansion
from ftlint.commands.prepare.options import Intent, Where
from ftlint.commands.prepare.proposals import (
    EXAMPLES,
    Remedy,
    changes,
    dataset_remedies,
    reader_remedies,
    row_remedies,
)
from ftlint.commands.prepare.result import Talk
from ftlint.commands.prepare.step import Trial, Work, allowed
from ftlint.commands.stats.survey import Survey
from ftlint.config.settings import Settings
from ftlint.context import Job
from ftlint.engine.passes import Advance, Pass, nowhere
from ftlint.engine.plan import make_plan
from ftlint.engine.scan import Plan
from ftlint.io.block import FaultKind
from ftlint.io.source import Source
from ftlint.rule import DatasetRule
from ftlint.rule.base import Verdict
from ftlint.rule.registry import all_rules, choose
from ftlint.shapes import SHAPES
from ftlint.targets.target import load_target

if TYPE_CHECKING:
    from ftlint.commands.prepare.parallel import Sharing


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


@dataclass(slots=True)
class Course:
    """One preparation on its course. ``wanted`` is the file to write unless its name is taken."""

    settings: Settings
    intent: Intent
    where: Where
    talk: Talk
    wanted: Path
    work: Work
    shared: "Sharing | None" = None
    """With whom it is shared; None where all is done here."""
    asked: list[tuple[Remedy, bool]] = field(default_factory=list)

    def asks(self, remedy: Remedy) -> bool:
        """Ask for consent to a remedy, and remember what was said."""
        agreed = self.talk.agrees(len(self.asked) + 1, remedy)
        self.asked.append((remedy, agreed))
        return agreed

    def trial(self, survey: Survey | None = None) -> Trial:
        """All wanted fixes on trial; ``survey`` counts the tokens of what would be left."""
        if self.shared is not None:
            trial = self.shared.trial(self.work, survey=survey)
            if trial.examples:
                return trial
            # What is told where nothing is left has to be found out here.
            survey = None
        return self.work.trial(each=EXAMPLES, survey=survey)


def look(shared: "Sharing | None", begun: Conversion, settings: Settings, advance: Advance = nowhere) -> Pass:
    """The first pass over the file."""
    if shared is not None:
        return shared.look(begun, settings, advance)
    return begun.look(settings, advance, keep=True)


def agree_on_reading(course: Course) -> None:
    """Ask about broken lines that the reader could mend; with those that it may, the file is looked at again."""
    work, begun = course.work, course.work.conversion
    kinds: set[FaultKind] = set()
    curable = {rule: told for rule, told in begun.curable.items() if allowed(rule, course.intent)}
    for remedy in reader_remedies(curable):
        agreed = course.asks(remedy)
        kinds.update(rule.fault for rule in curable if agreed and rule.code == remedy.code)
    if kinds:
        begun.read = replace(begun.read, heal=begun.read.heal | kinds)
        work.seen = look(course.shared, begun, course.settings)


def agree_on_rows(course: Course, trial: Trial) -> Trial:
    """Ask about fixes of single rows; the trial of what was agreed to."""
    work, refused = course.work, set()
    for remedy in row_remedies(list(work.rules), trial.deeds):
        if not course.asks(remedy):
            refused.add(remedy.code)
    if not refused:
        return trial
    # What the whole tells depends on the rows as they will be.
    work.rules = {rule: s for rule, s in work.rules.items() if rule.code not in refused}
    return course.trial()


def agree_on_whole(course: Course, trial: Trial) -> dict[DatasetRule, Verdict]:
    """Ask about what rules about the whole would do; the verdicts to carry out."""
    work = course.work
    agreed = {
        rule.code for rule, verdict in trial.verdicts.items() if rule.fix == "safe" and changes(verdict)
    }
    for remedy in dataset_remedies(trial.verdicts, trial.sample, work.seer, work.job):
        if course.asks(remedy):
            agreed.add(remedy.code)
    return {rule: verdict for rule, verdict in trial.verdicts.items() if rule.code in agreed}
