"""The exit codes of all commands; 0 means success without remaining findings."""

FINDINGS = 1
"""Findings remain, or ``--diff`` would change something."""
ERROR = 2
"""Wrong usage, or a bug."""
INTERRUPTED = 130
