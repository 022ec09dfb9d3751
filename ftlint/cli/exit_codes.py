"""The exit codes of every command; 0 means that nothing is left to do."""

FINDINGS = 1
"""Findings are left, or ``--diff`` would change something."""
ERROR = 2
"""Wrong usage, or a bug."""
INTERRUPTED = 130
