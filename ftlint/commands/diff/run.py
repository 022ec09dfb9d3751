"""The differences between two versions of a dataset: examples, findings, tokens and classes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ftlint.commands.diff.match import match_examples
from ftlint.commands.diff.version import DatasetVersion, version_of
from ftlint.commands.stats.figures import Figures
from ftlint.config.settings import Settings
from ftlint.engine.excerpts import Said
from ftlint.io.source import Source
from ftlint.result import SEVERITIES, Finding, Report, Severity

MOST_LISTED = 1_000
PASSES = 2
"""How often the data is read, for progress displays."""


@dataclass(frozen=True, slots=True)
class DiffEntry:
    """One example: its position, and its shortened text."""

    file: str
    row: int
    line: int
    said: Sequence[Said]


@dataclass(frozen=True, slots=True)
class ChangedExample:
    """An example that was changed."""

    old: DiffEntry
    new: DiffEntry


@dataclass(frozen=True, slots=True)
class RuleShift:
    """Counts of a rule in both versions.

    ``appeared`` and ``went`` are findings about content that only one version has; None if there are too many
    to compare them.
    """

    code: str
    name: str
    severity: Severity
    old: int
    new: int
    appeared: int | None
    went: int | None


@dataclass(frozen=True, slots=True)
class ClassShift:
    """Counts of a class in both versions."""

    label: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference. The numbers are true totals, the lists are limited.

    ``same`` examples are in both, ``moved`` of them in another order. Of ``unread`` rows no example could be
    built.
    """

    old: Figures
    new: Figures
    old_report: Report
    new_report: Report
    same: int
    moved: int
    changed: int
    removed: int
    added: int
    listed_changed: Sequence[ChangedExample]
    listed_removed: Sequence[DiffEntry]
    listed_added: Sequence[DiffEntry]
    rules: Sequence[RuleShift]
    classes: Sequence[ClassShift]

    @property
    def differs(self) -> bool:
        """Whether the versions differ. A different order of examples is no difference."""
        return bool(self.changed or self.removed or self.added or self.rules)


def compare(
    old: Sequence[Source],
    new: Sequence[Source],
    settings: Settings,
    most: int = MOST_LISTED,
    advance: Callable[[int], None] = lambda _: None,
) -> Difference:
    """Compare two versions. ``most`` examples of each kind are listed. Raises UsageError for a wrong setting."""
    first, second = version_of(old, settings, advance), version_of(new, settings, advance)
    matched = match_examples(first.examples, second.examples, (first.sketches, second.sketches))
    pairs = matched.changed[:most]
    before = first.text_of([*(pair[0] for pair in pairs), *matched.removed[:most]])
    after = second.text_of([*(pair[1] for pair in pairs), *matched.added[:most]])
    return Difference(
        old=first.figures,
        new=second.figures,
        old_report=first.report,
        new_report=second.report,
        same=matched.same,
        moved=matched.moved,
        changed=len(matched.changed),
        removed=len(matched.removed),
        added=len(matched.added),
        listed_changed=[
            ChangedExample(_entry(first, one, before), _entry(second, other, after)) for one, other in pairs
        ],
        listed_removed=[_entry(first, place, before) for place in matched.removed[:most]],
        listed_added=[_entry(second, place, after) for place in matched.added[:most]],
        rules=list(_rules(first.report, second.report)),
        classes=_classes(first.figures, second.figures),
    )


def _entry(version: DatasetVersion, place: int, texts: Mapping[int, Sequence[Said]]) -> DiffEntry:
    return DiffEntry(*version.place(place), texts.get(place, ()))


def _rules(old: Report, new: Report) -> Iterable[RuleShift]:
    """The rules whose findings differ, the most severe first."""
    totals = [_totals(report) for report in (old, new)]
    fingerprints = [_known(report) for report in (old, new)]
    names = {**old.names, **new.names}
    keys = sorted(set(totals[0]) | set(totals[1]), key=lambda key: (SEVERITIES.index(key[1]), key[0]))
    for code, severity in keys:
        before, after = (total[code, severity] for total in totals)
        appeared: int | None = None
        went: int | None = None
        mine = [found.get((code, severity), Counter()) for found in fingerprints]
        if [found.total() for found in mine] == [before, after]:
            appeared, went = (mine[1] - mine[0]).total(), (mine[0] - mine[1]).total()
        if before != after or appeared or went:
            yield RuleShift(code, names.get(code, ""), severity, before, after, appeared, went)


def _totals(report: Report) -> Counter[tuple[str, Severity]]:
    totals: Counter[tuple[str, Severity]] = Counter()
    for file in report.files:
        for tally, n in file.tallies.items():
            totals[tally.code, tally.severity] += n
    return totals


def _known(report: Report) -> dict[tuple[str, Severity], Counter[str]]:
    """The fingerprints of each rule's findings, independent of position."""
    found: dict[tuple[str, Severity], Counter[str]] = {}
    for finding in report.findings:
        found.setdefault((finding.code, finding.severity), Counter())[_key(finding)] += 1
    return found


def _key(finding: Finding) -> str:
    """A finding about an example is identified by its content, a finding about the file by its rule alone."""
    return finding.fingerprint if finding.row is not None else ""


def _classes(old: Figures, new: Figures) -> list[ClassShift]:
    """The classes whose counts differ, the largest change first."""
    first, second = dict(old.classes), dict(new.classes)
    shifts = [
        ClassShift(label, first.get(label, 0), second.get(label, 0))
        for label in dict.fromkeys([*first, *second])
    ]
    changed = [shift for shift in shifts if shift.old != shift.new]
    return sorted(changed, key=lambda shift: (-abs(shift.new - shift.old), shift.label))
