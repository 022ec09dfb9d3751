"""Modules that are imported at first use, because that takes long or needs an extra."""

from importlib import import_module
from typing import Any


class LazyModule:
    """Stands for a module; the first use of an attribute imports it."""

    def __init__(self, name: str) -> None:
        self._module = name

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self._module), name)
        setattr(self, name, value)
        return value
