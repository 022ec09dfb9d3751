"""``ftlint completion``: print typer's completion script for a shell."""

from typing import Annotated, Literal

import typer
from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script

from ftlint.cli.command import Command, new_app

PROGRAM = "ftlint"
VARIABLE = "_FTLINT_COMPLETE"
"""The environment variable by which shells request completions."""

app = new_app()


@app.command("completion", cls=Command, epilog='Example: eval "$(ftlint completion bash)"')
def completion(shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument()]) -> None:
    """Print a script that lets a shell complete commands, options, rules, targets and files.

    bash: the example in ~/.bashrc. zsh: the same with zsh in ~/.zshrc, after compinit. fish: ftlint completion fish >
    ~/.config/fish/completions/ftlint.fish
    """
    typer.echo(get_completion_script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell))


def enable() -> None:
    """Let typer handle the completion requests of shells."""
    completion_init()
