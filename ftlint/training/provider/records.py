"""Records exchanged with providers: files, jobs, events, questions and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The states that a job never leaves, as the public API description names them.
SUCCEEDED, FAILED, CANCELLED, PAUSED = "succeeded", "failed", "cancelled", "paused"
ENDED = frozenset({SUCCEEDED, FAILED, CANCELLED})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file at the provider. ``status`` is uploaded, processed or error; ``details`` says why, where it is told."""

    id: str
    name: str
    bytes: int
    created: int
    status: str | None = None
    details: str | None = None


@dataclass(frozen=True, slots=True)
class PartialUpload:
    """A file on its way in parts; after ``expires`` (seconds since 1970) they are thrown away."""

    id: str
    expires: int


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed: the provider's code, its words, and the parameter that they are about."""

    code: str | None
    message: str
    param: str | None


@dataclass(frozen=True, slots=True)
class TuningJob:
    """A job at the provider. Times are seconds since 1970; ``tuned`` is the model that came out of it."""

    id: str
    status: str
    model: str
    created: int = 0
    finished: int | None = None
    expected: int | None = None
    """When the provider thinks that it ends."""
    tuned: str | None = None
    training_file: str = ""
    validation_file: str | None = None
    result_files: Sequence[str] = ()
    trained_tokens: int | None = None
    error: JobError | None = None
    method: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The hyperparameters by the provider's names; ``auto`` where it chooses."""
    grader: Mapping[str, Any] | None = None
    integrations: Sequence[Mapping[str, Any]] = ()
    seed: int | None = None
    suffix: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a job. ``kind`` is message or metrics; ``data`` holds the figures of the latter."""

    id: str
    created: int
    level: str
    message: str
    kind: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model as it was at some step of its training; ``model`` can be asked like any other."""

    id: str
    model: str
    step: int
    created: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job as it is asked for. Parameters that are not named are the provider's choice."""

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
    """What a model is asked: ``messages`` of a conversation, or a ``prompt`` to complete; the other is None.

    ``logprobs`` asks for the log probabilities of so many alternatives of each token.
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
    """One token of an answer with its log probability, and the likeliest tokens in its place."""

    text: str
    logprob: float
    alternatives: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said. ``finish`` tells why it ended: stop, length, tool_calls, content_filter."""

    text: str
    finish: str | None = None
    tokens: Sequence[Token] = ()
    calls: Sequence[Mapping[str, Any]] = ()
    """Tool calls as they stand in a message."""
    asked_tokens: int | None = None
    answer_tokens: int | None = None
