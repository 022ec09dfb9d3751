"""A pytest plug-in for data repositories: the fixture ``ftlint_report`` checks files in a test.

    def test_training_data(ftlint_report):
        ftlint_report("data/train.jsonl", target="openai-chat")

Only this module of ftlint is loaded until a test calls the fixture.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Unpack

import pytest

if TYPE_CHECKING:
    from ftlint.config.keywords import PrepareKeywords
    from ftlint.config.settings import Settings
    from ftlint.result import Report

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
SHOWN_PER_RULE = 5


class Reporting(Protocol):
    """The type of the fixture ``ftlint_report``."""

    def __call__(
        self,
        paths: Paths,
        *,
        target: str | None = None,
        fail: bool = True,
        isolated: bool = False,
        **settings: "Unpack[PrepareKeywords]",
    ) -> "Report":
        """Check files, folders or globs, relative to pytest's root folder, and return the report of all files.

        If ``ftlint check`` would exit with 1 or 2, the test fails with the findings as its message. With ``fail``
        False it fails only for files that cannot be checked at all. ``settings`` are those of ``ftlint.check``; the
        nearest configuration file supplies the others, unless ``isolated``.
        """
        ...


@pytest.fixture
def ftlint_report(request: pytest.FixtureRequest) -> Reporting:
    """A function that checks training data: ``ftlint_report("data/train.jsonl", target="openai-chat")``."""
    root = request.config.rootpath

    def report_of(
        paths: Paths,
        *,
        target: str | None = None,
        fail: bool = True,
        isolated: bool = False,
        **settings: "Unpack[PrepareKeywords]",
    ) -> "Report":
        __tracebackhide__ = True
        from ftlint.commands.check.run import check_files
        from ftlint.errors import UsageError
        from ftlint.io.find import find_sources

        several = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
        try:
            chosen = _settings(root, isolated, target, settings)
            names = [_relative_path(root / path) for path in several]
            report = check_files(find_sources(names, excludes=chosen.exclude), chosen)
        except UsageError as error:
            pytest.fail(f"ftlint: {error}", pytrace=False)
        if fail and _fails(report, chosen):
            pytest.fail(_in_words(report), pytrace=False)
        return report

    return report_of


def _settings(root: Path, isolated: bool, target: str | None, given: "PrepareKeywords") -> "Settings":
    from ftlint.config.file import find_config, read_config
    from ftlint.config.settings import from_python, with_config

    config = None if isolated else find_config(root)
    settings = from_python(target=target, **given)
    if config is None:
        return settings
    return with_config(
        read_config(config), settings, [name for name, value in given.items() if value is not None]
    )


def _relative_path(path: Path) -> str:
    """The path relative to the current folder, if it is below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _fails(report: "Report", settings: "Settings") -> bool:
    from ftlint.result import SEVERITIES

    failing = SEVERITIES[: SEVERITIES.index(settings.fail_on) + 1]
    return any(report.total(severity) for severity in failing)


def _in_words(report: "Report") -> str:
    from ftlint.report.formats import render
    from ftlint.report.terminal import RenderOptions

    return "".join(render(report, "text", RenderOptions(most=SHOWN_PER_RULE))).rstrip()
