"""The dialogue of a preparation, and its result."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ftlint.batch.task_type import Task
from ftlint.commands.prepare.holdout import Holdout
from ftlint.commands.prepare.next_steps import NextSteps
from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.summary import DatasetSummary, MarkerSummary
from ftlint.commands.prepare.write import RowRanges
from ftlint.commands.stats.figures import Figures
from ftlint.result import Report


class Prompter(Protocol):
    """Whom a preparation talks to."""

    def show_summary(self, outlook: DatasetSummary) -> None:
        """Receives the profile of the file."""

    def confirm_fix(self, number: int, remedy: ProposedFix) -> bool:
        """Requests consent to the proposed fix of that number."""

    def confirm_holdout(self, question: str) -> bool:
        """Asks whether to reserve some examples for validation."""


@dataclass(frozen=True, slots=True)
class AutoPrompter:
    """Answers without a dialogue: one answer for all proposals, or a function's answer for each."""

    accept: bool | Callable[[ProposedFix], bool] = True

    def show_summary(self, outlook: DatasetSummary) -> None:
        """Displays nothing."""

    def confirm_fix(self, number: int, remedy: ProposedFix) -> bool:
        """The configured answer; a proposal that is only offered needs explicit consent."""
        if callable(self.accept):
            return bool(self.accept(remedy))
        return self.accept and not remedy.offered

    def confirm_holdout(self, question: str) -> bool:
        """Examples of classes are reserved for validation unless ``split`` says otherwise."""
        return True


@dataclass(slots=True)
class Prepared:
    """The result: the profile, the consents, the decisions, the files with their report, and the next steps.

    ``files`` and ``kept`` (examples written) are by split, ``""`` if there is no split; no files if nothing
    remained to write. ``dropped`` and ``fixed`` are by code; ``convert`` is for records that the target
    cannot represent.
    """

    outlook: DatasetSummary
    remedies: list[tuple[ProposedFix, bool]]
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    task: Task = field(default_factory=lambda: Task(None))
    shape: str = ""
    division: Holdout | None = None
    files: dict[str, Path] = field(default_factory=dict)
    manifest: Path | None = None
    lost: Path | None = None
    """The file of values that the new files do not contain; it exists only if there are any."""
    kept: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    runs: Mapping[str, RowRanges] = field(default_factory=dict)
    """The rows of the source that were written, by split."""
    unusable: int = 0
    """Rows that could not be read, or that the target has no place for."""
    dropped: Counter[str] = field(default_factory=Counter)
    fixed: Counter[str] = field(default_factory=Counter)
    report: Report = field(default_factory=lambda: Report([], None))
    figures: Figures | None = None
    """Tokens, epochs and cost of the training examples, unless tokens were not counted."""
    marks: MarkerSummary = field(default_factory=MarkerSummary)
    advice: NextSteps | None = None
