"""Remote files, via fsspec. Of this package only ``address`` is loaded for a local path."""
