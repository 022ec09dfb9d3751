"""Fixing: a pass that mends and observes, a pass that mends, applies and writes, then a check; at once or in parts."""
