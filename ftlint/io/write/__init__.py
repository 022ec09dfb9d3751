"""Writing records and files."""
