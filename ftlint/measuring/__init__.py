"""Figures of datasets: rows, roles, tokens, what limits cut, and what training costs.

Whoever reads batches anyway feeds a :class:`Survey` with them and calls :func:`conclude` at the end; :func:`stats_of`
reads whole files for it.
"""

from ftlint.measuring.concluded import conclude
from ftlint.measuring.cost import Terms
from ftlint.measuring.figures import Figures, Stats
from ftlint.measuring.running import stats_of
from ftlint.measuring.survey import Survey

__all__ = ["Figures", "Stats", "Survey", "Terms", "conclude", "stats_of"]
