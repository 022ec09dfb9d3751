"""``ftlint plugins`` and ``ftlint completion``: what belongs to an installation, not to data."""

import click

from ftlint.cli.options import option

SHELLS = ("bash", "zsh", "fish")


@click.command("plugins", epilog="Example: ftlint plugins")
@option("--quiet", "-q", is_flag=True, help="Only load them: nothing is said where all is well.")
def plugins(quiet: bool) -> None:
    """List what other packages add to ftlint, and load it."""
    from ftlint.cli.plugins import run

    click.echo("" if quiet else run(), nl=False)


@click.command("completion", epilog='Example: eval "$(ftlint completion bash)"')
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a script that lets a shell complete commands, options, rules, targets and files.

    bash: the example in ~/.bashrc. zsh: the same with zsh in ~/.zshrc, after compinit. fish: ftlint completion fish >
    ~/.config/fish/completions/ftlint.fish
    """
    from ftlint.cli.completion import script

    click.echo(script(shell), nl=False)
