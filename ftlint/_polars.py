"""polars, imported at first use, so that start-up and ``ftlint rule`` do not load it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl
else:

    class _Polars:
        def __getattr__(self, name: str) -> Any:
            import polars

            value = getattr(polars, name)
            setattr(self, name, value)
            return value

    pl = _Polars()

__all__ = ["pl"]
