"""Job parameters, validated against the provider's API before anything is uploaded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftlint.display import check_known, did_you_mean
from ftlint.errors import UsageError

# OpenAI API description (openai/openai-openapi at f85dbe2, openapi.yaml), read on 2026-08-21.
MAX_EPOCHS, MAX_BATCH, MAX_BETA = 50, 256, 2
LONGEST_SUFFIX, MAX_SEED = 64, 2147483647
MAX_PAIRS, LONGEST_KEY, LONGEST_VALUE = 16, 64, 512
GRADERS = ("string_check", "text_similarity", "python", "score_model", "multi")
AUTO = "auto"

METHODS = {"supervised": "chat", "dpo": "preference", "reinforcement": "reinforcement"}
"""The training methods, and the example shape of each."""
KEY = "ftlint"
"""The metadata key that identifies a job."""


@dataclass(frozen=True, slots=True)
class JobParameters:
    """The parameters of a job without its files. ``hyperparameters`` has the API's names, without those that
    are ``auto``.
    """

    method: str = "supervised"
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    suffix: str | None = None
    seed: int | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    grader: Mapping[str, Any] | None = None
    wandb: str | None = None

    @property
    def epochs(self) -> int | None:
        """The requested epochs; None if the provider chooses."""
        value = self.hyperparameters.get("n_epochs")
        return value if isinstance(value, int) else None

    @property
    def integrations(self) -> Sequence[Mapping[str, Any]]:
        """The integrations in the API's format."""
        return [{"type": "wandb", "wandb": {"project": self.wandb}}] if self.wandb else []


def parameters_of(options: Mapping[str, Any], method: str) -> JobParameters:
    """Parse the options into parameters. Raises UsageError for the first that the API would reject."""
    chosen = {
        "n_epochs": _integer("--epochs", options.get("epochs"), MAX_EPOCHS),
        "batch_size": _integer("--batch-size", options.get("batch_size"), MAX_BATCH),
        "learning_rate_multiplier": _positive("--lr-multiplier", options.get("lr_multiplier")),
        "beta": _positive("--beta", options.get("beta"), MAX_BETA),
    }
    if chosen["beta"] is not None and method != "dpo":
        raise UsageError(f"--beta is for --method dpo, not for {method}")
    grader = _grader(options.get("grader"), method)
    seed = options.get("seed")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise UsageError(f"--seed {seed}: 0 to {MAX_SEED}")
    project = options.get("wandb")
    if project is not None and not project.strip():
        raise UsageError('--wandb "": name a project')
    return JobParameters(
        method=method,
        hyperparameters={name: value for name, value in chosen.items() if value is not None},
        suffix=_suffix(options.get("suffix")),
        seed=seed,
        metadata=_metadata(options.get("metadata") or ()),
        grader=grader,
        wandb=project,
    )


def check_method(method: str) -> str:
    """The training method with this name. Raises UsageError if it is unknown."""
    check_known(method, METHODS, "--method: no method")
    return method


def _integer(option: str, text: str | None, maximum: int) -> int | None:
    if text is None or text == AUTO:
        return None
    if not text.strip().isdecimal() or not 1 <= int(text) <= maximum:
        raise UsageError(f"{option} {text}: a whole number from 1 to {maximum}, or auto")
    return int(text)


def _positive(option: str, text: str | None, maximum: float = float("inf")) -> float | None:
    if text is None or text == AUTO:
        return None
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= maximum or number == float("inf"):
        top = f" and no more than {maximum:g}" if maximum != float("inf") else ""
        raise UsageError(f"{option} {text}: a number above 0{top}, or auto")
    return number


def _suffix(text: str | None) -> str | None:
    if text is not None and not 1 <= len(text) <= LONGEST_SUFFIX:
        raise UsageError(f"--suffix has {len(text)} characters; 1 to {LONGEST_SUFFIX} are taken")
    return text


def _metadata(options: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in options:
        key, sign, value = text.partition("=")
        if not sign or not key:
            raise UsageError(f"--metadata {text}: write key=value")
        if key == KEY:
            raise UsageError(f"--metadata {key}=…: this key is how ftlint knows its jobs; choose another")
        if len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise UsageError(
                f"--metadata {key[:20]}…: a key has at most {LONGEST_KEY} characters, a value {LONGEST_VALUE}"
            )
        pairs[key] = value
    if len(pairs) >= MAX_PAIRS:
        raise UsageError(
            f"--metadata: {len(pairs)} pairs; {MAX_PAIRS} are taken, and one of them ftlint needs to know its job by"
        )
    return pairs


def _grader(file: str | None, method: str) -> Mapping[str, Any] | None:
    if method != "reinforcement":
        if file is not None:
            raise UsageError(f"--grader is for --method reinforcement, not for {method}")
        return None
    if file is None:
        raise UsageError("--method reinforcement needs a grader: --grader FILE, a JSON object")
    try:
        grader = json.loads(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"--grader {file}: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"--grader {file} is no JSON: {error}") from None
    kind = grader.get("type") if isinstance(grader, dict) else None
    if kind not in GRADERS:
        raise UsageError(
            f"--grader {file}: its type is {json.dumps(kind)}{did_you_mean(str(kind), GRADERS)} ({', '.join(GRADERS)})"
        )
    return dict(grader)
