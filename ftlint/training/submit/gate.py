"""The gate before an upload: no file with errors is sent without --force; and the estimate of tokens and costs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ftlint.commands.check.run import check_files
from ftlint.commands.stats.cost import CostOptions
from ftlint.commands.stats.figures import Stats
from ftlint.commands.stats.run import stats_of
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.result import SEVERITIES, FileReport, Report
from ftlint.training.submit.trainer import Trainer

# How much less data counts as much less: the guide that advises lower rates names no figure; this one is
# ftlint's.
MUCH_LESS = 5
# "reducing learning_rate_multiplier by a factor of 2 to 4": OpenAI's guide to fine-tuning, copy of 2023.
LESS = (4, 2)


@dataclass(frozen=True, slots=True)
class SubmitEstimate:
    """The token counts and costs of the training file, and sentences about limits."""

    stats: Stats
    obstacles: Sequence[str]


def estimate(
    training: Source, trainer: Trainer, settings: Settings, terms: CostOptions, advance: Callable[[int], None]
) -> SubmitEstimate:
    """Count the tokens of the training file."""
    stats = stats_of([training], _for_trainer(settings, trainer), terms, advance)
    tokens, limit = stats.all.training.tokens, trainer.target.number("max_token_work")
    obstacles = []
    if limit is not None and tokens > limit:
        obstacles.append(
            f"{tokens:,} tokens in all epochs; {trainer.target.name} takes {limit:,}: fewer epochs or examples"
        )
    most = trainer.target.number("max_epochs")
    if most is not None and terms.epochs is not None and terms.epochs > most:
        obstacles.append(f"{terms.epochs:,} epochs; {trainer.target.name} takes {most:,}")
    return SubmitEstimate(stats, obstacles)


@dataclass(frozen=True, slots=True)
class PreviousTraining:
    """The previous training of a tuned model: examples or tokens (None if unknown), and the learning rate."""

    examples: int | None = None
    tokens: int | None = None
    rate: float | None = None


def rate_advice(before: PreviousTraining, examples: int, tokens: int, requested: float | None) -> str | None:
    """One sentence if the new data is much smaller than the data of the previous training."""
    if before.examples:
        less, sizes = (
            before.examples / max(examples, 1),
            f"{before.examples:,} examples before, {examples:,} now",
        )
    elif before.tokens:
        less, sizes = before.tokens / max(tokens, 1), f"{before.tokens:,} tokens before, {tokens:,} now"
    else:
        return None
    if less < MUCH_LESS:
        return None
    rate = before.rate
    if rate is not None and requested is not None and requested <= rate / LESS[1]:
        return None
    low, high = (f"{rate / factor:g}" if rate is not None else "" for factor in LESS)
    how = (
        f"--lr-multiplier {low} to {high} (it was {rate:g})"
        if rate is not None
        else "a lower --lr-multiplier"
    )
    return f"much less data than the model was trained on ({sizes}): a rate 2 to 4 times lower keeps more of it: {how}"


Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Gate:
    """The result of the check. ``obstacles`` are the reasons not to submit, each in one sentence."""

    report: Report
    obstacles: Sequence[str]

    @property
    def training(self) -> FileReport:
        """The report of the training file."""
        return self.report.files[0]

    @property
    def validation(self) -> FileReport | None:
        """The report of the validation file, if there is one."""
        return self.report.files[1] if len(self.report.files) > 1 else None


def gate(
    training: Source, validation: Source | None, trainer: Trainer, settings: Settings, advance: Advance
) -> Gate:
    """Check both files for the target, the training file also against the validation file.

    Raises UsageError if a file cannot be read at all.
    """
    check_settings = _for_trainer(settings, trainer)
    held_out = {**check_settings.held_out, training.identity: [validation]} if validation is not None else {}
    report = check_files([training], replace(check_settings, held_out=held_out), advance)
    if validation is not None:
        if validation.identity == training.identity:
            raise UsageError(f"{training.name} is both the training and the validation file")
        _join(report, check_files([validation], replace(check_settings, held_out=held_out), advance))
    return Gate(report, tuple(_obstacles(report, trainer, settings)))


def _for_trainer(settings: Settings, trainer: Trainer) -> Settings:
    model = trainer.model.name if trainer.model is not None else None
    return replace(settings, target=trainer.target.name, model=model)


def _join(report: Report, more: Report) -> None:
    report.files += more.files
    report.names |= more.names
    report.pages |= more.pages
    report.seconds += more.seconds
    report.notes += [note for note in more.notes if note not in report.notes]


def _obstacles(report: Report, trainer: Trainer, settings: Settings) -> list[str]:
    failing = SEVERITIES[: SEVERITIES.index(settings.fail_on) + 1]
    obstacles = []
    for file in report.files:
        totals = [f"{n:,} {severity}{'s' * (n != 1)}" for severity in failing if (n := file.total(severity))]
        if totals:
            obstacles.append(f"{file.path} has {' and '.join(totals)}")
        if file.container != "jsonl":
            obstacles.append(
                f"{file.path} is {file.container}, not JSON lines: ftlint prepare makes them of it"
            )
        elif file.path.lower().endswith((".gz", ".zst")):
            obstacles.append(f"{file.path} is packed: unpack it first")
    if trainer.target.value("min_validation") == "required" and len(report.files) < 2:
        obstacles.append(f"{trainer.target.name} wants a validation file, too (--validation FILE)")
    return obstacles


@dataclass(frozen=True, slots=True)
class PreparedSource:
    """The manifest that a training file was written with: its path, the target, and the other subsets by name."""

    path: Path
    target: str
    parts: Mapping[str, Path]


def manifest_of(training: Path) -> PreparedSource | None:
    """The manifest in the file's folder that lists the file as its output; None if there is none."""
    for path in sorted(training.parent.glob("*.manifest.json")):
        try:
            content = json.loads(path.read_bytes())
            outputs = {entry["part"] or "": entry["path"] for entry in content["outputs"]}
            target = content["intent"]["target"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if training.name in outputs.values() and isinstance(target, str):
            return PreparedSource(path, target, {part: path.parent / name for part, name in outputs.items()})
    return None
