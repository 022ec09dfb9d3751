"""ftlint's command line in this process, as its entry point runs it, for the tests of the contract."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

from ftlint.__main__ import main

FIXTURES = Path(__file__).parent.parent / "fixtures"
GOLDEN = Path(__file__).parent / "contract"


class Ran(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)


def ftlint(*arguments: str, folder: Path | None = None) -> Ran:
    """Run ftlint with arguments, in a folder if one is given."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    code: Any = None
    place = contextlib.chdir(folder) if folder is not None else contextlib.nullcontext()
    with place, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([*arguments])
        except SystemExit as end:
            code = end.code
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
    return Ran(int(code or 0), *texts)


def fixture_names() -> list[str]:
    """Every data file under ``fixtures``."""
    return sorted(
        path.relative_to(FIXTURES).as_posix()
        for path in FIXTURES.rglob("*")
        if path.is_file()
        and not path.name.endswith(".report.json")
        and "plugin" not in path.relative_to(FIXTURES).parts
    )
