"""The commands that speak with a provider: submit and job; each does its work in a module of its own.

``ftlint try``: its options.
"""

from typing import Any

import click

from ftlint.cli.options import SEEING, option, options
from ftlint.cli.provider_options import CONNECTING

ASKING = options(option("-y", "--yes", is_flag=True, help="Ask nothing, and go on."))
LISTED = options(
    option("--output-format", metavar="FORMAT", default="text", show_default=True, help="text or json.")
)
LOOKING = options(
    option("--every", type=float, metavar="SECONDS", help="How often to look at it; 5 as usual.")
)


@click.command(epilog="Example: ftlint submit train.jsonl --model gpt-4.1-mini --suffix support --follow")
@click.argument("train", metavar="TRAIN")
@option("--validation", metavar="FILE", help="What to validate with; never trained on.")
@option("--model", required=True, help="The model to train, or a tuned one to train further.")
@option(
    "--target", metavar="NAME", help="What the files are checked for; told by provider, method and model."
)
@option("--method", metavar="METHOD", help="supervised, dpo or reinforcement; told by the target.")
@option("--epochs", metavar="N", help="1 to 50, or auto.")
@option("--batch-size", metavar="N", help="1 to 256, or auto.")
@option("--lr-multiplier", metavar="X", help="Of the learning rate; above 0, or auto.")
@option("--beta", metavar="X", help="Of --method dpo; above 0 to 2, or auto.")
@option("--grader", metavar="FILE", help="Of --method reinforcement; a JSON object.")
@option("--seed", type=int, metavar="N", help="For equal results of equal jobs.")
@option("--suffix", metavar="TEXT", help="Into the tuned model's name; at most 64 characters.")
@option("--metadata", metavar="KEY=VALUE", multiple=True, help="Kept with the job; at most 15.")
@option("--wandb", metavar="PROJECT", help="Send the figures to this project of Weights & Biases.")
@option("--price", type=float, metavar="USD", help="What a million tokens cost, instead.")
@CONNECTING
@option("--follow", is_flag=True, help="Stay until the job ends; the exit code tells how.")
@option("--wait", is_flag=True, help="Create the job only when the files are processed.")
@LOOKING
@option("--dry-run", is_flag=True, help="Check, estimate and show the request; send nothing.")
@ASKING
@option("--force", is_flag=True, help="Submit although something is in the way; says what is ignored.")
@option("--again", is_flag=True, help="Submit what was submitted before once more.")
@option("--parts-above", metavar="SIZE", help="Upload larger files in parts; 512MB as usual.")
@option("--part-size", metavar="SIZE", help="Of such parts; 64MB as usual, and at most.")
@option("--select", metavar="CODES", multiple=True, help="Only these rules: codes, prefixes, names.")
@option("--ignore", metavar="CODES", multiple=True, help="Not these rules.")
@option("--rules", metavar="FOLDER", multiple=True, help="A folder with rules of your own.")
@option("--fail-on", metavar="SEVERITY", help="error, warning or info: what keeps a file back.")
@option("--config", metavar="FILE|KEY=VALUE", multiple=True, help="A configuration file, or one value.")
@option("--isolated", is_flag=True, help="Read no configuration file.")
@LISTED
@option("--color", metavar="WHEN", default="auto", show_default=True, help="auto, always or never.")
@option("--no-progress", is_flag=True, help="No progress bar.")
@option("-q", "--quiet", is_flag=True, help="Only the job's id.")
def submit(**given: Any) -> int:
    """Check a file, tell what training on it costs, upload it and start a job.

    The key is read from the environment. What was submitted is remembered in .ftlint/jobs.jsonl.
    """
    from ftlint.cli.submit import run

    return run(given)


@click.group()
def job() -> None:
    """Look after jobs: list, follow, cancel, results and more."""


def _run(name: str, given: dict[str, Any]) -> int:
    from ftlint.cli import job as jobs

    return int(getattr(jobs, name)(given))


@job.command("list", epilog="Example: ftlint job list --limit 50")
@option("--limit", type=int, metavar="N", default=20, show_default=True, help="How many, newest first.")
@CONNECTING
@LISTED
def list_jobs(**given: Any) -> int:
    """Jobs at the provider, with what is remembered of them here."""
    return _run("list_jobs", given)


@job.command(epilog="Example: ftlint job get ftjob-abc123")
@click.argument("id", metavar="JOB")
@CONNECTING
@LISTED
def get(**given: Any) -> int:
    """A job as it is now; why it failed, if it did."""
    return _run("get", given)


@job.command(epilog="Example: ftlint job follow ftjob-abc123")
@click.argument("id", metavar="JOB")
@LOOKING
@CONNECTING
def follow(**given: Any) -> int:
    """Stay until a job ends: 0 where it succeeded, 1 where not."""
    return _run("follow", given)


@job.command(epilog="Example: ftlint job events ftjob-abc123 --limit 0")
@click.argument("id", metavar="JOB")
@option("--limit", type=int, metavar="N", default=20, show_default=True, help="The newest; 0 for all.")
@CONNECTING
@LISTED
def events(**given: Any) -> int:
    """What happened to a job, oldest first."""
    return _run("events", given)


@job.command(epilog="Example: ftlint job cancel ftjob-abc123")
@click.argument("id", metavar="JOB")
@ASKING
@CONNECTING
def cancel(**given: Any) -> int:
    """End a job for good."""
    return _run("cancel", given)


@job.command(epilog="Example: ftlint job pause ftjob-abc123")
@click.argument("id", metavar="JOB")
@CONNECTING
def pause(**given: Any) -> int:
    """Let a job wait."""
    return _run("pause", given)


@job.command(epilog="Example: ftlint job resume ftjob-abc123")
@click.argument("id", metavar="JOB")
@CONNECTING
def resume(**given: Any) -> int:
    """Let a job that waits go on."""
    return _run("resume", given)


@job.command(epilog="Example: ftlint job checkpoints ftjob-abc123")
@click.argument("id", metavar="JOB")
@CONNECTING
@LISTED
def checkpoints(**given: Any) -> int:
    """The checkpoints of a job, which can be asked like its model."""
    return _run("checkpoints", given)


@job.command(epilog="Example: ftlint job results ftjob-abc123 --picture curves.png")
@click.argument("what", metavar="JOB|FILE")
@option("--picture", metavar="FILE", help="Draw the curves: .html, .png or .svg.")
@option("--overwrite", is_flag=True, help="Let --picture replace an existing file.")
@option("--color", metavar="WHEN", default="auto", show_default=True, help="auto, always or never.")
@CONNECTING
@LISTED
def results(**given: Any) -> int:
    """How a training went: losses, accuracy, overfitting and the best checkpoint.

    FILE is a results file that was downloaded.
    """
    return _run("results", given)


@job.command("delete-model", epilog="Example: ftlint job delete-model ft:gpt-4.1-mini:acme::abc123")
@click.argument("name", metavar="MODEL|JOB")
@ASKING
@CONNECTING
def delete_model(**given: Any) -> int:
    """Delete a tuned model, or that of a job, for good."""
    return _run("delete_model", given)


@job.command(epilog="Example: ftlint job retry ftjob-abc123 --follow")
@click.argument("id", metavar="JOB")
@option("--follow", is_flag=True, help="Stay until the new job ends.")
@LOOKING
@option("--force", is_flag=True, help="Also where the same will happen again, as far as anybody can tell.")
@ASKING
@CONNECTING
def retry(**given: Any) -> int:
    """Start a failed or cancelled job once more, with the same files and parameters."""
    return _run("retry", given)


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
