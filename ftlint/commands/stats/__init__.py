"""Figures of datasets: rows, roles, tokens, what limits cut, and what training costs.

Whoever reads batches anyway feeds a :class:`Survey` with them and calls :func:`conclude` at the end; :func:`stats_of`
reads whole files for it.
"""

from ftlint.commands.stats.conclude import conclude
from ftlint.commands.stats.cost import Terms
from ftlint.commands.stats.figures import Figures, Stats
from ftlint.commands.stats.run import stats_of
from ftlint.commands.stats.survey import Survey

__all__ = ["Figures", "Stats", "Survey", "Terms", "conclude", "stats_of"]
