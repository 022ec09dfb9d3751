"""The nearest known name to a mistyped one, for every "did you mean"."""

from collections.abc import Iterable


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """``; did you mean "openai-chat"?`` or nothing when no known name is near."""
    from difflib import get_close_matches

    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(wrong.casefold(), by_folded, n=1, cutoff=0.5)
    return f'; did you mean "{by_folded[found[0]]}"?' if found else ""
