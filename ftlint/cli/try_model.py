"""``ftlint try``: ask a tuned model one question, or every row of a labelled file."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import click
from typer import Argument

from ftlint.cli.command import command, new_app
from ftlint.cli.completers import complete_api, complete_text_or_json
from ftlint.cli.exit_codes import ERROR, INTERRUPTED
from ftlint.cli.option import option
from ftlint.cli.options import ProviderOptions, ReadingOptions
from ftlint.cli.provider import provider_from_options
from ftlint.cli.settings_from_options import settings_from_options, source_from_options
from ftlint.cli.terminal import echo_err, render_options, write_out
from ftlint.config.convert import unescaped
from ftlint.config.panels import REPORT
from ftlint.config.settings import Settings
from ftlint.display import check_known, sanitize
from ftlint.errors import UsageError
from ftlint.report.progress import wanted
from ftlint.report.words import percent
from ftlint.shapes.shape import CannotHold
from ftlint.training.evaluate import render
from ftlint.training.evaluate.question import (
    EvaluateOptions,
    ModelOrigin,
    PromptFormat,
    origin_of,
    prompt_format_of,
)
from ftlint.training.evaluate.rows import QuestionRow, chances, rows_as_trained
from ftlint.training.evaluate.run import Evaluation, RowResult, evaluate_rows, scored_result
from ftlint.training.provider.provider import Provider
from ftlint.training.submit.job_log import JobEntry, JobLog

FORMATS = ("text", "json")
SHAPES = ("chat", "completion")
STDIN = "-"


app = new_app()


@dataclass(kw_only=True, eq=False, repr=False)
class TryArguments(ReadingOptions, ProviderOptions):
    model: Annotated[str, Argument(metavar="MODEL")]
    text: str | None = option("One question; - reads it from standard input.", "TEXT", flags="-p --ask")
    file: str | None = option("Ask every row of a file; where it has answers, compare them.", "FILE")
    stream: bool = option("With -p: print the answer as it comes.", default=False)
    manifest: str | None = option("The manifest of the training file, instead of the remembered one.", "FILE")
    shape: str | None = option(
        "chat or completion, instead of what the manifest or the model says.",
        "SHAPE",
        complete=complete_api,
    )
    max_tokens: int | None = option("So many tokens of an answer at most.", "N", min=1)
    temperature: float | None = option("0 for classes; as usual otherwise.", "T", min=0, max=2)
    limit: int | None = option("With --file: only the first N rows.", "N", min=1)
    at_once: int = option("Rows asked at a time.", default=4, min=1, max=64)
    task: str | None = option("classification or generation, instead of what the file looks like.")
    output_format: str = option(
        "text or json.", "FORMAT", panel=REPORT, default="text", complete=complete_text_or_json
    )
    color: str = "auto"
    no_progress: bool = False
    quiet: bool = option("Say nothing beside the result.", flags="-q", panel=REPORT, default=False)


@command(app, "ftlint try ft:gpt-4.1-mini:acme::abc123 --file test.jsonl", name="try")
def try_model(options: TryArguments) -> int:
    """Ask a tuned model just as it was trained.

    MODEL is a model, a checkpoint or a job. Separator, stop, system message and classes come from the manifest that
    ftlint prepare wrote, found by what ftlint submit remembers. On a file with labels: accuracy, weighted F1,
    precision and recall of every class, and for two classes AUROC and AUPRC.
    """
    _validate(options)
    source = source_from_options(options.file, options, "try") if options.file is not None else None
    settings, job_log = _settings(options), JobLog.here()
    entry = job_log.job(options.model) or job_log.of_model(options.model)
    provider = provider_from_options(options, default=_logged_provider(entry, options))
    manifest = Path(options.manifest) if options.manifest else None
    origin = origin_of(options.model, manifest, provider, job_log)
    rows = rows_as_trained(source, settings, origin.manifest, options.limit) if source else None
    prompt_format = prompt_format_of(
        origin.model, origin.manifest, _evaluate_options(options), rows.classes if rows else None
    )
    if not options.quiet:
        _print_origin(origin, prompt_format)
    if rows is None:
        return _one(provider, prompt_format, origin, options)
    with _counting(len(rows.rows), options) as advance:
        evaluation = evaluate_rows(provider, prompt_format, rows.rows, options.at_once, advance)
    _write(evaluation, rows.name, origin, options)
    return _code(evaluation, json_wanted=options.output_format == "json")


def _logged_provider(entry: JobEntry | None, options: TryArguments) -> str | None:
    """The provider that trained the model, by its name only: the key must not be sent to a URL from a file."""
    return entry.provider if entry is not None and not options.base_url else None


def _validate(options: TryArguments) -> None:
    output, shape = options.output_format, options.shape
    check_known(output, FORMATS, "no output format")
    if shape is not None:
        check_known(shape, SHAPES, "no shape")
    if (options.text is None) == (options.file is None):
        raise UsageError("say what to ask: -p TEXT, or --file FILE")
    if options.stream and (options.text is None or output != "text"):
        raise UsageError("--stream is for -p TEXT in plain text")
    if options.limit is not None and options.file is None:
        raise UsageError("--limit is for --file")


def _settings(options: TryArguments) -> Settings:
    # A system message applies to the prompts; those added by templates are for training files.
    return settings_from_options(options, max_per_rule=0, model=None, system=None, separator=None, stop=None)


def _evaluate_options(options: TryArguments) -> EvaluateOptions:
    names = ("shape", "system", "separator", "stop", "max_tokens", "temperature")
    marks = {"separator": unescaped(options.separator), "stop": unescaped(options.stop)}
    return EvaluateOptions(**({name: getattr(options, name) for name in names} | marks))


def _print_origin(origin: ModelOrigin, prompt_format: PromptFormat) -> None:
    if origin.manifest is not None:
        echo_err(f"ftlint: asking as {origin.manifest.path} says")
    elif origin.note is not None:
        how = "a chat model" if prompt_format.api == "chat" else "a model that completes prompts"
        echo_err(f"ftlint: {origin.note}; asking it as {how} (--manifest to name the manifest)")


def _one(provider: Provider, prompt_format: PromptFormat, origin: ModelOrigin, options: TryArguments) -> int:
    """Ask one question: the answer on standard output, nothing else."""
    text = sys.stdin.read().rstrip("\n") if options.text == STDIN else options.text
    row = QuestionRow(0, 0, [{"role": "user", "content": text}])
    try:
        question = prompt_format.question(row.messages)
    except CannotHold as reason:
        raise UsageError(f"the question {reason}") from None
    if options.stream:
        _print_stream(provider.stream(question))
        return 0
    tried = scored_result(prompt_format, row, provider.ask(question))
    if options.output_format == "json":
        sys.stdout.writelines(render.render_json(Evaluation(prompt_format, 1, [tried]), None, _path(origin)))
    else:
        _print_answer(tried, prompt_format, options)
    sys.stdout.flush()
    return 0


def _print_stream(chunks: Iterator[str]) -> None:
    """Print each chunk as it arrives, sanitized: the model's output must not control the terminal."""
    try:
        for chunk in chunks:
            sys.stdout.write("\n".join(map(sanitize, chunk.split("\n"))))
            sys.stdout.flush()
    finally:
        sys.stdout.write("\n")
        sys.stdout.flush()


def _print_answer(tried: RowResult, prompt_format: PromptFormat, options: TryArguments) -> None:
    answer = tried.answer
    if answer is None:
        return
    sys.stdout.write("\n".join(map(sanitize, answer.text.split("\n"))) + "\n")
    for call in answer.calls:
        sys.stdout.write(f"{sanitize(str(call.get('function') or call))}\n")
    entry = [(chance, label) for label, chance in chances(answer, prompt_format.classes).items() if chance]
    if entry and not options.quiet:
        echo_err(
            "ftlint: " + ", ".join(f"{label} {percent(chance)}" for chance, label in sorted(entry)[::-1])
        )
    if answer.finish == "length" and not prompt_format.classes and not options.quiet:
        echo_err(f"ftlint: the answer was cut off after {prompt_format.max_tokens} tokens (--max-tokens)")


def _write(evaluation: Evaluation, name: str, origin: ModelOrigin, options: TryArguments) -> None:
    if options.output_format == "json":
        chunks = render.render_json(evaluation, name, _path(origin))
    else:
        chunks = render.render_evaluation(evaluation, name, render_options(options.color))
    write_out(chunks)


def _code(evaluation: Evaluation, *, json_wanted: bool) -> int:
    if evaluation.interrupted:
        echo_err("ftlint: interrupted; what was asked so far is above")
        return INTERRUPTED
    if evaluation.stopped is not None:
        # The text report states it, too; but JSON may be written to a file.
        if json_wanted:
            echo_err(f"ftlint: {evaluation.stopped}")
        return ERROR
    return 1 if evaluation.failed else 0


def _path(origin: ModelOrigin) -> Path | None:
    return origin.manifest.path if origin.manifest is not None else None


@contextmanager
def _counting(rows: int, options: TryArguments) -> Iterator[Callable[[int], None] | None]:
    """A progress bar that counts rows, if there is a terminal."""
    if not wanted(options.no_progress, options.quiet, os.environ, sys.stderr):
        yield None
        return
    with click.progressbar(length=rows, label="asking", file=sys.stderr, show_pos=True) as bar:
        yield bar.update
