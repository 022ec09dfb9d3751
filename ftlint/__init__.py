"""ftlint checks, fixes and converts the files people train language models with.

The Python API is functions: :func:`check`, :func:`fix`, :func:`convert`, :func:`prepare`, :func:`split`,
:func:`stats`, :func:`diff`, :func:`render` and :func:`write_report`.
They raise :class:`UsageError`, of which :class:`NotReadWhole` and :class:`SourceChanged` are two kinds.
All of it is loaded when first used, so ``import ftlint`` costs next to nothing.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftlint.version import __version__

__all__ = [
    "Change",
    "FileReport",
    "Finding",
    "NotReadWhole",
    "Report",
    "SourceChanged",
    "UsageError",
    "__version__",
    "check",
    "convert",
    "diff",
    "fix",
    "prepare",
    "render",
    "split",
    "stats",
    "write_report",
]

# In a checkout `rules` is next to the package, in a wheel inside it; both are found with this path.
if not (Path(__file__).parent / "rules").is_dir():
    __path__.append(str(Path(__file__).parent.parent))

if TYPE_CHECKING:
    from ftlint.api import check, convert, diff, fix, prepare, render, split, stats, write_report
    from ftlint.errors import NotReadWhole, SourceChanged, UsageError
    from ftlint.result import Change, FileReport, Finding, Report


_MODULES = {
    "ftlint.api": ("check", "convert", "diff", "fix", "prepare", "render", "split", "stats", "write_report"),
    "ftlint.errors": ("NotReadWhole", "SourceChanged", "UsageError"),
    "ftlint.result": ("Change", "FileReport", "Finding", "Report"),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module 'ftlint' has no attribute {name!r}")
