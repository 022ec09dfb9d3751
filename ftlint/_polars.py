"""polars, imported at first use, so that start-up and ``ftlint rule`` do not load it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
else:
    from ftlint.lazy_module import LazyModule

    pl = LazyModule("polars")

__all__ = ["pl"]
