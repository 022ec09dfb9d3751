"""``ftlint check`` and ``ftlint merge``: all at once, or in shards that are checked anywhere and put together.

``ftlint plugins`` and ``ftlint completion``: what belongs to an installation, not to data.
"""

from typing import Any

import click

from ftlint.cli.options import REPORTED, SEEING, SELECTING, SHARED, WORKING, WRITING, option


@click.command(epilog="Example: ftlint check train.jsonl --target openai-chat --fix -o fixed.jsonl")
@click.argument("paths", nargs=-1)
@option("--target", metavar="NAME", help="Who the file is for: ftlint target --all.")
@option("--against", metavar="PATH", multiple=True, help="Find what also stands here: held-out data.")
@option("--project", is_flag=True, help="Check the [datasets] of the configuration file, splits compared.")
@SELECTING
@SHARED
@SEEING
@option("--fix", is_flag=True, help="Write a fixed file, with safe fixes.")
@option("--unsafe-fixes", is_flag=True, help="With --fix: also fixes that change texts or drop examples.")
@option("--fix-only", is_flag=True, help="Fix, and do not report what is left.")
@option("--diff", is_flag=True, help="Show what fixes would change; write nothing.")
@option("--baseline", metavar="FILE", help="Findings that are known and do not count.")
@option(
    "--write-baseline",
    metavar="[FILE]",
    is_flag=False,
    flag_value="",
    help="Write all that is found as the baseline; .ftlint-baseline.jsonl unless named.",
)
@option("--prune-baseline", is_flag=True, help="Take out of the baseline what is not found any more.")
@option("-o", "--output", metavar="FILE", help="The new file; - for standard output.")
@option("--in-place", is_flag=True, help="Write over the input (JSON lines only).")
@WRITING
@WORKING
@option(
    "--shard", metavar="I/N", help="Check only the I-th of N equal shards, wherever the others are checked."
)
@option("--save", metavar="FOLDER", help="With --shard: where its part is kept, for ftlint merge.")
@option("--force-exclude", is_flag=True, help="Leave out excluded files even if they are named.")
@option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found.")
@option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 if a fix changed something.")
@option("--no-cache", is_flag=True, help="Check anew what did not change since it was checked.")
@option(
    "--cache-dir", metavar="FOLDER", help="Keep reports here; else .ftlint_cache beside the configuration."
)
@REPORTED
def check(**given: Any) -> int:
    """Find every fault; with --fix write a file without them.

    PATHS are files, folders and globs, here or at s3://, gs://, hf:// or https://; - is standard input. Files that are
    called alike but for train and valid (dev, test …) are compared with one another.
    """
    from ftlint.cli.check import run

    return run(given)


@click.command(epilog="Example: ftlint merge parts --output-format json")
@click.argument("folder", metavar="FOLDER")
@option("--fail-on", metavar="SEVERITY", help="error, warning or info: what makes the exit code 1.")
@option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found.")
@WORKING
@REPORTED
def merge(**given: Any) -> int:
    """Put together what ``check --shard I/N --save FOLDER`` has kept: the report of one run over everything.

    All N shards must be there, made by one version of ftlint with the same options from the same files.
    """
    from ftlint.cli.shards import run

    return run(given)


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
