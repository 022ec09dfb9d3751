"""Converting one file: a pass that looks, a pass that writes, then a check; at once or in parts."""
