"""The command line: typer's app behind one guard that turns every ending into its exit code."""

import atexit
import gc
import os
import sys
from typing import NoReturn

# 0 nothing left · 1 findings left, or --diff would change something · 2 wrong usage, or a bug · 130 interrupted
WRONG, INTERRUPTED = 2, 130
# Python looks for cycles among all objects once more when it ends, though all of their memory is given back then.
atexit.register(gc.freeze)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run ftlint and leave with its exit code. No input ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console's code page cannot spell every finding; an unspeakable character must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Batches are many objects without cycles: looking for some every few hundred of them costs a tenth of a run.
    gc.set_threshold(200_000, 50, 100)
    import click

    from ftlint.cli.app import app
    from ftlint.errors import UsageError

    if "_FTLINT_COMPLETE" in os.environ:
        from ftlint.cli.completion import ready

        ready(app)
    try:
        _leave(app.main(args=arguments, prog_name="ftlint", standalone_mode=False) or 0)
    except click.exceptions.ClickException as error:
        error.show()
        _leave(WRONG)
    except UsageError as error:
        say(f"ftlint: {error}")
        _leave(WRONG)
    except (KeyboardInterrupt, click.exceptions.Abort):
        say("ftlint: interrupted; nothing half-written is left")
        _leave(INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone (``| head``): that is no fault. Python must not flush into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(0)
    except Exception as error:
        from ftlint.cli.crash_report import report_bug

        say(report_bug(error))
        _leave(WRONG)


def say(text: str) -> None:
    """Say something beside the results: on standard error."""
    from ftlint.display import UNSAFE, escape
    from ftlint.secrets import mask

    lines = mask(text).split("\n")
    print("\n".join(escape(line) if UNSAFE.search(line) else line for line in lines), file=sys.stderr)


def _leave(code: int) -> NoReturn:
    sys.exit(code)
