"""Bytes to records and back: sources, containers, readers and writers."""
