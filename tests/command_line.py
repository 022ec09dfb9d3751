"""The command line as its entry point runs it, in this process."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ftlint.cli.main import main


class Ran(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


def exit_code(*arguments: object) -> int:
    """The exit code of ftlint with these arguments."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


def ran(capture: pytest.CaptureFixture[str], *arguments: object) -> Ran:
    """ftlint with these arguments, and what it printed into ``capsys`` or ``capfd``."""
    return Ran(exit_code(*arguments), *capture.readouterr())


def ftlint(*arguments: object, folder: Path | None = None) -> Ran:
    """ftlint with these arguments, in a folder if one is given; what it prints goes to its result alone."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    place = contextlib.chdir(folder) if folder is not None else contextlib.nullcontext()
    with place, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = exit_code(*arguments)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
    return Ran(code, *texts)
