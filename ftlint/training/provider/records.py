"""Records exchanged with providers: files, jobs, events, questions and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The final states of a job, as named by the public API description.
SUCCEEDED, FAILED, CANCELLED, PAUSED = "succeeded", "failed", "cancelled", "paused"
ENDED = frozenset({SUCCEEDED, FAILED, CANCELLED})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file at the provider. ``status`` is uploaded, processed or error; ``details`` says why, if given."""

    id: str
    name: str
    bytes: int
    created: int
    status: str | None = None
    details: str | None = None


@dataclass(frozen=True, slots=True)
class PartialUpload:
    """An unfinished multipart upload; its parts are deleted after ``expires`` (seconds since 1970)."""

    id: str
    expires: int


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed: the provider's code and message, and the parameter that is at fault."""

    code: str | None
    message: str
    param: str | None


@dataclass(frozen=True, slots=True)
class TuningJob:
    """A job at the provider. Times are seconds since 1970; ``tuned`` is the resulting model."""

    id: str
    status: str
    model: str
    created: int = 0
    finished: int | None = None
    expected: int | None = None
    """The provider's estimate of when it ends."""
    tuned: str | None = None
    training_file: str = ""
    validation_file: str | None = None
    result_files: Sequence[str] = ()
    trained_tokens: int | None = None
    error: JobError | None = None
    method: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The hyperparameters by the provider's names; ``auto`` if the provider chooses."""
    grader: Mapping[str, Any] | None = None
    integrations: Sequence[Mapping[str, Any]] = ()
    seed: int | None = None
    suffix: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether the job is in a final state."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a job. ``kind`` is message or metrics; ``data`` holds the values of the latter."""

    id: str
    created: int
    level: str
    message: str
    kind: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model as of some training step; ``model`` can be asked like any other."""

    id: str
    model: str
    step: int
    created: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """The parameters of a job to create. The provider chooses those that are not set."""

    model: str
    training_file: str
    validation_file: str | None = None
    method: str = "supervised"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    grader: Mapping[str, Any] | None = None
    integrations: Sequence[Mapping[str, Any]] = ()
    seed: int | None = None
    suffix: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A request to a model: chat ``messages``, or a ``prompt`` to complete; the other is None.

    ``logprobs`` requests the log probabilities of this many alternatives for each token.
    """

    model: str
    messages: Sequence[Mapping[str, Any]] | None = None
    prompt: str | None = None
    max_tokens: int | None = None
    stop: Sequence[str] = ()
    temperature: float | None = None
    logprobs: int | None = None
    seed: int | None = None
    tools: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer with its log probability and its most likely alternatives."""

    text: str
    logprob: float
    alternatives: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a model. ``finish`` says why it ended: stop, length, tool_calls, content_filter."""

    text: str
    finish: str | None = None
    tokens: Sequence[Token] = ()
    calls: Sequence[Mapping[str, Any]] = ()
    """Tool calls in the format of a message."""
    asked_tokens: int | None = None
    answer_tokens: int | None = None
