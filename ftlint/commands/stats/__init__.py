"""Figures of datasets: rows, roles, tokens, truncation by limits, and the cost of training."""
