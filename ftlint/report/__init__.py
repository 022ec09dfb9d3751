"""Renderers for terminals, CI systems and other programs."""
