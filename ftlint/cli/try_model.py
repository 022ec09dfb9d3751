"""``ftlint try``: one question, or every row of a labelled file."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ftlint.cli.main import INTERRUPTED, WRONG, say
from ftlint.cli.provider_options import provider_of
from ftlint.cli.settings_from_options import Given, settings_of, sources_of
from ftlint.display import did_you_mean, shown
from ftlint.errors import UsageError
from ftlint.report.progress import wanted
from ftlint.report.terminal import Look, wants_colour, width_of
from ftlint.report.words import percent
from ftlint.shapes.shape import CannotHold
from ftlint.training.evaluate import render
from ftlint.training.evaluate.question import Asking, Origin, Wishes, asking_of, origin_of
from ftlint.training.evaluate.rows import Row, chances, rows_as_trained
from ftlint.training.evaluate.run import Trial, Tried, judged, try_rows
from ftlint.training.provider.provider import Provider
from ftlint.training.submit.job_log import JobEntry, Memory

FORMATS = ("text", "json")
SHAPES = ("chat", "completion")
STDIN = "-"


def run(given: Given) -> int:
    """Ask and print; 0, or 1 where a row could not be asked, 2 where the provider ended it, 130 after Ctrl-C."""
    _check(given)
    source = sources_of([given["file"]], given) if given["file"] is not None else []
    if len(source) > 1:
        raise UsageError(f"try takes one file, not the {len(source)} in {given['file']}")
    settings, memory = _settings(given), Memory.here()
    known = memory.job(given["model"]) or memory.of_model(given["model"])
    provider = provider_of(given, default=_remembered(known, given))
    manifest = Path(given["manifest"]) if given["manifest"] else None
    origin = origin_of(given["model"], manifest, provider, memory)
    rows = rows_as_trained(source[0], settings, origin.manifest, given["limit"]) if source else None
    asking = asking_of(origin.model, origin.manifest, _wishes(given), rows.classes if rows else None)
    if not given["quiet"]:
        _say_origin(origin, asking)
    if rows is None:
        return _one(provider, asking, origin, given)
    with _counting(len(rows.rows), given) as advance:
        trial = try_rows(provider, asking, rows.rows, given["at_once"], advance)
    _give(trial, rows.name, origin, given)
    return _code(trial, json_wanted=given["output_format"] == "json")


def _remembered(known: JobEntry | None, given: Given) -> str | None:
    """The provider that trained the model. Only its name: an address in a file must not be sent the key."""
    return known.provider if known is not None and not given["base_url"] else None


def _check(given: Given) -> None:
    output, shape = given["output_format"], given["shape"]
    if output not in FORMATS:
        raise UsageError(f'no output format "{shown(output)}"{did_you_mean(output, FORMATS)} (text, json)')
    if shape is not None and shape not in SHAPES:
        raise UsageError(f'no shape "{shown(shape)}"{did_you_mean(shape, SHAPES)} (chat, completion)')
    if (given["text"] is None) == (given["file"] is None):
        raise UsageError("say what to ask: -p TEXT, or --file FILE")
    if given["stream"] and (given["text"] is None or output != "text"):
        raise UsageError("--stream is for -p TEXT in plain text")
    if given["limit"] is not None and given["file"] is None:
        raise UsageError("--limit is for --file")


def _settings(given: Given) -> Any:
    # A system message is for asking; making one of templates is for training files.
    plain = {**given, "max_per_rule": 0, "model": None, "system": None}
    return settings_of({**plain, "separator": None, "stop": None})


def _wishes(given: Given) -> Wishes:
    names = ("shape", "system", "separator", "stop", "max_tokens", "temperature")
    return Wishes(**{name: given[name] for name in names})


def _say_origin(origin: Origin, asking: Asking) -> None:
    if origin.manifest is not None:
        say(f"ftlint: asking as {origin.manifest.path} says")
    elif origin.note is not None:
        how = "a chat model" if asking.api == "chat" else "a model that completes prompts"
        say(f"ftlint: {origin.note}; asking it as {how} (--manifest to name the manifest)")


def _one(provider: Provider, asking: Asking, origin: Origin, given: Given) -> int:
    """One question: the answer on standard output, nothing else."""
    asked = sys.stdin.read().rstrip("\n") if given["text"] == STDIN else given["text"]
    row = Row(0, 0, [{"role": "user", "content": asked}])
    try:
        question = asking.question(row.messages)
    except CannotHold as reason:
        raise UsageError(f"the question {reason}") from None
    if given["stream"]:
        _print_stream(provider.stream(question))
        return 0
    tried = judged(asking, row, provider.ask(question))
    if given["output_format"] == "json":
        sys.stdout.writelines(render.render_json(Trial(asking, 1, [tried]), None, _path(origin)))
    else:
        _print_answer(tried, asking, given)
    sys.stdout.flush()
    return 0


def _print_stream(pieces: Iterator[str]) -> None:
    """Each piece as it comes. What a model says may not act on the terminal, either."""
    try:
        for piece in pieces:
            sys.stdout.write("\n".join(map(shown, piece.split("\n"))))
            sys.stdout.flush()
    finally:
        sys.stdout.write("\n")
        sys.stdout.flush()


def _print_answer(tried: Tried, asking: Asking, given: Given) -> None:
    answer = tried.answer
    if answer is None:
        return
    sys.stdout.write("\n".join(map(shown, answer.text.split("\n"))) + "\n")
    for call in answer.calls:
        sys.stdout.write(f"{shown(str(call.get('function') or call))}\n")
    known = [(chance, label) for label, chance in chances(answer, asking.classes).items() if chance]
    if known and not given["quiet"]:
        say("ftlint: " + ", ".join(f"{label} {percent(chance)}" for chance, label in sorted(known)[::-1]))
    if answer.finish == "length" and not asking.classes and not given["quiet"]:
        say(f"ftlint: the answer was cut off after {asking.max_tokens} tokens (--max-tokens)")


def _give(trial: Trial, name: str, origin: Origin, given: Given) -> None:
    if given["output_format"] == "json":
        chunks = render.render_json(trial, name, _path(origin))
    else:
        look = Look(wants_colour(given["color"], os.environ, sys.stdout), width_of(os.environ, sys.stdout))
        chunks = render.render_trial(trial, name, look)
    sys.stdout.writelines(chunks)
    sys.stdout.flush()


def _code(trial: Trial, *, json_wanted: bool) -> int:
    if trial.interrupted:
        say("ftlint: interrupted; what was asked so far is above")
        return INTERRUPTED
    if trial.stopped is not None:
        # The text says it, too; but JSON may go to a file.
        if json_wanted:
            say(f"ftlint: {trial.stopped}")
        return WRONG
    return 1 if trial.failed else 0


def _path(origin: Origin) -> Path | None:
    return origin.manifest.path if origin.manifest is not None else None


@contextmanager
def _counting(rows: int, given: Given) -> Iterator[Callable[[int], None] | None]:
    """A bar that counts rows, where somebody watches."""
    if not wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr):
        yield None
        return
    import click

    with click.progressbar(length=rows, label="asking", file=sys.stderr, show_pos=True) as bar:
        yield bar.update
