"""Files that lie elsewhere, by fsspec. Of this package only ``address`` is loaded for a local path."""
