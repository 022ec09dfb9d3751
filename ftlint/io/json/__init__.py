"""JSON and JSON lines: strict decoding, fault explanation and columnar fast path."""
