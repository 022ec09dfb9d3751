"""Next steps for a prepared file: the next command, how to call the tuned model, notes."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from ftlint.batch.task_type import Task
from ftlint.commands.prepare.summary import MarkerSummary
from ftlint.context import RuleContext
from ftlint.display import quote
from ftlint.targets.target import Model, Target

# Generation usually converges after one or two passes, according to OpenAI's guide to prompts and completions.
FEW_EPOCHS = 2
# Providers whose jobs ``ftlint submit`` starts; the clients of others have their own commands.
SUBMITTED_TO = ("openai", "azure")
# Limits on the alternatives per token that the APIs for completions and for chat return.
MOST_LOGPROBS = {"completion": 5, "chat": 20}


class NextSteps(Struct, frozen=True):
    """Lines in order.

    ``commands`` can be typed, ``asking`` describes calls of the tuned model, ``notes`` are cautions.
    """

    commands: Sequence[str]
    asking: Sequence[str]
    notes: Sequence[str]


class PreparedResult(Struct, frozen=True):
    """The basis of the advice: the files by split, the task, the output shape and its markers."""

    files: dict[str, Path]
    task: Task
    shape: str
    marks: MarkerSummary
    suffix: str
    label_tokens: int | None = None
    """Tokens of the longest label; None if there are no labels, or tokens were not counted."""


def advise(result: PreparedResult, context: RuleContext) -> NextSteps:
    """Next steps for files that were prepared for the context's target."""
    target = context.target
    if target is None or not result.files:
        return NextSteps((), (), ())
    commands = list(_submit(result, context, target))
    return NextSteps(commands, list(_asking(result)), list(_notes(result, context, target)))


def trainable(target: Target) -> list[Model]:
    """The models that a training job for this target can still use."""
    return [model for model in target.models if model.status != "retired"]


def _submit(result: PreparedResult, context: RuleContext, target: Target) -> Iterator[str]:
    models = trainable(target)
    if target.status == "retired" or not models or not target.name.startswith(SUBMITTED_TO):
        return
    model = (
        context.model if context.model is not None and context.model in models else min(models, key=_price)
    )
    training = result.files.get("train") or result.files[""]
    words = ["ftlint", "submit", str(training), "--target", target.name, "--model", model.name]
    if "valid" in result.files:
        words += ["--validation", str(result.files["valid"])]
    words += ["--suffix", result.suffix]
    # Chat targets choose their epochs by the number of examples; the older advice is for prompts and completions.
    if result.shape == "completion" and result.task.name == "generation":
        words += ["--epochs", str(FEW_EPOCHS)]
    yield shlex.join(words)


def _price(model: Model) -> float:
    return model.price if model.price is not None else float("inf")


def _asking(result: PreparedResult) -> Iterator[str]:
    marks, classes = result.marks, len(result.task.classes)
    if result.shape == "completion":
        yield from _asking_completion(marks, classes)
    elif marks.system is not None:
        yield f"send the same system message as in training: {quote(marks.system)}"
    if classes:
        most = MOST_LOGPROBS["completion" if result.shape == "completion" else "chat"]
        tokens = result.label_tokens or 1
        yield f"ask with temperature=0 and max_tokens={tokens}: a label is all that is wanted"
        shown = min(classes, most)
        name = f"logprobs={shown}" if result.shape == "completion" else f"logprobs=true, top_logprobs={shown}"
        yield f"{name} tells how sure the model is of {'each class' if shown == classes else 'the likeliest classes'}"


def _asking_completion(marks: MarkerSummary, classes: int) -> Iterator[str]:
    separator, stop = marks.separator, marks.stop
    if separator is not None:
        yield f"end every prompt with {quote(separator)}, as in training"
    if stop is not None and not classes:
        yield f"stop=[{quote(stop)}] ends the answer where it ended in training"


def _notes(result: PreparedResult, context: RuleContext, target: Target) -> Iterator[str]:
    day = target.value("no_new_jobs") or target.value("retired")
    if target.status == "retired":
        successor = target.text("successor")
        instead = f"; --target {successor} prepares for what takes its place" if successor else ""
        yield f"{target.name} takes no new jobs{f' since {day}' if day else ''}{instead}"
    elif target.status == "winding-down":
        last = target.value("no_new_jobs")
        yield f"{target.name} is winding down{f': no new jobs from {last} on' if last else ''}"
    if result.shape == "completion" and result.task.name == "generation":
        yield (
            f"for generation, 1 or {FEW_EPOCHS} epochs and a low learning rate usually do better than more"
        )
    if result.task.classes and context.model is None:
        yield "for classes the smallest model is usually as good as a large one, and faster and cheaper"
