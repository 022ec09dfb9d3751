"""Report a bug in ftlint or in a plug-in without a traceback."""

import os
import platform
import sys
import tempfile
import traceback

from ftlint.io.address import shown_text
from ftlint.version import __version__


def report_bug(error: BaseException) -> str:
    """Print two lines to the terminal; the details for a maintainer are written to a new file named in them.

    If the file cannot be written, the details are printed below them.
    """
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
    message = f"ftlint: {shown_text(str(error)) or type(error).__name__}"
    report = shown_text("\n".join(lines))
    try:
        # A separate file for each report, which only its owner can read: it may quote the data.
        handle, path = tempfile.mkstemp(prefix="ftlint-bug-", suffix=".md")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(report)
    except OSError:
        return f"{message}\nftlint: this is a bug, not your data's fault; here is a ready report:\n{report}"
    return f"{message}\nftlint: this is a bug, not your data's fault; a ready report is in {path}"
