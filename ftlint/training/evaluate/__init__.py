"""Asking tuned models: as they were trained, and how good their answers are."""
