"""The questions of ``prepare``, ``submit`` and ``job``, asked on the terminal or answered by options or a manifest."""

import os
import select
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

import click

from ftlint.commands.prepare.manifest import Manifest
from ftlint.commands.prepare.proposals import ProposedFix
from ftlint.commands.prepare.summary import DatasetSummary
from ftlint.errors import UsageError
from ftlint.report import prepare_text
from ftlint.report.terminal import RenderOptions, is_terminal

PATIENCE = 0.2


@dataclass(slots=True)
class TerminalPrompter:
    """Asks the user, or answers automatically. ``answer`` None asks."""

    look: RenderOptions
    stream: TextIO
    answer: bool | None
    quiet: bool = False
    refused: int = 0

    def show_summary(self, outlook: DatasetSummary) -> None:
        """Show the summary of the file."""
        self._print(prepare_text.dataset_summary(outlook, self.look))
        self._print(["\n"])

    def confirm_fix(self, number: int, remedy: ProposedFix) -> bool:
        """Show a proposed fix and ask for consent."""
        self._print(prepare_text.proposed_fix(number, remedy, self.look))
        default = not remedy.offered
        return self._ask(
            remedy.question, default, default if self.answer is None else self.answer and default
        )

    def confirm_holdout(self, question: str) -> bool:
        """Ask whether to split off examples for validation."""
        return self._ask(question, usual=True, answer=self.answer is not False)

    def confirms(self, question: str) -> bool:
        """Ask before an action that costs money or cannot be undone; the default is no."""
        return self._asked(f"   {question} [y/N] ", usual=False)

    def _ask(self, question: str, usual: bool, answer: bool) -> bool:
        if self.answer is None:
            return self._asked(f"   {question} [{'Y/n' if usual else 'y/N'}] ", usual)
        self._print([f"   {question} [{'Y/n' if usual else 'y/N'}] {'yes' if answer else 'no'}\n\n"])
        self.refused += not answer
        return answer

    def _asked(self, prompt: str, usual: bool) -> bool:
        answers = {"": usual, "y": True, "yes": True, "n": False, "no": False}
        while True:
            self.stream.write(prompt)
            self.stream.flush()
            typed = _line_typed()
            if typed.strip().lower() in answers:
                self._print(["\n"])
                return answers[typed.strip().lower()]
            self._print(["   please answer y or n\n"])

    def _print(self, lines: Iterable[str]) -> None:
        if not self.quiet:
            self.stream.writelines(lines)
            self.stream.flush()


@dataclass(slots=True)
class ManifestPrompter:
    """Answers as recorded in a manifest."""

    manifest: Manifest

    def show_summary(self, outlook: DatasetSummary) -> None:
        """Show nothing."""

    def confirm_fix(self, number: int, remedy: ProposedFix) -> bool:
        """As recorded."""
        return self.manifest.answer(remedy.code)

    def confirm_holdout(self, question: str) -> bool:
        """As recorded."""
        return self.manifest.divided


def confirmed(question: str, *, yes: bool, remedy: str, look: RenderOptions | None = None) -> bool:
    """Ask before an action that costs money or cannot be undone; ``yes`` agrees to it.

    Raises UsageError, with the remedy, if nobody can be asked.
    """
    if yes:
        return True
    if not is_terminal(sys.stdin):
        raise UsageError(f"nobody is there to be asked; {remedy}")
    return TerminalPrompter(look or RenderOptions(), sys.stderr, None).confirms(question)


def _line_typed() -> str:
    """One line from the terminal. Raises click.Abort at the end of the input."""
    if os.name != "nt":
        # polars installs a handler for Ctrl-C, after which the system would continue reading as if it had not
        # been pressed.
        while not select.select([sys.stdin], [], [], PATIENCE)[0]:
            pass
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line
