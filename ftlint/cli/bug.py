"""A bug in ftlint or in a plug-in: a ready report instead of a traceback."""

import contextlib
import platform
import sys
import tempfile
import traceback
from pathlib import Path

from ftlint import __version__
from ftlint.read.remote.address import shown_text


def report_bug(error: BaseException) -> str:
    """Two lines for the terminal; everything a maintainer needs goes to a file named in them."""
    lines = [
        f"# ftlint {__version__}: {type(error).__name__}",
        "",
        f"- command: `{' '.join(['ftlint', *sys.argv[1:]])}`",
        f"- Python {platform.python_version()} on {platform.platform()}",
        "",
        "```",
        "".join(traceback.format_exception(error)).rstrip(),
        "```",
        "",
    ]
    said = f"ftlint: {shown_text(str(error)) or type(error).__name__}"
    path = Path(tempfile.gettempdir()) / "ftlint-bug.md"
    with contextlib.suppress(OSError):
        path.write_text(shown_text("\n".join(lines)), encoding="utf-8")
        return f"{said}\nftlint: this is a bug, not your data's fault; a ready report is in {path}"
    return f"{said}\nftlint: this is a bug, not your data's fault"
