"""Regular expressions in schemas: whether ftlint can use one, and safely."""

import re
import warnings
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jsonschema_rs import FancyRegexOptions

LONGEST = 2_000
BACKTRACKS = 100_000
COMPILED_BYTES = 1 << 20


@lru_cache(maxsize=4096)
def reading(pattern: str) -> Literal["read", "unread", "broken"]:
    """Whether a regular expression is read by ftlint's engine, only by others (or too long), or by none."""
    import jsonschema_rs

    if len(pattern) > LONGEST:
        return "unread"
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, offline=True, pattern_options=limits())
        return "read"
    except ValueError:
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, MemoryError):
        return "broken"
    return "unread"


@cache
def limits() -> "FancyRegexOptions":
    """What matching may cost: a pattern that backtracks for ever is given up, not waited for."""
    import jsonschema_rs

    return jsonschema_rs.FancyRegexOptions(
        backtrack_limit=BACKTRACKS, size_limit=COMPILED_BYTES, dfa_size_limit=COMPILED_BYTES
    )
