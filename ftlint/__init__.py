"""ftlint checks, fixes and converts the files people train language models with.

The Python API is functions: :func:`check`, :func:`fix`, :func:`convert`, :func:`prepare`, :func:`split`,
:func:`stats`, :func:`diff` and :func:`write_report`.
They are loaded when first used, so ``import ftlint`` costs next to nothing.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlint.version import __version__

__all__ = [
    "Report",
    "__version__",
    "check",
    "convert",
    "diff",
    "fix",
    "prepare",
    "split",
    "stats",
    "write_report",
]

# In a checkout `rules` is next to the package, in a wheel inside it; both are found with this path.
if not (Path(__file__).parent / "rules").is_dir():
    __path__.append(str(Path(__file__).parent.parent))

if TYPE_CHECKING:
    from ftlint.api import check, convert, diff, fix, prepare, split, stats, write_report
    from ftlint.result import Report


def __getattr__(name: str) -> Any:
    if name in ("check", "convert", "diff", "fix", "prepare", "split", "stats", "write_report"):
        from ftlint import api

        return getattr(api, name)
    if name == "Report":
        from ftlint.result import Report

        return Report
    raise AttributeError(f"module 'ftlint' has no attribute {name!r}")
