"""Build the prompt format for a fine-tuned model from the manifest of its training file: separator, stop,
system message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from ftlint.commands.prepare.manifest import Manifest, read_manifest
from ftlint.commands.prepare.next_steps import MOST_LOGPROBS
from ftlint.errors import UsageError
from ftlint.shapes.shape import CannotHold, Conversation, Message, one_exchange
from ftlint.targets.target import Model, find_model
from ftlint.tokens.vocabulary import encoding
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import Question
from ftlint.training.submit.job_log import JobEntry, JobLog

T = TypeVar("T")
Api = Literal["chat", "completion"]
# The completions API stops after 16 tokens by default; the guide's worked example uses this value.
ENOUGH = 2_000
# With this many alternatives the second of two classes is listed even if other spellings of the first rank above
# it.
FEWEST_LOGPROBS = 5
# Other keys of a message in a training file are only for training: weights, for instance.
PROMPT_KEYS = ("role", "content", "name", "tool_calls", "tool_call_id", "refusal", "function_call")
INSTRUCTING = ("system", "developer")


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """The user's options for prompting; None takes the value from the manifest."""

    shape: Api | None = None
    system: str | None = None
    separator: str | None = None
    stop: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class PromptFormat:
    """The format of every prompt. ``classes`` are the possible labels; empty for free-text answers."""

    model: str
    api: Api
    system: str | None = None
    separator: str | None = None
    stop: str | None = None
    classes: Sequence[str] = ()
    max_tokens: int | None = None
    temperature: float | None = None
    logprobs: int | None = None

    def question(self, messages: Sequence[Message], tools: Sequence[object] = ()) -> Question:
        """Build the request for one record. Raises CannotHold if its messages are no prompt."""
        if self.api == "completion":
            return self._question(prompt=self._prompt(messages))
        prompt = [{key: m[key] for key in PROMPT_KEYS if m.get(key) is not None} for m in messages]
        if self.system is not None:
            if prompt and prompt[0].get("role") in INSTRUCTING:
                del prompt[0]
            prompt.insert(0, {"role": "system", "content": self.system})
        if not any(message.get("role") not in INSTRUCTING for message in prompt):
            raise CannotHold("has no question to ask")
        return self._question(messages=prompt, tools=tools)

    def _prompt(self, messages: Sequence[Message]) -> str:
        prompt, _ = one_exchange(Conversation([*messages, {"role": "assistant", "content": ""}]))
        if self.system is not None:
            prompt = f"{self.system}\n\n{prompt}"
        marked = self.separator is None or prompt.endswith(self.separator)
        return prompt if marked else f"{prompt}{self.separator}"

    def _question(
        self,
        *,
        prompt: str | None = None,
        messages: Sequence[Message] | None = None,
        tools: Sequence[object] = (),
    ) -> Question:
        return Question(
            model=self.model,
            messages=messages,
            prompt=prompt,
            max_tokens=self.max_tokens,
            stop=(self.stop,) if self.stop else (),
            temperature=self.temperature,
            logprobs=self.logprobs,
            tools=[tool for tool in tools if isinstance(tool, dict)],
        )


def prompt_format_of(
    model: str, manifest: Manifest | None, options: EvaluateOptions, classes: Sequence[str] | None = None
) -> PromptFormat:
    """Choose the prompt format: from the options, then the manifest, then the model's name.

    ``classes`` are those of a labelled file, used if no manifest lists any.
    """
    trained = manifest.content.asking if manifest is not None else None
    base = _base_model(model, manifest)
    api = options.shape or _api(trained.shape if trained is not None else None, base)
    if trained is not None:
        classes = trained.classes if trained.task == "classification" else ()
    completion = api == "completion"
    if not completion and (options.separator is not None or options.stop is not None):
        raise UsageError("--separator and --stop belong to prompts and completions; a chat model has neither")
    labels = list(classes or ())
    limit = options.max_tokens
    if limit is None and labels:
        limit = _max_label_tokens(labels, base, space=completion)
    elif limit is None and completion:
        limit = ENOUGH
    return PromptFormat(
        model=model,
        api=api,
        system=_first(options.system, trained.system if trained is not None else None),
        separator=_first(
            options.separator, trained.separator if trained is not None and completion else None
        ),
        stop=_first(options.stop, trained.stop if trained is not None and completion else None),
        classes=labels,
        max_tokens=limit,
        temperature=_first(options.temperature, 0.0 if labels else None),
        logprobs=min(max(len(labels), FEWEST_LOGPROBS), MOST_LOGPROBS[api]) if labels else None,
    )


def _first(option: T | None, recorded: T | None) -> T | None:
    return option if option is not None else recorded


def _api(shape: str | None, base: Model | None) -> Api:
    if shape is not None:
        return "completion" if shape == "completion" else "chat"
    return "completion" if base is not None and _completes(base) else "chat"


def _completes(model: Model) -> bool:
    target, _ = find_model(model.name)
    return target is not None and target.shape == "completion"


def _base_model(model: str, manifest: Manifest | None) -> Model | None:
    """The known base model, by the name of the model or from the manifest."""
    for name in (model, manifest.content.settings.model if manifest is not None else None):
        if name is not None:
            try:
                return find_model(name)[1]
            except UsageError:
                continue
    return None


def _max_label_tokens(labels: Sequence[str], base: Model | None, *, space: bool) -> int:
    """The number of tokens of the longest label. Without a known vocabulary, its bytes: a token has at least
    one.
    """
    written = [f" {label}" if space else label for label in labels]
    if base is None:
        return max(len(label.encode("utf-8", errors="replace")) for label in written)
    encode = encoding(base.encoding).encode_ordinary
    return max(len(encode(label)) for label in written)


CHECKPOINT = ":ckpt-step-"
MAX_SEARCHED_JOBS = 20
"""The maximum number of logged jobs without a logged end that the provider is queried for."""


@dataclass(frozen=True, slots=True)
class ModelOrigin:
    """The model to ask, and the manifest of its training file. ``note`` says why there is none."""

    model: str
    manifest: Manifest | None = None
    note: str | None = None


def origin_of(model: str, manifest: Path | None, provider: Provider, job_log: JobLog) -> ModelOrigin:
    """Resolve a model, or the model of a job. Raises UsageError if the job has none."""
    entry = job_log.job(model)
    if entry is not None or model.startswith("ftjob-"):
        model = _tuned(model, provider, job_log)
    if manifest is not None:
        return ModelOrigin(model, read_manifest(manifest))
    entry = entry or job_log.of_model(model) or _search_jobs(model, provider, job_log)
    if entry is None:
        return ModelOrigin(
            model, note=f"{job_log.path.parent.name}/{job_log.path.name} knows nothing of this model"
        )
    if entry.manifest is None:
        return ModelOrigin(
            model, note=f"{entry.training.path} was trained on without a manifest of ftlint prepare"
        )
    path = job_log.found(entry.manifest)
    if not path.is_file():
        return ModelOrigin(model, note=f"its manifest {path} is not there any more")
    return ModelOrigin(model, read_manifest(path))


def _tuned(job: str, provider: Provider, job_log: JobLog) -> str:
    end = job_log.ends().get(job)
    if end is not None and end.tuned is not None:
        return end.tuned
    tuning_job = provider.job(job)
    if tuning_job.tuned is None:
        raise UsageError(f"job {job} has no model: it is {tuning_job.status} (ftlint job follow {job})")
    return tuning_job.tuned


def _search_jobs(model: str, provider: Provider, job_log: JobLog) -> JobEntry | None:
    """Search the logged jobs without a logged end for the one that created a model, newest first."""
    base, ends = model.partition(CHECKPOINT)[0], job_log.ends()
    open_ones = [job for job in job_log.jobs().values() if job.job not in ends and job.url == provider.url]
    for job in open_ones[: -MAX_SEARCHED_JOBS - 1 : -1]:
        try:
            if provider.job(job.job).tuned == base:
                return job
        except ProviderError:
            continue
    return None
