"""Figures of datasets: rows, roles, tokens, what limits cut, and what training costs."""
