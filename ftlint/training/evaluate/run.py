"""Evaluate a model: ask it every row of a file, a few concurrently, and compare the answers."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

from ftlint.shapes.shape import CannotHold
from ftlint.training.evaluate.metrics import LabelMetrics, auprc, auroc, label_metrics
from ftlint.training.evaluate.question import PromptFormat
from ftlint.training.evaluate.rows import QuestionRow, label_of, log_odds
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import Answer

Given = TypeVar("Given")
Made = TypeVar("Made")


def map_concurrently(
    function: Callable[[Given], Made], items: Iterable[Given], at_once: int
) -> Iterator[Future[Made]]:
    """Apply a function to each item concurrently and yield the results in order; at most ``at_once`` are
    running or waiting to be consumed.

    The threads are daemons: when the program exits or the caller stops, running calls are abandoned. An
    executor of the standard library would wait for them, which may take minutes with a provider that does not
    answer.
    """
    waiting: SimpleQueue[tuple[Future[Made], Given] | None] = SimpleQueue()
    coming: deque[Future[Made]] = deque()
    for _ in range(at_once):
        Thread(target=_serve, args=(function, waiting), daemon=True).start()
    try:
        for thing in items:
            if len(coming) == at_once:
                yield _done(coming.popleft())
            coming.append(Future())
            waiting.put((coming[-1], thing))
        while coming:
            yield _done(coming.popleft())
    finally:
        for future in coming:
            future.cancel()
        for _ in range(at_once):
            waiting.put(None)


def _done(future: "Future[Made]") -> "Future[Made]":
    future.exception()
    return future


def _serve(
    function: Callable[[Given], Made], waiting: "SimpleQueue[tuple[Future[Made], Given] | None]"
) -> None:
    while (order := waiting.get()) is not None:
        future, thing = order
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(function(thing))
        except BaseException as error:
            future.set_exception(error)


AT_ONCE = 4
# Status codes that concern the key, the model or the account: the next row would fail the same way.
FOR_ALL = (401, 403, 404)
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RowResult:
    """The result of one row: the answer, or why there is none."""

    row: QuestionRow
    answer: Answer | None = None
    error: str | None = None
    label: str | None = None
    """The class that the answer names, if any."""
    truth: str | None = None
    """The expected answer from the file: a class, or a text."""
    score: float | None = None
    """The log odds of the first of two classes."""

    @property
    def same(self) -> bool:
        """Whether the answer equals the expected one."""
        if self.answer is None or self.truth is None:
            return False
        return (self.answer.text.strip() if self.label is None else self.label) == self.truth


@dataclass(slots=True)
class Evaluation:
    """The results so far. ``stopped`` says why the evaluation ended early, ``interrupted`` whether the user
    stopped it.
    """

    asking: PromptFormat
    wanted: int
    tried: list[RowResult] = field(default_factory=list)
    stopped: str | None = None
    interrupted: bool = False

    @property
    def answered(self) -> list[RowResult]:
        """The number of rows with an answer."""
        return [one for one in self.tried if one.answer is not None]

    @property
    def failed(self) -> list[RowResult]:
        """The number of rows without an answer."""
        return [one for one in self.tried if one.answer is None]

    @property
    def labelled(self) -> list[RowResult]:
        """The rows that have both an answer and an expected answer."""
        return [one for one in self.answered if one.truth is not None]

    @property
    def figures(self) -> LabelMetrics | None:
        """The classification metrics; None without classes, or without labelled rows."""
        pairs = [(one.truth, one.label) for one in self.labelled if one.truth is not None]
        return label_metrics(pairs, self.asking.classes) if pairs and self.asking.classes else None

    def areas(self) -> tuple[float | None, dict[str, float | None]]:
        """For two classes: AUROC, and AUPRC with each as the positive class; None without scores."""
        if len(self.asking.classes) != 2:
            return None, {}
        first, second = self.asking.classes
        rated = [(one.score, one.truth == first) for one in self.scored]
        scores, positive = (
            [score for score, _ in rated if score is not None],
            [is_positive for _, is_positive in rated],
        )
        return auroc(scores, positive), {
            first: auprc(scores, positive),
            second: auprc([-score for score in scores], [not is_positive for is_positive in positive]),
        }

    @property
    def scored(self) -> list[RowResult]:
        """The labelled rows of one of the two classes whose answer has a score."""
        return [one for one in self.labelled if one.score is not None and one.truth in self.asking.classes]


def evaluate_rows(
    provider: Provider,
    prompt_format: PromptFormat,
    rows: Sequence[QuestionRow],
    at_once: int = AT_ONCE,
    tell: Tell | None = None,
) -> Evaluation:
    """Ask every row. Errors of single rows are stored in their results; fatal errors and Ctrl-C end the
    evaluation.
    """
    evaluation = Evaluation(prompt_format, len(rows))
    done: dict[int, RowResult] = {}

    def ask(at: int) -> None:
        done[at] = evaluate_row(provider, prompt_format, rows[at])

    try:
        for future in map_concurrently(ask, range(len(rows)), at_once):
            future.result()
            if tell is not None:
                tell(1)
    except KeyboardInterrupt:
        evaluation.interrupted = True
    except ProviderError as error:
        evaluation.stopped = str(error)
    # Rows that were answered concurrently with the failed one are paid for, too.
    evaluation.tried = [one for _, one in sorted(done.items())]
    return evaluation


def evaluate_row(provider: Provider, prompt_format: PromptFormat, row: QuestionRow) -> RowResult:
    """Ask one row. Raises ProviderError if the next one would fail the same way."""
    if row.why_not is not None:
        return RowResult(row, error=f"the row {row.why_not}")
    try:
        answer = provider.ask(prompt_format.question(row.messages, row.tools))
    except CannotHold as reason:
        return RowResult(
            row, error=f"a prompt {reason}" if prompt_format.api == "completion" else f"the row {reason}"
        )
    except ProviderError as error:
        if is_fatal(error):
            raise
        return RowResult(row, error=str(error))
    return scored_result(prompt_format, row, answer)


def is_fatal(error: ProviderError) -> bool:
    """Whether the next row would fail the same way: the key, the model, the account, or no connection."""
    nobody = error.status is None and error.unsure
    no_credit = error.status == 429 and not error.again
    return nobody or no_credit or error.status in FOR_ALL


def scored_result(prompt_format: PromptFormat, row: QuestionRow, answer: Answer) -> RowResult:
    """Compare the answer with the expected one."""
    classes, stop = prompt_format.classes, prompt_format.stop
    truth = row.expected
    if truth is not None:
        truth = truth.removesuffix(stop).strip() if stop else truth.strip()
    if not classes:
        return RowResult(row, answer, truth=truth)
    label = label_of(answer, classes, stop)
    score = log_odds(answer, classes) if len(classes) == 2 else None
    return RowResult(row, answer, label=label, truth=truth, score=score)


def failures(tried: Iterable[RowResult]) -> list[tuple[str, int, RowResult]]:
    """The reasons of failed rows: each with its count, the most frequent first, and its first row."""
    by_reason: dict[str, list[RowResult]] = {}
    for one in tried:
        if one.error is not None:
            by_reason.setdefault(one.error, []).append(one)
    return sorted(((why, len(rows), rows[0]) for why, rows in by_reason.items()), key=lambda item: -item[1])
