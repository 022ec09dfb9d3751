"""``ftlint try``: its options."""

from typing import Any

import click

from ftlint.cli.options import SEEING, option
from ftlint.cli.provided import CONNECTING


@click.command("try", epilog="Example: ftlint try ft:gpt-4.1-mini:acme::abc123 --file test.jsonl")
@click.argument("model", metavar="MODEL")
@option("-p", "--ask", "text", metavar="TEXT", help="One question; - reads it from standard input.")
@option("--file", metavar="FILE", help="Ask every row of a file; where it has answers, compare them.")
@option("--stream", is_flag=True, help="With -p: print the answer as it comes.")
@option(
    "--manifest", metavar="FILE", help="The manifest of the training file, instead of the remembered one."
)
@option(
    "--shape", metavar="SHAPE", help="chat or completion, instead of what the manifest or the model says."
)
@option("--max-tokens", type=click.IntRange(1), metavar="N", help="So many tokens of an answer at most.")
@option("--temperature", type=click.FloatRange(0, 2), metavar="T", help="0 for classes; as usual otherwise.")
@option("--limit", type=click.IntRange(1), metavar="N", help="With --file: only the first N rows.")
@option("--at-once", type=click.IntRange(1, 64), default=4, show_default=True, help="Rows asked at a time.")
@option("--task", help="classification or generation, instead of what the file looks like.")
@SEEING
@CONNECTING
@option("--output-format", metavar="FORMAT", default="text", show_default=True, help="text or json.")
@option("--color", metavar="WHEN", default="auto", show_default=True, help="auto, always or never.")
@option("--no-progress", is_flag=True, help="No progress bar.")
@option("-q", "--quiet", is_flag=True, help="Say nothing beside the result.")
def try_model(**given: Any) -> int:
    """Ask a tuned model just as it was trained.

    MODEL is a model, a checkpoint or a job. Separator, stop, system message and classes come from the manifest that
    ftlint prepare wrote, found by what ftlint submit remembers. On a file with labels: accuracy, weighted F1,
    precision and recall of every class, and for two classes AUROC and AUPRC.
    """
    from ftlint.cli.try_model import run

    return run(given)
