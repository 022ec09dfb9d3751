"""``ftlint prepare``: the questions, and what is told before and after them."""

import os
import select
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import click

from ftlint.cli.settings_from_options import (
    Given,
    codes,
    exit_code,
    failure_code,
    give,
    look_of,
    reports_of,
    settings_of,
    sources_of,
    write_reports,
)
from ftlint.commands.prepare.manifest import Manifest, read_manifest
from ftlint.commands.prepare.options import DEFAULT_TARGET, Intent, Where
from ftlint.commands.prepare.proposals import Remedy
from ftlint.commands.prepare.result import Prepared
from ftlint.commands.prepare.run import prepare_file
from ftlint.commands.prepare.summary import Outlook
from ftlint.config.settings import Settings
from ftlint.errors import UsageError
from ftlint.io.source import Source
from ftlint.report import prepare_json, prepare_text
from ftlint.report.progress import progress, wanted
from ftlint.report.terminal import Look, is_terminal

PATIENCE = 0.2
FORMATS = ("text", "full", "json")


@dataclass(slots=True)
class Terminal:
    """Asks a person, or answers for one. ``answer`` None asks."""

    look: Look
    stream: TextIO
    answer: bool | None
    quiet: bool = False
    refused: int = 0

    def sees(self, outlook: Outlook) -> None:
        """Tell what the file looks like."""
        self._say(prepare_text.outlook(outlook, self.look))
        self._say(["\n"])

    def agrees(self, number: int, remedy: Remedy) -> bool:
        """Show a remedy and ask for consent."""
        self._say(prepare_text.remedy(number, remedy, self.look))
        usual = not remedy.offered
        return self._ask(remedy.question, usual, usual if self.answer is None else self.answer and usual)

    def divides(self, question: str) -> bool:
        """Ask whether to keep examples for validation."""
        return self._ask(question, usual=True, answer=self.answer is not False)

    def confirms(self, question: str) -> bool:
        """Ask whether to do what costs money or cannot be undone: silence is no."""
        return self._asked(f"   {question} [y/N] ", usual=False)

    def _ask(self, question: str, usual: bool, answer: bool) -> bool:
        if self.answer is None:
            return self._asked(f"   {question} [{'Y/n' if usual else 'y/N'}] ", usual)
        self._say([f"   {question} [{'Y/n' if usual else 'y/N'}] {'yes' if answer else 'no'}\n\n"])
        self.refused += not answer
        return answer

    def _asked(self, prompt: str, usual: bool) -> bool:
        answers = {"": usual, "y": True, "yes": True, "n": False, "no": False}
        while True:
            self.stream.write(prompt)
            self.stream.flush()
            typed = _line_typed()
            if typed.strip().lower() in answers:
                self._say(["\n"])
                return answers[typed.strip().lower()]
            self._say(["   please answer y or n\n"])

    def _say(self, lines: Iterable[str]) -> None:
        if not self.quiet:
            self.stream.writelines(lines)
            self.stream.flush()


@dataclass(slots=True)
class Repeated:
    """Answers as a manifest does."""

    manifest: Manifest

    def sees(self, outlook: Outlook) -> None:
        """Nobody needs to be told."""

    def agrees(self, number: int, remedy: Remedy) -> bool:
        """As it was."""
        return self.manifest.answer(remedy.code)

    def divides(self, question: str) -> bool:
        """As it was."""
        return self.manifest.divided


def _line_typed() -> str:
    """One line from the terminal. Raises click.Abort at the end of the input."""
    if os.name != "nt":
        # polars has a handler of its own for Ctrl-C, after which the system would read on as if nobody had pressed it.
        while not select.select([sys.stdin], [], [], PATIENCE)[0]:
            pass
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line


def run(given: Given) -> int:
    """Prepare; 1 where rows could not be used or the new file has findings, else 0."""
    reports = reports_of(given)
    if given["output_format"] not in FORMATS:
        raise UsageError(
            f"prepare tells its story as {', '.join(FORMATS)}; for its findings say --report FORMAT=FILE"
        )
    manifest = read_manifest(Path(given["from"])) if given["from"] else None
    settings, intent = _wish(given, manifest)
    source = _source(given, manifest)
    machine = given["output_format"] == "json"
    stream = sys.stderr if machine else sys.stdout
    look = look_of(given)
    answer = _answer(given)
    talk = Repeated(manifest) if manifest else Terminal(look, stream, answer, given["quiet"])
    size = source.size
    # A bar and a question would write over each other.
    bar = answer is not None and wanted(given["no_progress"], given["quiet"], os.environ, sys.stderr)
    with progress(size, "reading", bar) as advance:
        made = prepare_file(source, settings, intent, _where(given), talk, advance, manifest)
    if machine:
        sys.stdout.write(prepare_json.render(made))
        sys.stdout.flush()
    else:
        _tell(made, given, look, talk)
    write_reports(made.report, given, reports)
    left = 1 if made.unusable or not made.files else exit_code(made.report, settings)
    return failure_code(made.report) or left


def _wish(given: Given, manifest: Manifest | None) -> tuple[Settings, Intent]:
    """The settings and the intent: those of the manifest where there is one."""
    if manifest is not None:
        kept = settings_of({**given, "target": None})
        return replace(
            manifest.settings, fail_on=kept.fail_on, max_per_rule=kept.max_per_rule
        ), manifest.intent
    settings = settings_of(given)
    valid = _valid(given["valid"])
    return settings, Intent(
        target=settings.target or DEFAULT_TARGET,
        system=given["system"] if not settings.templates else None,
        only=codes(given["only"]),
        skip=codes(given["skip"]),
        expand_turns=given["expand_turns"],
        split=True if valid is not None and given["split"] is None else given["split"],
        valid=valid,
        seed=given["seed"],
    )


def _where(given: Given) -> Where:
    return Where(
        output=Path(given["output"]) if given["output"] else None,
        rejects=Path(given["rejects"]) if given["rejects"] else None,
        stats=not given["no_stats"],
    )


def _source(given: Given, manifest: Manifest | None) -> Source:
    path = given["path"] or (manifest.source if manifest is not None else None)
    if path is None:
        raise UsageError("name a file to prepare, or a manifest to repeat with --from")
    sources = sources_of([path], given)
    if len(sources) != 1:
        raise UsageError(f"prepare takes one file, not the {len(sources)} in {path}")
    return sources[0]


def _answer(given: Given) -> bool | None:
    """What every question is answered with; None where somebody is there to be asked."""
    if given["yes"] and given["no_input"]:
        raise UsageError("-y and --no-input say two different things; choose one")
    if given["yes"] or given["no_input"]:
        return bool(given["yes"])
    # Without a terminal nobody can agree to anything.
    return None if is_terminal(sys.stdin) and given["path"] != "-" else False


def _valid(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not number > 0 or (number >= 1 and number != int(number)):
        raise UsageError(f"--valid {text}: a share such as 0.1, or a number of examples")
    return number


def _tell(made: Prepared, given: Given, look: Look, talk: Terminal | Repeated) -> None:
    out = sys.stdout
    if not given["quiet"]:
        out.writelines(prepare_text.result(made, look))
        out.write("\n")
    give(made.report, given, ())
    if given["quiet"]:
        return
    if isinstance(talk, Terminal) and talk.refused and talk.answer is False:
        many = "1 remedy was" if talk.refused == 1 else f"{talk.refused} remedies were"
        out.write(f"{many} not applied because nobody was asked: -y accepts, --only and --skip choose\n")
    out.write("\n")
    out.writelines(prepare_text.advice(made, look))
    out.flush()
