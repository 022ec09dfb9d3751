"""What a preparation is told by people, and what comes out of it."""

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

    def sees(self, outlook: DatasetSummary) -> None:
        """Is told what the file looks like."""

    def agrees(self, number: int, remedy: ProposedFix) -> bool:
        """Is asked for consent to the remedy of that number."""

    def divides(self, question: str) -> bool:
        """Is asked whether to keep some examples for validation."""


@dataclass(frozen=True, slots=True)
class AutoPrompter:
    """Answers without asking anybody: one for all remedies, or what a function says of each."""

    accept: bool | Callable[[ProposedFix], bool] = True

    def sees(self, outlook: DatasetSummary) -> None:
        """Nobody needs to be told."""

    def agrees(self, number: int, remedy: ProposedFix) -> bool:
        """What was said before; a remedy that is only offered needs a word of its own."""
        if callable(self.accept):
            return bool(self.accept(remedy))
        return self.accept and not remedy.offered

    def divides(self, question: str) -> bool:
        """Examples of classes are kept for validation unless ``split`` says otherwise."""
        return True


@dataclass(slots=True)
class Prepared:
    """What came out: what was seen, agreed to and decided, the files with the report on them, and what comes next.

    ``files`` and ``kept`` (examples written) are by part, ``""`` where nothing is divided; no files where nothing was
    left to write. ``dropped`` and ``fixed`` are by code; ``convert`` stands for what the target has no place for.
    """

    outlook: DatasetSummary
    remedies: list[tuple[ProposedFix, bool]]
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    task: Task = field(default_factory=lambda: Task(None))
    shape: str = ""
    division: Holdout | None = None
    files: dict[str, Path] = field(default_factory=dict)
    manifest: Path | None = None
    kept: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    runs: Mapping[str, RowRanges] = field(default_factory=dict)
    """Which rows of the source were written, by part."""
    unusable: int = 0
    """Rows that could not be read, or that the target has no place for."""
    dropped: Counter[str] = field(default_factory=Counter)
    fixed: Counter[str] = field(default_factory=Counter)
    report: Report = field(default_factory=lambda: Report([], None))
    figures: Figures | None = None
    """Tokens, epochs and cost of what is for training, unless nobody counted."""
    marks: MarkerSummary = field(default_factory=MarkerSummary)
    advice: NextSteps | None = None
