"""The checking run: every file on its own, with its reference datasets."""

import time
from collections.abc import Callable, Sequence

from ftlint.config.settings import Settings
from ftlint.io.source import Source
from ftlint.result import Report

Advance = Callable[[int], None]


def check_files(
    sources: Sequence[Source], settings: Settings, advance: Advance = lambda size: None
) -> Report:
    """Check every file; returns the report of all. Raises UsageError for invalid reference data.

    Files with a report in the settings' cache are read only as far as needed to compute their digest.
    """
    started = time.perf_counter()
    if settings.cache is None:
        return _checked(sources, sources, settings, advance, started)
    from ftlint.commands.check.cache import Cache, CacheFolder

    cache = Cache(sources, settings, CacheFolder(settings.cache))
    fresh = None
    if cache.missing:
        missing = [sources[place] for place in cache.missing]
        fresh = _checked(missing, sources, settings, advance, started)
        cache.keep(fresh)
    report = cache.joined(fresh)
    report.seconds = time.perf_counter() - started
    return report


def _checked(
    wanted: Sequence[Source], sources: Sequence[Source], settings: Settings, advance: Advance, started: float
) -> Report:
    """The report of the selected sources.

    The modules that check are imported here: cached reports need none of them.
    """
    from ftlint.engine.check import check_sources
    from ftlint.engine.file_report import report_of
    from ftlint.engine.plan import for_file, make_plan
    from ftlint.engine.reference import ReferenceData
    from ftlint.engine.suppress import apply_suppressions, without_finding_limit
    from ftlint.execution.choose import make_executor, size_of

    plan = without_finding_limit(make_plan(settings), settings)
    with make_executor(settings.staff, size_of(wanted)) as executor:
        against = ReferenceData(sources, plan, settings, executor)
        plans = (for_file(against.plan_for(source), source.name, settings) for source in wanted)
        files = check_sources(wanted, plans, settings, executor, advance)
    report = report_of(files, plan, settings, time.perf_counter() - started)
    apply_suppressions(report, wanted, plan, settings)
    return report
