"""The entry point: maps every outcome of a run to an exit code."""

import atexit
import gc
import os
import sys
from typing import NoReturn

from ftlint.cli.exit_codes import ERROR, INTERRUPTED

# Python runs the garbage collector at exit, although all memory is freed then anyway.
atexit.register(gc.freeze)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run ftlint and exit with its exit code. No input ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console's code page cannot encode every finding; an unencodable character must not end the
        # run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Batches are many objects without cycles: a collection every few hundred of them costs a tenth of a run.
    gc.set_threshold(200_000, 50, 100)
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    import click

    from ftlint.cli.app import app
    from ftlint.errors import UsageError

    if "_FTLINT_COMPLETE" in os.environ:
        from ftlint.cli.completion import enable

        enable()
    try:
        return app.main(args=arguments, prog_name="ftlint", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return ERROR
    except UsageError as error:
        _echo(f"ftlint: {error}")
        return ERROR
    except (KeyboardInterrupt, click.Abort):
        _echo("ftlint: interrupted; nothing half-written is left")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe (``| head``): that is no error. Python must not flush into it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from ftlint.cli.crash_report import report_bug

        _echo(report_bug(error))
        return ERROR


def _echo(text: str) -> None:
    from ftlint.cli.terminal import echo_err

    echo_err(text)
