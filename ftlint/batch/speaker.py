"""The speaker of a message: its canonical role, or the written value of an unknown role."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftlint._polars import pl
from ftlint.json_values import as_sorted_json
from ftlint.shapes.roles import CALLING_ROLES, FUNCTION_CALL, ROLE_ALIASES, ROLES

if TYPE_CHECKING:
    from polars import Series

CANONICAL: dict[str, str] = {
    **{role: role for role in ROLES},
    **ROLE_ALIASES,
    **dict.fromkeys((*CALLING_ROLES, FUNCTION_CALL), "assistant"),
}


def canonical_role(written: Any) -> str | None:
    """The chat role for a written role; None for an unknown one."""
    try:
        return CANONICAL[written]
    except (KeyError, TypeError):
        return CANONICAL.get(written.strip().casefold()) if isinstance(written, str) else None


def speaker_of(written: Any) -> str:
    """The speaker of a message, for comparisons: the chat role, or "?" and the written value of an unknown one."""
    return canonical_role(written) or ("?" if written is None else "?" + as_sorted_json(written))


def has_text_role(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("role"), str)


def no_text_role(message: Any) -> str:
    """The speaker of a message whose role is not a string, or that is not an object."""
    return speaker_of(message.get("role")) if isinstance(message, dict) else "??" + as_sorted_json(message)


def role_columns(
    roles: "Series", meaning: Mapping[str | None, str | None], no_text: Mapping[int, str]
) -> "dict[str, Series]":
    """The roles as columns; ``no_text`` has, by index, the speakers whose roles are not strings."""
    as_written = all(role == meant for role, meant in meaning.items())
    role = roles if as_written else roles.replace_strict(meaning, return_dtype=pl.String)
    speakers = role
    if None in meaning.values():
        names = {role: speaker_of(role) for role in meaning}
        speakers = roles.replace_strict(names, return_dtype=pl.String)
    if no_text:
        speakers = speakers.scatter(list(no_text), list(no_text.values()))
    return {"role": role, "written_role": roles, "speaker": speakers}
