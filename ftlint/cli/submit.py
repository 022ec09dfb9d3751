"""``ftlint submit``: the gate, the estimate, the question, the upload and the job."""

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ftlint.cli.job_progress import INTERRUPTED, follow
from ftlint.cli.prepare import Terminal
from ftlint.cli.provider_options import every, notice, provider_of, same_provider
from ftlint.cli.settings_from_options import Given, give, settings_of, sources_of
from ftlint.cli.submit_text import as_json, created, request_text, told
from ftlint.commands.stats.cost import Terms
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.report.progress import progress, wanted
from ftlint.report.terminal import Look, is_terminal, wants_colour, width_of
from ftlint.training.provider.errors import ProviderError
from ftlint.training.provider.provider import Provider
from ftlint.training.provider.records import Fault, TuningJob
from ftlint.training.submit.failure_reasons import about_file, meant
from ftlint.training.submit.gate import estimate, gate, manifest_of, rate_advice
from ftlint.training.submit.job_log import Memory
from ftlint.training.submit.parameters import Parameters, parameters_of
from ftlint.training.submit.run import Submission, before_of, carry_out, check_again
from ftlint.training.submit.trainer import Trainer, provider_for, trainer_of
from ftlint.training.submit.upload import Sizes

UNITS = {"": 1, "B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
SIZE = re.compile(r"(\d+)\s*([kmg]?b?)", re.IGNORECASE)


def run(given: Given) -> int:
    """Submit; 0 where a job was created (and, followed, succeeded), 1 where something is in the way."""
    if given["output_format"] not in ("text", "json"):
        raise UsageError("--output-format: text or json")
    sizes = Sizes(
        **{
            name: size(f"--{option}", given[option.replace("-", "_")])
            for name, option in (("whole", "parts-above"), ("part", "part-size"))
            if given[option.replace("-", "_")] is not None
        }
    )
    pause = every(given)
    training, validation = _files(given)
    manifest = manifest_of(training.path) if training.path is not None else None
    target = given["target"] or (manifest.target if manifest is not None and not given["method"] else None)
    if manifest is not None and validation is None and "valid" in manifest.parts:
        notice(f"the manifest has a file to validate with: --validation {manifest.parts['valid']}")
    name = provider_for(given["provider"], given["base_url"], target)
    trainer = trainer_of(given["model"], provider=name, target=target, method=given["method"])
    _refuse(trainer.obstacles, given)
    parameters = parameters_of(given, trainer.method)
    # A missing key is said before a large file is checked.
    provider = None if given["dry_run"] else provider_of(given, default=name)
    submission = _looked_at(given, training, validation, trainer, parameters)
    if submission is None:
        return 1
    submission = replace(submission, manifest=manifest.path if manifest is not None else None)
    return _go(given, submission, provider, sizes, pause)


def _files(given: Given) -> tuple[Source, Source | None]:
    paths = [given["train"], *([given["validation"]] if given["validation"] else [])]
    sources = []
    for path in paths:
        if path == "-" or Path(path).is_dir():
            raise UsageError(f"{path}: submit takes a file")
        found = sources_of([path], {**given, "stdin_name": "stdin.jsonl"})
        if found[0].remote is not None:
            raise UsageError(f"{found[0].name}: submit takes a file on this machine; download it first")
        if len(found) != 1 or found[0].path is None:
            raise UsageError(f"{path}: submit takes one file, not {len(found)}")
        sources.append(found[0])
    return sources[0], sources[1] if len(sources) > 1 else None


def _looked_at(
    given: Given, training: Source, validation: Source | None, trainer: Trainer, parameters: Parameters
) -> Submission | None:
    """The submission as it was checked and told; None where it may not be."""
    settings = settings_of({**given, "target": None, "model": None, "max_per_rule": None})
    sources = [training, *([validation] if validation is not None else [])]
    size = sum(source.size or 0 for source in sources)
    bar = wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    with progress(2 * size, "checking", bar) as advance:
        passed = gate(training, validation, trainer, settings, advance)
        terms = Terms(price=given["price"], epochs=parameters.epochs)
        broken = any(not file.examples for file in passed.report.files)
        counted = None if broken else estimate(training, trainer, settings, terms, advance)
    obstacles = [*passed.obstacles, *(counted.obstacles if counted is not None else ())]
    if obstacles and not given["force"]:
        give(passed.report, {**given, "output_format": "text", "max_per_rule": None}, ())
    _say(given, told(passed, counted, trainer, parameters, _look(given)))
    for obstacle in obstacles:
        notice(f"{'IGNORED with --force: ' if given['force'] else 'not submitted: '}{obstacle}")
    if counted is None or (obstacles and not given["force"]):
        return None
    return Submission(trainer, parameters, passed, counted)


def _go(given: Given, submission: Submission, provider: Provider | None, sizes: Sizes, pause: float) -> int:
    if provider is None:
        sys.stdout.write(request_text(submission))
        return 0
    memory = Memory.here()
    check_again(memory, provider, submission, again=given["again"])
    rate = submission.parameters.hyperparameters.get("learning_rate_multiplier")
    before = before_of(memory, provider, submission.trainer)
    all = submission.estimate.stats.all
    advice = rate_advice(before, all.examples, all.training.tokens, rate) if before is not None else None
    if advice is not None:
        notice(advice)
    if not _agreed(given, submission):
        notice("nothing was sent")
        return 1
    job = _carried_out(given, submission, provider, memory, sizes, pause if given["wait"] else None)
    if isinstance(job, int):
        return job
    same = same_provider(given)
    if given["output_format"] == "json":
        sys.stdout.write(as_json(job))
    elif given["quiet"]:
        sys.stdout.write(f"{job.id}\n")
    else:
        sys.stdout.writelines(created(job, same, follows=given["follow"]))
    sys.stdout.flush()
    if not given["follow"]:
        return 0
    # What a machine reads on standard output stays one line.
    out = sys.stderr if given["output_format"] == "json" else sys.stdout
    return follow(provider, job.id, pause, same, out)


def _carried_out(
    given: Given,
    submission: Submission,
    provider: Provider,
    memory: Memory,
    sizes: Sizes,
    wait: float | None,
) -> TuningJob | int:
    """The job; or the exit code where the provider does not take a file, or somebody pressed Ctrl-C."""
    bar = wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    try:
        with progress(submission.bytes, "uploading", bar) as advance:
            return carry_out(submission, provider, memory, sizes, advance=advance, notice=notice, wait=wait)
    except ProviderError as error:
        fault = Fault(error.code, str(error), error.param)
        if not about_file(fault):
            raise
        for line in (str(error), *meant(fault, submission.sent)):
            notice(line)
        return 1
    except KeyboardInterrupt:
        notice("interrupted; the same command goes on from here: what arrived is remembered")
        return INTERRUPTED


def _agreed(given: Given, submission: Submission) -> bool:
    if given["yes"]:
        return True
    if not is_terminal(sys.stdin):
        raise UsageError("nobody is there to be asked; -y submits without a question, --dry-run only looks")
    terminal = Terminal(_look(given), sys.stderr, None)
    return terminal.confirms(f"Upload and train {submission.trainer.name}?")


def _refuse(obstacles: tuple[str, ...], given: Given) -> None:
    for obstacle in obstacles:
        if not given["force"]:
            raise UsageError(f"{obstacle} (--force submits all the same)")
        notice(f"IGNORED with --force: {obstacle}")


def _say(given: Given, lines: Iterable[str]) -> None:
    stream = sys.stderr if given["output_format"] == "json" else sys.stdout
    if not given["quiet"]:
        stream.writelines(lines)
        stream.flush()


def _look(given: Given) -> Look:
    return Look(wants_colour(given["color"], os.environ, sys.stdout), width_of(os.environ, sys.stdout))


def size(option: str, text: str) -> int:
    """``64MB`` in bytes. Raises UsageError for what is no size."""
    match = SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{option} {text}: a size is wanted, e.g. 64MB")
    unit = match[2].upper()
    return int(match[1]) * UNITS[unit if unit in UNITS else f"{unit}B"]
