"""Transcripts: ``--turns "Customer=user,Agent=assistant"`` reads ``Customer: …`` in a text as the user's message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ftlint.errors import UsageError
from ftlint.nearest import did_you_mean
from ftlint.quote import quote

if TYPE_CHECKING:
    from ftlint.shapes.shape import Message, Record

# Settings hold turns: what looks at texts and records is imported where it is used, since most runs have no turns.
# A tool's turn would need the id of the call that it answers, which no transcript says.
SPEAKERS = ("system", "developer", "user", "assistant")
EXAMPLE = '--turns "Customer=user,Agent=assistant"'


class NoTurns(Exception):
    """A text that begins with none of the names; ``path`` is its field."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class Turns:
    """The names that speak in a text, and the chat role of each. Without names, texts stay texts."""

    roles: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.roles)

    @property
    def names(self) -> tuple[str, ...]:
        """The names as they stand before the colons."""
        return tuple(self.roles)

    def fill(self, record: "Record", column: str | None = None) -> "Record":
        """The record with messages in the place of its text; as it is where it has no text.

        ``column`` is what the user calls the text. Raises NoTurns where the text begins with none of the names.
        """
        key = column if column is not None else text_key(record)
        text = record.get(key) if key is not None else None
        if key is None or not isinstance(text, str) or "messages" in record:
            return record
        messages = self.messages(text)
        if messages is None:
            names = ", ".join(self.roles)
            raise NoTurns(
                key, f"the text does not begin with one of {names} and a colon: {quote(text.strip())}"
            )
        rest = {name: value for name, value in record.items() if name != key}
        return {"messages": messages, **rest}

    def messages(self, text: str) -> "list[Message] | None":
        """The messages of a transcript; None for a text that begins with none of the names."""
        from ftlint.read.transcript import turn_start

        turns = list(turn_start(self.names).finditer(text))
        if not turns or text[: turns[0].start()].strip():
            return None
        ends = [turn.start() for turn in turns[1:]] + [len(text)]
        return [
            {"role": self.roles[turn[1]], "content": text[turn.end() : end].strip()}
            for turn, end in zip(turns, ends, strict=True)
        ]


def turns_of(given: str | Mapping[str, str]) -> Turns:
    """Turns from ``Customer=user,Agent=assistant`` or from names and roles. Raises UsageError for what cannot be."""
    pairs = list(given.items()) if isinstance(given, Mapping) else _pairs(given)
    roles: dict[str, str] = {}
    for name, role in pairs:
        name, role = str(name).strip(), str(role)
        if role not in SPEAKERS:
            near = did_you_mean(role, SPEAKERS)
            raise UsageError(f"--turns: no role {quote(role)}{near} ({', '.join(SPEAKERS)})")
        if not name or not name.isprintable() or {":", "："} & set(name):
            raise UsageError(f"--turns: {quote(name)} is no name; write {EXAMPLE}")
        if name in roles:
            raise UsageError(f"--turns: the name {quote(name)} is given twice")
        roles[name] = role
    if not roles:
        raise UsageError(f"--turns: names and roles are wanted, as in {EXAMPLE}")
    return Turns(roles)


def lacking_text(columns: Iterable[str], column: str | None) -> str | None:
    """A sentence about data in which there is no text to read turns from, or None."""
    columns = list(columns)
    if column in columns or (column is None and text_key(columns) is not None):
        return None
    return (
        '--turns reads the field "text", which the data does not have; --map text=COLUMN names it '
        f"(columns: {', '.join(columns)})"
    )


def text_key(keys: Iterable[str]) -> str | None:
    """The key of a record's text."""
    from ftlint.sight import fold

    return next((key for key in keys if fold(key) == "text"), None)


def _pairs(given: object) -> list[tuple[str, str]]:
    pairs = []
    for pair in str(given).split(",") if str(given).strip() else ():
        name, sign, role = pair.rpartition("=")
        if not sign:
            raise UsageError(f"--turns: {quote(pair.strip())} is no NAME=role; write {EXAMPLE}")
        pairs.append((name, role.strip()))
    return pairs
