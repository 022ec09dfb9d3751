"""Remote files, by fsspec. Of this package only ``address`` is loaded for a local path."""
