"""Build examples from records: templates (``--prompt``, ``--completion``) and transcripts (``--turns``).

``--turns "Customer=user,Agent=assistant"`` parses ``Customer: …`` in a text as a message of the user.
``--prompt "{dynasty},{power}" --completion "{story}"`` fills templates with the columns of a table or record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from ftlint.display import did_you_mean, quote
from ftlint.errors import UsageError
from ftlint.json_values import write_json

if TYPE_CHECKING:
    from ftlint.shapes.shape import Message, Record


@dataclass(frozen=True, slots=True)
class Templates:
    """The user's templates. ``prompt`` may be empty; without a ``completion`` records stay unchanged."""

    prompt: str | None = None
    completion: str | None = None
    system: str | None = None

    def __bool__(self) -> bool:
        return self.prompt is not None or self.completion is not None

    def check(self) -> None:
        """Raise UsageError for invalid templates, before any file is read."""
        if self and self.completion is None:
            raise UsageError('--prompt needs --completion, e.g. --completion "{answer}"')
        for option, template in (("--prompt", self.prompt), ("--completion", self.completion)):
            if template is not None:
                columns_of(option, template)

    def columns(self) -> dict[str, list[str]]:
        """The column names in each template, by option."""
        templates = {"--prompt": self.prompt, "--completion": self.completion, "--system": self.system}
        return {o: columns_of(o, t) for o, t in templates.items() if t is not None}

    def unused(self, record: "Record") -> "Record":
        """The columns of a record that are in no template."""
        used = {name for names in self.columns().values() for name in names}
        return {key: value for key, value in record.items() if key not in used}

    def fill(self, record: "Record") -> "Record":
        """The templates filled with the columns of a record.

        Raises KeyError with a column's name where the record has no such column.
        """
        prompt = fill_template(self.prompt or "", record)
        completion = fill_template(self.completion or "", record)
        if self.system is None:
            return {"prompt": prompt, "completion": completion}
        return {
            "messages": [
                {"role": "system", "content": fill_template(self.system, record)},
                {"role": "user", "content": prompt},
                {"role": "assistant", "content": completion},
            ]
        }


def columns_of(option: str, template: str) -> list[str]:
    """The column names between braces. ``{{`` and ``}}`` are literal braces."""
    try:
        return [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise UsageError(
            f'{option} "{template}": {error}; write {{{{ and }}}} for braces in the text'
        ) from None


def unknown_column(templates: Templates, columns: Mapping[str, Any] | list[str]) -> str | None:
    """A message about the first column of a template that is not among the columns, or None."""
    for option, names in templates.columns().items():
        for name in names:
            if name not in columns:
                return (
                    f'{option} names a column "{name}" that the data does not have'
                    f"{did_you_mean(name, columns)} (columns: {', '.join(columns)})"
                )
    return None


def fill_template(template: str, record: "Record") -> str:
    """A template filled with the columns of a record. Raises KeyError with the name of a column that it lacks."""
    out = []
    for text, name, _, _ in Formatter().parse(template):
        out.append(text)
        if name is not None:
            value = record[name]
            out.append(value if isinstance(value, str) else "" if value is None else _as_text(value))
    return "".join(out)


def _as_text(value: Any) -> str:
    return write_json(value)


# Settings import this module: modules for texts and records are imported on use, since most runs have no turns.
# No role "tool": its messages need the id of the call that they answer, which transcripts do not have.
SPEAKERS = ("system", "developer", "user", "assistant")
PAIR = ("chosen", "rejected")
# Words before a colon at the start of a line that are no speakers.
NO_SPEAKERS = frozenset(
    {
        *(
            "note",
            "notes",
            "example",
            "examples",
            "step",
            "tip",
            "warning",
            "important",
            "hint",
            "summary",
            "ps",
        ),
        *("subject", "date", "time", "from", "to", "re", "cc", "dear", "input", "output", "http", "https"),
        *("question", "answer", "q", "a", "title", "address", "phone", "email", "total", "price", "name"),
    }
)
TURNS_EXAMPLE = '--turns "Customer=user,Agent=assistant"'


class NoSpeakerFound(Exception):
    """A text does not begin with one of the names; ``path`` is its field."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class SpeakerRoles(Struct, frozen=True):
    """The speaker names in transcripts, each with its chat role. Without names texts stay unchanged."""

    roles: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.roles)

    @property
    def names(self) -> tuple[str, ...]:
        """The speaker names, as written before the colons."""
        return tuple(self.roles)

    def fill(self, record: "Record", column: str | None = None) -> "Record":
        """The record with messages instead of its text, or of the two texts of a pair; unchanged if it has neither.

        ``column`` is the column of the text. Raises NoSpeakerFound where a text begins with none of the names.
        """
        key = column if column is not None else text_key(record)
        text = record.get(key) if key is not None else None
        if "messages" in record:
            return record
        if key is not None and isinstance(text, str):
            rest = {name: value for name, value in record.items() if name != key}
            return {"messages": self._read(key, text), **rest}
        if all(isinstance(record.get(side), str) for side in PAIR):
            return {**record, **{side: self._read(side, record[side]) for side in PAIR}}
        return record

    def undeclared(self, record: "Record", column: str | None = None) -> list[tuple[str, str]]:
        """The (key, name) pairs of other speakers in the texts of a record: a guess by their place in the line."""
        from ftlint.io.text import anyones_turn, name_in

        known = {name.casefold() for name in self.roles}
        keys = [column if column is not None else text_key(record), *PAIR]
        found: dict[tuple[str, str], None] = {}
        for key in keys:
            text = record.get(key) if key is not None else None
            for turn in anyones_turn().finditer(text) if isinstance(text, str) else ():
                name = name_in(turn)
                if key is not None and name.casefold() not in known and name.casefold() not in NO_SPEAKERS:
                    found[key, name] = None
        return list(found)

    def _read(self, key: str, text: str) -> "list[Message]":
        messages = self.messages(text)
        if messages is None:
            from ftlint.io.text import anyones_turn, name_in

            names, other = ", ".join(self.roles), anyones_turn().match(text.lstrip())
            who = f"; --turns does not name {quote(name_in(other))}" if other is not None else ""
            raise NoSpeakerFound(
                key, f"the text does not begin with one of {names} and a colon: {quote(text.strip())}{who}"
            )
        return messages

    def messages(self, text: str) -> "list[Message] | None":
        """The messages of a transcript; None for a text that does not begin with one of the names."""
        from ftlint.io.text import name_in, turn_start

        turns = list(turn_start(self.names).finditer(text))
        if not turns or text[: turns[0].start()].strip():
            return None
        roles = {name.casefold(): role for name, role in self.roles.items()}
        ends = [turn.start() for turn in turns[1:]] + [len(text)]
        return [
            {"role": roles[name_in(turn).casefold()], "content": text[turn.end() : end].strip()}
            for turn, end in zip(turns, ends, strict=True)
        ]


def turns_of(value: str | Mapping[str, str]) -> SpeakerRoles:
    """Parse ``Customer=user,Agent=assistant``, or a mapping of names to roles. Raises UsageError for invalid input."""
    pairs = list(value.items()) if isinstance(value, Mapping) else _pairs(value)
    roles: dict[str, str] = {}
    for name, role in pairs:
        name, role = str(name).strip(), str(role)
        if role not in SPEAKERS:
            suggestion = did_you_mean(role, SPEAKERS)
            raise UsageError(f"--turns: no role {quote(role)}{suggestion} ({', '.join(SPEAKERS)})")
        if not name or not name.isprintable() or {":", "："} & set(name):
            raise UsageError(f"--turns: {quote(name)} is no name; write {TURNS_EXAMPLE}")
        if name.casefold() in map(str.casefold, roles):
            raise UsageError(f"--turns: the name {quote(name)} is given twice")
        roles[name] = role
    if not roles:
        raise UsageError(f"--turns: names and roles are wanted, as in {TURNS_EXAMPLE}")
    return SpeakerRoles(roles)


def lacking_text(columns: Iterable[str], column: str | None) -> str | None:
    """A message about data without a text field to parse turns from, or None."""
    columns = list(columns)
    if column in columns or (column is None and text_key(columns) is not None) or set(PAIR) <= set(columns):
        return None
    return (
        '--turns reads the field "text", which the data does not have; --map text=COLUMN names it '
        f"(columns: {', '.join(columns)})"
    )


def text_key(keys: Iterable[str]) -> str | None:
    """The key of a record's text."""
    from ftlint.shapes.detect import fold

    return next((key for key in keys if fold(key) == "text"), None)


def _pairs(value: object) -> list[tuple[str, str]]:
    pairs = []
    for pair in str(value).split(",") if str(value).strip() else ():
        name, sign, role = pair.rpartition("=")
        if not sign:
            raise UsageError(f"--turns: {quote(pair.strip())} is no NAME=role; write {TURNS_EXAMPLE}")
        pairs.append((name, role.strip()))
    return pairs
